extension CaptureFormat {
    /// What a person has at hand: a `curl -v` transcript, or requests and answers as raw text.
    public static let transcript = transcript(at: nil)

    /// A transcript says when its exchanges took place by the answers' `Date` at best; the reader may know better.
    ///
    /// - Parameter time: when the first request was sent, in seconds since 1970.
    public static func transcript(at time: Double?) -> CaptureFormat {
        CaptureFormat(
            id: "transcript", title: "transcript", isPasted: true,
            recognises: { file in
                var scanner = TranscriptScanner(file)
                if case .entry = scanner.next() { return true }
                return false
            },
            scanner: { TranscriptScanner($0) },
            decode: { (file, span, index) throws(CaptureProblem) in TranscriptEntry.read(file, span, index, at: time) })
    }
}

/// Cuts a text before each request line: what follows one is its request, its answer, and what curl says between them.
struct TranscriptScanner: EntryScanner {
    private let file: Bytes
    private let isRequest: @Sendable (Bytes) -> Bool
    /// Where the next request line stands; the end of the file when there is none.
    private var start: Int

    init(_ file: Bytes) {
        self.file = file
        // Where curl marks the lines it sends, a request line without a mark belongs to a body.
        let marked = TranscriptLine.first(in: file, from: 0, TranscriptLine.isCurlRequest)
        isRequest = marked == nil ? TranscriptLine.isRequest : TranscriptLine.isCurlRequest
        start = (marked ?? TranscriptLine.first(in: file, from: 0, isRequest))?.offset ?? file.count
    }

    mutating func next() -> ScanResult {
        guard start < file.count else { return .end }
        let after = TranscriptLine.at(start, of: file).next
        let end = TranscriptLine.first(in: file, from: after, isRequest)?.offset ?? file.count
        defer { start = end }
        return .entry(SourceSpan(start, end - start))
    }
}

/// A line of a transcript: its bytes without the line end, and where they stand.
struct TranscriptLine {
    let bytes: Bytes
    let offset: Int
    /// Where the line after it begins.
    let next: Int

    /// The line that begins at `offset`.
    static func at(_ offset: Int, of file: Bytes) -> TranscriptLine {
        let end = file.withBytes { $0.baseAddress!.next(0x0A, offset, $0.count) }
        let isCRLF = end > offset && file[end - 1] == 0x0D
        return TranscriptLine(
            bytes: file[SourceSpan(offset, end - offset - (isCRLF ? 1 : 0))], offset: offset,
            next: min(end + 1, file.count))
    }

    /// The first line at or after `offset`, which begins a line, that is wanted.
    static func first(in file: Bytes, from offset: Int, _ isWanted: (Bytes) -> Bool) -> TranscriptLine? {
        var offset = offset
        while offset < file.count {
            let line = at(offset, of: file)
            if isWanted(line.bytes) { return line }
            offset = line.next
        }
        return nil
    }

    /// The line before the one that begins at `offset`; nil at the start of the file.
    static func before(_ offset: Int, of file: Bytes) -> TranscriptLine? {
        guard offset > 0 else { return nil }
        return file.withBytes { bytes in
            var start = offset - 1
            while start > 0 && bytes[start - 1] != 0x0A { start -= 1 }
            return at(start, of: file)
        }
    }

    static func isCurlRequest(_ line: Bytes) -> Bool {
        line.count > 2 && line[0] == 0x3E && line[1] == 0x20 && isRequest(line[SourceSpan(2, line.count)])
    }

    /// A method in capitals, a path or a URL, and the version when there is one.
    static func isRequest(_ line: Bytes) -> Bool {
        let method = line.withBytes { $0.prefix { $0 &- 0x41 < 26 }.count }
        guard method > 0, method < line.count, line[method] == 0x20 else { return false }
        let words = line.text.split(separator: " ")
        guard words.count == 2 || words.count == 3 else { return false }
        return (words[1].hasPrefix("/") || words[1].has("://")) && (words.count == 2 || words[2].hasPrefix("HTTP/"))
    }
}
