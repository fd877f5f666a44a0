extension ServerStyle {
    /// The atproto PDS 0.4.217, measured: `@atproto/oauth-provider`, and the PDS as a resource.
    static let atproto = ServerStyle(
        id: .atproto, issuing: .atproto, userinfo: .atprotoResource, resource: .atprotoResource,
        tokens: TokenForm(type: "at+jwt", client: "client_id"),
        paths: EndpointPaths(
            token: "/oauth/token", authorization: "/oauth/authorize", introspection: "/oauth/introspect",
            userinfo: "/oauth/userinfo", revocation: "/oauth/revoke", push: "/oauth/par", device: "/oauth/device",
            keys: "/oauth/jwks"))
}

extension Judging {
    /// jose's `maxTokenAge` of 10 s, and 180 s for clocks; nonces of three minutes, beside which `iat` counts.
    static let atproto = Judging(
        past: 190, future: 180, target: .whatwg,
        algorithms: [
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES256K", "ES384", "ES512",
        ], readsMediaType: true, nonces: .always, judgesTimeOfNonces: true, forbidsHash: true, nonceLifetime: 180,
        nonceRotation: 60)
}

extension Manner {
    /// Sentences with quotes in them are left out of challenges.
    private static let challenge = ChallengeForm("DPoP", [.algorithms, .error, .description], quotes: .leftOut)

    static let atproto = Manner(
        sayings: atprotoProof(nonces: 400) + atprotoTokens, judging: .atproto, challenge: challenge,
        tellsNonceAlways: true)

    private static let atprotoTokens: [Saying] = [
        Saying(
            [.refreshProof, .codeProof], 400, "invalid_grant", "DPoP proof is required for this request"),
        Saying([.refreshKey, .codeKey], 400, "invalid_grant", "DPoP proof does not match the expected JKT"),
        Saying([.pushedKey], 401, "invalid_token", "Invalid DPoP key binding"),
        Saying(
            [.clientMissing, .clientUnknown], 400, "invalid_client_metadata", "Invalid client ID \"{found}\""),
        Saying(
            [.assertionKey, .assertionSecret], 400, "invalid_client",
            "Validation of \"client_assertion\" failed: signature verification failed"),
        Saying(
            [.assertionExpired], 400, "invalid_client",
            "Validation of \"client_assertion\" failed: \"exp\" claim timestamp check failed"),
        Saying(
            [.assertionAudience], 400, "invalid_client",
            "Validation of \"client_assertion\" failed: unexpected \"aud\" claim value"),
        Saying(Complaint.clientFaults, 400, "invalid_client"),
        Saying(
            [.grantUnknown], 400, "invalid_grant", "Grant type \"{found}\" is not supported by the server"),
        Saying(
            Complaint.forbidden, 400, "invalid_grant", "\"{found}\" grant type is not allowed for this client"),
        Saying([.codeInvalid], 400, "invalid_grant", "Invalid code"),
        Saying(
            [.codeRedirect], 400, "invalid_grant",
            "The redirect_uri parameter must match the one used in the authorization request"),
        Saying([.verifierMissing], 400, "invalid_grant", "code_verifier is required"),
        Saying([.verifierWrong], 400, "invalid_grant", "Invalid code_verifier"),
        Saying([.verifierUnasked], 400, "invalid_request", "code_challenge parameter wasn't provided"),
        Saying([.refreshInvalid], 400, "invalid_grant", "Invalid refresh token"),
        Saying([.pushedRedirect], 400, "invalid_request", "Invalid redirect_uri {found}"),
        Saying(
            [.scopeUnknown], 400, "invalid_scope", "Scope \"{found}\" is not declared in the client metadata"),
    ]

    static let atprotoResource = Manner(
        sayings: atprotoCalls + atprotoProof(nonces: 401), judging: .atproto, body: .xrpc, challenge: challenge,
        tellsNonceAlways: true, isResource: true)

