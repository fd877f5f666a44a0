/// Why a flow was refused, or what is wrong with it: causes in the order to mend them, and what could not be seen.
public struct Diagnosis: Sendable {
    /// One cause that was seen.
    public struct Entry: Sendable {
        /// Nil for a failing check that none of the known mistakes explains.
        public let cause: Cause?
        /// The step it was seen at, by its place in the flow.
        public let step: Int
        /// The check that failed by it; nil when no check did.
        public let check: CheckID?
        public let verdict: Verdict
        public let certainty: Certainty
        /// True where the server's words or a pattern say it, and no byte shows it.
        let isFromWords: Bool
        /// One sentence about this flow.
        public let sentence: String
        public let evidence: [Evidence]
        public let fix: String
        /// Which row of the table of verifiers was measured with these bytes.
        let deviation: String?

        /// Who refuses such a request.
        public var scope: String? {
            // Who refuses was measured for proofs, not for what a server says.
            if isFromWords || cause?.sight == .words { return nil }
            if let row = deviation.flatMap(VerifierTable.row), let words = VerifierTable.scope([row]) { return words }
            return cause?.scope
        }

        init(
            cause: Cause?, step: Int, check: CheckID?, verdict: Verdict, certainty: Certainty = .certain,
            isFromWords: Bool = false, sentence: String, evidence: [Evidence], fix: String, deviation: String? = nil
        ) {
            (self.cause, self.step, self.check, self.verdict) = (cause, step, check, verdict)
            (self.certainty, self.isFromWords) = (certainty, isFromWords)
            (self.sentence, self.evidence, self.fix, self.deviation) = (sentence, evidence, fix, deviation)
        }

        /// The same with another weight.
        func weighed(_ verdict: Verdict, _ certainty: Certainty) -> Entry {
            Entry(
                cause: cause, step: step, check: check, verdict: verdict, certainty: certainty,
                isFromWords: isFromWords, sentence: sentence, evidence: evidence, fix: fix, deviation: deviation)
        }

        /// Whether it explains a refusal: it fails, and is certain or likely.
        public var explains: Bool { verdict == .fail && certainty < .possible }

        /// Its public name: the cause's id, or the check's where no cause is known.
        public var id: String { cause?.id.rawValue ?? check?.rawValue ?? "" }
    }

    /// What became of the flow.
    public let outcome: FlowOutcome
    /// Causes and warnings that were seen, in the order to mend them.
    public let entries: [Entry]
    /// What the server says of the request that was refused first; nil where none was.
    public let words: ServerWords?
    /// The step whose answer refused, when none of the entries explains it.
    public let unexplained: Int?
    /// What only the server can know: named when nothing certain or likely explains a refusal.
    public let candidates: [Cause]
    /// The checks that passed on the refused request.
    public let ruledOut: [CheckID]
    /// What in the capture speaks for one of the candidates: the server's own URLs, what an upstream was told.
    public let clues: [(cause: CauseID, words: String)]
    /// Requests that were answered 404 or 405 and refuse nothing.
    public let excused: [Refusal]
    /// The servers that were recognised, each once.
    public let servers: [ServerGuess]

    /// The cause to mend first.
    public var first: Entry? { entries.first }
    /// What fails, without the warnings.
    public var causes: [Entry] { entries.filter { $0.verdict == .fail } }
    public var warnings: [Entry] { entries.filter { $0.verdict != .fail } }

    public init(flow: Flow, report: FlowReport, story: FlowStory, context: CaptureContext, settings: CheckSettings) {
        let input = DiagnosisInput(flow: flow, report: report, story: story, context: context, settings: settings)
        let ranking = Ranking(leads: input.leads)
        excused = report.excused
        let seen = Self.weighed(Self.seen(input), input)
        var found = seen + input.leads.flatMap { lead in Suspects.of(lead, input, seen: seen) }
        if input.leads.isEmpty { found += Unenforced.entries(input, found) }
        let ordered = found.enumerated().map { (place: ranking.place($1), offset: $0, entry: $1) }.sorted { a, b in
            (a.entry.verdict == .fail ? 0 : 1, a.place.tier, a.place.step, a.place.check, a.offset)
                < (b.entry.verdict == .fail ? 0 : 1, b.place.tier, b.place.step, b.place.check, b.offset)
        }.map(\.entry)
        entries = Self.once(Suspects.pruned(ordered, input))
        words = input.main?.words
        let leading = entries.first { $0.verdict == .fail }
        outcome = Self.outcome(leading, input)
        let isExplained = leading?.explains == true
        let open = isExplained ? nil : input.main?.refusal
        unexplained = open?.answer
        let clues = open.map { ProxyClues.find(input, step: $0.request) } ?? []
        self.clues = clues
        let named = Set(clues.map(\.cause))
        // What something speaks for comes first.
        candidates =
            open == nil
            ? []
            : Suspects.candidates(input.main!, input).enumerated().sorted {
                (named.contains($0.element.id) ? 0 : 1, $0.offset) < (named.contains($1.element.id) ? 0 : 1, $1.offset)
            }.map(\.element)
        var servers: [ServerGuess] = []
        for (step, _) in input.requests {
            if let guess = ServerGuess.of(input, step: step), !servers.contains(where: { $0.profile == guess.profile })
            {
                servers.append(guess)
            }
        }
        self.servers = servers
        ruledOut =
            input.main.map(\.refusal).map { step in
                report.findings(at: step.request).filter { $0.verdict == .pass }.map(\.check)
            } ?? []
    }

