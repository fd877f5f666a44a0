/// Characters that change a terminal or a line's meaning instead of standing in it.
public enum HostileText {
    /// C0, DEL, C1, bidi and other format controls, line separators, private use, surrogates' stand-ins, tags.
    public static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: return false
        case 0..<0x20, 0x7F...0x9F, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE000...0xF8FF, 0xF0000...0x10FFFF, 0xE0000...0xE0FFF, 0x1D173...0x1D17A, 0x034F,
            0x115F...0x1160,
            0x17B4...0x17B5, 0x3164, 0xFFA0, 0xFFFE...0xFFFF:
            return true
        default: return false
        }
    }

    /// A visible stand-in: `␛` for a control of ASCII, `\u{202e}` for the rest.
    public static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0..<0x20: String(UnicodeScalar(0x2400 + scalar.value)!)
        case 0x7F: "\u{2421}"
        default: "\\u{" + hex(scalar.value) + "}"
        }
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = Hex.text([UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255)])
        let short = digits.drop { $0 == "0" }
        return short.isEmpty ? "0" : String(short)
    }
}
