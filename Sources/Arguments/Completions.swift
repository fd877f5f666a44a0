/// The script a shell completes by, out of the table.
public enum Shell: String, Sendable, CaseIterable {
    case bash, zsh, fish
}

extension Program {
    /// A script for one shell; it needs nothing of the program while it completes.
    public func completions(_ shell: Shell) -> String {
        let tree = CompletionTree(self)
        switch shell {
        case .bash: return BashCompletions(tree: tree).script
        case .zsh: return ZshCompletions(tree: tree).script
        case .fish: return FishCompletions(tree: tree).script
        }
    }
}

/// Every command that is named, with its table; where a command has a fallback, that one's.
struct CompletionTree {
    struct Node {
        /// `/key/new`; empty for the program itself.
        let path: String
        let commands: [Command]
        let options: [OptionSpec]
        let positionals: [PositionalSpec]
    }

    let name: String
    private(set) var nodes: [Node] = []

    init(_ program: Program) {
        name = program.root.name
        add(program.root, "", program)
    }

    private mutating func add(_ command: Command, _ path: String, _ program: Program) {
        let table = (command.fallback.flatMap(command.command) ?? command).table
        nodes.append(
            Node(
                path: path, commands: command.shown, options: (table.options + program.general).filter { !$0.isHidden },
                positionals: table.positionals))
        for next in command.shown { add(next, path + "/" + next.name, program) }
    }

    /// The name as a part of a function's name.
    var identifier: String { String(name.map { $0 == "-" ? "_" : $0 }) }

    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension CompletionTree.Node {
    /// The names of its commands, with `help`.
    var commandNames: [String] { commands.isEmpty ? [] : commands.map(\.name) + ["help"] }
    var takesFiles: Bool { positionals.contains { $0.kind == .file } }
    var words: [String] { positionals.flatMap(\.words) }
}

extension OptionSpec {
    /// Every name, those that say no too.
    var allNames: [String] { names + negations }
}
