import Arguments
import FlowModel

/// `dpop-tui themes`: what there is, each with a sample.
enum ThemesCommand {
    static let command = Arguments.Command(
        "themes", "List themes with a sample of each.",
        about: """
            Your own themes are TOML files in $XDG_CONFIG_HOME/dpop-tui/themes; they name only what differs from the default.

            EXAMPLE
              dpop-tui open flow.har --theme solarized
            """,
        takes: Table(groups: [Looks.colorGroup]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        let shelf = ThemeShelf()
        let colour = TerminalSettings.usesColour(descriptor: 1)
        let width = (shelf.names.map(\.columns).max() ?? 0) + 2
        for theme in shelf.names.map(shelf.theme) {
            say("\(TextReport.harmless(theme.name).fitted(width))\(theme.about)")
            say("\(String(repeating: " ", count: width))\(Self.sample(theme, colour))")
        }
        for problem in shelf.problems { complain("\(problem.description); the default is used") }
        if let folder = ThemeShelf.userFolder { say("\nyour own: \(folder)/*.toml") }
    }

    private static func sample(_ theme: Theme, _ colour: Bool) -> Harmless {
        let parts: [(String, Role)] = [
            (" dpop-tui ", .title), ("✓ PASS", .pass), ("! WARN", .warn), ("✗ FAIL", .fail), ("label", .label),
            ("▸4 ├──▶", .accent), ("vdRs…", .key1), ("Yigz…", .key2),
            ("6a 6b", .lit), ("dim", .dim),
        ]
        return parts.map { text, role -> Harmless in colour ? SGR.set(theme[role]) + "\(text)" + SGR.reset : "\(text)" }
            .joined(
                separator: " ")
    }
}