    /// What rules and findings show, in no order: a rule that makes a finding finer stands in its place.
    private static func seen(_ input: DiagnosisInput) -> [Entry] {
        let report = input.report
        var found: [Entry] = []
        var refined: [CheckID: [Int: Entry]] = [:]
        let wrong = Set(report.findings.lazy.filter { $0.verdict >= .warn }.map(\.check))
        for rule in DiagnosisRule.all {
            // What makes a finding finer has nothing to do where there is none.
            guard rule.refines.map(wrong.contains) ?? true else { continue }
            let cause = Cause.with(rule.cause)
            for sighting in rule.find(input) {
                let finding = rule.refines.flatMap { id in
                    report.findings(at: sighting.step).first { $0.check == id && $0.verdict >= .warn }
                }
                if rule.refines != nil, finding == nil { continue }
                let entry = Entry(
                    cause: cause, step: sighting.step, check: finding?.check,
                    verdict: sighting.verdict ?? finding?.verdict ?? (cause.severity == .everywhere ? .fail : .warn),
                    certainty: sighting.certainty, sentence: sighting.words,
                    evidence: sighting.evidence + (finding?.outcome.evidence ?? []), fix: cause.fix)
                if let check = finding?.check {
                    refined[check, default: [:]][sighting.step] = refined[check]?[sighting.step] ?? entry
                } else {
                    found.append(entry)
                }
            }
        }
        for finding in report.findings where finding.verdict >= .warn {
            if let better = refined[finding.check]?[finding.step] {
                found.append(better)
            } else {
                let cause = finding.outcome.cause.map(Cause.with)
                found.append(
                    Entry(
                        cause: cause, step: finding.step, check: finding.check, verdict: finding.verdict,
                        sentence: finding.outcome.title,
                        evidence: finding.outcome.evidence, fix: finding.outcome.fix ?? cause?.fix ?? "",
                        deviation: finding.outcome.deviation))
            }
        }
        return found
    }

    /// What some servers refuse is a failure on a request that was refused for it; a challenge that says too little
    /// explains no refusal.
    private static func weighed(_ found: [Entry], _ input: DiagnosisInput) -> [Entry] {
        found.map { entry in
            if entry.check == .responseChallenge, entry.cause == nil { return entry.weighed(.warn, entry.certainty) }
            if entry.cause?.id == .htmPreflight, input.isRefused(entry.step) {
                return entry.weighed(.fail, entry.certainty)
            }
            if entry.check == .proofHtu, entry.verdict == .fail, input.isRightBehind(entry.step) {
                return entry.weighed(.warn, entry.certainty)
            }
            if input.context.isAskedAbout, entry.verdict == .warn, entry.cause?.severity == .strict {
                return entry.weighed(.fail, .likely)
            }
            guard entry.verdict == .warn,
                entry.cause?.severity == .strict || entry.check.map(Unenforced.enforced.contains) == true
                    || entry.cause?.id == .asHybrid,
                let lead = input.leads.first(where: {
                    $0.refusal.request == entry.step || $0.refusal.answer == entry.step
                })
            else { return entry }
            let words = lead.words
            let agrees = words.subject.map(entry.subjects.contains) ?? false
            let isOpen =
                words.subject == nil && lead.refusal.isJudged
                && !found.contains { $0.verdict == .fail && $0.step == entry.step && $0.check != .responseChallenge }
            return agrees || entry.cause?.id == words.cause || isOpen ? entry.weighed(.fail, .likely) : entry
        }
    }

    /// Each cause once at a step; a token's end once for the token, whichever steps it is seen at.
    private static func once(_ entries: [Entry]) -> [Entry] {
        var seen = Set<String>()
        var ends: [String?] = []
        return entries.filter { entry in
            guard seen.insert("\(entry.id) \(entry.step)").inserted else { return false }
            guard entry.cause?.id == .tokenExpired else { return true }
            let end = entry.evidence.first?.actual
            defer { ends.append(end) }
            return ends.isEmpty || (end != nil && !ends.contains(end))
        }
    }

