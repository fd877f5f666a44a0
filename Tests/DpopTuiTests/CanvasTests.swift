import FlowModel
import Foundation
import Testing

@testable import dpop_tui

@Suite struct CanvasTests {
    /// Whatever a value is made of, its lines hold all of it and none is wider than it may be.
    @Test(arguments: [
        "", "a", "plain text of some length", "a\u{202e}b\u{1b}c\u{0}d", "漢字仮名交じり文と ascii", "e\u{301}e\u{301}👨‍👩‍👧x",
        "\u{1b}\u{1b}\u{1b}\u{1b}",
    ])
    func aCutValueLosesNothing(text: String) {
        let whole = String(Glyph.of(text).map(\.text))
        for first in 1...12 {
            for rest in [2, 5, 30] {
                let lines = text.cut(first, then: rest, most: 1000)
                #expect(lines.joined() == whole)
                #expect(lines[0].columns <= max(first, 2) && lines.dropFirst().allSatisfy { $0.columns <= rest })
            }
        }
        let few = String(repeating: text + "xyz", count: 20).cut(4, most: 3)
        #expect(few.count == 3 && few[2].hasSuffix("…") && few[2].columns <= 4)
    }

    @Test(arguments: [
        ("a\u{1B}[2Jb", "a␛[2Jb"), ("\u{202E}evil", "\\u{202e}evil"), ("x\u{0}y\u{7F}", "x␀y␡"),
        ("\u{9B}31m", "\\u{9b}31m"), ("a\tb", "a␉b"), ("\r\n", "␍␊"),
        ("e\u{301}", "e\u{301}"), ("界", "界"), ("\u{200B}", "\\u{200b}"), ("\u{FEFF}", "\\u{feff}"),
    ])
    func hostileTextIsMadeVisible(text: String, shown: String) {
        #expect(String(Glyph.of(text).map(\.text)) == shown)
    }

    @Test func widths() {
        #expect("界a".columns == 3 && "e\u{301}".columns == 1 && "👨‍👩‍👧".columns <= 4 && "🇩🇪".columns <= 3)
        #expect("abcdef".fitted(4) == "abc…" && "界界界".fitted(4) == "界… " && "ab".fitted(4) == "ab  ")
        #expect(
            "one two three".wrapped(7) == ["one two", "three"] && "abcdefghij".wrapped(4) == ["abcd", "efgh", "ij"]
                && "".wrapped(5) == [""])
    }

    @Test func wideCharactersOwnTwoCells() {
        var canvas = Canvas(width: 5, height: 1)
        canvas.put("a界b", row: 0, column: 0)
        #expect(canvas.row(0).map(\.width) == [1, 2, 0, 1, 1])
        canvas.put("x", row: 0, column: 2)
        #expect(canvas.lines == ["a xb"] && canvas.row(0).map(\.width) == [1, 1, 1, 1, 1])
        canvas.put("界", row: 0, column: 4)
        #expect(canvas.row(0).map(\.width) == [1, 1, 1, 1, 1], "half of it does not fit")
    }

    /// Damaged captures at many sizes: the canvas is exactly full and holds nothing a terminal would obey.
    @Test func damagedCapturesNeverBreakTheScreen() throws {
        var state: UInt64 = 42
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let original = PackageResources.demo_jsonl
        for round in 0..<60 {
            var bytes = original
            for _ in 0...random(12) { bytes[random(bytes.count)] = UInt8(random(256)) }
            let evil: [UInt8] = Array("\u{202E}\u{1B}[2J\u{9B}界".utf8)
            for _ in 0..<4 { bytes.insert(contentsOf: evil, at: random(bytes.count)) }
            guard let loaded = try? LoadedCapture.read(Bytes(bytes)) else { continue }
            let document = Document(files: [Document.File(name: "x\u{1B}y", loaded: loaded)], settings: CheckSettings())
            let sizes = [(80, 24), (120, 40), (40, 12), (1, 1), (23, 7), (250, 9)]
            let (width, height) = sizes[round % sizes.count]
            var model = Model(document: document, width: width, height: height)
            for key in "n2n3n5n6n7}F<tab><enter>+4".map(Key.character) {
                _ = model.update(.key(key))
                Self.expectSound(ScreenView.draw(model))
            }
        }
    }

    static func expectSound(_ canvas: Canvas) {
        #expect(canvas.cells.count == canvas.width * canvas.height)
        for row in 0..<canvas.height {
            #expect(canvas.row(row).reduce(0) { $0 + Int($1.width) } == canvas.width)
        }
        #expect(!canvas.cells.contains { $0.text.unicodeScalars.contains(where: HostileText.isHostile) })
    }

    @Test func hugeBodiesAreShownLazily() {
        let body = String(repeating: "x", count: 20_000_000)
        let exchange = Exchange(
            index: 0, request: Request(method: "GET", url: HTTPURL("https://h/"), headers: [Header("DPoP", "a.b.c")]),
            response: Response(status: 200, body: Body(Bytes(body))), started: 1)
        let line = FlowLine.write(exchange)
        let loaded = try! LoadedCapture.read(Bytes(line))
        var model = Model(
            document: Document(files: [Document.File(name: "big", loaded: loaded)], settings: CheckSettings()),
            width: 120, height: 40)
        let start = Date()
        _ = model.press("G6")
        #expect(model.screen.contains("20000000 bytes"))
        _ = model.press("7<tab>l")
        #expect(model.screen.contains("000000"))
        #expect(Date().timeIntervalSince(start) < 20)
    }
}
