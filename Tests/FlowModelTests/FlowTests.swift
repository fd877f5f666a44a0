import Testing

@testable import FlowModel

@Suite struct FlowTests {
    @Test func severalFlowsAreToldApartByKey() {
        var scene = Scene()
        let (a, b) = (TestKey(1), TestKey(2))
        let (first, second) = (scene.token(a), scene.token(b, token: TestKey(9).token(jkt: b.jkt)))
        scene.call(second, proof: b.proof("GET", Scene.apiURL, token: second))
        scene.call(first, proof: a.proof("GET", Scene.apiURL, token: first))
        #expect(scene.flows.map(\.exchanges) == [[0, 3], [1, 2]])
        #expect(scene.flows.map { $0.keys.map(\.base64url) } == [[a.jkt], [b.jkt]])
    }

    /// In whatever order the numbers come: the last value of each, all of each in order, nothing for the others.
    @Test(arguments: [[], [4], [0, 1, 2, 3], [2, 5, 9, 40], [9, 5, 5, 2, 40, 5], [3, 3, 3]])
    func tableKnowsItsNumbers(numbers: [Int]) {
        let table = ExchangeTable(numbers.enumerated().map { (index: $0.element, value: $0.offset) })
        #expect(table.entries.map(\.index) == numbers.sorted())
        for number in -1...41 {
            let values = numbers.indices.filter { numbers[$0] == number }
            #expect(table[number] == values.last)
            #expect(Array(table.all(number)) == values)
        }
    }

    @Test func whatCannotBePlacedIsKept() {
        var scene = Scene()
        let (a, b) = (TestKey(1), TestKey(2))
        _ = scene.token(a)
        _ = scene.token(b, token: TestKey(9).token(jkt: b.jkt))
        scene.add("GET", "https://www.test/style.css", [])
        let flows = scene.flows
        #expect(flows.count == 3 && !flows[2].isFlow)
        #expect(flows[2].steps.map(\.kind) == [.unknown])
    }

