import FlowModel
import Testing

@testable import dpop_tui

@Suite struct StepContentTests {
    private func walk(_ name: String, keys: String = "", width: Int = 120, height: Int = 40) -> Model {
        var model = Walk.all.first { $0.name == name }!.model(width: width, height: height)
        _ = model.press(keys)
        return model
    }

    private func rows(_ model: Model) -> [Row] {
        let rows = model.rows(of: .step)
        return (0..<rows.count).map { rows.row($0) }
    }

    /// Nothing that is wrong is left out of the tab, whatever the step shows.
    @Test(arguments: Walk.all) func everyFindingIsShown(walk: Walk) {
        var model = walk.model(width: 120, height: 40)
        for step in model.steps.indices {
            model.select(step: step)
            let shown = rows(model)
            for finding in model.view!.findings(step) where finding.verdict > .pass {
                let scene = StepScene(model, model.view!, model.currentStep!, width: 80)
                let isThere = shown.contains { $0.target == .check(finding.check) }
                #expect(isThere || scene.headline?.check == finding.check, "\(finding.check) of step \(step)")
            }
        }
    }

    /// Every check that passes at a step that carries a proof has a line of its own to stand on.
    @Test func everyCheckOfACallIsALine() {
        let model = walk("good", keys: ":4<enter>")
        let lines = rows(model).compactMap { row -> Mark? in row.spans.first.map { Mark(text: $0.text) } }
        #expect(lines.filter { $0.text == "✓ " }.count >= 14)
        #expect(!rows(model).contains { $0.text.contains("refresh.binding") })
    }
    private struct Mark { let text: String }

