import FlowModel

/// Reads captures with every core.
enum CaptureLoader {
    static func load(_ path: String) throws(LoadError) -> LoadedCapture { made(try assemble(path)) }

    static func load(_ bytes: Bytes, formats: [CaptureFormat] = CaptureFormat.all) throws(CaptureError) -> LoadedCapture
    {
        made(try assemble(bytes, formats: formats))
    }

    /// Everything but the steps of the flows.
    static func assemble(_ path: String) throws(LoadError) -> AssembledCapture {
        let bytes: Bytes
        if path == "-" { PasteHint.say() }
        do throws(FileError) { bytes = try PasteHint.read(path) } catch { throw LoadError("\(error)") }
        do throws(CaptureError) {
            return try assemble(bytes, formats: CaptureFormat.all)
        } catch {
            throw LoadError("\(path == "-" ? "standard input" : path): \(error)")
        }
    }

    private static func assemble(_ bytes: Bytes, formats: [CaptureFormat]) throws(CaptureError) -> AssembledCapture {
        let assembled = assemble(try Capture(bytes, formats: formats))
        if assembled.exchangeCount == 0, let first = assembled.problems.first { throw .unreadable(first) }
        return assembled
    }

    /// The rest of a capture that was opened, with its flows.
    static func finish(_ capture: Capture, progress: (Double) -> Void = { _ in }) -> LoadedCapture {
        made(assemble(capture, progress: progress))
    }

    /// Finds the entries that are still to be found, and reads what each one is, on every core at once.
    private static func assemble(_ capture: Capture, progress: (Double) -> Void = { _ in }) -> AssembledCapture {
        let finder = Finder(capture)
        var (facts, problems): ([ExchangeFacts], [CaptureProblem]) = ([], [])
        Workers.run(
            threads: capture.bytes.count < 1 << 20 ? 1 : Workers.count, next: { finder.next() },
            state: { (FactReader(), capture.bytes.detached()) },
            work: { own, piece in
                let (reader, bytes) = own
                let read = LoadedCapture.facts(
                    of: piece.spans, from: piece.first, format: capture.format, bytes: bytes, reader: reader)
                return (facts: read.facts, problems: read.problems, last: piece.spans.last)
            },
            take: { part in
                if facts.isEmpty, let last = part.last, last.end < capture.bytes.count {
                    // Room for all of them, as far as the first ones tell: growing would copy them again and again.
                    facts.reserveCapacity(
                        part.facts.count * min(capture.bytes.count / max(last.end, 1) + 1, 1 << 14) * 9 / 8)
                }
                facts += part.facts
                problems += part.problems
                if let last = part.last { progress(Double(last.end) / Double(capture.bytes.count)) }
            })
        return AssembledCapture(finder.capture, facts: facts, problems: problems)
    }

    /// The steps of a large capture's flows are numbered on every core.
    private static func made(_ assembled: AssembledCapture) -> LoadedCapture {
        LoadedCapture(assembled) { flows in
            guard assembled.exchangeCount >= 1 << 13 else { return flows.made() }
            let size = max(flows.count / 32, 1)
            var unissued = Array(stride(from: 0, to: flows.count, by: size))[...]
            var made: [Flow] = []
            made.reserveCapacity(flows.count)
            Workers.run(
                next: { unissued.popFirst() }, state: {},
                work: { _, first in (first..<min(first + size, flows.count)).map { flows[$0] } },
                take: { made += $0 })
            return made
        }
    }

    /// Cuts a capture into pieces while it is being scanned.
    private final class Finder {
        private(set) var capture: Capture
        private var issued = 0

        init(_ capture: Capture) { self.capture = capture }

        func next() -> (first: Int, spans: [SourceSpan])? {
            if issued == capture.entries.count { capture.scan(limit: 512) }
            guard issued < capture.entries.count else { return nil }
            let end = min(issued + 512, capture.entries.count)
            defer { issued = end }
            return (issued, Array(capture.entries[issued..<end]))
        }
    }
}

/// A capture that could not be read at all: exit code 3.
struct LoadError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
