/// `check --format json`: one object a file, one line each (docs/checks.md).
public enum JSONReport {
    public static func head(_ report: CheckReport) -> String {
        "{\"schema\":\"dpop-tui.check/1\",\"file\":\(JSONText.harmless(report.file)),\"clock\":\(JSONText.harmless(report.clock)),"
            + "\"profile\":\(JSONText.harmless(report.profile)),\(report.isLive ? "\"live\":true," : "")\"flows\":["
    }

    public static func tail(problems: [CaptureProblem]) -> String {
        let skipped = problems.map { problem in
            "{\"offset\":\(problem.offset)\(problem.entry.map { ",\"entry\":\($0)" } ?? "")\(problem.line.map { ",\"line\":\($0)" } ?? ""),"
                + "\"damage\":\(problem.isDamage),\"message\":\(JSONText.harmless(problem.words))}"
        }
        return "]" + (skipped.isEmpty ? "" : ",\"skipped\":[\(skipped.joined(separator: ","))]") + "}\n"
    }

    public static func flow(_ report: FlowReport, _ story: FlowStory, _ diagnosis: Diagnosis) -> String {
        let keys = report.flow.keys.map { "\"\($0.base64url)\"" }.joined(separator: ",")
        let steps = report.flow.steps.map { step($0, story) }.joined(separator: ",")
        let excused = report.excused.map { refusal in
            "{\"step\":\"\(report.flow.steps[refusal.request].label)\",\"words\":\(JSONText.harmless(RefusalText.excuse(refusal)))}"
        }
        let findings = report.findings.filter { $0.verdict != .notApplicable }.map { finding($0, report.flow, story) }
        return
            "{\"id\":\(report.flow.id),\"verdict\":\"\((diagnosis.untold.isEmpty ? report.verdict : .fail).rawValue)\",\"cause\":\(quoted(cause(report, diagnosis)?.rawValue)),\"outcome\":\"\(diagnosis.outcome.rawValue)\",\"server\":\(WhyReport.server(diagnosis.words)),"
            + "\"jkt\":[\(keys)],\"steps\":[\(steps)],\"findings\":[\(findings.joined(separator: ","))],"
            + (excused.isEmpty ? "" : "\"excused\":[\(excused.joined(separator: ","))],")
            + "\(DiagnosisText.json(diagnosis, report.flow))}"
    }

    /// The one cause to mend first; of warnings only where nothing fails.
    private static func cause(_ report: FlowReport, _ diagnosis: Diagnosis) -> CauseID? {
        let worst = diagnosis.entries.first {
            $0.verdict == .fail || report.verdict != .fail && diagnosis.untold.isEmpty
        }
        return report.verdict == .pass && diagnosis.untold.isEmpty
            ? nil : worst.map(\.cause?.id) ?? report.first?.outcome.cause
    }

    private static func quoted(_ text: String?) -> String { text.map(JSONText.harmless) ?? "null" }

    private static func step(_ step: Step, _ story: FlowStory) -> String {
        let exchange = step.exchange.flatMap { story.materials[$0]?.exchange }
        var out = "{\"number\":\(step.number)"
        if let part = step.part { out += ",\"part\":\"\(part)\"" }
        out += ",\"kind\":\"\(step.kind.rawValue)\",\"from\":\"\(step.from.rawValue)\",\"to\":\"\(step.to.rawValue)\""
        out += ",\"exchange\":\(step.inferred == nil ? step.exchange.map { "\($0)" } ?? "null" : "null")"
        out +=
            ",\"status\":\(step.status.map { "\($0)" } ?? "null"),\"title\":\(JSONText.harmless(StepWords.title(step, exchange)))"
        if let inferred = step.inferred { out += ",\"inferred\":\(JSONText.harmless(inferred))" }
        if step.isNonceChallenge { out += ",\"challenge\":\"nonce\"" }
        return out + "}"
    }

    private static func finding(_ finding: Finding, _ flow: Flow, _ story: FlowStory) -> String {
        let step = flow.steps[finding.step]
        let check = Check.with(finding.check)
        let outcome = finding.outcome
        let title = outcome.title.isEmpty ? check.title : outcome.title
        let material = step.exchange.flatMap { story.materials[$0] }
        let evidence = outcome.evidence.map { self.evidence($0, step, material) }
        var out =
            "{\"check\":\"\(finding.check.rawValue)\",\"verdict\":\"\(finding.verdict.rawValue)\",\"cause\":\(quoted(outcome.cause?.rawValue)),"
        out +=
            "\"step\":\(step.number)\(step.part.map { ",\"part\":\"\($0)\"" } ?? ""),\"exchange\":\(step.exchange.map { "\($0)" } ?? "null"),"
        out += "\"title\":\(JSONText.harmless(title)),\"spec\":\(JSONText.harmless(check.spec)),"
        if !outcome.found.isEmpty { out += "\"found\":\(JSONText.harmless(outcome.found))," }
        return out + "\"evidence\":[\(evidence.joined(separator: ","))],\"fix\":\(quoted(outcome.fix))}"
    }

    private static func evidence(_ evidence: Evidence, _ step: Step, _ material: ExchangeMaterial?) -> String {
        var out =
            "{\"label\":\(JSONText.harmless(evidence.label)),\"expected\":\(quoted(evidence.expected)),\"actual\":\(quoted(evidence.actual))"
        if let place = evidence.place {
            out +=
                ",\"at\":{\"part\":\"\(place.part.rawValue)\",\"offset\":\(place.span.offset),\"length\":\(place.span.length)"
            if let material {
                let span = PlaceLocator.fileSpan(place, in: material, isAnswer: !step.kind.isRequest)
                out += ",\"file\":{\"offset\":\(span.offset),\"length\":\(span.length)"
                if let (line, column) = PlaceLocator.position(place, in: material, isAnswer: !step.kind.isRequest) {
                    out += ",\"line\":\(line),\"column\":\(column)"
                }
                out += "}"
            }
            out += "}"
        }
        return out + "}"
    }
}
