import ArgumentParser
import FlowModel

/// What decides how things look.
struct ScreenOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A theme's name; `dpop-tui themes` lists them.", valueName: "name"))
    var theme: String?

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "A key to compare with: JWK, JWKS, PEM or certificate. May be given several times.", valueName: "file"),
        completion: .file())
    var keys: [String] = []

    @Flag(help: "Take the mouse wheel and clicks.")
    var mouse = false

    @Option(help: ArgumentHelp("auto, utf8 or ascii line drawing.", valueName: "set"))
    var glyphs = "auto"

    @Option(help: ArgumentHelp("Use at most that many colours: 0, 8, 16 or 256.", valueName: "number"))
    var colors: Int?

    @Flag(help: "No screen: every step a sentence, numbered choices before every send; DPOP_TUI_A11Y=1 does the same.")
    var plain = false

    @Flag(name: .customLong("no-alt-screen"), help: "Leave the last view in the scrollback.")
    var noAltScreen = false

    func validate() throws {
        guard ["auto", "utf8", "ascii"].contains(glyphs) else {
            throw ValidationError("unknown glyph set '\(glyphs)'; expected auto, utf8 or ascii")
        }
        if let colors, ![0, 8, 16, 256].contains(colors) {
            throw ValidationError("cannot use \(colors) colours; expected 0, 8, 16 or 256")
        }
    }

    var isPlain: Bool { plain || environment("DPOP_TUI_A11Y") == "1" }

    var ascii: Bool { glyphs == "ascii" || (glyphs == "auto" && !TerminalSettings.isUTF8) }

    func themeName(_ shelf: ThemeShelf) -> String {
        if let value = environment("NO_COLOR"), !value.isEmpty { return "mono" }
        let wanted = theme ?? environment("DPOP_TUI_THEME") ?? "dark"
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
        for path in keys {
            do { list += try KeyReader.read(path) } catch {
                complain("\(error)")
                throw Exit.unreadable
            }
        }
        return list
    }
}
