import FlowModel
import Testing

@testable import dpop_tui

@Suite struct UpdateTests {
    /// C-p: all commands by their words, in any order; those that cannot act now are not offered.
    @Test func thePaletteFindsCommandsByTheirWords() {
        var model = Sample.model(keys: "<c-p>")
        let all = model.palette.map(\.words)
        #expect(
            all.contains("next step; in a live run, send the request on screen") && all.contains("tab Keys")
                && all.contains("theme light"))
        #expect(!all.contains("previous step") && !all.contains { $0.contains("breakpoint") } && !all.contains("up"))
        _ = model.press("tok TAB")
        #expect(model.palette.map(\.words).first == "tab Token")
        _ = model.press("<enter>")
        #expect(model.tab == .token && model.prompt == nil && model.pane == .sequence)
        #expect(model.press("<c-p>rules keycloak<enter>").isEmpty && model.document.settings.profile.id == "keycloak")
        #expect(model.press("<c-p>theme<down><enter>") == [.useTheme("light")])
        #expect(model.press("<c-p>suspend<enter>") == [.suspend])
        // What nothing has, Enter leaves open; Esc takes it back.
        #expect(
            model.press("<c-p>frob<enter>").isEmpty && model.prompt != nil
                && model.screen.contains("no command has these words"))
        _ = model.press("<esc>")
        #expect(model.prompt == nil)
        _ = model.press("<c-p><up><up><down><down><up><c-p><c-n><tab>")
        #expect(model.prompt?.selection == 2 && model.prompt?.text == "")
        _ = model.press("x")
        #expect(model.prompt?.selection == 0)
    }

    /// The list of commands fits on every screen, and what is selected is on it.
    @Test(arguments: [(120, 40), (80, 24), (40, 12), (20, 4), (1, 1)]) func thePaletteFits(width: Int, height: Int) {
        var model = Sample.model(width: width, height: height, keys: "<c-p>")
        for _ in 0..<model.palette.count + 2 {
            let canvas = ScreenView.draw(model)
            #expect(canvas.cells.count == width * height)
            let words = String(model.palette[model.prompt!.selection].words.prefix(5))
            if width >= 40 { #expect(canvas.lines.contains { $0.hasPrefix("▸ ") && $0.contains(words) }) }
            _ = model.press("<down>")
        }
        #expect(model.prompt?.selection == model.palette.count - 1)
    }

    @Test func nAndPStep() {
        var model = Sample.model()
        #expect(model.press("nnn").isEmpty && model.step == 3)
        #expect(model.press("p").isEmpty && model.step == 2)
        _ = model.press("G")
        #expect(model.step == model.steps.count - 1)
        _ = model.press("n")
        #expect(model.message == "this is the last step")
        _ = model.press("g")
        #expect(model.step == 0)
        _ = model.press("8g")
        #expect(model.currentStep?.number == 8)
        _ = model.press(":4<enter>")
        #expect(model.currentStep?.number == 4)
    }

    @Test func marksBringBack() {
        var model = Sample.model()
        _ = model.press("'")
        #expect(model.message == "no mark yet; m sets one" && model.prompt == nil)
        _ = model.press("nnnma")
        #expect(model.message == "step \(model.currentStep!.label) is marked a; 'a comes back to it")
        _ = model.press("}gn")
        #expect(model.flowIndex == 1 && model.step == 1)
        _ = model.press("'a")
        #expect(model.flowIndex == 0 && model.step == 3)
        _ = model.press("''")
        #expect(model.flowIndex == 1 && model.step == 1)
        _ = model.press("G''")
        #expect(model.flowIndex == 1 && model.step == 1)
        _ = model.press(":4<enter>''")
        #expect(model.flowIndex == 1 && model.step == 1)
        _ = model.press("'z")
        #expect(model.message?.hasPrefix("no mark z; there are ' (step ") == true)
        _ = model.press("m<esc>")
        #expect(model.prompt == nil && model.message == nil)
    }

    /// Two requests of two flows: the one that passes and the one that does not.
    @Test func twoPickedRequestsAreCompared() throws {
        var model = Sample.model()
        _ = model.press(":4<enter>")
        #expect(model.press("W").isEmpty)
        #expect(model.message == "step 4 is picked; W on another request, of any flow, shows what they differ in")
        _ = model.press("}:4<enter>")
        #expect(model.press("W").isEmpty)
        let page = try #require(model.page)
        #expect(page.kind == .diff)
        #expect(page.text.hasPrefix("flow 1, step 4 (-) and flow 2, step 4 (+): differs in "))
        #expect(model.picked == nil)
        #expect(model.press("qWW").isEmpty)
        #expect(model.message == "picked no more" && model.picked == nil)
        _ = model.press("gW")
        #expect(model.message == "this step was not captured")
    }

    @Test func tabsAndPanes() {
        var model = Sample.model()
        _ = model.press("3")
        #expect(model.tab == .token && model.pane == .sequence)
        _ = model.press("<tab>l")
        #expect(model.tab == .keys && model.pane == .inspector)
        _ = model.press("h<s-tab>")
        #expect(model.tab == .token && model.pane == .sequence)
    }

    @Test func jAndKMoveOverStepsOrRows() {
        var model = Sample.model()
        _ = model.press("jj")
        #expect(model.step == 2)
        _ = model.press("<tab>2j")
        #expect(model.step == 2 && model.cursors[.proof] != nil)
    }

    @Test func aFailingCheckLeadsToItsBytes() {
        var model = Sample.model(keys: "}F")
        #expect(model.currentStep?.number == 4)
        _ = model.press("<tab>")
        #expect(model.selectedRow?.target == .check(.proofAth))
        _ = model.press("<enter>")
        #expect(model.tab == .raw && model.lit?.part == .proofPayload)
        let rows = model.rows(of: .raw)
        #expect((0..<rows.count).contains { rows.row($0).isLit })
    }

    @Test func escAndQGoBackOneLevelAndQuitAtTheTop() {
        var model = Sample.model(keys: "<tab>+/jti<enter>")
        #expect(model.search == "jti")
        #expect(model.press("q").isEmpty && model.search == nil)
        #expect(model.press("<esc>").isEmpty && !model.isZoomed)
        #expect(model.press("q").isEmpty && model.pane == .sequence)
        #expect(model.press("q") == [.quit(0)])
        #expect(model.press("Q") == [.quit(0)])
        #expect(model.press("<c-c>") == [.quit(0)])
    }

    @Test func nSearchesWhileASearchIsActive() {
        var model = Sample.model(keys: "/DPoP<enter>")
        let first = (model.step, model.tab, model.cursors[model.tab])
        _ = model.press("n")
        #expect((model.step, model.tab, model.cursors[model.tab]) != first)
        _ = model.press("N")
        #expect((model.step, model.tab, model.cursors[model.tab]) == first)
        _ = model.press("<esc>")
        #expect(model.search == nil)
        _ = model.press("/nothing-like-it<enter>")
        #expect(model.message == "not found: nothing-like-it")
    }

    @Test func copying() {
        var model = Sample.model(keys: "n")
        #expect(
            model.press("y") == [
                .copy("https://keycloak.test/realms/demo/protocol/openid-connect/token", what: "the URL")
            ])
        _ = model.press("4")
        guard case .copy(let text, _)? = model.press("y").first else {
            Issue.record("nothing copied")
            return
        }
        #expect(text.count == 43)
        #expect(model.update(.copied("copied")).isEmpty && model.message == "copied")
    }

    @Test func secretsAreMaskedUntilV() {
        var model = Sample.model(keys: "n5")
        let secret = "cf4c655a-0622-4ce6-a0de-d3353ef0b714"
        #expect(!model.screen.contains(secret) && model.screen.contains("client_secret  ****"))
        for tab in ["5", "7"] { #expect(!model.press(tab).isEmpty || !Copying.tab(model).contains(secret)) }
        _ = model.press("5v")
        #expect(model.screen.contains(secret))
        _ = model.press("v")
        #expect(!model.screen.contains(secret))
    }

    @Test func effects() {
        var model = Sample.model()
        #expect(model.press("<c-z>") == [.suspend])
        #expect(model.press("<c-l>") == [.repaint])
        #expect(model.press("t") == [.useTheme("light")])
        #expect(model.press(":theme dark<enter>") == [.useTheme("dark")])
        #expect(model.update(.terminated(15)) == [.quit(143)])
        #expect(model.update(.resize(width: 80, height: 24)) == [.repaint] && model.width == 80)
        guard case .edit(let text, let name)? = model.press("e").first else {
            Issue.record("no effect")
            return
        }
        #expect(text.contains("KEY PAIR") && name == "1-step")
    }

    @Test func pastedTextNeverTriggersKeys() {
        var model = Sample.model()
        #expect(model.update(.paste("qQ\n")).isEmpty && model.step == 0)
        #expect(model.prompt?.kind == .paste && model.prompt?.text.contains("no form that is read") == true)
        #expect(model.press("<esc>").isEmpty && model.prompt == nil && model.pastes.isEmpty)
        _ = model.press("/")
        _ = model.update(.paste("jti\n"))
        #expect(model.prompt?.text == "jti")
    }

    /// A pasted text is told before it is opened, may come in parts, and becomes a capture beside the others.
    @Test func pastedTextIsOpened() {
        var model = Sample.model()
        let flows = model.document.flows.count
        let head = "GET /items HTTP/1.1\nHost: api.test\nDPoP: a.b.c\n"
        _ = model.press("P")
        _ = model.update(.paste(head))
        #expect(model.prompt?.text.contains("read as transcript: 1 exchange;") == true)
        _ = model.update(.paste("\nHTTP/1.1 401 Unauthorized\n\n"))
        #expect(model.press("<enter>").isEmpty && model.prompt == nil)
        #expect(model.document.flows.count > flows && model.view?.file.name == "pasted 1")
        #expect(model.currentStep != nil && model.message?.contains("opened") == true)
        // What is read of the file behind does not take it away.
        _ = model.update(.loaded(Sample.model().document))
        #expect(model.document.files.contains { $0.name == "pasted 1" })
    }

    /// Where the terminal does not mark a paste, its line ends are keys: Ctrl-D ends it.
    @Test func typedTextIsOpened() {
        var model = Sample.model()
        _ = model.press("PGET https://api.test/items<enter>DPoP: a.b.c<enter>")
        #expect(model.prompt?.kind == .paste && model.pastes.isEmpty)
        _ = model.press("<c-d>")
        #expect(model.pastes.count == 1 && model.view?.file.name == "pasted 1")
        _ = model.press("P<c-d>")
        #expect(model.prompt == nil && model.message == "nothing was pasted")
    }

    @Test func filtersByVerdict() {
        var model = Sample.model(keys: "}F")
        #expect(model.filter == nil)
        _ = model.press("f")
        let text = Copying.tab(model)
        #expect(model.filter == .notApplicable && Check.all.allSatisfy { text.contains($0.id.rawValue) })
        let all = model.rows(of: .step).count
        _ = model.press("f")
        #expect(model.filter == .warn && model.rows(of: .step).count < all)
        _ = model.press("f")
        #expect(model.filter == .fail && model.rows(of: .step).count < all)
        _ = model.press("f")
        #expect(model.filter == nil)
    }

    @Test func loadingMoreKeepsThePlace() {
        var model = Sample.model(keys: "}FF")
        let step = model.currentStep
        #expect(model.update(.progressed(0.42)).isEmpty && model.screen.contains("reading 42 %"))
        #expect(model.update(.loaded(Sample.document)).isEmpty && !model.screen.contains("reading"))
        #expect(model.currentStep == step && model.flowIndex == 1)
    }

    @Test func unknownKeysSayWhatToDo() {
        var model = Sample.model()
        _ = model.press("K")
        #expect(model.message == "K does nothing here; ? lists the keys")
        _ = model.press(":frob<enter>")
        #expect(model.message?.hasPrefix("unknown command 'frob'") == true)
    }

    @Test func clicks() {
        var model = Sample.model()
        let tabs = String(model.screen.split(separator: "\n", omittingEmptySubsequences: false)[2])
        let tab = tabs.range(of: "3 Token").map { tabs.distance(from: tabs.startIndex, to: $0.lowerBound) }
        _ = model.update(.click(row: 2, column: (tab ?? 0) + 3))
        #expect(model.tab == .token)
        _ = model.update(.click(row: 6, column: 12))
        #expect(model.pane == .sequence && model.step == 1)
    }

    @Test func noKeyIsBoundThatTerminalsTake() {
        for binding in Binding.all {
            for key in binding.keys {
                #expect(
                    ![.control("h"), .control("m"), .control("i"), .control("s"), .control("q"), .control("[")]
                        .contains(key))
            }
        }
    }
}
