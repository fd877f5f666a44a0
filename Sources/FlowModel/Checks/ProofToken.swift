extension Check {
    private static let callSteps: StepKinds = [.resourceRequest, .userinfo]

    static let proofAth = Check(
        id: .proofAth, title: "ath is the hash of the access token", spec: "RFC 9449 §4.3(12a)", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            let member = claims["ath"]
            guard callSteps.contains(input.kind) else { return onTokenRequest(input, member) }
            guard let token = input.material.token else {
                return member == nil
                    ? input.skip("no access token") : input.cannotTell("the access token was not captured")
            }
            let wanted = token.ath
            if member?.isString(wanted) == true {
                return input.pass(input.material.isRecovered ? "names the token (recovered)" : "names the token")
            }
            if Redacted.isOne(token.text) { return input.cannotTell("the access token is hidden or shortened") }
            if let shown = input.material.presented, shown.hasSchemeInside,
                member?.isString(Fingerprint(of: shown.text).base64url) == true
            {
                return input.pass("names what is presented")
            }
            guard let ath = member?.string else {
                let near = claims.members.first { $0.value.isString(wanted) }?.name.string
                return input.fail(
                    near.map { "the token's hash stands in a claim `\($0)`, not in `ath`" }
                        ?? "the proof does not name the access token: `ath` is missing", cause: .athMissing,
                    found: near.map { "`\($0)`" } ?? "no member `ath`",
                    [
                        Evidence(
                            "ath", expected: "\(wanted)", actual: member?.source, at: Place(.proofPayload, claims.span))
                    ],
                    fix: "add base64url(SHA-256(access token)) as `ath` to every proof sent with an access token")
            }
            let (cause, words) = explain(ath, token, input)
            return input.fail(
                "`ath` is not the hash of the access token\(words.map { ": it is \($0)" } ?? "")", cause: cause,
                found: words ?? "another hash",
                [Evidence("ath", expected: "\(wanted)", actual: "\(ath)", at: Place(.proofPayload, member!.span))],
                fix:
                    "hash the access token's characters exactly as they stand after the scheme: base64url(SHA-256(token))"
            )
        }
    }

    private static func onTokenRequest(_ input: CheckInput, _ member: JSONValue?) -> Outcomes {
        guard let member else { return input.skip("no access token") }
        return input.warn(
            "the proof names an access token although none is presented; atproto refuses that",
            cause: .athOnTokenRequest, found: "`ath` present",
            [
                Evidence(
                    "ath", expected: "no `ath` without an access token", actual: member.source,
                    at: Place(.proofPayload, member.span))
            ],
            fix: "leave `ath` out of proofs for the token endpoint")
    }

    /// Which wrong recipe makes this value of this token, or which other token it is the hash of.
    private static func explain(_ ath: String, _ token: TokenMaterial, _ input: CheckInput) -> (
        cause: CauseID?, words: String?
    ) {
        let match =
            HashForensics.recipe(for: ath, of: token.text)
            ?? input.story.otherToken(named: ath, than: token.fingerprint)
        if let match { return (match.cause, match.recipe) }
        return (nil, nil)
    }

    static let proofBinding = Check(
        id: .proofBinding, title: "the proof's key is the one the token is bound to", spec: "RFC 9449 §4.3(12b), §6",
        kinds: [.resourceRequest, .userinfo, .tokenResponse]
    ) { input in
        input.onProof { proof in
            let isAnswer = input.kind == .tokenResponse
            guard let token = input.token else {
                return input.skip(isAnswer ? "no token" : "no access token")
            }
            guard let own = proof.fingerprint else { return input.cannotTell("the proof has no usable key") }
            let bound = input.scene.binding(of: token)?.jkt ?? token.jkt.map { ($0, false) }
            if let own = proof.jws.head.jkt, bound?.value.isString(own) == true { return input.pass("MATCH") }
            guard let (member, fromIntrospection) = bound, let jkt = member.string else {
                if !isAnswer, let first = input.scene.binding(of: token)?.issuedFor, first != own {
                    return input.fail(
                        "the proof is signed with another key than the token request's", cause: .keyTwoKeys,
                        found: "MISMATCH", [Evidence("jkt", expected: first.base64url, actual: own.base64url)],
                        fix: "use the same key for the token request and for every request with that token")
                }
                return token.jws == nil
                    ? input.cannotTell("opaque token, and no introspection was captured")
                    : input.skip("the token is not bound")
            }
            let place =
                fromIntrospection
                ? Place(.proofHeader, proof.jwk?.value.span ?? SourceSpan(0, 0)) : Place(.tokenPayload, member.span)
            if jkt == proof.jwk?.repairedThumbprint, jkt != own.base64url {
                return input.cannotTell(
                    "the token is bound to this key's right thumbprint, and the key is written wrongly")
            }
            if input.hasBrokenKey { return input.cannotTell("the proof's key is none") }
            let (cause, words) = explainKey(jkt, own, proof, input, isAnswer: isAnswer)
            if cause != .jktHexPad, !Base64URL.isDigest(Bytes(jkt)), !ThumbprintForensics.isNamed(cause) {
                return input.cannotTell("`cnf.jkt` is no thumbprint")
            }
            return input.fail(
                words, cause: cause, found: "MISMATCH",
                // A recipe that is wrong is the token's; another key is the proof's.
                [
                    cause?.rawValue.hasPrefix("jkt.") == true
                        ? Evidence("cnf.jkt", expected: own.base64url, actual: jkt, at: place)
                        : Evidence("jkt", expected: jkt, actual: own.base64url, at: place)
                ],
                fix: isAnswer
                    ? "the server must bind the token to base64url(SHA-256(RFC 7638 JSON)) of the proof's key"
                    : "use the same key for the token request and for every request with that token")
        }
    }

    private static func explainKey(
        _ jkt: String, _ own: Fingerprint, _ proof: ProofMaterial, _ input: CheckInput, isAnswer: Bool
    ) -> (CauseID?, String) {
        if let jwk = proof.jwk, let match = ThumbprintForensics.recipe(for: jkt, of: jwk) {
            return (match.cause, "the token's `cnf.jkt` is not the thumbprint of the proof's key but \(match.recipe)")
        }
        if let jwk = proof.jwk, let own = jwk.fingerprint?.base64url, ThumbprintForensics.isAltered(jkt, own) {
            return (
                .tokenAltered,
                "the token's `cnf.jkt` is the thumbprint of the proof's key but for a character or two: it was altered"
            )
        }
        if isAnswer { return (.jktNoncanonical, "the token is not bound to the key that asked for it") }
        let issued = input.material.token.flatMap { input.scene.binding(of: $0)?.issuedBy }
        let asker = issued.flatMap { input.story.materials[$0]?.proof?.fingerprint }
        if let asker, asker.base64url == jkt {
            return (.keyTwoKeys, "the proof is signed with another key than the token request's")
        }
        if let asker, asker == own {
            return (.jktNoncanonical, "the token is not bound to the key that asked for it")
        }
        for (entry, jwk) in input.story.keys {
            guard let match = ThumbprintForensics.recipe(for: jkt, of: jwk) else { continue }
            return (match.cause, "the token's `cnf.jkt` is made of the key of entry \(entry): \(match.recipe)")
        }
        return (.keyRegenerated, "the proof's key is not the one the token is bound to")
    }
}
