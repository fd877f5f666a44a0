import FlowModel
import Synchronization

/// Writes every hop down before its answer goes out, so that whoever got the answer finds the hops on disk.
final class HopRecorder: Sendable {
    private let descriptor: Int32
    private let count = Mutex(0)

    init?(_ path: String) {
        descriptor = LabSystem.openForAppending(path)
        if descriptor < 0 { return nil }
    }

    func record(
        _ hop: String, _ request: FlowModel.Request, _ response: FlowModel.Response?, started: Double,
        notes: [String] = []
    ) {
        let ended = Clock.now()
        let line = FlowLine.write(
            Exchange(
                index: 0, request: request, response: response, started: started, duration: ended - started,
                notes: ["hop: \(hop)"] + notes))
        // One line, one write: several connections append at once.
        count.withLock { count in
            LabSystem.append(line, to: descriptor)
            count += 1
        }
    }
}
