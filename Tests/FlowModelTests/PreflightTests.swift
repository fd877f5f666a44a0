import Testing

@testable import FlowModel

/// A browser's question before its call (Fetch standard §4.8): part of the flow, and no request that needs a proof.
@Suite struct PreflightTests {
    static let page = "https://app.test"
    static let metadata = "https://as.test/.well-known/openid-configuration"

    static func preflight(_ scene: inout Scene, _ url: String, _ method: String, _ fields: String, status: Int = 204) {
        scene.add(
            "OPTIONS", url,
            [
                ("Origin", page), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", fields),
            ],
            status: status,
            answer: [("Access-Control-Allow-Origin", page), ("Access-Control-Allow-Headers", fields)])
    }

    static func get(_ scene: inout Scene, _ url: String, status: Int = 200, _ body: String? = nil) {
        scene.add("GET", url, [("Origin", page)], status: status, answerBody: body)
    }

    /// A whole flow of a page, with a preflight before every call that needs one.
    static func flow() -> (scene: Scene, key: TestKey) {
        var scene = Scene()
        let key = TestKey()
        preflight(&scene, metadata, "GET", "mcp-protocol-version")
        get(&scene, metadata, "{\"issuer\":\"https://as.test\",\"token_endpoint\":\"\(Scene.tokenURL)\"}")
        preflight(&scene, Scene.tokenURL, "POST", "dpop", status: 200)
        let token = scene.token(key)
        preflight(&scene, Scene.apiURL, "GET", "authorization,dpop")
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token, jti: "call-abcdefgh"))
        return (scene, key)
    }

    @Test func aPreflightIsOfTheFlowAndNeedsNoProof() {
        let (scene, _) = Self.flow()
        let flows = scene.flows
        #expect(flows.count == 1 && flows[0].isFlow)
        let report = scene.report()
        #expect(report.verdict == .pass && report.refusals.isEmpty)
        #expect(scene.diagnosis().causes.isEmpty)
        let asked = flows[0].steps.indices.filter { index in
            flows[0].steps[index].exchange.map { scene.exchanges[$0].request.method == "OPTIONS" } == true
        }
        #expect(asked.count == 3)
        for index in asked {
            #expect(flows[0].steps[index].kind == .unknown && flows[0].steps[index].from == .client)
            let judged = report.findings(at: index).filter { $0.verdict != .notApplicable }
            #expect(
                judged.allSatisfy { !$0.check.rawValue.hasPrefix("proof.") && !$0.check.rawValue.hasPrefix("request.") }
            )
        }
    }

    /// Of several flows a preflight is of the one whose call it asks for, whichever comes first in the capture.
    @Test func aPreflightIsOfItsCallsFlow() {
        var scene = Scene()
        let (a, b) = (TestKey(1), TestKey(2))
        let (first, second) = (scene.token(a), scene.token(b, token: TestKey(9).token(jkt: b.jkt)))
        let (one, two) = (Scene.apiURL + "/one", Scene.apiURL + "/two")
        Self.preflight(&scene, two, "GET", "authorization,dpop")
        scene.call(first, proof: a.proof("GET", one, token: first, jti: "one-abcdefgh"), url: one)
        scene.call(second, proof: b.proof("GET", two, token: second, jti: "two-abcdefgh"), url: two)
        Self.preflight(&scene, one, "GET", "authorization,dpop")
        // Another site's, without token or proof.
        Self.preflight(&scene, "https://www.test/", "POST", "content-type")
        #expect(scene.flows.map { $0.exchanges.sorted() } == [[0, 3, 5], [1, 2, 4], [6]])
    }

    /// The call that a refused preflight asked for never went out: it is a refusal all the same.
    @Test func aRefusedPreflightIsNeverHomeless() {
        var scene = Scene()
        let (a, b) = (TestKey(1), TestKey(2))
        _ = (scene.token(a), scene.token(b, token: TestKey(9).token(jkt: b.jkt)))
        Self.preflight(&scene, Scene.apiURL, "GET", "authorization,dpop", status: 401)
        #expect(scene.flows.count == 2 && scene.flows.allSatisfy(\.isFlow))
        #expect(scene.flows.indices.filter { scene.report(flow: $0).verdict == .fail } == [1])
    }

    /// The question whether metadata may be fetched is none that fetched some.
    @Test func anAnsweredPreflightExcusesNoMetadata() {
        var scene = Scene()
        Self.preflight(&scene, Self.metadata, "GET", "mcp-protocol-version")
        Self.get(&scene, Self.metadata, status: 404)
        _ = scene.token(TestKey())
        #expect(scene.flows[0].steps.filter { $0.kind == .discovery }.count == 1)
        func others() -> OtherRequests {
            let exchanges = scene.exchanges
            let checker = FlowChecker(context: CaptureContext())
            return checker.story(of: scene.flows[0]) { exchanges[$0] }.others
        }
        #expect(!others().hasAnsweredMetadata(like: HTTPURL(Self.metadata)))
        Self.get(&scene, "https://as.test/.well-known/oauth-authorization-server", "{\"issuer\":\"https://as.test\"}")
        #expect(others().hasAnsweredMetadata(like: HTTPURL(Self.metadata)), "the next form of it answered")
    }

    @Test(arguments: [(401, true), (400, true), (204, false), (200, false)])
    func aRefusedPreflightIsARefusal(status: Int, isRefused: Bool) {
        var (scene, _) = Self.flow()
        Self.preflight(&scene, Scene.apiURL + "/other", "GET", "authorization,dpop", status: status)
        #expect(scene.report().refusals.count == (isRefused ? 1 : 0))
        #expect(scene.diagnosis().entries.contains(where: { $0.cause?.id == .htmPreflight }) == isRefused)
    }
}
