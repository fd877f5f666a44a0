/// The words and signs of HCL.
struct HCLScanner {
    private let text: [UInt8]
    private(set) var at = 0
    private(set) var line: Int

    init(_ source: String, firstLine: Int) { (text, line) = (Array(source.utf8), firstLine) }

    var isAtEnd: Bool { at >= text.count }

    mutating func advance() {
        guard at < text.count else { return }
        if text[at] == 0x0A { line += 1 }
        at += 1
    }

    func source(from start: Int) -> String { String(decoding: text[min(start, at)..<at], as: UTF8.self) }

    func isAtSign(_ sign: Character) -> Bool { at < text.count && text[at] == sign.asciiValue }

    mutating func take(_ sign: Character) -> Bool {
        guard isAtSign(sign) else { return false }
        at += 1
        return true
    }

    /// Spaces and comments.
    mutating func skipSpace(newlines: Bool) {
        while at < text.count {
            switch text[at] {
            case 0x20, 0x09, 0x0D: at += 1
            case 0x0A where newlines: advance()
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "/") where at + 1 < text.count && text[at + 1] == UInt8(ascii: "/"): skipLine()
            case UInt8(ascii: "/") where at + 1 < text.count && text[at + 1] == UInt8(ascii: "*"):
                at += 2
                while at < text.count, !(text[at] == UInt8(ascii: "*") && at + 1 < text.count && text[at + 1] == 0x2F) {
                    advance()
                }
                at = min(at + 2, text.count)
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while at < text.count, text[at] != 0x0A { at += 1 }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x2D
    }

    mutating func identifier() -> (text: String, line: Int)? {
        guard at < text.count, (text[at] | 0x20) &- 0x61 < 26 || text[at] == 0x5F else { return nil }
        let start = at
        while at < text.count, Self.isWord(text[at]) { at += 1 }
        return (String(decoding: text[start..<at], as: UTF8.self), line)
    }

    /// The next word, which stays where it is.
    var peekWord: String? {
        var copy = self
        copy.skipSpace(newlines: true)
        return copy.identifier()?.text
    }

    mutating func number() -> String? {
        let start = at
        if isAtSign("-") { at += 1 }
        guard at < text.count, text[at] &- 0x30 < 10 else {
            at = start
            return nil
        }
        while at < text.count, text[at] &- 0x30 < 10 || text[at] == 0x2E { at += 1 }
        return String(decoding: text[start..<at], as: UTF8.self)
    }

    /// A quoted text; `text` is nil when something is filled in.
    mutating func string() -> (text: String?, raw: String, line: Int)? {
        guard isAtSign("\"") else { return nil }
        let (start, first) = (at, line)
        at += 1
        var (bytes, isOpaque): ([UInt8], Bool) = ([], false)
        while at < text.count, text[at] != 0x22, text[at] != 0x0A {
            let byte = text[at]
            let next = at + 1 < text.count ? text[at + 1] : 0
            if byte == 0x5C {
                bytes.append(next == UInt8(ascii: "n") ? 0x0A : next == UInt8(ascii: "t") ? 0x09 : next)
                at = min(at + 2, text.count)
            } else if (byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%")) && next == UInt8(ascii: "{") {
                if at > start, text[at - 1] == byte { bytes.append(byte) }
                isOpaque = true
                skipInterpolation()
            } else {
                bytes.append(byte)
                at += 1
            }
        }
        let raw = String(decoding: text[min(start + 1, at)..<at], as: UTF8.self)
        at = min(at + 1, text.count)
        return (isOpaque ? nil : String(decoding: bytes, as: UTF8.self), raw, first)
    }

    /// `${ … }` with braces and texts inside.
    private mutating func skipInterpolation() {
        var (depth, inside) = (0, false)
        while at < text.count, text[at] != 0x0A {
            let byte = text[at]
            at += 1
            if byte == 0x22 { inside.toggle() }
            if inside { continue }
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return }
            }
        }
    }

    /// `<<EOT` and `<<-EOT`.
    mutating func hereDocument() -> String? {
        guard isAtSign("<"), at + 1 < text.count, text[at + 1] == UInt8(ascii: "<") else { return nil }
        at += 2
        let strips = take("-")
        let mark = identifier()?.text ?? ""
        skipLine()
        advance()
        var lines: [Substring] = []
        while at < text.count {
            let end = text[at...].firstIndex(of: 0x0A) ?? text.count
            let content = Substring(String(decoding: text[at..<end], as: UTF8.self))
            at = end
            if content.trimmedASCII == mark { break }
            lines.append(content)
            advance()
        }
        let indent = strips ? lines.filter { !$0.trimmedASCII.isEmpty }.map(\.indent).min() ?? 0 : 0
        return lines.map { $0.dropFirst(min(indent, $0.indent)) }.joined(separator: "\n")
    }

    var isAtExpressionEnd: Bool {
        guard at < text.count else { return true }
        switch text[at] {
        case 0x0A, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ")"): return true
        // The colon or equals sign after a computed name of a map.
        default: return false
        }
    }

    /// To the end of an expression that is not read: a comma, a closing bracket or the line's end outside of brackets.
    mutating func skipExpression() {
        var depth = 0
        while at < text.count {
            switch text[at] {
            case 0x22: _ = string()
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "<") where hereDocument() != nil: break
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                at += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                if depth == 0 { return }
                depth -= 1
                at += 1
            case UInt8(ascii: ","):
                if depth == 0 { return }
                at += 1
            case 0x0A:
                if depth == 0 { return }
                advance()
            default: at += 1
            }
        }
    }
}