    @Test func whatDoesNotApplyIsNotShown() {
        for row in rows(walk("good", keys: "n")) { #expect(!row.text.contains("ath ") && !row.text.contains("nonce ")) }
        #expect(Copying.tab(walk("nonces", keys: ":4<enter>")).contains("nonce"))
    }

    /// A wrong recipe is the token's fault: the proof's key is what it must be, the token's value is what it is.
    @Test func aMiscomputedThumbprintIsTheTokens() {
        let model = walk("jkt-der", keys: "F")
        #expect(model.currentStep?.kind == .tokenResponse)
        let lane = KeyLane.lines(StepScene(model, model.view!, model.currentStep!, width: 80))
        #expect(lane.map(\.word) == [.first, .same, .madeWrongly])
        let cnf = rows(model).first { $0.text.hasPrefix("✗ cnf") }
        #expect(cnf?.text.contains("key B") == true && cnf?.text.contains("key A, of the proof") == true)
        // At the call the proof's key is right, and no line says otherwise.
        let call = walk("jkt-der", keys: ":4<enter>")
        #expect(rows(call).contains { $0.text.hasPrefix("✓ jwk") })
    }

    /// The answer of a flow that is explained elsewhere says where, and what the server's words are about.
    @Test func step8NamesTheStepThatExplainsIt() {
        for (name, step) in [("jkt-der", "Step 3"), ("two-keys", "Step 4"), ("htu-internal", "Step 4")] {
            let model = walk(name, keys: "G")
            #expect(model.currentStep?.number == 8)
            let text = Copying.tab(model).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
            #expect(text.contains("\(step) explains it.") && text.contains("F goes to"), "\(name)")
            #expect(!text.contains("Nothing"), "\(name)")
        }
        #expect(Copying.tab(walk("htu-internal", keys: "G")).contains("its words are about `htu`: they agree"))
    }

    /// A cause that only the server's words name is told at the step that it is about, not "20 checks pass".
    @Test func aCauseWithoutACheckIsTheHeadline() {
        let model = walk("strip-dpop", keys: "F")
        #expect(model.currentStep?.kind == .resourceRequest && model.view?.mark(model.step) == .fail)
        #expect(rows(model)[0].text.hasPrefix("✗ FAIL"))
        #expect(Copying.tab(model).contains("proof.stripped"))
    }

    @Test func thumbprintsAreComparedByWhatTheyAre() {
        let table = ThumbprintTable(nil, keyFiles: [])
        let value = "yK_ZkLvWWuhKzzHqIBKra5LwPE_fySFmZnocZ7PCNeI"
        let altered = "yK_ZkLvWWuhKzzHqIBKra5LwPE_fySFmZnocZ7PCNeX"
        let other = "pRy3yyTopsuQ9___Q5YgOAZZp3X9J1SWB0FkOdorWro"
        #expect(table.comparison(value, value) == .same)
        #expect(table.comparison(altered, value) == .altered(1))
        #expect(table.comparison(other, value) == .another)
        #expect(table.comparison(other, value, isMadeWrongly: true) == .madeWrongly)
        #expect(table.comparison("abc", value) == .length(3))
        #expect(Thumbprint.differences(altered, value) == [42])
        let spans = Thumbprint.spans(altered, [42], .key1)
        #expect(spans == [Span(String(altered.dropLast()), .key1), Span("X", .lit)])
        // Any length, any bytes.
        for text in ["", "é", String(repeating: "x", count: 5000)] {
            let places = Thumbprint.differences(text, value)
            #expect(Thumbprint.spans(text, places, .key1).reduce(0) { $0 + $1.text.count } <= 43)
        }
    }

    @Test func tooNarrowForAThumbprintItsEndsAreShown() {
        let model = walk("two-keys", keys: "F", width: 40, height: 12)
        #expect(model.screen.contains("≠ at 1") && !model.screen.contains("≠ another key"))
    }

    /// Enter on a thumbprint opens its arithmetic, Enter again its bytes.
    @Test func aThumbprintLeadsToItsArithmeticAndItsBytes() {
        var model = walk("two-keys", keys: ":3<enter><tab>")
        let rows = rows(model)
        let row = rows.lastIndex { if case .thumbprint = $0.target { true } else { false } }
        model.cursors[.step] = row
        _ = model.press("<enter>")
        #expect(model.tab == .keys && model.selectedRow?.target == rows[row ?? 0].target)
        #expect(model.screen.contains("how the thumbprint is made"))
        _ = model.press("<enter>")
        #expect(model.tab == .raw && model.lit?.part == .tokenPayload && model.currentStep?.number == 3)
    }

    @Test func urlsAreElidedInTheMiddle() {
        let url = "https://keycloak.test/realms/demo/protocol/openid-connect/userinfo"
        #expect(url.squeezed(30).hasSuffix("connect/userinfo".suffix(14)) && url.squeezed(30).columns == 30)
        #expect(url.squeezed(200) == url && url.squeezed(0).isEmpty && url.squeezed(1) == "…")
        #expect(String(repeating: "a", count: 1_000_000).squeezed(9) == "aaaa…aaaa")
    }

    /// No size traps, at any step.
    @Test(arguments: Walk.all) func anySizeIsDrawn(walk: Walk) {
        for (width, height) in [
            (1, 1), (2, 5), (12, 3), (39, 11), (40, 12), (41, 17), (60, 18), (95, 19), (96, 20), (131, 33),
        ] {
            var model = walk.model(width: width, height: height)
            for step in model.steps.indices {
                model.select(step: step)
                #expect(ScreenView.draw(model).lines.count == height)
            }
        }
    }

    /// The strip: the current step is always among its numbers, and a click on one goes there.
    @Test func theStripShowsTheStep() {
        var model = walk("nonces", width: 80, height: 24)
        for step in model.steps.indices {
            model.select(step: step)
            let line = ScreenView.draw(model).lines[1]
            #expect(line.contains("▸" + model.steps[step].label), "\(line)")
        }
        _ = model.press("g")
        let line = Array(ScreenView.draw(model).lines[1])
        let column = line.firstIndex(of: "3")!
        _ = model.update(.click(row: 1, column: column))
        #expect(model.currentStep?.label == "3" && model.pane == .sequence)
    }
}
