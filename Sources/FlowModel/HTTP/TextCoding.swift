/// How a body's text is written in bytes.
public enum TextCoding: Equatable, Sendable {
    case utf8
    /// Least byte first, or last; found by its byte order mark.
    case utf16(isLittle: Bool)
    /// A byte a character: ISO 8859-1, where a `Content-Type` declares it or its like.
    case latin1

    /// The coding of a text by its first bytes, whether more follow, and its `Content-Type`; nil for what is no text.
    init?(_ head: Bytes, isCut: Bool, contentType: String?) {
        let mark = head[SourceSpan(0, 2)].array
        if mark == [0xFF, 0xFE] || mark == [0xFE, 0xFF] {
            self = .utf16(isLittle: mark[0] == 0xFF)
            return
        }
        let charset = contentType.flatMap { MediaType.parameter("charset", of: $0)?.lowercased() } ?? ""
        let isLatin = ["iso-8859-1", "latin1", "windows-1252", "us-ascii"].contains(charset)
        let trouble = Self.trouble(head, isCut: isCut, isLatin: isLatin)
        // A stray byte is shown as one; what is full of them is no text.
        guard trouble.controls + trouble.invalid <= 1 + head.count / 16 else { return nil }
        self = isLatin && trouble.invalid > 0 ? .latin1 : .utf8
    }

    /// Controls that texts have no use for, and bytes that are no UTF-8.
    private static func trouble(_ head: Bytes, isCut: Bool, isLatin: Bool) -> (controls: Int, invalid: Int) {
        head.withBytes { bytes in
            var controls = 0
            for byte in bytes where byte < 0x20 && !(0x08...0x0D).contains(byte) && byte != 0x1B { controls += 1 }
            var (invalid, from) = (0, 0)
            while let at = UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: bytes[from...])) {
                // A character that the end of what is looked at cuts is none.
                if isCut, bytes.count - (from + at) < 4 { break }
                invalid += 1
                from += at + 1
            }
            // In ISO 8859-1 every byte is a character.
            return (controls, isLatin ? min(invalid, 1) : invalid)
        }
    }

    /// The text as UTF-8.
    public func utf8(_ body: Bytes) -> Bytes {
        switch self {
        case .utf8: return body
        case .latin1:
            var out: [UInt8] = []
            out.reserveCapacity(body.count + body.count / 8)
            for byte in body.array {
                if byte < 0x80 { out.append(byte) } else { out += [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
            }
            return Bytes(out)
        case .utf16(let isLittle):
            let units = (1..<max(1, body.count / 2)).map { at in
                let (first, second) = (UInt16(body[2 * at]), UInt16(body[2 * at + 1]))
                return isLittle ? second << 8 | first : first << 8 | second
            }
            return Bytes(String(decoding: units, as: UTF16.self))
        }
    }

    /// Its name, where it is not what everything else is written in.
    public var words: String? {
        switch self {
        case .utf8: nil
        case .latin1: "ISO 8859-1"
        case .utf16: "UTF-16"
        }
    }
}
