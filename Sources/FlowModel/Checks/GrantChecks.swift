extension Check {
    static let codeBinding = Check(
        id: .codeBinding, title: "one key from authorization to token", spec: "RFC 9449 §10",
        kinds: [.tokenRequest, .authorization, .pushedAuthorization]
    ) { input in
        if input.kind != .tokenRequest { return announced(input) }
        guard let form = input.material.form, form["code"] != nil else { return input.skip("no code") }
        guard let front = front(ofCode: form, input) else {
            return input.cannotTell("the authorization request was not captured")
        }
        guard let announced = announcedKey(front, input) else { return input.skip("no dpop_jkt") }
        guard let own = input.proof?.fingerprint else {
            return input.cannotTell("the token request has no usable proof")
        }
        if own.base64url == announced.jkt { return input.pass("MATCH") }
        if input.hasBrokenKey { return input.cannotTell("the proof's key is none") }
        return mismatch(
            input, announced.jkt, own,
            "the code is bound to another key (\(announced.source)) than the token request's",
            fix: "use one key for the whole login: dpop_jkt, PAR and token request")
    }

    /// The request that a code stems from: by the redirect that brought it, or by PKCE. `form` is the token request's.
    private static func front(ofCode form: Form, _ input: CheckInput) -> ExchangeMaterial? {
        guard let code = form["code"] else { return nil }
        if let origin = input.story.grants[Fingerprint(of: code)], let front = input.story.materials[origin],
            announcedKey(front, input) != nil
        {
            return front
        }
        if let origin = input.story.grants[Fingerprint(of: code)], let way = input.story.materials[origin],
            let location = way.exchange.response?.headers.first("location").map({ HTTPURL($0) }),
            let state = location.query.flatMap({ Form($0)["state"] }),
            let front = input.story.fronts[FlowStory.wayBack(location, state)]
        {
            return input.story.materials[front]
        }
        let challenge = form["code_verifier"].map(Joins.challenge)
        return challenge.flatMap { input.story.fronts[$0] }.flatMap { input.story.materials[$0] }
            ?? input.story.grants[Fingerprint(of: code)].flatMap { input.story.materials[$0] }
    }

    /// The key that a code is bound to before it is redeemed.
    static func boundKey(ofCode input: CheckInput) -> (jkt: String, source: String)? {
        guard let form = input.material.form, let front = front(ofCode: form, input) else { return nil }
        return announcedKey(front, input)
    }

    /// The parameters of the authorization request that a code stems from, of the pushed one where it was pushed.
    static func authorization(ofCode form: Form, _ input: CheckInput) -> Form? {
        let story = input.story
        func sent(_ exchange: Int?) -> Form? {
            // A state may come again: what was asked later is not what this code answers.
            guard let exchange, exchange <= input.exchange.index, let material = story.materials[exchange] else {
                return nil
            }
            let form = material.form ?? material.exchange.request.url.query.map { Form($0) }
            return form?["response_type"] != nil || form?["request_uri"] != nil ? form : nil
        }
        // The request that was answered by the code, the one with its PKCE challenge, the one with its state.
        let front =
            sent(form["code"].flatMap { story.grants[Fingerprint(of: $0)] })
            ?? sent(form["code_verifier"].flatMap { story.fronts[Joins.challenge(of: $0)] })
            ?? sent(self.front(ofCode: form, input)?.exchange.index)
        guard let uri = front?["request_uri"] else { return front }
        return sent(story.grants[Fingerprint(of: uri)])
    }

    private static func announcedKey(_ front: ExchangeMaterial, _ input: CheckInput) -> (jkt: String, source: String)? {
        let query = front.form ?? front.exchange.request.url.query.map { Form($0) }
        if let jkt = query?["dpop_jkt"] { return (jkt, "dpop_jkt of the authorization request") }
        if front.form?["client_id"] != nil, front.form?["grant_type"] == nil, let proof = front.proof?.fingerprint {
            return (proof.base64url, "the pushed request's proof")
        }
        guard let uri = query?["request_uri"], let origin = input.story.grants[Fingerprint(of: uri)],
            let pushed = input.story.materials[origin]
        else { return nil }
        if let jkt = pushed.form?["dpop_jkt"] { return (jkt, "dpop_jkt of the pushed request") }
        return pushed.proof?.fingerprint.map { ($0.base64url, "the pushed request's proof") }
    }

    /// `dpop_jkt` where it is announced: against the pushed request's own proof.
    private static func announced(_ input: CheckInput) -> Outcomes {
        let query = input.kind == .authorization ? input.request.url.query.map { Form($0) } : input.material.form
        guard let jkt = query?["dpop_jkt"] else { return input.skip("no dpop_jkt") }
        let pushed =
            input.kind == .pushedAuthorization
            ? input.material
            : query?["request_uri"].flatMap { input.story.grants[Fingerprint(of: $0)] }.flatMap {
                input.story.materials[$0]
            }
        guard FactReader.thumbprint(jkt) != nil else {
            let redeemed = input.story.materials.values.first { $0.form?["code"] != nil && $0.proof != nil }
            if let proof = pushed?.proof ?? redeemed?.proof, let own = proof.fingerprint, isMade(jkt, of: proof) {
                return mismatch(input, jkt, own, "", proof: proof, fix: "")
            }
            return input.fail(
                "`dpop_jkt` is no SHA-256 thumbprint",
                cause: ThumbprintForensics.looksSpelled(jkt) ? .jktHexPad : .jktNoncanonical,
                found: "not 43 characters",
                [
                    Evidence(
                        "dpop_jkt", expected: "43 base64url characters", actual: "\(jkt)",
                        at: Place(.url, SourceSpan(0, 0)))
                ],
                fix: "send base64url(SHA-256(RFC 7638 JSON)) of the public key")
        }
        guard let own = pushed?.proof?.fingerprint else {
            let isRedeemed = input.story.materials.values.contains { $0.form?["code"] != nil }
            if isRedeemed { return input.pass("\(jkt.prefix(6))…") }
            return input.cannotTell("the request that redeems the code says whether it is this key")
        }
        if own.base64url == jkt { return input.pass("MATCH") }
        return mismatch(
            input, jkt, own, "`dpop_jkt` names another key than the pushed request's proof",
            proof: pushed?.proof, fix: "use one key for the whole login")
    }

    /// Whether the proof's key gives this text by some recipe, or is called so.
    private static func isMade(_ jkt: String, of proof: ProofMaterial) -> Bool {
        jkt == proof.jws.header?.root["kid"]?.string
            || proof.jwk.flatMap { ThumbprintForensics.recipe(for: jkt, of: $0) } != nil
    }

    /// Another key, or this key's digest by a wrong recipe.
    private static func mismatch(
        _ input: CheckInput, _ jkt: String, _ own: Fingerprint, _ title: String, proof: ProofMaterial? = nil,
        fix: String
    ) -> Outcomes {
        let jwk = (proof ?? input.proof)?.jwk
        let header = (proof ?? input.proof)?.jws.header?.root["kid"]?.string
        let recipe = jwk.flatMap { ThumbprintForensics.recipe(for: jkt, of: $0) }
        let isKid = jkt == header || (jwk?.kid != nil && jkt == jwk?.kid)
        let cause: CauseID = isKid ? .jktKid : recipe?.cause ?? .keyDpopJkt
        let words =
            isKid
            ? "`dpop_jkt` is the key's `kid`, not its thumbprint"
            : recipe.map { "`dpop_jkt` is not the thumbprint of the proof's key but \($0.recipe)" } ?? title
        return input.fail(
            words, cause: cause, found: "MISMATCH",
            [
                Evidence(
                    "dpop_jkt", expected: own.base64url, actual: jkt, at: jwk.map { Place(.proofHeader, $0.value.span) }
                )
            ],
            fix: cause == .keyDpopJkt ? fix : "announce base64url(SHA-256(RFC 7638 JSON)) of the proof's key")
    }

    static let refreshBinding = Check(
        id: .refreshBinding, title: "a public client refreshes with the same key", spec: "RFC 9449 §5",
        kinds: [.refresh]
    ) { input in
        guard let refresh = input.material.form?["refresh_token"] else { return input.skip("no refresh token") }
        if let jkt = HandedToken(refresh)?.jkt, let own = input.proof?.fingerprint {
            if jkt == own.base64url { return input.pass("same key") }
            return input.fail(
                "the refresh token is bound to another key than the proof's", cause: .keyRefreshOther,
                found: "another key",
                [Evidence("key", expected: jkt, actual: own.base64url)],
                fix: "refresh with the key the refresh token was issued to")
        }
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
