import FlowModel

/// Flows with the same cause.
struct FlowGroup: Sendable {
    struct Kind: Hashable, Sendable {
        let verdict: Verdict
        let title: String

        static let unchecked = Kind(verdict: .cannotTell, title: "not checked yet")

        init(verdict: Verdict, title: String) { (self.verdict, self.title) = (verdict, title) }

        init(_ summary: FlowSummary) {
            let title =
                switch summary.verdict {
                case .notApplicable: "outside of any flow"
                case .pass, .cannotTell: "passed"
                default: summary.cause.isEmpty ? "unexplained" : summary.cause
                }
            self.init(verdict: summary.verdict, title: title)
        }

        /// Failures first, what is not checked yet before what is right.
        fileprivate var rank: Int {
            switch verdict {
            case .fail: 0
            case .warn: 1
            case .cannotTell: 2
            case .pass: 3
            case .notApplicable: 4
            }
        }
    }

    let kind: Kind
    let flows: [Int]

    /// The worst first, then the largest.
    static func groups(_ flows: [Int], kindOf: [Int], kinds: [Kind]) -> [FlowGroup] {
        var members = [[Int]](repeating: [], count: kinds.count)
        for flow in flows { members[kindOf[flow]].append(flow) }
        let groups = kinds.indices.filter { !members[$0].isEmpty }.map {
            FlowGroup(kind: kinds[$0], flows: members[$0])
        }
        return groups.sorted { a, b in
            (a.kind.rank, -a.flows.count, a.kind.title) < (b.kind.rank, -b.flows.count, b.kind.title)
        }
    }
}

/// The orders of the overview. Within one order flows stand as in their files.
enum OverviewOrder {
    static func sorted(_ flows: [Int], _ overview: Overview) -> [Int] {
        switch overview.order {
        case .file: return flows
        case .worst:
            let ranks = overview.kinds.map(\.rank)
            return bucketed(flows, count: 5) { ranks[overview.kindOf[$0]] }
        case .cause:
            let order = overview.kinds.indices.sorted { a, b in
                let (a, b) = (overview.kinds[a], overview.kinds[b])
                return (a.rank, a.title) < (b.rank, b.title)
            }
            var places = [Int](repeating: 0, count: order.count)
            for (place, kind) in order.enumerated() { places[kind] = place }
            return bucketed(flows, count: order.count) { places[overview.kindOf[$0]] }
        case .time:
            let times = flows.map { overview.summaries[$0]?.started?.seconds ?? Double.infinity }
            return flows.indices.sorted { (times[$0], $0) < (times[$1], $1) }.map { flows[$0] }
        }
    }

    /// Put into so many heaps, in one pass.
    private static func bucketed(_ flows: [Int], count: Int, _ heap: (Int) -> Int) -> [Int] {
        var heaps = [[Int]](repeating: [], count: count)
        for flow in flows { heaps[heap(flow)].append(flow) }
        return heaps.flatMap { $0 }
    }
}
