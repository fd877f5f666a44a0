/// The help of a command, out of the table.
struct Help {
    let program: Program
    /// From the program down to the command.
    let path: [Command]
    let columns: Int

    private var command: Command { path[path.count - 1] }

    var text: String {
        let table = self.table
        var out = Fold.text(command.summary, columns) + "\n"
        out += Fold.line("Usage: " + Self.usage(path, table), columns, hang: 7) + "\n"
        if !command.about.isEmpty { out += "\n" + Fold.text(command.about, columns) }
        let rows = table.positionals.map { (label: "<\($0.name)>", words: Self.words($0)) }
        out += section("Arguments", rows)
        for group in Self.groups(program, table) {
            out += section(group.title, group.options.filter { !$0.isHidden }.map { (Self.label($0), Self.words($0)) })
        }
        if !command.subcommands.isEmpty {
            let title = command.fallback.map { "Commands (\($0) where none is named)" } ?? "Commands"
            let rows = command.shown.map { (label: $0.name, words: $0.summary) }
            out += section(title, rows + [("help <command>", "Explain a command.")])
        }
        return out
    }

    private var table: Table { command.table }

    private func section(_ title: String, _ rows: [(label: String, words: String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let fitting = rows.map(\.label.count).filter { $0 <= 28 }
        let indent = columns < 60 ? 8 : max(14, (fitting.max() ?? 0) + 4)
        var out = "\n\(title):\n"
        for (label, words) in rows {
            let head = "  " + label
            let isApart = head.count + 2 > indent
            if isApart { out += Fold.line(head, columns, hang: 4) + "\n" }
            let lead = isApart ? String(repeating: " ", count: indent) : head.padded(to: indent)
            out += words.isEmpty ? (isApart ? "" : head + "\n") : Fold.line(lead + words, columns, hang: indent) + "\n"
        }
        return out
    }

    /// The groups of a table, the options that every command has with the last of plain ones.
    static func groups(_ program: Program, _ table: Table) -> [(title: String, options: [OptionSpec])] {
        table.groups.map { ($0.title, $0.options) } + [("General", program.general)]
    }

    /// `dpop-tui check [options] <file>...`
    static func usage(_ path: [Command], _ table: Table) -> String {
        let command = path[path.count - 1]
        var words = path.map(\.name)
        words += table.options.filter(\.isRequired).map { "\($0.name) <\($0.value ?? "")>" }
        words.append("[options]")
        if !command.subcommands.isEmpty { words.append("<command>") }
        words += table.positionals.map(\.usage)
        return words.joined(separator: " ")
    }

    /// `-f, --format <format>`
    static func label(_ spec: OptionSpec) -> String {
        let short = spec.names.filter { $0.utf8.count == 2 }
        let names = short + spec.names.filter { $0.utf8.count > 2 } + spec.negations
        return names.joined(separator: ", ") + (spec.value.map { " <\($0)>" } ?? "")
    }

    /// The line of help, then the words and what holds without.
    static func words(_ spec: OptionSpec) -> String {
        var notes: [String] = []
        if !spec.words.isEmpty { notes.append("one of " + spec.words.joined(separator: ", ")) }
        if let usual = spec.usual { notes.append("default: \(usual)") }
        return spec.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }

    static func words(_ spec: PositionalSpec) -> String {
        spec.help + (spec.words.isEmpty ? "" : " (one of \(spec.words.joined(separator: ", ")))")
    }
}

/// Text folded to a width.
enum Fold {
    /// Paragraphs are filled; lines that are indented are kept, and folded by themselves.
    static func text(_ text: String, _ columns: Int) -> String {
        var (out, paragraph) = ("", [Substring]())
        func end() {
            if !paragraph.isEmpty { out += line(paragraph.joined(separator: " "), columns, hang: 0) + "\n" }
            paragraph = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty || line.hasPrefix(" ") {
                end()
                out += line.isEmpty ? "\n" : self.line(String(line), columns, hang: hang(line, columns)) + "\n"
            } else if line.allSatisfy({ $0.isUppercase || $0 == " " }) {
                end()
                out += line + "\n"
            } else {
                paragraph.append(line)
            }
        }
        end()
        return out
    }

    /// Where an indented line goes on: below its second column, where it has one.
    private static func hang(_ line: Substring, _ columns: Int) -> Int {
        let indent = line.prefix { $0 == " " }.count
        let words = line.dropFirst(indent)
        guard let gap = words.indices.first(where: { words[$0...].hasPrefix("   ") }) else { return indent + 2 }
        let rest = words[gap...].drop { $0 == " " }
        let column = line.count - rest.count
        return column * 2 > columns ? indent + 2 : column
    }

    /// One line, broken at spaces; what goes on is indented by `hang`. Spaces inside are kept.
    static func line(_ text: String, _ columns: Int, hang: Int) -> String {
        let width = max(20, columns)
        var (out, rest) = ("", Substring(text))
        let hang = min(hang, width / 2)
        var indent = 0
        while rest.count > width - indent {
            let lead = rest.prefix { $0 == " " }.count
            let room = rest.prefix(max(1, width - indent) + 1)
            // The first break is after the lead, so that a line never becomes empty.
            let cut = room.lastIndex(of: " ").flatMap { room.distance(from: room.startIndex, to: $0) > lead ? $0 : nil }
            guard let cut = cut ?? rest.dropFirst(lead).firstIndex(of: " ") else { break }
            let kept = rest[..<cut]
            out += kept.trimmedEnd + "\n" + String(repeating: " ", count: hang)
            rest = rest[cut...].drop { $0 == " " }
            indent = hang
        }
        return out + rest.trimmedEnd
    }
}

extension Substring {
    fileprivate var trimmedEnd: Substring {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
