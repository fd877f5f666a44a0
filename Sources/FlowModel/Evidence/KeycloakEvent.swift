/// One of Keycloak's events of a refusal, as its log has it:
/// `type="CODE_TO_TOKEN_ERROR", …, error="invalid_code", reason="…"`.
///
/// The codes are those of `org.keycloak.events.Errors` and what its endpoints write beside them.
struct KeycloakEvent: Sendable, Equatable {
    /// What was asked for.
    enum Place: Sendable, Equatable { case authorization, token, refresh, call, introspection, other }

    let place: Place

    /// Nil for a line that is none.
    init?(_ line: String) {
        guard let type = LogWords.quoted("type=", line), type.hasSuffix("_ERROR") else { return nil }
        place =
            switch type.dropLast(6) {
            // A password grant is a login too: only the browser's has where it comes back to.
            case "LOGIN" where LogWords.quoted("grant_type=", line) == nil && line.has("redirect_uri="): .authorization
            case "PUSHED_AUTHORIZATION_REQUEST", "OAUTH2_DEVICE_AUTH": .authorization
            case "REFRESH_TOKEN": .refresh
            case "LOGIN", "CODE_TO_TOKEN", "CLIENT_LOGIN", "TOKEN_EXCHANGE", "PERMISSION_TOKEN",
                "OAUTH2_DEVICE_CODE_TO_TOKEN", "OAUTH2_EXTENSION_GRANT", "AUTHREQID_TO_TOKEN":
                .token
            case "USER_INFO_REQUEST", "VERIFIABLE_CREDENTIAL_REQUEST": .call
            case "INTROSPECT_TOKEN", "VALIDATE_ACCESS_TOKEN": .introspection
            default: .other
            }
    }

    /// A poll that came too early refuses nothing.
    static let waiting: Set<String> = ["authorization_pending", "slow_down"]

    /// What the errors mean where no reason says more.
    static let errors: [String: (subject: WordSubject, cause: CauseID?)] = [
        "invalid_client_credentials": (.clientAuthentication, nil), "client_not_found": (.clientAuthentication, nil),
        "client_disabled": (.clientAuthentication, nil),
        "invalid_user_credentials": (.grant, nil), "user_not_found": (.grant, nil), "user_disabled": (.grant, nil),
        "user_temporarily_disabled": (.grant, nil), "username_missing": (.grant, nil),
        "password_missing": (.grant, nil), "different_user_authenticated": (.grant, nil),
        "resolve_required_actions": (.grant, nil), "consent_denied": (.grant, nil), "rejected_by_user": (.grant, nil),
        "access_denied": (.grant, nil), "not_logged_in": (.grant, nil),
        "invalid_code": (.grant, nil), "expired_code": (.grant, nil), "expired_token": (.grant, nil),
        "invalid_oauth2_device_code": (.grant, nil), "expired_oauth2_device_code": (.grant, nil),
        "invalid_oauth2_user_code": (.grant, nil), "expired_oauth2_user_code": (.grant, nil),
        "invalid_token_type": (.grant, nil),
        "code_verifier_missing": (.pkce, nil), "invalid_code_verifier": (.pkce, nil),
        "pkce_verification_failed": (.pkce, nil), "invalid_code_challenge_method": (.pkce, nil),
        "invalid_redirect_uri": (.redirectURI, nil), "invalid_registration": (.clientMetadata, nil),
        "not_allowed": (.grant, .grantForbidden),
        "session_expired": (.revoked, nil), "user_session_not_found": (.revoked, nil),
        "invalid_client_scope": (.scope, nil), "invalid_issuer": (.issuer, nil),
    ]

    /// What is wrong there with what the words speak of; nil where the subject alone decides.
    func suspects(_ words: ServerWords) -> [(CauseID, Certainty)]? {
        let isGrant = place == .token || place == .refresh
        switch words.subject {
        case .pkce where words.code != "invalid_code_challenge_method" && place != .authorization:
            return [(.grantRefused, .likely)]
        case .redirectURI where isGrant, .scope where isGrant: return [(.grantRefused, .likely)]
        case .scope where place == .authorization: return [(.authorizationRefused, .likely)]
        case .clientAuthentication where place == .authorization: return [(.authorizationRefused, .likely)]
        case .clientMetadata where isGrant: return [(.clientAuthFailed, .likely)]
        case .revoked where isGrant, .expired where isGrant: return [(.grantRefused, .likely)]
        case .key where place == .refresh && words.cause == nil:
            return [(.keyRefreshOther, .likely), (.keyTwoKeys, .possible)]
        case .grant where words.code == "invalid_code" && words.cause == nil:
            return [(.grantRefused, .likely), (.grantSpent, .possible)]
        case nil where words.cause == nil: return open(words)
        default: return nil
        }
    }

    /// Nothing but `invalid_token`, say.
    private func open(_ words: ServerWords) -> [(CauseID, Certainty)] {
        switch (words.code, place) {
        case ("invalid_token", .token), ("invalid_token", .refresh): [(.grantRefused, .likely)]
        case ("invalid_token", .call), ("invalid_token", .introspection):
            [(.tokenExpired, .possible), (.tokenRevoked, .possible), (.tokenAltered, .possible)]
        case ("invalid_request", .authorization): [(.authorizationRefused, .likely)]
        default: []
        }
    }
}
