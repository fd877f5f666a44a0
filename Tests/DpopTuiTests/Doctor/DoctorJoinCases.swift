extension DoctorCase {
    private static let image = "image: quay.io/keycloak/keycloak:26.7\n    command: start"
    private static let half = "KC_HOSTNAME=https://auth.test\nKC_HTTP_ENABLED=true\n"
    private static let whole = half + "KC_PROXY_HEADERS=xforwarded\n"

    private static func compose(_ lines: String) -> String {
        "services:\n  keycloak:\n    \(image)\n"
            + lines.split(separator: "\n").map { "    \($0)\n" }.joined()
    }

    private static func unit(_ more: String) -> String {
        """
        [Unit]
        Description=Keycloak
        [Service]
        Environment="KC_HOSTNAME=https://auth.test" KC_HTTP_ENABLED=true
        ExecStart=/opt/keycloak/bin/kc.sh start \\
          --log=console \(more)
        """
    }

    private static func workload(_ data: String, kind: String = "configMapRef") -> String {
        """
        kind: ConfigMap
        metadata: {name: settings}
        data:
          KC_HOSTNAME: https://auth.test
          KC_HTTP_ENABLED: "true"
          \(data)
        ---
        kind: StatefulSet
        spec:
          containers:
          - image: quay.io/keycloak/keycloak:26.7
            args: [start]
            envFrom: [{\(kind): {name: settings}}]
        """
    }

    private static let overriding = "services:\n  keycloak:\n    environment: [KC_PROXY_HEADERS=xforwarded]\n"

    /// Settings of one server that stand in several files.
    static let joined: [DoctorCase] = [
        DoctorCase(
            "keycloak.proxy-headers", ["c.yaml": compose("env_file: ./kc.env"), "kc.env": half],
            right: ["c.yaml": compose("env_file:\n- path: kc.env"), "kc.env": whole]),
        DoctorCase(
            "keycloak.proxy-headers-value",
            ["c.yaml": compose("environment:\n- KC_PROXY_HEADERS=${HEADERS:-edge}"), ".env": "A=b\n"],
            right: [
                "c.yaml": compose("environment:\n- KC_PROXY_HEADERS=${HEADERS:-edge}"), ".env": "HEADERS=xforwarded\n",
            ]),
        DoctorCase(
            "keycloak.feature-off",
            ["c.yaml": "services: {k: {image: 'quay.io/keycloak/keycloak:${TAG}'}}", ".env": "TAG=26.2\n"],
            right: ["c.yaml": "services: {k: {image: 'quay.io/keycloak/keycloak:${TAG}'}}", ".env": "TAG=26.5\n"]),
        DoctorCase(
            "keycloak.proxy-headers",
            ["docker-compose.yml": compose("environment: [KC_HOSTNAME=https://auth.test, KC_HTTP_ENABLED=true]")],
            right: [
                "docker-compose.yml": compose("environment: [KC_HOSTNAME=https://auth.test, KC_HTTP_ENABLED=true]"),
                "docker-compose.override.yml": overriding,
            ]),
        DoctorCase(
            "keycloak.proxy-headers",
            [
                "c.yaml": "services: {kc: {build: .}}",
                "Dockerfile":
                    "FROM quay.io/keycloak/keycloak:26.7\nENV KC_HOSTNAME=https://auth.test KC_HTTP_ENABLED=true\n",
            ],
            right: [
                "c.yaml": "services: {kc: {build: ., environment: {KC_PROXY_HEADERS: xforwarded}}}",
                "Dockerfile":
                    "FROM quay.io/keycloak/keycloak:26.7\nENV KC_HOSTNAME=https://auth.test KC_HTTP_ENABLED=true\n",
            ]),
        DoctorCase(
            "keycloak.proxy-headers", "k.yaml", workload("A: b"), right: workload("KC_PROXY_HEADERS: xforwarded")),
        DoctorCase(
            "keycloak.proxy-headers", "keycloak.service", unit(""), right: unit("--proxy-headers=xforwarded")),
        DoctorCase(
            "keycloak.proxy-headers",
            "k.sh", "export KC_HOSTNAME=https://auth.test\nexport KC_HTTP_ENABLED=true\nbin/kc.sh start\n",
            right:
                "export KC_HOSTNAME=https://auth.test\nbin/kc.sh start --http-enabled=true --proxy-headers forwarded\n"),
        DoctorCase(
            "keycloak.proxy-headers", "c.yaml",
            """
            services:
              base: {image: 'quay.io/keycloak/keycloak:26.7', environment: [KC_HTTP_ENABLED=true]}
              keycloak: {extends: {service: base}, environment: {KC_HOSTNAME: 'https://auth.test'}}
            """,
            right: """
                services:
                  base: {image: 'quay.io/keycloak/keycloak:26.7', environment: [KC_PROXY_HEADERS=xforwarded]}
                  keycloak: {extends: base, environment: {KC_HOSTNAME: 'https://auth.test', KC_HTTP_ENABLED: true}}
                """),
        DoctorCase(
            "keycloak.old-option", "Dockerfile",
            "FROM quay.io/keycloak/keycloak:26.7\nENTRYPOINT [\"kc.sh\", \"start\", \"--proxy-header=xforwarded\"]\n",
            right:
                "FROM quay.io/keycloak/keycloak:26.7\nENTRYPOINT [\"kc.sh\", \"start\", \"--proxy-headers=xforwarded\", \"--db=dev-file\"]\n"
        ),
        // Old images have options of their own.
        DoctorCase(
            "keycloak.old-option", "c.yaml",
            Doctoring.compose("PROXY_ADDRESS_FORWARDING: \"true\""),
            right: Doctoring.compose("PROXY_ADDRESS_FORWARDING: \"true\"", image: "jboss/keycloak:16.1.1")),
        // A command may call Keycloak by a name inside, where KC_HOSTNAME says how it calls itself.
        DoctorCase(
            "issuer.host",
            [
                "k.sh": "curl http://localhost:8080/realms/a/protocol/openid-connect/token\n",
                "p.json": Doctoring.plugin(),
            ],
            right: [
                "k.sh": "curl http://localhost:8080/realms/a/protocol/openid-connect/token\n",
                "p.json": Doctoring.plugin(), "c.yaml": Doctoring.compose("KC_HOSTNAME: https://idp.test"),
            ]),
    ]
}
