import ArgumentParser
import FlowModel

/// `dpop-tui open FILE...`: step through captured flows on screen.
struct OpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Step through captured flows on screen; without files, run the flow live in the built-in lab.",
        discussion: """
            EXAMPLES
              dpop-tui flow.har
              dpop-tui open red.har --key client.jwk --theme light
              dpop-tui open flow.mitm --profile keycloak --clock +40s
              dpop-tui open - < flow.har
              dpop-tui open --sample

            Where standard output is no terminal, the text of `dpop-tui check` is printed instead.
            """)

    @Argument(
        help: ArgumentHelp("HAR, mitmproxy or dpop-tui captures; '-' reads standard input.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @Flag(help: "Open the built-in sample instead of a file.") var sample = false

    @Flag(help: "Go on reading while the capture grows: ours, or mitmproxy's -w.") var follow = false

    @OptionGroup var screen: ScreenOptions
    @OptionGroup var options: CheckOptions

    func run() throws {
        if files.isEmpty, !sample, LabProcess.executable() != nil {
            try LiveRun(
                arguments: RunArguments(), settings: options.settings(), clock: options.clock, screen: { screen }
            ).run()
            return
        }
        let settings = try options.settings()
        guard isatty(1) == 1, !TerminalSettings.isDumb, !screen.isPlain else {
            try printInstead()
            return
        }
        let keys = try screen.readKeys()
        let shelf = ThemeShelf()
        for problem in shelf.problems { complain("\(problem); the default is used") }
        let mailbox = Mailbox()
        let document =
            try follow
            ? following(settings, keys, mailbox)
            : Opening.document(files, settings: settings, keys: keys, mailbox: mailbox)
        let terminal: Terminal
        do throws(LoadError) { terminal = try Terminal(mouse: screen.mouse, colors: screen.colors) } catch {
            complain("\(error)")
            try printInstead()
            return
        }
        let size = terminal.size
        var model = Model(document: document.document, width: size.width, height: size.height)
        model.progress = document.isComplete ? nil : 0
        screen.dress(&model, shelf)
        document.startWorker?()
        let (code, last) = Loop(terminal: terminal, model: model, themes: shelf, mailbox: mailbox).run()
        terminal.close()
        if screen.noAltScreen { Swift.print(last.lines.joined(separator: "\n")) }
        if code != 0 { throw ExitCode(code) }
    }

    private func following(_ settings: CheckSettings, _ keys: [KeyFile], _ mailbox: Mailbox) throws -> Opening {
        guard files.count == 1, files[0] != "-" else {
            throw ValidationError("--follow takes one file, not \(files.count == 1 ? "a pipe" : "\(files.count)")")
        }
        let path = files[0]
        let document = Document(
            files: [Document.File(name: path, loaded: Follower.read(path))], settings: settings, keyFiles: keys)
        return Opening(document: document, isComplete: true) {
            Follower.start(path, settings: settings, keys: keys, mailbox: mailbox)
        }
    }

    private func printInstead() throws {
        if screen.isPlain, isatty(1) == 1 || screen.plain { return try printPlain() }
        guard !files.isEmpty else {
            Swift.print(Opening.sampleText(try options.settings()), terminator: "")
            return
        }
        var check = CheckCommand()
        check.files = files
        check.format = .text
        check.verbose = false
        check.options = options
        try check.run()
    }

    /// Every step as a sentence.
    private func printPlain() throws {
        Swift.print(PlainReport.opening)
        let list =
            files.isEmpty
            ? [Opening.sample()] : try files.map { Document.File(name: $0, loaded: try CaptureLoader.loadOrExit($0)) }
        let document = Document(files: list, settings: try options.settings())
        var fails = false
        for (index, entry) in document.flows.enumerated() {
            guard let view = document.view(index) else { continue }
            if list.count > 1 { Swift.print(TextReport.harmless("File \(list[entry.file].name).")) }
            Swift.print(
                PlainReport.flow(view.report, view.story, of: list[entry.file].loaded.flows.filter(\.isFlow).count),
                terminator: "")
            fails = fails || view.report.verdict == .fail
        }
        for file in list {
            for problem in file.loaded.problems {
                complain("\(file.name): \(TextReport.harmless(problem.description))")
            }
        }
        if fails { throw Exit.failingFinding }
    }
}
