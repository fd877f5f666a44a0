import Testing

@testable import FlowModel

/// Kinds of inputs that were read, drawn or told wrongly: each, and what nearly is one.
struct MendedKindTests {
    private static let key = DiagnosisTests.key
    private static let proof = key.proof("POST", "https://as.test/token", jti: "pasted-abcdefghij")

    private static func exchanges(_ text: String) throws -> [Exchange] {
        let capture = try Capture.read(Bytes(text))
        return try capture.entries.indices.map { try capture.exchange($0) }
    }

    private static func transcript(_ command: String, sent: String = "", answer: String = "{}") -> String {
        """
        \(command)
        * Connected to as.test (192.0.2.1) port 443
        > POST /token HTTP/1.1
        > Host: as.test
        > DPoP: \(proof)
        > Content-Type: application/x-www-form-urlencoded
        >
        \(sent)* upload completely sent off
        < HTTP/1.1 400 Bad Request
        <
        \(answer)
        * Connection #0 to host as.test left intact

        """
    }

    @Test func whatACommandSendsIsItsRequestsBody() throws {
        let first = "$ curl -v https://as.test/token -d 'grant_type=refresh_token&refresh_token=abc'"
        let second = "$ curl -v https://as.test/token \\\n  -d grant_type=client_credentials"
        let list = try Self.exchanges(Self.transcript(first) + Self.transcript(second))
        let bodies = list.map { $0.request.body?.bytes.text }
        #expect(bodies == ["grant_type=refresh_token&refresh_token=abc", "grant_type=client_credentials"])
        // What stands between request and answer goes before it; no command, no body.
        let shown = try Self.exchanges(Self.transcript(first, sent: "grant_type=password\n"))
        #expect(shown.first?.request.body?.bytes.text == "grant_type=password")
        #expect(try Self.exchanges(Self.transcript("# by hand")).first?.request.body == nil)
        let file = try Self.exchanges(Self.transcript("$ curl -v https://as.test/token -d @body.txt"))
        #expect(file.first?.request.body == nil)
    }

    @Test func aPageIsABodyInATranscriptToo() throws {
        let page = "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>x<P>Reference #18.2</BODY></HTML>"
        let list = try Self.exchanges(Self.transcript("$ curl -v", answer: page))
        #expect(list.first?.response?.body?.bytes.text == page)
    }

    @Test func aSecondPairWithTheSameProofIsARetry() throws {
        let pair =
            "{\"request\":{\"method\":\"POST\",\"url\":\"https://as.test/token\",\"headers\":{\"DPoP\":\"\(Self.proof)\"}},"
            + "\"response\":{\"status\":400,\"headers\":{},\"body\":\"\"}}"
        #expect(try Self.exchanges(pair + "\n" + pair + "\n").count == 2)
        // An error that prints its request once more prints no other one.
        let error =
            "{\"config\":{\"method\":\"post\",\"url\":\"https://as.test/token\",\"headers\":{\"DPoP\":\"\(Self.proof)\"}},"
            + "\"request\":{\"method\":\"POST\",\"url\":\"https://as.test/token\",\"headers\":{\"DPoP\":\"\(Self.proof)\"}},"
            + "\"response\":{\"status\":400,\"headers\":{},\"data\":\"\"}}"
        #expect(try Self.exchanges(error).count == 1)
    }

    @Test func thisMachinesServersAreGuessedWithoutTLS() throws {
        func url(_ host: String) throws -> String? {
            try Self.exchanges("GET /x HTTP/1.1\nHost: \(host)\n\nHTTP/1.1 200 OK\n\n{}\n").first?.request.url.text
        }
        #expect(try url("localhost:3000") == "http://localhost:3000/x")
        #expect(try url("keycloak:8080") == "http://keycloak:8080/x")
        #expect(try url("localhost:8443") == "https://localhost:8443/x")
        #expect(try url("api.test") == "https://api.test/x")
        let metadata = "GET /.well-known/openid-configuration HTTP/1.1\nHost: as.test\n\nHTTP/1.1 200 OK\n\n"
        func judged(_ issuer: String) throws -> [String] {
            let loaded = try LoadedCapture.read(Bytes(metadata + "{\"issuer\":\"\(issuer)\"}\n"))
            return WhyReport(loaded, input: "x", settings: CheckSettings()).parts.flatMap {
                $0.diagnosis.causes.map(\.id)
            }
        }
        // A guess is no finding.
        #expect(try judged("http://as.test").isEmpty)
        #expect(try judged("https://other.test") == ["metadata.issuer"])
    }

