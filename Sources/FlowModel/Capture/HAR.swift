extension CaptureFormat {
    /// HTTP Archive 1.2, from whatever wrote it.
    public static let har = CaptureFormat(
        id: "har", title: "HAR 1.2",
        recognises: { bytes in
            var skipper = JSONSkipper(bytes, at: HARScanner.afterMark(bytes))
            return skipper.peek() == 0x7B
        },
        scanner: { HARScanner($0) },
        decode: HAREntry.read, glance: HAREntry.glance)
}

/// Walks `log.entries` and hands out the span of each entry.
struct HARScanner: EntryScanner {
    private enum State { case start, entries, end }

    private var skipper: JSONSkipper
    private var state = State.start
    private var count = 0

    /// Where the text begins when a byte order mark stands before it.
    static func afterMark(_ bytes: Bytes) -> Int {
        bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    }

    init(_ bytes: Bytes) { skipper = JSONSkipper(bytes, at: Self.afterMark(bytes)) }

    mutating func next() -> ScanResult {
        switch state {
        case .start:
            state = .entries
            if let problem = enter("log", 0x7B) ?? enter("entries", 0x5B) { return fail(problem) }
            if skipper.take(0x5D) { return close() }
            return entry()
        case .entries:
            if skipper.take(0x2C) { return entry() }
            if skipper.take(0x5D) { return close() }
            return fail("expected ',' or ']' after entry \(count - 1), found \(foundWords())")
        case .end: return .end
        }
    }

    private mutating func entry() -> ScanResult {
        guard let first = skipper.peek() else { return fail("the file ends where entry \(count) should begin") }
        let start = skipper.at
        guard first == 0x7B else {
            guard skipper.value() != nil else { return fail("the file ends inside entry \(count)", at: start) }
            count += 1
            return .problem(
                CaptureProblem(
                    offset: start, entry: count - 1, "expected '{' of an entry, found \(JSONError.name(first))"))
        }
        guard let span = skipper.value() else {
            return fail(
                "the file ends inside this entry: \(count == 1 ? "1 whole entry stands" : "\(count) whole entries stand") before it",
                at: start, entry: count)
        }
        count += 1
        return .entry(span)
    }

    private mutating func fail(_ words: String, at offset: Int? = nil, entry: Int? = nil) -> ScanResult {
        state = .end
        return .problem(CaptureProblem(offset: offset ?? skipper.at, entry: entry, words))
    }

    /// After the entries: the rest must only close what is open.
    private mutating func close() -> ScanResult {
        state = .end
        for _ in 0..<2 {
            while skipper.take(0x2C) {
                guard skipper.string() != nil, skipper.take(0x3A), skipper.value() != nil else {
                    return fail("expected a member after the entries, found \(foundWords())")
                }
            }
            guard skipper.take(0x7D) else { return fail("expected '}' after the entries, found \(foundWords())") }
        }
        return skipper.peek() == nil ? .end : fail("expected nothing after the HAR's last '}', found \(foundWords())")
    }

    private mutating func foundWords() -> String { JSONError.name(skipper.peek()) }

    /// Steps into the member of that name of the object that begins here.
    private mutating func enter(_ name: String, _ opening: UInt8) -> String? {
        guard skipper.take(0x7B) else { return "expected '{', found \(foundWords())" }
        while let key = skipper.string() {
            guard skipper.take(0x3A) else { return "expected ':' after a member name, found \(foundWords())" }
            if key.length == name.utf8.count + 2,
                skipper.bytes[SourceSpan(key.offset + 1, name.utf8.count)].text == name
            {
                if opening == 0x7B {
                    return skipper.peek() == opening ? nil : "expected an object as `\(name)`, found \(foundWords())"
                }
                return skipper.take(opening) ? nil : "expected an array as `log.\(name)`, found \(foundWords())"
            }
            guard skipper.value() != nil else { return "the file ends before `log.entries`" }
            guard skipper.take(0x2C) else { break }
        }
        return
            "expected a member `\(name)`\(name == "entries" ? " in `log`" : ": this JSON is no HAR"), found \(foundWords())"
    }
}
