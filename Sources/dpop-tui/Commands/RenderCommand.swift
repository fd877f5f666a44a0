import Arguments
import FlowModel

/// `dpop-tui render FILE`: the screen as text, after some keys.
enum RenderCommand {
    static let files = Positional.any("file", .file, help: "The captures; without files, the sample.")
    static let size = Option.value(
        "--size", as: "WxH", .size(1...1000), default: Size(columns: 120, rows: 40), help: "Columns x rows.")
    static let keys = Option.value("--keys", as: "script", .text, default: "", usual: "", help: "Keys to press first.")
    static let roles = Option.flag("--roles", help: "After the text, a block with a letter for each cell's role.")

    static let command = Arguments.Command(
        "render", "Print the screen as text, as it is after pressing keys.",
        about: """
            EXAMPLES
              dpop-tui render flow.har --size 120x40 --keys "nnn"
              dpop-tui render flow.har --size 80x24 --keys "n<tab>3" --roles
              dpop-tui render captures/*.har --size 120x24 --keys "C"

            KEYS
              Characters as they are; <enter> <esc> <tab> <s-tab> <up> <down> <left> <right> <home> <end> <pageup> <pagedown>
              <space> <bs> <f1> <lt> and <c-d> for Ctrl-D.
            """,
        takes: Table(
            [files], options: [size, keys, roles], groups: [Looks.group, Judging.group],
            check: { values throws(UsageError) in
                do throws(KeyScriptError) { _ = try Key.script(values[keys]) } catch {
                    throw UsageError("--keys: \(error)")
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
        for key in try Key.script(values[keys]) { _ = model.update(.key(key)) }
        let canvas = ScreenView.draw(model)
        say(Harmless(lines: canvas.lines.joined(separator: "\n")))
        if values[roles] { say(Harmless(lines: canvas.roleLines.joined(separator: "\n"))) }
    }
}
