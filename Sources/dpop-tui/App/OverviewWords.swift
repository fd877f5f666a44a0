import FlowModel

/// What the overview says of flows.
enum OverviewWords {
    /// The last column: the leading cause, or how often a nonce was asked for.
    static func cause(_ summary: FlowSummary) -> String {
        guard summary.cause.isEmpty else { return summary.cause }
        guard summary.retries > 0 else { return "" }
        return summary.retries == 1 ? "nonce retry" : "\(summary.retries) nonce retries"
    }

    /// `GET /get?a=1`, or `25 calls, GET /get?a=1`.
    static func call(_ summary: FlowSummary) -> String {
        summary.calls > 1 ? "\(summary.calls) calls, \(summary.call)" : summary.call
    }

    /// What a group's flows have in common, in one sentence: the cause's, or what the check looks at.
    static func title(_ group: FlowGroup) -> String? {
        if let cause = Cause.named(group.kind.title) { return cause.says }
        guard group.kind.verdict >= .warn else { return nil }
        return Check.all.first { $0.id.rawValue == group.kind.title }?.title
    }

    /// What is wrong with the selected row, and what mends it.
    static func detail(_ overview: Overview) -> (heading: String, sentence: String, fix: String)? {
        guard overview.lines.indices.contains(overview.cursor) else { return nil }
        switch overview.lines[overview.cursor] {
        case .flow(let index):
            guard let summary = overview.summaries[index] else { return ("\(index + 1)", "not checked yet", "") }
            let place = summary.place.isEmpty ? "" : ", step \(summary.place)"
            return ("\(index + 1)\(place)", summary.sentence, summary.fix)
        case .group(let index):
            let group = overview.groups[index]
            let heading = "\(group.kind.title) ×\(group.flows.count)"
            if let cause = Cause.named(group.kind.title) { return (heading, cause.says, cause.fix) }
            if let title = title(group), group.flows.count > 1 { return (heading, title, "") }
            let first = group.flows.first.flatMap { overview.summaries[$0] }
            let isTold = group.kind.verdict >= .warn
            return (heading, isTold ? first?.sentence ?? "" : group.kind.title, isTold ? first?.fix ?? "" : "")
        }
    }
}
