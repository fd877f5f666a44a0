import Testing

@testable import FlowModel

/// What people have in hand beside captures: each form, and what only looks like it.
@Suite struct PastedFormTests {
    private static let key = TestKey()
    private static let proof = key.proof("GET", "https://api.test/items")
    private static let request =
        "GET /items HTTP/1.1\nHost: api.test\nDPoP: \(proof)\n\nHTTP/1.1 401 Unauthorized\n\n{}"

    private func read(_ text: String) throws -> (id: String, list: [Exchange]) {
        let capture = try Capture.read(Bytes(text))
        return (capture.format.id, try capture.entries.indices.map { try capture.exchange($0) })
    }

    private func expectRead(
        _ text: String, _ id: String, status: Int? = 401, _ place: SourceLocation = #_sourceLocation
    )
        throws
    {
        let (found, list) = try read(text)
        let first = try #require(list.first, sourceLocation: place)
        #expect(found == id && list.count == 1, "\(found)", sourceLocation: place)
        #expect(first.request.method == "GET", sourceLocation: place)
        #expect(first.request.url.text == "https://api.test/items", sourceLocation: place)
        #expect(first.request.headers.first("dpop") == Self.proof, sourceLocation: place)
        #expect(first.response?.status == status, sourceLocation: place)
    }

