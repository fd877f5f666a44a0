import FlowModel

/// Checks flows for the overview on a thread of its own: those on screen first, the others in their order.
final class FlowJudge: @unchecked Sendable {
    private let lock = Lock()
    private let mailbox: Mailbox
    private var document: Document?
    private var wanted: [Int] = []
    private var isTaken: [Bool] = []
    private var next = 0
    private var isStarted = false

    init(_ mailbox: Mailbox) { self.mailbox = mailbox }

    /// Says which document is on screen, and which of its flows are to be checked first.
    func want(_ flows: [Int], of document: Document) {
        lock.change {
            if document !== self.document {
                self.document = document
                isTaken = Array(repeating: false, count: document.flows.count)
                next = 0
            }
            wanted = flows
            lock.wakeAll()
        }
        guard !isStarted else { return }
        isStarted = true
        _ = Thread.start { self.run() }
    }

    private func run() {
        while !mailbox.isCancelled {
            // Sleeps until there is something to check.
            let first = lock.wait { self.takeNext() }
            var judged: [JudgedFlow] = []
            var piece: Piece? = first
            let began = Transfer.monotonic()
            while let flow = piece {
                if let view = flow.document.view(flow.index) {
                    judged.append(JudgedFlow(index: flow.index, summary: FlowSummary(view)))
                }
                // Each batch puts all rows in order: the more there are, the fewer batches.
                let patience = 0.04 + Double(flow.document.flows.count) / 250_000
                let isLate = Transfer.monotonic() - began > patience
                piece = isLate || mailbox.isCancelled ? nil : lock.change { takeNext(of: first.document) }
            }
            mailbox.post(.judged(first.document, judged))
        }
    }

    private typealias Piece = (document: Document, index: Int)

    /// The next flow to check, which is taken then; nil when there is none, or the document is another one.
    private func takeNext(of only: Document? = nil) -> Piece? {
        guard let document, only == nil || only === document else { return nil }
        while let index = wanted.popLast() {
            if isTaken.indices.contains(index), !isTaken[index] { return take(index, document) }
        }
        while next < isTaken.count, isTaken[next] { next += 1 }
        return next < isTaken.count ? take(next, document) : nil
    }

    private func take(_ index: Int, _ document: Document) -> Piece {
        isTaken[index] = true
        return (document, index)
    }
}
