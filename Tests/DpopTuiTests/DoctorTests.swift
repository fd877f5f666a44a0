import FlowModel
import Testing

@testable import dpop_tui

/// What people write down, in every form it is written in.
struct DoctorTests {
    private func advice(_ texts: [String], version: [Int]? = nil) -> [Advice] {
        var configuration = Configuration()
        for (index, text) in texts.enumerated() { configuration.read(text, file: "f\(index)", yaml: YAMLText.json) }
        return Doctor(configuration, kongVersion: version).examine()
    }

    private static func plugin(_ more: String = "", methods: String = "[\"bearer\"]", mode: String = "strict") -> String
    {
        "{\"name\":\"openid-connect\",\"config\":{\"issuer\":\"https://idp.test/realms/a\",\"client_id\":[\"kong\"],\"auth_methods\":\(methods),\"proof_of_possession_dpop\":\"\(mode)\"\(more)}}"
    }

    private static let sharing = plugin(",\"session_secret\":\"one\"", methods: "[\"bearer\",\"session\"]")

    private static let yamlConfig =
        "issuer: http://10.0.0.1/realms/a\nclient_id: [kong]\nauth_methods: [bearer]\nproof_of_possession_dpop: optional\n"

    /// The same mistake (optional) in each form; the line is the one of the key.
    @Test(arguments: [
        (plugin(mode: "optional"), 1),
        ("{\"data\":[" + plugin(mode: "optional") + "]}", 1),
        (
            "_format_version: \"3.0\"\nplugins:\n  - name: openid-connect\n    config:\n      issuer: https://i.test\n      client_id: [k]\n      auth_methods: [bearer]\n      proof_of_possession_dpop: optional\n",
            8
        ),
        (
            "services:\n  - name: s\n    routes:\n      - name: r\n        plugins:\n          - name: openid-connect\n            config:\n              issuer: https://i.test\n              auth_methods: [bearer]\n              proof_of_possession_dpop: optional\n",
            10
        ),
        (
            "consumers:\n  - username: c\n    plugins:\n      - name: openid-connect\n        config: {issuer: \"https://i.test\", auth_methods: [bearer], proof_of_possession_dpop: optional}\n",
            5
        ),
        (
            "apiVersion: v1\nkind: Service\n---\napiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nplugin: openid-connect\nconfig:\n  issuer: https://i.test\n  auth_methods: [bearer]\n  proof_of_possession_dpop: optional\n",
            10
        ),
        (
            "kind: KongClusterPlugin\nplugin: openid-connect\nconfig: {issuer: \"https://i.test\", auth_methods: [bearer], proof_of_possession_dpop: optional}\n",
            3
        ),
        (
            "# A page\n\n```yaml\nplugins:\n- name: openid-connect\n  config:\n    issuer: https://i.test\n    auth_methods: [bearer]\n    proof_of_possession_dpop: optional\n```\n",
            9
        ),
    ])
    func everyFormIsRead(text: String, line: Int) {
        let found = advice([text]).filter { $0.cause == .gwOptionalBypass }
        #expect(found.map(\.place) == ["f0:\(line)"])
    }

    @Test(
        arguments: [
            (plugin(mode: "off"), .gwOff), (plugin(methods: "[\"bearer\",\"password\"]"), .gwAuthMethods),
            (plugin(methods: "[\"session\"]"), .gwAuthMethods),
            (plugin(",\"proof_of_possession_auth_methods_validation\":false"), .gwValidationOff),
            (plugin(methods: "[\"bearer\",\"session\"]"), .gwSessionShare),
            (plugin(",\"anonymous\":\"guest\""), .gwAnonymous),
            (plugin(",\"bearer_token_param_type\":[\"header\",\"query\"]"), .gwTokenInQuery),
            (plugin(",\"hide_credentials\":true,\"upstream_access_token_header\":null"), .gwNoTokenUpstream),
            (
                "{\"name\":\"openid-connect\",\"config\":{\"issuer\":\"https://i.test\",\"proof_of_possession_dpop\":\"strict\"}}",
                .gwAuthMethods
            ),
            (
                "[" + sharing + "," + sharing + "]",
                .gwSessionShare
            ),
            ("{\"issuer\":\"https://i.test\",\"token_endpoint\":\"https://i.test/t\"}", .asFeatureOff),
        ] as [(String, CauseID)])
    func mistakesAreNamed(text: String, cause: CauseID) { #expect(advice([text]).contains { $0.cause == cause }) }

    @Test func aGoodConfigurationRaisesNothing() {
        #expect(advice([Self.plugin()]) == [])
        #expect(advice([Self.plugin(",\"session_secret\":\"one\"", methods: "[\"bearer\",\"session\"]")]) == [])
        #expect(
            advice([
                "{\"issuer\":\"https://i.test\",\"token_endpoint\":\"x\",\"dpop_signing_alg_values_supported\":[\"ES256\"]}"
            ]) == [])
    }

