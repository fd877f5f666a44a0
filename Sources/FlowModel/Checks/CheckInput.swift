/// What all steps of a flow have in common for the checks. The clock and the profile come in here; a check never asks
/// for the time.
final class CheckScene {
    let flow: Flow
    let story: FlowStory
    let context: CaptureContext
    let settings: CheckSettings
    let crypto: CheckCrypto
    private var last: (token: TokenMaterial, binding: FlowStory.Binding?)?
    private var signatures: [Fingerprint: Outcomes] = [:]

    init(flow: Flow, story: FlowStory, context: CaptureContext, settings: CheckSettings, crypto: CheckCrypto) {
        (self.flow, self.story, self.context, self.settings, self.crypto) = (flow, story, context, settings, crypto)
    }

    /// How far a server's clock is ahead of the recorder's, by its Date fields; nil where none tells.
    func skew(of origin: String) -> Interval? { clocks[origin].map { ($0.low + $0.high) / 2 } }
    private lazy var clocks = ClockSkew.bounds(story.materials.values)

    /// What is known of a token; the one asked for last, as several checks ask, without looking it up again.
    func binding(of token: TokenMaterial) -> FlowStory.Binding? {
        if let last, last.token === token { return last.binding }
        let binding = story.bindings[token.fingerprint]
        last = (token, binding)
        return binding
    }

    /// What `token.signature` says of a token, asked once for all the calls that present it.
    func signature(of token: TokenMaterial, check: () -> Outcomes) -> Outcomes {
        if let known = signatures[token.fingerprint] { return known }
        let outcomes = check()
        signatures[token.fingerprint] = outcomes
        return outcomes
    }
}

/// Everything a check may look at.
public final class CheckInput {
    let scene: CheckScene
    let position: Int
    let kind: StepKind
    let material: ExchangeMaterial
    let request: Request
    let proof: ProofMaterial?
    /// The proof's header and payload where they are objects.
    let header: JSONValue?
    let claims: JSONValue?
    /// What came of verifying the proof with its own key; nil when there is nothing to verify.
    private(set) var signature: SignatureVerdict?

    init(_ scene: CheckScene, position: Int, kind: StepKind, material: ExchangeMaterial) {
        (self.scene, self.position, self.kind) = (scene, position, kind)
        (self.material, request, proof) = (material, material.exchange.request, material.proof)
        let (header, claims) = (material.proof?.jws.header?.root, material.proof?.jws.payload?.root)
        self.header = header?.isObject == true ? header : nil
        self.claims = claims?.isObject == true ? claims : nil
    }

    func verifySignature() {
        guard let proof = material.proof, proof.jws.segments.count == 3, let jwk = proof.jwk else { return }
        signature = scene.crypto.verifier.verify(proof.jws, with: jwk)
    }

    var flow: Flow { scene.flow }
    var step: Step { scene.flow.steps[position] }
    var story: FlowStory { scene.story }
    var context: CaptureContext { scene.context }
    var settings: CheckSettings { scene.settings }
    var crypto: CheckCrypto { scene.crypto }
    var exchange: Exchange { material.exchange }
    /// The access token the step is about: what an answer hands out, what a request presents.
    var token: TokenMaterial? { kind == .tokenResponse ? material.issued : material.token }
    var time: Moment? { scene.settings.time(of: material.exchange) }
    var isAccepted: Bool { exchange.response.map { (200..<400).contains($0.status) } ?? false }

    /// Whether the answer only asks for a nonce, and the client came back with it.
    var isAnsweredChallenge: Bool {
        let answer = flow.steps[position...].first { $0.exchange == step.exchange && $0.isNonceChallenge }
        return answer?.related != nil
    }

    /// The time to judge a proof at: the server's where the answer refuses and its clock is known.
    var judgedTime: Moment? {
        guard let time, case .capture(let offset) = settings.clock, offset == 0, !isAccepted,
            let skew = scene.skew(of: exchange.request.url.origin), skew.magnitude > 2
        else { return time }
        return time + skew
    }

    /// Whether a token is known to be bound: by `cnf`, or because it was issued as DPoP for a proof.
    func isBound(_ token: TokenMaterial) -> Bool {
        let binding = scene.binding(of: token)
        return binding?.jkt != nil || (token.claims == nil && binding?.isIssuedAsDPoP == true)
    }

    // MARK: outcomes

    func pass(_ found: @autoclosure () -> String) -> Outcomes {
        Outcomes(Outcome(.pass, found: scene.settings.passes == .explained ? found() : ""))
    }

    func skip(_ why: String) -> Outcomes { Outcomes(Outcome(.notApplicable, found: why)) }

    func cannotTell(_ why: String) -> Outcomes {
        Outcomes(
            Outcome(
                .cannotTell, found: why,
                story: Outcome.Story(cause: nil, title: "cannot tell: \(why)", evidence: [], fix: nil)))
    }

    func warn(
        _ title: String, cause: CauseID? = nil, found: String, _ evidence: [Evidence], fix: String,
        deviation: String? = nil
    ) -> Outcomes {
        wrong(.warn, title, cause, found, evidence, fix, deviation)
    }

    func fail(
        _ title: String, cause: CauseID? = nil, found: String, _ evidence: [Evidence], fix: String,
        deviation: String? = nil
    ) -> Outcomes {
        wrong(.fail, title, cause, found, evidence, fix, deviation)
    }

    /// What servers differ about: a warning, and a failure where the server of the profile is known to refuse it.
    func differ(
        _ title: String, cause: CauseID? = nil, found: String, _ evidence: [Evidence], fix: String, deviation: String
    ) -> Outcomes {
        let isRefused = settings.profile.refuses(deviation)
        return wrong(
            isRefused ? .fail : .warn, isRefused ? "\(title); \(settings.profile.title) refuses it" : title, cause,
            found,
            evidence, fix, deviation)
    }

    private func wrong(
        _ verdict: Verdict, _ title: String, _ cause: CauseID?, _ found: String, _ evidence: [Evidence], _ fix: String,
        _ deviation: String?
    ) -> Outcomes {
        let story = Outcome.Story(cause: cause, title: title, evidence: evidence, fix: fix, deviation: deviation)
        return Outcomes(Outcome(verdict, found: found, story: story))
    }

    /// Runs a check on the proof, or says why it cannot be run.
    func onProof(_ body: (ProofMaterial) -> Outcomes) -> Outcomes {
        guard let proof else { return skip("no proof") }
        return body(proof)
    }

    /// Runs a check on the proof's payload.
    func onClaims(_ body: (ProofMaterial, JSONValue) -> Outcomes) -> Outcomes {
        guard let proof else { return skip("no proof") }
        guard let claims else { return cannotTell("the payload cannot be read") }
        return body(proof, claims)
    }

    /// Runs a check on the proof's header.
    func onHeader(_ body: (ProofMaterial, JSONValue) -> Outcomes) -> Outcomes {
        guard let proof else { return skip("no proof") }
        guard let header else { return cannotTell("the header cannot be read") }
        return body(proof, header)
    }
}

/// The OpenSSL objects a run of checks keeps. One for each thread.
public final class CheckCrypto {
    public let verifier = SignatureVerifier()
    public let headers = JOSEHeaderCache()

    public init() {}
}
