extension UnsafePointer<UInt8> {
    /// The first of `"`, `\` or a control character at or after `at`, eight bytes a step; `end` when there is none.
    @inline(__always)
    func nextStringStop(_ at: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawPointer(self)
        var at = at
        while at + 8 <= end {
            let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            let found =
                ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word) & highs
            if found != 0 { return at + found.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < end {
            let byte = self[at]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return at }
            at += 1
        }
        return end
    }

    /// The first `byte` at or after `at`; `end` when there is none.
    @inline(__always)
    func next(_ byte: UInt8, _ at: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let pattern = ones &* UInt64(byte)
        let raw = UnsafeRawPointer(self)
        var at = at
        while at + 8 <= end {
            let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ pattern
            let found = (word &- ones) & ~word & highs
            if found != 0 { return at + found.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < end && self[at] != byte { at += 1 }
        return at
    }
}
