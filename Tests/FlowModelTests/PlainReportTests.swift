import Testing

@testable import FlowModel

@Suite struct PlainReportTests {
    @Test func everyStateIsAWord() {
        var scene = Scene()
        let key = TestKey()
        let token = scene.token(key)
        scene.call(
            token, proof: key.proof("GET", Scene.apiURL), status: 401,
            answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\u{1B}[2J\"")])
        let reader = FactReader()
        let facts = scene.exchanges.map { reader.facts($0) }
        let flow = FlowAssembler.flows(facts)[0]
        let checker = FlowChecker(context: CaptureContext(facts: facts) { scene.exchanges[$0] })
        let story = checker.story(of: flow) { scene.exchanges[$0] }
        let text = PlainReport.flow(checker.check(flow, story: story), story, of: 3)
        #expect(text.hasPrefix("Flow 1 of 3: 6 steps. FAIL, 1 request refused: "))
        #expect(text.contains("\nKey 1 of 1, thumbprint \(key.jkt)\n"))
        #expect(
            text.contains(
                "\nStep 1 of 8, Client: key pair. Inferred from the public key in the first proof. Nothing to check.\n")
        )
        #expect(text.contains("\nStep 4 of 8, Client to Gateway: GET "))
        #expect(
            text.contains(
                "\n  FAIL, proof.ath: the proof does not name the access token: `ath` is missing.\n    Expected ath: "))
        #expect(text.contains("\n    Source: RFC 9449 §4.3(12a).\n"))
        #expect(text.contains("\nSteps 6 and 7 did not happen: refused.\n"))
        // One verdict a step.
        for step in text.split(separator: "\nStep ").dropFirst() {
            let line = step.split(separator: "\n")[0]
            let words = ["PASS", "FAIL", "WARN", "REFUSED", "CANNOT TELL", "Nothing to check"].filter {
                line.contains($0)
            }
            #expect(words.count == 1, "\(line)")
        }
        #expect(text.contains(". FAIL: 1 fail, "))
        // Marks and lines say nothing to an ear; a terminal's controls must not get through.
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || !HostileText.isHostile($0) } && !text.contains("✗")
                && !text.contains("│"))
    }
}
