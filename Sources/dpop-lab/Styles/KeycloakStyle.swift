import LabOptions

extension ServerStyle {
    /// Keycloak 26.7, measured, and its source (`DPoPUtil`, `OAuth2Error`, the grant types).
    static let keycloak = ServerStyle(
        id: .keycloak, issuing: .keycloak, userinfo: .keycloakUserinfo,
        tokens: TokenForm(namesType: true, confirmation: ",\"kc-jkt-type\":\"DPoP\""),
        habits: Habits(tellsRefreshLifetime: true))
}

extension Judging {
    /// Ten seconds, and fifteen for clocks. The lab takes algorithms besides that Keycloak does not offer.
    static let keycloak = Judging(past: 25, future: 15, target: .javaURI)
}

extension Manner {
    /// What is wrong with a proof is `invalid_request` since 26.1.
    static let keycloak = Manner(
        sayings: proof + binding + clients + grants + devices + pushing, judging: .keycloak, sendsDate: false,
        challenged: [])

    private static let invalid = "invalid_request"

    private static let proof: [Saying] = [
        Saying([.proofMissing], 400, invalid, "DPoP proof is missing"),
        Saying(
            [.proofEmpty, .proofSeveral, .proofMalformed, .proofExtension], 400, invalid,
            "DPoP header verification failure"),
        Saying([.typ], 400, invalid, "Invalid or missing type in DPoP header: {found}"),
        Saying([.alg], 400, invalid, "Unsupported DPoP algorithm: {found}"),
        Saying([.jwkMissing], 400, invalid, "No JWK in DPoP header"),
        Saying([.jwkPrivate], 400, invalid, "Private key material must not be present in DPoP JWK"),
        Saying([.jwkUnusable], 400, invalid, "No public key in DPoP header"),
        Saying(
            [.jtiMissing, .htmMissing, .htuMissing, .iatMissing], 400, invalid, "DPoP mandatory claims are missing"),
        Saying(
            [.signature], 400, invalid,
            "DPoP verification failure: org.keycloak.exceptions.TokenSignatureInvalidException: Invalid token signature"
        ),
        Saying([.htm], 400, invalid, "DPoP HTTP method mismatch"),
        Saying([.htu], 400, invalid, "DPoP HTTP URL mismatch"),
        Saying([.htuMalformed], 400, invalid, "Malformed HTTP URL in DPoP proof"),
        Saying([.iatPast, .iatFuture, .iatNoTime, .proofOver, .proofEarly], 400, invalid, "DPoP proof is not active"),
        Saying([.replay], 400, invalid, "DPoP proof has already been used"),
        // Keycloak has no nonces: these are the lab's, for `--idp-nonce`.
        Saying(Complaint.nonces, 400, "use_dpop_nonce", "DPoP nonce is required"),
    ]

    private static let binding: [Saying] = [
        Saying([.codeProof], 400, invalid, "DPoP Proof missing"),
        Saying([.codeKey], 400, invalid, "DPoP Proof public key thumbprint does not match dpop_jkt"),
        Saying([.refreshProof], 400, "invalid_grant", "DPoP proof is missing"),
        Saying([.refreshKey], 400, "invalid_grant", "DPoP confirmation doesn't match DPoP proof"),
        Saying([.exchangeKey], 400, invalid, "DPoP confirmation doesn't match DPoP proof"),
        Saying([.exchangeCertificate], 400, invalid, "Client certificate and token binding verification failed"),
        Saying([.bindingCertificate], 400, invalid, "Client Certification missing for MTLS HoK Token Binding"),
    ]

    private static let credentials = "Invalid client or Invalid client credentials"

    private static let clients: [Saying] = [
        Saying([.clientSecret], at: .introspection, 401, "invalid_client", credentials),
        Saying([.clientSecret], 401, "unauthorized_client", credentials),
        Saying([.clientMissing, .clientUnknown], 401, "invalid_client", credentials),
        Saying([.clientCertificate], 401, "invalid_client", "Client certificate missing"),
        Saying([.clientCertificateOther], 401, "invalid_client", "Client certificate does not match {found}"),
        Saying([.assertionMalformed], 400, "invalid_client", "Invalid client assertion"),
        Saying([.assertionAudience], 400, "invalid_client", "Invalid token audience"),
        Saying([.assertionExpired], 400, "invalid_client", "Token is not active"),
        Saying(
            [.assertionSecret], 400, "invalid_client",
            "Client authentication with signed JWT failed: Invalid signature"),
        Saying([.assertionKey], 400, "invalid_client", "Unable to load public key"),
        Saying([.assertionUnnamed], 400, "invalid_client", "Token jti claim is required"),
        Saying([.assertionUsed], 400, "invalid_client", "Token reuse detected"),
    ]

