import FlowModel
import Testing

@testable import dpop_lab

/// The control port without a port: what it answers, and to whom.
@Suite struct LabControlTests {
    static let site = LabSite(
        scheme: "http", authority: "127.0.0.1:9", url: "http://127.0.0.1:9", trust: .nobody, respond: { _, _ in })
    let control = LabControl(port: 9, faults: FaultBook(), seen: SeenRequests())

    static func request(
        _ method: String, _ target: String, _ headers: [(String, String)] = [], body: String = "",
        host: String? = "127.0.0.1:9"
    ) -> LabRequest {
        let fields = (host.map { [("Host", $0)] } ?? []) + headers
        var request = LabRequest(
            method: method, target: Bytes(target), host: host, headers: fields.map { Header($0.0, $0.1) },
            framing: .none, certificate: nil, site: Self.site)
        request.body = Array(body.utf8)
        return request
    }

    private func call(_ method: String, _ target: String, body: String = "") -> (status: Int, text: String) {
        let answer = control.answer(Self.request(method, target, body: body))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    @Test func faultsAreReadAndReplaced() {
        #expect(call("GET", "/_lab/faults") == (200, "[]"))
        #expect(
            call("PUT", "/_lab/faults", body: " [\"htu=internal\", \"reset:2\"] ").text
                == "[\"htu=internal\",\"reset:2\"]")
        _ = control.faults.current().has(.reset)
        #expect(call("GET", "/_lab/faults").text == "[\"htu=internal\",\"reset:1\"]")
        #expect(call("DELETE", "/_lab/faults") == (200, "[]") && call("GET", "/_lab/faults").text == "[]")
    }

    @Test(arguments: [
        "", "{}", "[1]", "[\"reset\", null]", "[\"reset\",\"htu=sometimes\"]", "[\"reset\"", "\"reset\"",
        "[\"reset:0\"]", "{\"faults\":[\"reset\"]}",
    ])
    func whatIsWrongChangesNothing(body: String) {
        _ = call("PUT", "/_lab/faults", body: "[\"htu=port\"]")
        let answer = call("PUT", "/_lab/faults", body: body)
        #expect(answer.status == 400 && (try? JSONDocument(Bytes(answer.text))) != nil)
        #expect(call("GET", "/_lab/faults").text == "[\"htu=port\"]")
    }

    @Test(arguments: ["a", "-1", "1e3", "99999999999999999999"])
    func sinceIsANumber(text: String) {
        #expect(call("GET", "/_lab/requests?since=\(text)").status == 400)
        #expect(call("GET", "/_lab/requests?since=5").status == 200)
    }

    @Test func otherPathsAndMethods() {
        #expect(call("POST", "/_lab/faults").status == 405 && call("PUT", "/_lab/requests").status == 405)
        #expect(call("GET", "/").status == 404 && call("GET", "/_lab/faults/").status == 404)
    }

    /// A page says where it is from; a name that was made to lead here is another `Host`.
    @Test func pagesAreRefused() {
        let ours: [(String, String)] = []
        #expect(control.refusal(Self.request("GET", "/_lab/faults", ours)) == nil)
        #expect(control.refusal(Self.request("GET", "/_lab/faults", host: "LOCALHOST:9")) == nil)
        #expect(control.refusal(Self.request("GET", "/_lab/faults", host: "[::1]:9")) == nil)
        // Typed into the address bar.
        #expect(control.refusal(Self.request("GET", "/_lab/faults", [("Sec-Fetch-Site", "none")])) == nil)
        for origin in ["https://evil.test", "null", "http://127.0.0.1:9", ""] {
            #expect(control.refusal(Self.request("PUT", "/_lab/faults", [("Origin", origin)]))?.status == 403)
        }
        for site in ["cross-site", "same-site", "same-origin", ""] {
            #expect(control.refusal(Self.request("GET", "/_lab/requests", [("Sec-Fetch-Site", site)]))?.status == 403)
        }
        for host in ["evil.test:9", "127.0.0.1", "127.0.0.1:10", "127.0.0.1.evil.test:9", "0.0.0.0:9", nil] {
            #expect(control.refusal(Self.request("GET", "/_lab/faults", host: host))?.status == 421)
        }
    }
}

