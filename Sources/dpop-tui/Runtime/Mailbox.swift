/// Events from the one worker thread, taken by the loop when it is woken.
final class Mailbox: @unchecked Sendable {
    private let lock = Lock()
    private var waiting: [Event] = []
    private var cancelled = false

    func post(_ event: Event) {
        lock.change { waiting.append(event) }
        wakeTerminal()
    }

    func take() -> [Event] {
        lock.change {
            defer { waiting = [] }
            return waiting
        }
    }

    /// Tells the worker to stop at the next opportunity.
    func cancel() { lock.change { cancelled = true } }
    var isCancelled: Bool { lock.change { cancelled } }
}
