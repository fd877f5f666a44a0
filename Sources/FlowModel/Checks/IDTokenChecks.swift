/// What an ID token must bring back, before anybody believes the tokens beside it.
extension Check {
    static let idTokenNonce = Check(
        id: .idTokenNonce, title: "the ID token has its authorization request's nonce",
        spec: "OpenID Connect Core §3.1.3.7(11), §12.2", kinds: [.tokenResponse]
    ) { input in
        guard let member = input.material.answer?.root["id_token"], let text = member.string else {
            return input.skip("no ID token")
        }
        guard let asked = NonceAsked(input) else { return input.skip("no nonce was sent") }
        guard let claims = CompactJWS(text).payload?.root, claims.isObject else {
            return input.cannotTell("the ID token is encrypted, or not whole")
        }
        let claim = claims["nonce"]
        if claim?.string == asked.value { return input.pass("MATCH") }
        if claim == nil, asked.isRefreshed { return input.skip("a refreshed ID token needs none") }
        let words =
            claim == nil
            ? "the ID token has no `nonce`, and the authorization request sent one"
            : "the ID token's `nonce` is not the authorization request's"
        return input.fail(
            words, cause: .idTokenNonce, found: claim == nil ? "missing" : "MISMATCH",
            [
                Evidence(
                    "nonce", expected: asked.value, actual: claim.map { $0.string ?? $0.source },
                    at: Place(.responseBody, member.span))
            ],
            fix: "do not use this answer: another login's would look so; the IdP must copy `nonce` as it was sent")
    }
}

/// The `nonce` of the authorization request that a token answer stems from.
private struct NonceAsked {
    let value: String
    /// Whether tokens were refreshed since: an ID token has the same `nonce` then, or none.
    let isRefreshed: Bool

    /// Nil where none was sent, or where nobody saw it.
    init?(_ input: CheckInput) {
        guard var form = input.material.form else { return nil }
        var seen: Set<String> = []
        while form["code"] == nil {
            // Each refresh token leads to the answer that it came in.
            guard let refresh = form["refresh_token"], seen.count < 64, seen.insert(refresh).inserted,
                let origin = input.story.grants[Fingerprint(of: refresh)],
                let before = input.story.materials[origin]?.form
            else { return nil }
            form = before
        }
        guard let nonce = Check.authorization(ofCode: form, input)?["nonce"] else { return nil }
        (value, isRefreshed) = (nonce, !seen.isEmpty)
    }
}