    @Test func aClientMayAskForAnIntrospectionWithoutAName() {
        func from(_ agent: String?) -> Party? {
            var scene = Scene()
            let named = agent.map { [("User-Agent", $0)] } ?? []
            _ = scene.token(Self.key, token: DiagnosisTests.token)
            scene.add("POST", "https://as.test/introspect", named, body: "token=\(DiagnosisTests.token)")
            return scene.flows[0].steps.first { $0.kind == .introspection }?.from
        }
        #expect(from(nil) == .client)
        #expect(from("lua-resty-http/0.17") == .gateway)
    }

    @Test func aMissingDocumentIsNotWhatWasRefused() {
        let diagnosis = DiagnosisTests.diagnose { scene in
            scene.add("GET", "https://api.test/.well-known/oauth-protected-resource", [], status: 404)
            DiagnosisTests.refused(DiagnosisTests.proof())(&scene)
        }
        #expect(diagnosis.words?.status == 401 && diagnosis.outcome == .refused)
        let alone = DiagnosisTests.diagnose { scene in
            scene.add("GET", "https://as.test/.well-known/openid-configuration", [], status: 404)
        }
        #expect(alone.words?.status == 404)
    }

    private static func wellKnown(_ name: String, _ status: Int, answered: Bool) -> DiagnosisTests.Case {
        { scene in
            scene.add("GET", "https://as.test/.well-known/\(name)", [], status: status, answerBody: "not found")
            if answered {
                scene.add(
                    "GET", "https://as.test/.well-known/openid-configuration", [],
                    answerBody: "{\"issuer\":\"https://as.test\"}")
            }
        }
    }

