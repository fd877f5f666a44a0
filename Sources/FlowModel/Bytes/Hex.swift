/// Hexadecimal text of bytes, lower case.
public enum Hex {
    public static let digits = Array("0123456789abcdef".utf8)

    public static func text(_ bytes: some Sequence<UInt8>, separator: String = "") -> String {
        var out = ""
        for byte in bytes {
            if !out.isEmpty { out += separator }
            out += two(byte)
        }
        return out
    }

    public static func two(_ byte: UInt8) -> String {
        String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
    }
}
