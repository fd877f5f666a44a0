/// `check --format junit`: a test suite a flow, a test case a finding.
public enum JUnitReport {
    public static func document(_ suites: [String], totals: CheckTotals) -> String {
        let tests = totals.pass + totals.warn + totals.fail + totals.cannotTell + totals.refused + totals.untold
        return
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dpop-tui check\" tests=\"\(tests)\" failures=\"\(totals.fail + totals.refused + totals.untold)\">\n"
            + suites.joined() + "</testsuites>\n"
    }

    public static func flow(_ report: FlowReport, _ diagnosis: Diagnosis? = nil, file: String) -> String {
        let findings = report.findings.filter { $0.verdict != .notApplicable }
        let untold = diagnosis?.untold ?? []
        let failures = report.count(.fail) + report.refusals.count + untold.count
        let skipped = report.count(.cannotTell)
        var out =
            "<testsuite name=\(quote("\(file) flow \(report.flow.id)")) tests=\"\(findings.count + report.refusals.count + untold.count)\" failures=\"\(failures)\" skipped=\"\(skipped)\">\n"
        for finding in findings {
            let step = report.flow.steps[finding.step]
            out +=
                "<testcase classname=\(quote("\(file).flow\(report.flow.id)")) name=\"step \(step.label) \(finding.check.rawValue)\""
            switch finding.verdict {
            case .fail:
                out +=
                    "><failure type=\(quote(finding.outcome.cause?.rawValue ?? finding.check.rawValue)) message=\(quote(finding.outcome.title))>\(body(finding))</failure></testcase>\n"
            case .cannotTell: out += "><skipped message=\(quote(finding.outcome.title))/></testcase>\n"
            case .warn: out += "><system-out>\(escape("warning: " + finding.outcome.title))</system-out></testcase>\n"
            default: out += "/>\n"
            }
        }
        for refusal in report.refusals {
            let step = report.flow.steps[refusal.request]
            let words = RefusalText.line(refusal)
            out +=
                "<testcase classname=\(quote("\(file).flow\(report.flow.id)")) name=\"step \(step.label) answer\">"
                + "<failure type=\(quote(diagnosis?.id(at: refusal) ?? "refused")) message=\(quote(words))>\(escape(diagnosis?.headline ?? words))</failure></testcase>\n"
        }
        for entry in untold {
            out +=
                "<testcase classname=\(quote("\(file).flow\(report.flow.id)")) name=\"step \(report.flow.steps[entry.step].label) \(entry.id)\">"
                + "<failure type=\(quote(entry.id)) message=\(quote(entry.sentence))>\(escape(entry.fix))</failure></testcase>\n"
        }
        for excused in report.excused {
            let words = "step \(report.flow.steps[excused.request].label): \(RefusalText.excuse(excused))"
            out += "<system-out>\(escape(words))</system-out>\n"
        }
        return out + "</testsuite>\n"
    }

    private static func body(_ finding: Finding) -> String {
        var lines = finding.outcome.evidence.map {
            "expected \($0.label): \($0.expected ?? "nothing")\nfound    \($0.label): \($0.actual ?? "nothing")"
        }
        if let fix = finding.outcome.fix { lines.append("fix      \(fix)") }
        lines.append("source   \(Check.with(finding.check).spec)")
        return escape(lines.joined(separator: "\n"))
    }

    private static func quote(_ text: String) -> String { "\"\(escape(text))\"" }

    private static func escape(_ text: String) -> String { Markup.escape(text) }
}

/// Text inside XML and HTML.
public enum Markup {
    /// By scalars: to Swift `<` with a combining mark behind it is another character than `<`, to a browser it is not.
    ///
    /// XML 1.0 has no way to write most control characters: they become visible stand-ins.
    public static func escape(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n": out += "\n"
            default: out += HostileText.isHostile(scalar) ? HostileText.escape(scalar) : String(scalar)
            }
        }
        return out
    }
}

/// `check --format tap`: Test Anything Protocol 14, a line a finding.
public enum TAPReport {
    public static func flow(_ report: FlowReport, _ diagnosis: Diagnosis? = nil, file: String, from number: Int) -> (
        text: String, next: Int
    ) {
        var (out, number) = ("", number)
        for finding in report.findings where finding.verdict != .notApplicable {
            let step = report.flow.steps[finding.step]
            let name = "\(file) flow \(report.flow.id) step \(step.label) \(finding.check.rawValue)"
            out += "\(finding.verdict == .fail ? "not ok" : "ok") \(number) - \(line(name))"
            if finding.verdict == .cannotTell { out += " # SKIP \(line(finding.outcome.title))" }
            if finding.verdict == .warn { out += " # \(line("warning: " + finding.outcome.title))" }
            out += "\n"
            if finding.verdict == .fail { out += diagnostic(finding) }
            number += 1
        }
        for refusal in report.refusals {
            let label = report.flow.steps[refusal.request].label
            out += "not ok \(number) - \(line("\(file) flow \(report.flow.id) step \(label) answer"))\n"
            out +=
                "  ---\n  message: \(JSONText.harmless(RefusalText.line(refusal)))\n  cause: \(diagnosis?.id(at: refusal) ?? "null")\n  ...\n"
            number += 1
        }
        for excused in report.excused {
            out += "# step \(report.flow.steps[excused.request].label) \(line(RefusalText.excuse(excused)))\n"
        }
        for entry in diagnosis?.untold ?? [] {
            let label = report.flow.steps[entry.step].label
            out += "not ok \(number) - \(line("\(file) flow \(report.flow.id) step \(label) \(entry.id)"))\n"
            out += "  ---\n  message: \(JSONText.harmless(entry.sentence))\n  cause: \(entry.id)\n  ...\n"
            number += 1
        }
        return (out, number)
    }

