import FlowModel
import Foundation
import FoundationXML
import Testing

@testable import dpop_tui

@Suite struct PictureTests {
    static let shelf = ThemeShelf()
    static let dark = shelf.theme(named: "dark")

    /// What an XML parser reads of a picture: every text with its y, every piece of it with x and width.
    final class Reading: NSObject, XMLParserDelegate {
        var title = ""
        var lines: [(y: Int, text: String)] = []
        var pieces: [(x: Int, width: Int, text: String)] = []
        var grounds: [(x: Int, y: Int, width: Int, fill: String)] = []
        var elements = Set<String>()
        private var inside: [String] = []

        init(_ svg: String) {
            super.init()
            let parser = XMLParser(data: Data(svg.utf8))
            parser.delegate = self
            #expect(parser.parse(), "no XML: \(String(describing: parser.parserError))")
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            func number(_ key: String) -> Int { attributes[key].flatMap { Int($0) } ?? -1 }
            inside.append(name)
            elements.insert(name)
            if name == "text" {
                #expect(attributes["xml:space"] == "preserve")
                lines.append((number("y"), ""))
            }
            if name == "tspan" { pieces.append((number("x"), number("textLength"), "")) }
            if name == "rect" { grounds.append((number("x"), number("y"), number("width"), attributes["fill"] ?? "")) }
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if inside.last == "title" { title += text }
            guard inside.last == "tspan" else { return }
            lines[lines.count - 1].text += text
            pieces[pieces.count - 1].text += text
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { inside.removeLast() }
    }

    static func picture(_ canvas: Canvas, _ theme: Theme = dark) -> Reading {
        Reading(SVGPicture.document(canvas, theme, title: "a <title> & more"))
    }

    @Test(arguments: ["", "}F", "}}}F4<tab>", "}F<tab><enter>", "?"]) func aPictureHasTheTextOfTheScreen(keys: String) {
        let canvas = ScreenView.draw(Sample.model(keys: keys))
        for theme in Self.shelf.names.map(Self.shelf.theme) {
            let read = Self.picture(canvas, theme)
            #expect(
                read.elements == ["svg", "title", "style", "rect", "text", "tspan"] && read.title.contains("<title>"))
            var lines = [String](repeating: "", count: canvas.height)
            for line in read.lines {
                lines[(line.y - 23) / 18] = String(line.text.reversed().drop { $0 == " " }.reversed())
            }
            #expect(lines == canvas.lines)
        }
    }

    /// Pieces stand behind each other, each as wide as its cells, and none over the right edge.
    @Test func columnsHold() {
        var canvas = Canvas(width: 24, height: 2)
        canvas.put("ab 漢字 é…──", .value, row: 0, column: 2)
        canvas.put("─", .fail, row: 1, column: 23)
        let read = Self.picture(canvas)
        #expect(
            read.pieces.map(\.text) == ["  ab ", "漢", "字 ", "é", "…", "──", String(repeating: " ", count: 23), "─"])
        #expect(read.pieces.map(\.width) == [45, 18, 27, 9, 9, 18, 207, 9])
        #expect(read.pieces.map(\.x) == [9, 54, 72, 99, 108, 117, 9, 216])
        #expect(read.pieces.allSatisfy { $0.x + $0.width <= 24 * 9 + 9 })
    }

    @Test func reversedCellsHaveAGround() {
        var canvas = Canvas(width: 10, height: 2)
        canvas.put("abc", .title, row: 1, column: 2)
        canvas.put("def", .lit, row: 1, column: 5)
        let read = Self.picture(canvas)
        // The whole screen, then both in their columns.
        #expect(read.grounds.map(\.x) == [-1, 27, 54] && read.grounds.map(\.y) == [-1, 27, 27])
        #expect(read.grounds.map(\.fill) == ["#000000", "#e5e5e5", "#cdcd00"])
    }

    /// What a server wrote is text in a picture too, and a picture is XML whatever it was.
    @Test func hostileTextStaysText() {
        let hostile = "</text><script>x</script> & \u{1B}[31m \u{202E} \u{FFFE} ]]> \"'<\u{301}"
        var canvas = Canvas(width: 90, height: 1)
        canvas.put(hostile, .value, row: 0, column: 0)
        let svg = SVGPicture.document(canvas, Self.dark, title: hostile)
        let read = Reading(svg)
        #expect(read.lines.map(\.text) == canvas.lines && read.elements.contains("script") == false)
        #expect(read.title.hasPrefix("</text><script>") && !svg.unicodeScalars.contains("\u{1B}"))
        let ansi = ANSIPicture.lines(canvas, Self.dark, colors: nil).map(\.text)
        #expect(ansi.map(Self.plain) == canvas.lines)
    }

    /// A theme that says nothing of its ground is drawn on the one its colours are made for.
    @Test(arguments: [
        ("label = { fg = \"#003060\" }\npass = { fg = \"#006000\" }", "#ffffff"),
        ("label = { fg = \"bright-cyan\" }", "#000000"),
        ("text = { fg = \"black\", bg = \"#fdf6e3\" }\npass = { fg = \"white\" }", "#fdf6e3"),
        ("text = {}", "#000000"),
    ])
    func theGroundSuitsTheTheme(roles: String, ground: String) throws {
        let theme = try ThemeFile.parse("[roles]\n" + roles, file: "t.toml") { _ in Theme(name: "") }
        #expect(PictureColors(theme).ground.hex == ground)
    }

    @Test func coloursAreWrittenAsTheThemeNamesThem() throws {
        let theme = try ThemeFile.parse(
            """
            [roles]
            pass = { fg = "green" }
            fail = { fg = "bright-red", bold = true }
            warn = { fg = 208, bg = 17 }
            accent = { fg = "#ff0000", underline = true }
            """, file: "t.toml"
        ) { _ in Theme(name: "") }
        func written(_ role: Role, _ colors: Int?) -> String {
            var canvas = Canvas(width: 1, height: 1)
            canvas.put("x", role, row: 0, column: 0)
            return String(ANSIPicture.lines(canvas, theme, colors: colors)[0].text.drop { $0 == "\u{1B}" })
        }
        let all: [Role] = [.text, .pass, .fail, .warn, .accent]
        #expect(
            all.map { written($0, nil) } == [
                "[0mx\u{1B}[0m", "[0;32mx\u{1B}[0m", "[0;1;91mx\u{1B}[0m", "[0;38;5;208;48;5;17mx\u{1B}[0m",
                "[0;4;38;2;255;0;0mx\u{1B}[0m",
            ])
        #expect(written(.accent, 256) == "[0;4;38;5;196mx\u{1B}[0m" && written(.fail, 8) == "[0;1;31mx\u{1B}[0m")
        #expect(written(.fail, 0) == "[0;1mx\u{1B}[0m")
    }

    @Test func ansiWithoutItsColoursIsTheScreen() {
        let canvas = ScreenView.draw(Sample.model(keys: "}}}F4<tab>"))
        for theme in Self.shelf.names.map(Self.shelf.theme) {
            let lines = ANSIPicture.lines(canvas, theme, colors: nil).map { Self.plain($0.text) }
            #expect(lines.map { String($0.reversed().drop { $0 == " " }.reversed()) } == canvas.lines)
        }
    }

    /// A line without its escape sequences.
    private static func plain(_ line: String) -> String {
        var (out, isInside) = ("", false)
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" { isInside = true } else if !isInside { out.unicodeScalars.append(scalar) }
            if scalar == "m" { isInside = false }
        }
        return out
    }
}