    private static func outcome(_ leading: Entry?, _ input: DiagnosisInput) -> FlowOutcome {
        guard !input.leads.isEmpty else {
            guard let leading else { return .clean }
            return Unenforced.isLetThrough(leading, input) || leading.cause?.id == .serverUnenforced
                ? .accepted : .cause
        }
        guard let leading, leading.explains else { return .refused }
        switch leading.cause?.id {
        case .serverFailed, .serverThrottled, .requestTooLarge, .gwNotReached: return .refused
        default: return .cause
        }
    }

    /// Causes that no check and no refusal has told already.
    public var untold: [Entry] {
        words == nil ? causes.filter { $0.check == nil && $0.cause?.id != .serverUnenforced } : []
    }

    /// Whether a flow can have a cause: nothing is diagnosed where every check passes and nobody refused anything, but
    /// for the few steps that rules look at and checks do not.
    public static func isNeeded(_ report: FlowReport) -> Bool {
        report.verdict >= .warn || report.hasUnproved
            || report.flow.steps.contains { step in
                switch step.kind {
                case .unknown, .introspection, .authorization, .pushedAuthorization: true
                default: false
                }
            }
    }

    /// The headline: what to mend first, in one sentence.
    public var headline: String {
        if let first, first.verdict == .fail || words == nil { return first.sentence }
        if let words { return "The request was refused (\(words.text)), and nothing that is seen here explains it." }
        return "Nothing is wrong in what can be seen."
    }
}

/// What the rules look at.
struct DiagnosisInput {
    let flow: Flow
    let report: FlowReport
    let story: FlowStory
    let context: CaptureContext
    let settings: CheckSettings
    let rightClocks = RightClocks()

    func material(_ step: Int) -> ExchangeMaterial? {
        flow.steps.indices.contains(step) ? flow.steps[step].exchange.flatMap { story.materials[$0] } : nil
    }

    /// The client's requests in order: the step, and its exchange.
    let requests: [(step: Int, material: ExchangeMaterial)]
    /// Requests with a proof.
    let proved: [(step: Int, material: ExchangeMaterial, claims: JSONValue)]
    let clocks: [String: (low: Interval, high: Interval)]
    /// The refused requests, with what the server says of each.
    let leads: [Ranking.Lead]

    init(flow: Flow, report: FlowReport, story: FlowStory, context: CaptureContext, settings: CheckSettings) {
        (self.flow, self.report, self.story, self.context, self.settings) = (flow, report, story, context, settings)
        let requests = flow.steps.enumerated().compactMap { index, step -> (step: Int, material: ExchangeMaterial)? in
            guard step.kind.isRequest, step.from == .client,
                let material = step.exchange.flatMap({ story.materials[$0] })
            else { return nil }
            return (index, material)
        }
        self.requests = requests
        proved = requests.compactMap { item in
            item.material.proof?.jws.payload.map { (item.step, item.material, $0.root) }
        }
        clocks = ClockSkew.bounds(story.materials.values)
        // The reason in a server's log says more than its answer.
        var log = context.logs.last { $0.subject != nil }
        leads = report.refusals.prefix(64).map { refusal in
            let words = refusal.words
            guard refusal.isJudged || refusal.exchange.response == nil, let said = log else {
                return Ranking.Lead(refusal: refusal, words: words)
            }
            log = nil
            return Ranking.Lead(refusal: refusal, words: said.answered(words))
        }
    }

    /// The refusal to explain first. A missing document about a server is none that anybody asks about, where a request
    /// to the server itself was refused too.
    var main: Ranking.Lead? {
        leads.first { ![.discovery, .jwks].contains(flow.steps[$0.refusal.request].kind) } ?? leads.first
    }

    /// Answers that refuse and do not only ask for a nonce.
    var refusals: [(request: Int, answer: Int)] {
        leads.compactMap { lead in
            guard lead.refusal.kind != .challenge, let status = lead.words.status, [400, 401, 403].contains(status)
            else {
                return nil
            }
            return (lead.refusal.request, lead.refusal.answer)
        }
    }

    /// Whether the step's request was refused.
    func isRefused(_ step: Int) -> Bool { leads.contains { $0.refusal.request == step } }

    func lead(at step: Int) -> Ranking.Lead? {
        leads.first { $0.refusal.request == step || $0.refusal.answer == step }
    }
}

/// One cause's condition over a flow.
struct DiagnosisRule: Sendable {
    struct Sighting {
        let step: Int
        let words: String
        var evidence: [Evidence] = []
        var certainty = Certainty.certain
        /// Nil: as its finding, or its cause's severity says.
        var verdict: Verdict?
    }

    let cause: CauseID
    /// The check whose finding this makes finer: it holds only where that check fails or warns.
    var refines: CheckID?
    let find: @Sendable (DiagnosisInput) -> [Sighting]

    static let all: [DiagnosisRule] =
        target + time + token + nonce + server + window + handed + values + hops + keyProofs
}