/// What the lab tells of the requests it has seen: enough to test by, and nothing that opens a door.
@Suite struct SeenRequestTests {
    static func seen(
        _ target: String = "/x", _ headers: [(String, String)] = [], form: [(String, String)] = [],
        status: Int? = 200
    ) -> SeenRequest {
        SeenRequest(
            server: "idp", request: LabControlTests.request("POST", target, headers), form: form.map { ($0.0, $0.1) },
            status: status, duration: 0.0127, faults: ["reset"])
    }

    static func told(_ seen: SeenRequest) throws -> JSONValue {
        let text = SeenRequestText.json(([seen], 7))
        return try JSONDocument(Bytes(text)).root["requests"]!.elements[0]
    }

    @Test func aRequestIsTold() throws {
        let told = try Self.told(Self.seen("/x?a=b%20c", [("DPoP", "proof")], form: [("grant_type", "password")]))
        #expect(told["number"]?.source == "7" && told["server"]?.string == "idp" && told["method"]?.string == "POST")
        #expect(told["target"]?.string == "/x?a=b%20c" && told["status"]?.source == "200")
        #expect(told["duration"]?.source == "0.0127" && told["faults"]?.source == "[\"reset\"]")
        #expect(told["headers"]?.source.contains("[\"DPoP\",\"proof\"]") == true)
        #expect(told["form"]?.source == "[[\"grant_type\",\"password\"]]")
        #expect(Timestamp.moment(told["started"]?.string ?? "") != nil)
        #expect(try Self.told(Self.seen(status: nil))["status"]?.kind == .null)
    }

    @Test func secretsAreMasked() throws {
        let told = try Self.told(
            Self.seen(
                "/cb?code=S3CRET&state=kept&access_token=S3CRET",
                [
                    ("Authorization", "DPoP S3CRET"), ("authorization", "Basic S3CRET"), ("Authorization", "S3CRET"),
                    ("Cookie", "session=S3CRET"), ("Proxy-Authorization", "Basic S3CRET"), ("X-Api-Key", "S3CRET"),
                    ("Referer", "https://app.test/?state=kept-too&code=S3CRET"),
                    ("X-Upstream-Token", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.S3CRETAAAAAAAAAAAAAAAA"),
                    ("DPoP", "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJhIn0.PROOFAAAAAAAAAAAAAAAAA"),
                ],
                form: [
                    ("client_secret", "S3CRET"), ("password", "S3CRET"), ("refresh_token", "S3CRET"),
                    ("code", "S3CRET"),
                    ("token", "S3CRET"), ("client_assertion", "S3CRET"), ("subject_token", "S3CRET"),
                    ("code_verifier", "S3CRET"), ("client_id", "kept"), ("device_code", "S3CRET"),
                ]))
        let text = told.source
        #expect(!text.contains("S3CRET"), "\(text)")
        #expect(text.contains("state=kept") && text.contains("[\"client_id\",\"kept\"]"))
        #expect(text.contains("state=kept-too&code=***") && text.contains("eyJqdGkiOiJhIn0.PROOF"))
        #expect(text.contains("\"DPoP ***\"") && text.contains("\"Basic ***\""))
    }

    @Test func thereIsACeiling() throws {
        let store = SeenRequests(ceiling: 10)
        for _ in 0..<25 { store.add(Self.seen()) }
        let (kept, first) = store.after(0)
        #expect(
            kept.count <= 10 && kept.count >= 7 && first + kept.count - 1 == 25, "the last ones, with their numbers")
        #expect(store.after(24).requests.count == 1 && store.after(24).first == 25)
        #expect(store.after(25).requests.isEmpty && store.after(.max).requests.isEmpty)
        store.clear()
        store.add(Self.seen())
        #expect(store.after(0).first == 26 && store.after(0).requests.count == 1)
        let large = SeenRequests(ceiling: 1000, budget: 100_000)
        for _ in 0..<100 { large.add(Self.seen("/", [("X", String(repeating: "x", count: 20_000))])) }
        #expect((1...5).contains(large.after(0).requests.count))
        large.add(Self.seen("/", [("X", String(repeating: "x", count: 200_000))]))
        #expect(large.after(0).requests.isEmpty, "one that is over the budget by itself is not kept")
        let told = try Self.told(Self.seen("/", [("X", String(repeating: "x", count: 20_000))]))
        #expect(told.source.utf8.count < 6000 && told.source.contains("20000 bytes"))
    }
}
