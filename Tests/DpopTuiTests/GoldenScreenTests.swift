import Testing

@testable import dpop_tui

@Suite struct GoldenScreenTests {
    static let sizes = [(80, 24), (120, 40), (200, 60), (40, 12), (1, 1)]

    /// Flow 2, the failing step.
    @Test(arguments: sizes) func failingStep(width: Int, height: Int) {
        Golden.expect(
            ScreenView.draw(Sample.model(width: width, height: height, keys: "}F")), "failing-step-\(width)x\(height)")
    }

    /// Flow 4: two keys, side by side.
    @Test(arguments: sizes) func thumbprints(width: Int, height: Int) {
        Golden.expect(
            ScreenView.draw(Sample.model(width: width, height: height, keys: "}}}F4<tab>")),
            "thumbprints-\(width)x\(height)")
    }

    @Test(arguments: [
        ("good-flow", ""), ("nonces", "}}nn"), ("proof", "}F2<tab>"), ("token", "}F3"), ("request", "n5<tab>"),
        ("response", "nn6"), ("raw", "}F<tab><enter>"),
        ("help", "?"), ("palette", "<c-p>key<down>"), ("search", "/jkt<enter>"), ("prompt", "/at"),
        ("zoom", "}F4<tab>+"), ("filter", "}Fff"),
    ])
    func tab(name: String, keys: String) { Golden.expect(ScreenView.draw(Sample.model(keys: keys)), "\(name)-120x40") }

    /// All flows, and by cause with the first group unfolded.
    @Test(arguments: sizes) func overview(width: Int, height: Int) {
        Golden.expect(ScreenView.draw(Sample.overview(width: width, height: height)), "overview-\(width)x\(height)")
    }

    @Test func overviewByCause() {
        Golden.expect(ScreenView.draw(Sample.overview(keys: "C<enter>")), "overview-by-cause-120x40")
    }

    /// A live run that waits at a breakpoint, its first key being asked about leaving.
    @Test(arguments: sizes) func live(width: Int, height: Int) {
        var model = Sample.model(width: width, height: height)
        let call = model.steps.firstIndex { $0.kind == .resourceRequest } ?? 0
        model.live = LiveStatus(phase: .ready(.resource), pending: model.steps[call].exchange, canRepeat: true)
        model.breakpoints = [.resource]
        model.select(step: call)
        Golden.expect(ScreenView.draw(model), "live-\(width)x\(height)")
        _ = model.press("qq")
        let asked = ScreenView.draw(model).lines.last ?? ""
        #expect(width < 80 || asked == " The run is not finished: q again leaves, Esc stays")
    }

    @Test func asciiWhereTheLocaleIsNotUTF8() {
        var model = Sample.model(keys: "}F")
        model.ascii = true
        let canvas = ScreenView.draw(model)
        #expect(canvas.lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
        Golden.expect(canvas, "ascii-120x40")
    }
}
