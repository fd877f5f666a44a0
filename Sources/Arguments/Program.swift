#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program: its commands, and how its command line is read.
public struct Program: Sendable {
    /// The command that is the program itself.
    public let root: Command
    /// What `--version` prints; without it there is no such option.
    public let version: String?
    /// What the variables of its settings begin with: `DPOP_TUI_`.
    public let variablePrefix: String

    public init(_ root: Command, version: String? = nil, variablePrefix: String = "") {
        (self.root, self.version, self.variablePrefix) = (root, version, variablePrefix)
    }

    /// What a command line asks for.
    public enum Request: Sendable {
        case run(Command, Values)
        /// A text for standard output, with its last line feed.
        case text(String)
    }

    /// Every command has them.
    static let help = Option.flag("--help", "-h", help: "Show this help.").spec
    static let versionFlag = Option.flag("--version", help: "Show the version.").spec

    var general: [OptionSpec] { version == nil ? [Self.help] : [Self.versionFlag, Self.help] }

    /// Reads the words after the program's name. Opens no file.
    ///
    /// `columns` is the width that help is folded to; `environment` is asked for the settings that were not typed.
    public func read(
        _ words: [String], columns: Int? = nil, environment: [(name: String, value: String)]? = nil
    ) throws(UsageError) -> Request {
        var reader = CommandReader(program: self, columns: columns)
        return try reader.read(words, environment)
    }

    /// What the environment says of settings; throws where it cannot be meant. An empty variable says nothing.
    public func fromEnvironment(
        _ options: [OptionSpec], _ variables: [(name: String, value: String)]? = nil
    ) throws(UsageError) -> Values {
        var values = Values()
        for (name, value) in variables ?? self.variables() where !value.isEmpty {
            for spec in options where spec.variable(variablePrefix) == name {
                values.say(spec, try spec.texts(value, saidAt: name), .variable(name))
            }
        }
        return values
    }

    /// The variables of the environment that begin with the prefix.
    func variables() -> [(name: String, value: String)] {
        guard !variablePrefix.isEmpty, var entry = Self.environment else { return [] }
        var list: [(name: String, value: String)] = []
        let (prefix, count) = (variablePrefix, variablePrefix.utf8.count)
        while let text = entry.pointee {
            if strncmp(text, prefix, count) == 0, let equals = strchr(text, 0x3D) {
                let name = UnsafeRawBufferPointer(start: text, count: text.distance(to: equals))
                list.append((String(decoding: name, as: UTF8.self), String(cString: equals + 1)))
            }
            entry += 1
        }
        return list
    }

    private static var environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        #if canImport(Darwin)
            _NSGetEnviron().pointee
        #else
            environ
        #endif
    }
}

/// The width of what a text is printed on.
public enum TerminalWidth {
    /// Columns of standard output: COLUMNS, else what the terminal says, else 80.
    public static func current() -> Int {
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 { return columns }
        var size = winsize()
        if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return 80
    }
}

extension UsageError {
    /// No such command: the near one, or all of them.
    static func noCommand(_ word: String, in parent: Command) -> UsageError {
        let names = parent.shown.map(\.name)
        if let near = NearName.of(word, among: names) {
            return UsageError("unknown command '\(word)'; did you mean \(near)?")
        }
        return UsageError("unknown command '\(word)'; expected one of \(names.joined(separator: ", "))")
    }
}
