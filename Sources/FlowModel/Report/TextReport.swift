/// `check` for people: a line a flow, and under it what is wrong, expected above found.
public enum TextReport {
    public struct Style: Sendable {
        /// Marks and colours; plain ASCII and no escapes where the terminal is neither.
        public let mark: @Sendable (Verdict) -> String
        public let strong: @Sendable (String) -> String

        public init(mark: @escaping @Sendable (Verdict) -> String, strong: @escaping @Sendable (String) -> String) {
            (self.mark, self.strong) = (mark, strong)
        }
    }

    public static func flow(
        _ report: FlowReport, _ story: FlowStory, _ diagnosis: Diagnosis? = nil, file: String, verbose: Bool,
        style: Style
    ) -> String {
        let flow = report.flow
        if !flow.isFlow, report.refusals.isEmpty {
            return
                "\(harmless(file)): \(flow.exchanges.count) exchange\(flow.exchanges.count == 1 ? "" : "s") outside of any flow\n"
        }
        let key = flow.keys.first.map { "key \(String($0.base64url.prefix(8)))…" } ?? "no key"
        let counts = "\(report.count(.pass)) pass, \(report.count(.warn)) warn, \(report.count(.fail)) fail"
        let more = report.count(.cannotTell) > 0 ? ", \(report.count(.cannotTell)) cannot tell" : ""
        let verdict = diagnosis?.untold.isEmpty == false ? Verdict.fail : report.verdict
        var out = style.mark(verdict) + " " + style.strong(verdict.word)
        out += "  \(harmless(file))  flow \(flow.id)  \(key)  \(flow.steps.count) steps  \(counts)\(more)\n"
        out += refusals(report, diagnosis, style)
        let listed = verbose ? report.findings : report.findings.filter { $0.verdict == .fail || $0.verdict == .warn }
        for finding in listed.sorted(by: { ($0.step, $0.check.diagnosisRank) < ($1.step, $1.check.diagnosisRank) }) {
            switch finding.verdict {
            case .fail, .warn: out += detail(finding, flow, story, style)
            default:
                let label = flow.steps[finding.step].label
                out +=
                    "  \(style.mark(finding.verdict)) step \(label)  \(finding.check.rawValue)  \(harmless(finding.outcome.found))\n"
            }
        }
        return out
    }

    /// What was refused, in the server's words, and the cause where no check has it.
    private static func refusals(_ report: FlowReport, _ diagnosis: Diagnosis?, _ style: Style) -> String {
        var out = ""
        for refusal in report.refusals {
            let label = report.flow.steps[refusal.request].label
            out += "  \(style.mark(.fail)) step \(label)  \(style.strong(harmless(RefusalText.line(refusal))))\n"
        }
        for excused in report.excused {
            let label = report.flow.steps[excused.request].label
            out += "  \(style.mark(.notApplicable)) step \(label)  \(harmless(RefusalText.excuse(excused)))\n"
        }
        for entry in diagnosis?.causes ?? [] where entry.check == nil {
            let label = report.flow.steps[entry.step].label
            out += "  \(style.mark(.fail)) step \(label)  \(style.strong(entry.id))  \(harmless(entry.sentence))\n"
            out += "      fix       \(harmless(entry.fix))\n"
        }
        return out
    }

    private static func detail(_ finding: Finding, _ flow: Flow, _ story: FlowStory, _ style: Style) -> String {
        let step = flow.steps[finding.step]
        let outcome = finding.outcome
        var out =
            "  \(style.mark(finding.verdict)) step \(step.label)  \(style.strong(finding.check.rawValue))  \(harmless(outcome.title))"
        out += outcome.cause.map { "  [\($0)]\n" } ?? "\n"
        for evidence in outcome.evidence {
            out += "      expected  \(harmless(evidence.label)) = \(harmless(evidence.expected ?? "nothing"))\n"
            out +=
                "      found     \(evidence.actual.map { harmless("\(evidence.label) = \($0)") } ?? "no \(harmless(evidence.label))")\n"
            if let place = evidence.place, let index = step.exchange, let material = story.materials[index] {
                let words = PlaceLocator.words(place, in: material, isAnswer: !step.kind.isRequest)
                out += "      at        entry \(index), \(place.part.rawValue), \(words)\n"
            }
        }
        if let fix = outcome.fix { out += "      fix       \(harmless(fix))\n" }
        return out + "      source    \(Check.with(finding.check).spec)\n"
    }

    /// Server-supplied text without anything a terminal would obey.
    public static func harmless(_ text: String) -> String {
        Harmless(escaping: text).text
    }
}
