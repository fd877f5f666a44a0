#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads one command line: which command, then its words.
struct CommandReader {
    let program: Program
    /// What help is folded to; nil asks the terminal.
    let columns: Int?

    mutating func read(
        _ words: [String], _ environment: [(name: String, value: String)]?
    ) throws(UsageError) -> Program.Request {
        var (path, rest) = ([program.root], words[...])
        while !path[path.count - 1].subcommands.isEmpty {
            let here = path[path.count - 1]
            guard let word = rest.first else {
                guard let fallback = here.fallback.flatMap(here.command) else { return .text(help(path)) }
                path.append(fallback)
                continue
            }
            if let next = here.command(word) {
                path.append(next)
                rest.removeFirst()
            } else if word == "help" {
                return .text(help(path + (try below(here, rest.dropFirst()))))
            } else if let fallback = here.fallback.flatMap(here.command) {
                if let text = try general(path, word, hasFallback: true) { return .text(text) }
                try refuseMisspelt(word, here)
                path.append(fallback)
            } else {
                if let text = try general(path, word, hasFallback: false) { return .text(text) }
                throw UsageError.noCommand(word, in: here)
            }
        }
        return try read(path, Array(rest), environment)
    }

    private func below(_ command: Command, _ names: ArraySlice<String>) throws(UsageError) -> [Command] {
        var (path, here) = ([Command](), command)
        for name in names {
            guard let next = here.command(name) else { throw UsageError.noCommand(name, in: here) }
            path.append(next)
            here = next
        }
        return path
    }

    /// A first word that is no command and no file, but nearly a command.
    private func refuseMisspelt(_ word: String, _ command: Command) throws(UsageError) {
        guard !word.hasPrefix("-"), !word.utf8.contains(where: { $0 == 0x2F || $0 == 0x2E }),
            let near = NearName.of(word, among: command.shown.map(\.name)), access(word, F_OK) != 0
        else { return }
        throw UsageError("there is no command and no file '\(word)'; did you mean \(near)?")
    }

    /// Help or version before any command; nil where the word is neither.
    private func general(_ path: [Command], _ word: String, hasFallback: Bool) throws(UsageError) -> String? {
        guard word.hasPrefix("-"), word != "-", word != "--" else { return nil }
        let scan = WordScan(program.general, stopsAtPositional: true)
        for item in scan.read([word]).items {
            switch item {
            case .option(let spec, _, _): return spec === Program.help ? help(path) : version
            case .positional: break
            case .fault(let fault):
                if !hasFallback { throw fault }
            }
        }
        return nil
    }

    private var version: String { (program.version ?? "") + "\n" }

    private func help(_ path: [Command]) -> String {
        Help(program: program, path: path, columns: columns ?? TerminalWidth.current()).text
    }

    /// The words of the command that was found.
    private func read(
        _ path: [Command], _ words: [String], _ environment: [(name: String, value: String)]?
    ) throws(UsageError) -> Program.Request {
        let command = path[path.count - 1]
        let table = command.table
        let options = table.options
        var values = Values()
        var waiting = table.positionals[...]
        func place(_ text: String) throws(UsageError) {
            guard let next = waiting.first else { throw UsageError("unexpected argument '\(text)'") }
            if let complaint = next.complaint(text) { throw UsageError("<\(next.name)>: \(complaint)") }
            values.take(next, text)
            if !next.isRepeated { waiting.removeFirst() }
        }
        let scan = WordScan(options + program.general, stopsAtPositional: false)
        let (items, rest) = scan.read(words)
        for item in items {
            switch item {
            case .option(let spec, _, _) where spec === Program.help: return .text(help(path))
            case .option(let spec, _, _) where spec === Program.versionFlag: return .text(version)
            case .option(let spec, let name, let text):
                values.say(spec, try spec.texts(text, saidAt: name), .commandLine(name))
            case .positional(let text): try place(text)
            case .fault(let fault): throw fault
            }
        }
        for text in rest { try place(text) }
        if let missing = waiting.first(where: { !$0.isOptional && !values.has($0) }) {
            throw UsageError("expected <\(missing.name)>: \(missing.help)")
        }
        if let missing = options.first(where: { $0.isRequired && !values.has($0) }) {
            throw UsageError("expected \(missing.name) <\(missing.value ?? "")>: \(missing.help)")
        }
        values.fill(from: try program.fromEnvironment(options, environment))
        try table.check(values)
        return .run(command, values)
    }
}
