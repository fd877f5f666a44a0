/// Options that belong together, under a heading of their own in help.
public struct OptionGroup: Sendable {
    public let title: String
    public let options: [OptionSpec]

    public init(_ title: String, _ options: [any OptionDeclaration]) {
        (self.title, self.options) = (title, options.map(\.spec))
    }
}

/// What a command takes. It is made when the command is asked for: a start pays for one table, not for all.
public struct Table: Sendable {
    public let positionals: [PositionalSpec]
    public let groups: [OptionGroup]
    let check: @Sendable (Values) throws(UsageError) -> Void

    /// `check` says what is wrong with values that are right one by one.
    public init(
        _ positionals: [any PositionalDeclaration] = [], options: [any OptionDeclaration] = [],
        groups: [OptionGroup] = [], check: @escaping @Sendable (Values) throws(UsageError) -> Void = { _ in }
    ) {
        self.positionals = positionals.map(\.positional)
        self.groups = (options.isEmpty ? [] : [OptionGroup("Options", options)]) + groups
        self.check = check
    }

    /// Every option, in the order of help.
    public var options: [OptionSpec] { groups.flatMap(\.options) }
}

/// A command, declared once.
public struct Command: Sendable {
    public let name: String
    /// One line.
    public let summary: String
    /// Paragraphs, and blocks that are indented and keep their lines: examples, exit statuses.
    public let about: String
    /// Is read, and named nowhere.
    public let isHidden: Bool
    public let subcommands: [Command]
    /// Which subcommand is meant where the first word names none.
    public let fallback: String?
    private let makeTable: @Sendable () -> Table
    private let action: (@Sendable (Values) throws -> Void)?

    /// A command that does something.
    public init(
        _ name: String, _ summary: String, about: String = "", isHidden: Bool = false,
        takes table: @autoclosure @escaping @Sendable () -> Table = Table(),
        run: @escaping @Sendable (Values) throws -> Void
    ) {
        (self.name, self.summary, self.about, self.isHidden) = (name, summary, about, isHidden)
        (subcommands, fallback, makeTable, action) = ([], nil, table, run)
    }

    /// A command that has commands.
    public init(_ name: String, _ summary: String, about: String = "", fallback: String? = nil, commands: [Command]) {
        (self.name, self.summary, self.about, isHidden) = (name, summary, about, false)
        (subcommands, self.fallback, makeTable, action) = (commands, fallback, { Table() }, nil)
    }

    /// Builds the table: ask once.
    public var table: Table { makeTable() }

    /// Runs the command with what was read of its table.
    public func run(_ values: Values) throws { try action?(values) }

    func command(_ name: String) -> Command? { subcommands.first { $0.name == name } }

    /// The commands that help and shells name.
    var shown: [Command] { subcommands.filter { !$0.isHidden } }
}
