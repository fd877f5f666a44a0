import Testing

@testable import dpop_tui

/// WCAG 2.2, success criteria 1.4.3 and 1.4.6, of every role of every theme; and that colours stay apart.
@Suite struct ContrastTests {
    /// What a colour looks like; a terminal that is followed has xterm's, dark.
    private static func shown(_ color: ThemeColor, _ plain: RGB, colors: Int) -> RGB {
        let index = color.index(colors: colors)
        guard index >= 0 else { return plain }
        return index < 256 ? XtermPalette.rgb(index) : RGB(index)
    }

    private static func contrast(_ style: Style, colors: Int) -> Double {
        let ink = shown(style.foreground, XtermPalette.rgb(7), colors: colors)
        return ink.contrast(with: shown(style.background, XtermPalette.rgb(0), colors: colors))
    }

    @Test func theRatioIsThatOfWCAG() {
        #expect(RGB(0x000000).contrast(with: RGB(0xFFFFFF)) == 21)
        // The grey that is known as the lightest for text on white.
        #expect(abs(RGB(0x767676).contrast(with: RGB(0xFFFFFF)) - 4.54) < 0.01)
    }

    @Test(arguments: ThemeShelf.builtInNames) func everyRoleCanBeRead(name: String) {
        let theme = ThemeShelf.builtIn(name)
        guard !theme.isAsPublished else { return }
        let least = name.hasPrefix("high-contrast") ? 7.0 : 4.5
        for role in Role.allCases {
            for colors in [TerminalLook.direct, 256] {
                let ratio = Self.contrast(theme[role], colors: colors)
                #expect(ratio >= least, "\(name) \(role.rawValue) with \(colors) colours")
            }
        }
    }

    /// Exempt is what somebody else has published, and only where it has to be.
    @Test func whatIsExemptNeedsIt() {
        for theme in ThemeTests.themes where theme.isAsPublished {
            let least = Role.allCases.map { Self.contrast(theme[$0], colors: TerminalLook.direct) }.min() ?? 0
            #expect(least < 4.5, "\(theme.name)")
        }
    }

    private static let keys: [Role] = [.key1, .key2, .key3, .key4, .key5, .key6]
    private static let verdicts: [Role] = [.pass, .warn, .fail]

    /// The smallest difference that two of the roles have in a theme, as eyes see it through `eyes`.
    private static func difference(_ roles: [Role], _ theme: Theme, colors: Int, eyes: (RGB) -> RGB = { $0 })
        -> Double
    {
        let seen = roles.map { OKLab(eyes(shown(theme[$0].foreground, XtermPalette.rgb(7), colors: colors))) }
        return seen.indices.flatMap { a in seen.indices.filter { $0 > a }.map { seen[a].distance(to: seen[$0]) } }
            .min() ?? 0
    }

    @Test(arguments: ThemeShelf.builtInNames) func keysAreToldApart(name: String) {
        guard name != "mono" else { return }
        for colors in [TerminalLook.direct, 256] {
            #expect(Self.difference(Self.keys, ThemeShelf.builtIn(name), colors: colors) >= 0.05, "\(name) \(colors)")
        }
    }

    /// Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (IEEE
    /// TVCG 15, 2009), severity 1.0, on linear light.
    private static let deuteranopia = [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]
    private static let tritanopia = [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]

    private static func simulated(_ color: RGB, _ matrix: [[Double]]) -> RGB {
        let (r, g, b) = color.linear
        let channels = matrix.map { row -> UInt8 in
            let light = min(1, max(0, row[0] * r + row[1] * g + row[2] * b))
            // The channel whose light is nearest.
            return (0...255).map { UInt8($0) }
                .min { abs(RGB($0, 0, 0).linear.red - light) < abs(RGB($1, 0, 0).linear.red - light) } ?? 0
        }
        return RGB(channels[0], channels[1], channels[2])
    }

    /// That the simulation confuses what such eyes confuse: else the test below says nothing.
    @Test func theSimulationTakesAwayWhatItShould() {
        let (red, green) = (RGB(0xB03030), RGB(0x4F6A00))
        let seen = [red, green].map { OKLab(Self.simulated($0, Self.deuteranopia)) }
        #expect(OKLab(red).distance(to: OKLab(green)) > 0.2 && seen[0].distance(to: seen[1]) < 0.1)
        let (blue, teal) = (RGB(0x5F87D7), RGB(0x009F87))
        let other = [blue, teal].map { OKLab(Self.simulated($0, Self.tritanopia)) }
        #expect(other[0].distance(to: other[1]) < OKLab(blue).distance(to: OKLab(teal)) / 2)
    }

    @Test(arguments: ["deuteranopia", "tritanopia"]) func coloursStayApartForWhomTheThemeIs(name: String) {
        let theme = ThemeShelf.builtIn(name)
        let matrix = name == "deuteranopia" ? Self.deuteranopia : Self.tritanopia
        for colors in [TerminalLook.direct, 256] {
            for roles in [Self.keys, Self.verdicts] {
                let difference = Self.difference(roles, theme, colors: colors) { Self.simulated($0, matrix) }
                #expect(difference >= 0.12, "\(name) \(colors)")
            }
        }
    }
}
