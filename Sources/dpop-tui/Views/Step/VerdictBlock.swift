import FlowModel

/// The top of the Step tab: the verdict in words, what differs, and what to do.
struct VerdictBlock {
    let scene: StepScene
    private var width: Int { scene.width }
    private var view: FlowView { scene.view }
    private var step: Step { scene.step }

    /// `hasLane`: the key lane stands below, so that thumbprints need not be said again.
    func rows(hasLane: Bool) -> [Row] {
        if let finding = scene.headline { return wrong(finding, hasLane) }
        if let cause = scene.cause { return seen(cause) }
        if step.isNonceChallenge { return challenge() }
        if view.mark(scene.model.step) == .fail { return refused() }
        return calm()
    }

    // MARK: one sentence

    /// A verdict and a sentence, as wide as there is room.
    private func verdict(_ verdict: Verdict, _ sentence: String) -> [Row] {
        said(
            width < 60 ? "\(verdict.mark) " : "\(verdict.mark) \(verdict.word)".fitted(labelWidth), verdict.role,
            sentence)
    }

    private func said(_ head: String, _ role: Role, _ sentence: String) -> [Row] {
        let indent = head.columns
        return limited(sentence.wrapped(max(8, width - indent)), 2).enumerated().map { index, line in
            Row([index == 0 ? Span(head, role) : Span(String(repeating: " ", count: indent)), Span(line, .heading)])
        }
    }

    /// On a tiny screen each part has a few lines only.
    private func limited(_ lines: [String], _ most: Int) -> [String] {
        guard scene.isTiny, lines.count > most else { return lines }
        return lines.prefix(most - 1) + [(lines[most - 1] + " " + lines[most]).fitted(lines[most - 1].columns - 1)]
    }

    private var labelWidth: Int { width < 60 ? 5 : 9 }

    private func labelled(_ label: String, _ text: String, _ role: Role = .text, copy: String? = nil) -> [Row] {
        // The longest label moves its text one column.
        let margin = max(labelWidth, label.columns + 1)
        return limited(text.wrapped(max(8, width - margin)), 2).enumerated().map { index, line in
            let head = index == 0 ? label : ""
            let gap = margin > labelWidth ? 1 : 2
            let pad = String(repeating: " ", count: max(0, margin - gap - head.columns))
            return Row([Span(pad + head + String(repeating: " ", count: gap), .label), Span(line, role)], copy: copy)
        }
    }

    // MARK: what is wrong here

    private func wrong(_ finding: Finding, _ hasLane: Bool) -> [Row] {
        let entry = view.diagnosis.entries.first { $0.step == finding.step && $0.check == finding.check }
        let letsPass =
            view.diagnosis.outcome == .accepted && finding.verdict == .fail ? " The server lets it pass." : ""
        var rows = verdict(
            finding.verdict, (entry?.sentence ?? finding.outcome.title).capitalizedFirst + "." + letsPass)
        rows[0].target = .check(finding.check)
        rows[0].copy = finding.outcome.title
        if !hasLane || !Self.isOfKeys(finding) { rows += evidence(finding) }
        let fix = entry.map(\.fix).flatMap { $0.isEmpty ? nil : $0 } ?? finding.outcome.fix
        if let fix { rows += labelled("fix", fix, copy: fix) }
        if scene.isTiny { return rows }
        let cause = (entry?.cause?.id ?? finding.outcome.cause)?.rawValue ?? finding.check.rawValue
        return rows + labelled("why", "\(cause) · E explains · \(Check.with(finding.check).spec)")
    }

    /// A cause that no check found: the server's words say it, or the pattern of the flow.
    private func seen(_ cause: Diagnosis.Entry) -> [Row] {
        var rows = verdict(.fail, cause.sentence.capitalizedFirst + ".")
        if !cause.fix.isEmpty { rows += labelled("fix", cause.fix, copy: cause.fix) }
        if scene.isTiny { return rows }
        let passed = scene.findings.filter { $0.verdict == .pass }.count
        return rows
            + labelled("why", "\(cause.id) · E explains · " + (passed > 0 ? "\(count(passed)) here" : "by its words"))
    }

    /// Whether the two values that differ are thumbprints, which the key lane shows.
    private static func isOfKeys(_ finding: Finding) -> Bool {
        finding.check == .proofBinding || finding.check == .codeBinding || finding.check == .refreshBinding
    }

    /// What had to be there above what is there, what differs reversed.
    private func evidence(_ finding: Finding) -> [Row] {
        guard !scene.isTiny else { return [] }
        return finding.outcome.evidence.prefix(2).flatMap { evidence -> [Row] in
            let name = evidence.label + " "
            let wanted = evidence.expected ?? "nothing"
            guard let actual = evidence.actual else {
                return labelled("must be", name + wanted, .pass, copy: evidence.expected)
                    + labelled("is", "no \(evidence.label)", .fail)
            }
            let room = max(8, width - labelWidth - name.columns)
            if wanted.columns <= room, actual.columns <= room {
                return [
                    line("must be", name, [Span(wanted, .pass)], copy: wanted),
                    line("is", name, Self.differing(actual, wanted, finding.verdict.role), copy: actual),
                ]
            }
            return Array(labelled("must be", name + wanted, .pass, copy: wanted).prefix(3))
                + labelled("is", name + actual, finding.verdict.role, copy: actual).prefix(3)
        }
    }

