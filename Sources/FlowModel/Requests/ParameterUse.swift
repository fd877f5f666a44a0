/// Which request a parameter belongs to: the usage location of IANA's registry of OAuth parameters, and of what
/// OpenID Connect and Keycloak have besides.
public enum ParameterUse: Sendable {
    /// The authorization request, pushed or not, and the device authorization request.
    case authorization
    /// The token request.
    case token
    /// Both of them, as every name that is not known here.
    case both

    public static func of(_ name: String) -> ParameterUse {
        if authorizationNames.contains(name) { return .authorization }
        return tokenNames.contains(name) ? .token : .both
    }

    /// `authorization_details` may come in the token request too, but only to ask for less there (RFC 9396 §6).
    private static let authorizationNames: Set<String> = [
        "response_type", "response_mode", "state", "nonce", "display", "prompt", "max_age", "ui_locales",
        "claims_locales", "id_token_hint", "login_hint", "acr_values", "claims", "registration", "request",
        "request_uri", "code_challenge", "code_challenge_method", "dpop_jkt", "authorization_details", "idp_hint",
        "kc_idp_hint", "kc_action",
    ]
    private static let tokenNames: Set<String> = [
        "grant_type", "code", "code_verifier", "refresh_token", "username", "password", "assertion", "device_code",
        "subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type",
        "client_secret", "client_assertion", "client_assertion_type",
    ]
    /// What a run sends by itself, besides what it was told.
    private static let ownNames: Set<String> = [
        "response_type", "client_id", "redirect_uri", "state", "nonce", "scope", "code_challenge",
        "code_challenge_method", "dpop_jkt", "request_uri", "grant_type", "code", "code_verifier", "refresh_token",
        "username", "password", "assertion", "device_code", "subject_token", "client_secret", "client_assertion",
        "client_assertion_type",
    ]

    /// Whether a run has a value of its own for that name, which another one takes the place of.
    public static func replaces(_ name: String) -> Bool { ownNames.contains(name) }
}

extension FlowPlan {
    /// What the authorization request, or the device authorization request, carries of the plan's parameters.
    var authorizationParameters: FormFields { parameters.filter { ParameterUse.of($0) != .token } }

    /// What the token request carries: all of them where nothing is asked for before it, so that nothing is dropped.
    var tokenParameters: FormFields {
        let isFirst = grant != .authorizationCode && grant != .device
        return isFirst ? parameters : parameters.filter { ParameterUse.of($0) != .authorization }
    }

    /// What a refresh after that carries: where the token is for, and what only the server knows. Asking for the scope
    /// once more would ask for more than was granted, where less was (RFC 6749 §6).
    var refreshParameters: FormFields { parameters.filter { ParameterUse.of($0) == .both && $0 != "scope" } }
}
