import FlowModel

/// What the step is for, the verdict in words, and every check at its own place: nothing jumps from step to step.
enum SummaryContent {
    /// Lines of the block on top, where the screen has room for it, the purpose and every check: then nothing moves.
    private static let blockHeight = 7

    /// Checks that most flows never meet. They are listed after the others and only where they say something, so that
    /// the others keep their lines on a terminal of 40 rows.
    private static let seldom: Set<CheckID> = [.answerValues, .metadataIssuer, .devicePolling, .idTokenNonce]

    static func rows(_ model: Model, _ view: FlowView, _ step: Step, _ width: Int) -> [Row] {
        let findings = view.findings(model.step)
        var block = headline(model, view, step, findings, width)
        let purpose = StepWords.purpose(step).wrapped(width).map { Row($0, .dim) }
        let isRoomy = Layout(model).contentHeight >= blockHeight + 2 + Check.all.count - seldom.count
        block += Array(repeating: Row(), count: isRoomy ? max(0, blockHeight - block.count) : 1)
        let text = block + padded(purpose, to: isRoomy ? 2 : 0) + (isRoomy ? [] : [Row()])
        return text + board(findings, model, width)
    }

    private static func refusal(_ view: FlowView, _ step: Step) -> String {
        let own = view.report.refusals.first { $0.exchange.index == step.exchange }
        return "\(own.map(RefusalText.line) ?? "refused: \(step.status ?? 0)"). Nothing here explains it."
    }

    private static func padded(_ rows: [Row], to count: Int) -> [Row] {
        rows + Array(repeating: Row(), count: max(0, count - rows.count))
    }

    private static func headline(_ model: Model, _ view: FlowView, _ step: Step, _ findings: [Finding], _ width: Int)
        -> [Row]
    {
        guard let finding = model.headline, finding.verdict == .fail || finding.verdict == .warn else {
            return calm(model, view, step, findings, width)
        }
        let verdict = finding.verdict
        let outcome = finding.outcome
        let entry = view.diagnosis.entries.first { $0.step == finding.step && $0.check == finding.check }
        var rows = sentence(finding, step, entry).wrapped(max(8, width - 8)).enumerated().map { index, line in
            Row(
                index == 0
                    ? [Span("\(verdict.mark) \(verdict.word)  ", verdict.role), Span(line, .heading)]
                    : [Span("        "), Span(line, .heading)])
        }
        for evidence in outcome.evidence.prefix(2) {
            rows += InspectorContent.labelled(
                "expected", "\(evidence.label) = \(evidence.expected ?? "nothing")", width: width, role: .pass,
                copy: evidence.expected
            ).prefix(3)
            rows += InspectorContent.labelled(
                "found", evidence.actual.map { "\(evidence.label) = \($0)" } ?? "no \(evidence.label)", width: width,
                role: verdict.role, copy: evidence.actual
            ).prefix(3)
        }
        if let fix = outcome.fix { rows += InspectorContent.labelled("fix", fix, width: width) }
        let source =
            Check.with(finding.check).spec + ((entry?.cause?.id ?? outcome.cause).map { " · \($0) · E explains" } ?? "")
        return rows + InspectorContent.labelled("source", source, width: width, role: .dim)
    }

    /// The finding as one sentence about who is refused and why.
    private static func sentence(_ finding: Finding, _ step: Step, _ entry: Diagnosis.Entry?) -> String {
        let title = entry?.sentence ?? finding.outcome.title
        let refused = (step.status ?? 0) >= 400 && finding.verdict == .fail
        let who = step.to == .idp || step.from == .idp ? "The IdP" : "The gateway"
        return refused ? "\(who) refuses because \(title)." : title + "."
    }

    private static func calm(_ model: Model, _ view: FlowView, _ step: Step, _ findings: [Finding], _ width: Int)
        -> [Row]
    {
        let passed = findings.filter { $0.verdict == .pass }.count
        let unsure = findings.filter { $0.verdict == .cannotTell }.count
        var rows: [Row] = []
        let mark = view.mark(model.step)
        let cause = view.diagnosis.causes.first { view.flow.steps[$0.step].exchange == step.exchange }
        if mark == .fail, !step.isNonceChallenge, let cause {
            rows += "\(cause.id): \(cause.sentence)".wrapped(max(8, width - 8)).enumerated().map { index, line in
                Row([Span(index == 0 ? "\(Verdict.fail.mark) FAIL  " : "        ", .fail), Span(line, .heading)])
            }
            if view.subject(model.step) != cause.step {
                rows += InspectorContent.labelled(
                    "see", "step \(view.flow.steps[cause.step].label) shows it", width: width)
            }
            rows += InspectorContent.labelled("fix", cause.fix, width: width)
        } else if mark == .fail, !step.isNonceChallenge {
            rows.append(
                Row([
                    Span("! ", .warn),
                    Span(refusal(view, step), .heading),
                ]))
            rows.append(
                Row(
                    "Every check that the capture allows passes or does not apply. What only the server can know:", .dim
                ))
            for cause in view.diagnosis.candidates.prefix(4) {
                rows += InspectorContent.labelled(cause.id.rawValue, cause.says, width: width)
            }
            rows.append(Row("E lists them all.", .dim))
        } else if findings.allSatisfy({ $0.verdict == .notApplicable }) {
            rows.append(
                Row([
                    Span("· ", .dim),
                    Span(
                        step.isPlanned
                            ? "Not sent yet."
                            : step.inferred != nil && step.exchange == nil
                                ? "Not captured." : "No check applies to this step.", .heading),
                ]))
        } else {
            let more = unsure > 0 ? ", \(unsure) cannot tell" : ""
            rows.append(
                Row([
                    Span("✓ PASS  ", .pass),
                    Span("\(passed) check\(passed == 1 ? "" : "s") pass\(passed == 1 ? "es" : "")\(more)", .heading),
                ]))
        }
        return rows + errand(model, step, width) + facts(model, view, step, width)
    }

