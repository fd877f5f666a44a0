import FlowModel
import Synchronization

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
final class ProofGuard: Sendable {
    struct Rules: Sendable {
        var past: Double
        var future: Double
        var algorithms: [String]
        var wantsNonce = false
        var checksReplay = true
        var checksBinding = true
        /// Compares `htu` as text instead of normalised.
        var isLiteral = false
    }

    let rules: Rules
    let nonces: NonceMint
    private let now: @Sendable () -> Double
    private let verifiers = VerifierPool()
    private let seen = Mutex<[Fingerprint: Double]>([:])
    private let lastSweep = Mutex(0.0)

    init(rules: Rules, nonces: NonceMint, now: @escaping @Sendable () -> Double) {
        (self.rules, self.nonces, self.now) = (rules, nonces, now)
    }

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
        try require(
            jws.typ == "dpop+jwt", "proof.typ", "typ is not dpop+jwt",
            "Invalid or missing type in DPoP header: \(jws.typ ?? "null")")
        let alg = jws.alg ?? ""
        try require(
            rules.algorithms.contains(alg), "proof.alg", "algorithm '\(alg)' is not accepted",
            "Unsupported DPoP algorithm: \(alg)")
        try require(header["jwk"] != nil, "proof.jwk", "no jwk in the header", "No JWK in DPoP header")
        let jwk = JWK(header["jwk"]!)
        try require(
            jwk.privateMembers.isEmpty, "proof.jwk", "the jwk holds a private key",
            "Private key is present in DPoP header")
        try require(
            jwk.isUsable && jwk.fingerprint != nil, "proof.jwk", "the jwk is no public key",
            "No public key in DPoP header")
        let complete =
            ["jti", "htm", "htu"].allSatisfy { claims[named: $0]?.string != nil } && claims["iat"]?.double != nil
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
        let same =
            rules.isLiteral
            ? HTTPURL(htu).withoutQuery == HTTPURL(url).withoutQuery
            : HTTPURL(htu).normalised == HTTPURL(url).normalised
        try require(
            same, "proof.htu", "htu is '\(htu)', this is '\(HTTPURL(url).withoutQuery)'", "DPoP HTTP URL mismatch")
        try checkNonce(claims["nonce"]?.string, log)
        let (iat, now) = (claims["iat"]?.double ?? 0, now())
        try require(
            rules.wantsNonce || (iat >= now - rules.past && iat <= now + rules.future), "proof.iat",
            "iat is \(Int(now - iat)) s before this server's time",
            "DPoP proof is not active: iat=\(Int(iat)), server time=\(Int(now)), lifetime=\(Int(rules.past))s, clock skew=\(Int(rules.future))s"
        )
        let fingerprint = jwk.fingerprint!.base64url
        if let token {
            try require(claims["ath"] != nil, "proof.ath", "no ath", "No access token hash in DPoP proof")
            try require(
                claims["ath"]?.string == Fingerprint(of: token).base64url, "proof.ath", "ath is not this token's hash",
                "DPoP proof access token hash mismatch")
            if rules.checksBinding {
                try require(
                    jkt != nil, "token.cnf", "the token has no cnf.jkt", "No DPoP confirmation in access token",
                    code: "invalid_token")
                try require(
                    jkt == fingerprint, "proof.binding", "the proof's key is not the token's",
                    "DPoP confirmation doesn't match DPoP proof", code: "invalid_token")
            }
        }
        if rules.checksReplay {
            try require(
                isNew(claims["jti"]?.string ?? "", htu, until: now + rules.past + rules.future), "proof.jti",
                "this jti was used before", "DPoP proof has already been used")
        }
        return AcceptedProof(jkt: fingerprint, jwk: jwk.value.source)
    }

    private func checkNonce(_ nonce: String?, _ log: (GuardCheck) -> Void) throws(ProofRefusal) {
        guard rules.wantsNonce else { return }
        let good = nonce.map { nonces.accepts($0, at: now()) } ?? false
        log(
            GuardCheck(
                id: "proof.nonce", passes: good,
                words: nonce == nil ? "no nonce" : good ? "" : "not a nonce of this server, or too old"))
        if !good {
            throw ProofRefusal(
                code: "use_dpop_nonce", keycloak: "DPoP nonce is required",
                words: "this server requires a nonce in the proof", check: "proof.nonce", wantsNonce: true,
                isStale: nonce != nil)
        }
    }

    /// Remembers a `jti` with its target for as long as the proof could be used.
    private func isNew(_ jti: String, _ htu: String, until end: Double) -> Bool {
        let id = Fingerprint(of: jti + "\n" + htu)
        let now = now()
        return seen.withLock { seen in
            let sweeps = lastSweep.withLock { last in
                guard now - last > 10 else { return false }
                last = now
                return true
            }
            if sweeps { seen = seen.filter { $0.value > now } }
            return seen.updateValue(end, forKey: id) == nil
        }
    }
}

/// Makes nonces that carry their own time, and knows its own again.
final class NonceMint: Sendable {
    private let secret: String
    let lifetime: Double
    let neverAccepts: Bool

    init(lifetime: Double, neverAccepts: Bool = false) {
        secret = Base64URL.encode(SecretBytes.random(32))
        (self.lifetime, self.neverAccepts) = (lifetime, neverAccepts)
    }

    func make(at now: Double) -> String {
        let stamp = "\(Int(now)).\(Base64URL.encode(SecretBytes.random(6)))"
        return "\(stamp).\(tag(stamp))"
    }

    private func tag(_ stamp: String) -> String {
        String(Base64URL.encode(SecretBytes.hmac(.sha256, key: secret, stamp)).prefix(22))
    }

    func accepts(_ nonce: String, at now: Double) -> Bool {
        let parts = nonce.split(separator: ".").map(String.init)
        guard !neverAccepts, parts.count == 3, let made = Double(parts[0]), tag("\(parts[0]).\(parts[1])") == parts[2]
        else { return false }
        return made >= now - lifetime && made <= now + 5
    }
}
