import FlowModel

/// Reads captures with every core.
enum CaptureLoader {
    static func load(_ path: String) throws(LoadError) -> LoadedCapture {
        let bytes: Bytes
        do throws(FileError) { bytes = try FileBytes.read(path) } catch { throw LoadError("\(error)") }
        do throws(CaptureError) {
            return try load(bytes)
        } catch {
            throw LoadError("\(path == "-" ? "standard input" : path): \(error)")
        }
    }

    static func load(_ bytes: Bytes) throws(CaptureError) -> LoadedCapture {
        let capture = try Capture.read(bytes)
        let loaded = load(scanned: capture)
        if loaded.exchangeCount == 0, let first = loaded.problems.first { throw .unreadable(first) }
        return loaded
    }

    static func load(scanned capture: Capture) -> LoadedCapture {
        let size = 512
        let pieces = (capture.entries.count + size - 1) / size
        var (facts, problems): ([ExchangeFacts], [CaptureProblem]) = ([], [])
        facts.reserveCapacity(capture.entries.count)
        Workers.run(
            pieces, state: {},
            work: { _, piece in
                LoadedCapture.facts(of: capture, in: piece * size..<min((piece + 1) * size, capture.entries.count))
            },
            take: { part in
                facts += part.facts
                problems += part.problems
            })
        return LoadedCapture(capture, facts: facts, problems: problems)
    }
}

/// A capture that could not be read at all: exit code 3.
struct LoadError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
