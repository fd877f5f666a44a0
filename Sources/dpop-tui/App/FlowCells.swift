import FlowModel

/// The marks of a flow in one row: one for each of the eight steps, or for a flow of several calls one for each call.
enum FlowCells {
    /// More calls than that share cells; a cell shows the worst of its calls.
    static let most = 24
    private static let steps = 8

    /// Nil stands for what did not happen or was not captured.
    static func cells(_ view: FlowView) -> (cells: [Verdict?], calls: Int) {
        guard view.flow.isFlow else { return ([], 0) }
        let answered = answeredChallenges(view)
        var (list, calls) = ([Verdict?](repeating: nil, count: steps), [Verdict?]())
        for index in view.flow.steps.indices {
            let step = view.flow.steps[index]
            // The request that a nonce challenge sent back is told by its retry.
            if let exchange = step.exchange, answered.contains(exchange) { continue }
            let mark: Verdict? = step.isPlanned ? nil : view.mark(index)
            if isCall(step) { calls.append(mark) } else if !calls.isEmpty { merge(mark, into: &calls[calls.count - 1]) }
            if let place = place(step) { merge(mark, into: &list[place - 1]) }
        }
        return calls.count > 1 ? (shared(calls, by: most), calls.count) : (list, calls.count)
    }

    /// As many cells as there is room for, each the worst of those it stands for.
    static func shared(_ cells: [Verdict?], by count: Int) -> [Verdict?] {
        guard cells.count > count, count > 0 else { return count > 0 ? cells : [] }
        return (0..<count).map { place in
            cells[place * cells.count / count..<(place + 1) * cells.count / count].compactMap { $0 }.max()
        }
    }

    /// Exchanges whose answer asked for a nonce and got a request with one.
    static func answeredChallenges(_ view: FlowView) -> Set<Int> {
        var list = Set(view.flow.steps.lazy.filter(\.isNonceChallenge).compactMap(\.exchange))
        guard !list.isEmpty else { return list }
        for refusal in view.report.refusals { list.remove(refusal.exchange.index) }
        return list
    }

    private static func merge(_ mark: Verdict?, into cell: inout Verdict?) {
        guard let mark else { return }
        cell = cell.map { max($0, mark) } ?? mark
    }

    private static func isCall(_ step: Step) -> Bool {
        step.from == .client && (step.kind == .resourceRequest || step.kind == .userinfo)
    }

    /// The number a step has in a flow of one call.
    private static func place(_ step: Step) -> Int? {
        switch step.kind {
        case .keygen: 1
        case .tokenRequest, .refresh, .pushedAuthorization, .authorization, .revocation: 2
        case .discovery, .jwks: step.from == .gateway ? 5 : 2
        case .tokenResponse: 3
        case .resourceRequest, .userinfo: 4
        case .gatewayValidation, .introspection: 5
        case .upstreamRequest: 6
        case .upstreamResponse: 7
        case .resourceResponse: 8
        case .unknown: nil
        }
    }
}
