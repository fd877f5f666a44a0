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
        /// One sentence about this flow.
        public let sentence: String
        public let evidence: [Evidence]
        public let fix: String
        /// Which row of the table of verifiers was measured with these bytes.
        let deviation: String?

        /// Who refuses such a request.
        public var scope: String? {
            if let row = deviation.flatMap(VerifierTable.row), let words = VerifierTable.scope([row]) { return words }
            return cause?.scope
        }
    }

    public let entries: [Entry]
    /// The step whose answer refused, when none of the entries explains it.
    public let unexplained: Int?
    /// What only the server can know: named when every check passes and it refuses all the same.
    public let candidates: [Cause]
    /// The checks that passed on the refused request.
    public let ruledOut: [CheckID]
    /// What in the capture speaks for one of the candidates: the server's own URLs, what an upstream was told.
    public let clues: [(cause: CauseID, words: String)]
    /// The servers that were recognised, each once.
    public let servers: [ServerGuess]

    /// The cause to mend first.
    public var first: Entry? { entries.first }

    public init(flow: Flow, report: FlowReport, story: FlowStory, context: CaptureContext, settings: CheckSettings) {
        let input = DiagnosisInput(flow: flow, report: report, story: story, context: context, settings: settings)
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
                    verdict: finding?.verdict ?? (cause.severity == .everywhere ? .fail : .warn),
                    sentence: sighting.words, evidence: sighting.evidence + (finding?.outcome.evidence ?? []),
                    fix: cause.fix, deviation: nil)
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
        entries = found.enumerated().sorted { a, b in Self.rank(a.element, a.offset) < Self.rank(b.element, b.offset) }
            .map(\.element)
        let refusal = input.refusals.first { step in
            !report.findings(at: step.request).contains { $0.verdict == .fail }
                && !found.contains { $0.step == step.answer || $0.step == step.request }
        }
        unexplained = refusal?.answer
        let clues = refusal.map { ProxyClues.find(input, step: $0.request) } ?? []
        self.clues = clues
        let named = Set(clues.map(\.cause))
        // What something speaks for comes first.
        candidates =
            refusal == nil
            ? []
            : Self.candidates(input, refusal!).enumerated().sorted {
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
            refusal.map { step in report.findings(at: step.request).filter { $0.verdict == .pass }.map(\.check) } ?? []
    }

    /// Failures before warnings, earlier steps first, and within a step the order of protocol.md 5.7.
    /// What servers say of themselves refuses no request, and comes after what does.
    private static func rank(_ entry: Entry, _ offset: Int) -> (Int, Int, Int, Int, Int) {
        let isBeside = entry.check == .metadataIssuer || entry.check == .devicePolling
        return (
            entry.verdict == .fail ? 0 : 1, isBeside ? 1 : 0, entry.step, Finding.rank(entry.check, entry.cause?.id),
            offset
        )
    }

    /// Only what fits the kind of request.
    private static func candidates(_ input: DiagnosisInput, _ refusal: (request: Int, answer: Int)) -> [Cause] {
        let toIdP = input.flow.steps[refusal.request].to == .idp
        let opaque = input.material(refusal.request)?.token?.jws == nil
        return Cause.all.filter { cause in
            guard cause.sight == .candidate else { return false }
            if cause.id.rawValue.hasPrefix("gw.") { return !toIdP && (cause.id != .gwIntrospectionCnf || opaque) }
            return cause.id != .nonceHeaderCase && (cause.id != .htuForwardAuth || !toIdP)
        }
    }

    /// The headline: what to mend first, in one sentence.
    public var headline: String {
        if let first { return first.sentence }
        return unexplained == nil
            ? "Nothing is wrong in what can be seen."
            : "Every check passes, and the server refuses all the same: the reason lies where it cannot be seen from outside."
    }
}

/// What the rules look at.
struct DiagnosisInput {
    let flow: Flow
    let report: FlowReport
    let story: FlowStory
    let context: CaptureContext
    let settings: CheckSettings

    func material(_ step: Int) -> ExchangeMaterial? {
        flow.steps.indices.contains(step) ? flow.steps[step].exchange.flatMap { story.materials[$0] } : nil
    }

    /// The client's requests in order: the step, and its exchange.
    let requests: [(step: Int, material: ExchangeMaterial)]
    /// Requests with a proof.
    let proved: [(step: Int, material: ExchangeMaterial, claims: JSONValue)]
    let clocks: [String: (low: Interval, high: Interval)]

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
    }

    /// Answers that refuse and do not only ask for a nonce.
    var refusals: [(request: Int, answer: Int)] {
        flow.steps.indices.compactMap { index in
            let step = flow.steps[index]
            guard [.tokenResponse, .resourceResponse, .userinfo, .pushedAuthorization].contains(step.kind),
                let status = step.status, status == 400 || status == 401 || status == 403, !step.isNonceChallenge,
                !step.isPending
            else { return nil }
            let request = flow.steps[...index].lastIndex { $0.exchange == step.exchange && $0.kind.isRequest } ?? index
            return (request, index)
        }
    }
}

/// One cause's condition over a flow.
struct DiagnosisRule: Sendable {
    struct Sighting {
        let step: Int
        let words: String
        var evidence: [Evidence] = []
    }

    let cause: CauseID
    /// The check whose finding this makes finer: it holds only where that check fails or warns.
    var refines: CheckID?
    let find: @Sendable (DiagnosisInput) -> [Sighting]

    static let all: [DiagnosisRule] = target + time + token + nonce + server + window
}
