/// Applications as resource servers, and metadata in TOML.
extension DoctorCase {
    private static let quarkus = "quarkus.oidc.auth-server-url=https://idp.test/realms/a\n"
    private static let spring = "spring.security.oauth2.resourceserver.jwt.issuer-uri=https://idp.test/realms/a\n"
    private static let dpop = "quarkus.oidc.token.authorization-scheme="
    private static let metadata =
        "resource = \"https://api.test\"\nauthorization_servers = [\n  \"https://idp.test\", # one\n]\ndpop_bound_access_tokens_required = true\n"

    static let frameworks: [DoctorCase] = [
        DoctorCase(
            "server.scheme-letters", "application.properties", quarkus + dpop + "dpop\n",
            right: quarkus + dpop + "DPoP\n"),
        DoctorCase(
            "server.scheme-letters", "a.yml",
            "quarkus:\n  oidc:\n    auth-server-url: https://idp.test/realms/a\n    token:\n      authorization-scheme: dpop\n",
            right:
                "quarkus:\n  oidc:\n    auth-server-url: https://idp.test/realms/a\n    token:\n      authorization-scheme: DPoP\n"
        ),
        DoctorCase(
            "front.bearer-only", "application.properties", quarkus,
            right: quarkus + "quarkus.oidc.application-type=web-app\n"),
        DoctorCase(
            "front.host", "application.properties", spring + "server.forward-headers-strategy=NONE\n",
            right: spring + "server.forward-headers-strategy=framework\n"),
        DoctorCase(
            "front.host", "application.yml",
            "server: {forward-headers-strategy: none}\nspring: {security: {oauth2: {resourceserver: {jwt: {issuer-uri: x}}}}}\n",
            right: "server: {port: 1}\nspring: {security: {oauth2: {resourceserver: {jwt: {issuer-uri: x}}}}}\n"),
        DoctorCase(
            "front.host", "application.properties",
            quarkus + dpop + "DPoP\nquarkus.http.proxy.proxy-address-forwarding=false\n",
            right: quarkus + dpop + "DPoP\nquarkus.http.proxy.proxy-address-forwarding=true\n"),
        DoctorCase(
            "front.bearer-only", "oauth2-proxy.cfg",
            "provider=\"oidc\"\noidc_issuer_url=\"https://idp.test/realms/a\"\n",
            right: "provider=\"oidc\"\n"),
        DoctorCase(
            "front.bearer-only", "api.json", "{\"api_id\": \"1\", \"enable_jwt\": true}",
            right: "{\"api_id\": \"1\", \"enable_jwt\": false}"),
        DoctorCase(
            "issuer.host",
            [
                "a.properties": spring,
                "m.json":
                    "{\"issuer\": \"http://keycloak:8080/realms/a\", \"token_endpoint\": \"http://keycloak:8080/t\"}",
            ],
            right: [
                "a.properties": spring,
                "m.json": "{\"issuer\": \"https://idp.test/realms/a\", \"token_endpoint\": \"https://idp.test/t\"}",
            ]),
        DoctorCase(
            "resource.places", "m.toml", metadata + "bearer_methods_supported = [\"query\"]\n",
            right: metadata + "bearer_methods_supported = [\"header\"]\n"),
    ]
}
