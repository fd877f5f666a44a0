/// `why` over one input: its flows' diagnoses, and the one outcome of them (why.md §7).
public struct WhyReport: Sendable {
    public struct Part: Sendable {
        public let flow: Flow
        public let report: FlowReport
        public let diagnosis: Diagnosis
    }

    public let input: String
    /// In which form it was read.
    public let form: String
    public let guessed: [String]
    /// In the capture's order.
    public let parts: [Part]
    /// What a log says, where there is nothing else.
    public let log: LogDiagnosis?
    private let hasSubject: Bool

    public init(_ loaded: LoadedCapture, input: String, settings: CheckSettings) {
        let checker = FlowChecker(context: loaded.context, settings: settings)
        var hasSubject = false
        parts = loaded.flows.filter { !$0.steps.isEmpty }.map { flow in
            let story = checker.story(of: flow) { loaded.exchange($0) }
            hasSubject =
                hasSubject || story.hasSubject
            let report = checker.check(flow, story: story)
            return Part(
                flow: flow, report: report,
                diagnosis: Diagnosis(
                    flow: flow, report: report, story: story, context: loaded.context, settings: settings))
        }
        (log, self.hasSubject) = (nil, hasSubject)
        var guesses: [String] = []
        if loaded.capture.format.isPasted {
            for index in loaded.capture.entries.indices.prefix(64) {
                for guess in loaded.exchange(index)?.guesses ?? [] where !guesses.contains(guess) {
                    guesses.append(guess)
                }
            }
        }
        (self.input, form, guessed) = (input, loaded.capture.format.title, guesses)
    }

    /// Out of a log alone: there is no flow.
    public init(_ log: LogDiagnosis, input: String) {
        let form = log.words.source == .log ? "log" : "answer"
        (self.input, self.form, guessed, parts, self.log, hasSubject) = (input, form, [], [], log, true)
    }

    /// The first of cause, accepted, refused and clean that occurs.
    public var outcome: FlowOutcome { log?.outcome ?? parts.map(\.diagnosis.outcome).min() ?? .clean }

    /// Flows in the order to read them: those with the outcome first.
    public var ordered: [Part] {
        parts.enumerated().sorted {
            ($0.element.diagnosis.outcome, $0.offset) < ($1.element.diagnosis.outcome, $1.offset)
        }
        .map(\.element)
    }

    /// Whether anything was there to judge: a proof, a token, or a refusal.
    public var isJudged: Bool {
        hasSubject || outcome != .clean || parts.contains { !$0.report.refusals.isEmpty }
    }

    // MARK: JSON

    /// One object on one line.
    public var json: String {
        let ordered = ordered
        let words = log?.words ?? ordered.compactMap(\.diagnosis.words).first
        let told = (log?.causes ?? []).map { cause, certainty, sentence in
            Self.object(
                id: cause.id.rawValue, certainty: certainty, step: "", flow: 1, title: sentence, expected: nil,
                found: nil, fix: cause.fix, scope: cause.scope)
        }
        let causes =
            told
            + ordered.flatMap { part in
                part.diagnosis.causes.map { Self.entry($0, part.flow) } + Self.candidates(part)
            }
        let warnings = ordered.flatMap { part in part.diagnosis.warnings.map { Self.entry($0, part.flow) } }
        var out =
            "{\"schema\":\"dpop-tui.why/1\",\"input\":\(JSONText.harmless(input)),\"form\":\(JSONText.harmless(form)),"
        out += "\"outcome\":\"\(outcome.rawValue)\",\"server\":\(Self.server(words)),"
        out += "\"causes\":[\(causes.joined(separator: ","))],\"warnings\":[\(warnings.joined(separator: ","))],"
        out += "\"guessed\":[\(guessed.map(JSONText.harmless).joined(separator: ","))],"
        return out + "\"passed\":[\(passed(ordered).map { "\"\($0.rawValue)\"" }.joined(separator: ","))]}\n"
    }

    /// What the server said; `null` where it refused nothing.
    static func server(_ words: ServerWords?) -> String {
        guard let words else { return "null" }
        func quoted(_ text: String?) -> String { text.map(JSONText.harmless) ?? "null" }
        return
            "{\"status\":\(words.status.map(String.init) ?? "null"),\"code\":\(quoted(words.code)),\"sentence\":\(quoted(words.sentence)),"
            + "\"subject\":\(quoted(words.subject?.rawValue)),\"from\":\"\(words.source.rawValue)\"}"
    }

    private static func entry(_ entry: Diagnosis.Entry, _ flow: Flow) -> String {
        let evidence = entry.evidence.first
        return object(
            id: entry.id, certainty: entry.certainty, step: flow.steps[entry.step].label, flow: flow.id,
            title: entry.sentence, expected: evidence.map { "\($0.label) = \($0.expected ?? "nothing")" },
            found: evidence.map { e in e.actual.map { "\(e.label) = \($0)" } ?? "no \(e.label)" }, fix: entry.fix,
            scope: entry.scope)
    }

    private static func candidates(_ part: Part) -> [String] {
        guard let step = part.diagnosis.unexplained else { return [] }
        let named = Set(part.diagnosis.causes.map(\.id))
        return part.diagnosis.candidates.filter { !named.contains($0.id.rawValue) }.map { cause in
            object(
                id: cause.id.rawValue, certainty: .possible, step: part.flow.steps[step].label, flow: part.flow.id,
                title: part.diagnosis.clues.first { $0.cause == cause.id }?.words ?? cause.says, expected: nil,
                found: nil, fix: cause.fix, scope: cause.scope)
        }
    }

    private static func object(
        id: String, certainty: Certainty, step: String, flow: Int, title: String, expected: String?, found: String?,
        fix: String, scope: String?
    ) -> String {
        func quoted(_ text: String?) -> String { text.map(JSONText.harmless) ?? "null" }
        return
            "{\"id\":\(JSONText.harmless(id)),\"certainty\":\"\(certainty.rawValue)\",\"flow\":\(flow),\"step\":\"\(step)\",\"title\":\(JSONText.harmless(title)),"
            + "\"expected\":\(quoted(expected)),\"found\":\(quoted(found)),\"fix\":\(JSONText.harmless(fix)),\"scope\":\(quoted(scope))}"
    }

    /// The checks that passed on the refused request, or in the first flow where none was refused.
    private func passed(_ ordered: [Part]) -> [CheckID] {
        guard let part = ordered.first else { return [] }
        let steps = part.report.refusals.first.map { [$0.request] } ?? Array(part.flow.steps.indices)
        let found = steps.flatMap { part.report.findings(at: $0) }
        let wrong = Set(found.filter { $0.verdict != .pass && $0.verdict != .notApplicable }.map(\.check))
        let right = Set(found.filter { $0.verdict == .pass }.map(\.check))
        return CheckID.allCases.filter { right.contains($0) && !wrong.contains($0) }
    }
}
