internal import CScan

/// Walks a JSON text member by member, for readers that know what they want: nothing is built for what they pass over.
///
/// It is passed inout and never copied on purpose. Not `~Copyable`: Swift 6.0.3 crashes on that in a release.
///
/// Any surprise sets `isBroken`; the caller then parses the text in full to say what is wrong and where.
struct JSONCursor {
    let bytes: Bytes
    private let text: UnsafePointer<UInt8>
    private let end: Int
    private var at = 0
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
        while at < end, text[at] <= 0x20, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 {
            at &+= 1
        }
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < end, text[at] == byte else { return false }
        at &+= 1
        return true
    }

    /// Steps into the object or array that begins here; false, and nothing consumed, when none does.
    @inline(__always)
    mutating func enter(_ opening: UInt8) -> Bool { take(opening) }

    // MARK: members and elements

    /// True when another member comes up: `takes` asks for its name. False after the last.
    @inline(__always)
    mutating func hasMember() -> Bool {
        skipSpace()
        guard at < end, !isBroken else {
            isBroken = true
            return false
        }
        if text[at] == 0x7D {
            at &+= 1
            return false
        }
        if text[at] == 0x2C {
            at &+= 1
            skipSpace()
        }
        return true
    }

    /// Steps to the value of the member that comes up when it has this name; else nothing is consumed.
    @inline(__always)
    mutating func takes(_ name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard at &+ length &+ 1 < end, text[at] == 0x22, text[at &+ length &+ 1] == 0x22 else { return false }
        let inside = text + (at &+ 1)
        for offset in 0..<length where inside[offset] != name.utf8Start[offset] { return false }
        at = at &+ length &+ 2
        if !take(0x3A) { isBroken = true }
        return true
    }

    /// The name of the member that comes up, its value coming up next.
    mutating func name() -> Text? {
        guard let name = string(), take(0x3A) else {
            isBroken = true
            return nil
        }
        return name
    }

    /// Passes over the member that comes up.
    mutating func skipMember() {
        if name() != nil { skip() }
    }

    /// True when another element comes up; false after the last.
    @inline(__always)
    mutating func nextElement() -> Bool {
        skipSpace()
        guard at < end, !isBroken else {
            isBroken = true
            return false
        }
        if text[at] == 0x5D {
            at &+= 1
            return false
        }
        if text[at] == 0x2C {
            at &+= 1
            skipSpace()
        }
        return true
    }

    // MARK: values

    /// The string that begins here; nil, and nothing consumed, when something else does.
    @inline(__always)
    mutating func string() -> Text? {
        skipSpace()
        guard at < end, text[at] == 0x22 else { return nil }
        let start = at &+ 1
        let stop = text.nextStringStop(start, end)
        guard stop < end, text[stop] == 0x22 else { return unusualString(start, stop) }
        at = stop &+ 1
        return Text(span: SourceSpan(start, stop &- start), hasEscapes: false)
    }

    /// A string that has escapes or control characters, or no end.
    private mutating func unusualString(_ start: Int, _ stop: Int) -> Text? {
        guard stop < end, text[stop] == 0x5C else {
            isBroken = true
            return nil
        }
        var controls = 0
        let close = cs_string_end(text, stop, end, &controls)
        guard controls == 0, close < end else {
            isBroken = true
            return nil
        }
        at = close + 1
        return Text(span: SourceSpan(start, close - start), hasEscapes: true)
    }

    /// The content of a string that begins here; any other value is passed over.
    mutating func content() -> String? {
        guard let text = string() else {
            skip()
            return nil
        }
        return content(of: text)
    }

    func content(of text: Text) -> String { decoded(text).text }

    /// What `read` makes of a string that begins here; any other value is passed over.
    mutating func content<R>(_ read: (UnsafeBufferPointer<UInt8>) -> R) -> R? {
        guard let text = string() else {
            skip()
            return nil
        }
        return decoded(text).withBytes(read)
    }

    /// The content of a string that is nearly always one of a few words; any other value is passed over.
    mutating func word() -> String? {
        guard let found = string() else {
            skip()
            return nil
        }
        let letters = UnsafeBufferPointer(start: text + found.span.offset, count: found.span.length)
        return Self.usual(letters) ?? content(of: found)
    }

    /// The words most entries have: literals cost nothing to make.
    @inline(__always)
    private static func usual(_ letters: UnsafeBufferPointer<UInt8>) -> String? {
        switch letters.count {
        case 0: ""
        case 2: letters.ends(in: "OK") ? "OK" : nil
        case 3: letters.ends(in: "GET") ? "GET" : nil
        case 4: letters.ends(in: "POST") ? "POST" : nil
        case 8: letters.ends(in: "HTTP/1.1") ? "HTTP/1.1" : letters.ends(in: "HTTP/2.0") ? "HTTP/2.0" : nil
        default: nil
        }
    }

    /// A string's bytes: a view of the text where nothing is escaped.
    func decoded(_ text: Text) -> Bytes { text.hasEscapes ? JSONText.unescaped(bytes[text.span]) : bytes[text.span] }

    /// The number that begins here; any other value is passed over.
    mutating func number() -> Untrusted<Double>? {
        skipSpace()
        guard at < end, text[at] == 0x2D || text[at] &- 0x30 < 10 else {
            skip()
            return nil
        }
        let start = at
        at = JSONSkipper.literalEnd(text, at, end)
        // Fifteen digits and a power of ten are exact, and so is their quotient's rounding.
        var (value, scale, hasPoint) = (0, 1, false)
        for offset in start..<at {
            if text[offset] == 0x2E, !hasPoint, offset > start, offset + 1 < at {
                hasPoint = true
                continue
            }
            guard text[offset] &- 0x30 < 10, at - start <= 15 else {
                return Untrusted<Double>(bytes[SourceSpan(start, at - start)].text)
            }
            value = value * 10 + Int(text[offset] - 0x30)
            if hasPoint { scale *= 10 }
        }
        return Untrusted(Double(value) / Double(scale))
    }

    /// Whether the literal that begins here is `true`; passes over it.
    mutating func isTrue() -> Bool {
        skipSpace()
        let isTrue = at < end && text[at] == UInt8(ascii: "t")
        skip()
        return isTrue
    }

    /// Passes over the value that begins here.
    mutating func skip() {
        skipSpace()
        guard at < end else {
            isBroken = true
            return
        }
        switch text[at] {
        case 0x22:
            if let after = JSONSkipper.stringEnd(text, at + 1, end) { at = after } else { isBroken = true }
        case 0x7B, 0x5B:
            // Recorders write many empty lists; `]` and `}` are two after their openings.
            if at + 1 < end, text[at + 1] == text[at] + 2 {
                at += 2
                return
            }
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
