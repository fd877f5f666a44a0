/// A capture whose flows are known and not made: a batch looks at each of them once.
public struct AssembledCapture: Sendable {
    public let capture: Capture
    public let flows: FlowOutlines
    public let context: CaptureContext
    /// Everything that was skipped: torn ends, entries that make no sense.
    public let problems: [CaptureProblem]
    public let exchangeCount: Int

    public init(_ capture: Capture, facts: [ExchangeFacts], problems: [CaptureProblem]) {
        self.capture = capture
        exchangeCount = facts.count
        let echo: FlowAssembler.Echo = { index in (try? capture.glance(index)).map { FactReader.echo($0) } ?? .none }
        flows = FlowAssembler.outlines(facts, echo: echo)
        var context = CaptureContext(facts: facts) { index in try? capture.exchange(index) }
        context.recorder = capture.isRecordedByClient ? .client : .unknown
        // A longer text was written by a program, which puts no server's log beside it.
        if capture.format.isPasted, capture.bytes.count < 1 << 20 {
            context.logs = LogWords.read(capture.textBesideMessages)
        }
        if capture.format.isPasted || capture.format.id == CaptureFormat.harEntries.id, capture.entries.count == 1,
            let only = try? capture.exchange(0), only.response == nil, case .captured = only.origin
        {
            context.isAskedAbout = true
        }
        self.context = context
        self.problems = (capture.problems + problems).sorted { $0.offset < $1.offset }
    }

    public init(_ loaded: LoadedCapture) {
        (capture, flows, context) = (loaded.capture, FlowOutlines(loaded.flows), loaded.context)
        (problems, exchangeCount) = (loaded.problems, loaded.exchangeCount)
    }
}
