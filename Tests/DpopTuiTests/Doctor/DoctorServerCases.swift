extension DoctorCase {
    private static func client(_ attributes: String = "\"dpop.bound.access.tokens\": \"true\"", more: String = "")
        -> String
    {
        Doctoring.client(attributes, more: more)
    }
    private static func realm(_ policies: String, profiles: String = Doctoring.profile()) -> String {
        Doctoring.realm(policies, profiles: profiles)
    }
    private static let tls = "KC_HOSTNAME: https://auth.test\nKC_HTTP_ENABLED: \"true\""

    static let server: [DoctorCase] = [
        DoctorCase("keycloak.not-required", "c.json", client(""), right: client()),
        DoctorCase(
            "keycloak.not-required", "c.json", client(""),
            right:
                "[{\"clientId\": \"account\", \"publicClient\": true}, {\"clientId\": \"rs\", \"bearerOnly\": true, \"attributes\": {}}]"
        ),
        DoctorCase(
            "keycloak.not-required", "k.sh", "kcadm.sh create clients -r a -s clientId=o -s publicClient=true",
            right:
                "kcadm.sh create clients -r a -s clientId=o\nkcadm.sh update clients/$ID -s 'attributes.\"dpop.bound.access.tokens\"=true'"
        ),
        DoctorCase(
            "keycloak.attribute-value", "c.json", client("\"dpop.bound.access.tokens\": 1"),
            right: client("\"dpop.bound.access.tokens\": true")),
        DoctorCase(
            "keycloak.attribute-value", "c.json", client("\"dpop.bound.access.tokens\": \"on\""),
            right: client("\"dpop.bound.access.tokens\": \"True\"")),
        DoctorCase(
            "keycloak.attribute-name", "c.json", client("\"dpop.bound.acess.tokens\": \"true\""),
            right: client("\"dpop.bound.access.tokens\": \"true\", \"post.logout.redirect.uris\": \"+\"")),
        DoctorCase(
            "keycloak.attribute-name", "c.json", client("\"dpop_bound_access_tokens\": \"true\""), right: client()),
        DoctorCase(
            "keycloak.attribute-level", "c.json", client("", more: ", \"dpop.bound.access.tokens\": \"true\""),
            right: client()),
        DoctorCase(
            "keycloak.attribute-nested", "c.json", client("\"dpop\": {\"bound\": {}}"), right: client()),
        DoctorCase(
            "keycloak.attribute-nested", "k.sh",
            "kcadm.sh create clients -r a -s clientId=o -s attributes.\"dpop.bound.access.tokens\"=true",
            right: "kcadm.sh create clients -r a -s clientId=o -s 'attributes.\"dpop.bound.access.tokens\"=true'"),
        DoctorCase(
            "keycloak.disabled", "c.json", client(more: ", \"enabled\": false"),
            right: client(more: ", \"enabled\": true")),
        DoctorCase(
            "keycloak.certificate-bound", "c.json", client("\"tls.client.certificate.bound.access.tokens\": \"true\""),
            right: client("\"tls.client.certificate.bound.access.tokens\": \"false\"")),
        DoctorCase(
            "keycloak.implicit", "c.json", client(more: ", \"implicitFlowEnabled\": true"),
            right: client(more: ", \"implicitFlowEnabled\": false")),
        DoctorCase(
            "keycloak.policy-disabled", "r.json", realm(Doctoring.policy(enabled: false)),
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.policy-conditions", "r.json", realm(Doctoring.policy(conditions: "")),
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.policy-profiles", "r.json", realm(Doctoring.policy(profiles: "")),
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.profile-unknown", "r.json", realm(Doctoring.policy(profiles: "\"q\"")),
            right: realm(Doctoring.policy(profiles: "\"fapi-2-dpop-security-profile\""))),
        DoctorCase(
            "keycloak.executor", "r.json", realm(Doctoring.policy(), profiles: Doctoring.profile("dpop-enforcer")),
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.executor", "r.json", realm(Doctoring.policy(conditions: "{\"condition\": \"any-clients\"}")),
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.executor-key", "r.json",
            realm(Doctoring.policy(), profiles: Doctoring.profile(configuration: "{\"autoConfigure\": \"true\"}")),
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.refresh-only", "r.json",
            realm(
                Doctoring.policy(),
                profiles: Doctoring.profile(configuration: "{\"allow-only-refresh-token-binding\": true}")),
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.policy-level", "r.json",
            "{\"realm\": \"a\", \"clientPolicies\": {\"policies\": [], \"profiles\": [\(Doctoring.profile())]}}",
            right: realm(Doctoring.policy())),
        DoctorCase(
            "keycloak.policy-import", "r.json",
            realm(Doctoring.policy()).replacing(
                "\"enabled\": true, \"clientPolicies\"", with: "\"clients\": [\(client(""))], \"clientPolicies\""),
            right: realm(Doctoring.policy(enabled: false))),
        DoctorCase(
            "keycloak.feature-off", "c.yaml", Doctoring.compose("A: b", image: "quay.io/keycloak/keycloak:26.3"),
            right: Doctoring.compose("A: b", image: "quay.io/keycloak/keycloak:26.3", more: " --features=dpop")),
        DoctorCase(
            "keycloak.feature-off", "c.yaml", Doctoring.compose("KC_FEATURES_DISABLED: dpop"),
            right: Doctoring.compose("A: b")),
        DoctorCase(
            "keycloak.proxy-headers", "c.yaml", Doctoring.compose(tls),
            right: Doctoring.compose(tls + "\nKC_PROXY_HEADERS: xforwarded")),
        DoctorCase(
            "keycloak.proxy-headers", "c.yaml", Doctoring.compose(tls + "\nKC_PROXY: edge"),
            right: Doctoring.compose("KC_HOSTNAME: https://auth.test\nKC_HTTPS_CERTIFICATE_FILE: /tls.crt")),
        DoctorCase(
            "keycloak.proxy-headers", "keycloak.conf", "hostname=https://a.test\nhttp-enabled=true\n",
            right: "hostname=https://a.test\nhttp-enabled=true\nproxy-headers=forwarded\n"),
        DoctorCase(
            "keycloak.proxy-headers-value", "a.env", "KC_PROXY_HEADERS=x-forwarded\n",
            right: "KC_PROXY_HEADERS=xforwarded\n"),
        DoctorCase(
            "keycloak.proxy-headers-family",
            [
                "c.yaml": Doctoring.compose(tls + "\nKC_PROXY_HEADERS: forwarded"),
                "n.conf": Doctoring.nginx(Doctoring.forwarded),
            ],
            right: [
                "c.yaml": Doctoring.compose(tls + "\nKC_PROXY_HEADERS: xforwarded"),
                "n.conf": Doctoring.nginx(Doctoring.forwarded),
            ]),
        DoctorCase(
            "keycloak.old-option", "a.env", "KC_PROXY_HEADER=xforwarded\n",
            right: "KC_DB_PASSWORD=x\nKC_LOG_LEVEL=info\n"),
        DoctorCase(
            "terraform.argument", "m.tf", terraform("dpop_bound_access_tokens = true"),
            right: terraform("require_dpop_bound_tokens = true")),
        DoctorCase(
            "terraform.extra-config", "m.tf", terraform("extra_config = { \"dpop.bound.access.tokens\" = \"true\" }"),
            right: terraform("require_dpop_bound_tokens = true\n extra_config = { \"a\" = \"b\" }")),
        DoctorCase(
            "terraform.version", "m.tf", terraform("require_dpop_bound_tokens = true", version: "~> 5.4.0"),
            right: terraform("require_dpop_bound_tokens = true", version: "~> 5.4")),
    ]

    private static func terraform(_ line: String, version: String = ">= 5.6") -> String {
        """
        terraform {
          required_providers { keycloak = { source = "keycloak/keycloak", version = "\(version)" } }
        }
        resource "keycloak_openid_client" "o" { # a comment
          client_id = "orders"
          \(line)
        }
        """
    }
}