    /// What a person has to do elsewhere before the run can go on, at the step that waits for it.
    private static func errand(_ model: Model, _ step: Step, _ width: Int) -> [Row] {
        guard step.isPlanned, model.steps.first(where: \.isPlanned) == step else { return [] }
        switch model.live?.phase {
        case .visit(let url): return InspectorContent.labelled("log in at", url, width: width, role: .accent, copy: url)
        case .approve(let url, let code, _, _):
            return InspectorContent.labelled("approve", code, width: width, role: .accent, copy: code)
                + InspectorContent.labelled("at", url, width: width, role: .accent, copy: url)
        default: return []
        }
    }

    private static func facts(_ model: Model, _ view: FlowView, _ step: Step, _ width: Int) -> [Row] {
        var rows: [Row] = []
        let isReported =
            step.kind == .gatewayValidation
            && view.material(view.subject(model.step))?.exchange.reported.isEmpty == false
        if let inferred = step.inferred, !isReported {
            rows += InspectorContent.labelled(
                step.isPlanned ? "planned" : "inferred", step.isPlanned ? inferred : "from \(inferred)", width: width)
        }
        guard let exchange = view.material(view.subject(model.step))?.exchange else { return rows }
        if let started = exchange.started {
            let took = exchange.duration.map { ", answered after \(Timestamp.distance($0))" } ?? ""
            rows += InspectorContent.labelled("when", Timestamp.text(started, decimals: 3) + took, width: width)
        }
        rows += InspectorContent.labelled(
            "entry", "\(exchange.index) of the file, bytes \(exchange.fileSpan.offset) to \(exchange.fileSpan.end)",
            width: width)
        if let related = step.related, view.flow.steps.indices.contains(related) {
            let words =
                step.isNonceChallenge
                ? "repeated in step \(view.flow.steps[related].label)"
                : "after the challenge of step \(view.flow.steps[related].label)"
            rows += InspectorContent.labelled("nonce", words, width: width)
        }
        rows += step.kind == .gatewayValidation ? reports(exchange, width) : remarks(exchange, width)
        if view.material(model.step)?.isRecovered == true {
            rows += InspectorContent.labelled(
                "token", "Authorization was left out by the recorder; the token is the one `ath` names", width: width)
        }
        return rows
    }

    /// What the gateway itself reports of its checks.
    private static func reports(_ exchange: Exchange, _ width: Int) -> [Row] {
        let failed = exchange.reported.filter { !$0.passes }.flatMap {
            InspectorContent.labelled("reports", "✗ \($0.check)  \($0.words)", width: width, role: .fail).prefix(2)
        }
        let passed = exchange.reported.filter(\.passes)
        if passed.isEmpty { return failed }
        // What passed is one sentence: the names alone, as the board below has the rest.
        let names = passed.map(\.check).joined(separator: ", ")
        return failed + InspectorContent.labelled("reports", "✓ \(passed.count) pass: \(names)", width: width)
    }

    /// What the recorder said.
    private static func remarks(_ exchange: Exchange, _ width: Int) -> [Row] {
        exchange.remarks.prefix(3).flatMap {
            InspectorContent.labelled($0.label ?? "recorder", $0.words, width: width)
        }
    }

    /// Every check, each always in its line but those that seldom apply; what is wrong besides the headline follows its
    /// check.
    private static func board(_ findings: [Finding], _ model: Model, _ width: Int) -> [Row] {
        let (headline, filter) = (model.headline, model.filter)
        var rows: [Row] = []
        let grade = { (own: [Finding]) in own.map(\.verdict).max() ?? .notApplicable }
        let board = Check.all.map { check in (check, findings.filter { $0.check == check.id }) }
            .filter { check, own in !seldom.contains(check.id) || grade(own) != .notApplicable }
        let ordered =
            model.ordersByVerdict
            ? Verdict.allCases.sorted(by: >).flatMap { verdict in board.filter { grade($0.1) == verdict } } : board
        for (check, own) in ordered {
            let worst = own.max { $0.verdict < $1.verdict }
            let verdict = worst?.verdict ?? .notApplicable
            if let filter, verdict < filter { continue }
            let more = own.count > 1 ? " (+\(own.count - 1))" : ""
            let words = (worst?.outcome.found ?? "") + more
            // One role for mark and words: stepping on rewrites most of these, and each change of role costs bytes.
            let role = verdict == .notApplicable ? Role.text : verdict.role
            rows.append(
                Row(
                    [Span(check.id.rawValue.fitted(19)), Span(verdict.mark + " " + words, role)],
                    target: .check(check.id), copy: "\(check.id.rawValue) \(verdict.rawValue) \(words)"))
            for finding in own where finding.verdict >= .warn && finding != headline { rows += details(finding, width) }
        }
        if rows.isEmpty { rows.append(Row("nothing at or above the filter; f changes it", .dim)) }
        return rows
    }

    private static func details(_ finding: Finding, _ width: Int) -> [Row] {
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
