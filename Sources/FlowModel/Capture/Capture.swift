/// A capture file: where its entries stand. Entries are read when somebody asks for them.
public struct Capture: Sendable {
    public let format: CaptureFormat
    public private(set) var bytes: Bytes
    public private(set) var entries: [SourceSpan] = []
    public private(set) var problems: [CaptureProblem] = []
    public private(set) var isComplete = false
    private var scanner: any EntryScanner

    /// Recognises the format by content, the first of those given, and stops before the first entry.
    public init(_ bytes: Bytes, formats: [CaptureFormat] = CaptureFormat.all) throws(CaptureError) {
        guard !bytes.isEmpty else { throw .empty }
        var other: (format: CaptureFormat, bytes: Bytes)?
        for format in formats {
            guard let opened = format.opening(format, bytes) else { continue }
            // Whatever begins with a brace or a digit looks like a HAR or a mitmproxy file.
            if format.isGuess(opened.bytes) {
                other = opened
                continue
            }
            (self.format, self.bytes, scanner) = (opened.format, opened.bytes, opened.format.scanner(opened.bytes))
            return
        }
        guard let other else { throw .unrecognised(CaptureError.Found(bytes)) }
        (self.format, self.bytes, scanner) = (other.format, other.bytes, other.format.scanner(other.bytes))
    }

    /// A capture of our own that has no entry yet: a live run before its first send.
    public static let empty = Capture(empty: .flowLines)

    private init(empty format: CaptureFormat) {
        (self.format, bytes, isComplete) = (format, Bytes([]), true)
        scanner = format.scanner(bytes)
    }

    /// The whole file at once.
    public static func read(_ bytes: Bytes) throws(CaptureError) -> Capture {
        var capture = try Capture(bytes)
        capture.scan()
        if capture.entries.isEmpty, let problem = capture.problems.first { throw .unreadable(problem) }
        return capture
    }

    /// Finds up to `limit` more entries.
    public mutating func scan(limit: Int = .max) {
        let full = limit == .max ? Int.max : entries.count + limit
        while !isComplete, entries.count < full {
            switch scanner.next() {
            case .entry(let span): entries.append(span)
            case .problem(let problem): problems.append(problem)
            case .end: isComplete = true
            }
        }
    }

    /// The exchange without what facts are not made of, for whichever thread asks.
    func glance(_ index: Int) throws(CaptureProblem) -> Exchange {
        try format.glance(bytes.detached(), entries[index], index)
    }

    public func exchange(_ index: Int) throws(CaptureProblem) -> Exchange {
        try format.decode(bytes, entries[index], index)
    }

    /// The same capture for one thread, which shares no reference count of the bytes with the others.
    public func detached() -> Capture {
        var own = self
        own.bytes = bytes.detached()
        return own
    }
}

extension Capture {
    /// Whether the client wrote the times down itself: a browser's HAR, a run of our own.
    var isRecordedByClient: Bool {
        guard let first = entries.first else { return false }
        if format.id == CaptureFormat.har.id {
            let head = bytes[SourceSpan(0, min(4096, first.offset))].text.lowercased()
            return ["webinspector", "firefox", "playwright", "chromium", "safari", "chrome-har"].contains { word in
                head.firstRange(of: word) != nil
            }
        }
        guard format.id == CaptureFormat.flowLines.id, let exchange = try? glance(0) else { return false }
        switch exchange.origin {
        case .sent, .browser: return true
        default: return false
        }
    }
}
