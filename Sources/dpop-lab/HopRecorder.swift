import FlowModel
import Synchronization

/// Writes every hop down before its answer goes out, so that whoever got the answer finds the hops on disk.
final class HopRecorder: Sendable {
    private let descriptor: Int32
    private let lock = Mutex(())

    init?(_ path: String) {
        descriptor = LabSystem.openForAppending(path)
        if descriptor < 0 { return nil }
    }

    /// Appends one line: the exchange between two parties, the gateway's checks on it, and comments.
    func record(
        _ from: Party, _ to: Party, _ request: FlowModel.Request, _ response: FlowModel.Response?, started: Double,
        checks: [GuardCheck] = [], notes: [String] = []
    ) {
        let ended = Clock.now()
        let provenance = Provenance(
            hop: Hop(from: from, to: to),
            reported: checks.map { ReportedCheck(check: $0.id, passes: $0.passes, words: $0.words) })
        let line = FlowLine.write(
            Exchange(
                index: 0, request: request, response: response, started: started, duration: ended - started,
                provenance: provenance, notes: notes))
        // One line, one write: several connections append at once.
        lock.withLock { _ in LabSystem.append(line, to: descriptor) }
    }
}
