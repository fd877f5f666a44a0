extension String {
    /// Whether the ASCII word stands in the text, byte for byte.
    public func has(_ needle: StaticString) -> Bool {
        var text = self
        return text.withUTF8 { $0.baseAddress?.find(needle, 0, $0.count) != nil }
    }
}

extension Substring {
    func has(_ needle: StaticString) -> Bool {
        var text = self
        return text.withUTF8 { $0.baseAddress?.find(needle, 0, $0.count) != nil }
    }
}

extension String {
    /// The lines, with LF or CR LF between them. (To Swift CR LF is one character: `split(separator: "\n")` does not see it.)
    public var lines: [Substring] {
        utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in Substring(line.last == 0x0D ? line.dropLast() : line) }
    }
}
