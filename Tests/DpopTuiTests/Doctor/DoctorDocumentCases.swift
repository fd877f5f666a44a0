extension DoctorCase {
    private static func registration(_ more: String) -> String {
        "{\"client_name\": \"Orders\", \"redirect_uris\": [\"https://a.test/cb\"]\(more)}"
    }
    private static func atproto(_ more: String) -> String {
        registration(", \"client_id\": \"https://a.test/client.json\", \"scope\": \"atproto\"\(more)")
    }
    private static func resource(_ more: String) -> String {
        "{\"resource\": \"https://a.test\", \"authorization_servers\": [\"https://idp.test\"]\(more)}"
    }
    private static let bound = ", \"dpop_bound_access_tokens\": true"
    private static let jwt =
        "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nspec:\n  jwtRules:\n  - issuer: https://idp.test/x\n"

    static let documents: [DoctorCase] = [
        DoctorCase("metadata.no-algs", "d.json", Doctoring.metadata(nil), right: Doctoring.metadata()),
        DoctorCase("metadata.algs", "d.json", Doctoring.metadata("\"ES256\""), right: Doctoring.metadata()),
        DoctorCase(
            "metadata.algs", "d.json", Doctoring.metadata("[\"HS256\"]"),
            right: Doctoring.metadata("[\"ES256\", \"EdDSA\"]")),
        DoctorCase(
            "metadata.other-host", "d.json",
            Doctoring.metadata(more: ", \"userinfo_endpoint\": \"http://keycloak:8080/u\""),
            right: Doctoring.metadata(more: ", \"userinfo_endpoint\": \"https://users.idp.test/u\"")),
        DoctorCase(
            "resource.type", "d.json", resource(", \"dpop_bound_access_tokens_required\": \"true\""),
            right: resource(", \"dpop_bound_access_tokens_required\": true")),
        DoctorCase(
            "resource.missing", "d.json", "{\"authorization_servers\": [\"https://idp.test\"]}", right: resource("")),
        DoctorCase("resource.name", "d.json", resource(bound), right: resource("")),
        DoctorCase(
            "resource.places", "d.json",
            resource(", \"dpop_bound_access_tokens_required\": true, \"bearer_methods_supported\": [\"query\"]"),
            right: resource(", \"dpop_bound_access_tokens_required\": true, \"bearer_methods_supported\": [\"header\"]")
        ),
        DoctorCase(
            "registration.text", "r.json", registration(", \"dpop_bound_access_tokens\": \"true\""),
            right: registration(bound)),
        DoctorCase(
            "registration.value", "r.json", registration(", \"dpop_bound_access_tokens\": \"yes\""),
            right: registration(bound)),
        DoctorCase(
            "registration.name", "r.json", registration(", \"dpopBoundAccessTokens\": true"), right: registration(bound)
        ),
        DoctorCase(
            "registration.implicit", "r.json", registration(bound + ", \"response_types\": [\"token\"]"),
            right: registration(bound + ", \"response_types\": [\"code\"]")),
        DoctorCase("registration.not-required", "r.json", registration(""), right: registration(bound)),
        DoctorCase(
            "atproto.dpop", "r.json", atproto(", \"dpop_bound_access_tokens\": \"true\""), right: atproto(bound)),
        DoctorCase(
            "atproto.member", "r.json", atproto(bound + ", \"response_types\": [\"token\"]"),
            right: atproto(bound + ", \"response_types\": [\"code\"]")),
    ]

    static let fronts: [DoctorCase] = [
        DoctorCase("front.host", "n.conf", Doctoring.nginx(""), right: Doctoring.nginx(Doctoring.forwarded)),
        DoctorCase(
            "front.host", "n.conf", Doctoring.nginx("proxy_set_header Host $host;"),
            right: Doctoring.nginx("", outside: Doctoring.forwarded)),
        DoctorCase(
            "front.port", "n.conf", Doctoring.nginx(Doctoring.forwarded + "proxy_set_header X-Forwarded-Port 8443;"),
            right: Doctoring.nginx(Doctoring.forwarded + "proxy_set_header X-Forwarded-Port 443;")),
        DoctorCase(
            "front.drops-header", "n.conf", Doctoring.nginx(Doctoring.forwarded + "proxy_set_header DPoP \"\";"),
            right: Doctoring.nginx(Doctoring.forwarded + "proxy_set_header DPoP $http_dpop;")),
        DoctorCase(
            "front.auth-request", "n.conf", authorised("proxy_pass_request_headers off;"),
            right: authorised(
                "proxy_set_header X-Original-URL $scheme://$http_host$request_uri; proxy_set_header X-Original-Method $request_method;"
            )),
        DoctorCase(
            "front.auth-request", "t.yaml",
            "http: {middlewares: {a: {forwardAuth: {address: 'http://a', authRequestHeaders: [Authorization]}}}}",
            right:
                "http: {middlewares: {a: {forwardAuth: {address: 'http://a', authRequestHeaders: [Authorization, DPoP]}}}}"
        ),
        DoctorCase(
            "front.bearer-only", "i.yaml", jwt,
            right: jwt + "    fromHeaders: [{name: Authorization, prefix: 'DPoP '}]\n"),
        DoctorCase(
            "front.unproved", "i.yaml", jwt + "    fromHeaders: [{name: Authorization, prefix: 'DPoP '}]\n", right: jwt),
        DoctorCase(
            "front.keys", "a.conf", "OIDCDPoPMode required\n",
            right: "OIDCDPoPMode required\nOIDCPrivateKeyFiles sig#/k.pem\n"),
        DoctorCase("front.option", "a.conf", "OIDCDPoPMode strict\n", right: "OIDCDPoPMode off\n"),
        DoctorCase(
            "front.option", "a.conf", "OAuth2TokenVerify jwks_uri https://a \"type=dpop&dpop.iat_slack_after=9\"\n",
            right: "OAuth2TokenVerify jwks_uri https://a \"type=dpop&dpop.iat.slack.after=9\"\n"),
    ]

    private static func authorised(_ lines: String) -> String {
        """
        server {
          location /api { auth_request /auth; proxy_pass http://b; \(Doctoring.forwarded) }
          location = /auth { internal; proxy_pass http://a; \(lines) }
        }
        """
    }

    private static let discovery = Doctoring.metadata()
    private static func discovery(_ issuer: String) -> String { Doctoring.metadata(issuer: issuer) }

    static let together: [DoctorCase] = [
        pair("issuer.scheme", "http://idp.test/realms/a"), pair("issuer.port", "https://idp.test:8443/realms/a"),
        pair("issuer.path", "https://idp.test/realms/b"), pair("issuer.auth-prefix", "https://idp.test/auth/realms/a"),
        pair("issuer.slash", "https://idp.test/realms/a/"), pair("issuer.host", "http://keycloak:8080/realms/a"),
        DoctorCase(
            "issuer.host",
            ["c.yaml": Doctoring.compose("KC_HOSTNAME: http://localhost:8081"), "p.json": Doctoring.plugin()],
            right: ["c.yaml": Doctoring.compose("KC_HOSTNAME: https://idp.test"), "p.json": Doctoring.plugin()]),
        DoctorCase(
            "issuer.realm", ["p.json": Doctoring.plugin(), "r.json": "{\"realm\": \"A\", \"enabled\": true}"],
            right: ["p.json": Doctoring.plugin(), "r.json": "{\"realm\": \"a\", \"enabled\": true}"]),
        DoctorCase(
            "issuer.dynamic",
            [
                "c.yaml": "services: {keycloak: {image: 'quay.io/keycloak/keycloak:26.7', ports: ['8081:8080']}}",
                "p.json": Doctoring.plugin().replacing("https://idp.test", with: "http://keycloak:8080"),
            ],
            right: [
                "c.yaml": "services: {keycloak: {image: 'quay.io/keycloak/keycloak:26.7', ports: ['8081:8080']}}",
                "p.json": Doctoring.plugin(),
            ]),
        DoctorCase(
            "client.spelling",
            [
                "p.json": Doctoring.plugin(),
                "c.json": "{\"clientId\": \"kong_\", \"publicClient\": true, \"attributes\": {}}",
            ],
            right: [
                "p.json": Doctoring.plugin(),
                "c.json": "{\"clientId\": \"kong\", \"publicClient\": true, \"attributes\": {}}",
            ]),
    ]

    private static func pair(_ id: String, _ issuer: String) -> DoctorCase {
        DoctorCase(
            id, ["p.json": Doctoring.plugin(), "d.json": discovery(issuer)],
            right: ["p.json": Doctoring.plugin(), "d.json": discovery])
    }
}
