import FlowModel
import Synchronization

/// Writes every hop down before its answer goes out, so that whoever got the answer finds the hops on disk.
final class HopRecorder: Sendable {
    private let descriptor: Int32
    private let path: String
    /// Why a line could not be written; then no further one is, so that the file ends where it broke off.
    private let broken = Mutex<String?>(nil)

    init?(_ path: String) {
        self.path = path
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
        broken.withLock { broken in
            guard broken == nil, !LabSystem.append(line, to: descriptor) else { return }
            let words = "\(path): the recording is not whole: \(LabSystem.reason())"
            broken = words
            LabSystem.complain(TextReport.harmless(words))
        }
    }

    /// What is wrong with the recording; nil when it is whole.
    var failure: String? { broken.withLock { $0 } }
}
