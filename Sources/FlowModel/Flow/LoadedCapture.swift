/// A capture with its flows: what every view and every command starts from.
public struct LoadedCapture: Sendable {
    public let capture: Capture
    public let flows: [Flow]
    public let context: CaptureContext
    /// Everything that was skipped: torn ends, entries that make no sense.
    public let problems: [CaptureProblem]
    public let exchangeCount: Int

    /// `making`: the flows, one after the other or on several threads, in order.
    public init(_ assembled: AssembledCapture, making: (FlowOutlines) -> [Flow] = { $0.made() }) {
        (capture, context, flows) = (assembled.capture, assembled.context, making(assembled.flows))
        (problems, exchangeCount) = (assembled.problems, assembled.exchangeCount)
    }

    public init(_ capture: Capture, facts: [ExchangeFacts], problems: [CaptureProblem]) {
        self.init(AssembledCapture(capture, facts: facts, problems: problems))
    }

    /// Reads entries' facts one after the other; `facts(of:from:…)` is the same for a part, to spread over threads.
    public static func read(_ bytes: Bytes) throws(CaptureError) -> LoadedCapture {
        let capture = try Capture.read(bytes)
        let (facts, problems) = facts(of: capture.entries, from: 0, format: capture.format, bytes: capture.bytes)
        if facts.isEmpty, let first = problems.first { throw .unreadable(first) }
        return LoadedCapture(capture, facts: facts, problems: problems)
    }

    /// `reader` and `bytes` (`Bytes.detached`): one thread's own.
    public static func facts(
        of entries: [SourceSpan], from first: Int, format: CaptureFormat, bytes: Bytes,
        reader: FactReader = FactReader()
    ) -> (facts: [ExchangeFacts], problems: [CaptureProblem]) {
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
