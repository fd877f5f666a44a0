import FlowModel
import Testing

@testable import dpop_tui

@Suite struct PageTests {
    @Test func theDiagnosisStandsBesideTheDiagram() {
        var model = Sample.model(keys: "}FE")
        #expect(model.page?.kind == .diagnosis)
        #expect(
            model.screen.contains("Diagnosis of flow 2") && model.screen.contains("✗ ath.missing  step 4  proof.ath")
                && model.screen.contains("Gateway"))
        _ = model.press("n")
        #expect(model.message == "q closes this page first" && model.currentStep?.number == 4)
        #expect(model.press("y") == [.copy(model.page!.text, what: "the page")])
        #expect(model.press("e") == [.edit(model.page!.text, name: "diagnosis")])
        _ = model.press("L")
        #expect(model.page?.kind == .ledger && model.screen.contains("Clocks, by Date headers"))
        _ = model.press("L")
        #expect(model.page == nil && !model.screen.contains("Ledgers"))
        _ = model.press("E<esc>")
        #expect(model.page == nil && model.currentStep?.number == 4)
    }

    /// On a small screen the page has all of it, and every line of the text is there.
    @Test(arguments: [(80, 24), (120, 40), (44, 14), (40, 12)]) func everyWordOfAPageCanBeReached(
        width: Int, height: Int
    ) {
        var model = Sample.model(width: width, height: height, keys: "}FE")
        let words = { (text: String) in text.filter { !$0.isWhitespace } }
        let wanted = words(model.page!.text)
        #expect(words(PageView.rows(model).map(\.text).joined()) == wanted)
        var seen: [String] = []
        for _ in 0..<400 {
            seen.append(ScreenView.draw(model).lines[3])
            let before = model.page!.top
            _ = model.press("j")
            if model.page!.top == before { break }
        }
        #expect(model.page!.top == max(0, PageView.rows(model).count - PageView.height(model)))
        _ = model.press("g")
        #expect(model.page!.top == 0)
        _ = model.press("G<c-u><c-d> b<pageup>")
        #expect(model.page!.top >= 0)
    }

    @Test func searchInAPage() {
        var model = Sample.model(height: 24, keys: "?/verbatim<enter>")
        #expect(model.message == "not found: verbatim")
        _ = model.press("<esc>/suspend<enter>")
        #expect(model.screen.contains("suspend; fg comes back") && model.page!.top > 0)
        let first = model.page!.match
        _ = model.press("n")
        #expect(model.page!.match == first)
        _ = model.press("<esc>")
        #expect(model.search == nil && model.page != nil)
        _ = model.press("q")
        #expect(model.page == nil)
    }

    @Test func aDifferenceKeepsItsSigns() {
        let model = Sample.model(keys: "}}:4<enter>d")
        let lines = PageView.rows(model)
        #expect(
            lines.contains {
                $0.text == "+ scope              \"openid profile\"" && $0.spans.allSatisfy { $0.role == .accent }
            })
        #expect(lines.contains { $0.text == "- status             400" && $0.spans.allSatisfy { $0.role == .dim } })
    }
}

@Suite struct ExportTests {
    @Test func aRequestAsCurlCommand() {
        var model = Sample.model(keys: "n")
        guard case .copy(let text, let what)? = model.press("xc").first else {
            Issue.record("nothing copied")
            return
        }
        #expect(what == "the request as a curl command")
        #expect(text.hasPrefix("curl --http1.1 https://keycloak.test/realms/demo/protocol/openid-connect/token \\\n"))
        #expect(text.contains("  -H 'DPoP: eyJ") && text.contains("client_secret=****") && !text.contains("Host:"))
        guard case .copy(let open, _)? = model.press("vxc").first else {
            Issue.record("nothing copied")
            return
        }
        #expect(open.contains("client_secret=cf4c655a-0622-4ce6-a0de-d3353ef0b714"))
    }

