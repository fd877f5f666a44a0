/// Everything a check may look at. The clock and the profile come in here; a check never asks for the time.
public final class CheckInput {
    let flow: Flow
    let step: Step
    let position: Int
    let request: Request
    let material: ExchangeMaterial
    let story: FlowStory
    let context: CaptureContext
    let settings: CheckSettings
    let crypto: CheckCrypto

    init(
        flow: Flow, position: Int, material: ExchangeMaterial, story: FlowStory, context: CaptureContext, settings: CheckSettings,
        crypto: CheckCrypto
    ) {
        (self.flow, step, self.position) = (flow, flow.steps[position], position)
        (self.material, request, self.story) = (material, material.exchange.request, story)
        (self.context, self.settings, self.crypto) = (context, settings, crypto)
    }

    var exchange: Exchange { material.exchange }
    var proof: ProofMaterial? { material.proof }
    var time: Double? { settings.time(of: exchange) }
    var isAccepted: Bool { exchange.response.map { (200..<400).contains($0.status) } ?? false }

    // MARK: outcomes

    func pass(_ found: @autoclosure () -> String) -> Outcomes {
        Outcomes(Outcome(.pass, found: settings.explainsPasses ? found() : ""))
    }

    func skip(_ why: String) -> Outcomes { Outcomes(Outcome(.notApplicable, found: why)) }

    func cannotTell(_ why: String) -> Outcomes {
        Outcomes(Outcome(.cannotTell, found: why, story: Outcome.Story(cause: nil, title: "cannot tell: \(why)", evidence: [], fix: nil)))
    }

    func warn(_ title: String, cause: String? = nil, found: String, _ evidence: [Evidence], fix: String) -> Outcomes {
        Outcomes(Outcome(.warn, found: found, story: Outcome.Story(cause: cause, title: title, evidence: evidence, fix: fix)))
    }

    func fail(_ title: String, cause: String? = nil, found: String, _ evidence: [Evidence], fix: String) -> Outcomes {
        Outcomes(Outcome(.fail, found: found, story: Outcome.Story(cause: cause, title: title, evidence: evidence, fix: fix)))
    }

    /// Runs a check on the proof, or says why it cannot be run.
    func onProof(_ body: (ProofMaterial) -> Outcomes) -> Outcomes {
        guard let proof else { return skip("no proof") }
        return body(proof)
    }

    /// Runs a check on the proof's payload.
    func onClaims(_ body: (ProofMaterial, JSONValue) -> Outcomes) -> Outcomes {
        guard let proof else { return skip("no proof") }
        guard let claims = proof.jws.payload?.root, claims.isObject else { return cannotTell("the payload cannot be read") }
        return body(proof, claims)
    }
}

/// The OpenSSL objects a run of checks keeps. One for each thread.
public final class CheckCrypto {
    public let verifier = SignatureVerifier()
    public let headers = JOSEHeaderCache()

    public init() {}
}
