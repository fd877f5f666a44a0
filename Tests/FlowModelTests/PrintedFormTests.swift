import Testing

@testable import FlowModel

/// What programs print of a request, by language: each form, and what only looks like it.
@Suite struct PrintedFormTests {
    private static let key = TestKey()
    private static let proof = key.proof("GET", "https://api.test/items")
    private static let url = "https://api.test/items"
    private static let challenge = "DPoP error=\"invalid_dpop_proof\""

    private func expectRead(_ text: String, id: String? = nil, _ place: SourceLocation = #_sourceLocation) throws {
        let capture = try Capture.read(Bytes(text))
        let first = try capture.exchange(0)
        #expect(capture.entries.count == 1, sourceLocation: place)
        if let id { #expect(capture.format.id == id, sourceLocation: place) }
        #expect(first.request.method == "GET" && first.request.url.text == Self.url, sourceLocation: place)
        #expect(first.request.headers.first("dpop") == Self.proof, sourceLocation: place)
        #expect(first.request.headers.first("authorization") == "DPoP at-1", sourceLocation: place)
        #expect(first.response?.status == 401, sourceLocation: place)
        #expect(first.response?.headers.first("www-authenticate") == Self.challenge, sourceLocation: place)
    }

    @Test func phpsArraysAreRead() throws {
        let fields = [("Authorization", "DPoP at-1"), ("DPoP", Self.proof), ("WWW-Authenticate", Self.challenge)]
        let printed = fields.map { name, value in
            "            [\(name)] => Array\n                (\n                    [0] => \(value)\n                )\n"
        }
        let dumped = fields.map { name, value in
            "  [\"\(name)\"]=>\n  array(1) {\n    [0]=>\n    string(\(value.utf8.count)) \"\(value)\"\n  }\n"
        }
        let exported = fields.map { name, value in
            "  '\(name)' => \n  array (\n    0 => '\(value)',\n  ),\n"
        }
        try expectRead(
            "Array\n(\n    [method] => GET\n    [uri] => \(Self.url)\n    [headers] => Array\n        (\n"
                + printed.joined() + "        )\n    [status] => 401\n)\n")
        try expectRead(
            "Client error: `GET \(Self.url)` resulted in a `401 Unauthorized` response\narray(3) {\n"
                + dumped.joined() + "}\n")
        try expectRead(
            "GET \(Self.url)\nstatus: 401\narray (\n" + exported.joined() + ")")
        // Hashes of Ruby's are none of PHP's, and a sentence is no array.
        #expect(PHPDump.rewritten("{\"a\"=>1, \"b\"=>2}") == nil)
        #expect(PHPDump.rewritten("an Array of things => no") == nil)
        #expect(PHPDump.rewritten("[a] => Array\n(\n") == nil)
    }

    @Test func variablesOfHTTPFilesAreFilledIn() throws {
        let text =
            "@host = api.test\n@base=https://{{host}}\n@proof = \(Self.proof)\n\nGET {{base}}/items HTTP/1.1\n"
            + "Authorization: DPoP at-1\nDPoP: {{ proof }}\n\nHTTP/1.1 401 No\nWWW-Authenticate: \(Self.challenge)\n\n"
        try expectRead(text)
        #expect(HTTPFileVariables.replaced("@a = 1\n{{b}} {{a") == nil)
        #expect(HTTPFileVariables.replaced("{{a}} me@home = x") == nil)
        // A variable of itself is filled in once.
        #expect(HTTPFileVariables.replaced("@a = x{{a}}\n{{a}}") == "@a = xx{{a}}\nx{{a}}")
    }

    @Test func dotNetsHandlersTellOfOneRequest() throws {
        func handler(_ name: String, _ words: String, _ fields: [String]) -> String {
            "info: System.Net.Http.HttpClient.api.\(name)[100]\n      \(words) HTTP request GET \(Self.url)\n"
                + "trce: System.Net.Http.HttpClient.api.\(name)[102]\n      Request Headers:\n"
                + fields.map { "      \($0)\n" }.joined() + "\n"
        }
        let fields = ["Authorization: DPoP at-1", "DPoP: \(Self.proof)"]
        let sent = handler("LogicalHandler", "Start processing", fields) + handler("ClientHandler", "Sending", fields)
        let answer = "info: System.Net.Http.HttpClient.api.ClientHandler[101]\n"
        let told = "trce: x[103]\n      Response Headers:\n      WWW-Authenticate: \(Self.challenge)\n\n"
        try expectRead(
            sent + answer + "      Received HTTP response headers after 48.5133ms - 401\n" + told, id: "dotnet-http")
        try expectRead(
            sent + answer + "      Received HTTP response after 48.5133ms - Unauthorized\n" + told, id: "dotnet-http")
        #expect(throws: CaptureError.self) {
            _ = try Capture.read(Bytes("info: x\n  Sending HTTP request soon to nobody\n"))
        }
    }
}
