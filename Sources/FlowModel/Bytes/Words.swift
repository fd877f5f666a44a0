internal import CScan

extension UnsafePointer<UInt8> {
    /// The first of `"`, `\` or a control character at or after `at`; `end` when there is none.
    @inline(__always)
    func nextStringStop(_ at: Int, _ end: Int) -> Int { cs_string_stop(self, at, end) }

    /// Where the word first stands at or after `from`; nil when it does not, or is empty.
    func find(_ word: StaticString, _ from: Int, _ end: Int) -> Int? {
        let length = word.utf8CodeUnitCount
        guard length > 0, end - from >= length else { return nil }
        let place = cs_find(self, from, end, word.utf8Start, length)
        return place < end ? place : nil
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

extension [UInt8] {
    /// Whether other bytes stand in these; nothing stands everywhere.
    public func has(_ needle: [UInt8]) -> Bool {
        guard !needle.isEmpty else { return true }
        guard count >= needle.count else { return false }
        return withUnsafeBufferPointer { cs_find($0.baseAddress, 0, count, needle, needle.count) < count }
    }
}
