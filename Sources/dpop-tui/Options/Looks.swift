import Arguments
import FlowModel

/// What decides how things look.
struct Looks {
    let values: Values

    init(_ values: Values) { self.values = values }

    enum Glyphs: String, Sendable, CaseIterable { case auto, utf8, ascii }
    enum When: String, Sendable, CaseIterable { case auto, always, never }

    static let theme = Option.value(
        "--theme", as: "theme", .text,
        help: "A theme's name (`dpop-tui themes` lists them), or a file of your own, read again whenever it is saved."
    ).setting()
    static let keys = Option.repeated(
        "--key", as: "file", .file,
        help: "A key to compare with: JWK, JWKS, PEM or certificate. May be given several times.")
    static let mouse = Option.flag("--mouse", help: "Use the mouse wheel and clicks.")
    static let glyphs = Option.value(
        "--glyphs", as: "set", .oneOf, default: Glyphs.auto, help: "Characters for line drawing."
    ).setting()
    static let colors = Option.value(
        "--colors", as: "number", .numbers([0, 8, 16, 256, 16_777_216]),
        help: "Use at most that many colours; 16777216: the terminal takes them as they are, though nothing says so."
    ).setting()
    static let plain = Option.flag(
        "--plain",
        help: "No screen: print each step as a sentence, ask before every send; DPOP_TUI_A11Y=1 does the same."
    ).setting()
    static let noAltScreen = Option.flag("--no-alt-screen", help: "Keep the last screen in the scrollback.")
    static let color = Option.value(
        "--color", as: "when", .oneOf, default: When.auto,
        help: "When to use colours; overrides NO_COLOR and CLICOLOR_FORCE."
    ).setting()

    static let group = OptionGroup("Looks", [theme, keys, mouse, glyphs, colors, plain, noAltScreen, color])
    /// For what is printed.
    static let colorGroup = OptionGroup("Looks", [color])

    var mouse: Bool { values[Self.mouse] }
    var colors: Int? { values[Self.colors] }
    var isPlain: Bool { values[Self.plain] || environment("DPOP_TUI_A11Y") == "1" }
    var noAltScreen: Bool { values[Self.noAltScreen] }
    var ascii: Bool {
        switch values[Self.glyphs] {
        case .ascii: true
        case .utf8: false
        case .auto: !TerminalSettings.isUTF8
        }
    }

    /// Everything that draws asks the environment, so that is where the wish for colour goes.
    func applyColor() {
        switch values[Self.color] {
        case .auto: break
        case .never: setenv("NO_COLOR", "1", 1)
        case .always:
            unsetenv("NO_COLOR")
            setenv("CLICOLOR_FORCE", "1", 1)
        }
    }

    /// The themes there are, and the one out of a file that was asked for.
    var shelf: ThemeShelf {
        ThemeShelf(file: values[Self.theme].flatMap { ThemeShelf.isFile($0) ? $0 : nil })
    }

    /// The theme that was asked for, of those there are.
    func themeName(_ shelf: ThemeShelf) -> String {
        if let value = environment("NO_COLOR"), !value.isEmpty { return "mono" }
        let wanted = shelf.given ?? values[Self.theme] ?? "dark"
        if shelf.names.contains(wanted) { return wanted }
        complain("no theme '\(wanted)'; there are \(shelf.names.joined(separator: ", ")); the default is used")
        return "dark"
    }

    /// Gives a model the looks that were asked for.
    func dress(_ model: inout Model, _ shelf: ThemeShelf) {
        model.ascii = ascii
        model.themes = shelf.names
        model.theme = themeName(shelf)
        if let problem = shelf.problems.first { model.message = "\(problem); the default is used" }
    }

    func readKeys() throws -> [KeyFile] {
        var list: [KeyFile] = []
        for path in values[Self.keys] {
            do { list += try KeyReader.read(path) } catch {
                complain("\(error)")
                throw Exit.unreadable
            }
        }
        return list
    }
}
