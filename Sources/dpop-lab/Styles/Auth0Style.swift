extension ServerStyle {
    /// Auth0's authorization server, by its public documentation, and `express-oauth2-jwt-bearer` 1.10, measured, which
    /// demands DPoP here. What Auth0 says of a proof at its token endpoint is not published: the code stands alone.
    static let auth0 = ServerStyle(
        id: .auth0, issuing: .auth0, userinfo: .auth0Resource, resource: .auth0Resource, tokens: TokenForm(),
        paths: EndpointPaths(
            token: "/oauth/token", authorization: "/authorize", introspection: "/oauth/introspect",
            userinfo: "/userinfo", revocation: "/oauth/revoke", push: "/oauth/par", device: "/oauth/device/code",
            keys: "/.well-known/jwks.json"), habits: Habits(challengesPublicClients: true))
}

extension Judging {
    /// `iatOffset` and `iatLeeway` by default; it remembers no `jti`, and gives tokens five seconds.
    static let auth0 = Judging(
        past: 300, future: 30,
        algorithms: [
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES256K", "ES384", "ES512", "EdDSA",
        ], readsMediaType: true, foldsMethod: true, refusesReplay: false, leeway: 5)
}

extension Manner {
    private static let grantTypes = "https://auth0.com/docs/clients/client-grant-types"

    static let auth0 = Manner(
        sayings: [
            Saying(Complaint.clientFaults, 401, "access_denied", "Unauthorized"),
            Saying(
                Complaint.forbidden, 403, "unauthorized_client", "Grant type '{found}' not allowed for the client.",
                uri: grantTypes),
            Saying([.grantUnknown], 403, "unsupported_grant_type", "Unsupported grant type: {found}"),
            Saying([.codeInvalid, .codeRedirect], 403, "invalid_grant", "Invalid authorization code"),
            Saying([.verifierMissing, .verifierWrong], 403, "invalid_grant", "Failed to verify code verifier"),
            Saying([.refreshInvalid], 403, "invalid_grant", "Unknown or invalid refresh token."),
            Saying([.password], 403, "invalid_grant", "Wrong email or password."),
            Saying([.devicePending], 403, "authorization_pending", "User has yet to authorize device code."),
        ], judging: Judging(past: 300, future: 60, algorithms: ["ES256"]), challenged: [])

    /// In `required` mode. A request that is no DPoP request gets a challenge without an error.
    static let auth0Resource = Manner(
        sayings: auth0Calls + JOSELibrary.sayings(400), judging: .auth0,
        challenge: ChallengeForm("DPoP", [.error, .description, .algorithms], quotes: .single),
        challenged: [400, 401, 403], isResource: true)

    private static let auth0Calls: [Saying] = [
        Saying([.tokenAbsent], 401, "", "Unauthorized"),
        Saying(
            [.proofMissing, .proofEmpty, .proofSeveral, .boundAsBearer, .boundAsBearerWithProof]
                + [.unboundAsBearer], 400, "", ""),
        Saying([.jtiMissing], 400, "invalid_dpop_proof", "Missing \"jti\" in DPoP proof"),
        Saying([.htmMissing], 400, "invalid_dpop_proof", "Missing \"htm\" in DPoP proof"),
        Saying([.htuMissing], 400, "invalid_dpop_proof", "Missing \"htu\" in DPoP proof"),
        Saying([.iatMissing], 400, "invalid_dpop_proof", "Missing \"iat\" claim in DPoP proof"),
        Saying([.athMissing], 400, "invalid_dpop_proof", "Missing \"ath\" claim in DPoP proof"),
        Saying([.htm], 400, "invalid_dpop_proof", "DPoP Proof htm mismatch"),
        Saying([.htu], 400, "invalid_dpop_proof", "DPoP Proof htu mismatch"),
        Saying([.htuMalformed], 400, "invalid_dpop_proof", "Invalid htu claim URL"),
        Saying([.athWrong], 400, "invalid_dpop_proof", "DPoP Proof \"ath\" mismatch"),
        Saying(
            [.iatPast, .iatFuture, .iatNoTime], 400, "invalid_dpop_proof",
            "DPoP proof \"iat\" is outside the acceptable range"),
        Saying([.keyMismatch], 401, "invalid_token", "JWT Access Token confirmation mismatch"),
        Saying(
            [.tokenUnbound, .unboundAsDPoP], 401, "invalid_token",
            "JWT Access Token has no jkt confirmation claim"),
        Saying([.tokenExpired], 401, "invalid_token", "\"exp\" claim timestamp check failed"),
        Saying([.tokenSignature], 401, "invalid_token", "signature verification failed"),
        Saying([.tokenIssuer], 401, "invalid_token", "Unexpected \"iss\" value"),
        Saying([.tokenMalformed, .tokenOpaque, .tokenUnknown], 401, "invalid_token", "Invalid Compact JWS"),
        Saying([.scopeMissing], 403, "insufficient_scope", "Insufficient Scope"),
    ]
}
