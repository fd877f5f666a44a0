/// The content of JSON strings, decoded and encoded.
public enum JSONText {
    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41) + 10
        case 0x61...0x66: UInt32(byte - 0x61) + 10
        default: nil
        }
    }

    /// The UTF-8 bytes a string's escapes stand for; lone surrogates become U+FFFD.
    ///
    /// `inner` is what stands between the quotes and has been parsed before.
    static func unescape(_ inner: Bytes) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: inner.count) { out, written in written = write(inner, out) }
    }

    /// The same as a storage of its own.
    static func unescaped(_ inner: Bytes) -> Bytes { Bytes(ByteStorage(capacity: inner.count) { write(inner, $0) }) }

    /// No escape stands for more bytes than it has.
    private static func write(_ inner: Bytes, _ out: UnsafeMutableBufferPointer<UInt8>) -> Int {
        inner.withBytes { source in
            guard let base = source.baseAddress, let target = out.baseAddress else { return 0 }
            var (at, put) = (0, 0)
            while at < source.count {
                let stop = base.next(0x5C, at, source.count)
                (target + put).update(from: base + at, count: stop - at)
                (at, put) = (stop, put + stop - at)
                guard at + 1 < source.count else { break }
                let escape = source[at + 1]
                at += 2
                if let plain = plain(escape) {
                    out[put] = plain
                    put += 1
                } else {
                    for byte in String(readScalar(source, &at)).utf8 {
                        out[put] = byte
                        put += 1
                    }
                }
            }
            return put
        }
    }

    /// What a two-character escape stands for; nil for `u` and for what no JSON has.
    private static func plain(_ escape: UInt8) -> UInt8? {
        switch escape {
        case 0x22, 0x5C, 0x2F: escape
        case 0x62: 0x08
        case 0x66: 0x0C
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        default: nil
        }
    }

    private static func readScalar(_ source: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> UnicodeScalar {
        var unit = readUnit(source, at)
        at += 4
        if unit & 0xFC00 == 0xD800, at + 6 <= source.count, source[at] == 0x5C, source[at + 1] == 0x75 {
            let low = readUnit(source, at + 2)
            if low & 0xFC00 == 0xDC00 {
                unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
                at += 6
            }
        }
        return UnicodeScalar(unit) ?? "\u{FFFD}"
    }

    private static func readUnit(_ source: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (at + $1 < source.count ? hexValue(source[at + $1]) ?? 0 : 0) }
    }

    /// The text in double quotes, escaped so that any reader takes it: controls and line separators as `\u00xx`.
    public static func quote(_ text: String) -> String {
        var text = text
        return text.withUTF8 { source in
            var count = 2
            for at in source.indices { count += escapedLength(source, at) }
            return String(unsafeUninitializedCapacity: count) { out in
                out[0] = 0x22
                var put = 1
                var at = 0
                while at < source.count { write(source, &at, out, &put) }
                out[put] = 0x22
                return put + 1
            }
        }
    }

    /// The same, with everything escaped that a terminal or an eye could be led astray by: what we write for others.
    /// A reader of JSON gets the very text back.
    public static func harmless(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x7F }) else { return quote(text) }
        guard text.unicodeScalars.contains(where: { !$0.isASCII && HostileText.isHostile($0) }) else {
            return quote(text)
        }
        var (out, plain) = ("\"", "")
        for scalar in text.unicodeScalars {
            guard !scalar.isASCII, HostileText.isHostile(scalar) else {
                plain.unicodeScalars.append(scalar)
                continue
            }
            out.unicodeScalars.append(contentsOf: quote(plain).unicodeScalars.dropFirst().dropLast())
            plain = ""
            for unit in String(scalar).utf16 { out += "\\u" + Hex.text([UInt8(unit >> 8), UInt8(unit & 255)]) }
        }
        out.unicodeScalars.append(contentsOf: quote(plain).unicodeScalars.dropFirst())
        return out
    }

    /// An upper bound of what one byte becomes.
    @inline(__always)
    private static func escapedLength(_ source: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        switch source[at] {
        case 0x22, 0x5C: 2
        case 0x00..<0x20, 0x7F, 0xC2, 0xE2: 6
        default: 1
        }
    }

    @inline(__always)
    private static func write(
        _ source: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ out: UnsafeMutableBufferPointer<UInt8>,
        _ put: inout Int
    ) {
        let byte = source[at]
        let start = at
        at += 1
        func pair(_ letter: UInt8) {
            (out[put], out[put + 1]) = (0x5C, letter)
            put += 2
        }
        func unit(_ value: UInt16, after length: Int) {
            out[put] = 0x5C
            out[put + 1] = 0x75
            for place in 0..<4 {
                let digit = UInt8(value >> UInt16(12 - 4 * place) & 15)
                out[put + 2 + place] = digit + (digit < 10 ? 0x30 : 0x57)
            }
            put += 6
            at = start + length
        }
        switch byte {
        case 0x22, 0x5C: pair(byte)
        case 0x0A: pair(0x6E)
        case 0x0D: pair(0x72)
        case 0x09: pair(0x74)
        case 0x00..<0x20, 0x7F: unit(UInt16(byte), after: 1)
        case 0xC2 where source[at] < 0xA0: unit(UInt16(source[at]), after: 2)
        case 0xE2 where source[at] == 0x80 && source[at + 1] & 0xFE == 0xA8:
            unit(0x2000 | UInt16(source[at + 1] & 0x3F), after: 3)
        default:
            out[put] = byte
            put += 1
        }
    }
}
