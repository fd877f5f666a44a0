extension DoctorCase {
    private static func plugin(_ more: String = "", methods: String = "[\"bearer\"]", mode: String = "\"strict\"")
        -> String
    {
        Doctoring.plugin(more, methods: methods, mode: mode)
    }
    private static let session = "[\"bearer\", \"session\"]"
    private static let kubernetes = """
        kind: KongPlugin
        metadata: {name: oidc-dpop}
        plugin: openid-connect
        config: {issuer: "https://idp.test/realms/a", auth_methods: [bearer], proof_of_possession_dpop: strict}
        """

    static let gateway: [DoctorCase] = [
        DoctorCase("kong.dpop-off", "p.json", plugin(mode: "\"off\""), right: plugin()),
        DoctorCase("kong.dpop-optional", "p.json", plugin(mode: "\"optional\""), right: plugin()),
        DoctorCase("kong.auth-methods", "p.json", plugin(methods: "[\"bearer\", \"password\"]"), right: plugin()),
        DoctorCase("kong.session-alone", "p.json", plugin(methods: "[\"session\"]"), right: plugin()),
        DoctorCase(
            "kong.validation-off", "p.json", plugin(", \"proof_of_possession_auth_methods_validation\": false"),
            right: plugin(", \"proof_of_possession_auth_methods_validation\": true")),
        DoctorCase(
            "kong.session-secret", "p.json", plugin(methods: session),
            right: plugin(", \"session_secret\": \"x\"", methods: session)),
        DoctorCase(
            "kong.session-shared",
            [
                "a.json": plugin(", \"session_secret\": \"x\"", methods: session),
                "b.json": plugin(", \"session_secret\": \"x\"", methods: session),
            ],
            right: [
                "a.json": plugin(", \"session_secret\": \"x\"", methods: session),
                "b.json": plugin(", \"session_secret\": \"y\"", methods: session),
            ]
        ),
        DoctorCase(
            "kong.nonce-key", "p.json", plugin(", \"dpop_use_nonce\": true"),
            right: plugin(", \"dpop_use_nonce\": true, \"client_jwk\": [{\"kty\": \"EC\"}]")),
        DoctorCase(
            "kong.anonymous", "p.json", plugin(", \"anonymous\": \"guest\""), right: plugin(", \"anonymous\": null")),
        DoctorCase(
            "kong.token-place", "p.json", plugin(", \"bearer_token_param_type\": [\"header\", \"query\"]"),
            right: plugin(", \"bearer_token_param_type\": [\"header\"]")),
        DoctorCase(
            "kong.proof-lifetime", "p.json", plugin(", \"dpop_proof_lifetime\": 60000"),
            right: plugin(", \"dpop_proof_lifetime\": 60")),
        DoctorCase(
            "kong.no-token-upstream", "p.json",
            plugin(", \"hide_credentials\": true, \"upstream_access_token_header\": null"),
            right: plugin(
                ", \"hide_credentials\": true, \"upstream_access_token_header\": \"\", \"upstream_headers_claims\": [\"sub\"], \"upstream_headers_names\": [\"x-user\"]"
            )),
        DoctorCase(
            "kong.no-issuer", "p.json", "{\"name\": \"openid-connect\", \"config\": {\"auth_methods\": [\"bearer\"]}}",
            right: plugin()),
        DoctorCase(
            "kong.issuer-url", "p.yaml",
            Doctoring.deck().replacing("https://idp.test/realms/a", with: "idp.test/realms/a"),
            right: Doctoring.deck()),
        DoctorCase(
            "kong.mtls-too", "p.json", plugin(", \"proof_of_possession_mtls\": \"strict\""),
            right: plugin(", \"proof_of_possession_mtls\": \"off\"")),
        DoctorCase(
            "kong.http-issuer", "p.yaml", Doctoring.deck().replacing("https://", with: "http://"),
            right: Doctoring.deck()),
        DoctorCase(
            "kong.cache-salt", "p.yaml", Doctoring.deck().replacing("cache_tokens_salt: abc", with: ""),
            right: Doctoring.deck()),
        DoctorCase(
            "kong.disabled", "p.json", plugin().replacing("{\"name\"", with: "{\"enabled\": false, \"name\""),
            right: plugin()),
        DoctorCase(
            "kong.unseen", "p.yaml",
            "kind: KongPlugin\nplugin: openid-connect\nconfigFrom: {secretKeyRef: {name: a, key: b}}\n",
            right: kubernetes),
        DoctorCase(
            "kong.shared-name", "p.yaml",
            "_format_version: '3.0'\n_plugin_configs: {shared: {issuer: \"https://a\"}}\nplugins: [{name: openid-connect, _config: sharde}]",
            right:
                "_format_version: '3.0'\n_plugin_configs: {shared: {issuer: \"https://a\"}}\nplugins: [{name: openid-connect, _config: shared}]"
        ),
        DoctorCase(
            "kong.patch-path", "p.yaml",
            kubernetes + "\nconfigPatches: [{path: /client_secrets, valueFrom: {secretKeyRef: {name: a, key: b}}}]",
            right: kubernetes
                + "\nconfigPatches: [{path: /client_secret, valueFrom: {secretKeyRef: {name: a, key: b}}}]"),
        DoctorCase(
            "kong.annotation", "p.yaml",
            kubernetes + "\n---\nkind: Service\nmetadata: {annotations: {konghq.com/plugins: oidc-dop}}\n",
            right: kubernetes + "\n---\nkind: Service\nmetadata: {annotations: {konghq.com/plugins: oidc-dpop}}\n"),
        DoctorCase(
            "kong.version", ["p.json": plugin()], right: ["p.json": plugin(mode: "\"off\"")], version: [3, 6, 1, 0]),
        DoctorCase(
            "kong.introspection-cnf", ["p.json": plugin(methods: "[\"introspection\"]")], right: ["p.json": plugin()],
            version: [3, 10, 0, 9]),
        DoctorCase(
            "kong.open-source", ["c.yaml": "services: {kong: {image: 'kong:3.9'}}", "p.json": plugin()],
            right: ["c.yaml": "services: {kong: {image: 'kong/kong-gateway:3.10'}}", "p.json": plugin()]),
        DoctorCase(
            "kong.trusted-ips",
            [
                "c.yaml": "services: {kong: {image: 'kong/kong-gateway:3.14'}}", "p.json": plugin(),
                "n.conf": Doctoring.nginx(Doctoring.forwarded).replacing("keycloak:8080", with: "kong:8000"),
            ],
            right: [
                "c.yaml":
                    "services: {kong: {image: 'kong/kong-gateway:3.14', environment: {KONG_TRUSTED_IPS: 10.0.0.0/8}}}",
                "p.json": plugin(),
                "n.conf": Doctoring.nginx(Doctoring.forwarded).replacing("keycloak:8080", with: "kong:8000"),
            ]),
        DoctorCase(
            "kong.other-oidc-plugin", "p.yaml", "plugins: [{name: kong-oidc, config: {client_id: a}}]",
            right: "plugins: [{name: cors, config: {origins: ['*']}}]"),
        DoctorCase(
            "kong.client-unknown",
            ["p.json": plugin(), "r.json": "{\"realm\": \"a\", \"clients\": [{\"clientId\": \"web\"}]}"],
            right: ["p.json": plugin(), "r.json": "{\"realm\": \"a\", \"clients\": [{\"clientId\": \"kong\"}]}"]),
    ]

    static let schema: [DoctorCase] = [
        DoctorCase(
            "kong.unknown-key", "p.json", plugin(", \"dpop_nonce\": true"),
            right: plugin(", \"session_redis_host\": \"r\", \"redis\": {\"host\": \"r\"}")),
        DoctorCase("kong.type", "p.json", plugin(", \"leeway\": \"5\""), right: plugin(", \"leeway\": 5")),
        DoctorCase(
            "kong.type", "p.json", plugin(", \"issuers_allowed\": {}"),
            right: plugin(", \"issuers_allowed\": [\"https://b\"]")),
        DoctorCase("kong.type", "p.json", plugin(", \"redis\": []"), right: plugin(", \"redis\": {}")),
        DoctorCase(
            "kong.type", "p.json", plugin(", \"dpop_use_nonce\": \"true\""),
            right: plugin(", \"dpop_use_nonce\": false")),
        DoctorCase(
            "kong.type", "p.yaml", Doctoring.deck().replacing("dpop: strict", with: "dpop: off"),
            right: Doctoring.deck("      verify_nonce: no")),
        DoctorCase(
            "kong.type", "p.sh", "curl -X POST http://k/plugins --json '\(plugin(", \"leeway\": \"5\""))'",
            right:
                "curl -X POST http://k/plugins -d name=openid-connect -d config.issuer=https://a -d config.leeway=5 -d config.client_id=a"
        ),
        DoctorCase("kong.value", "p.json", plugin(mode: "\"enforced\""), right: plugin()),
        DoctorCase("kong.value", "p.json", plugin(methods: "[\"jwt\"]"), right: plugin()),
        DoctorCase(
            "kong.misplaced-key", "p.json",
            "{\"name\": \"openid-connect\", \"config\": {\"issuer\": \"https://a\"}, \"proof_of_possession_dpop\": \"strict\"}",
            right: plugin()),
        DoctorCase(
            "kong.misplaced-key", "p.yaml",
            "kind: KongPlugin\nspec: {plugin: openid-connect, config: {issuer: 'https://a'}}",
            right: kubernetes),
        DoctorCase(
            "kong.misplaced-key", "p.json",
            "{\"name\": \"jwt\", \"config\": {\"proof_of_possession_dpop\": \"strict\"}}",
            right: "{\"name\": \"jwt\", \"config\": {\"claims_to_verify\": [\"exp\"]}}"),
        DoctorCase(
            "kong.plugin-name", "p.json", plugin().replacing("openid-connect", with: "openid_connect"), right: plugin()),
        DoctorCase("input.comma", "p.json", plugin(","), right: plugin()),
        DoctorCase(
            "input.json", "p.json", plugin(" // really?\n"),
            right: "{\"clientId\": \"a\", \"redirectUris\": [\"http://b\"]}"),
        DoctorCase("input.json", "p.json", "{\"name\": \"openid-connect\", \"config\": {", right: plugin()),
        DoctorCase(
            "input.yaml", "p.yaml", "plugins:\n- name: openid-connect\n  config: {a: \"b\n", right: Doctoring.deck()),
    ]
}
