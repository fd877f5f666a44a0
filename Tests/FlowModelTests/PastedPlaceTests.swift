import Testing

@testable import FlowModel

/// What was read out of a pasted text is shown in it, and every token of one is found.
@Suite struct PastedPlaceTests {
    private static let key = TestKey()
    private static let proof = key.proof("POST", "https://api.test/items")

    /// Where `htm` is said to stand.
    private func place(_ text: String) throws -> (line: Int, column: Int)? {
        let loaded = try LoadedCapture.read(Bytes(text))
        let checker = FlowChecker(context: loaded.context, settings: CheckSettings())
        let flow = try #require(loaded.flows.first)
        let story = checker.story(of: flow) { loaded.exchange($0) }
        let finding = try #require(
            checker.check(flow, story: story).findings.first { $0.check == .proofHtm && $0.verdict == .fail })
        let place = try #require(finding.outcome.evidence.first?.place)
        let material = try #require(flow.steps[finding.step].exchange.flatMap { story.materials[$0] })
        return PlaceLocator.position(place, in: material, isAnswer: false)
    }

    @Test func findingsPointIntoThePastedText() throws {
        let payload = Self.proof.split(separator: ".")[0].utf8.count + 1
        let url = "https://api.test/items"
        let forms: [(text: String, line: Int, before: Int)] = [
            ("GET \(url) HTTP/1.1\r\nDPoP: \(Self.proof)\r\n\r\nHTTP/1.1 401 No\r\n\r\n", 2, 6),
            ("see\n\nlog: url=\(url) method=GET dpop=\(Self.proof)\nstatus=401\n", 3, 43),
            ("```\nGET \(url) HTTP/1.1\nDPoP: \(Self.proof)\n\nHTTP/1.1 401 No\n```\n", 3, 6),
            ("curl \(url) \\\n  -H 'DPoP: \(Self.proof)'\nHTTP/1.1 401 No\n", 2, 12),
        ]
        for form in forms {
            let found = try #require(try place(form.text))
            #expect(found.line == form.line && found.column > form.before + payload)
            #expect(found.column <= form.before + Self.proof.utf8.count)
        }
    }

    /// Bytes that were coded or wrapped stand nowhere as they were sent, and a recording has no lines.
    @Test func whatDoesNotStandThereHasNoPlace() throws {
        let wrapped = Self.proof.prefix(60) + "\n " + Self.proof.dropFirst(60)
        #expect(
            try place("GET /items HTTP/1.1\nHost: api.test\nDPoP: \(wrapped)\n\nHTTP/1.1 401 No\n\n") == nil)
        let line = FlowLine.write(
            Exchange(
                index: 0,
                request: Request(
                    method: "GET", url: HTTPURL("https://api.test/items"), headers: [Header("DPoP", Self.proof)]),
                response: Response(status: 401)))
        #expect(try place(line + "\n") == nil)
    }

    @Test func everyTokenIsFound() {
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FzLnRlc3QifQ.c2ln"
        func places(_ text: String) -> [String] { CarriedToken.all(in: Bytes(text)).map(\.place) }
        let request = "GET /a HTTP/1.1\nHost: api.test\nAuthorization: DPoP \(token)\nDPoP: \(Self.proof)\n\n"
        let answer = "HTTP/1.1 200 OK\n\n{\"id_token\":\"\(Self.proof)x\",\"access_token\":\"\(token)\"}\n"
        #expect(
            places(request + answer) == [
                "Authorization of GET https://api.test/a", "DPoP of GET https://api.test/a",
                "id_token in the answer to GET https://api.test/a",
            ])
        // Two fields alone are two tokens, and no JWE of five parts.
        #expect(CarriedToken.all(in: Bytes("\(token)\n\(Self.proof)\n")).map(\.value) == [token, Self.proof])
        #expect(places("eyJ.a.b and eyJhbGciOiJub25lIn0 and a.b.c").isEmpty)
    }
}