    @Test func capturesWithoutTimesArePairedByToken() {
        var scene = Scene()
        let key = TestKey()
        let token = scene.token(key)
        scene.add("GET", "http://up.internal/data", [("Authorization", "Bearer \(token)")])
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token))
        scene.exchanges = scene.exchanges.map { Exchange(index: $0.index, request: $0.request, response: $0.response) }
        #expect(scene.flows[0].steps.map(\.kind).contains(.upstreamRequest))
        #expect(scene.report().count(.fail) == 0)
    }

    @Test func pushedAuthorizationLeadsToTheCode() {
        var scene = Scene()
        let key = TestKey()
        scene.add(
            "POST", "https://as.test/par", [("DPoP", key.proof("POST", "https://as.test/par"))],
            body: "response_type=code&client_id=c", status: 201, answerBody: "{\"request_uri\":\"urn:x\"}")
        scene.add(
            "GET", "https://as.test/auth?client_id=c&request_uri=urn%3Ax", [], status: 302,
            answer: [("Location", "http://localhost/cb?code=abc")])
        _ = scene.token(key, form: "grant_type=authorization_code&code=abc")
        #expect(scene.flows.count == 1)
        #expect(
            scene.flows[0].steps.map(\.kind) == [
                .keygen, .pushedAuthorization, .authorization, .tokenRequest, .tokenResponse,
            ])
        #expect(scene.verdict(.codeBinding)?.verdict == .pass)
    }

    /// RFC 8628: two devices of two keys; each is told from the other by its code, and being told to wait is no
    /// refusal.
    /// A login page that sends the request along with the password is the authorization endpoint's, and no PAR.
    @Test(arguments: [
        ("/auth", StepKind.authorization), ("/authorize", .authorization), ("/par", .pushedAuthorization),
    ])
    func aLoginFormIsNoPushedRequest(path: String, kind: StepKind) {
        var scene = Scene()
        let key = TestKey()
        scene.add(
            "POST", "https://as.test" + path, [],
            body: "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2F&dpop_jkt=\(key.jkt)",
            status: 302, answer: [("Location", "https://app.test/?code=code-one")])
        _ = scene.token(key, form: "grant_type=authorization_code&code=code-one")
        #expect(scene.flows.count == 1)
        #expect(scene.flows[0].steps.map(\.kind).contains(kind))
        #expect(scene.diagnosis().entries.isEmpty)
    }

    @Test func devicesAreLinkedByTheirCodes() {
        var scene = Scene()
        let (a, b) = (TestKey(1), TestKey(2))
        let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code="
        scene.add(
            "POST", "https://as.test/auth/device", [], body: "client_id=c",
            answerBody: "{\"device_code\":\"one\",\"user_code\":\"A\"}")
        scene.add(
            "POST", "https://as.test/start", [], body: "client_id=c",
            answerBody: "{\"device_code\":\"two\",\"user_code\":\"B\"}")
        scene.add(
            "POST", Scene.tokenURL, [("DPoP", b.proof("POST", Scene.tokenURL))], body: grant + "two", status: 400,
            answerBody: "{\"error\":\"authorization_pending\"}")
        _ = scene.token(a, form: grant + "one")
        _ = scene.token(b, token: TestKey(9).token(jkt: b.jkt), form: grant + "two")
        #expect(scene.flows.map(\.exchanges) == [[0, 3], [1, 2, 4]])
        #expect(
            scene.flows[1].steps.map(\.kind) == [
                .keygen, .authorization, .tokenRequest, .tokenResponse, .tokenRequest, .tokenResponse,
            ])
        #expect(scene.flows[1].steps.map(\.isPending) == [false, false, false, true, false, false])
        #expect(scene.diagnosis(1).unexplained == nil)
    }

    /// httpbin and go-httpbin answer with the headers they got: what is seen of a hop nobody captured.
    @Test(arguments: [
        (
            "{\"headers\":{\"Authorization\":\"Bearer t\",\"Host\":\"up\"}}",
            "the upstream's echo shows Authorization: Bearer and no Dpop"
        ),
        (
            "{\"args\":{},\"headers\":{\"Host\":[\"up\"],\"authorization\":[\"bearer t\"]}}",
            "the upstream's echo shows Authorization: Bearer and no Dpop"
        ),
        (
            "{\"headers\":{\"Host\":\"up\",\"Authorization\":\"Bearer t\",\"DPoP\":\"e\"}}",
            "the upstream's echo shows the proof (Dpop)"
        ),
        ("{\"headers\":{\"Host\":\"up\",\"Authorization\":\"DPoP t\"}}", "the upstream's echo shows no Bearer token"),
        ("{\"headers\":{\"Host\":\"up\"", nil), ("{\"Host\":\"headers\"}", nil), ("headers Host", nil),
    ]) func anEchoTellsOfTheUpstream(answer: String, words: String?) throws {
        var scene = Scene()
        let key = TestKey()
        let token = scene.token(key)
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token), answerBody: answer)
        let steps = scene.flows[0].steps
        #expect(steps.map(\.number) == (words == nil ? [1, 2, 3, 4, 5, 8] : Array(1...8)))
        #expect(steps.first { $0.kind == .upstreamRequest }?.inferred == words)
        // The same when it is read from a file.
        let text = scene.exchanges.map { FlowLine.write($0) }.joined()
        #expect(try LoadedCapture.read(Bytes(text)).flows[0].steps == steps)
    }

    @Test func keyGenerationAndValidationSayWhatTheyAreInferredFrom() {
        var scene = Scene()
        let key = TestKey()
        let token = scene.token(key)
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token))
        let inferred = scene.flows[0].steps.filter { $0.inferred != nil }
        #expect(inferred.map(\.kind) == [.keygen, .gatewayValidation])
        #expect(inferred.map(\.inferred) == ["the public key in the first proof", "its answer 200"])
        #expect(scene.flows[0].gaps.map(\.words) == ["6 and 7 were not captured"])
    }
}
