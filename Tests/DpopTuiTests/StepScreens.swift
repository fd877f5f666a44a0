import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// Captures that the built-in lab made, for screens.
enum Recorded {
    static let folder = Golden.folder.appendingPathComponent("captures")

    static func document(_ name: String) -> Document {
        let data = try! Data(contentsOf: folder.appendingPathComponent(name + ".jsonl"))
        let loaded = try! LoadedCapture.read(Bytes([UInt8](data)))
        return Document(files: [Document.File(name: name, loaded: loaded)], settings: CheckSettings())
    }
}

/// A flow whose steps are kept as screens.
struct Walk: Sendable, CustomStringConvertible {
    let name: String
    let document: Document
    let flow: Int

    var description: String { name }

    func model(width: Int, height: Int) -> Model {
        var model = Model(document: document, width: width, height: height)
        model.isOverview = false
        model.show(flow: flow)
        return model
    }

    static let failing = all.filter { $0.name != "good" && $0.name != "nonces" }

    static let all: [Walk] =
        ["good", "missing-ath", "nonces", "two-keys"].enumerated().map { index, name in
            Walk(name: name, document: Sample.document, flow: index)
        }
        + ["jkt-der", "cnf-absent", "token-expired", "htu-internal", "strip-dpop"].map { name in
            Walk(name: name, document: Recorded.document(name), flow: 0)
        }
}

/// The screens of all steps of a flow, kept small: the first one whole, of the others what is not as it was before.
enum StepScreens {
    /// What is kept of a screen: beside the diagram, which has screens of its own, the inspector.
    private static func lines(_ model: Model) -> [String] {
        let canvas = ScreenView.draw(model)
        let layout = Layout(model)
        guard layout.isBeside, let area = layout.inspector else { return canvas.lines }
        return (0..<canvas.height).map { row in
            let text = String(canvas.row(row).dropFirst(area.column).compactMap { $0.width == 0 ? nil : $0.text })
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
    }

    static func text(_ walk: Walk, width: Int, height: Int) -> String {
        var model = walk.model(width: width, height: height)
        var before = Array(repeating: "", count: height)
        var out = ""
        for step in model.steps.indices {
            model.select(step: step)
            let now = lines(model)
            out += "== step \(model.steps[step].label)\n"
            for (row, line) in now.enumerated() where line != before[row] {
                let number = String(row)
                out += String(repeating: " ", count: max(0, 2 - number.count)) + number + "  " + line + "\n"
            }
            before = now
        }
        return out
    }
}

@Suite struct StepScreenTests {
    @Test(arguments: Walk.all, [(200, 60), (120, 40), (80, 24), (40, 12)])
    func everyStep(walk: Walk, size: (Int, Int)) {
        let (width, height) = size
        Golden.expect(
            StepScreens.text(walk, width: width, height: height), file: "steps/\(walk.name)-\(width)x\(height)")
    }

    /// What a person sees first of each failure at two usual sizes: what failed, and what to do.
    @Test(arguments: Walk.failing, [(120, 40), (80, 24), (40, 12)])
    func theFirstScreenAnswers(walk: Walk, size: (Int, Int)) throws {
        var model = walk.model(width: size.0, height: size.1)
        _ = model.press("F")
        let cause = try #require(model.view?.diagnosis.causes.first)
        #expect(cause.step == model.step)
        let screen = model.screen
        #expect(screen.contains("✗") && screen.contains("fix  "))
        if size.0 > 60 { #expect(screen.contains(cause.id)) }
    }

    /// The two values that differ stand on the first screen: thumbprints one under the other, others as `must be` and
    /// `is`.
    @Test(arguments: [(120, 40), (80, 24)])
    func theTwoValuesAreOnTheFirstScreen(width: Int, height: Int) {
        var keys = Walk.all[3].model(width: width, height: height)
        _ = keys.press("F")
        let lane = KeyLane.lines(StepScene(keys, keys.view!, keys.currentStep!, width: 80))
        #expect(Set(lane.map(\.value)).count == 2)
        for line in lane { #expect(keys.screen.contains(line.value)) }
        #expect(keys.screen.contains("≠ another key") && keys.screen.contains("= same"))
        var ath = Walk.all[1].model(width: width, height: height)
        _ = ath.press("F")
        #expect(ath.screen.contains("must be  ath aseLFdoYlSFveghzpachw4mNtgz12yzEYgquk0SRt4c"))
        #expect(ath.screen.contains("is  no ath"))
    }
}
