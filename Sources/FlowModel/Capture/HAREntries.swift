extension CaptureFormat {
    /// A HAR's entry alone, or an array of entries, as developer tools copy them.
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

    /// A capture in a gzip file, or in a zip archive; what it grows to is bounded as bodies are.
    static func packed(_ time: Double?) -> CaptureFormat {
        CaptureFormat(id: "packed", title: "packed capture") { _, bytes in
            guard bytes.count > 18, let plain = Packed.content(bytes) else { return nil }
            for format in [flowLines, har, mitmproxy, transcript(at: time), harEntries] {
                if let opened = format.opening(format, plain) { return opened }
            }
            return nil
        }
    }
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
        } else if !isList || !skipper.take(0x2C) {
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
        return .entry(span)
    }
}

private enum Packed {
    static func content(_ bytes: Bytes) -> Bytes? {
        if bytes[0] == 0x1F, bytes[1] == 0x8B {
            let plain = ContentCoding.gzip.decode(bytes)
            return plain.isEmpty || plain.storage === bytes.storage ? nil : plain
        }
        return bytes[0] == 0x50 && bytes[1] == 0x4B && bytes[2] == 3 && bytes[3] == 4 ? archived(bytes) : nil
    }

    /// The first file of an archive that is named as a capture; the only one, whatever its name.
    private static func archived(_ zip: Bytes) -> Bytes? {
        func number(_ at: Int, _ size: Int) -> Int? {
            guard at >= 0, at <= zip.count - size else { return nil }
            return (0..<size).reversed().reduce(0) { $0 << 8 | Int(zip[at + $1]) }
        }
        var end = zip.count - 22
        let least = max(0, end - 65_535)
        while end >= least, number(end, 4) != 0x0605_4B50 { end -= 1 }
        guard end >= least, let count = number(end + 10, 2), var at = number(end + 16, 4) else { return nil }
        for _ in 0..<min(count, 1000) {
            guard number(at, 4) == 0x0201_4B50, let method = number(at + 10, 2), let size = number(at + 20, 4),
                let name = number(at + 28, 2), let extra = number(at + 30, 2), let comment = number(at + 32, 2),
                let local = number(at + 42, 4)
            else { return nil }
            let file = zip[SourceSpan(at + 46, name)].text.lowercased()
            at += 46 + name + extra + comment
            guard count == 1 || file.hasSuffix(".har") || file.hasSuffix(".json") else { continue }
            guard number(local, 4) == 0x0403_4B50, let localName = number(local + 26, 2),
                let localExtra = number(local + 28, 2)
            else { return nil }
            let data = zip[SourceSpan(local + 30 + localName + localExtra, size)]
            return method == 0 ? data : method == 8 ? ContentCoding.gzip.decode(data) : nil
        }
        return nil
    }
}
