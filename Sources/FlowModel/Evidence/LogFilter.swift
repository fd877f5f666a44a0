/// Which lines of a log are worth a look: all others are passed over without making a text of them.
enum LogFilter {
    /// A line that names a fault has one of these. In lower case; letters only in the first place.
    private static let marks: [[UInt8]] = [
        "error", "dpop", "proof", "jkt", "jwt_authn", "bearer token", "htu claim", "iat\"", "htu\"", "htm\"", "jti\"",
        "ath\"", "failed with provider",
    ].map { Array($0.utf8) }

    /// The marks by their first letter: a line's bytes are looked at once.
    private static let byLetter: [[[UInt8]]] = (0..<26).map { letter in
        marks.filter { $0[0] == UInt8(ascii: "a") + UInt8(letter) }
    }

    static func mayTell(_ line: Substring) -> Bool {
        var line = line
        return line.withUTF8 { bytes in
            for at in bytes.indices {
                let letter = (bytes[at] | 0x20) &- 0x61
                guard letter < 26 else { continue }
                for mark in byLetter[Int(letter)] where matches(mark, bytes, at) { return true }
            }
            return false
        }
    }

    private static func matches(_ mark: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        guard at + mark.count <= bytes.count else { return false }
        for index in 1..<mark.count where bytes[at + index] != mark[index] {
            // Capitals; what is no letter stands as it is.
            guard bytes[at + index] &- 0x41 < 26, bytes[at + index] | 0x20 == mark[index] else { return false }
        }
        return true
    }
}
