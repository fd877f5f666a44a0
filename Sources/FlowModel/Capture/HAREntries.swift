extension CaptureFormat {
    /// A HAR's entry alone, an array of entries, as developer tools copy them, or one a line, as Playwright's traces
    /// have them.
    static let harEntries = CaptureFormat(
        id: "har-entries", title: "HAR entries",
        recognises: { file in
            let first = file.trimmed
            guard first.hasFirst(0x7B) || first.hasFirst(0x5B), file.find("\"request\"") != nil else { return false }
            var scanner = HAREntriesScanner(file)
            guard case .entry(let span) = scanner.next(), let entry = try? HAREntry.read(file, span, 0) else {
                return false
            }
            return !entry.request.headers.isEmpty
        },
        scanner: { HAREntriesScanner($0) }, decode: HAREntry.read, glance: HAREntry.glance)
}

struct HAREntriesScanner: EntryScanner {
    private var skipper: JSONSkipper
    private var (isList, isBegun, isOver) = (false, false, false)
    private var count = 0

    init(_ file: Bytes) { skipper = JSONSkipper(file) }

    mutating func next() -> ScanResult {
        guard !isOver else { return .end }
        if !isBegun {
            isBegun = true
            isList = skipper.take(0x5B)
        } else if isList && !skipper.take(0x2C) {
            isOver = true
            return .end
        }
        guard skipper.peek() == 0x7B else {
            isOver = true
            return .end
        }
        let start = skipper.at
        guard let span = skipper.value() else {
            isOver = true
            return .problem(CaptureProblem(offset: start, entry: count, "the file ends inside this entry"))
        }
        count += 1
        return .entry(Self.snapshot(in: span, of: skipper.bytes) ?? span)
    }

    /// The entry that a line of a trace holds: `{"type":"resource-snapshot","snapshot":{…}}`.
    private static func snapshot(in span: SourceSpan, of file: Bytes) -> SourceSpan? {
        let mark: StaticString = "\"snapshot\":"
        guard let at = file[SourceSpan(span.offset, min(span.length, 256))].find(mark) else { return nil }
        var inner = JSONSkipper(file, at: span.offset + at + mark.utf8CodeUnitCount)
        return inner.peek() == 0x7B ? inner.value() : nil
    }
}
