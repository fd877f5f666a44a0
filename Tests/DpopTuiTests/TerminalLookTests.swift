import Testing

@testable import dpop_tui

@Suite struct TerminalLookTests {
    private static func look(
        _ foreground: String, on background: String = "default", colors: Int, _ attributes: Set<Style.Attribute> = []
    ) throws -> TerminalLook {
        let style = Style(
            foreground: try #require(ThemeColor(foreground)), background: try #require(ThemeColor(background)),
            attributes: attributes)
        return TerminalLook(style, colors: colors)
    }

    @Test func directColoursAreThemselvesAndNamedOnesTheTerminals() throws {
        let all = TerminalLook.direct
        #expect(try Self.look("#fdf6e3", on: "#002b36", colors: all).foreground == 0xFDF6E3)
        #expect(try Self.look("bright-red", on: "123", colors: all) == TerminalLook.of(9, 123))
        // What would be taken for an entry of the palette is made a colour.
        #expect(try Self.look("#000000", on: "#0000d7", colors: all) == TerminalLook.of(16, 0x0100D7))
    }

    /// Values of Björn Ottosson's table and of CSS Color 4, to four digits.
    @Test func theColourSpaceIsOKLab() {
        let red = OKLab(RGB(0xFF0000))
        #expect(abs(red.lightness - 0.6280) < 1e-4 && abs(red.greenRed - 0.2249) < 1e-4)
        #expect(abs(red.blueYellow - 0.1258) < 1e-4)
        let white = OKLab(RGB(0xFFFFFF))
        #expect(abs(white.lightness - 1) < 1e-4 && white.chroma < 1e-4)
        #expect(abs(OKLab(RGB(0x0000FF)).lightness - 0.4520) < 1e-4)
    }

    @Test func theNearestOf256LooksMostAlike() {
        for index in 16..<256 {
            let exact = XtermPalette.rgb(index)
            #expect(XtermPalette.rgb(XtermPalette.nearest(exact, colors: 256)) == exact)
        }
        // A dark blue-green is dark first: a distance in RGB finds a bright teal or a saturated green for such.
        let near = XtermPalette.rgb(XtermPalette.nearest(RGB(0x002B36), colors: 256))
        #expect(OKLab(near).distance(to: OKLab(RGB(0x002B36))) < 0.06)
    }

    /// Black on black it was: `bright-black` is black there.
    @Test func dimTextOfEightColoursIsTheDefaultColourDimmed() throws {
        #expect(try Self.look("bright-black", colors: 8) == TerminalLook.of(-1, -1, [.dim]))
        #expect(try Self.look("245", colors: 8) == TerminalLook.of(-1, -1, [.dim]))
        #expect(try Self.look("#7f848e", colors: 8) == TerminalLook.of(-1, -1, [.dim]))
        #expect(try Self.look("#f0f0f0", colors: 8) == TerminalLook.of(-1, -1))
        #expect(try Self.look("#586e75", on: "#fdf6e3", colors: 8) == TerminalLook.of(0, 7, [.dim]))
        #expect(try Self.look("#586e75", on: "#002b36", colors: 8) == TerminalLook.of(7, 0, [.dim]))
        #expect(try Self.look("bright-yellow", colors: 8) == TerminalLook.of(3, -1, [.bold]))
        #expect(try Self.look("red", colors: 8, [.underline]) == TerminalLook.of(1, -1, [.underline]))
    }

    @Test func whatCouldNotBeReadBecomesBlackOrWhite() throws {
        #expect(try Self.look("#3333cc", on: "#101010", colors: 8) == TerminalLook.of(7, 0))
        #expect(try Self.look("#8a5a00", on: "#ffffff", colors: 8) == TerminalLook.of(0, 7))
        #expect(try Self.look("#ffffaa", on: "#ffffff", colors: 16) == TerminalLook.of(0, 15))
    }

    @Test func withoutColoursAttributesStay() throws {
        #expect(try Self.look("red", on: "#ffffff", colors: 0, [.bold]) == TerminalLook.of(-1, -1, [.bold]))
    }

    /// Nothing vanishes in what stands in for it, in any theme and at any number of colours.
    @Test(arguments: [8, 16, 256, 1 << 24]) func nothingIsWrittenInTheColourOfItsGround(colors: Int) {
        let shelf = ThemeShelf()
        for name in shelf.names {
            for role in Role.allCases {
                let look = TerminalLook(shelf.theme(named: name)[role], colors: colors)
                #expect(look.foreground < 0 || look.foreground != look.background, "\(name) \(role)")
            }
        }
    }
}

extension TerminalLook {
    /// What a test expects.
    fileprivate static func of(_ foreground: Int, _ background: Int, _ attributes: Set<Style.Attribute> = [])
        -> TerminalLook
    {
        var look = TerminalLook(Style(), colors: 0)
        (look.foreground, look.background, look.attributes) = (foreground, background, attributes)
        return look
    }
}
