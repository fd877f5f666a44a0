import Testing

@testable import dpop_tui

@Suite struct ThemeTests {
    static let themes = ThemeShelf.builtInNames.map(ThemeShelf.builtIn)

    @Test func everyThemeIsThereAndNamesEveryRole() throws {
        let shelf = ThemeShelf()
        #expect(shelf.problems.isEmpty && ThemeShelf.builtInNames.count >= 12)
        #expect(shelf.names.starts(with: ThemeShelf.builtInNames))
        for theme in Self.themes {
            #expect(ThemeShelf.builtInNames.contains(theme.name) && !theme.about.isEmpty)
            #expect(Set(theme.looks.keys) == Set(Role.allCases), "\(theme.name)")
        }
        #expect(Set(Self.themes.map(\.name)).count == ThemeShelf.builtInNames.count)
        let mono = ThemeShelf.builtIn("mono")
        #expect(Role.allCases.allSatisfy { mono[$0].foreground == .terminal && mono[$0].background == .terminal })
    }

    /// Our own files are read without a word lost, and each says what it stands on.
    @Test func everyFileIsReadAndSaysItsGround() throws {
        for name in ThemeShelf.builtInNames {
            let theme = ThemeShelf.builtIn(name)
            #expect(theme.name == name)
            // Where the ground is the terminal's, the colours are for a dark one or there are none.
            #expect((theme.background == .terminal) == ["dark", "mono"].contains(name), "\(name)")
            #expect(theme.isAsPublished == name.hasPrefix("solarized"), "\(name)")
        }
    }

    /// Verdicts never rely on colour alone: their marks differ, and so do their weights in mono.
    @Test func verdictsDifferWithoutColour() {
        #expect(Set([Role.pass, .warn, .fail].map { ThemeShelf.builtIn("mono")[$0].attributes }).count == 3)
    }

    @Test(arguments: [
        (
            "[roles]\npass = { fg = \"grean\" }",
            "t.toml:2:15: 'grean' is no colour for pass.fg; expected default, a name (red, bright-red), 0-255 or #rrggbb"
        ),
        ("[roles]\n\npas = {}", "t.toml:3:1: unknown role 'pas'; expected one of "),
        (
            "colour = 1",
            "t.toml:1:1: unknown key 'colour'; expected name, about, background, contrast or [roles]"
        ),
        ("background = \"grean\"", "t.toml:1:14: 'grean' is no colour for background; expected default"),
        ("contrast = 3", "t.toml:1:12: expected \"as published\" for contrast, or no such key"),
        (
            "[roles]\npass = { blink = true }",
            "t.toml:2:10: unknown key 'blink' in pass; expected fg, bg, bold, dim, underline, reverse or italic"
        ),
        ("[roles]\npass = { bold = 1 }", "t.toml:2:17: expected true or false for pass.bold"),
        ("[roles]\npass = 3", "t.toml:2:8: expected a table such as { fg = \"green\", bold = true } for 'pass'"),
        ("name = \n", "t.toml:1:8: expected TOML: "),
    ])
    func badFilesSayWhere(text: String, words: String) {
        #expect {
            try ThemeFile.parse(text, file: "t.toml") { _ in Theme(name: "") }
        } throws: {
            "\($0)".hasPrefix(words)
        }
    }

    /// A role that is left out has the look of its fallback where the file names that, else the default's; a colour
    /// that is left out is that of the text, or the theme's ground.
    @Test func whatIsLeftOutComesFromSomewhere() throws {
        let text = """
            background = "#202020"
            [roles]
            text = { fg = "#eeeeee" }
            pass = { fg = "#00ff00", bold = true }
            heading = { underline = true }
            """
        let theme = try ThemeFile.parse(text, file: "mine.toml") { _ in ThemeShelf.builtIn("dark") }
        let ground = ThemeColor.rgb(0x20, 0x20, 0x20)
        #expect(theme[.status2xx] == Style(foreground: .rgb(0, 255, 0), background: ground, attributes: [.bold]))
        #expect(theme[.method] == Style(foreground: .rgb(238, 238, 238), background: ground, attributes: [.underline]))
        #expect(theme[.label] == Style(foreground: .ansi(6), background: ground))
        #expect(theme[.status4xx].foreground == ThemeShelf.builtIn("dark")[.status4xx].foreground)
        #expect(theme.name == "mine" && !theme.isAsPublished)
    }

    @Test func coloursComeDownToWhatTheTerminalHas() {
        #expect(
            ThemeColor("#ff0000")?.index(colors: 256) == 196 && ThemeColor("#ff0000")?.index(colors: 8) == 1
                && ThemeColor("#ff0000")?.index(colors: 0) == -1)
        #expect(
            ThemeColor("bright-red")?.index(colors: 16) == 9 && ThemeColor("bright-red")?.index(colors: 8) == 1
                && ThemeColor("999") == nil && ThemeColor("terminal") == .terminal)
    }
}
