import FlowModel

/// Every check by its id, each in its own line: what `f` lists.
struct CheckBoard {
    let findings: [Finding]
    let headline: Finding?
    /// Only findings at least that bad; `notApplicable` lists them all.
    let filter: Verdict
    let ordersByVerdict: Bool
    let width: Int

    func rows() -> [Row] {
        var rows: [Row] = []
        let board = Check.all.map { check in (check, findings.filter { $0.check == check.id }) }
        let ordered =
            ordersByVerdict
            ? Verdict.allCases.sorted(by: >).flatMap { verdict in board.filter { grade($0.1) == verdict } } : board
        for (check, own) in ordered {
            let verdict = grade(own)
            if verdict < filter { continue }
            let worst = own.max { $0.verdict < $1.verdict }
            let more = own.count > 1 ? " (+\(own.count - 1))" : ""
            let words = (worst?.outcome.found ?? "") + more
            // One role for mark and words: stepping on rewrites most of these, and each change of role costs bytes.
            let role = verdict == .notApplicable ? Role.text : verdict.role
            rows.append(
                Row(
                    [Span(check.id.rawValue.fitted(19)), Span(verdict.mark + " " + words, role)],
                    target: .check(check.id), copy: "\(check.id.rawValue) \(verdict.rawValue) \(words)"))
            for finding in own where finding.verdict >= .warn && finding != headline { rows += details(finding) }
        }
        if rows.isEmpty { rows.append(Row("nothing at or above the filter; f changes it")) }
        return rows
    }

    private func grade(_ own: [Finding]) -> Verdict { own.map(\.verdict).max() ?? .notApplicable }

    private func details(_ finding: Finding) -> [Row] {
        var rows = finding.outcome.title.wrapped(max(8, width - 4)).map { Row([Span("    "), Span($0, .heading)]) }
        for evidence in finding.outcome.evidence.prefix(2) {
            rows += InspectorContent.labelled(
                "expected", "\(evidence.label) = \(evidence.expected ?? "nothing")", width: width, indent: 4,
                role: .pass
            ).prefix(2)
            rows += InspectorContent.labelled(
                "found", evidence.actual.map { "\(evidence.label) = \($0)" } ?? "no \(evidence.label)", width: width,
                indent: 4, role: finding.verdict.role
            ).prefix(2)
        }
        if let fix = finding.outcome.fix { rows += InspectorContent.labelled("fix", fix, width: width, indent: 4) }
        return rows
    }
}
