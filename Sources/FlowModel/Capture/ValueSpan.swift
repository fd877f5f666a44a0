/// A value behind its name, and where it ends in the text.
struct ValueSpan {
    let value: String
    let end: Int

    /// As far as a value may stand behind its name.
    private static let reach = 72

    /// Words that say how the value is held, not what it is: `Some("…")`, `string(12) "…"`, `array ( 0 => '…'`.
    private static let holders = [
        "string", "array", "some", "value", "values", "domain", "httpmethod", "b", "u", "hidden", "bytes",
    ]

    /// Where the value of a name begins; nil where nothing says that it is one.
    static func start(_ bytes: [UInt8], _ name: NamedWord) -> Int? {
        var (index, isSaid, lines) = (name.end, false, 0)
        while index < bytes.count, index < name.end + reach {
            let byte = bytes[index]
            switch byte {
            case 0x3A, 0x3D, 0x7C, 0x3E: isSaid = true
            case 0x2C:
                guard name.isQuoted || isSaid || isAlone(bytes, name) else { return nil }
                isSaid = true
            case 0x0A:
                lines += 1
                guard lines < 4, isSaid || name.isQuoted || isAlone(bytes, name) else { return nil }
                isSaid = true
            case 0x20, 0x09, 0x0D, 0x22, 0x27, 0x60, 0x5C, 0x28, 0x29, 0x7B, 0x5B, 0x5D, 0x2A, 0x2D: break
            case 0xE2 where index + 2 < bytes.count && [0x94, 0x95, 0x86].contains(bytes[index + 1]):
                isSaid = true
                index += 2
            default:
                guard let end = holder(bytes, index, isSaid) else { return isSaid ? index : nil }
                index = end - 1
            }
            index += 1
        }
        return nil
    }

    /// Where a holder's word, its size, or an index ends.
    private static func holder(_ bytes: [UInt8], _ start: Int, _ isSaid: Bool) -> Int? {
        var end = start
        while end < bytes.count, end < start + 12, PastedLines.isNameByte(bytes[end]) { end += 1 }
        guard end > start, end < bytes.count else { return nil }
        let next = bytes[end]
        if bytes[start..<end].allSatisfy({ $0 &- 0x30 < 10 }) {
            // `string(812)`, and the place in a list: `0 => `.
            return next == 0x29 || next == 0x20 && end + 2 < bytes.count && bytes[end + 1] == 0x3D ? end : nil
        }
        let word = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
        guard holders.contains(word) else { return nil }
        return [0x20, 0x28, 0x22, 0x27, 0x3A, 0x3D, 0x0A].contains(next) ? end : nil
    }

    /// Whether nothing else stands in the name's line: its value is in the next one.
    private static func isAlone(_ bytes: [UInt8], _ name: NamedWord) -> Bool {
        let line = bytes[..<name.start].suffix(40).split(separator: 0x0A, omittingEmptySubsequences: false).last ?? []
        let words = line.drop { [0x20, 0x09, 0x3A, 0x2A, 0x2D, 0x22, 0x27].contains($0) }
        // `- name: DPoP`, and its value in the next line.
        guard words.isEmpty || ["name: ", "key: ", "header: "].contains(String(decoding: words, as: UTF8.self)) else {
            return false
        }
        var after = name.end
        while after < bytes.count, [0x20, 0x09, 0x0D, 0x3A, 0x2C, 0x22, 0x27].contains(bytes[after]) { after += 1 }
        return after < bytes.count && bytes[after] == 0x0A
    }

