import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// All flows at a glance: the rows, what keys do to them, and the way in and out.
@Suite struct OverviewTests {
    private static func flows(_ model: Model) -> [Int] {
        model.overview!.lines.compactMap { if case .flow(let index) = $0 { index + 1 } else { nil } }
    }

    @Test func severalFlowsOpenAsRowsTheWorstFirst() {
        let model = Sample.overview()
        #expect(model.isOverview && Self.flows(model) == [2, 4, 1, 3])
        let lines = ScreenView.draw(model).lines
        #expect(lines[0].hasPrefix(" dpop-tui  sample   4 flows   ✗ 2   ! 0   ✓ 2"))
        #expect(lines[2].hasPrefix("▸✗ 2  ") && lines[2].contains("✓✓✓✗✗––✗") && lines[2].hasSuffix("401  ath.missing"))
        #expect(lines[3].hasSuffix("401  key.two-keys") && lines[5].hasSuffix("200  2 nonce retries"))
        #expect(lines.contains(" the proof does not name the access token: `ath` is missing"))
    }

    /// A key has one colour, in the overview and in its flow.
    @Test func keysKeepTheirColours() throws {
        for flow in Sample.document.flows.indices where Sample.document.flows[flow].flow.isFlow {
            var model = Sample.overview()
            let number = try #require(model.overview?.keyNumber(flow))
            _ = model.obey("flow \(flow + 1)")
            let lane = KeyLane.lines(StepScene(model, model.view!, model.currentStep!, width: 80))
            let first = try #require(lane.first)
            #expect(model.contents.thumbprints(model).role(first.group) == .key(number))
        }
        #expect(Set((0..<4).compactMap { Sample.overview().overview?.keyNumber($0) }).count == 4)
    }

    @Test func enterOpensAndQReturns() {
        var model = Sample.overview()
        _ = model.press("j<enter>")
        #expect(!model.isOverview && model.flowIndex == 3 && model.step == model.view?.stepToMend)
        _ = model.press("}")
        #expect(model.flowIndex == 3 && model.message == "this is the last flow")
        _ = model.press("{")
        #expect(model.flowIndex == 2)
        #expect(model.press("q").isEmpty && model.isOverview && model.overview?.selectedFlow == 2)
        #expect(model.press("<esc>").isEmpty && model.message == "q leaves" && model.press("q") == [.quit(0)])
        for (key, kind) in [("E", Page.Kind.diagnosis), ("L", .ledger)] {
            var model = Sample.overview(keys: key)
            #expect(!model.isOverview && model.page?.kind == kind && model.flowIndex == 1)
            _ = model.press("qq")
            #expect(model.isOverview)
        }
        var other = Sample.overview(keys: "3")
        #expect(other.tab == .token && other.flowIndex == 1 && !other.isOverview)
        _ = other.press("q:flow 3<enter>")
        #expect(other.flowIndex == 2 && !other.isOverview)
    }

    @Test func theCursorMovesOverRows() {
        var model = Sample.overview(keys: "n")
        #expect(model.overview?.selectedFlow == 3)
        _ = model.press("G")
        #expect(model.overview?.selectedFlow == 2)
        _ = model.press("j")
        #expect(model.overview?.selectedFlow == 2)
        _ = model.press("g")
        #expect(model.overview?.selectedFlow == 1)
        _ = model.press("F")
        #expect(model.overview?.selectedFlow == 3)
        _ = model.press("F")
        #expect(model.overview?.selectedFlow == 1)
        _ = model.press(":3<enter>")
        #expect(model.overview?.selectedFlow == 2)
        _ = model.press("9g")
        #expect(model.message == "no flow 9 among those shown")
        let layout = OverviewLayout(model)
        _ = model.update(.click(row: layout.listTop, column: 5))
        #expect(model.isOverview && model.overview?.selectedFlow == 1)
        _ = model.update(.click(row: layout.listTop, column: 5))
        #expect(!model.isOverview && model.flowIndex == 1)
    }

