import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// Files are written by anybody: no depth, number or text may end the program or keep it busy.
@Suite struct DoctorHostileTests {
    @Test(arguments: [
        ("a.json", "[", "]"), ("a.json", "{\"a\":", "}"), ("a.yaml", "[", "]"), ("a.yaml", "- ", ""),
        ("a.yaml", "? ", ""),
        ("a.tf", "a {", "}"), ("a.tf", "a = [", "]"), ("n.conf", "server {", "}"),
        ("a.conf", "<Location a>\n", "</Location>\n"),
        ("a.md", "> ", ""), ("a.sh", "$(", ")"), ("a.sh", "cat <<E\n", ""),
        ("Caddyfile", "a {\n", "}\n"), ("haproxy.cfg", "frontend f\n bind :1 ssl\n", ""), ("a.sh", "$ x\n{\"", "}"),
        ("a.adoc", "[source,yaml]\n----\n", ""), ("a.tf.json", "{\"resource\":", "}"),
        ("a.service", "Environment=\"\\\n", ""),
    ])
    func aHundredThousandLevels(file: String, open: String, close: String) {
        let text = String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000)
        _ = Doctoring.report(text, file: file).text()
    }

    @Test func billionsOfLaughsEnd() {
        var text = "plugins: openid-connect\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<12 {
            let names = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(names)]\n"
        }
        #expect(Doctoring.report(text, file: "a.yaml").advice.map(\.id) == ["input.yaml"])
    }

    /// Twice the text takes about twice the time.
    @Test func yamlIsReadInLinearTime() {
        func time(_ count: Int) -> Duration {
            let text = (0..<count).map { "k\($0): &a\($0) {b: [1, 'x']}\nz\($0): *a\($0)\n" }.joined()
            return ContinuousClock().measure { _ = Doctoring.report(text, file: "a.yaml") }
        }
        _ = time(1_000)
        let (short, long) = (time(4_000), time(32_000))
        #expect(long < short * 24 + .milliseconds(200), "\(short) and \(long)")
    }

    /// Eight times the text takes about eight times the time, in every reader.
    static let repeated: [(String, String, String, String)] = [
        (
            "haproxy.cfg", "frontend f\n bind :443 ssl\n mode http\n", " acl a hdr(host) b.test\n use_backend k if a\n",
            "backend k\n server s keycloak:80\n"
        ),
        ("Caddyfile", "a.test {\n", " reverse_proxy keycloak:80\n", "}\n"),
        ("nginx.conf", "", "location /a/ { proxy_pass http://keycloak/; auth_request /b; }\n", ""),
        ("apache.conf", "<VirtualHost *:443>\n", "ProxyPass / http://a \\\n", "\n</VirtualHost>\n"),
        ("a.service", "[Service]\n", "Environment=KC_DB=a \\\n", "\n"),
        (
            "c.yaml", "services:\n",
            "  a: {extends: b, image: keycloak/keycloak, env_file: c, environment: [KC_DB=$A]}\n", ""
        ),
        ("a.sh", "", "$ a\n{\n", ""), ("b.sh", "", "{\"a\": [\n", ""), ("a.md", "```yaml\n", "a: b\n", "```\n"),
        ("a.rst", "::\n\n", "  a: b\n", ""), ("a.md", "", "\n    a: b\n\nx\n", ""),
        (
            "k.yaml", "",
            "---\nkind: Pod\nspec: {containers: [{image: keycloak/keycloak, envFrom: [{secretRef: {name: a}}]}]}\n", ""
        ),
    ]

    @Test(arguments: repeated)
    func everyReaderIsLinear(file: String, head: String, line: String, tail: String) {
        func time(_ count: Int) -> Duration {
            let text = head + String(repeating: line, count: count) + tail
            return ContinuousClock().measure { _ = Doctoring.report(text, file: file) }
        }
        _ = time(100)
        let (short, long) = (time(1_000), time(8_000))
        #expect(long < short * 24 + .milliseconds(400), "\(short) and \(long)")
    }

    /// Numbers beyond every type, and values of every type at every key.
    @Test(arguments: [
        "1e999", "-1e999", "99999999999999999999999999", "-0", "0.0000001", "null", "true", "\"\"", "[]", "{}", "[[]]",
        "\"\\u0000\"", "\"\\ud800\"",
    ])
    func everyValueAtEveryKey(value: String) {
        let keys = [
            "issuer", "client_id", "auth_methods", "proof_of_possession_dpop", "dpop_proof_lifetime", "session_secret",
            "anonymous", "hide_credentials", "upstream_access_token_header", "bearer_token_param_type",
        ]
        for key in keys {
            _ = Doctoring.report("{\"name\":\"openid-connect\",\"config\":{\"\(key)\":\(value)}}").text()
        }
        for key in ["clientId", "enabled", "attributes", "protocol", "bearerOnly", "implicitFlowEnabled"] {
            _ = Doctoring.report("{\"clients\":[{\"clientId\":\"a\",\"\(key)\":\(value)}]}").text()
        }
        for key in ["issuer", "token_endpoint", "dpop_signing_alg_values_supported", "jwks_uri"] {
            _ = Doctoring.report("{\"issuer\":\"https://a\",\"token_endpoint\":\"b\",\"\(key)\":\(value)}").text()
        }
        for key in ["profiles", "policies", "conditions", "executors", "enabled", "realm"] {
            _ = Doctoring.report(
                "{\"realm\":\"a\",\"clientPolicies\":{\"policies\":[{\"name\":\"a\",\"conditions\":[],\"\(key)\":\(value)}]}}"
            ).text()
        }
        _ = Doctoring.report(
            "services: {keycloak: {image: \(value), ports: \(value), environment: \(value), command: \(value)}}",
            file: "a.yaml"
        ).text()
    }

    /// Every example with bytes taken out, doubled and changed: nothing traps.
    @Test func mutationsNeverTrap() {
        var random = Seeded(state: 7)
        let forms = (DoctorFormTests.listings + DoctorFormTests.wrapped).map { [$0.0: $0.1] }
        let sessions = DoctorFormTests.sessions.map { ["a.sh": $0.0] }
        for files in DoctorCase.all.map(\.wrong) + forms + sessions {
            for (name, text) in files {
                for _ in 0..<6 {
                    var bytes = Array(text.utf8)
                    for _ in 0..<3 where !bytes.isEmpty {
                        let at = Int.random(in: 0..<bytes.count, using: &random)
                        switch Int.random(in: 0..<4, using: &random) {
                        case 0: bytes.remove(at: at)
                        case 1: bytes.insert(bytes[at], at: at)
                        case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
                        default: bytes.removeSubrange(at...)
                        }
                    }
                    _ = Doctoring.report([name: String(decoding: bytes, as: UTF8.self)]).json
                }
            }
        }
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }
}
