import FlowModel

/// One of a server's checks, in the order it makes them.
struct GuardCheck: Sendable {
    let id: String
    let passes: Bool
    let words: String
}

/// Why a proof is refused: in Keycloak's words, and in the RFC's code.
struct ProofRefusal: Error {
    var code = "invalid_dpop_proof"
    let keycloak: String
    let words: String
    var check: String
    var wantsNonce = false
    /// Whether there was a nonce, but none that counts.
    var isStale = false
}

/// A proof that was accepted.
struct AcceptedProof: Sendable {
    let jkt: String
    let jwk: String
}

/// The server's side of RFC 9449 §4.3: all twelve checks, written apart from the client's so that the two can disagree.
struct ProofGuard: Sendable {
    struct Rules: Sendable {
        /// How old a proof may be, and how far ahead.
        var past: Interval
        var future: Interval
        var algorithms: [String]
        var wantsNonce = false
        /// Compares `htu` as text instead of normalised.
        var isLiteral = false
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

    /// Checks the one proof of a request; `log` gets every check made.
    func check(
        _ values: [String], method: String, url: String, token: String? = nil, jkt: String? = nil,
        log: (GuardCheck) -> Void = { _ in }
    ) throws(ProofRefusal) -> AcceptedProof {
        func require(
            _ condition: Bool, _ id: String, _ words: @autoclosure () -> String, _ keycloak: @autoclosure () -> String,
            code: String = "invalid_dpop_proof"
        )
            throws(ProofRefusal)
        {
            log(GuardCheck(id: id, passes: condition, words: condition ? "" : words()))
            if !condition { throw ProofRefusal(code: code, keycloak: keycloak(), words: words(), check: id) }
        }
        try require(!values.isEmpty, "proof.present", "no DPoP header", "DPoP proof is missing")
        try require(
            values.count == 1 && !values[0].utf8.contains(UInt8(ascii: ",")), "proof.single",
            "more than one DPoP proof", "DPoP header verification failure")
        let jws = CompactJWS(values[0])
        let known = jws.isWellFormed && jws.header != nil && jws.payload != nil
        try require(known, "proof.wellformed", "not a well-formed JWT", "DPoP header verification failure")
        let (header, claims) = (jws.header!.root, jws.payload!.root)
        // RFC 7515 §4.1.11: none of the extensions that may be critical is known here; RFC 7797 is one.
        try require(
            header["crit"] == nil && header["b64"].map { $0.bool == true } ?? true, "proof.wellformed",
            "the header has an extension that is not known here", "DPoP header verification failure")
        try require(
            jws.typ == "dpop+jwt", "proof.typ", "typ is not dpop+jwt",
            "Invalid or missing type in DPoP header: \(jws.typ ?? "null")")
        let alg = jws.alg ?? ""
        try require(
            accepts(alg), "proof.alg", "algorithm '\(alg)' is not accepted",
            "Unsupported DPoP algorithm: \(alg)")
        try require(header["jwk"] != nil, "proof.jwk", "no jwk in the header", "No JWK in DPoP header")
        let jwk = JWK(header["jwk"]!)
        try require(
            jwk.privateMembers.isEmpty, "proof.jwk", "the jwk holds a private key",
            "Private key is present in DPoP header")
        try require(
            jwk.isUsable && jwk.fingerprint != nil, "proof.jwk", "the jwk is no public key",
            "No public key in DPoP header")
        let weakness = WeakKey.problem(jwk)
        try require(weakness == nil, "proof.jwk", weakness ?? "", "No public key in DPoP header")
        let complete =
            ["jti", "htm", "htu"].allSatisfy { !(claims[named: $0]?.string ?? "").isEmpty }
            && claims["iat"]?.number != nil
        try require(complete, "proof.claims", "jti, htm, htu or iat is missing", "DPoP mandatory claims are missing")
        let valid = verifiers.verifies(jws, with: [jwk])
        try require(
            valid, "proof.signature", "the signature does not verify",
            "DPoP verification failure: org.keycloak.exceptions.TokenSignatureInvalidException: Invalid token signature"
        )
        try require(
            claims["htm"]?.string == method, "proof.htm", "htm is not the request's method", "DPoP HTTP method mismatch"
        )
        let htu = claims["htu"]?.string ?? ""
        try require(
            isSame(htu, url), "proof.htu", "htu is '\(htu)', this is '\(HTTPURL(url).withoutQuery)'",
            "DPoP HTTP URL mismatch")
        let nonceEnd = try checkNonce(claims["nonce"]?.string, log)
        let now = now()
        let iat = claims["iat"]?.number?.moment ?? now
        let isTime = claims["iat"]?.number?.within(Self.times) != nil
        // A nonce tells the proof's age instead of `iat` (RFC 9449 §4.3(11)), which must be a time all the same.
        try require(
            isTime && (nonceEnd != nil || (iat >= now - rules.past && iat <= now + rules.future)), "proof.iat",
            isTime ? "iat is \((now - iat).wholeSeconds) s before this server's time" : "iat is no time of these days",
            "DPoP proof is not active: iat=\(iat.wholeSeconds), server time=\(now.wholeSeconds), lifetime=\(rules.past.wholeSeconds)s, clock skew=\(rules.future.wholeSeconds)s"
        )
        // RFC 7519 §4.1.4, §4.1.5: nobody has to write them, and who does means them.
        let (ends, starts) = (claims["exp"], claims["nbf"])
        let lives =
            ends.map { $0.number.map { $0.moment > now } ?? false } ?? true
            && starts.map { $0.number.map { $0.moment <= now + rules.future } ?? false } ?? true
        try require(
            lives, "proof.iat", "the proof's own exp or nbf says that it is not valid now",
            "DPoP proof is not active: exp or nbf")
        let fingerprint = jwk.fingerprint!.base64url
        if let token {
            try require(claims["ath"] != nil, "proof.ath", "no ath", "No access token hash in DPoP proof")
            try require(
                claims["ath"]?.string == Fingerprint(of: token).base64url, "proof.ath", "ath is not this token's hash",
                "DPoP proof access token hash mismatch")
            if comparesKeys(isSame: jkt == fingerprint) {
                try require(
                    jkt != nil, "token.cnf", "the token has no cnf.jkt", "No DPoP confirmation in access token",
                    code: "invalid_token")
                try require(
                    jkt == fingerprint, "proof.binding", "the proof's key is not the token's",
                    "DPoP confirmation doesn't match DPoP proof", code: "invalid_token")
            }
        }
        try checkReplay(claims["jti"]?.string ?? "", url, until: (nonceEnd ?? iat + rules.past) + 1, log)
        return AcceptedProof(jkt: fingerprint, jwk: jwk.value.source)
    }

