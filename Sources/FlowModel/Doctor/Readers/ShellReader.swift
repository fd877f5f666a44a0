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
    }

    private(set) var commands: [Command] = []

    private let text: [UInt8]
    private var at = 0
    private var line: Int
    private var command = Command()
    private var waiting: [(mark: [UInt8], stripsTabs: Bool, command: Int?)] = []

    init(_ source: String, firstLine: Int = 1) {
        // Prompts of a terminal's scrollback.
        let lines = source.lines.map { line in
            let bare = line.trimmedASCII
            return bare.hasPrefix("$ ") || bare.hasPrefix("> ") ? bare.dropFirst(2) : line
        }
        text = Array(lines.joined(separator: "\n").utf8)
        line = firstLine
        readAll()
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
            default: command.words.append(word())
            }
        }
        endCommand()
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
