import Arguments
import FlowModel

/// `dpop-tui render FILE`: the screen as text or as a picture, after some keys.
enum RenderCommand {
    enum Format: String, Sendable, CaseIterable { case text, ansi, svg }

    static let files = Positional.any("file", .file, help: "The captures; without files, the sample.")
    static let size = Option.value(
        "--size", as: "WxH", .size(1...1000), default: Size(columns: 120, rows: 40), help: "Columns x rows.")
    static let keys = Option.value("--keys", as: "script", .text, default: "", usual: "", help: "Keys to press first.")
    static let format = Option.value(
        "--format", as: "form", .oneOf, default: Format.text,
        help: "Plain text, text with the theme's colours (ansi), or a picture (svg).")
    static let roles = Option.flag("--roles", help: "After the text, a block with a letter for each cell's role.")

    static let command = Arguments.Command(
        "render", "Print the screen as text or as a picture, as it is after pressing keys.",
        about: """
            EXAMPLES
              dpop-tui render flow.har --size 120x40 --keys "nnn"
              dpop-tui render flow.har --size 80x24 --keys "n<tab>3" --roles
              dpop-tui render captures/*.har --size 120x24 --keys "C"
              dpop-tui render flow.har --keys F --format svg --theme light > step.svg

            KEYS
              Characters as they are; <enter> <esc> <tab> <s-tab> <up> <down> <left> <right> <home> <end> <pageup> <pagedown>
              <space> <bs> <f1> <lt> and <c-d> for Ctrl-D.

            PICTURES
              svg is one file for a page or a report: its text can be selected, and it needs no font and no script.
              ansi is for a terminal: `less -R`. Colours that a theme leaves to the terminal are xterm's in a picture.
              With NO_COLOR or --color never the theme is mono.
            """,
        takes: Table(
            [files], options: [size, keys, format, roles], groups: [Looks.group, Judging.group],
            check: { values throws(UsageError) in
                do throws(KeyScriptError) { _ = try Key.script(values[keys]) } catch {
                    throw UsageError("--keys: \(error)")
                }
                guard !values[roles] || values[format] == .text else {
                    throw UsageError("--roles goes with --format text")
                }
            }), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let (files, size, looks) = (values[files], values[size], Looks(values))
        looks.applyColor()
        var list: [Document.File] = files.isEmpty ? [Opening.sample()] : []
        for path in files { list.append(Document.File(name: path, loaded: try CaptureLoader.loadOrExit(path))) }
        let document = Document(files: list, settings: Judging(values).settings, keyFiles: try looks.readKeys())
        var model = Model(document: document, width: size.columns, height: size.rows)
        model.ascii = values[Looks.glyphs] == .ascii
        model.checkAllFlows()
        guard values[format] != .text else {
            let canvas = try screen(&model, values)
            say(Harmless(lines: canvas.lines.joined(separator: "\n")))
            if values[roles] { say(Harmless(lines: canvas.roleLines.joined(separator: "\n"))) }
            return
        }
        let shelf = looks.shelf
        for problem in shelf.problems { complain("\(problem.description); the default is used") }
        (model.themes, model.theme) = (shelf.names, looks.themeName(shelf))
        let canvas = try screen(&model, values)
        // A key may have changed it.
        let theme = shelf.theme(named: model.theme)
        if values[format] == .svg {
            Output.standard.write(Harmless(lines: SVGPicture.document(canvas, theme, title: title(model))))
        } else {
            for line in ANSIPicture.lines(canvas, theme, colors: looks.colors) { say(line) }
        }
    }

    private static func screen(_ model: inout Model, _ values: Values) throws -> Canvas {
        for key in try Key.script(values[keys]) { _ = model.update(.key(key)) }
        return ScreenView.draw(model)
    }

    private static func title(_ model: Model) -> String {
        if let overview = model.overview, model.isOverview {
            let files = overview.sources
            return "dpop-tui: \(files.count > 3 ? "\(files.count) files" : files.joined(separator: ", ")), all flows"
        }
        guard let view = model.view, let step = model.currentStep else { return "dpop-tui" }
        let flow = model.document.flows.count > 1 ? ", flow \(model.flowIndex + 1)" : ""
        return "dpop-tui: \(view.title)\(flow), step \(step.label)"
    }
}
