extension UnsafeBufferPointer<UInt8> {
    func has(_ needle: StaticString) -> Bool { baseAddress?.find(needle, 0, count) != nil }

    @inline(__always)
    func ends(in needle: StaticString) -> Bool {
        let start = count - needle.utf8CodeUnitCount
        guard start >= 0 else { return false }
        for at in 0..<needle.utf8CodeUnitCount where self[start + at] != needle.utf8Start[at] { return false }
        return true
    }
}

extension String {
    /// Whether the ASCII word stands in the text, byte for byte.
    public func has(_ needle: StaticString) -> Bool {
        var text = self
        return text.withUTF8 { $0.has(needle) }
    }
}

extension Substring {
    func has(_ needle: StaticString) -> Bool {
        var text = self
        return text.withUTF8 { $0.has(needle) }
    }
}

extension String {
    /// The lines, with LF or CR LF between them. (To Swift CR LF is one character: `split(separator: "\n")` does not
    /// see it.)
    public var lines: [Substring] {
        utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            Substring(line.last == 0x0D ? line.dropLast() : line)
        }
    }
}

extension StringProtocol {
    /// Where a text stands first, byte for byte. The toolchain's own would link its parser of regular expressions into
    /// every release: 1 MB.
    public func firstRange(of needle: some StringProtocol) -> Range<Index>? {
        guard let first = needle.utf8.first else { return startIndex..<startIndex }
        var from = startIndex
        while let start = utf8[from...].firstIndex(of: first) {
            if utf8[start...].starts(with: needle.utf8) {
                return start..<utf8.index(start, offsetBy: needle.utf8.count)
            }
            from = utf8.index(after: start)
        }
        return nil
    }
}

extension StringProtocol {
    /// The text with another one in every place of `old`, byte for byte.
    public func replacing(_ old: String, with new: String) -> String {
        guard !old.isEmpty else { return String(self) }
        var (out, rest) = ("", self[...])
        while let range = rest.firstRange(of: old) {
            out += rest[..<range.lowerBound] + new
            rest = rest[range.upperBound...]
        }
        return out + rest
    }
}