    @Test(arguments: [
        ("https://idp.test/auth/realms/a", "/auth on one side only"),
        ("http://idp.test/realms/a", "is http here and https elsewhere"),
        ("https://idp.test:8443/realms/a", "port is 8443 here"),
        ("https://idp.test/realms/a/", "ends in '/' on one side only"),
        ("https://idp.test/realms/b", "path is /realms/b here"),
    ])
    func issuersAreComparedWithTheDiscoveryDocument(issuer: String, words: String) {
        let found = advice([
            Self.plugin(),
            "{\"issuer\":\"\(issuer)\",\"token_endpoint\":\"x\",\"dpop_signing_alg_values_supported\":[\"ES256\"]}",
        ])
        #expect(found.contains { $0.says.contains(words) }, "\(found)")
    }

    @Test func clientsAreComparedLetterByLetter() {
        let realm = "{\"clients\":[{\"clientId\":\"kong_\",\"publicClient\":false,\"attributes\":{}}]}"
        let found = advice([Self.plugin(), realm])
        #expect(found.contains { $0.says.contains("'kong_' here and 'kong'") })
        #expect(found.contains { $0.cause == .cnfAbsent })
        let good = advice([
            Self.plugin(),
            "{\"clients\":[{\"clientId\":\"kong\",\"attributes\":{\"dpop.bound.access.tokens\":\"true\"}}]}",
        ])
        #expect(good == [])
    }

    @Test(
        arguments: [
            ([3, 6, 1, 0], .gwVersion), ([3, 9, 1, 2], .gwIntrospectionCnf), ([3, 10, 0, 9], .gwIntrospectionCnf),
            ([3, 10, 0, 10], nil), ([3, 15, 0, 0], nil),
        ] as [([Int], CauseID?)])
    func versions(version: [Int], cause: CauseID?) {
        let found = advice([Self.plugin(methods: "[\"introspection\"]")], version: version)
        #expect(found.compactMap(\.cause) == [cause].compactMap { $0 })
    }

    @Test(arguments: KongWriter.Format.allCases) func whatWeWriteIsGood(format: KongWriter.Format) {
        let text = KongWriter.write(
            .init(
                issuer: "https://idp.test/realms/a", clientID: "kong", clientSecret: "{vault://env/x}",
                methods: ["bearer", "introspection"]), format)
        var configuration = Configuration()
        configuration.read(text, file: "f", yaml: YAMLText.json)
        #expect(configuration.plugins.count == 1)
        #expect(Doctor(configuration).examine() == [])
    }

    @Test(arguments: [("a: [1\nb: 2", 2), ("a: b: c\n", 1), ("\t- x", 1)]) func badYAMLSaysWhere(
        text: String, line: Int
    ) {
        let found = advice(
            ["plugins:\n" + text].map { $0.split(separator: "plugins:\n", maxSplits: 1).last.map(String.init) ?? $0 })
        #expect(found.first?.says.hasPrefix("cannot be read as YAML") == true)
        #expect(found.first?.place == "f0:\(line)")
    }

    @Test func commasBeforeBracketsAreNamedAndReadPast() {
        let found = advice([
            "{\n\"name\": \"openid-connect\",\n\"config\": {\"issuer\": \"https://i.test\", \"auth_methods\": [\"bearer\"], \"proof_of_possession_dpop\": \"strict\",\n}}"
        ])
        #expect(found.map(\.place) == ["f0:3"])
        #expect(found[0].says.hasPrefix("a comma before a closing bracket"))
    }

    /// An alias of an alias of an alias … must end.
    @Test func billionsOfLaughsEnd() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }
        if case .success = YAMLText.json(text) { Issue.record("it was written out in full") }
    }
}
