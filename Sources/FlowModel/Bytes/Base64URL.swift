/// Why a text is not base64url, and at which byte of it.
public struct Base64URLError: Error, Equatable {
    public enum Reason: Equatable, Sendable {
        case character(UInt8)
        case padding
        case standardAlphabet(UInt8)
        /// A length of 4n+1 encodes no whole number of bytes.
        case length(Int)
        /// The last character carries bits that no byte owns: two spellings of one value.
        case trailingBits
    }

    public let offset: Int
    public let reason: Reason
}

/// base64url without padding, as RFC 7515 §2 wants it: rejects what it must and says where.
public enum Base64URL {
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public static func decode(_ bytes: Bytes) throws(Base64URLError) -> [UInt8] {
        let result: Result<[UInt8], Base64URLError> = bytes.withBytes { text in
            do throws(Base64URLError) { return .success(try decode(text)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    public static func decode(_ text: String) throws(Base64URLError) -> [UInt8] { try decode(Bytes(text)) }

    /// Whether the text is a SHA-256 value: 43 characters that decode to 32 bytes.
    static func isDigest(_ text: Bytes) -> Bool {
        guard text.count == 43 else { return false }
        return text.withBytes { text in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { write(text, $0) == (32, true) }
        }
    }

    static func decode(_ text: UnsafeBufferPointer<UInt8>) throws(Base64URLError) -> [UInt8] {
        var isSound = false
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { out, written in
            (written, isSound) = write(text, out)
        }
        if !isSound, let bad = firstFault(text) { throw bad }
        return bytes
    }

    /// The decoded bytes as a storage of their own.
    static func decodeBytes(_ text: Bytes) throws(Base64URLError) -> Bytes {
        var isSound = false
        let storage = ByteStorage(capacity: text.count * 3 / 4) { out in
            let (written, sound) = text.withBytes { write($0, out) }
            isSound = sound
            return written
        }
        if !isSound, let bad = text.withBytes({ firstFault($0) }) { throw bad }
        return Bytes(storage)
    }

    /// Two texts decoded into one storage; nil when either has a fault.
    static func decodeBoth(_ first: Bytes, _ second: Bytes) -> (Bytes, Bytes)? {
        let room = first.count * 3 / 4
        var (cut, isSound) = (0, false)
        let storage = ByteStorage(capacity: room + second.count * 3 / 4) { out in
            let (count, sound) = first.withBytes { write($0, out) }
            let (more, alsoSound) = second.withBytes { write($0, UnsafeMutableBufferPointer(rebasing: out[count...])) }
            (cut, isSound) = (count, sound && alsoSound)
            return count + more
        }
        guard isSound else { return nil }
        let both = Bytes(storage)
        return (both[SourceSpan(0, cut)], both[SourceSpan(cut, both.count)])
    }

    /// Decodes, and says whether every character was one of the alphabet's and no bit was left over; if not, what was
    /// written means nothing.
    private static func write(_ text: UnsafeBufferPointer<UInt8>, _ out: UnsafeMutableBufferPointer<UInt8>) -> (
        Int, Bool
    ) {
        let count = text.count
        return values.withUnsafeBufferPointer { values in
            var (at, put): (Int, Int) = (0, 0)
            var seen: UInt8 = 0
            while at &+ 4 <= count {
                let (a, b, c, d) = (
                    values[Int(text[at])], values[Int(text[at + 1])], values[Int(text[at + 2])],
                    values[Int(text[at + 3])]
                )
                seen |= a | b | c | d
                let word = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
                out[put] = UInt8(truncatingIfNeeded: word >> 16)
                out[put + 1] = UInt8(truncatingIfNeeded: word >> 8)
                out[put + 2] = UInt8(truncatingIfNeeded: word)
                (at, put) = (at &+ 4, put &+ 3)
            }
            guard count - at >= 2 else { return (put, seen < 64 && count == at) }
            let (a, b) = (values[Int(text[at])], values[Int(text[at + 1])])
            let c = count - at == 3 ? values[Int(text[at + 2])] : 0
            seen |= a | b | c
            let word = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6
            out[put] = UInt8(truncatingIfNeeded: word >> 16)
            guard count - at == 3 else { return (put + 1, seen < 64 && b & 0x0F == 0) }
            out[put + 1] = UInt8(truncatingIfNeeded: word >> 8)
            return (put + 2, seen < 64 && c & 0x03 == 0)
        }
    }

    private static func firstFault(_ text: UnsafeBufferPointer<UInt8>) -> Base64URLError? {
        values.withUnsafeBufferPointer { values in
            for (offset, character) in text.enumerated() where values[Int(character)] == 0xFF {
                switch character {
                case UInt8(ascii: "="): return Base64URLError(offset: offset, reason: .padding)
                case UInt8(ascii: "+"), UInt8(ascii: "/"):
                    return Base64URLError(offset: offset, reason: .standardAlphabet(character))
                default: return Base64URLError(offset: offset, reason: .character(character))
                }
            }
            let rest = text.count % 4
            if rest == 1 { return Base64URLError(offset: text.count - 1, reason: .length(text.count)) }
            guard rest > 1 else { return nil }
            let spare: UInt8 = rest == 2 ? 0x0F : 0x03
            return values[Int(text[text.count - 1])] & spare == 0
                ? nil : Base64URLError(offset: text.count - 1, reason: .trailingBits)
        }
    }

    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var (word, bits) = (UInt32(0), 0)
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(word >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(word << UInt32(6 - bits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
