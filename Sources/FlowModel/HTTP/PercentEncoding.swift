/// Percent-encoding for what we write ourselves.
public enum PercentEncoding {
    /// A name or value of a form.
    public static func form(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let plain = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~*".utf8.contains(byte)
            out += plain ? String(UnicodeScalar(byte)) : byte == 0x20 ? "+" : "%\(Hex.two(byte).uppercased())"
        }
        return out
    }
}