    @Test func whatASavedFlowIs() throws {
        var model = Sample.model(keys: "}Fw")
        #expect(model.prompt?.text == "sample-flow2.jsonl")
        guard case .save(let text, let path)? = model.press("<enter>").first else {
            Issue.record("nothing saved")
            return
        }
        #expect(path == "sample-flow2.jsonl")
        let verdicts = { (loaded: LoadedCapture) in
            let view = Document(files: [Document.File(name: "again", loaded: loaded)], settings: CheckSettings()).view(
                0)!
            return Verdict.allCases.dropFirst().map(view.report.count)
        }
        var own = Verdict.allCases.dropFirst().map(model.view!.report.count)
        // A saved flow takes the metadata along that another flow asked for, and a check looks at it.
        own[0] += 1
        let again = try LoadedCapture.read(Bytes(text))
        #expect(again.flows.count == 1 && again.flows[0].keys == model.view?.flow.keys)
        #expect(verdicts(again) == own)
        guard case .save(let har, "a b.har")? = model.press(":w a<esc>w<c-u>a b.har<enter>").last else {
            Issue.record("nothing saved")
            return
        }
        #expect(try verdicts(LoadedCapture.read(Bytes(har))) == own)
        guard case .save(let json, "sample-flow2.json")? = model.press("xj<enter>").last else {
            Issue.record("nothing saved")
            return
        }
        #expect(try JSONDocument(Bytes(json)).root["flows"]?.elements.first?["cause"]?.string == "ath.missing")
        guard case .save(let report, "x.txt")? = model.press(":w x.txt<enter>").last else {
            Issue.record("nothing saved")
            return
        }
        #expect(report.contains("proof.ath"))
        guard case .save(_, "a b.txt")? = model.press(":w a b.txt<enter>").last else {
            Issue.record("nothing saved")
            return
        }
        #expect(model.press(":w x.doc<enter>").isEmpty)
        #expect(
            model.message == "cannot tell the form of 'x.doc'; expected a name that ends in .jsonl, .har, .json or .txt"
        )
    }

    @Test func stepsWithoutARequestSayThatTheyHaveNone() {
        var model = Sample.model(keys: "nnnnn")
        #expect(model.press("xq").isEmpty && model.prompt == nil && model.message == nil)
        #expect(model.press("xp").isEmpty && model.message == "there is no proof in this step")
    }
}

@Suite struct CommandLineTests {
    @Test func tabCompletes() {
        var model = Sample.model(keys: ":th<tab>")
        #expect(model.prompt?.text == "theme ")
        _ = model.press("li<tab>")
        #expect(model.prompt?.text == "theme light")
        _ = model.press("<c-u>profile k<tab>")
        #expect(model.prompt?.text == "profile k" && model.prompt?.choices == ["kong", "keycloak"])
        _ = model.press("o")
        #expect(model.prompt?.choices == [])
        _ = model.press("<tab>")
        #expect(model.prompt?.text == "profile kong" && model.prompt?.choices == [])
        _ = model.press("<c-u>zz<tab>")
        #expect(model.prompt?.text == "zz")
    }

    /// Two minutes later, by the rules of a server that wants proofs to be fresh.
    @Test func otherRulesAndAnotherTime() {
        var model = Sample.model(keys: ":4<enter>")
        #expect(model.view?.report.count(.fail) == 0)
        _ = model.press(":profile keycloak<enter>:clock +10m<enter>")
        #expect(model.view!.report.count(.fail) > 0 && model.currentStep?.number == 4)
        #expect(model.message == "judged by the rules of keycloak, clock: capture +10 min")
        _ = model.update(.loaded(Sample.document))
        #expect(model.view?.settings.profile.id == "keycloak")
        _ = model.press(":profile rfc9449<enter>:clock capture<enter>")
        #expect(model.view?.report.count(.fail) == 0)
        _ = model.press(":clock noon<enter>")
        #expect(
            model.message
                == "cannot read the clock 'noon'; expected capture, an RFC 3339 time, or an offset such as +40s or -5m")
        _ = model.press(":profile kongo<enter>")
        #expect(model.message?.hasPrefix("no profile 'kongo'; there are rfc9449") == true)
    }

    @Test func worstChecksFirst() {
        var model = Sample.model(keys: "}Fo")
        /// The first line that begins with the id of a check.
        func first() -> Row? {
            (0..<model.rows(of: .step).count).lazy.map { model.rows(of: .step).row($0) }.first { row in
                Check.all.contains { row.text.hasPrefix($0.id.rawValue) }
            }
        }
        #expect(first()?.target == .check(.proofAth))
        _ = model.press("o")
        #expect(first()?.target == .check(Check.all[0].id))
    }

    @Test func theDiagramGrowsAndShrinks() {
        var model = Sample.model()
        let width = Layout(model).sequence!.width
        _ = model.press("]]")
        #expect(Layout(model).sequence!.width == width + 8)
        _ = model.press("[[[[[[[[[[[[[")
        #expect(Layout(model).sequence!.width == 44 && model.message == "the diagram cannot be narrower")
        _ = model.press("]")
        #expect(Layout(model).sequence!.width == 46)
        _ = model.update(.resize(width: 80, height: 24))
        _ = model.press("]")
        #expect(model.message == "the panes do not stand side by side here")
    }
}
