import FlowModel

/// One of a server's checks, in the order it makes them.
struct GuardCheck: Sendable {
    let id: String
    let passes: Bool
    let words: String
}

/// Why a proof is refused.
struct ProofRefusal: Error {
    let objection: Objection
    let check: String

    var wantsNonce: Bool { Complaint.nonces.contains(objection.complaint) }
    /// Whether there was a nonce, but none that counts.
    var isStale: Bool { objection.complaint == .nonceWrong }
}

/// A proof that was accepted.
struct AcceptedProof: Sendable {
    let jkt: String
    let jwk: String
}

/// The server's side of RFC 9449 §4.3: all twelve checks, written apart from the client's so that the two can disagree.
struct ProofGuard: Sendable {
    struct Rules: Sendable {
        var judging: Judging
        var wantsNonce = false
        /// Whether it is the gateway's: some faults are the gateway's alone.
        var isGateway = false
    }

    let rules: Rules
    let nonces: NonceMint
    /// The faults of the request at hand.
    private(set) var faults = Faults.none
    private var now: @Sendable () -> Moment
    private let verifiers = VerifierPool()
    private let seen: Guarded<ExpiringStore<Fingerprint, Void>>

    /// - Parameter remembers: How many proofs are remembered at most; of more than that the oldest are refused unseen.
    init(rules: Rules, nonces: NonceMint, remembers: Int = 100_000, now: @escaping @Sendable () -> Moment) {
        (self.rules, self.nonces, self.now) = (rules, nonces, now)
        seen = Guarded(ExpiringStore(ceiling: remembers))
    }

    /// The same guard, with the same memory, for a request with these faults.
    func under(_ faults: Faults) -> ProofGuard {
        var copy = self
        copy.faults = faults
        copy.now = { faults.now() }
        return copy
    }

    /// What `iat` can be at all: the years from 1970 to 9999.
    static let times = 0.0...253_402_300_799.0

    /// What a proof is to belong to.
    struct Aim {
        let method: String
        let url: String
        /// The access token that comes with it, and the key that this is bound to.
        var token: String?
        var jkt: String?
        /// Whether this request needs a nonce; nil: as the rules say.
        var wantsNonce: Bool?
    }

    /// Checks the one proof of a request; `log` gets every check made.
    func check(
        _ values: [String], _ aim: Aim, log: @escaping (GuardCheck) -> Void = { _ in }
    ) throws(ProofRefusal) -> AcceptedProof {
        let inspection = ProofInspection(proofs: self, log: log)
        let (jws, jwk) = try inspection.form(values)
        let claims = jws.payload!.root
        try inspection.claims(claims)
        try inspection.require(
            verifiers.verifies(jws, with: [jwk]), "proof.signature", .signature, "the signature does not verify")
        try inspection.target(claims, aim)
        let wantsNonce = aim.wantsNonce ?? rules.wantsNonce
        let nonceEnd = try nonce(claims["nonce"], wantsNonce, inspection)
        let now = now()
        try inspection.time(claims, now, isToldByNonce: nonceEnd != nil)
        let fingerprint = jwk.fingerprint!.base64url
        try inspection.token(claims, aim, fingerprint)
        if rules.judging.refusesReplay {
            let iat = claims["iat"]?.number?.moment ?? now
            let end = nonceEnd ?? iat + (rules.judging.past ?? 300)
            try replay(claims["jti"]?.string ?? "", aim.url, until: end + 1, takesNonces(wantsNonce), log)
        }
        return AcceptedProof(jkt: fingerprint, jwk: jwk.value.source)
    }

    /// Until when the nonce counts; nil where none is needed.
    private func nonce(_ value: JSONValue?, _ isWanted: Bool, _ inspection: ProofInspection) throws(ProofRefusal)
        -> Moment?
    {
        guard value != nil || takesNonces(isWanted) else { return nil }
        let end = value?.string.flatMap { nonces.end(of: $0, at: now()) }
        if takesNonces(isWanted) {
            if let end, !faults.has(.nonce, "loop") {
                inspection.log(GuardCheck(id: "proof.nonce", passes: true, words: ""))
                return end
            }
            if refusesWithoutNonce(isWanted) {
                let words = value == nil ? "no nonce" : "not a nonce of this server, or too old"
                inspection.log(GuardCheck(id: "proof.nonce", passes: false, words: words))
                throw Self.nonceRefusal(isStale: value != nil)
            }
        }
        // One that the server gave, under a fault that is over by now, is not unknown to it.
        if value != nil, end == nil, rules.judging.nonces == .refused {
            try inspection.require(false, "proof.nonce", .nonceUnwanted, "this server knows no nonces")
        }
        return nil
    }

    private static func nonceRefusal(isStale: Bool) -> ProofRefusal {
        ProofRefusal(
            objection: Objection(
                isStale ? .nonceWrong : .nonceMissing, words: "this server requires a nonce in the proof"),
            check: "proof.nonce")
    }

    /// Remembers a `jti` with its target, whatever the target's spelling, for as long as the proof could be used.
    private func replay(
        _ jti: String, _ url: String, until end: Moment, _ takesNonces: Bool, _ log: (GuardCheck) -> Void
    ) throws(ProofRefusal) {
        let id = Fingerprint(of: jti + "\n" + HTTPURL(url).normalised)
        let now = now()
        let (isNew, isForgotten) = seen.withLock { seen in
            // So many came that those before are not remembered any more: it may be one of them.
            if let floor = seen.floor, end <= floor { return (false, true) }
            return (seen.insert(id, (), until: end, now: now), false)
        }
        let words = isForgotten ? "too many proofs came since this one was signed" : "this jti was used before"
        if !isNew, takesReplay() { return }
        if tellsOfReplay { log(GuardCheck(id: "proof.jti", passes: isNew, words: isNew ? "" : words)) }
        if isNew { return }
        if isForgotten, takesNonces { throw Self.nonceRefusal(isStale: true) }
        throw ProofRefusal(objection: Objection(.replay, words: words), check: "proof.jti")
    }
}
