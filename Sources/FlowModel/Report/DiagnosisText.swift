/// A diagnosis in words, for `why` and for `check`.
public enum DiagnosisText {
    /// The whole of it: what to mend first, what comes after, what was ruled out.
    public static func full(_ diagnosis: Diagnosis, _ flow: Flow, style: TextReport.Style) -> String {
        var out = ""
        for (place, entry) in diagnosis.entries.enumerated() {
            let step = flow.steps[entry.step]
            out +=
                (place == 0 ? "" : "\n")
                + "\(style.mark(entry.verdict)) \(style.strong(entry.cause?.id.rawValue ?? entry.check?.rawValue ?? ""))  step \(step.label)\(entry.check.map { "  \($0.rawValue)" } ?? "")\n"
            out += "  \(TextReport.harmless(entry.sentence))\n"
            for evidence in entry.evidence.prefix(3) {
                out += "  expected  \(TextReport.harmless("\(evidence.label) = \(evidence.expected ?? "nothing")"))\n"
                out +=
                    "  found     \(TextReport.harmless(evidence.actual.map { "\(evidence.label) = \($0)" } ?? "no \(evidence.label)"))\n"
            }
            out += "  fix       \(TextReport.harmless(entry.fix))\n"
            if let scope = entry.scope {
                let reports = entry.cause?.reports ?? ""
                out += "  scope     \(scope)\(reports.isEmpty ? "" : "; seen in \(reports)")\n"
            }
        }
        if diagnosis.unexplained != nil {
            out +=
                (out.isEmpty ? "" : "\n")
                + "? \(diagnosis.headline)\n  ruled out: \(diagnosis.ruledOut.map(\.rawValue).joined(separator: ", "))\n  what only the server can know:\n"
            for clue in diagnosis.clues { out += "    \(clue.cause) is likely: \(TextReport.harmless(clue.words))\n" }
            for cause in diagnosis.candidates { out += "    \(cause.id)  \(cause.says)\n" }
        }
        for guess in diagnosis.servers {
            out +=
                (out.isEmpty ? "\(style.mark(.pass)) \(diagnosis.headline)\n" : "")
                + "  server    \(guess.profile), by \(TextReport.harmless(guess.why))\n"
        }
        return out.isEmpty ? "\(style.mark(.pass)) \(diagnosis.headline)\n" : out
    }

    /// A cause as `explain` prints it and docs/causes.md has it.
    public static func explain(_ cause: Cause) -> String {
        let sight =
            switch cause.sight {
            case .diagnosed: "told from the bytes of a capture or a live run"
            case .candidate: "cannot be seen from outside: named when every check passes and the server still refuses"
            case .configuration: "told from a configuration: dpop-tui doctor"
            case .hidden(let why): "not told: \(why)"
            }
        return
            "\(cause.id)\n  \(cause.says)\n  severity  \(cause.severity.rawValue)\n  scope     \(cause.scope)\n  fix       \(cause.fix)\n  seen      \(sight)\n"
            + (cause.reports.isEmpty ? "" : "  reports   \(cause.reports)\n")
            + measured(cause.id)
    }

    /// What each verifier did with each form of it; empty where none was asked.
    private static func measured(_ id: CauseID) -> String {
        let table = VerifierTable.table(id.rawValue)
        return table.isEmpty ? "" : "  measured\n" + table
    }

    /// Diagnosis as members of a flow's JSON object.
    static func json(_ diagnosis: Diagnosis, _ flow: Flow) -> String {
        let entries = diagnosis.entries.map { entry in
            "{\"cause\":\(entry.cause.map { JSONText.harmless($0.id.rawValue) } ?? "null"),\"step\":\(flow.steps[entry.step].number),\"verdict\":\"\(entry.verdict.rawValue)\",\"says\":\(JSONText.harmless(entry.sentence)),\"fix\":\(JSONText.harmless(entry.fix))}"
        }
        let candidates = diagnosis.candidates.map { JSONText.harmless($0.id.rawValue) }
        return "\"diagnosis\":[\(entries.joined(separator: ","))],\"candidates\":[\(candidates.joined(separator: ","))]"
    }

}