    private static let atprotoCalls: [Saying] = [
        Saying([.tokenAbsent], 401, "AuthMissing", "Authentication Required", challenge: .none),
        Saying(
            [.boundAsBearer, .boundAsBearerWithProof, .unboundAsBearer], 400, "InvalidToken", "Malformed token",
            challenge: .none),
        Saying(
            [.unboundAsDPoP, .tokenUnbound], 401, "invalid_token",
            "Bearer token type must be used without a DPoP proof",
            challenge: .form(ChallengeForm("Bearer", [.error, .description], quotes: .leftOut))),
        Saying([.keyMismatch], 401, "invalid_token", "Invalid DPoP key binding"),
        Saying([.tokenExpired], 401, "invalid_token", "\"exp\" claim timestamp check failed"),
        Saying([.tokenSignature], 401, "invalid_token", "signature verification failed"),
        Saying([.tokenIssuer], 401, "invalid_token", "unexpected \"iss\" claim value"),
        Saying([.tokenMalformed, .tokenOpaque], 401, "invalid_token", "Malformed token"),
        Saying(Complaint.tokenFaults, 401, "invalid_token", "Invalid token"),
    ]

    private static let jose = "Failed to verify DPoP proof: "

    /// The texts of `dpop-manager.ts`; the library's own follow a colon. Only a nonce's status depends on the place.
    private static func atprotoProof(nonces status: Int) -> [Saying] {
        func row(_ complaints: [Complaint], _ sentence: String) -> Saying {
            Saying(complaints, 401, "invalid_dpop_proof", sentence)
        }
        return JOSELibrary.sayings(401, after: jose) + [
            row([.proofMissing], "DPoP proof required"), row([.proofEmpty], "DPoP header cannot be empty"),
            row(
                [.iatPast, .iatNoTime],
                jose + "\"iat\" claim timestamp check failed (too far in the past)"),
            row([.iatFuture], jose + "\"iat\" claim timestamp check failed (it should be in the past)"),
            row([.iatMissing], jose + "missing required \"iat\" claim"),
            row([.jtiMissing], "DPoP \"jti\" missing"), row([.htm, .htmMissing], "DPoP \"htm\" mismatch"),
            row([.htuMissing], "Invalid DPoP \"htu\" type"), row([.htuMalformed], "DPoP \"htu\" is not a valid URL"),
            row([.htu], "DPoP \"htu\" mismatch"), row([.athMissing, .athWrong], "DPoP \"ath\" mismatch"),
            row([.athUnwanted], "DPoP \"ath\" claim not allowed"), row([.replay], "DPoP proof replayed"),
            Saying(
                [.nonceMissing], status, "use_dpop_nonce",
                "Authorization server requires nonce in DPoP proof"),
            Saying([.nonceWrong], status, "use_dpop_nonce", "DPoP \"nonce\" mismatch"),
        ]
    }
}

/// What the library jose says of a JWT, which atproto and Auth0 pass on.
enum JOSELibrary {
    static func sayings(_ status: Int, after words: String = "") -> [Saying] {
        func row(_ complaints: [Complaint], _ sentence: String) -> Saying {
            Saying(complaints, status, "invalid_dpop_proof", words + sentence)
        }
        return [
            row([.proofSeveral, .proofMalformed], "Invalid Compact JWS"),
            row([.proofExtension], "Extension Header Parameter \"{found}\" is not recognized"),
            row([.typ], "unexpected \"typ\" JWT header value"),
            row([.alg], "\"alg\" (Algorithm) Header Parameter value not allowed"),
            row([.jwkMissing], "\"jwk\" (JSON Web Key) Header Parameter must be a JSON object"),
            row([.jwkPrivate], "\"jwk\" (JSON Web Key) Header Parameter must be a public key"),
            row([.signature], "signature verification failed"),
            row([.proofOver], "\"exp\" claim timestamp check failed"),
            row([.proofEarly], "\"nbf\" claim timestamp check failed"),
        ]
    }
}
