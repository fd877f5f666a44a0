import FlowModel
import Testing

@testable import dpop_tui

/// Where a capture opens, and what row 1 says of it.
@Suite struct OpeningTests {
    /// One flow of the sample as a capture of its own.
    private static func single(_ flow: Int) -> Document {
        let loaded = Opening.sample().loaded
        let own = loaded.flows[flow].exchanges.compactMap { loaded.exchange($0) }
        let text = own.map(FlowLine.write).joined()
        let file = Document.File(name: "captures/one.jsonl", loaded: try! LoadedCapture.read(Bytes(text)))
        return Document(files: [file], settings: CheckSettings())
    }

    /// Flow 2 lacks `ath`: its capture opens on the request without it, and says so without a key.
    @Test(arguments: [(120, 40), (80, 24), (40, 12)]) func aFailingCaptureOpensOnTheStepToMend(width: Int, height: Int)
    {
        let model = Model(document: Self.single(1), width: width, height: height)
        #expect(model.view?.isFailing == true)
        #expect(model.step == model.view?.stepToMend && model.currentStep?.kind == .resourceRequest)
        #expect(model.view?.diagnosis.causes.first?.step == model.step)
        if width >= 80 { #expect(ScreenView.draw(model).lines[0].contains("✗ FAIL")) }
        var moved = model
        _ = moved.press("gF")
        #expect(moved.step == model.step)
    }

    @Test func aGoodCaptureOpensAtItsFirstStep() {
        let model = Model(document: Self.single(0), width: 120, height: 40)
        #expect(model.step == 0 && model.view?.stepToMend == nil)
        #expect(ScreenView.draw(model).lines[0].contains("  ✓ PASS  "))
    }

    /// As much of the verdict as there is room for, never a piece of it.
    @Test func theVerdictIsCutBetweenItsParts() throws {
        let view = try #require(Self.single(1).view(0))
        let all = view.verdictWords(columns: 400)
        let id = try #require(view.diagnosis.causes.first?.id)
        #expect(all == "✗ FAIL \(id), step 4: \(view.diagnosis.causes[0].sentence)")
        #expect(view.verdictWords(columns: all.columns - 1) == "✗ FAIL \(id), step 4")
        #expect(view.verdictWords(columns: 9 + id.count) == "✗ FAIL \(id)")
        #expect(view.verdictWords(columns: 6) == "✗ FAIL" && view.verdictWords(columns: 5) == "")
    }
}
