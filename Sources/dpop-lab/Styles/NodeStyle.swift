extension ServerStyle {
    /// node-oidc-provider 9.13, measured: its token endpoint, and its `/me` as a resource.
    static let nodeOIDCProvider = ServerStyle(
        id: .nodeOIDCProvider, issuing: .node, userinfo: .nodeResource, resource: .nodeResource,
        tokens: TokenForm(type: "at+jwt", client: "client_id"),
        paths: EndpointPaths(
            token: "/token", authorization: "/auth", introspection: "/token/introspection", userinfo: "/me",
            revocation: "/token/revocation", push: "/request", device: "/device/auth", keys: "/jwks"))
}

extension Judging {
    static let node = Judging(
        past: 300, future: 300, target: .whatwg, algorithms: ["ES256", "Ed25519", "EdDSA"], readsMediaType: true,
        nonces: .refused)
}

extension Manner {
    private static let invalidToken = "invalid token provided"
    private static let invalidGrant = "grant request is invalid"

    /// The texts of `validate_dpop.js`; a token request that fails otherwise gets one sentence.
    static let node = Manner(
        sayings: nodeTokens + nodeProof(400), judging: .node, challenged: [], nonceField: "dpop-nonce",
        namesIssuerAsRealm: true)

    private static let nodeTokens: [Saying] = [
        Saying(
            [.proofMissing, .proofEmpty, .replay, .codeProof, .codeKey, .refreshProof, .refreshKey, .exchangeKey]
                + Complaint.grantFaults,
            400, "invalid_grant", invalidGrant),
        Saying([.clientMissing], 400, "invalid_request", "no client authentication mechanism provided"),
        Saying(Complaint.clientFaults, 401, "invalid_client", "client authentication failed", challenge: .basic),
        Saying([.grantUnknown], 400, "unsupported_grant_type", "unsupported grant_type requested"),
        Saying(
            Complaint.forbidden, 400, "invalid_request", "requested grant type is not allowed for this client"),
        Saying(
            [.devicePending], 400, "authorization_pending",
            "authorization request is still pending as the end-user hasn't yet completed the user interaction steps"
        ),
    ]

    /// At a resource the same texts are 401, and a replay or another key is the token's fault.
    static let nodeResource = Manner(
        sayings: nodeCalls + nodeProof(401), judging: .node,
        challenge: ChallengeForm("DPoP", [.realm, .error, .description, .scope, .algorithms]),
        challenged: [400, 401, 403], nonceField: "dpop-nonce", namesIssuerAsRealm: true, isResource: true)

    private static let nodeCalls: [Saying] = [
        // An empty field is none.
        Saying([.proofMissing, .proofEmpty], 400, "invalid_request", "`DPoP` header not provided"),
        Saying(
            [.boundAsBearerWithProof], 400, "invalid_request",
            "authorization header scheme must be `DPoP` when DPoP is used"),
        Saying(
            [.tokenAbsent], 400, "invalid_request", "no access token provided",
            challenge: .form(ChallengeForm("Bearer", [.realm]))),
        Saying(
            [.replay, .keyMismatch, .tokenUnbound, .unboundAsDPoP, .boundAsBearer, .unboundAsBearer]
                + [.tokenCertificate] + Complaint.tokenFaults, 401, "invalid_token", invalidToken),
        Saying([.scopeMissing], 403, "insufficient_scope", "access token missing openid scope", scope: "openid"),
    ]

    private static func nodeProof(_ status: Int) -> [Saying] {
        func row(_ complaints: [Complaint], _ sentence: String) -> Saying {
            Saying(complaints, status, "invalid_dpop_proof", sentence)
        }
        return [
            row([.iatMissing], "DPoP proof must have a iat number property"),
            row([.jtiMissing], "DPoP proof must have a jti string property"),
            row([.iatPast, .iatFuture, .iatNoTime], "DPoP proof iat is not recent enough"),
            row([.nonceUnwanted], "DPoP nonces are not supported"),
            row([.htm, .htmMissing], "DPoP proof htm mismatch"),
            row([.htu, .htuMissing, .htuMalformed], "DPoP proof htu mismatch"),
            row([.athMissing, .athWrong], "DPoP proof ath mismatch"),
            Saying([.nonceMissing], status, "use_dpop_nonce", "nonce is required in the DPoP proof"),
            Saying([.nonceWrong], status, "use_dpop_nonce", "invalid nonce in DPoP proof"),
            // `typ`, `alg`, the key, the signature, `exp`, and what is no JWT.
            row(Complaint.proofFaults, "invalid DPoP key binding"),
        ]
    }
}
