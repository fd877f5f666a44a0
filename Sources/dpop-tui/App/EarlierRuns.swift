import FlowModel

/// Runs that `R` ended: they stay as flows behind the one that goes on, each as a capture of its own.
extension Model {
    /// Whether the flow on screen is such a run: nothing is sent from there.
    var isAtEarlierRun: Bool {
        live != nil && document.flows.indices.contains(flowIndex) && document.flows[flowIndex].file > 0
    }

    static let earlierRunWords = "this is an earlier run; { goes back to the one that goes on"

    /// The request of an earlier run that the current step's is compared with, where it has none of its kind before it
    /// in its own: of the run before, the last one of its kind.
    private var twinInEarlierRun: (flow: Int, before: Int, after: Int)? {
        guard live != nil, let view, let exchange = currentStep?.exchange,
            let after = view.flow.requestStep(ofExchange: exchange), view.flow.predecessor(of: after) == nil
        else { return nil }
        let before = flowIndex == 0 ? document.flows.count - 1 : flowIndex - 1
        guard before > 0, document.flows[before].file > 0 else { return nil }
        let mine = view.flow.steps[after]
        let twin = document.flows[before].flow.steps.lastIndex {
            $0.kind == mine.kind && $0.from == mine.from && $0.exchange != nil
        }
        return twin.map { (before, $0, after) }
    }

    /// Whether `d` has something to compare this step's request with.
    var hasDifference: Bool { view?.flow.predecessor(of: step) != nil || twinInEarlierRun != nil }

    /// The current step's request and its twin in the run before.
    var differenceFromEarlierRun: Differences? {
        guard let view, let twin = twinInEarlierRun, let earlier = document.view(twin.flow),
            let old = Differences.side(
                earlier.flow, earlier.story, twin.before, in: "flow \(twin.flow + 1), the run before, "),
            let new = Differences.side(view.flow, view.story, twin.after)
        else { return nil }
        return Differences(old, new, reveals: reveals)
    }
}
