/// The settings of Kong's `openid-connect` plugin, 3.7 to 3.15: names, types and listed values.
enum KongSchema {
    enum Kind: Sendable {
        case text, flag, number, texts, record, records
        case word([String])
        case words([String])

        /// What the schema wants, for a sentence.
        var wanted: String {
            switch self {
            case .text: "a text"
            case .flag: "true or false"
            case .number: "a number"
            case .texts, .words: "a list of texts"
            case .record: "an object"
            case .records: "a list of objects"
            case .word(let values): KongSchema.joined(values)
            }
        }
    }

    static let methods = [
        "authorization_code", "bearer", "client_credentials", "introspection", "kong_oauth2", "password",
        "refresh_token", "session", "userinfo",
    ]
    private static let places = ["body", "header", "query"]
    private static let authentication = [
        "client_secret_basic", "client_secret_jwt", "client_secret_post", "none", "private_key_jwt",
        "self_signed_tls_client_auth", "tls_client_auth",
    ]
    private static let modes = ["off", "optional", "strict"]
    private static let sameSite = ["Default", "Lax", "None", "Strict"]
    private static let sessionHeaders = [
        "absolute-timeout", "audience", "id", "idling-timeout", "rolling-timeout", "subject", "timeout",
    ]

    static func joined(_ values: [String]) -> String {
        values.count < 2 ? values.first ?? "" : values.dropLast().joined(separator: ", ") + " or " + values.last!
    }

    static let keys: [String: Kind] = {
        var keys: [String: Kind] = [:]
        func add(_ kind: Kind, _ names: String) {
            for name in names.split(whereSeparator: \.isWhitespace) { keys[String(name)] = kind }
        }
        add(
            .text,
            """
            anonymous authorization_cookie_domain authorization_cookie_name authorization_cookie_path
            authorization_endpoint bearer_token_cookie_name bearer_token_header_name cache_tokens_salt client_arg
            downstream_access_token_header downstream_access_token_jwk_header downstream_id_token_header
            downstream_id_token_jwk_header downstream_introspection_header downstream_introspection_jwt_header
            downstream_refresh_token_header downstream_session_id_header downstream_user_info_header
            downstream_user_info_jwt_header end_session_endpoint forbidden_error_message http_proxy
            http_proxy_authorization https_proxy https_proxy_authorization id_token_param_name introspection_endpoint
            introspection_hint introspection_token_param_name issuer jwks_endpoint jwt_session_claim jwt_session_cookie
            logout_post_arg logout_query_arg logout_uri_suffix mtls_introspection_endpoint mtls_revocation_endpoint
            mtls_token_endpoint no_proxy pushed_authorization_request_endpoint refresh_token_param_name
            revocation_endpoint revocation_token_param_name session_audience session_cookie_domain session_cookie_name
            session_cookie_path session_memcached_host session_memcached_prefix session_memcached_socket
            session_remember_cookie_name session_secret tls_client_auth_cert_id token_endpoint token_exchange_endpoint
            token_headers_prefix unauthorized_error_message upstream_access_token_header
            upstream_access_token_jwk_header upstream_id_token_header upstream_id_token_jwk_header
            upstream_introspection_header upstream_introspection_jwt_header upstream_refresh_token_header
            upstream_session_id_header upstream_user_info_header upstream_user_info_jwt_header userinfo_endpoint
            """)
        add(
            .flag,
            """
            authorization_cookie_http_only authorization_cookie_secure by_username_ignore_case cache_introspection
            cache_token_exchange cache_tokens cache_user_info consumer_groups_optional consumer_optional display_errors
            dpop_use_nonce enable_hs_signatures expose_error_code forbidden_destroy_session hide_credentials
            introspect_jwt_tokens introspection_check_active keepalive logout_revoke logout_revoke_access_token
            logout_revoke_refresh_token preserve_query_args proof_of_possession_auth_methods_validation refresh_tokens
            require_proof_key_for_code_exchange require_pushed_authorization_requests require_signed_request_object
            resolve_distributed_claims reverify run_on_preflight search_user_info session_cookie_http_only
            session_cookie_secure session_enforce_same_subject session_hash_storage_key session_hash_subject
            session_memcached_ssl session_memcached_ssl_verify session_remember session_store_metadata ssl_verify
            tls_client_auth_ssl_verify token_cache_key_include_scope unauthorized_destroy_session using_pseudo_issuer
            verify_claims verify_nonce verify_parameters verify_signature
            """)
        add(
            .number,
            """
            authorization_rolling_timeout cache_ttl cache_ttl_max cache_ttl_min cache_ttl_neg cache_ttl_resurrect
            dpop_proof_lifetime http_version leeway max_age rediscovery_lifetime session_absolute_timeout
            session_idling_timeout session_memcached_port session_remember_absolute_timeout
            session_remember_rolling_timeout session_rolling_timeout timeout
            """)
        add(
            .texts,
            """
            audience audience_claim audience_required authenticated_groups_claim authorization_query_args_client
            authorization_query_args_names authorization_query_args_values claims_forbidden client_id client_secret
            consumer_claim consumer_groups_claim credential_claim discovery_headers_names discovery_headers_values
            domains downstream_headers_claims downstream_headers_names extra_jwks_uris forbidden_redirect_uri
            groups_claim groups_required introspection_headers_client introspection_headers_names
            introspection_headers_values introspection_post_args_client introspection_post_args_client_headers
            introspection_post_args_names introspection_post_args_values issuers_allowed login_redirect_uri
            logout_redirect_uri redirect_uri response_type roles_claim roles_required scopes scopes_claim
            scopes_required token_headers_client token_headers_names token_headers_replay token_headers_values
            token_post_args_client token_post_args_names token_post_args_values unauthorized_redirect_uri
            unexpected_redirect_uri upstream_headers_claims upstream_headers_names userinfo_headers_client
            userinfo_headers_names userinfo_headers_values userinfo_query_args_client userinfo_query_args_names
            userinfo_query_args_values
            """)
        add(.record, "cluster_cache_redis proof_of_possession_mtls_from_header redis token_exchange")
        add(.records, "client_jwk consumer_claims downstream_headers upstream_headers")
        add(.words(methods), "auth_methods disable_session login_methods")
        add(.words(["body", "cookie", "header", "query"]), "bearer_token_param_type")
        add(
            .words(places),
            "client_credentials_param_type id_token_param_type password_param_type refresh_token_param_type")
        add(
            .words(
                ["ES256", "ES384", "ES512", "EdDSA"]
                    + ["HS", "PS", "RS"].flatMap { ["\($0)256", "\($0)384", "\($0)512"] }), "client_alg")
        add(.words(authentication), "client_auth")
        add(.words(["custom_id", "id", "username"]), "consumer_by")
        add(
            .words([
                "authorization_code", "client_credentials", "introspection", "password", "refresh_token", "session",
                "userinfo",
            ]), "ignore_signature")
        add(.words(["access_token", "id_token", "introspection", "refresh_token", "tokens"]), "login_tokens")
        add(.words(["DELETE", "GET", "POST"]), "logout_methods")
        add(.words(["ip", "scheme", "user-agent"]), "session_bind")
        add(.words(sessionHeaders), "session_request_headers session_response_headers")
        add(.words(["authorization_code", "client_credentials", "password", "refresh_token"]), "token_headers_grants")
        add(.word(modes), "proof_of_possession_dpop proof_of_possession_mtls")
        add(.word(sameSite), "authorization_cookie_same_site session_cookie_same_site")
        add(.word(["off", "redis"]), "cluster_cache_strategy")
        add(
            .word(["application/json", "application/jwt", "application/token-introspection+jwt"]),
            "introspection_accept")
        add(.word(["application/json", "application/jwt"]), "userinfo_accept")
        add(
            .word(authentication),
            """
            introspection_endpoint_auth_method pushed_authorization_request_endpoint_auth_method
            revocation_endpoint_auth_method token_endpoint_auth_method
            """)
        add(.word(["redirect", "response", "upstream"]), "login_action")
        add(.word(["fragment", "query"]), "login_redirect_mode")
        add(
            .word(["form_post", "form_post.jwt", "fragment", "fragment.jwt", "jwt", "query", "query.jwt"]),
            "response_mode")
        add(.word(["cookie", "memcache", "memcached", "redis"]), "session_storage")
        return keys
    }()