    @Test func aFormOfMetadataThatTheNextOneAnswersIsPardonedInEveryReport() {
        func reports(_ make: DiagnosisTests.Case) -> [String] {
            var scene = Scene()
            make(&scene)
            let (report, diagnosis) = (scene.report(), scene.diagnosis())
            let checker = FlowChecker(context: CaptureContext())
            let story = checker.story(of: scene.flows[0]) { [exchanges = scene.exchanges] in exchanges[$0] }
            return [
                JSONReport.flow(report, story, diagnosis), JUnitReport.flow(report, diagnosis, file: "f"),
                TAPReport.flow(report, diagnosis, file: "f", from: 1).text,
                SARIFReport.flow(report, story, diagnosis, file: "f"),
            ]
        }
        let bad = ["\"verdict\":\"fail\"", "<failure", "not ok", "\"level\":\"error\""]
        let pardoned = reports(Self.wellKnown("oauth-authorization-server", 404, answered: true))
        for (text, word) in zip(pardoned, bad) { #expect(text.firstRange(of: word) == nil, "\(text)") }
        let refused = reports(Self.wellKnown("oauth-authorization-server", 404, answered: false))
        for (text, word) in zip(refused, bad) { #expect(text.firstRange(of: word) != nil, "\(text)") }
        let failed = reports(Self.wellKnown("oauth-authorization-server", 500, answered: true))
        for (text, word) in zip(failed, bad) { #expect(text.firstRange(of: word) != nil, "\(text)") }
    }

    @Test func anExcusedCallIsToldByEveryReport() {
        var scene = Scene()
        DiagnosisTests.good(&scene)
        scene.call(
            DiagnosisTests.token, proof: DiagnosisTests.proof(jti: "again-abcdefghij"), status: 404)
        let (report, diagnosis) = (scene.report(), scene.diagnosis())
        let checker = FlowChecker(context: CaptureContext())
        let story = checker.story(of: scene.flows[0]) { [exchanges = scene.exchanges] in exchanges[$0] }
        #expect(JSONReport.flow(report, story, diagnosis).firstRange(of: "\"excused\":[{\"step\":\"9\"") != nil)
        #expect(
            JUnitReport.flow(report, diagnosis, file: "f").firstRange(of: "<system-out>step 9: answered 404") != nil)
        #expect(
            TAPReport.flow(report, diagnosis, file: "f", from: 1).text.firstRange(of: "# step 9 answered 404") != nil)
        #expect(SARIFReport.flow(report, story, diagnosis, file: "f").firstRange(of: "\"level\":\"note\"") != nil)
        #expect(diagnosis.outcome == .clean)
    }

    @Test func membersInAnyOrderAreARecipe() {
        let jwk = DiagnosisTests.jwk
        let members = ["kty", "x", "crv", "y"].map { "\"\($0)\":\(jwk.value[named: $0]!.source)" }
        let jkt = DiagnosisTests.hash("{" + members.joined(separator: ",") + "}")
        #expect(ThumbprintForensics.recipe(for: jkt, of: jwk)?.cause == .jktNoncanonical)
        #expect(ThumbprintForensics.recipe(for: DiagnosisTests.other.jkt, of: jwk) == nil)
    }

    @Test func aTokenThatIsBoundToNothingOfTheKeyThatAskedIsTheServers() {
        let unknown = DiagnosisTests.hash("something else")
        func called(by other: Bool) -> [String] {
            DiagnosisTests.diagnose { scene in
                let got = scene.token(Self.key, token: TestKey(9).token(jkt: unknown))
                let key = other ? DiagnosisTests.other : Self.key
                scene.call(
                    got, proof: key.proof("GET", Scene.apiURL, token: got, jti: "bound-abcdefghij"), status: 401,
                    answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")])
            }.causes.map(\.id)
        }
        #expect(!called(by: false).contains("key.regenerated"))
        #expect(called(by: true).contains("key.regenerated"))
    }

    @Test func anAnnouncedKidIsOneWhereTheKeyHasThatName() {
        func announced(_ kid: String) -> [String] {
            DiagnosisTests.diagnose { scene in
                scene.add(
                    "GET", "https://as.test/auth?response_type=code&client_id=c&state=s&dpop_jkt=key-1", [],
                    status: 302, answer: [("Location", "https://app.test/cb?code=c0ffee0001&state=s")])
                let proof = Self.key.proof(
                    "POST", Scene.tokenURL, jti: "named-abcdefghij", header: ["kid": "\"\(kid)\""])
                scene.add(
                    "POST", Scene.tokenURL, [("DPoP", proof)],
                    body: "grant_type=authorization_code&code=c0ffee0001", status: 400,
                    answerBody: "{\"error\":\"invalid_grant\"}")
            }.causes.map(\.id)
        }
        #expect(Set(announced("key-1")) == ["jkt.kid"])
        #expect(announced("key-2").contains("jkt.noncanonical"))
    }

    @Test func aCoroutineIsNoRedaction() {
        #expect(!Redacted.isOne("<coroutine object f at 0x7f>") && Redacted.isOne("<token>"))
    }
}

/// What a proof's own times say where nothing tells the time.
struct UntimedProofTests {
    private static func causes(_ payload: [String: String?]) throws -> [String] {
        let proof = DiagnosisTests.key.proof("POST", "https://as.test/token", jti: "untimed-abcdef", payload: payload)
        let text = "POST /token HTTP/1.1\nHost: as.test\nDPoP: \(proof)\n\nHTTP/1.1 400 Bad Request\n\n{}\n"
        let loaded = try LoadedCapture.read(Bytes(text))
        return WhyReport(loaded, input: "x", settings: CheckSettings()).parts.flatMap { $0.diagnosis.causes.map(\.id) }
    }

    @Test func timesAreHeldAgainstEachOther() throws {
        let iat = 1_795_334_400
        #expect(try Self.causes(["exp": "\(iat - 100)"]) == ["proof.expired"])
        #expect(try Self.causes(["nbf": "\(iat + 500)"]) == ["proof.expired"])
        #expect(try Self.causes(["exp": "\(iat + 60)", "nbf": "\(iat)"]).isEmpty)
    }
}
