extension StringProtocol {
    /// Whether the ASCII word stands in the text, byte for byte.
    public func has(_ needle: StaticString) -> Bool {
        let length = needle.utf8CodeUnitCount
        let found = utf8.withContiguousStorageIfAvailable { bytes -> Bool in
            guard let base = bytes.baseAddress, length > 0, bytes.count >= length else { return length == 0 }
            var at = base.next(needle.utf8Start[0], 0, bytes.count)
            while at + length <= bytes.count {
                var matched = 1
                while matched < length && base[at + matched] == needle.utf8Start[matched] { matched += 1 }
                if matched == length { return true }
                at = base.next(needle.utf8Start[0], at + 1, bytes.count)
            }
            return false
        }
        return found ?? Array(String(self).utf8).withUnsafeBufferPointer { Bytes(Array($0)).find(needle) != nil }
    }
}

extension String {
    /// The lines, with LF or CR LF between them. (To Swift CR LF is one character: `split(separator: "\n")` does not see it.)
    public var lines: [Substring] {
        utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in Substring(line.last == 0x0D ? line.dropLast() : line) }
    }
}