    /// What may stand between a method and its URL.
    static func isBetween(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D, 0x22, 0x27, 0x60, 0x28, 0x2C, 0x3A, 0x3D, 0x5B, 0x5C, 0x3C, 0x3E, 0x2A].contains(byte)
    }

    /// A URL, or a path where one is meant.
    static func target(_ bytes: [UInt8], _ start: Int, allowsPath: Bool) -> ValueSpan? {
        guard start < bytes.count else { return nil }
        let head = String(decoding: bytes[start...].prefix(8), as: UTF8.self).lowercased()
        guard head.hasPrefix("http://") || head.hasPrefix("https://") || allowsPath && head.hasPrefix("/") else {
            return nil
        }
        let text = run(bytes, start)
        return text.value.utf8.count > 7 || !head.hasPrefix("http") ? text : nil
    }

    /// A run without blanks, quotes and the brackets of what is around it.
    static func run(_ bytes: [UInt8], _ start: Int) -> ValueSpan {
        var end = start
        while end < bytes.count, bytes[end] > 0x20, !isEdge(bytes[end]), bytes[end] != 0x2C {
            // `[\r]` is a line end that is written out.
            if bytes[end] == 0x5B, end + 1 < bytes.count, bytes[end + 1] == 0x5C { break }
            end += 1
        }
        let whole = end
        while end > start + 1, [0x3A, 0x2E, 0x3B, 0x5D].contains(bytes[end - 1]) { end -= 1 }
        return ValueSpan(value: String(decoding: bytes[start..<end], as: UTF8.self), end: whole)
    }

    private static func isEdge(_ byte: UInt8) -> Bool {
        [0x22, 0x27, 0x60, 0x3C, 0x3E, 0x5C, 0x29, 0x7D].contains(byte)
    }

    /// Whether a JWS begins there.
    static func isToken(_ bytes: [UInt8], _ start: Int) -> Bool {
        start + 2 < bytes.count && bytes[start] == 0x65 && bytes[start + 1] == 0x79
    }

    /// A JWS, also where its line was wrapped, and the mark of one that was cut.
    static func token(_ bytes: [UInt8], _ start: Int) -> ValueSpan {
        var (value, end, dots) = ([UInt8](), start, 0)
        while end < bytes.count {
            let byte = bytes[end]
            if NamedWord.isByte(byte) {
                dots += byte == 0x2E ? 1 : 0
            } else if byte == 0x0A || byte == 0x0D, dots < 2, let next = wrapped(bytes, end) {
                end = next
                continue
            } else if !(byte == 0xE2 && bytes[end...].starts(with: "…".utf8)) && !(byte & 0xC0 == 0x80 && end > start) {
                break
            }
            value.append(byte)
            end += 1
        }
        return ValueSpan(value: String(decoding: value, as: UTF8.self), end: end)
    }

    /// Where a wrapped token goes on in the next line; nil where it does not.
    private static func wrapped(_ bytes: [UInt8], _ at: Int) -> Int? {
        var start = at
        while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
        var end = start
        while end < bytes.count, NamedWord.isByte(bytes[end]) { end += 1 }
        let isLong = end - start >= 20
        return isLong && (end == bytes.count || [0x0A, 0x0D, 0x22, 0x27, 0x2C].contains(bytes[end])) ? start : nil
    }

    /// A scheme and what it presents.
    static func credentials(_ bytes: [UInt8], _ start: Int) -> ValueSpan? {
        let scheme = bytes[start...].prefix(12).prefix { ($0 | 0x20) &- 0x61 < 26 }
        let name = String(decoding: scheme, as: UTF8.self).lowercased()
        let isBare = isToken(bytes, start)
        guard isBare || ["dpop", "bearer", "basic", "pop", "token", "jwt"].contains(name) else { return nil }
        guard !isBare else { return token(bytes, start) }
        var index = start + scheme.count
        while index < bytes.count, index < start + 24, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
        guard index > start + scheme.count else { return nil }
        let text = isToken(bytes, index) ? token(bytes, index) : word(bytes, index)
        guard !text.value.isEmpty else { return nil }
        return ValueSpan(value: String(decoding: scheme, as: UTF8.self) + " " + text.value, end: text.end)
    }

    /// A word of any kind up to the next blank, quote or comma.
    private static func word(_ bytes: [UInt8], _ start: Int) -> ValueSpan {
        var end = start
        while end < bytes.count, bytes[end] > 0x20, ![0x22, 0x27, 0x60, 0x2C, 0x5D, 0x5C].contains(bytes[end]) {
            end += 1
        }
        return ValueSpan(value: String(decoding: bytes[start..<end], as: UTF8.self), end: end)
    }

    /// A field's value with blanks in it: up to its quote, its bracket, the next name of its list, or its line's end.
    static func text(_ bytes: [UInt8], _ name: NamedWord) -> ValueSpan? {
        guard let start = start(bytes, name) else { return nil }
        let opener = bytes[start - 1]
        if [0x22, 0x27, 0x60].contains(opener) {
            if start > 1, bytes[start - 2] == 0x5C { return unescaped(bytes, start, quote: opener) }
            return quoted(bytes, start, opener)
        }
        let isInline = bytes[name.end...].first == 0x3D || opener == 0x5B
        var end = start
        while end < bytes.count, bytes[end] != 0x0A, end < start + 4096 {
            if bytes[end] == 0x5B || bytes[end] == 0x5C,
                bytes[end...].starts(with: "[\\r]".utf8) || bytes[end...].starts(with: "\\r\\n".utf8)
            {
                break
            }
            if isInline, bytes[end] == 0x5D || bytes[end] == 0x7D || isNextName(bytes, end) { break }
            end += 1
        }
        let text = String(decoding: bytes[start..<end], as: UTF8.self).trimmed
        return ValueSpan(value: text.hasSuffix(",") ? String(text.dropLast()) : text, end: end)
    }

    /// ` name=` where no quote follows: a parameter of a challenge has one.
    private static func isNextName(_ bytes: [UInt8], _ at: Int) -> Bool {
        guard bytes[at] == 0x20 else { return false }
        var end = at + 1
        while end < bytes.count, end < at + 40, PastedLines.isNameByte(bytes[end]) { end += 1 }
        return end > at + 1 && end + 1 < bytes.count && bytes[end] == 0x3D && bytes[end + 1] != 0x22
    }

    private static func quoted(_ bytes: [UInt8], _ start: Int, _ quote: UInt8) -> ValueSpan {
        var (value, end) = ([UInt8](), start)
        while end < bytes.count, bytes[end] != quote, end < start + 4096 {
            if bytes[end] == 0x5C, end + 1 < bytes.count { end += 1 }
            value.append(bytes[end])
            end += 1
        }
        return ValueSpan(value: String(decoding: value, as: UTF8.self), end: end)
    }

    /// A text within a quoted one, without one level of escapes: up to the quote that is not escaped, or an escaped
    /// `quote`.
    static func unescaped(_ bytes: [UInt8], _ start: Int, quote: UInt8? = nil) -> ValueSpan {
        var (value, end) = ([UInt8](), start)
        while end < bytes.count, bytes[end] != 0x22, bytes[end] != 0x0A, end < start + 1 << 16 {
            if bytes[end] == 0x5C, end + 1 < bytes.count {
                end += 1
                if bytes[end] == quote { break }
                value.append(bytes[end] == 0x6E ? 0x0A : bytes[end] == 0x74 ? 0x09 : bytes[end])
            } else {
                value.append(bytes[end])
            }
            end += 1
        }
        return ValueSpan(value: String(decoding: value, as: UTF8.self), end: end)
    }
}
