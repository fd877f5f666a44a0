/// A terminal's scrollback: prompts with what was typed, and what the commands printed.
struct TerminalSession {
    struct Output {
        let text: String
        /// The number of its first line among the session's, from 0.
        let line: Int
    }

    /// What was typed, on the lines where it stood; the others are empty.
    private(set) var typed: [Substring] = []
    private(set) var outputs: [Output] = []

    /// Nil where no line begins with a prompt.
    init?(_ lines: [Substring]) {
        guard lines.contains(where: { Self.behindPrompt($0) != nil }) else { return nil }
        var state = Quotes()
        var (printed, first): ([Substring], Int) = ([], 0)
        func end(_ printed: [Substring], _ first: Int) -> [Output] {
            let text = printed.joined(separator: "\n")
            return text.trimmedASCII.isEmpty ? [] : [Output(text: text, line: first)]
        }
        for (index, line) in lines.enumerated() {
            if state.isOpen {
                let bare = line.trimmedASCII
                let rest = bare.hasPrefix("> ") && state.mark == nil ? bare.dropFirst(2) : line
                typed.append(rest)
                state.take(rest)
            } else if let rest = Self.behindPrompt(line) {
                outputs += end(printed, first)
                printed = []
                typed.append(rest)
                state.take(rest)
            } else {
                if printed.isEmpty { first = index }
                printed.append(line)
                typed.append("")
            }
        }
        outputs += end(printed, first)
    }

    /// What stands behind `$ `, `user@host:~$ `, `[user@host ~]# ` or `C:\>`.
    private static func behindPrompt(_ line: Substring) -> Substring? {
        let bare = line.trimmedASCII
        if bare.hasPrefix("$ ") || bare.hasPrefix("❯ ") || bare.hasPrefix("➜ ") { return bare.dropFirst(2) }
        let head = bare.prefix(80)
        if head.utf8.count > 3, head.dropFirst().hasPrefix(":\\"), let end = head.firstIndex(of: ">") {
            return bare[bare.index(after: end)...]
        }
        if head.hasPrefix("PS "), let end = head.firstIndex(of: ">") { return bare[bare.index(after: end)...] }
        guard let at = head.firstIndex(of: "@"), let end = signs(head, from: at) else { return nil }
        let before = head[..<end]
        let isWord = !before.contains(" ") || before.hasPrefix("[") && before.hasSuffix("]") || before.hasPrefix("(")
        return isWord ? bare[end...].dropFirst(2) : nil
    }

    private static func signs(_ head: Substring, from start: Substring.Index) -> Substring.Index? {
        var at = start
        while let sign = head[at...].firstIndex(where: { $0 == "$" || $0 == "#" || $0 == "%" }) {
            let next = head.index(after: sign)
            if next < head.endIndex, head[next] == " " { return sign }
            at = next
        }
        return nil
    }

    /// Whether what was typed goes on in the next line: a backslash, an open quote, a here-document.
    private struct Quotes {
        private var quote: UInt8?
        private var isContinued = false
        /// The end of the here-document that is being typed.
        private(set) var mark: String?

        var isOpen: Bool { quote != nil || isContinued || mark != nil }

        mutating func take(_ line: Substring) {
            isContinued = false
            if let mark {
                if line.trimmedASCII == mark { self.mark = nil }
                return
            }
            var isEscaped = false
            for byte in line.utf8 {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C, quote != 0x27 {
                    isEscaped = true
                } else if let open = quote {
                    if byte == open { quote = nil }
                } else if byte == 0x22 || byte == 0x27 {
                    quote = byte
                }
            }
            isContinued = isEscaped
            guard quote == nil, let here = line.firstRange(of: "<<"), !line[here.upperBound...].hasPrefix("<") else {
                return
            }
            let word = line[here.upperBound...].drop { $0 == "-" || $0 == " " || $0 == "\"" || $0 == "'" }.prefix {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
            }
            if !word.isEmpty { mark = String(word) }
        }
    }
}