    private static func diagnostic(_ finding: Finding) -> String {
        var out =
            "  ---\n  message: \(JSONText.harmless(finding.outcome.title))\n  cause: \(finding.outcome.cause?.rawValue ?? "null")\n"
        for evidence in finding.outcome.evidence {
            out +=
                "  expected: \(JSONText.harmless(evidence.expected ?? ""))\n  found: \(JSONText.harmless(evidence.actual ?? ""))\n"
        }
        return out + "  ...\n"
    }

    private static func line(_ text: String) -> String {
        String(TextReport.harmless(text).map { $0 == "#" ? "♯" : $0 })
    }
}

/// `check --format sarif`: failures and warnings as results of static analysis (SARIF 2.1.0).
public enum SARIFReport {
    public static func document(_ results: [String]) -> String {
        let rules = Check.all.map {
            "{\"id\":\"\($0.id.rawValue)\",\"shortDescription\":{\"text\":\(JSONText.harmless($0.title))},\"help\":{\"text\":\(JSONText.harmless($0.spec))}}"
        }
        let refused =
            ",{\"id\":\"refused\",\"shortDescription\":{\"text\":\"no request is refused\"},\"help\":{\"text\":\"RFC 9449 §5, §7.1\"}}"
        return
            "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"dpop-tui\","
            + "\"version\":\"\(programVersion)\",\"rules\":[\(rules.joined(separator: ","))\(refused)]}},\"results\":[\(results.filter { !$0.isEmpty }.joined(separator: ","))]}]}\n"
    }

    /// A path as a relative reference (RFC 3986 §4.2): a colon in it begins no scheme.
    static func uri(_ path: String) -> String {
        path.utf8.map { byte in
            let plain = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~/@+=,".utf8.contains(byte)
            return plain ? String(UnicodeScalar(byte)) : "%" + Hex.two(byte).uppercased()
        }.joined()
    }

    public static func flow(_ report: FlowReport, _ story: FlowStory, _ diagnosis: Diagnosis? = nil, file: String)
        -> String
    {
        let refused = report.refusals.map { refusal in
            let text =
                "flow \(report.flow.id), step \(report.flow.steps[refusal.request].label): \(RefusalText.line(refusal))"
            return "{\"ruleId\":\"refused\",\"level\":\"error\",\"message\":{\"text\":\(JSONText.harmless(text))},"
                + "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"\(uri(file))\"}}}]"
                + (diagnosis?.id(at: refusal).map { ",\"properties\":{\"cause\":\"\($0)\"}" } ?? "") + "}"
        }
        let found = report.findings.compactMap { finding -> String? in
            guard finding.verdict == .fail || finding.verdict == .warn else { return nil }
            let step = report.flow.steps[finding.step]
            var region = ""
            if let place = finding.outcome.evidence.first?.place,
                let material = step.exchange.flatMap({ story.materials[$0] })
            {
                let span = PlaceLocator.fileSpan(place, in: material, isAnswer: !step.kind.isRequest)
                let at = PlaceLocator.position(place, in: material, isAnswer: !step.kind.isRequest)
                let lines = at.map { "\"startLine\":\($0.line),\"startColumn\":\($0.column)," } ?? ""
                region = ",\"region\":{\(lines)\"byteOffset\":\(span.offset),\"byteLength\":\(span.length)}"
            }
            let text =
                "flow \(report.flow.id), step \(step.label): \(finding.outcome.title)\(finding.outcome.fix.map { ". Fix: \($0)" } ?? "")"
            return
                "{\"ruleId\":\"\(finding.check.rawValue)\",\"level\":\"\(finding.verdict == .fail ? "error" : "warning")\","
                + "\"message\":{\"text\":\(JSONText.harmless(text))},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"\(uri(file))\"}\(region)}}]"
                + (finding.outcome.cause.map { ",\"properties\":{\"cause\":\"\($0)\"}" } ?? "") + "}"
        }
        let untold = (diagnosis?.untold ?? []).map { entry in
            let text =
                "flow \(report.flow.id), step \(report.flow.steps[entry.step].label): \(entry.sentence). Fix: \(entry.fix)"
            return "{\"ruleId\":\"refused\",\"level\":\"error\",\"message\":{\"text\":\(JSONText.harmless(text))},"
                + "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"\(uri(file))\"}}}],\"properties\":{\"cause\":\"\(entry.id)\"}}"
        }
        let excused = report.excused.map { refusal in
            let text =
                "flow \(report.flow.id), step \(report.flow.steps[refusal.request].label): \(RefusalText.excuse(refusal))"
            return "{\"ruleId\":\"refused\",\"level\":\"note\",\"message\":{\"text\":\(JSONText.harmless(text))},"
                + "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"\(uri(file))\"}}}]}"
        }
        return (found + refused + untold + excused).joined(separator: ",")
    }
}
