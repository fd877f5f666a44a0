/// A capture with its flows: what every view and every command starts from.
public struct LoadedCapture: Sendable {
    public let capture: Capture
    public let flows: [Flow]
    public let context: CaptureContext
    /// Everything that was skipped: torn ends, entries that make no sense.
    public let problems: [CaptureProblem]
    public let exchangeCount: Int

    public init(
        _ capture: Capture, facts: [ExchangeFacts], problems: [CaptureProblem],
        making: FlowAssembler.Making = FlowAssembler.inTurn
    ) {
        self.capture = capture
        exchangeCount = facts.count
        let echo: FlowAssembler.Echo = { index in (try? capture.glance(index)).map { FactReader.echo($0) } ?? .none }
        flows = FlowAssembler.flows(facts, echo: echo, making: making)
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

    /// Reads entries' facts one after the other; `facts(of:from:…)` is the same for a part, to spread over threads.
    public static func read(_ bytes: Bytes) throws(CaptureError) -> LoadedCapture {
        let capture = try Capture.read(bytes)
        let (facts, problems) = facts(of: capture.entries, from: 0, format: capture.format, bytes: capture.bytes)
        if facts.isEmpty, let first = problems.first { throw .unreadable(first) }
        return LoadedCapture(capture, facts: facts, problems: problems)
    }

    public static func facts(
        of entries: [SourceSpan], from first: Int, format: CaptureFormat, bytes: Bytes
    ) -> (facts: [ExchangeFacts], problems: [CaptureProblem]) {
        let reader = FactReader()
        var (facts, problems): ([ExchangeFacts], [CaptureProblem]) = ([], [])
        facts.reserveCapacity(entries.count)
        for (offset, span) in entries.enumerated() {
            do throws(CaptureProblem) {
                facts.append(reader.facts(try format.glance(bytes, span, first + offset)))
            } catch { problems.append(error) }
        }
        return (facts, problems)
    }

    public func exchange(_ index: Int) -> Exchange? { try? capture.exchange(index) }

    public var damage: [CaptureProblem] { problems.filter(\.isDamage) }
}

extension LoadedCapture {
    /// Whether a few requests stand there by their lines alone: no proof, no token, no answer.
    public var isBare: Bool {
        exchangeCount < 16
            && (0..<exchangeCount).allSatisfy { index in
                guard let exchange = exchange(index) else { return false }
                let fields = exchange.request.headers
                return exchange.response == nil && !fields.has("dpop") && !fields.has("authorization")
            }
    }
}
