/// A shell text as commands with words and here-documents: quoting as sh does it, expansions left as written.
struct ShellReader {
    struct Word {
        var text: String
        let line: Int
    }

    struct Here {
        let text: String
        let firstLine: Int
    }

    struct Command {
        var words: [Word] = []
        var here: [Here] = []
        /// What it printed, in a terminal's scrollback.
        var printed: [Here] = []
    }

    private(set) var commands: [Command] = []

    private let text: [UInt8]
    private var at = 0
    private var line: Int
    private var command = Command()
    private var waiting: [(mark: [UInt8], stripsTabs: Bool, command: Int?)] = []
    /// Whether brackets that open a line may still be those of JSON: one that never closes ends the search.
    private var mayPrintJSON = true

    init(_ source: String, firstLine: Int = 1) {
        let lines = source.lines
        let session = TerminalSession(lines)
        // The prompts of a command's further lines.
        let typed = session?.typed ?? lines.map { $0.trimmedASCII.hasPrefix("> ") ? $0.trimmedASCII.dropFirst(2) : $0 }
        text = Array(typed.joined(separator: "\n").utf8)
        line = firstLine
        readAll()
        for output in session?.outputs ?? [] {
            let first = firstLine + output.line
            let here = Here(text: output.text, firstLine: first)
            let owner = commands.partitioningIndex { ($0.words.first?.line ?? 0) > first }
            if owner > 0 { commands[owner - 1].printed.append(here) } else { commands.append(.init(printed: [here])) }
        }
    }

