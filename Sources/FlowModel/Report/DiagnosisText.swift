/// A diagnosis in words, for `why` and for `check`.
public enum DiagnosisText {
    /// The whole of it: what to mend first, what comes after, what was ruled out.
    public static func full(_ diagnosis: Diagnosis, _ flow: Flow, style: TextReport.Style) -> String {
        var out = ""
        for (place, entry) in diagnosis.entries.enumerated() {
            let step = flow.steps[entry.step]
            out +=
                (place == 0 ? "" : "\n")
                + "\(entry.certainty == .possible ? "?" : style.mark(entry.verdict)) \(style.strong(entry.id))  step \(step.label)\(entry.check.map { "  \($0.rawValue)" } ?? "")\n"
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
        if let words = diagnosis.words {
            let open = diagnosis.unexplained != nil && diagnosis.causes.isEmpty
            // A refusal is the headline: remarks and warnings come after it.
            let head = open ? "\(style.mark(.fail)) \(TextReport.harmless(diagnosis.headline))\n" : ""
            let said =
                "  server    says \(TextReport.harmless(words.text))\(words.source == .log ? " (its log)" : "")\n"
            out = head + (open && !out.isEmpty ? said + "\n" + out : out + said)
        }
        // What only words or candidates explain: the checks that passed are not it.
        if diagnosis.words != nil, diagnosis.causes.first.map({ $0.isFromWords }) ?? true, !diagnosis.ruledOut.isEmpty {
            out += "  ruled out: \(diagnosis.ruledOut.map(\.rawValue).joined(separator: ", "))\n"
        }
        if diagnosis.unexplained != nil {
            let named = Set(diagnosis.causes.map(\.id))
            let others = diagnosis.candidates.filter { !named.contains($0.id.rawValue) }
            if !others.isEmpty { out += "  what only the server can know:\n" }
            for clue in diagnosis.clues { out += "    \(clue.cause) is likely: \(TextReport.harmless(clue.words))\n" }
            for cause in others { out += "    \(cause.id)  \(cause.says)\n" }
        }
        for guess in diagnosis.servers {
            out +=
                (out.isEmpty ? "\(style.mark(.pass)) \(diagnosis.headline)\n" : "")
                + "  server    \(guess.profile), by \(TextReport.harmless(guess.why))\n"
        }
        if out.isEmpty { out = "\(style.mark(.pass)) \(diagnosis.headline)\n" }
        for excused in diagnosis.excused {
            out +=
                "  step \(flow.steps[excused.request].label)    \(TextReport.harmless(RefusalText.excuse(excused)))\n"
        }
        return out
    }

    /// What a log alone says.
    public static func full(_ log: LogDiagnosis, style: TextReport.Style) -> String {
        var out = ""
        for (cause, certainty, sentence) in log.causes {
            let mark = certainty == .possible ? "?" : style.mark(.fail)
            out +=
                "\(mark) \(style.strong(cause.id.rawValue))\n  \(TextReport.harmless(sentence))\n  fix       \(cause.fix)\n"
        }
        return out
            + "  server    says \(TextReport.harmless(log.words.text))\(log.words.source == .log ? " (its log)" : "")\n"
    }

    /// A cause as `explain` prints it and docs/causes.md has it.
    public static func explain(_ cause: Cause) -> String {
        let sight =
            switch cause.sight {
            case .diagnosed: "told from the bytes of a capture or a live run"
            case .words: "told from the server's words beside the bytes of a refused request"
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