    @Test func whatIsAroundATextIsTakenOff() throws {
        let lines = Self.request.split(separator: "\n", omittingEmptySubsequences: false)
        func each(_ change: (Substring) -> String) -> String { lines.map(change).joined(separator: "\n") }
        try expectRead(each { "    " + $0 }, "transcript")
        try expectRead(each { "web-1  | " + $0 }, "transcript")
        try expectRead(each { "2026-11-22 08:00:00.\(100 + $0.utf8.count % 800) D " + $0 }, "transcript")
        try expectRead(each { "> > " + $0 }, "transcript")
        try expectRead("see:\n```http\n" + Self.request + "\n```\n", "transcript")
        try expectRead(each { "\u{1B}[32m" + $0 + "\u{1B}[0m" }, "transcript")
        let units = ("\u{FEFF}" + Self.request).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try Capture.read(Bytes(units)).entries.count == 1)
    }

    @Test func foldedValuesAreOneLine() throws {
        for (start, width) in [(" ", 60), ("", 77), ("\t", 33)] {
            var folded = ""
            for (at, letter) in Self.proof.enumerated() {
                if at > 0, at % width == 0 { folded += "\n" + start }
                folded.append(letter)
            }
            try expectRead(Self.request.replacing(Self.proof, with: folded), "transcript")
        }
        // A field with its own name is no part of the value above.
        let (_, list) = try read(Self.request.replacing("\n\nHTTP", with: "\n Accept: a\n\nHTTP"))
        #expect(list[0].request.headers.first("dpop") == Self.proof)
    }

    @Test func curlCommandsAreRead() throws {
        let url = "https://api.test/items"
        let bash =
            "curl '\(url)' \\\n  -H 'accept: */*' \\\n  -H $'dpop: \(Self.proof)' --compressed\n{\"statusCode\":401}"
        let cmd =
            "curl ^\"\(url)^\" ^\n  -H ^\"dpop: \(Self.proof)^\" ^\n  -H ^\"a: ^\\^\"x^\\^\"^\"\nHTTP/1.1 401 No\n\n{}"
        let powerShell = "curl.exe `\n  -H \"dpop: \(Self.proof)\" `\n  \"\(url)\"\nHTTP/2 401\n"
        for text in [bash, "me@host:~$ " + bash, cmd, powerShell] { try expectRead(text, "curl-command") }
        let (_, list) = try read("curl -d a=b -d 'c=d e' \(url) -H 'DPoP: \(Self.proof)' | jq .")
        #expect(list[0].request.method == "POST" && list[0].request.body?.bytes.text == "a=b&c=d e")
        #expect(list[0].response == nil && list[0].guesses.isEmpty)
    }

    @Test func tracesAreRead() throws {
        let head = Array("GET /items HTTP/1.1\r\nHost: api.test\r\nDPoP: \(Self.proof)\r\n\r\n".utf8)
        func hex(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        var (plain, dump, at) = ("", "", 0)
        while at < head.count {
            let rest = head[at...]
            let end = rest.firstIndex(of: 0x0D) ?? head.count
            let piece = rest.prefix(min(64, end - at))
            plain += "\(hex(at, 4)): \(String(decoding: piece, as: UTF8.self))\n"
            at += piece.count + (piece.count < 64 ? 2 : 0)
        }
        for at in stride(from: 0, to: head.count, by: 16) {
            let piece = head[at..<min(at + 16, head.count)]
            let pairs = piece.map { hex(Int($0), 2) + " " }.joined()
            let spelled = piece.map { $0 > 0x20 && $0 < 0x7F ? String(UnicodeScalar($0)) : "." }.joined()
            dump += "\(hex(at, 4)): \(pairs)\(String(repeating: " ", count: 48 - pairs.count))\(spelled)\n"
        }
        for (time, lines) in [("", plain), ("08:00:00.123456 ", plain), ("", dump)] {
            try expectRead(
                "\(time)== Info: SSL connection using TLSv1.3\n\(time)=> Send header, 9 bytes (0x9)\n\(lines)"
                    + "\(time)<= Recv header, 25 bytes (0x19)\n0000: HTTP/1.1 401 Unauthorized\n", "curl-trace")
        }
    }

    @Test func printedObjectsAreRead() throws {
        let (url, proof) = ("https://api.test/items", Self.proof)
        try expectRead(
            "{\"method\":\"GET\",\"url\":\"\(url)\",\"headers\":{\"dpop\":\"\(proof)\"},\"response\":{\"status\":401}}",
            "objects")
        try expectRead(
            "{\"httpMethod\":\"GET\",\"path\":\"/items\",\"headers\":{\"Host\":\"api.test\",\"DPoP\":\"\(proof)\"}}",
            "objects", status: nil)
        try expectRead(
            "fetch(\"\(url)\", {\n  \"headers\": {\n \"dpop\": \"\(proof)\"\n },\n \"method\": \"GET\"\n});", "objects",
            status: nil)
        try expectRead(
            "AxiosError: Request failed with status code 401\n    at settle (file:///a.js:1:2) {\n  config: {\n"
                + "    validate: [Function: validate],\n    headers: Object [AxiosHeaders] {\n      DPoP: '\(proof)'\n    },\n"
                + "    method: 'get',\n    url: '\(url)',\n    data: undefined\n  },\n  response: { status: 401 }\n}",
            "objects")
        #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes("{\"headers\":{\"accept\":\"a\"},\"url\":1}")) }
    }

    @Test func loggedMessagesAreRead() throws {
        let (url, proof) = ("https://api.test/items", Self.proof)
        try expectRead("GET \(url)\n{'Accept': 'a', 'DPoP': '\(proof)'}\n401\n", "objects")
        try expectRead(
            "Invoke-WebRequest -Uri \"\(url)\" `\n-Headers @{\n\"dpop\"=\"\(proof)\"\n}", "objects", status: nil)
        try expectRead(
            "[{\"method\":\"GET\",\"scheme\":\"https\",\"host\":\"api.test\",\"path\":\"/items\",\"request\":{\"header\":"
                + "{\"headers\":[{\"name\":\"DPoP\",\"value\":\"\(proof)\"}]}},\"response\":{\"status\":401}}]",
            "objects")
        // A line that happens to look like a request's has no fields of one.
        #expect(try read("GET /items HTTP/1.1").id == "transcript")
    }

    @Test func entriesOfAHARAreRead() throws {
        let entry =
            "{\"startedDateTime\":\"2026-11-22T08:00:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"https://api.test/items\","
            + "\"headers\":[{\"name\":\"DPoP\",\"value\":\"\(Self.proof)\"}]},\"response\":{\"status\":401}}"
        try expectRead(entry, "har-entries")
        #expect(try read("[\(entry),\(entry)]").list.count == 2)
        #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes("{\"request\":{\"method\":\"GET\"}}")) }
    }

    @Test func whatOAuth2cPrintsIsRead() throws {
        let text =
            "GET https://api.test/items\nHeaders:\n  Dpop: \(Self.proof)\nForm post:\n  a: b\nResponse:\n{\n"
            + "  \"error\": \"no\"\n}\n  ERROR   401: no\n"
        try expectRead(text, "oauth2c")
        try expectRead(
            text.replacing("GET", with: "\u{1B}[95mGET\u{1B}[0m").replacing("\n  E", with: "\n   \r  E"), "oauth2c")
    }

    @Test func panelsAndDumpsAreRead() throws {
        let (url, proof) = ("https://api.test/items", Self.proof)
        try expectRead(
            ":method: GET\n:authority: api.test\n:scheme: https\n:path: /items\ndpop: \(proof)", "headers", status: nil)
        try expectRead(
            "Request URL:\n\(url)\nRequest Method:\nGET\nStatus Code:\n401 Unauthorized\ndpop:\n\(proof)", "headers")
        try expectRead("--> GET \(url)\nDPoP: \(proof)\n--> END GET\n<-- 401 \(url) (3ms)\n<-- END HTTP", "dump")
        try expectRead(
            "Method: GET, RequestUri: '\(url)', Headers:\n{\n  DPoP: \(proof)\n}\nStatusCode: 401, ReasonPhrase: 'No'",
            "dump")
        try expectRead(
            "send: b'GET /items HTTP/1.1\\r\\nHost: api.test\\r\\nDPoP: \(proof)\\r\\n\\r\\n'\nreply: 'HTTP/1.1 401 No\\r\\n'\n",
            "dump")
    }

    /// What is not said is guessed by the proof, and no check fails for it.
    @Test func tokensAreTheLastResort() throws {
        let (id, list) = try read("it says status 401 when I send \(Self.proof), why?")
        #expect(id == "tokens" && list.count == 1 && list[0].response?.status == 401)
        #expect(
            list[0].guesses == ["method", "URL", PastedExchange.unknownFields]
                && list[0].request.url.text == "https://api.test/items")
        let loaded = try LoadedCapture.read(Bytes("it says status 401 when I send \(Self.proof), why?"))
        let report = FlowChecker(context: loaded.context, settings: CheckSettings()).check(loaded.flows[0]) {
            loaded.exchange($0)
        }
        let told: [CheckID] = [.responseChallenge, .proofHtu, .proofHtm]
        #expect(!report.findings.contains { told.contains($0.check) && $0.verdict >= .warn })
        for text in ["eyJ.a.b c", "dpop: eyJ9", "curl", "curl -H x", "fetch({", "[", "{\"headers\":", "=> Send header"]
        {
            #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes(text)) }
        }
    }

    /// A text cut anywhere, or with a byte changed, is read or refused.
    @Test func tornTextsDoNoHarm() {
        let texts = [
            "curl ^\"https://a.test/^\" ^\n -H ^\"dpop: a.b.c^\"\n{",
            "fetch('https://a.test/', { headers: { dpop: 'a.b.c' + 'd' } })",
            "=> Send header, 9 bytes\n0000: GET / HTTP/1.1\n0010: DPoP: a\n<= Recv header\n0000: HTTP/1.1 400 B\n",
            "POST https://a.test/\nHeaders:\n  Dpop: a.b.c\nResponse:\n{\n}\nERROR 400: x",
            "PK\u{3}\u{4} 0000000000000000000000",
            "Error {\n a: Object [B] { headers: [ [ 'dpop', 'a.b.c' ] ], url: URL { href: 'x' }, [c]: <ref *1> [Function: d] }\n}",
        ]
        for text in texts {
            let bytes = Array(text.utf8)
            for at in bytes.indices {
                _ = try? LoadedCapture.read(Bytes(Array(bytes[..<at])))
                for byte: UInt8 in [0x22, 0x7B, 0x5E, 0x00, 0xFF] {
                    var changed = bytes
                    changed[at] = byte
                    _ = try? LoadedCapture.read(Bytes(changed))
                }
            }
        }
        _ = try? LoadedCapture.read(Bytes(String(repeating: "{a:[", count: 50_000)))
        _ = try? LoadedCapture.read(Bytes(String(repeating: "curl \"", count: 20_000)))
    }
}
