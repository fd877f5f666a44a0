/// Causes about nonces, gateways, IdPs and recorders.
extension Cause {
    /// What servers answer, besides nonces.
    static let answers: [Cause] = [
        Cause(
            .answerMalformed, .wrong, .diagnosed,
            "A token, nonce, code or cookie has control characters or blanks: sent on, it could begin a header field.",
            fix: "hand out visible ASCII characters"),
        Cause(
            .metadataIssuer, .strict, .diagnosed, "The metadata names another issuer than the one it was asked of.",
            fix: "name the issuer whose address was asked; behind a proxy, tell the server its public name"),
        Cause(
            .deviceTimes, .wrong, .diagnosed,
            "The device answer's `interval` or `expires_in` is missing, no time, or longer than anybody waits.",
            fix: "send both as seconds: some for the interval, minutes for the expiry"),
        Cause(
            .idTokenNonce, .everywhere, .diagnosed,
            "The ID token's `nonce` is not the one that the authorization request sent, or is missing.",
            fix: "do not use this answer, which may be another login's; the IdP must copy `nonce` as it was sent"),
    ]

    static let nonces: [Cause] = [
        Cause(
            .nonceBurnsCode, .everywhere, .diagnosed,
            "The nonce challenge spent the code: the retry with it was refused.",
            fix: "at the IdP check the proof first; at the client do not race",
            "ewanc26/inkwell#8, danielfett/draft-dpop#164"),
        Cause(
            .nonceBurnsRefresh, .everywhere, .diagnosed, "The nonce challenge spent the refresh token.",
            fix: "get a nonce by another call first", "bluesky-social/atproto#3859"),
        Cause(
            .nonceUnhandled, .everywhere, .diagnosed, "The client did not answer the nonce challenge.",
            fix: "repeat once with the nonce", "okta/okta-sdk-nodejs#424, guillp/requests_oauth2client#97"),
        Cause(
            .nonceLoop, .everywhere, .diagnosed, "The server answers every attempt with another nonce challenge.",
            fix: "retry once; find out why the server does not accept its own nonce", "guillp/requests_oauth2client#92"),
        Cause(
            .nonceNotEchoed, .everywhere, .diagnosed, "The retry has no nonce, or not the newest.",
            fix: "put the last DPoP-Nonce of that origin into the proof", "blowdart/idunno.Bluesky#487"),
        Cause(
            .nonceNotUpdatedOn200, .wrong, .diagnosed,
            "A success brought a new nonce, and the next proof has the old one.", fix: "take the nonce of every answer",
            "opentdf/platform#3581, bluesky-social/atproto#3852"),
        Cause(
            .nonceCrossOrigin, .everywhere, .diagnosed, "The nonce is another server's.",
            fix: "keep nonces by origin", "danielfett/draft-dpop#117"),
        Cause(
            .nonceHeaderCase, .everywhere, .candidate,
            "The nonce's header name came in lower case, and the client looks for DPoP-Nonce only.",
            fix: "compare header names case-insensitively", "DuendeSoftware/foss#115"),
        Cause(
            .nonceCorsHidden, .everywhere, .diagnosed, "A browser may not read the nonce: it is not exposed.",
            fix: "name DPoP-Nonce and WWW-Authenticate in Access-Control-Expose-Headers"),
        Cause(
            .nonceInBody, .everywhere, .diagnosed, "The server wants a nonce and gives none in the header.",
            fix: "send DPoP-Nonce", "Abblix/Oidc.Server#111"),
        Cause(
            .nonceOnlyIfNone, .everywhere, .diagnosed,
            "The client had a nonce, it was refused as stale, and the client gave up.",
            fix: "retry whenever a new nonce comes", "opentdf/web-sdk#939"),
        Cause(
            .nonceStaleCode, .everywhere, .diagnosed, "A stale nonce is answered with invalid_dpop_proof.",
            fix: "treat an answer with a new DPoP-Nonce as a challenge", "danielfett/draft-dpop#91"),
        Cause(
            .nonceUnwanted, .everywhere, .diagnosed, "The server uses no nonces and refuses the one in the proof.",
            fix: "leave `nonce` out"),
        Cause(
            .nonceCachedResponse, .wrong, .diagnosed, "The answer with the nonce may be cached.",
            fix: "Cache-Control: no-store"),
        Cause(
            .nonceOidcMixup, .everywhere, .diagnosed, "The proof's nonce is the one of the authorization request.",
            fix: "use DPoP-Nonce"),
        Cause(
            .nonceRetrySameJti, .strict, .diagnosed,
            "The retry after a challenge has the `jti` of the first attempt, as the RFC's own figures have.",
            fix: "make a new proof", "TalaoDAO/AltMe#3515"),
    ]

