extension Check {
    static let codeBinding = Check(
        id: .codeBinding, title: "one key from authorization to token", spec: "RFC 9449 §10",
        kinds: [.tokenRequest, .authorization]
    ) { input in
        if input.kind == .authorization { return againstPushed(input) }
        guard let code = input.material.form?["code"] else { return input.skip("no code") }
        guard let origin = input.story.grants[Fingerprint(of: code)], let front = input.story.materials[origin] else {
            return input.cannotTell("the authorization request was not captured")
        }
        guard let announced = announcedKey(front, input) else { return input.skip("no dpop_jkt") }
        guard let own = input.proof?.fingerprint else {
            return input.cannotTell("the token request has no usable proof")
        }
        if own.base64url == announced.jkt { return input.pass("MATCH") }
        if input.hasBrokenKey { return input.cannotTell("the proof's key is none") }
        return input.fail(
            "the code is bound to another key (\(announced.source)) than the token request's", cause: .keyDpopJkt,
            found: "MISMATCH",
            [
                Evidence(
                    "dpop_jkt", expected: announced.jkt, actual: own.base64url,
                    at: input.proof?.jwk.map { Place(.proofHeader, $0.value.span) })
            ],
            fix: "use one key for the whole login: dpop_jkt, PAR and token request")
    }

    private static func announcedKey(_ front: ExchangeMaterial, _ input: CheckInput) -> (jkt: String, source: String)? {
        let query = front.exchange.request.url.query.map { Form($0) }
        if let jkt = query?["dpop_jkt"] { return (jkt, "dpop_jkt of the authorization request") }
        guard let uri = query?["request_uri"], let origin = input.story.grants[Fingerprint(of: uri)],
            let pushed = input.story.materials[origin]
        else { return nil }
        if let jkt = pushed.form?["dpop_jkt"] { return (jkt, "dpop_jkt of the pushed request") }
        return pushed.proof?.fingerprint.map { ($0.base64url, "the pushed request's proof") }
    }

    private static func againstPushed(_ input: CheckInput) -> Outcomes {
        let query = input.request.url.query.map { Form($0) }
        guard let jkt = query?["dpop_jkt"] else { return input.skip("no dpop_jkt") }
        guard FactReader.thumbprint(jkt) != nil else {
            return input.fail(
                "`dpop_jkt` is no SHA-256 thumbprint", cause: .jktHexPad, found: "not 43 characters",
                [
                    Evidence(
                        "dpop_jkt", expected: "43 base64url characters", actual: "\(jkt)",
                        at: Place(.url, SourceSpan(0, 0)))
                ],
                fix: "send base64url(SHA-256(RFC 7638 JSON)) of the public key")
        }
        guard let uri = query?["request_uri"], let origin = input.story.grants[Fingerprint(of: uri)],
            let pushed = input.story.materials[origin]?.proof?.fingerprint
        else { return input.pass("\(jkt.prefix(6))…") }
        if pushed.base64url == jkt { return input.pass("MATCH") }
        return input.fail(
            "`dpop_jkt` names another key than the pushed request's proof", cause: .keyDpopJkt, found: "MISMATCH",
            [
                Evidence(
                    "dpop_jkt", expected: "\(pushed.base64url)", actual: "\(jkt)", at: Place(.url, SourceSpan(0, 0)))
            ],
            fix: "use one key for the whole login")
    }

    static let refreshBinding = Check(
        id: .refreshBinding, title: "a public client refreshes with the same key", spec: "RFC 9449 §5",
        kinds: [.refresh]
    ) { input in
        guard let refresh = input.material.form?["refresh_token"] else { return input.skip("no refresh token") }
        guard let origin = input.story.grants[Fingerprint(of: refresh)],
            let first = input.story.materials[origin]?.proof?.fingerprint
        else {
            return input.cannotTell("the request that got the refresh token was not captured with a proof")
        }
        guard let own = input.proof?.fingerprint else { return input.cannotTell("no usable proof") }
        if own == first { return input.pass("same key") }
        if input.hasBrokenKey { return input.cannotTell("the proof's key is none") }
        let form = input.material.form
        let isConfidential =
            form?["client_secret"] != nil || form?["client_assertion"] != nil
            || input.request.headers.first("authorization")?.lowercased().hasPrefix("basic ") == true
        let evidence = [
            Evidence(
                "key", expected: first.base64url, actual: own.base64url,
                at: input.proof?.jwk.map { Place(.proofHeader, $0.value.span) })
        ]
        let fix = "refresh with the key the refresh token was issued to"
        return isConfidential
            ? input.warn(
                "a confidential client refreshes with another key: allowed, and the new token is bound to it",
                found: "another key", evidence, fix: fix)
            : input.fail(
                "a public client refreshes with another key", cause: .keyRefreshOther, found: "another key",
                evidence, fix: fix)
    }
}