    /// Names of older versions that the plugin still takes.
    static func isOldName(_ name: String) -> Bool {
        name.hasPrefix("session_redis_") || name.hasPrefix("session_memcache_") || oldNames.contains(name)
    }

    private static let oldNames: Set<String> = [
        "authorization_cookie_lifetime", "authorization_cookie_samesite", "authorization_cookie_httponly",
        "session_cookie_lifetime", "session_cookie_idletime", "session_cookie_samesite", "session_cookie_httponly",
        "session_cookie_renew", "session_cookie_maxsize", "session_strategy", "session_compressor",
    ]

    /// What Kong makes of the texts of a form: `true` a boolean, digits a number, where the schema has one.
    static func typed(_ config: ConfigNode) -> ConfigNode {
        ConfigNode(
            .map(
                config.entries.map { entry in
                    .init(name: entry.name, line: entry.line, node: typed(entry.node, keys[entry.name]))
                }), line: config.line)
    }

    private static func typed(_ node: ConfigNode, _ kind: Kind?) -> ConfigNode {
        guard case .text(let text) = node.value else { return node }
        switch kind {
        case .flag? where text == "true" || text == "false": return ConfigNode(.bool(text == "true"), line: node.line)
        case .number? where Untrusted<Double>(text) != nil: return ConfigNode(.number(text), line: node.line)
        default: return node
        }
    }

    /// The setting that was meant by a name the schema does not have.
    static func meant(by name: String) -> String? {
        let folded = NearMiss.folded(name)
        if folded.has("dpop"), folded.has("nonce") { return "dpop_use_nonce" }
        if folded.has("dpop"), folded.has("lifetime") || folded.has("maxage") || folded.has("ttl") {
            return "dpop_proof_lifetime"
        }
        if folded == "dpop" || folded == "dpopmode" || folded == "enabledpop"
            || folded.hasPrefix("proofofpos")
                && !folded.has("mtls") && !folded.has("valid")
        {
            return "proof_of_possession_dpop"
        }
        return NearMiss.nearest(name, among: keys.keys.sorted())
    }
}
