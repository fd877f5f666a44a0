import Arguments
import FlowModel

/// `dpop-tui themes`: what there is, each with a step of the sample as it looks in it.
enum ThemesCommand {
    static let command = Arguments.Command(
        "themes", "List themes; on a terminal, each with a step as it looks in it.",
        about: """
            Your own themes are TOML files in $XDG_CONFIG_HOME/dpop-tui/themes; they name only what differs from the default.

            EXAMPLES
              dpop-tui themes --color always | less -R
              dpop-tui open flow.har --theme solarized
              dpop-tui open flow.har --theme ./mine.toml
            """,
        takes: Table(groups: [Looks.colorGroup]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        let shelf = ThemeShelf()
        let canvas = TerminalSettings.usesColour(descriptor: 1) ? step() : nil
        let width = (shelf.names.map(\.columns).max() ?? 0) + 2
        for theme in shelf.names.map(shelf.theme) {
            let note = theme.isAsPublished ? " As published: not all of it has the contrast of the others." : ""
            let ground = theme.background == .terminal ? " On the terminal's own ground." : ""
            say("\(TextReport.harmless(theme.name).fitted(width))\(theme.about)\(ground)\(note)")
            guard let canvas else {
                say("\(String(repeating: " ", count: width))\(sample)")
                continue
            }
            for line in ANSIPicture.lines(canvas, theme, colors: TerminalSettings.printedColors) { say(line) }
            say("")
        }
        for problem in shelf.problems { complain("\(problem.description); the default is used") }
        if let folder = ThemeShelf.userFolder { say("\nyour own: \(folder)/*.toml") }
    }

    /// The sample's flow with two keys, at the step that fails.
    private static func step() -> Canvas {
        let document = Document(files: [Opening.sample()], settings: CheckSettings())
        var model = Model(document: document, width: 78, height: 16)
        model.ascii = !TerminalSettings.isUTF8
        _ = model.obey("flow 4")
        _ = model.update(.key(.character("F")))
        return ScreenView.draw(model)
    }

    private static let sample: Harmless = " dpop-tui  ✓ PASS ! WARN ✗ FAIL label ▸4 ├──▶ vdRs… Yigz… 6a 6b dim"
}
