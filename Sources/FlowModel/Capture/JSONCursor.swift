internal import CScan

/// Walks a JSON text member by member, for readers that know what they want: nothing is built for what they pass over.
///
/// Any surprise sets `isBroken`; the caller then parses the text in full to say what is wrong and where.
struct JSONCursor {
    let bytes: Bytes
    private let text: UnsafePointer<UInt8>
    private let end: Int
    private(set) var at = 0
    private(set) var isBroken = false

    /// A string's place between its quotes.
    struct Text {
        let span: SourceSpan
        let hasEscapes: Bool
    }

    init(_ bytes: Bytes) {
        self.bytes = bytes
        text = bytes.storage.pointer + bytes.start
        end = bytes.count
    }

    @inline(__always)
    private mutating func skipSpace() {
        while at < end, text[at] <= 0x20, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 { at += 1 }
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < end, text[at] == byte else { return false }
        at += 1
        return true
    }

    /// Steps into the object or array that begins here; false, and nothing consumed, when none does.
    mutating func enter(_ opening: UInt8) -> Bool { take(opening) }

    /// The name of the next member, its value coming up; nil after the last.
    mutating func nextName() -> Text? {
        skipSpace()
        guard at < end, !isBroken else { isBroken = true; return nil }
        if text[at] == 0x7D { at += 1; return nil }
        if text[at] == 0x2C { at += 1 }
        guard let name = string(), take(0x3A) else { isBroken = true; return nil }
        return name
    }

    /// True when another element comes up; false after the last.
    mutating func nextElement() -> Bool {
        skipSpace()
        guard at < end, !isBroken else { isBroken = true; return false }
        if text[at] == 0x5D { at += 1; return false }
        if text[at] == 0x2C { at += 1; skipSpace() }
        return true
    }

    func `is`(_ name: Text, _ wanted: StaticString) -> Bool {
        let length = wanted.utf8CodeUnitCount
        guard name.span.length == length, !name.hasEscapes else { return false }
        for offset in 0..<length where text[name.span.offset + offset] != wanted.utf8Start[offset] { return false }
        return true
    }

    /// The string that begins here; nil, and nothing consumed, when something else does.
    mutating func string() -> Text? {
        skipSpace()
        guard at < end, text[at] == 0x22 else { return nil }
        let start = at + 1
        var stop = text.nextStringStop(start, end)
        let hasEscapes = stop < end && text[stop] == 0x5C
        if hasEscapes {
            var controls = 0
            stop = cs_string_end(text, stop, end, &controls)
            if controls > 0 { isBroken = true; return nil }
        }
        guard stop < end, text[stop] == 0x22 else { isBroken = true; return nil }
        at = stop + 1
        return Text(span: SourceSpan(start, stop - start), hasEscapes: hasEscapes)
    }

    /// The content of a string that begins here; any other value is passed over.
    mutating func content() -> String? {
        guard let text = string() else { skip(); return nil }
        return content(of: text)
    }

    func content(of text: Text) -> String { decoded(text).text }

    /// A string's bytes: a view of the text where nothing is escaped.
    func decoded(_ text: Text) -> Bytes { text.hasEscapes ? JSONText.unescaped(bytes[text.span]) : bytes[text.span] }

    /// The number that begins here; any other value is passed over.
    mutating func number() -> Double? {
        skipSpace()
        guard at < end, text[at] == 0x2D || text[at] &- 0x30 < 10 else { skip(); return nil }
        let start = at
        skip()
        // Fifteen digits and a power of ten are exact, and so is their quotient's rounding.
        var (value, scale, hasPoint) = (0, 1, false)
        for offset in start..<at {
            if text[offset] == 0x2E, !hasPoint, offset > start, offset + 1 < at { hasPoint = true; continue }
            guard text[offset] &- 0x30 < 10, at - start <= 15 else { return Double(bytes[SourceSpan(start, at - start)].text) }
            value = value * 10 + Int(text[offset] - 0x30)
            if hasPoint { scale *= 10 }
        }
        return Double(value) / Double(scale)
    }

    /// Passes over the value that begins here.
    mutating func skip() {
        skipSpace()
        guard at < end else { isBroken = true; return }
        switch text[at] {
        case 0x22:
            if let after = JSONSkipper.stringEnd(text, at + 1, end) { at = after } else { isBroken = true }
        case 0x7B, 0x5B:
            let after = cs_container_end(text, at, end)
            if after > 0 { at = after } else { isBroken = true }
        default: at = JSONSkipper.literalEnd(text, at, end)
        }
    }

    /// True when nothing follows.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return at == end
    }
}
