import FlowModel
import Testing

@testable import dpop_tui

/// `R` keeps the run that it ends.
@Suite struct EarlierRunTests {
    private static func line(_ index: Int, _ path: String) -> String {
        let url = HTTPURL("https://as.test/\(path)")
        let key = try! SigningKey.generate(.named("ES256")!)
        var plan = FlowPlan()
        plan.endpoints.token = url.text
        let request = try! LiveFlow(plan: plan, key: key).request(.token, at: 1_795_334_400)
        return FlowLine.write(
            Exchange(
                index: index, request: request, response: Response(status: 400, body: Body(Bytes("{}"))),
                started: 1_795_334_400))
    }

    private static func file(_ name: String, _ path: String) -> Document.File {
        Document.File(name: name, loaded: try! LoadedCapture.read(Bytes(line(0, path))))
    }

    /// A run that waits for its token request, and one that ended before it.
    private static func model(isBegun: Bool = true) -> Model {
        let running =
            isBegun
            ? file("lab", "token") : Document.File(name: "lab", loaded: LoadedCapture(.empty, facts: [], problems: []))
        let document = Document(
            files: [running, file("lab run 1", "token2")], settings: CheckSettings(),
            live: LivePlan(pending: isBegun ? 0 : nil, ahead: isBegun ? [.resource] : [.token, .resource]))
        return Model(
            document: document, width: 120, height: 40, live: LiveStatus(phase: .ready(.token), pending: 0))
    }

    @Test func itStandsBehindTheRunThatGoesOn() {
        for isBegun in [true, false] {
            let model = Self.model(isBegun: isBegun)
            #expect(model.document.flows.count == 2 && model.document.flows.map(\.file) == [0, 1])
            #expect(
                model.steps.contains(where: \.isPlanned)
                    && !model.document.flows[1].flow.steps.contains(where: \.isPlanned))
        }
    }

    @Test func nothingIsSentFromIt() {
        var model = Self.model()
        _ = model.press("}")
        #expect(model.isAtEarlierRun && !model.isAtSend && model.pendingStep == nil)
        _ = model.press("G")
        #expect(model.press("n").isEmpty && model.message == Model.earlierRunWords)
        // The run goes on meanwhile: the screen stays.
        _ = model.update(.live(model.document, LiveStatus(phase: .sending(.token), pending: 0)))
        _ = model.update(.live(model.document, LiveStatus(phase: .ready(.token), pending: 0)))
        #expect(model.flowIndex == 1)
        // What sends is seen where the run goes on.
        #expect(model.press("c") == [.live(.run(until: [], stopsAtFailure: false))] && model.flowIndex == 0)
    }

    @Test func dComparesWithIt() throws {
        var model = Self.model()
        _ = model.press(":2<enter>")
        #expect(model.currentStep?.kind == .tokenRequest && model.hasDifference)
        _ = model.press("d")
        let page = try #require(model.page)
        #expect(page.text.hasPrefix("flow 2, the run before, step 2 (-) and step 2 (+): differs in "))
    }
}
