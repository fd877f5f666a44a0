import ArgumentParser
import FlowModel

/// `dpop-tui render FILE`: the screen as text, after some keys.
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Print the screen as text, as it is after pressing keys.",
        discussion: """
            EXAMPLES
              dpop-tui render flow.har --size 120x40 --keys "nnn"
              dpop-tui render flow.har --size 80x24 --keys "n<tab>3" --roles

            KEYS
              Characters as they are; <enter> <esc> <tab> <s-tab> <up> <down> <left> <right> <home> <end> <pageup> <pagedown>
              <space> <bs> <f1> <lt> and <c-d> for Ctrl-D.
            """)

    @Argument(help: ArgumentHelp("The captures; without files, the sample.", valueName: "file"), completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("Columns x rows.", valueName: "WxH"))
    var size = "120x40"

    @Option(help: ArgumentHelp("Keys to press first.", valueName: "script"))
    var keys = ""

    @Flag(help: "After the text, a block with a letter for each cell's role.")
    var roles = false

    @OptionGroup var screen: ScreenOptions
    @OptionGroup var options: CheckOptions

    func run() throws {
        let parts = size.lowercased().split(separator: "x").compactMap { Int($0) }
        guard parts.count == 2, (1...1000).contains(parts[0]), (1...1000).contains(parts[1]) else {
            throw ValidationError("cannot read the size '\(size)'; expected columns x rows, such as 120x40")
        }
        let script: [Key]
        do throws(KeyScriptError) { script = try Key.script(keys) } catch { throw ValidationError("\(error)") }
        var list: [Document.File] = files.isEmpty ? [Opening.sample()] : []
        for path in files { list.append(Document.File(name: path, loaded: try CaptureLoader.loadOrExit(path))) }
        let document = Document(files: list, settings: try options.settings(), keyFiles: try screen.readKeys())
        var model = Model(document: document, width: parts[0], height: parts[1])
        model.ascii = screen.glyphs == "ascii"
        for key in script { _ = model.update(.key(key)) }
        let canvas = ScreenView.draw(model)
        let output = Output(1)
        output.write(canvas.lines.joined(separator: "\n") + "\n")
        if roles { output.write(canvas.roleLines.joined(separator: "\n") + "\n") }
        output.flush()
    }
}
