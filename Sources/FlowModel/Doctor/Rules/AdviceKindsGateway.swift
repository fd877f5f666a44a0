extension AdviceKind {
    // MARK: reading

    static let inputYAML = AdviceKind(
        "input.yaml", .fail, "A file of configuration stops being YAML.", fix: "correct the text at this line")
    static let inputJSON = AdviceKind(
        "input.json", .fail, "A file of configuration stops being JSON.", fix: "correct the text at this line")
    static let inputComma = AdviceKind(
        "input.comma", .fail, "A comma stands before a closing bracket of a JSON text.", fix: "remove the comma")

    static var input: [AdviceKind] { [inputYAML, inputJSON, inputComma] }

    // MARK: Kong

    static let kongOff = AdviceKind(
        "kong.dpop-off", .warn, "`proof_of_possession_dpop` is off or not set: a bound token passes as plain Bearer.",
        fix: "proof_of_possession_dpop: strict", cause: .gwOff)
    static let kongOptional = AdviceKind(
        "kong.dpop-optional", .warn,
        "`proof_of_possession_dpop` is optional: an unbound token passes without a proof.",
        fix: "strict, and bind tokens at the IdP", cause: .gwOptionalBypass)
    static let kongMethods = AdviceKind(
        "kong.auth-methods", .fail, "`auth_methods` has methods that cannot prove possession: Kong refuses the plugin.",
        fix: "auth_methods: [bearer]", cause: .gwAuthMethods)
    static let kongSessionAlone = AdviceKind(
        "kong.session-alone", .fail, "`session` proves possession only beside bearer or introspection.",
        fix: "auth_methods: [bearer, session]", cause: .gwAuthMethods)
    static let kongValidation = AdviceKind(
        "kong.validation-off", .warn,
        "`proof_of_possession_auth_methods_validation` is false: other methods skip the proof in silence.",
        fix: "true", cause: .gwValidationOff)
    static let kongSessionSecret = AdviceKind(
        "kong.session-secret", .warn, "`session` without a `session_secret` of its own.",
        fix: "a session_secret for this instance alone", cause: .gwSessionShare)
    static let kongSessionShared = AdviceKind(
        "kong.session-shared", .fail,
        "Two plugins share a `session_secret`: a session made at one passes at the other without a proof.",
        fix: "a session_secret for each instance", cause: .gwSessionShare)
    static let kongNonceKey = AdviceKind(
        "kong.nonce-key", .warn, "`dpop_use_nonce` without `client_jwk`.",
        fix: "give the plugin a client_jwk to make nonces with")
    static let kongAnonymous = AdviceKind(
        "kong.anonymous", .warn, "An anonymous consumer lets a failed authentication pass.", fix: "unset anonymous",
        cause: .gwAnonymous)
    static let kongTokenPlace = AdviceKind(
        "kong.token-place", .warn, "`bearer_token_param_type` takes tokens from the query or the body.",
        fix: "bearer_token_param_type: [header]", cause: .gwTokenInQuery)
    static let kongLifetime = AdviceKind(
        "kong.proof-lifetime", .warn, "`dpop_proof_lifetime` is very long or very short; it counts seconds.",
        fix: "between 10 and 300 seconds")
    static let kongNoToken = AdviceKind(
        "kong.no-token-upstream", .fail,
        "`hide_credentials` is true and `upstream_access_token_header` is empty, and nothing else tells the "
            + "upstream who calls.",
        fix: "upstream_access_token_header: authorization:bearer, or claims in upstream_headers",
        cause: .gwNoTokenUpstream)
    static let kongType = AdviceKind(
        "kong.type", .fail, "A value is not of the type that Kong's schema has.", fix: "write the type the schema has")
    static let kongEnum = AdviceKind(
        "kong.value", .fail, "A value is not among those that Kong's schema lists.", fix: "one of those listed")
    static let kongUnknownKey = AdviceKind(
        "kong.unknown-key", .fail,
        "The plugin's schema has no such key: Kong refuses it, decK's offline check does not see it.",
        fix: "the key's right name, or remove it")
    static let kongMisplaced = AdviceKind(
        "kong.misplaced-key", .fail,
        "A setting of openid-connect stands beside `config`, in another plugin or in a wrapper.",
        fix: "move it into the config of openid-connect")
    static let kongPluginName = AdviceKind(
        "kong.plugin-name", .fail, "No plugin of Kong has that name.", fix: "openid-connect")
    static let kongNoIssuer = AdviceKind(
        "kong.no-issuer", .fail, "The plugin has no `issuer`, which Kong's schema requires.",
        fix: "issuer: the URL tokens name in `iss`")
    static let kongIssuerURL = AdviceKind(
        "kong.issuer-url", .fail, "The `issuer` is no issuer: it has no scheme, or is an endpoint's URL.",
        fix: "the issuer's URL, as tokens name it in `iss`")
    static let kongCertificate = AdviceKind(
        "kong.mtls-too", .warn,
        "`proof_of_possession_mtls` is strict as well: each request needs a client certificate too.",
        fix: "one kind of proof: proof_of_possession_mtls: \"off\"")
    static let kongHTTPIssuer = AdviceKind(
        "kong.http-issuer", .note, "The issuer is plain http.", fix: "https, unless this is a demo")
    static let kongSalt = AdviceKind(
        "kong.cache-salt", .fail,
        "decK 1.59 and newer refuse an openid-connect plugin without `cache_tokens_salt` in `file validate`.",
        fix: "cache_tokens_salt: a random text that stays the same")
    static let kongDisabled = AdviceKind(
        "kong.disabled", .warn, "The plugin is disabled: nothing is verified.", fix: "enabled: true")
    static let kongUnseen = AdviceKind(
        "kong.unseen", .note, "Settings come from a Secret, or from shared settings that were not given.",
        fix: "give doctor that file as well")
    static let kongSharedName = AdviceKind(
        "kong.shared-name", .fail, "`_config` names settings that `_plugin_configs` does not have.",
        fix: "one name in both places")
    static let kongPatchPath = AdviceKind(
        "kong.patch-path", .fail, "A patch writes to a setting that the plugin does not have.",
        fix: "the setting's right name")
    static let kongAnnotation = AdviceKind(
        "kong.annotation", .warn, "`konghq.com/plugins` names a KongPlugin that is not among those given.",
        fix: "the name in the manifest's metadata")
    static let kongVersion = AdviceKind(
        "kong.version", .fail, "This version of Kong knows no DPoP.", fix: "3.7 or newer", cause: .gwVersion)
    static let kongIntrospection = AdviceKind(
        "kong.introspection-cnf", .fail, "This version of Kong does not read `cnf.jkt` out of introspection answers.",
        fix: "3.10.0.10, 3.11.0.9, 3.12.0.5, 3.13.0.3, 3.14.0.2 or 3.15", cause: .gwIntrospectionCnf)
    static let kongOpenSource = AdviceKind(
        "kong.open-source", .warn, "The image is open-source Kong, which has no openid-connect plugin.",
        fix: "image: kong/kong-gateway")
    static let kongTrustedIPs = AdviceKind(
        "kong.trusted-ips", .warn,
        "A proxy ends TLS in front of Kong, and Kong trusts no proxy: it compares `htu` with http.",
        fix: "KONG_TRUSTED_IPS: the proxy's addresses", cause: .gwSchemeLb)
    static let kongCousin = AdviceKind(
        "kong.other-oidc-plugin", .warn, "An open-source OIDC plugin, which knows no DPoP.",
        fix: "openid-connect of Kong Gateway Enterprise or Konnect, or a check of the proof behind the gateway")
    static let kongClientUnknown = AdviceKind(
        "kong.client-unknown", .warn, "The plugin's client is not among the IdP's clients given here.",
        fix: "create it, or name one that is there")

    static var kong: [AdviceKind] {
        [
            kongOff, kongOptional, kongMethods, kongSessionAlone, kongValidation, kongSessionSecret, kongSessionShared,
            kongNonceKey, kongAnonymous, kongTokenPlace, kongLifetime, kongNoToken, kongType, kongEnum, kongUnknownKey,
            kongMisplaced, kongPluginName, kongNoIssuer, kongIssuerURL, kongCertificate, kongHTTPIssuer, kongSalt,
            kongDisabled, kongUnseen,
            kongSharedName, kongPatchPath, kongAnnotation, kongVersion, kongIntrospection, kongOpenSource,
            kongTrustedIPs, kongCousin, kongClientUnknown,
        ]
    }

    // MARK: proxies and other gateways

    static let frontHost = AdviceKind(
        "front.host", .warn, "A proxy in front does not hand on the host or the scheme that the client used.",
        fix: "proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;", cause: .htuProxyInternal)
    static let frontPort = AdviceKind(
        "front.port", .fail, "`X-Forwarded-Port` is another port than the one clients use.",
        fix: "the public port, or $server_port", cause: .htuPortLost)
    static let frontPath = AdviceKind(
        "front.path", .warn, "A proxy cuts off the beginning of the path and does not tell the server behind.",
        fix: "hand the path on whole, or send X-Forwarded-Prefix to a server that reads it", cause: .htuPathPrefix)
    static let frontStrips = AdviceKind(
        "front.drops-header", .fail, "A proxy takes the DPoP or Authorization field away.",
        fix: "remove that line")
    static let frontAuthRequest = AdviceKind(
        "front.auth-request", .warn,
        "An authoriser is asked by a subrequest that has no DPoP field, or does not say which method and "
            + "URL were called.",
        fix: "hand on DPoP, Authorization, the method and the URL", cause: .htuForwardAuth)
    static let frontBearerOnly = AdviceKind(
        "front.bearer-only", .note, "A gateway that knows Bearer tokens only: a token in the DPoP scheme is not found.",
        fix: "verify proofs behind it, or let it read the DPoP scheme and verify the proof as well")
    static let frontPrefix = AdviceKind(
        "front.unproved", .warn, "A JWT rule takes tokens after `DPoP `, and nothing verifies the proof.",
        fix: "verify the proof behind the proxy: it checks the token alone")
    static let frontOption = AdviceKind(
        "front.option", .warn, "A module has no option of that name, and ignores it.", fix: "the option's right name")

    static let frontKeys = AdviceKind(
        "front.keys", .fail, "`OIDCDPoPMode` without a key: mod_auth_openidc does not start.",
        fix: "OIDCPrivateKeyFiles: the file of a signing key")

    static let serverSchemeLetters = AdviceKind(
        "server.scheme-letters", .note,
        "Quarkus before its fix of May 2025 (quarkusio/quarkus#48091; 3.19 and later) compared `authorization-scheme` "
            + "with `DPoP` letter by letter: under another spelling no proof was asked for.",
        fix: "quarkus.oidc.token.authorization-scheme=DPoP, or a newer Quarkus", cause: .serverUnenforced)

    static var fronts: [AdviceKind] {
        [
            frontHost, frontPort, frontPath, frontStrips, frontAuthRequest, frontBearerOnly, frontPrefix, frontOption,
            frontKeys, serverSchemeLetters,
        ]
    }
}
