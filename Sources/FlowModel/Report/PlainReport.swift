/// A flow as sentences, a step after the other: for screen readers, and for terminals that cannot draw.
///
/// No boxes and no marks: every state is a word.
public enum PlainReport {
    /// What is said first.
    public static let opening = "Plain mode. Every step is printed once, with its verdict in words."

    public static func flow(_ report: FlowReport, _ story: FlowStory, of count: Int) -> String {
        let flow = report.flow
        guard flow.isFlow else { return "Outside of any flow: \(counted(flow.exchanges.count, "exchange")).\n" }
        var out = "Flow \(flow.id) of \(count): \(counted(flow.steps.count, "step")). \(verdict(report)).\n"
        for (index, key) in flow.keys.enumerated() {
            out += "Key \(index + 1) of \(flow.keys.count), thumbprint \(key.base64url)\n"
        }
        for index in flow.steps.indices { out += step(index, report, story) }
        return out
    }

    /// One step: who to whom, what, and what its checks say.
    public static func step(_ index: Int, _ report: FlowReport, _ story: FlowStory) -> String {
        let flow = report.flow
        let step = flow.steps[index]
        let exchange = step.exchange.flatMap { story.materials[$0]?.exchange }
        let way = step.from == step.to ? step.from.title : "\(step.from.title) to \(step.to.title)"
        var out =
            "Step \(step.label) of \(flow.steps.last?.number ?? 0), \(way): \(TextReport.harmless(StepWords.title(step, exchange)))."
        if step.isNonceChallenge { out += " It asks for a nonce." }
        if step.isPending { out += " Nobody approved the device yet." }
        if let inferred = step.inferred { out += step.isPlanned ? " To come." : " Inferred from \(inferred)." }
        let findings = report.findings.filter { $0.step == index }
        let wrong = findings.filter { $0.verdict == .fail || $0.verdict == .warn }.sorted {
            $0.check.diagnosisRank < $1.check.diagnosisRank
        }
        if !step.isPlanned { out += " \(verdict(index, findings, report))." }
        out += "\n"
        for refusal in report.refusals where refusal.answer == index {
            out += "  FAIL, \(TextReport.harmless(RefusalText.line(refusal))).\n"
        }
        for excused in report.excused where excused.request == index {
            out += "  NOTE, \(TextReport.harmless(RefusalText.excuse(excused))).\n"
        }
        for finding in wrong { out += self.finding(finding) }
        for finding in findings where finding.verdict == .cannotTell {
            out += "  CANNOT TELL, \(finding.check.rawValue): \(TextReport.harmless(finding.outcome.found)).\n"
        }
        for gap in flow.gaps where gap.afterStep == index { out += "Steps \(gap.words).\n" }
        return out
    }

    /// The one verdict of a step: the worst of its checks, or that its request was refused.
    private static func verdict(_ index: Int, _ findings: [Finding], _ report: FlowReport) -> String {
        let worst = findings.map(\.verdict).max() ?? .notApplicable
        let counts = [(Verdict.fail, "fail"), (.warn, "warn"), (.pass, "pass"), (.cannotTell, "cannot tell")]
            .compactMap { verdict, word -> String? in
                let count = findings.count { $0.verdict == verdict }
                return count == 0 ? nil : "\(count) \(word)"
            }
        let detail = counts.isEmpty ? "" : ": \(counts.joined(separator: ", "))"
        if worst == .fail || report.refusals.contains(where: { $0.answer == index }) { return "FAIL" + detail }
        if report.isRefused(index) { return "REFUSED" + detail }
        switch worst {
        case .notApplicable: return "Nothing to check"
        case .pass: return "PASS: \(counted(findings.count { $0.verdict == .pass }, "check"))"
        // What no check can tell is not the verdict as long as others pass.
        case .cannotTell where findings.contains { $0.verdict == .pass }: return "PASS" + detail
        default: return worst.word + detail
        }
    }

    private static func finding(_ finding: Finding) -> String {
        let outcome = finding.outcome
        var out = "  \(finding.verdict.word), \(finding.check.rawValue): \(TextReport.harmless(outcome.title)).\n"
        for evidence in outcome.evidence {
            out +=
                "    Expected \(TextReport.harmless(evidence.label)): \(TextReport.harmless(evidence.expected ?? "nothing"))\n"
            out +=
                "    Found \(TextReport.harmless(evidence.label)): \(TextReport.harmless(evidence.actual ?? "nothing"))\n"
        }
        if let fix = outcome.fix { out += "    Fix: \(TextReport.harmless(fix)).\n" }
        return out + "    Source: \(Check.with(finding.check).spec).\n"
    }

    private static func verdict(_ report: FlowReport) -> String {
        let parts = [
            (Verdict.fail, "fails", "fail"), (.warn, "warns", "warn"), (.cannotTell, "cannot tell", "cannot tell"),
            (.pass, "passes", "pass"),
        ].compactMap { verdict, one, many in
            let count = report.count(verdict)
            return count == 0 ? nil : "\(counted(count, "check")) \(count == 1 ? one : many)"
        }
        let refused = report.refusals.isEmpty ? "" : ", \(counted(report.refusals.count, "request")) refused"
        return report.verdict.word + refused + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
