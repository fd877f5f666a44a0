extension Check {
    private static let tokenSteps: StepKinds = [.tokenResponse, .resourceRequest, .userinfo]

    static let tokenType = Check(
        id: .tokenType, title: "a bound token is announced as DPoP", spec: "RFC 9449 §5", kinds: [.tokenResponse]
    ) { input in
        guard let root = input.material.answer?.root, let token = input.material.issued else {
            return input.skip("no token in the answer")
        }
        let member = root["token_type"]
        let place = Place(.responseBody, member?.span ?? root.span)
        guard let type = member?.string else {
            return input.fail(
                "the answer has no `token_type`", found: "no `token_type`",
                [Evidence("token_type", expected: "DPoP", actual: member?.source, at: place)],
                fix: "the server must send `token_type`")
        }
        if type.equalsIgnoringCase("dpop") { return input.pass(type) }
        let isBound = input.scene.binding(of: token)?.jkt != nil
        guard input.proof != nil || isBound else { return input.skip("\(type), no proof was sent") }
        return input.fail(
            isBound
                ? "the token is bound to a key but announced as \(type)"
                : "a proof was sent and a plain \(type) token came back",
            cause: .typeBearerReturned, found: type,
            [Evidence("token_type", expected: "DPoP", actual: "\(type)", at: place)],
            fix:
                "turn DPoP on for this client at the server (Keycloak: the dpop feature and dpop.bound.access.tokens); check that the header arrives"
        )
    }

    static let tokenCnf = Check(
        id: .tokenCnf, title: "cnf.jkt names the key", spec: "RFC 9449 §6.1, §6.2",
        kinds: tokenSteps.union([.introspection])
    ) { input in
        if input.kind == .introspection { return introspected(input) }
        guard let token = input.token else {
            return input.skip("no token")
        }
        guard
            input.proof != nil || input.material.presented?.scheme.equalsIgnoringCase("dpop") == true
                || token.jkt != nil
        else {
            return input.skip("no DPoP")
        }
        if let (member, fromIntrospection) = input.scene.binding(of: token)?.jkt {
            return shape(
                input, member, fromIntrospection ? "introspection" : "JWT", fromIntrospection ? nil : .tokenPayload)
        }
        guard let jws = token.jws else { return input.cannotTell("opaque token, and no introspection was captured") }
        guard let claims = token.claims, claims.isObject else {
            return input.cannotTell(jws.isJWE ? "the token is encrypted" : "the token cannot be read")
        }
        let cnf = claims["cnf"]
        let misplaced = claims["jkt"] != nil || (cnf != nil && cnf?.isObject == false)
        return input.fail(
            misplaced ? "`cnf` of the token has the wrong shape" : "the token is not bound: no `cnf.jkt`",
            cause: misplaced ? .cnfShape : .cnfAbsent,
            found: "no cnf.jkt",
            [
                Evidence(
                    "cnf", expected: "{\"jkt\": thumbprint}", actual: cnf?.source,
                    at: Place(.tokenPayload, cnf?.span ?? claims.span))
            ],
            fix: "make the server bind tokens of this client to the proof's key")
    }

    private static func shape(_ input: CheckInput, _ member: JSONValue, _ source: String, _ part: BytePart?) -> Outcomes
    {
        guard let jkt = member.stringBytes, Base64URL.isDigest(jkt) else {
            let text = member.string
            let recipe = text.flatMap { text in
                input.proof?.jwk.flatMap { ThumbprintForensics.recipe(for: text, of: $0) }
            }
            return input.fail(
                text == nil
                    ? "`cnf.jkt` is a \(member.kind.name), not a string"
                    : text == "" ? "`cnf.jkt` is empty" : "`cnf.jkt` is no SHA-256 thumbprint",
                cause: recipe?.cause ?? (text.map(ThumbprintForensics.looksSpelled) == true ? .jktHexPad : .cnfShape),
                found: text == nil ? "a \(member.kind.name)" : "not 43 base64url characters",
                [
                    Evidence(
                        "cnf.jkt", expected: "43 base64url characters", actual: member.source,
                        at: part.map { Place($0, member.span) })
                ],
                fix: "write base64url(SHA-256(RFC 7638 JSON)) without padding")
        }
        return input.pass("\(source) \(jkt.text.prefix(6))…")
    }

    private static func introspected(_ input: CheckInput) -> Outcomes {
        guard let root = input.material.answer?.root else {
            return input.cannotTell("the introspection answer was not captured")
        }
        if let status = input.exchange.response?.status, status >= 400 { return input.skip("refused") }
        if root["active"]?.bool == false { return input.skip("the token is not active") }
        if let member = root["cnf"]?["jkt"] { return shape(input, member, "introspection", .responseBody) }
        let text = input.material.form?["token"].map { Fingerprint(of: $0) }
        let known = text.flatMap { input.story.bindings[$0]?.token }
        guard known == nil || known?.jkt != nil || known?.jws == nil else {
            return input.skip("the token is not bound")
        }
        return input.fail(
            "the introspection answer has no `cnf.jkt`", cause: .cnfIntrospection, found: "no cnf.jkt",
            [
                Evidence(
                    "cnf", expected: "{\"jkt\": thumbprint}", actual: root["cnf"]?.source,
                    at: Place(.responseBody, root["cnf"]?.span ?? root.span))
            ],
            fix:
                "make the IdP return `cnf` at the top level of the introspection answer; Kong needs a release that reads it"
        )
    }

    static let tokenSignature = Check(
        id: .tokenSignature, title: "the token verifies with the issuer's key", spec: "RFC 7515 §5.2", kinds: tokenSteps
    ) { input in
        guard let token = input.token else { return input.skip("no token") }
        guard let jws = token.jws else { return input.skip("opaque token") }
        guard jws.segments.count == 3 else {
            return input.cannotTell(jws.isJWE ? "the token is encrypted (JWE)" : "not three parts")
        }
        return input.scene.signature(of: token) { verify(jws, input) }
    }

    private static func verify(_ jws: CompactJWS, _ input: CheckInput) -> Outcomes {
        let keys = input.context.keys(for: jws)
        guard !keys.isEmpty else {
            return input.cannotTell(
                jws.kid.map { "no key for kid '\($0)' in the capture" } ?? "no issuer key in the capture")
        }
        var reasons: [String] = []
        for key in keys {
            switch input.crypto.verifier.verify(jws, with: key.jwk) {
            case .valid: return input.pass("valid (entry \(key.exchange))")
            case .cannotTell(let why): reasons.append(why)
            case .invalid: continue
            }
        }
        if reasons.count == keys.count { return input.cannotTell(reasons[0]) }
        return input.fail(
            "the access token does not verify with its issuer's key", found: "invalid",
            [
                Evidence(
                    "signature",
                    expected: "made by \(jws.kid.map { "key '\($0)'" } ?? "one of \(keys.count) issuer keys")",
                    actual: "invalid",
                    at: Place(.tokenSignature, SourceSpan(0, jws.signature.count)))
            ],
            fix: "check that the token was not changed on its way, and that the JWKS is the issuer's current one")
    }

    static let tokenTime = Check(
        id: .tokenTime, title: "valid now", spec: "RFC 7519 §4.1.4, §4.1.5", kinds: tokenSteps
    ) { input in
        guard let token = input.token else { return input.skip("no token") }
        let introspected = input.scene.binding(of: token)?.introspection?.answer.root
        guard let claims = token.claims ?? introspected else {
            return input.cannotTell("opaque token, and no introspection was captured")
        }
        guard let now = input.time else { return input.cannotTell("the capture has no time for this request") }
        let (part, leeway): (BytePart?, Interval) = (
            token.claims != nil ? .tokenPayload : nil, Interval(input.settings.leeway)
        )
        if let member = claims["nbf"], let nbf = member.number?.moment, now + leeway < nbf {
            return input.fail(
                "the token is not valid yet", found: "in \(Timestamp.distance(nbf - now))",
                [
                    Evidence(
                        "nbf", expected: "at most \(now.wholeSeconds)",
                        actual: "\(member.source) = \(Timestamp.text(nbf))",
                        at: part.map { Place($0, member.span) })
                ],
                fix: "set the issuer's and the client's clocks by NTP")
        }
        guard let member = claims["exp"], let exp = member.number?.moment else { return input.pass("no exp") }
        if now - leeway < exp { return input.pass("for \(Timestamp.distance(exp - now))") }
        return input.fail(
            "the token expired \(Timestamp.distance(now - exp)) ago", cause: .tokenExpired, found: "expired",
            [
                Evidence(
                    "exp", expected: "later than \(now.wholeSeconds)",
                    actual: "\(member.source) = \(Timestamp.text(exp))",
                    at: part.map { Place($0, member.span) })
            ],
            fix: "get a new token before the old one expires")
    }
}
