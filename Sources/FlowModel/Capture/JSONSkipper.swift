internal import CScan

/// Steps over JSON values of a large file without reading them: only strings and brackets count.
struct JSONSkipper: Sendable {
    let bytes: Bytes
    var at: Int
    private var end: Int { bytes.count }
    private var text: UnsafePointer<UInt8> { bytes.storage.pointer + bytes.start }

    init(_ bytes: Bytes, at: Int = 0) {
        (self.bytes, self.at) = (bytes, at)
    }

    mutating func skipSpace() {
        let (text, end) = (text, end)
        while at < end, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 { at += 1 }
    }

    /// The next byte that is no space; nil at the end.
    mutating func peek() -> UInt8? {
        skipSpace()
        return at < end ? text[at] : nil
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        at += 1
        return true
    }

    /// The span of the string that begins here, quotes included; nil when it never ends.
    mutating func string() -> SourceSpan? {
        guard peek() == 0x22 else { return nil }
        let start = at
        guard let close = Self.stringEnd(text, at + 1, end) else { return nil }
        at = close
        return SourceSpan(start, at - start)
    }

    static func stringEnd(_ text: UnsafePointer<UInt8>, _ from: Int, _ end: Int) -> Int? {
        var controls = 0  // no JSON, but no reason to lose the entry either
        let quote = cs_string_end(text, from, end, &controls)
        return quote < end ? quote + 1 : nil
    }

    /// The span of the value that begins here; nil when the file ends inside it.
    mutating func value() -> SourceSpan? {
        guard let first = peek() else { return nil }
        let start = at
        switch first {
        case 0x22: return string()
        case 0x7B, 0x5B:
            let after = cs_container_end(text, at, end)
            guard after > 0 else { return nil }
            at = after
        default:
            at = Self.literalEnd(text, at, end)
        }
        return SourceSpan(start, at - start)
    }

    /// Where a number or a word ends; anything else counts as one byte.
    static func literalEnd(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, !(text[at] == 0x2C || text[at] == 0x5D || text[at] == 0x7D || text[at] <= 0x20) { at += 1 }
        return max(at, start + 1)
    }
}
