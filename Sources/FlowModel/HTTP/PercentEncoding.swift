/// Percent-encoding (RFC 3986 §2.1).
public enum PercentEncoding {
    /// A name or value of a form, for what we write ourselves.
    public static func form(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let plain = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~*".utf8.contains(byte)
            out += plain ? String(UnicodeScalar(byte)) : byte == 0x20 ? "+" : encoded(byte)
        }
        return out
    }

    /// A part of a URL with its bytes beyond ASCII as `%C3%A4` (RFC 3986 §2.5); everything else stays as it is.
    static func beyondASCII(_ part: Substring) -> String {
        guard part.utf8.contains(where: { $0 >= 0x80 }) else { return String(part) }
        var out = ""
        for byte in part.utf8 { out += byte < 0x80 ? String(UnicodeScalar(byte)) : encoded(byte) }
        return out
    }

    private static func encoded(_ byte: UInt8) -> String { "%" + Hex.two(byte).uppercased() }

    /// The text that is encoded; what is no encoding stays, and bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Parameter plusIsBlank: As forms have it.
    static func decode(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
        let (percent, plus) = (UInt8(ascii: "%"), plusIsBlank ? UInt8(ascii: "+") : nil)
        guard text.utf8.contains(where: { $0 == percent || $0 == plus }) else { return String(text) }
        let bytes = Array(text.utf8)
        var (out, at): ([UInt8], Int) = ([], 0)
        while at < bytes.count {
            if bytes[at] == percent, at + 2 < bytes.count, let high = JSONText.hexValue(bytes[at + 1]),
                let low = JSONText.hexValue(bytes[at + 2])
            {
                out.append(UInt8(high << 4 | low))
                at += 3
            } else {
                out.append(bytes[at] == plus ? 0x20 : bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
