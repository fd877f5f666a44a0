import FlowModel

/// A checked flow in one row of the overview.
struct FlowSummary: Sendable {
    /// Not applicable for what belongs to no flow.
    let verdict: Verdict
    /// `FlowCells`: one a step, or one a call.
    let cells: [Verdict?]
    let calls: Int
    /// The call that is told: the refused one, else the one to mend, else the last one.
    let call: String
    let host: String
    let status: Int?
    /// The leading cause's id, or the check's; empty where all is well.
    var cause: String
    /// The step the cause was seen at.
    let place: String
    /// What is wrong in one sentence, and what mends it.
    let sentence: String
    let fix: String
    /// Requests that were sent once more with a nonce, where the flow passed.
    let retries: Int
    let started: Moment?
    /// What a filter looks at, in small letters: call, host, cause and thumbprints.
    let words: [UInt8]

    init(_ view: FlowView) {
        let flow = view.flow
        (cells, calls) = FlowCells.cells(view)
        let isJudged = flow.isFlow || !view.report.refusals.isEmpty
        verdict = isJudged ? view.verdict : .notApplicable
        let shown = Self.call(view)
        let material = shown.flatMap { view.material($0) }
        let title = shown.map { StepWords.title(flow.steps[$0], material?.exchange) } ?? "no call"
        call =
            isJudged
            ? title : "outside of any flow: \(flow.exchanges.count) exchange\(flow.exchanges.count == 1 ? "" : "s")"
        host = material.map { String($0.exchange.request.url.host) } ?? ""
        status = material?.exchange.response?.status
        let entry = isJudged ? view.leadingEntry : nil
        let isWrong = isJudged && verdict >= .warn
        cause = isWrong ? view.leadingID : ""
        place = isWrong ? view.leadingPlace ?? "" : ""
        sentence = isJudged ? entry?.sentence ?? view.diagnosis.headline : "These exchanges belong to no flow."
        fix = isWrong ? entry?.fix ?? "" : ""
        retries = FlowCells.answeredChallenges(view).count
        started = flow.exchanges.first.flatMap { view.story.materials[$0] }?.exchange.started
        let keys = flow.keys.prefix(8).map(\.base64url).joined(separator: " ")
        words = Array("\(call) \(host) \(cause) \(status.map { "\($0)" } ?? "") \(keys)".lowercased().utf8)
    }

    /// The request that tells the flow's story, by its step.
    private static func call(_ view: FlowView) -> Int? {
        let steps = view.flow.steps
        if let refused = view.report.refusals.first { return refused.request }
        if let step = view.stepToMend, let exchange = steps[step].exchange,
            let request = view.flow.requestStep(ofExchange: exchange), steps[request].from == .client
        {
            return request
        }
        let mine = { (step: Step) in step.from == .client && step.kind.isRequest && step.exchange != nil }
        return steps.lastIndex { mine($0) && $0.kind == .resourceRequest } ?? steps.lastIndex(where: mine)
    }
}