    static let gateway: [Cause] = [
        Cause(
            .gwDowngradeRefused, .everywhere, .diagnosed,
            "The gateway let the request pass, and an upstream that knows DPoP refused the downgraded token.",
            fix: "let the upstream take it, use token_exchange, or send claims instead of the token"),
        Cause(
            .gwOptionalBypass, .wrong, .diagnosed,
            "An unbound token passed without a proof: the gateway's mode is optional.",
            fix: "set the mode to strict, and bind tokens at the IdP"),
        Cause(
            .gwOff, .wrong, .diagnosed,
            "The proof got through to the upstream, or a bound token passed as Bearer: the plugin is off or not on this route.",
            fix: "proof_of_possession_dpop on this route"),
        Cause(
            .gwAuthMethods, .everywhere, .configuration, "strict, and auth_methods that cannot prove possession.",
            fix: "auth_methods: [bearer]"),
        Cause(
            .gwValidationOff, .wrong, .configuration,
            "proof_of_possession_auth_methods_validation is false: some methods skip the proof.", fix: "true"),
        Cause(
            .gwSessionShare, .wrong, .configuration,
            "Two plugins share one session_secret: a session passes from one to the other without a proof.",
            fix: "give each plugin its own session_secret"),
        Cause(
            .gwIntrospectionCnf, .everywhere, .candidate,
            "A Kong below the fixed patch level does not read cnf.jkt out of the introspection answer.",
            fix: "3.10.0.10, 3.11.0.9, 3.12.0.5, 3.13.0.3, 3.14.0.2 or 3.15"),
        Cause(
            .gwNoTokenUpstream, .everywhere, .diagnosed, "The upstream gets no token.",
            fix: "upstream_access_token_header: authorization:bearer"),
        Cause(
            .gwTokenInQuery, .strict, .diagnosed, "The token stands in the URL or the body.",
            fix: "Authorization: DPoP; bearer_token_param_type: [header]"),
        Cause(
            .gwPreflight, .everywhere, .diagnosed, "The gateway refused a browser's OPTIONS request.",
            fix: "run_on_preflight: false, or the cors plugin"),
        Cause(
            .gwHttpsOnly, .everywhere, .diagnosed, "The route accepts https only (426).",
            fix: "call it by https, or add http to the route's protocols"),
        Cause(
            .gwVersion, .everywhere, .configuration, "The data plane is older than 3.7 and knows no DPoP.",
            fix: "upgrade"),
        Cause(
            .gwAnonymous, .wrong, .configuration, "An anonymous consumer lets failed authentications pass.",
            fix: "unset `anonymous`"),
        Cause(
            .gwSchemeLb, .everywhere, .candidate, "Behind a load balancer Kong takes its requests for plain http.",
            fix: "set trusted_ips, and let the balancer send X-Forwarded-Proto"),
    ]

    static let idp: [Cause] = [
        Cause(
            .asFeatureOff, .wrong, .diagnosed, "The IdP's metadata does not mention DPoP.",
            fix: "Keycloak: 26.4, or --features=dpop before", "keycloak/keycloak#21200"),
        Cause(
            .asHybrid, .wrong, .diagnosed, "A token was issued in the front channel, where there can be no proof.",
            fix: "use response_type=code", "keycloak/keycloak#48428"),
        Cause(
            .asConfidentialNoProof, .everywhere, .diagnosed,
            "A refresh went without a proof, and the IdP wants one.", fix: "send a proof with refresh requests as well"),
        Cause(
            .asBasePath, .everywhere, .words,
            "The path of Keycloak is another one: /auth before /realms is missing, or does not belong there.",
            fix: "write the issuer as Keycloak has it: /auth before version 17, or as http-relative-path says",
            "keycloak/keycloak#10615"),
        Cause(
            .captureSanitised, .tool, .diagnosed,
            "The recorder left Authorization out (Chrome's sanitized HAR); the token was found by `ath`.",
            fix: "export with sensitive data"),
        Cause(
            .captureHeaderCase, .tool, .hidden("names are compared without case everywhere: it cannot mislead here"),
            "Header names are in small letters, as HTTP/2 has them.",
            fix: "nothing to do: header names are case-insensitive"),
        Cause(.captureTruncated, .tool, .diagnosed, "A body was not recorded.", fix: "record with bodies"),
    ]
}
