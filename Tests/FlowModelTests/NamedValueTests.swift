import Testing

@testable import FlowModel

/// What programs print of a request, read by the names in it.
@Suite struct NamedValueTests {
    private static let key = TestKey()
    private static let url = "https://api.test/items?a=1"
    private static let proof = key.proof("GET", "https://api.test/items")
    private static let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FzLnRlc3QifQ.c2ln"
    private static let body = "{\"error\":\"invalid_token\"}"

    private func read(_ text: String) throws -> (id: String, list: [Exchange]) {
        let capture = try Capture.read(Bytes(text))
        return (capture.format.id, try capture.entries.indices.map { try capture.exchange($0) })
    }

    /// One request with proof, token, method, URL and status, whatever stands around them.
    private func expectRead(
        _ text: String, status: Int? = 401, hasBody: Bool = true, _ place: SourceLocation = #_sourceLocation
    ) throws {
        let (_, list) = try read(text)
        #expect(list.count == 1, sourceLocation: place)
        let first = try #require(list.first, sourceLocation: place)
        #expect(first.request.method == "GET" && first.request.url.text == Self.url, sourceLocation: place)
        #expect(first.request.headers.first("dpop") == Self.proof, sourceLocation: place)
        #expect(first.request.headers.first("authorization") == "DPoP \(Self.token)", sourceLocation: place)
        #expect(first.response?.status == status, sourceLocation: place)
        if hasBody { #expect(first.response?.body?.bytes.text == Self.body, sourceLocation: place) }
    }

    private static let lines = "Authorization: DPoP \(token)\nDPoP: \(proof)\n"

    private static func each(_ text: String, _ change: (Substring) -> String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(change).joined(separator: "\n")
    }

    @Test func javasLogsAreRead() throws {
        let feign =
            "---> GET \(Self.url) HTTP/1.1\n\(Self.lines)---> END HTTP\n<--- HTTP/1.1 401 No (3ms)\n\n\(Self.body)"
        try expectRead(Self.each(feign) { "2026-11-22 08:00:00.123 DEBUG 1 --- [main] Api : [Api#a] \($0)" })
        try expectRead(
            "INFO: 1 * Sending client request\n1 > GET \(Self.url)\n" + Self.each(Self.lines) { "1 > \($0)" }
                + "\nINFO: 1 * Client response received\n1 < 401\n\(Self.body)")
        try expectRead(
            "Request method:\tGET\nRequest URI:\t\(Self.url)\nBody:\t<none>\nHeaders:\tAuthorization=DPoP \(Self.token)\n"
                + "\t\tDPoP=\(Self.proof)\nHTTP/1.1 401 No\n\n\(Self.body)")
        try expectRead(
            "DEBUG Request: GET \(Self.url) Headers[A=b DPoP=\(Self.proof) Authorization=DPoP \(Self.token)], Empty body\n"
                + "DEBUG Response: GET \(Self.url), Status[401 No], Headers[a=b], Body:\n\(Self.body)")
        try expectRead(
            "GET \(Self.url)\nheaders: {DPoP=[\(Self.proof)], Authorization=[DPoP \(Self.token)]}\nresponse code: 401\n"
                + Self.body)
    }

    @Test func otherLanguagesAreRead() throws {
        let quoted = "\"Authorization\": \"DPoP \(Self.token)\", \"DPoP\": \"\(Self.proof)\""
        try expectRead("Request URL: \(Self.url)\nMethod: GET\n[\(quoted)]\nStatus Code: 401\n\(Self.body)")
        let map = "map[Authorization:[DPoP \(Self.token)] Dpop:[\(Self.proof)]]"
        try expectRead("2026/11/22 08:00:00 GET \(Self.url) \(map)\n2026/11/22 08:00:00 401 Unauthorized \(Self.body)")
        try expectRead(
            "method=GET url=\"\(Self.url)\" header.authorization=\"DPoP \(Self.token)\" header.dpop=\(Self.proof) status=401 "
                + "body=\"{\\\"error\\\":\\\"invalid_token\\\"}\"")
        try expectRead(
            "GET \(Self.url)\n[{\"authorization\", \"DPoP \(Self.token)\"}, {\"dpop\", \"\(Self.proof)\"}]\nstatus: 401\n"
                + Self.body)
        try expectRead(
            "array(3) {\n  [\"REQUEST_METHOD\"]=>\n  string(3) \"GET\"\n  [\"REQUEST_URI\"]=>\n  string(10) \"/items?a=1\"\n"
                + "  [\"HTTP_HOST\"]=>\n  string(8) \"api.test\"\n  [\"HTTP_AUTHORIZATION\"]=>\n  string(9) \"DPoP "
                + "\(Self.token)\"\n  [\"HTTP_DPOP\"]=>\n  string(9) \"\(Self.proof)\"\n}", status: nil, hasBody: false)
        try expectRead(
            "requests.get(\n    \"\(Self.url)\",\n    headers={\(quoted)},\n)\nClientError: 401, message='No'\n\(Self.body)"
        )
    }

    @Test func codeAndTracesAreRead() throws {
        try expectRead(
            "HttpRequest.newBuilder().uri(URI.create(\"\(Self.url)\"))\n  .header(\"Authorization\", \"DPoP \(Self.token)\")\n"
                + "  .header(\"DPoP\", \"\(Self.proof)\").GET().build();\n", status: nil, hasBody: false)
        try expectRead(
            "new HttpRequestMessage(HttpMethod.Get, \"\(Self.url)\");\nr.Headers.Add(\"DPoP\", \"\(Self.proof)\");\n"
                + "r.Headers.Add(\"Authorization\", \"DPoP \(Self.token)\");", status: nil, hasBody: false)
        try expectRead(
            "let url = URL(string: \"\(Self.url)\")!\nrequest.httpMethod = \"GET\"\n"
                + "request.setValue(\"DPoP \(Self.token)\", forHTTPHeaderField: \"Authorization\")\n"
                + "request.addValue(\"\(Self.proof)\", forHTTPHeaderField: \"DPoP\")\n", status: nil, hasBody: false)
        try expectRead(
            "http.request.method: GET\nurl.full: \(Self.url)\nhttp.request.header.dpop: [\"\(Self.proof)\"]\n"
                + "http.request.header.authorization: [\"DPoP \(Self.token)\"]\nhttp.response.status_code: 401\n",
            hasBody: false)
        try expectRead(
            "<Verb>GET</Verb><URI>\(Self.url)</URI><Header name=\"DPoP\">\(Self.proof)</Header>"
                + "<Header name=\"Authorization\">DPoP \(Self.token)</Header><Status>401</Status>", hasBody: false)
        try expectRead(
            "{\"log\":\"{\\\"method\\\":\\\"GET\\\",\\\"url\\\":\\\"\(Self.url)\\\",\\\"dpop\\\":\\\"\(Self.proof)\\\","
                + "\\\"authorization\\\":\\\"DPoP \(Self.token)\\\",\\\"status\\\":401}\\n\"}", hasBody: false)
    }

    @Test func tablesAndPanelsAreRead() throws {
        let table =
            "│ (index) │ Values │\n│ authorization │ 'DPoP \(Self.token)' │\n│ dpop │ '\(Self.proof)' │\n└──┘\n"
        try expectRead("GET \(Self.url)\n┌──┐\n\(table)401 Unauthorized\n\(Self.body)")
        try expectRead(
            "| method | url | status | authorization | dpop |\n|---|---|---|---|---|\n| GET | \(Self.url) | 401 | DPoP "
                + "\(Self.token) | \(Self.proof) |\n", hasBody: false)
        try expectRead(
            "GET\n\t\(Self.url)\nStatus\n401\nVersionHTTP/2\n\nAuthorization\n\tDPoP \(Self.token)\nDPoP\n\t\(Self.proof)\n",
            hasBody: false)
        try expectRead(
            "- method: GET\n  url: \(Self.url)\n  headers:\n    - name: Authorization\n      value: DPoP \(Self.token)\n"
                + "    - name: DPoP\n      value: \(Self.proof)\n", status: nil, hasBody: false)
    }

    /// Two requests of the same URL are told apart by their proofs; what an answer repeats is no request.
    @Test func severalRequestsAreToldApart() throws {
        let second = Self.key.proof("GET", "https://api.test/items")
        func one(_ proof: String, _ status: Int) -> String {
            "REQUEST: \(Self.url)\nMETHOD: HttpMethod(value=GET)\n-> DPoP: \(proof)\nRESPONSE: \(status) No\n"
                + "METHOD: HttpMethod(value=GET)\nFROM: \(Self.url)\n-> DPoP-Nonce: nonce-\(status)\n"
        }
        let (id, list) = try read(one(Self.proof, 400) + one(second, 200))
        #expect(id == "named-values" && list.count == 2)
        #expect(list.map { $0.response?.status } == [400, 200])
        #expect(list.map { $0.response?.headers.first("dpop-nonce") } == ["nonce-400", "nonce-200"])
        #expect(list.map { $0.request.headers.first("dpop") } == [Self.proof, second])
        // Two proofs of one request stay with it.
        let (_, both) = try read("url: \(Self.url)\nheaders:\n  dpop = \(Self.proof)\n  dpop = \(second)\n")
        #expect(both.count == 1 && both.first?.request.headers.filter { $0.isNamed("dpop") }.count == 2)
    }

    /// An answer that was read is no line of a server's log.
    @Test func answersAreNoLog() throws {
        let text =
            "DEBUG url=\(Self.url) method=GET dpop=\(Self.proof)\nDEBUG status=401 error body: \(Self.body)\n"
            + "DEBUG DPoP-Nonce: nonce-1234\nERROR DPoP proof is too old\n"
        let capture = try Capture.read(Bytes(text))
        #expect(!capture.textBesideMessages.has("invalid_token") && !capture.textBesideMessages.has("nonce-1234"))
        #expect(capture.textBesideMessages.has("too old"))
    }

    @Test func sentencesAreNoValues() throws {
        for text in [
            "the DPoP: proof is wrong, status 401, url https://api.test/", "dpop = eyJ", "\"token_type\":\"DPoP\"",
            "GET /items 401 dpop", "ERROR the DPoP proof of https://api.test/ failed with code 400",
        ] {
            #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes(text)) }
        }
        // Digits that are no status, and a URL that is another's.
        let (_, list) = try read("dpop: \(Self.proof)\nport 443\nlimit=400\nid: 4010\nreferer: https://app.test/\n")
        #expect(list.count == 1 && list[0].response == nil && list[0].request.url.text == "https://api.test/items")
    }
}