    private mutating func readAll() {
        while at < text.count {
            switch text[at] {
            case 0x20, 0x09, 0x0D: at += 1
            case 0x0A:
                at += 1
                line += 1
                endCommand()
                readHereDocuments()
            case 0x5C where at + 1 < text.count && text[at + 1] == 0x0A:
                at += 2
                line += 1
            case UInt8(ascii: "#"): skipComment()
            case UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "("), UInt8(ascii: ")"):
                at += 1
                endCommand()
            case UInt8(ascii: "<"): redirection()
            case UInt8(ascii: ">"):
                while at < text.count, text[at] == UInt8(ascii: ">") || text[at] == UInt8(ascii: "&") { at += 1 }
                while at < text.count, text[at] == 0x20 { at += 1 }
                if at < text.count, text[at] != 0x0A, !Self.ends(text[at]) { _ = word() }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if mayPrintJSON, command.words.isEmpty, isLineStart, let end = endOfJSON() {
                    printed(to: end)
                } else {
                    command.words.append(word())
                }
            default: command.words.append(word())
            }
        }
        endCommand()
    }

    // MARK: JSON that a command printed

    /// Whether nothing but spaces stands before this place in its line.
    private var isLineStart: Bool {
        var place = at
        while place > 0, text[place - 1] == 0x20 || text[place - 1] == 0x09 { place -= 1 }
        return place == 0 || text[place - 1] == 0x0A
    }

    /// Behind the bracket that closes the one here, where JSON begins here; nil for a group or a test of the shell.
    private mutating func endOfJSON() -> Int? {
        var next = at + 1
        while next < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[next]) { next += 1 }
        guard next < text.count else { return nil }
        let isObject = text[at] == UInt8(ascii: "{")
        let follows: [UInt8] = isObject ? [0x22] : [0x22, UInt8(ascii: "{")]
        guard follows.contains(text[next]) else { return nil }
        var (depth, inText, place) = (0, false, at)
        while place < text.count {
            let byte = text[place]
            place += 1
            if inText {
                if byte == 0x5C { place += 1 } else if byte == 0x22 { inText = false }
            } else if byte == 0x22 {
                inText = true
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                depth += 1
            } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                depth -= 1
                if depth == 0 { return place }
            }
        }
        mayPrintJSON = false
        return nil
    }

    private mutating func printed(to end: Int) {
        let here = Here(text: String(decoding: text[at..<end], as: UTF8.self), firstLine: line)
        line += text[at..<end].count { $0 == 0x0A }
        at = end
        if commands.isEmpty { commands.append(Command()) }
        commands[commands.count - 1].printed.append(here)
    }

    private static func ends(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D: true
        case UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"): true
        case UInt8(ascii: "("), UInt8(ascii: ")"): true
        default: false
        }
    }

    private mutating func endCommand() {
        if !command.words.isEmpty || !command.here.isEmpty {
            commands.append(command)
            for index in waiting.indices where waiting[index].command == nil {
                waiting[index].command = commands.count - 1
            }
        }
        command = Command()
    }

    private mutating func skipComment() {
        while at < text.count, text[at] != 0x0A { at += 1 }
    }

    /// One word, its quotes taken away.
    private mutating func word() -> Word {
        let start = line
        var bytes: [UInt8] = []
        while at < text.count, !Self.ends(text[at]) {
            let byte = text[at]
            at += 1
            switch byte {
            case 0x27: quoted(0x27, into: &bytes)
            case 0x22: quoted(0x22, into: &bytes)
            case UInt8(ascii: "$") where at < text.count && text[at] == UInt8(ascii: "("):
                bytes.append(byte)
                substitution(into: &bytes)
            case 0x5C where at < text.count:
                if text[at] == 0x0A {
                    line += 1
                } else {
                    bytes.append(text[at])
                }
                at += 1
            default: bytes.append(byte)
            }
        }
        return Word(text: String(decoding: bytes, as: UTF8.self), line: start)
    }

    private mutating func quoted(_ quote: UInt8, into bytes: inout [UInt8]) {
        while at < text.count, text[at] != quote {
            if quote == 0x22, text[at] == 0x5C, at + 1 < text.count {
                let next = text[at + 1]
                at += 2
                switch next {
                case 0x0A: line += 1
                case 0x22, 0x5C, UInt8(ascii: "$"), UInt8(ascii: "`"): bytes.append(next)
                default: bytes += [0x5C, next]
                }
                continue
            }
            if text[at] == 0x0A { line += 1 }
            bytes.append(text[at])
            at += 1
        }
        at = min(at + 1, text.count)
    }

    /// `$( … )` as written.
    private mutating func substitution(into bytes: inout [UInt8]) {
        var depth = 0
        while at < text.count {
            let byte = text[at]
            if byte == 0x0A { line += 1 }
            bytes.append(byte)
            at += 1
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return }
        }
    }

    private mutating func redirection() {
        at += 1
        guard at < text.count, text[at] == UInt8(ascii: "<") else {
            while at < text.count, text[at] == 0x20 { at += 1 }
            if at < text.count, !Self.ends(text[at]) { _ = word() }
            return
        }
        at += 1
        if at < text.count, text[at] == UInt8(ascii: "<") {  // a here-string
            at += 1
            while at < text.count, text[at] == 0x20 { at += 1 }
            if at < text.count, !Self.ends(text[at]) {
                let string = word()
                command.here.append(Here(text: string.text, firstLine: string.line))
            }
            return
        }
        let strips = at < text.count && text[at] == UInt8(ascii: "-")
        if strips { at += 1 }
        while at < text.count, text[at] == 0x20 { at += 1 }
        guard at < text.count, !Self.ends(text[at]) else { return }
        waiting.append((Array(word().text.utf8), strips, nil))
    }

    /// The here-documents announced on the line that just ended.
    private mutating func readHereDocuments() {
        for (mark, strips, owner) in waiting {
            let first = line
            var body: [UInt8] = []
            while at < text.count {
                let end = text[at...].firstIndex(of: 0x0A) ?? text.count
                var content = text[at..<end]
                if strips { content = content.drop { $0 == 0x09 } }
                at = min(end + 1, text.count)
                line += 1
                if content.elementsEqual(mark) || content.dropLast(content.last == 0x0D ? 1 : 0).elementsEqual(mark) {
                    break
                }
                body += content
                body.append(0x0A)
            }
            let here = Here(text: String(decoding: body, as: UTF8.self), firstLine: first)
            if let owner, commands.indices.contains(owner) {
                commands[owner].here.append(here)
            } else {
                commands.append(Command(words: [], here: [here]))
            }
        }
        waiting = []
    }
}
