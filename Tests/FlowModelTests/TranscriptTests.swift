import Testing

@testable import FlowModel

/// `curl -v` and raw requests with their answers are captures as any other.
@Suite struct TranscriptTests {
    static let curl = """
        *   Trying 127.0.0.1:8443...
        * Connected to api.test (127.0.0.1) port 8443 (#0)
        * SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
        > GET /data?a=1 HTTP/1.1\r
        > Host: api.test:8443\r
        > DPoP: a.b.c\r
        >\u{20}
        < HTTP/1.1 401 Unauthorized\r
        < Date: Sun, 22 Nov 2026 08:00:00 GMT\r
        < WWW-Authenticate: DPoP error="invalid_dpop_proof"\r
        <\u{20}
        {"message":"Unauthorized"}
        """

    private func read(_ text: String, at time: Double? = nil) throws -> [Exchange] {
        var capture = try Capture(Bytes(text), formats: CaptureFormat.all(at: time))
        #expect(capture.format.id == "transcript")
        capture.scan()
        return try capture.entries.indices.map { try capture.exchange($0) }
    }

    @Test func curlsAreRead() throws {
        let list = try read(Self.curl)
        try #require(list.count == 1)
        #expect(list[0].request.method == "GET" && list[0].request.url.text == "https://api.test:8443/data?a=1")
        #expect(list[0].request.headers.map(\.name) == ["Host", "DPoP"])
        #expect(list[0].response?.status == 401 && list[0].response?.reason == "Unauthorized")
        #expect(list[0].response?.body?.bytes.text == "{\"message\":\"Unauthorized\"}")
        #expect(list[0].started == 1_795_334_400 && list[0].origin == .captured)
    }

    @Test func rawTextIsRead() throws {
        let text = "POST https://as.test/token HTTP/1.1\nDPoP: abc\n\na=b\n\nHTTP/1.1 400 Bad Request\n\n{}"
        let raw = try read("pasted from somewhere\n" + text, at: 5)
        #expect(raw.count == 1 && raw[0].request.body?.bytes.text == "a=b" && raw[0].response?.status == 400)
        #expect(raw[0].started == 5 && raw[0].request.url.text == "https://as.test/token")
    }

    @Test(arguments: [
        "nothing to see", "get / HTTP/1.1", "GET", "GET /a b c", "* GET / HTTP/1.1", "> GET", "GET  HTTP/1.1",
    ])
    func otherTextsAreNone(text: String) {
        #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes(text)) }
    }

    /// Whoever asks every format finds it, and a finding's bytes stand in the file where it says.
    @Test func findingsPointIntoTheText() throws {
        let key = TestKey()
        let text = Self.curl.replacing("a.b.c", with: key.proof("POST", "https://api.test:8443/data"))
        let loaded = try LoadedCapture.read(Bytes(text))
        #expect(loaded.exchangeCount == 1 && loaded.problems.isEmpty && loaded.flows.count == 1)
        let exchange = try #require(loaded.exchange(0))
        for header in exchange.request.headers + (exchange.response?.headers ?? []) {
            let span = try #require(header.valueSpan)
            #expect(Bytes(text)[span].text == header.value)
        }
        let body = try #require(exchange.response?.body?.fileSpan)
        #expect(Bytes(text)[body].text == "{\"message\":\"Unauthorized\"}")
        #expect(Bytes(text)[exchange.fileSpan].text.hasPrefix("> GET /data"))
        let report = FlowChecker(context: loaded.context).check(loaded.flows[0]) { loaded.exchange($0) }
        #expect(report.findings.contains { $0.outcome.cause == .htmReused })
    }

    /// The time that somebody gives goes before the answers' `Date`; the order is that of the text.
    @Test func aGivenTimeGoesBeforeTheDate() throws {
        let two = Self.curl + "\n" + Self.curl
        #expect(try read(two).map(\.started) == [1_795_334_400, 1_795_334_400.001])
        #expect(try read(two, at: 7).map(\.started) == [7, 7.001])
    }

    /// A connection that is kept says nothing of TLS again; one that was left says it anew.
    @Test func theSchemeIsTheConnections() throws {
        func ask(_ info: String...) -> String {
            (info + ["> GET / HTTP/1.1", "> Host: h", "< HTTP/1.1 200 OK"]).map { $0 + "\n" }.joined()
        }
        func schemes(_ text: String) throws -> [String] { try read(text).map { String($0.request.url.scheme) } }
        #expect(try schemes(ask("* Connected to h (::1) port 80") + ask()) == ["http", "http"])
        #expect(try schemes(ask("* Connected to h (::1) port 443") + ask()) == ["https", "https"])
        #expect(
            try schemes(ask("* Connected to h port 80") + "* Connection #0 to host h left intact\n" + ask())
                == ["http", "https"])
    }

    /// A body that looks like a request is none where curl marks what it sent.
    @Test func bodiesAreNotTakenForRequests() throws {
        let list = try read(Self.curl + "\nGET /not/sent HTTP/1.1\n")
        // Nor is it of the body, which ended with its JSON.
        #expect(list.count == 1 && list[0].response?.body?.bytes.text.hasSuffix("}") == true)
    }

    /// Every format has one name, and what another one recognises is never a transcript.
    @Test func formatsHaveNamesOfTheirOwn() throws {
        #expect(CaptureFormat.all.map(\.id).starts(with: ["dpop-tui", "har", "mitmproxy"]))
        #expect(CaptureFormat.all(at: 1).map(\.id) + ["tokens"] == CaptureFormat.all.map(\.id))
        #expect(try Capture(Bytes("{\n> GET / HTTP/1.1\n")).format.id == "transcript")
    }

    @Test func damageDoesNoHarm() {
        let bytes = Array((Self.curl + "\r\n" + Self.curl).utf8)
        var random = MutationTests.Random(state: 9112)
        for _ in 0..<400 { MutationTests.check(MutationTests.damage(bytes, &random)) }
    }
}
