/// Width and height of an image, out of its first bytes; nil where these do not say.
enum ImageSize {
    /// The header chunk comes first (PNG, third edition, 5.6).
    static let png: @Sendable (Bytes) -> BodyKind.Pixels? = { head in
        guard head.count >= 24, head[SourceSpan(12, 4)] == Bytes("IHDR") else { return nil }
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(head[at + $1]) } }
        return BodyKind.Pixels(width: number(16), height: number(20))
    }

    /// The logical screen follows the signature (GIF89a, 18), least byte first.
    static let gif: @Sendable (Bytes) -> BodyKind.Pixels? = { head in
        guard head.count >= 10 else { return nil }
        return BodyKind.Pixels(width: Int(head[6]) | Int(head[7]) << 8, height: Int(head[8]) | Int(head[9]) << 8)
    }

    /// The frame header says it (ITU-T T.81, B.2.2); every segment before it tells its length.
    static let jpeg: @Sendable (Bytes) -> BodyKind.Pixels? = { head in
        var at = 2
        while at + 9 <= head.count, head[at] == 0xFF {
            let marker = head[at + 1]
            // Bytes that only fill, and markers without a segment.
            guard marker != 0xFF, marker != 1, !(0xD0...0xD8).contains(marker) else {
                at += marker == 0xFF ? 1 : 2
                continue
            }
            let length = Int(head[at + 2]) << 8 | Int(head[at + 3])
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
                let height = Int(head[at + 5]) << 8 | Int(head[at + 6])
                return BodyKind.Pixels(width: Int(head[at + 7]) << 8 | Int(head[at + 8]), height: height)
            }
            guard length >= 2 else { return nil }
            at += 2 + length
        }
        return nil
    }
}
