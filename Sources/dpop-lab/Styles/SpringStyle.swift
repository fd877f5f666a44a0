extension ServerStyle {
    /// Spring Authorization Server 7.0 and 1.5, and Spring Security's resource server 7.0.6, both measured.
    static let spring = ServerStyle(
        id: .spring, issuing: .spring, userinfo: .springResource, resource: .springResource,
        tokens: TokenForm(type: nil, client: "client_id", hasNotBefore: true, listsScope: true),
        paths: EndpointPaths(
            token: "/oauth2/token", authorization: "/oauth2/authorize", introspection: "/oauth2/introspect",
            userinfo: "/userinfo", revocation: "/oauth2/revoke", push: "/oauth2/par",
            device: "/oauth2/device_authorization", keys: "/oauth2/jwks"),
        habits: Habits(
            asksForNoProof: true, forgetsCodeKeys: true, spurnsPublicClients: true, takesAssertionsAgain: true))
}

extension Judging {
    static let spring = Judging(
        past: 60, future: 60, target: .letters, algorithms: rsa + nist, readsMediaType: true, leeway: 60)
}

extension Manner {
    private static let tokenErrors = "https://datatracker.ietf.org/doc/html/rfc6749#section-5.2"
    private static let deviceErrors = "https://datatracker.ietf.org/doc/html/rfc8628#section-3.5"
    private static let pushErrors = "https://datatracker.ietf.org/doc/html/rfc6749#section-4.1.2.1"

    /// Codes without a word, but for parameters.
    static let spring = Manner(
        sayings: [
            Saying([.proofSeveral], 400, "invalid_request", "OAuth 2.0 Parameter: DPoP", uri: tokenErrors),
            // An empty field is none.
            Saying([.grantMissing], 400, "invalid_request", "OAuth 2.0 Parameter: grant_type", uri: tokenErrors),
            Saying(
                [.grantUnknown], 400, "unsupported_grant_type", "OAuth 2.0 Parameter: grant_type", uri: tokenErrors),
            Saying([.devicePending], 400, "authorization_pending", uri: deviceErrors),
            Saying([.deviceExpired], 400, "expired_token", uri: deviceErrors),
            Saying([.pushedRedirect], 400, "invalid_request", "OAuth 2.0 Parameter: redirect_uri", uri: pushErrors),
            Saying([.introspectionPublic, .revocationPublic], 401, "", body: BodyForm.none),
        ], judging: .spring, body: .hashed, challenged: [])

    private static let bearerErrors = "https://tools.ietf.org/html/rfc6750#section-3.1"
    private static let decoding = "An error occurred while attempting to decode the Jwt: "
    private static let bearer = ChallengeForm("Bearer", [.error, .description, .uri, .metadata])

    /// One challenge for every fault of a proof; what is wrong stands in the log.
    static let springResource = Manner(
        sayings: [
            Saying([.proofEmpty], 500, "", challenge: .none, body: .springPage),
            Saying([.proofMissing, .proofSeveral], 401, "invalid_request", "DPoP proof is missing or invalid."),
            Saying([.authorizationTwice], 401, "invalid_request", "Found multiple Authorization headers."),
            Saying([.tokenMalformed], 401, "invalid_token", "DPoP access token is malformed."),
            Saying([.tokenExpired], 401, "invalid_token", decoding + "Jwt expired at {time}", uri: bearerErrors),
            Saying(
                [.tokenSignature, .tokenUnknown], 401, "invalid_token",
                decoding + "Signed JWT rejected: Invalid signature", uri: bearerErrors),
            Saying([.tokenIssuer], 401, "invalid_token", decoding + "The iss claim is not valid", uri: bearerErrors),
            Saying([.tokenOpaque], 401, "invalid_token", decoding + "Malformed token", uri: bearerErrors),
            Saying(
                [.tokenInactive, .tokenRevoked], 401, "invalid_token", "Provided token isn't active",
                uri: bearerErrors),
            Saying(
                [.boundAsBearer, .boundAsBearerWithProof, .unboundAsBearer], 401, "invalid_token",
                "Invalid bearer token", uri: bearerErrors, challenge: .form(bearer)),
            Saying([.tokenAbsent], 401, "", challenge: .form(ChallengeForm("Bearer", [.metadata]))),
            Saying([.scopeMissing], 403, "insufficient_scope", body: .hashed),
            Saying(
                Complaint.proofFaults + [.tokenUnbound, .unboundAsDPoP, .keyMismatch], 401, "invalid_dpop_proof"),
        ], judging: .spring, body: .none, challenge: ChallengeForm("DPoP", [.error, .description, .uri, .algorithms]),
        isResource: true, servesMetadata: true)
}
