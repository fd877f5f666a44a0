extension Program {
    /// A page of Markdown about every command: what `--help` says, for reading elsewhere.
    public func markdown() -> String {
        var out = Self.section([root], self, level: 2)
        func add(_ path: [Command]) {
            for next in path[path.count - 1].shown {
                out += "\n" + Self.section(path + [next], self, level: 2)
                add(path + [next])
            }
        }
        add([root])
        return out
    }

    private static func section(_ path: [Command], _ program: Program, level: Int) -> String {
        let command = path[path.count - 1]
        let table = command.table
        var out = String(repeating: "#", count: level) + " \(path.map(\.name).joined(separator: " "))\n\n"
        out += command.summary + "\n\n```\n\(Help.usage(path, table))\n```\n"
        out += prose(command.about)
        if !table.positionals.isEmpty {
            out += "\n| argument | what it is |\n| --- | --- |\n"
            for one in table.positionals { out += row(["`<\(one.name)>`", Help.words(one)]) }
        }
        for group in table.groups where group.options.contains(where: { !$0.isHidden }) {
            out += options(group, program)
        }
        if !command.subcommands.isEmpty {
            out += "\n| command | what it does |\n| --- | --- |\n"
            for one in command.shown { out += row(["`\(one.name)`", one.summary]) }
        }
        return out
    }

    private static func options(_ group: OptionGroup, _ program: Program) -> String {
        let hasSettings = group.options.contains { $0.key != nil }
        var out =
            "\n| \(group.title.lowercased()) | what it does |" + (hasSettings ? " variable, key of a profile |" : "")
        out += "\n| --- | --- |" + (hasSettings ? " --- |" : "") + "\n"
        for option in group.options where !option.isHidden {
            let also =
                option.key.flatMap { key in option.variable(program.variablePrefix).map { "`\($0)`, `\(key)`" } } ?? ""
            out += row(["`\(Help.label(option))`", Help.words(option)] + (hasSettings ? [also] : []))
        }
        return out
    }

    /// Paragraphs as they are; indented blocks as code.
    private static func prose(_ text: String) -> String {
        guard !text.isEmpty else { return "" }
        var (out, isCode) = ("\n", false)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isIndented = line.hasPrefix(" ")
            if isIndented != isCode, isIndented || !line.isEmpty || isCode {
                out += isIndented ? "\n```\n" : "```\n"
                isCode = isIndented
            }
            out += (isIndented ? String(line.dropFirst(2)) : escaped(line)) + "\n"
        }
        return out + (isCode ? "```\n" : "")
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.split(separator: "|").joined(separator: "\\|") }.joined(separator: " | ") + " |\n"
    }

    private static func escaped(_ line: Substring) -> String {
        line.map { "<>*".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
