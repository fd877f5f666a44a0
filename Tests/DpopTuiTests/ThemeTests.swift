import Testing

@testable import dpop_tui

@Suite struct ThemeTests {
    @Test func sixThemesAreBuiltInAndNameEveryRole() throws {
        let shelf = ThemeShelf()
        #expect(shelf.problems.isEmpty)
        for name in ["dark", "light", "high-contrast", "colour-blind-safe", "solarized", "mono"] {
            #expect(shelf.names.contains(name))
        }
        #expect(Set(shelf.theme(named: "dark").styles.keys) == Set(Role.allCases))
        let mono = shelf.theme(named: "mono")
        #expect(Role.allCases.allSatisfy { mono[$0].foreground == .terminal && mono[$0].background == .terminal })
    }

    /// Verdicts never rely on colour alone: their marks differ, and so do their weights in mono.
    @Test func verdictsDifferWithoutColour() {
        #expect(Set([Role.pass, .warn, .fail].map { ThemeShelf().theme(named: "mono")[$0].attributes }).count == 3)
    }

    @Test(arguments: [
        (
            "[roles]\npass = { fg = \"grean\" }",
            "t.toml:2:15: 'grean' is no colour for pass.fg; expected default, a name (red, bright-red), 0-255 or #rrggbb"
        ),
        ("[roles]\n\npas = {}", "t.toml:3:1: unknown role 'pas'; expected one of "),
        ("colour = 1", "t.toml:1:1: unknown key 'colour'; expected name, about or [roles]"),
        (
            "[roles]\npass = { blink = true }",
            "t.toml:2:10: unknown key 'blink' in pass; expected fg, bg, bold, dim, underline, reverse or italic"
        ),
        ("[roles]\npass = { bold = 1 }", "t.toml:2:17: expected true or false for pass.bold"),
        ("[roles]\npass = 3", "t.toml:2:8: expected a table such as { fg = \"green\", bold = true } for 'pass'"),
        ("name = \n", "t.toml:1:8: expected TOML: "),
    ])
    func badFilesSayWhere(text: String, words: String) {
        #expect { try ThemeFile.parse(text, file: "t.toml", base: nil) } throws: { "\($0)".hasPrefix(words) }
    }

    @Test func coloursComeDownToWhatTheTerminalHas() {
        #expect(
            ThemeColor("#ff0000")?.index(colors: 256) == 196 && ThemeColor("#ff0000")?.index(colors: 8) == 1
                && ThemeColor("#ff0000")?.index(colors: 0) == -1)
        #expect(
            ThemeColor("bright-red")?.index(colors: 16) == 9 && ThemeColor("bright-red")?.index(colors: 8) == 1
                && ThemeColor("999") == nil)
    }
}
