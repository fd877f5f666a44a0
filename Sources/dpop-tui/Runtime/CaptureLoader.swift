import FlowModel

/// Reads captures with every core.
enum CaptureLoader {
    static func load(_ path: String) throws(LoadError) -> LoadedCapture {
        let bytes: Bytes
        if path == "-" { PasteHint.say() }
        do throws(FileError) { bytes = try PasteHint.read(path) } catch { throw LoadError("\(error)") }
        do throws(CaptureError) {
            return try load(bytes)
        } catch {
            throw LoadError("\(path == "-" ? "standard input" : path): \(error)")
        }
    }

    static func load(_ bytes: Bytes, formats: [CaptureFormat] = CaptureFormat.all) throws(CaptureError) -> LoadedCapture
    {
        let loaded = finish(try Capture(bytes, formats: formats))
        if loaded.exchangeCount == 0, let first = loaded.problems.first { throw .unreadable(first) }
        return loaded
    }

    /// Finds the entries that are still to be found, and reads what each one is, on every core at once.
    static func finish(_ capture: Capture, progress: (Double) -> Void = { _ in }) -> LoadedCapture {
        let finder = Finder(capture)
        var (facts, problems): ([ExchangeFacts], [CaptureProblem]) = ([], [])
        Workers.run(
            threads: capture.bytes.count < 1 << 20 ? 1 : Workers.count, next: { finder.next() }, state: {},
            work: { _, piece in
                let read = LoadedCapture.facts(
                    of: piece.spans, from: piece.first, format: capture.format, bytes: capture.bytes)
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
        return LoadedCapture(finder.capture, facts: facts, problems: problems) { count, flow in
            makeFlows(count, flow, exchanges: facts.count)
        }
    }

    /// The steps of a large capture's flows are numbered on every core.
    private static func makeFlows(_ count: Int, _ flow: @escaping @Sendable (Int) -> Flow, exchanges: Int) -> [Flow] {
        guard exchanges >= 1 << 13 else { return FlowAssembler.inTurn(count, flow) }
        let size = max(count / 32, 1)
        var unissued = Array(stride(from: 0, to: count, by: size))[...]
        var flows: [Flow] = []
        flows.reserveCapacity(count)
        Workers.run(
            next: { unissued.popFirst() }, state: {},
            work: { _, first in (first..<min(first + size, count)).map(flow) },
            take: { flows += $0 })
        return flows
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
