extension ServerStyle {
    /// RFC 9449's codes, and the lab's own words.
    static let rfc9449 = ServerStyle(
        id: .rfc9449, issuing: .rfc9449, userinfo: .rfc9449Userinfo,
        tokens: TokenForm(namesType: true), habits: Habits(tellsRefreshLifetime: true))
}

extension Judging {
    static let rfc9449 = Judging(past: 300, future: 60)
}

extension Manner {
    static let rfc9449 = Manner(
        sayings: [
            Saying([.codeProof, .codeKey, .pushedKey], 400, "invalid_dpop_proof", "{words}"),
            Saying([.introspectionPublic], 403, "invalid_request", "{words}"),
            Saying([.serviceAccountForbidden, .serviceAccountPublic], 401, "unauthorized_client", "{words}"),
        ], judging: .rfc9449, challenged: [], explains: true)

    static let rfc9449Userinfo = Manner(
        sayings: [], judging: .rfc9449, body: .none,
        challenge: ChallengeForm("DPoP", [.algorithms, .realm, .error, .description]), challenged: [400, 401, 403],
        explains: true, isResource: true)
}
