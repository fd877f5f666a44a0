import FlowModel

/// The IdP's metadata (RFC 8414).
struct Discovery {
    let realm: Realm
    let issuer: String

    /// JSON.
    var text: String {
        let style = realm.options.style
        let paths = style.paths
        let names = [
            ("issuer", issuer), ("authorization_endpoint", issuer + paths.authorization),
            ("token_endpoint", issuer + paths.token), ("introspection_endpoint", issuer + paths.introspection),
            ("userinfo_endpoint", issuer + paths.userinfo), ("jwks_uri", issuer + paths.keys),
            ("revocation_endpoint", issuer + paths.revocation),
            ("pushed_authorization_request_endpoint", issuer + paths.push),
            ("device_authorization_endpoint", issuer + paths.device),
        ]
        let texts = names.map { "\(JSONText.quote($0.0)):\(JSONText.quote($0.1))" }.joined(separator: ",")
        let grants = Self.list(Grant.allCases.map(\.rawValue))
        let methods = Self.list(ClientAuthentication.allCases.map(\.rawValue))
        let algorithms = Self.list(style.issuing.judging.algorithms)
        let idTokens = realm.idTokenKey != nil ? "\"id_token_signing_alg_values_supported\":[\"RS256\"]," : ""
        return
            "{\(texts),\"grant_types_supported\":\(grants),\"response_types_supported\":[\"code\"],\"response_modes_supported\":[\"query\",\"form_post\"],"
            + "\"token_endpoint_auth_methods_supported\":\(methods),"
            + "\"code_challenge_methods_supported\":[\"S256\"],"
            + "\"dpop_signing_alg_values_supported\":\(algorithms),"
            + idTokens
            + "\"require_pushed_authorization_requests\":\(realm.options.requiresPAR),"
            + "\"tls_client_certificate_bound_access_tokens\":true}"
    }

    private static func list(_ texts: [String]) -> String {
        "[" + texts.map(JSONText.quote).joined(separator: ",") + "]"
    }
}