    /// Until when the nonce counts; nil where none is needed.
    private func checkNonce(_ nonce: String?, _ log: (GuardCheck) -> Void) throws(ProofRefusal) -> Moment? {
        guard takesNonces else { return nil }
        let end = nonce.flatMap { nonces.end(of: $0, at: now()) }
        if let end, !faults.has(.nonce, "loop") {
            log(GuardCheck(id: "proof.nonce", passes: true, words: ""))
            return end
        }
        guard refusesWithoutNonce() else { return nil }
        let words = nonce == nil ? "no nonce" : "not a nonce of this server, or too old"
        log(GuardCheck(id: "proof.nonce", passes: false, words: words))
        throw Self.nonceRefusal(isStale: nonce != nil)
    }

    private static func nonceRefusal(isStale: Bool) -> ProofRefusal {
        ProofRefusal(
            code: "use_dpop_nonce", keycloak: "DPoP nonce is required",
            words: "this server requires a nonce in the proof", check: "proof.nonce", wantsNonce: true,
            isStale: isStale)
    }

    /// Remembers a `jti` with its target, whatever the target's spelling, for as long as the proof could be used.
    private func checkReplay(_ jti: String, _ url: String, until end: Moment, _ log: (GuardCheck) -> Void)
        throws(ProofRefusal)
    {
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
        throw ProofRefusal(keycloak: "DPoP proof has already been used", words: words, check: "proof.jti")
    }
}