    @Test(arguments: [
        ("two-keys", [4]), ("ATH", [2]), ("401", [2, 4]), ("api.example", [2, 4, 1, 3]),
        ("GET /anything", [2, 4, 1, 3]),
        ("nothing like it", []),
    ])
    func aTextFilters(text: String, expected: [Int]) {
        var model = Sample.overview(keys: "/\(text)<enter>")
        #expect(Self.flows(model) == expected)
        if expected.isEmpty { #expect(model.screen.contains("no flow has") && model.overview?.selectedFlow == nil) }
        #expect(model.press("q").isEmpty && Self.flows(model).count == 4)
    }

    @Test func aThumbprintFilters() throws {
        var model = Sample.overview()
        let key = try #require(model.document.flows[2].flow.keys.first?.base64url)
        _ = model.press("/\(key.prefix(12))<enter>")
        #expect(Self.flows(model) == [3])
    }

    @Test func failingOnlyAndOrders() {
        var model = Sample.overview(keys: "f")
        #expect(Self.flows(model) == [2, 4])
        _ = model.press("fo")
        #expect(Self.flows(model) == [1, 2, 3, 4] && model.message == "order: as in the files")
        _ = model.press("o")
        #expect(Self.flows(model) == [1, 2, 3, 4] && model.overview?.order == .time)
        _ = model.press("o")
        #expect(Self.flows(model) == [2, 4, 1, 3] && model.overview?.order == .cause)
        _ = model.press("o")
        #expect(model.overview?.order == .worst)
    }

    /// Whoever chose a row keeps it whatever the order.
    @Test func theSelectedFlowStaysSelected() {
        var model = Sample.overview(keys: "jj")
        #expect(model.overview?.selectedFlow == 0)
        for _ in 0..<4 {
            _ = model.press("o")
            #expect(model.overview?.selectedFlow == 0)
        }
    }

    @Test func groupsFold() {
        var model = Sample.overview(keys: "C")
        #expect(model.overview?.groups.map(\.kind.title) == ["ath.missing", "key.two-keys", "passed"])
        #expect(model.overview?.lines == [.group(0), .group(1), .group(2)])
        #expect(model.screen.contains("+ passed ×2"))
        _ = model.press("E")
        #expect(model.isOverview && model.message == "Enter unfolds the group; this takes one flow")
        _ = model.press("G<enter>")
        #expect(model.overview?.lines.dropFirst(3) == [.flow(0), .flow(2)] && model.screen.contains("− passed ×2"))
        _ = model.press("jjh")
        #expect(model.overview?.lines.count == 3 && model.overview?.cursor == 2)
        _ = model.press("l")
        #expect(model.overview?.lines.count == 5)
        _ = model.press("j<enter>q")
        #expect(model.overview?.selectedFlow == 0 && model.overview?.isGrouped == true)
        _ = model.press("C")
        #expect(Self.flows(model) == [2, 4, 1, 3])
    }

    /// One key, one thing: no two bindings of one context share a key, and every binding of the overview acts there.
    @Test func noKeyMeansTwoThings() {
        for context in [Context.always, .search, .live, .overview] {
            let keys = Binding.all.filter { $0.context == context }.flatMap(\.keys)
            let twice = Set(keys.filter { key in keys.count(where: { $0 == key }) > 1 })
            #expect(twice.isEmpty, "\(context): \(twice)")
        }
        let model = Sample.overview()
        for binding in Binding.allFlows { #expect(binding.whyNot(model) == nil, "\(binding.words)") }
        var other = Sample.overview()
        for key in ["d", "W", "m", "y", "+", "]"] {
            #expect(other.press(key).isEmpty && other.message == "Enter opens a flow first", "\(key)")
        }
        _ = other.press("<c-p>next failing<enter>")
        #expect(other.overview?.selectedFlow == 3)
    }

    @Test(arguments: [(200, 60), (120, 40), (80, 24), (40, 12), (30, 7), (20, 3), (5, 2), (1, 1)])
    func itFitsEverySize(width: Int, height: Int) {
        for ascii in [false, true] {
            var model = Sample.overview(width: width, height: height)
            model.ascii = ascii
            for key in ["", "j", "G", "C", "<enter>", "f", "/zz<enter>", "q", "?", "q"] {
                _ = model.press(key)
                let canvas = ScreenView.draw(model)
                CanvasTests.expectSound(canvas)
                if ascii { #expect(canvas.lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }) }
            }
        }
    }

    /// The longest id of all is whole on the smallest screen.
    @Test(arguments: [40, 80, 120]) func causesAreNeverClipped(width: Int) throws {
        let longest = try #require(Cause.all.map(\.id.rawValue).max { $0.count < $1.count })
        var overview = Overview(Sample.document)
        var summary = FlowSummary(try #require(Sample.document.view(1)))
        summary.cause = longest
        overview.take([JudgedFlow(index: 1, summary: summary)])
        var model = Sample.overview(width: width, height: 24)
        model.overview = overview
        #expect(ScreenView.draw(model).lines[2].hasSuffix(" " + longest))
    }

    /// One flow is no choice: it opens at once, what belongs to no flow beside it.
    @Test func oneFlowOpensAtOnce() {
        let loaded = Opening.sample().loaded
        let own = loaded.flows[1].exchanges.compactMap { loaded.exchange($0) }
        let stray = Exchange(
            index: 99, request: Request(method: "GET", url: HTTPURL("https://cdn.test/a.css")),
            response: Response(status: 200), started: 1_795_334_500)
        let text = (own + [stray]).map(FlowLine.write).joined()
        let file = Document.File(name: "one.jsonl", loaded: try! LoadedCapture.read(Bytes(text)))
        var model = Model(document: Document(files: [file], settings: CheckSettings()), width: 120, height: 40)
        #expect(!model.isOverview && model.overview == nil && model.step == model.view?.stepToMend)
        #expect(model.press("q") == [.quit(0)])
    }
}

/// A file of 20,000 flows: what a key costs, and what is known while the rest is checked.
@Suite struct LargeOverviewTests {
    static let count = 20_000

    /// Calls with a token of their own each, every tenth refused.
    static let document: Document = {
        var text = ""
        for number in 0..<count {
            let status = number % 10 == 3 ? 401 : 200
            text +=
                #"{"dpop-tui":1,"request":{"method":"GET","url":"https://api.test/items/\#(number)","headers":[["Authorization","Bearer token-\#(number)"]]},"response":{"status":\#(status)},"started":\#(1_795_334_400 + number)}"#
                + "\n"
        }
        let loaded = try! LoadedCapture.read(Bytes(text))
        return Document(files: [Document.File(name: "big.jsonl", loaded: loaded)], settings: CheckSettings())
    }()

    private static func judged(_ indices: some Sequence<Int>) -> [JudgedFlow] {
        indices.map { JudgedFlow(index: $0, summary: FlowSummary(document.view($0)!)) }
    }

    /// Moving checks nothing and sorts nothing: the work of a key is the rows on screen.
    @Test func movingSortsNothing() {
        var model = Model(document: Self.document, width: 120, height: 40)
        #expect(model.isOverview && model.overview!.flows.count == Self.count && model.overview!.freshCount == 0)
        #expect(model.wantedFlows == Array(0..<34))
        let before = model.overview!.arrangements
        let start = Date()
        for key in ["j", "k", " ", "b", "G", "g", "<c-d>", "n", "p", "<down>", "<wheeldown>"] {
            for _ in 0..<20 {
                _ = model.press(key)
                _ = ScreenView.draw(model)
            }
        }
        let each = Date().timeIntervalSince(start) / 220
        #expect(model.overview!.arrangements == before && model.overview!.freshCount == 0)
        #expect(each < 0.1, "a key and its frame took \(each) s")
    }

    /// What is checked moves up as it is known; what is asked of the worker is what is on screen.
    @Test func whatIsKnownIsInOrderAndTheRestIsCounted() {
        var model = Model(document: Self.document, width: 120, height: 40)
        _ = model.update(.judged(Self.document, Self.judged(0..<40)))
        #expect(model.overview!.lines.prefix(5) == [.flow(3), .flow(13), .flow(23), .flow(33), .flow(40)])
        #expect(model.screen.contains("✗ 4") && model.screen.contains("19960 not checked yet"))
        _ = model.press("o")
        #expect(model.message == "order: as in the files")
        #expect(model.wantedFlows == [])
        _ = model.press("G")
        #expect(model.wantedFlows?.last == Self.count - 1 && model.wantedFlows?.count == 34)
        _ = model.press("gfC")
        #expect(model.message == "grouped by cause; Enter unfolds; 19960 not checked yet")
        #expect(model.overview!.groups.map(\.flows.count) == [4])
        // What was found out about another document is not this one's.
        _ = model.update(.judged(Sample.document, Self.judged(50..<60)))
        #expect(model.overview!.freshCount == 40)
    }

    /// The rest of the file is read: what was known stays on screen until it is checked anew.
    @Test func readingOnKeepsWhatWasKnown() {
        var model = Model(document: Self.document, width: 120, height: 40)
        _ = model.update(.judged(Self.document, Self.judged(0..<40)))
        _ = model.press("jj")
        #expect(model.overview?.selectedFlow == 23)
        let whole = Document(files: Self.document.files, settings: CheckSettings())
        _ = model.update(.loaded(whole))
        #expect(model.overview?.selectedFlow == 23 && model.overview?.freshCount == 0)
        #expect(model.overview?.summaries[3]?.verdict == .fail && model.isOverview)
        #expect(model.wantedFlows?.contains(3) == true)
    }

    /// The worker checks what is on screen first, and posts about the document that is on screen.
    @Test func theWorkerBeginsWithWhatIsSeen() throws {
        let mailbox = Mailbox()
        let judge = FlowJudge(mailbox)
        judge.want(Array(15_000..<15_010), of: Self.document)
        var seen: [Int] = []
        let end = Date().addingTimeInterval(60)
        while seen.count < 40, Date() < end {
            for case .judged(let document, let flows) in mailbox.take() where document === Self.document {
                seen += flows.map(\.index)
            }
            usleep(2000)
        }
        mailbox.cancel()
        #expect(Set(seen.prefix(10)) == Set(15_000..<15_010) && seen.dropFirst(10).first == 0)
    }
}
