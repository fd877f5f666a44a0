/// Standard base64 as HAR bodies and Basic credentials use it: padding optional, line breaks passed over.
public enum Base64 {
    /// The bytes, or nil and where the first character stands that belongs to no base64.
    public static func decode(_ text: Bytes) -> (bytes: [UInt8], badOffset: Int?) {
        text.withBytes { source in
            var out: [UInt8] = []
            out.reserveCapacity(source.count * 3 / 4)
            var (word, bits) = (UInt32(0), 0)
            for (offset, character) in source.enumerated() {
                let value: UInt32
                switch character {
                case 0x41...0x5A: value = UInt32(character - 0x41)
                case 0x61...0x7A: value = UInt32(character - 0x61) + 26
                case 0x30...0x39: value = UInt32(character - 0x30) + 52
                case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
                case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
                case UInt8(ascii: "="), 0x0A, 0x0D: continue
                default: return (out, offset)
                }
                word = word << 6 | value
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    out.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
                }
            }
            return (out, nil)
        }
    }

    public static func encode(_ bytes: [UInt8]) -> String {
        let text = Base64URL.encode(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4)
    }
}