    private static let grants: [Saying] = [
        Saying([.grantMissing], 400, invalid, "Missing form parameter: grant_type"),
        Saying([.grantUnknown], 400, "unsupported_grant_type", "Unsupported grant_type"),
        Saying(
            [.serviceAccountPublic], 401, "unauthorized_client",
            "Public client not allowed to retrieve service account"),
        Saying(
            [.serviceAccountForbidden], 401, "unauthorized_client",
            "Client not enabled to retrieve service account"),
        Saying([.passwordForbidden], 400, "unauthorized_client", "Client not allowed for direct access grants"),
        Saying(
            [.deviceForbidden], 400, "invalid_grant", "Client not allowed OAuth 2.0 Device Authorization Grant"),
        Saying(
            [.exchangeForbidden], 400, invalid, "Standard token exchange is not enabled for the requested client"),
        Saying([.password], 400, "invalid_grant", "Invalid user credentials"),
        Saying([.codeInvalid], 400, "invalid_grant", "Code not valid"),
        Saying([.codeRedirect], 400, "invalid_grant", "Incorrect redirect_uri"),
        Saying(
            [.verifierUnasked], 400, "invalid_grant",
            "PKCE code verifier specified but challenge not present in authorization"),
        Saying([.verifierMissing], 400, "invalid_grant", "PKCE code verifier not specified"),
        Saying([.verifierWrong], 400, "invalid_grant", "PKCE verification failed: Code mismatch"),
        Saying([.refreshInvalid], 400, "invalid_grant", "Invalid refresh token"),
        Saying([.exchangeToken], 400, invalid, "Invalid token"),
        Saying([.grantAssertion], 400, "invalid_grant", "{words}"),
        Saying([.scopeUnknown, .scopeTooLong], 400, "invalid_scope", "Invalid scopes: {found}"),
        Saying([.audienceTooLong], 400, "invalid_target", "Invalid audience"),
    ]

    private static let devices: [Saying] = [
        Saying([.deviceInvalid], 400, "invalid_grant", "Device code not valid"),
        Saying([.deviceExpired], 400, "expired_token", "Device code is expired"),
        Saying([.devicePending], 400, "authorization_pending", "The authorization request is still pending"),
    ]

    private static let pushing: [Saying] = [
        Saying([.pushedRequest], 400, invalid, "Invalid parameter: client_id or request_uri"),
        Saying([.pushedRedirect], 400, invalid, "Invalid parameter: redirect_uri"),
        Saying([.pushedParameter], 400, invalid, "{words}"),
        Saying([.pushedKey], 400, invalid, "DPoP Proof public key thumbprint does not match dpop_jkt."),
        Saying([.introspectionPublic], 403, invalid, "Client not allowed."),
        Saying([.introspectionToken], 400, invalid, "Token not provided."),
        Saying([.revocationOther], 400, "invalid_token", "Unmatching clients"),
    ]

    /// Whatever is wrong, userinfo says one thing; the reason stands in the server's log alone.
    static let keycloakUserinfo = Manner(
        sayings: [
            Saying([.tokenAbsent, .authorizationTwice], 401, "", challenge: .form(ChallengeForm("Bearer", [.realm]))),
            Saying([.scopeMissing], 403, "insufficient_scope", "Missing openid scope"),
            Saying([.tokenRevoked], 401, "invalid_token", "user_session_not_found"),
            Saying(
                [.boundAsBearer, .boundAsBearerWithProof], 401, "invalid_token", failed,
                challenge: .form(ChallengeForm("Bearer", [.realm, .error, .description]))),
            Saying(Complaint.nonces, 401, "use_dpop_nonce", "DPoP nonce is required"),
            Saying(Complaint.allCases, 401, "invalid_token", failed),
        ], judging: .keycloak, sendsDate: false, body: .none,
        challenge: ChallengeForm("DPoP", [.algorithms, .realm, .error, .description]), challenged: [401, 403],
        isResource: true)

    private static let failed = "Token verification failed"
}
