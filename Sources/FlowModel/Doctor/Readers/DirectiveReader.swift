/// nginx's and Apache's files as trees of directives.
struct Directive: Sendable {
    let name: String
    let words: [String]
    let line: Int
    var children: [Directive] = []

    /// This directive and all below it, outermost first.
    func walk(_ visit: (Directive, _ parents: [Directive]) -> Void) {
        var pending: [(Directive, [Directive])] = [(self, [])]
        while let (directive, parents) = pending.popLast() {
            visit(directive, parents)
            for child in directive.children.reversed() { pending.append((child, parents + [directive])) }
        }
    }

    /// Whether it or anything in it is of that kind.
    func contains(where fits: (Directive) -> Bool) -> Bool {
        var isFound = false
        walk { directive, _ in isFound = isFound || fits(directive) }
        return isFound
    }

    func all(_ name: String) -> [Directive] { children.filter { $0.name.lowercased() == name } }
}

enum DirectiveReader {
    private static let depthLimit = 60

    /// `name words;` and `name words { … }`.
    static func nginx(_ text: String, firstLine: Int = 1) -> Directive {
        var stack = [Directive(name: "", words: [], line: firstLine)]
        var (words, line, started, tooDeep): ([String], Int, Int, Int) = ([], firstLine, firstLine, 0)
        var word: [UInt8] = []
        var hasWord = false
        let bytes = Array(text.utf8)
        var at = 0
        func endWord() {
            if hasWord { words.append(String(decoding: word, as: UTF8.self)) }
            (word, hasWord) = ([], false)
        }
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case 0x0A:
                endWord()
                line += 1
            case 0x20, 0x09, 0x0D: endWord()
            case UInt8(ascii: "#") where !hasWord:
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
            case 0x22, 0x27:
                if words.isEmpty, !hasWord { started = line }
                hasWord = true
                while at < bytes.count, bytes[at] != byte {
                    if bytes[at] == 0x5C, at + 1 < bytes.count { at += 1 }
                    if bytes[at] == 0x0A { line += 1 }
                    word.append(bytes[at])
                    at += 1
                }
                at = min(at + 1, bytes.count)
            case UInt8(ascii: "{") where !(hasWord && word.last == UInt8(ascii: "$")):
                endWord()
                if stack.count >= depthLimit {
                    tooDeep += 1
                } else {
                    stack.append(
                        Directive(name: words.first ?? "", words: Array(words.dropFirst()), line: started))
                }
                words = []
            case UInt8(ascii: "}") where !(hasWord && word.contains(UInt8(ascii: "{"))):
                endWord()
                words = []
                if tooDeep > 0 {
                    tooDeep -= 1
                } else if stack.count > 1 {
                    let done = stack.removeLast()
                    stack[stack.count - 1].children.append(done)
                }
            case UInt8(ascii: ";"):
                endWord()
                if let name = words.first, tooDeep == 0 {
                    stack[stack.count - 1].children.append(
                        Directive(name: name, words: Array(words.dropFirst()), line: started))
                }
                words = []
            default:
                if words.isEmpty, !hasWord { started = line }
                hasWord = true
                word.append(byte)
            }
        }
        while stack.count > 1 {
            let done = stack.removeLast()
            stack[stack.count - 1].children.append(done)
        }
        return stack[0]
    }

    /// `Name words` and `<Section words> … </Section>`.
    static func apache(_ text: String, firstLine: Int = 1) -> Directive {
        var stack = [Directive(name: "", words: [], line: firstLine)]
        var (parts, number): ([Substring], Int) = ([], firstLine)
        for (index, raw) in text.lines.enumerated() {
            if parts.isEmpty { number = firstLine + index }
            if raw.hasSuffix("\\") {
                parts.append(raw.dropLast())
                continue
            }
            let line = parts.joined() + raw
            parts = []
            let bare = line.trimmedASCII
            guard !bare.isEmpty, !bare.hasPrefix("#") else { continue }
            if bare.hasPrefix("</") {
                guard stack.count > 1 else { continue }
                let done = stack.removeLast()
                stack[stack.count - 1].children.append(done)
            } else if bare.hasPrefix("<") {
                let words = QuotedWords.apache.cut(bare.dropFirst().prefix { $0 != ">" })
                guard stack.count < depthLimit else { continue }
                stack.append(Directive(name: words.first ?? "", words: Array(words.dropFirst()), line: number))
            } else {
                let words = QuotedWords.apache.cut(bare)
                guard let name = words.first else { continue }
                stack[stack.count - 1].children.append(
                    Directive(name: name, words: Array(words.dropFirst()), line: number))
            }
        }
        while stack.count > 1 {
            let done = stack.removeLast()
            stack[stack.count - 1].children.append(done)
        }
        return stack[0]
    }
}