    private func line(_ label: String, _ name: String, _ value: [Span], copy: String) -> Row {
        let pad = String(repeating: " ", count: max(0, labelWidth - 2 - label.columns))
        return Row([Span(pad + label + "  ", .label), Span(name, .label)] + value, copy: copy)
    }

    /// The middle that two values do not share is reversed, where they share most.
    private static func differing(_ value: String, _ other: String, _ role: Role) -> [Span] {
        let (a, b) = (Array(value), Array(other))
        var front = 0
        while front < min(a.count, b.count), a[front] == b[front] { front += 1 }
        var back = 0
        while back < min(a.count, b.count) - front, a[a.count - 1 - back] == b[b.count - 1 - back] { back += 1 }
        guard (front + back) * 2 >= min(a.count, b.count), a.count > front + back else { return [Span(value, role)] }
        return [
            Span(String(a[..<front]), role), Span(String(a[front..<a.count - back]), .lit),
            Span(String(a[(a.count - back)...]), role),
        ].filter { !$0.text.isEmpty }
    }

    // MARK: a refusal that another step explains, or none

    private func refused() -> [Row] {
        let own = scene.refusal
        let words = own.map(RefusalText.line) ?? "refused: \(step.status ?? 0)"
        guard let cause = scene.explanation else { return unexplained(words) }
        let label = view.flow.steps[cause.step].label
        var rows = verdict(.fail, "\(words.capitalizedFirst). Step \(label) explains it.")
        if !scene.isTiny { rows += labelled("because", cause.sentence.capitalizedFirst + ".") }
        if !cause.fix.isEmpty { rows += labelled("fix", cause.fix, copy: cause.fix) }
        if scene.isTiny { return rows }
        if let own { rows += labelled("server", view.diagnosis.agreement(of: own.words, with: cause)) }
        return rows + labelled("why", "\(cause.id) · E explains · F goes to step \(label)")
    }

    private func unexplained(_ words: String) -> [Row] {
        var rows = verdict(.fail, "\(words.capitalizedFirst). Nothing in the capture explains it.")
        if scene.isTiny { return rows }
        let candidates = view.diagnosis.candidates.prefix(4)
        if !candidates.isEmpty {
            rows.append(Row("What can be seen is right. What only the server can know (E lists all):"))
            for cause in candidates {
                rows += InspectorContent.labelled(
                    cause.id.rawValue, cause.says, width: width, gap: max(10, cause.id.rawValue.columns + 2))
            }
        }
        return rows
    }

    // MARK: nothing wrong

    /// The step that goes with this one: a nonce challenge and the request that follows it.
    private var relatedLabel: String? {
        step.related.flatMap { view.flow.steps.indices.contains($0) ? view.flow.steps[$0].label : nil }
    }

    private func challenge() -> [Row] {
        let again = relatedLabel
        let sentence = again.map { "The server asks for a nonce; step \($0) sends the request again with it." }
        return said("→ ", .accent, sentence ?? "The server asks for a nonce.") + purpose()
    }

    private func calm() -> [Row] {
        let own = scene.findings
        let passed = own.filter { $0.verdict == .pass }.count
        let unsure = own.filter { $0.verdict == .cannotTell }.count
        if step.isPlanned {
            let waits = scene.material != nil && scene.model.pendingStep == scene.model.step
            let checked = passed > 0 ? " \(count(passed)) already." : ""
            return said("· ", .text, waits ? "This request is not sent yet.\(checked)" : "Still to come.") + errand()
                + purpose()
        }
        if passed == 0 && unsure == 0 {
            guard let inferred = step.inferred, step.exchange == nil else {
                return said("✓ ", .pass, accepted ?? StepWords.purpose(step))
            }
            return said("· ", .text, "Not captured: inferred from \(inferred).") + purpose()
        }
        let more = unsure > 0 ? ", \(unsure) cannot tell" : ""
        let retry = relatedLabel.map { " Sent with the nonce of step \($0)." } ?? ""
        let isPending = scene.model.live != nil && scene.model.pendingStep == scene.model.step
        let pending = isPending ? " Not sent yet: n sends it." : ""
        return verdict(.pass, "\(count(passed))\(more).\(retry)\(pending)") + purpose()
    }

    /// What an answer that refuses nothing says of the request.
    private var accepted: String? {
        guard !step.kind.isRequest, let status = step.status else { return nil }
        return status < 400
            ? "\(step.from.title) accepts the request: \(status)." : "\(step.from.title) answers \(status)."
    }

    private func count(_ passed: Int) -> String { "\(passed) check\(passed == 1 ? " passes" : "s pass")" }

    private func purpose() -> [Row] {
        scene.isTiny ? [] : StepWords.purpose(step).wrapped(max(8, width)).map { Row($0) }
    }

    /// What a person has to do elsewhere before the run can go on, at the step that waits for it.
    private func errand() -> [Row] {
        guard scene.model.steps.first(where: \.isPlanned) == step else { return [] }
        switch scene.model.live?.phase {
        case .visit(let url): return labelled("log in at", url, .accent, copy: url)
        case .approve(let url, let code, _, _):
            return labelled("approve", code, .accent, copy: code) + labelled("at", url, .accent, copy: url)
        default: return []
        }
    }
}
