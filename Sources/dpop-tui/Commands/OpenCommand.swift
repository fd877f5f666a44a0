import Arguments
import FlowModel

/// `dpop-tui open FILE...`: step through captured flows on looks.
struct OpenCommand {
    private let files: [String]
    private let looks: Looks
    private let judging: Judging

    static let files = Positional.any(
        "file", .file, help: "Captures, or any text that `why` reads; '-' reads standard input.")
    static let sample = Option.flag("--sample", help: "Open the built-in sample instead of a file.")
    static let follow = Option.flag(
        "--follow", help: "Keep reading while the capture grows: a recording of dpop-tui, or of mitmproxy -w.")

    static let command = Arguments.Command(
        "open", "Step through captured flows on screen; without files, run the flow live in the built-in lab.",
        about: """
            EXAMPLES
              dpop-tui flow.har
              dpop-tui open red.har --key client.jwk --theme light
              dpop-tui open flow.mitm --profile keycloak --clock +40s
              dpop-tui open - < flow.har
              dpop-tui open --sample

            Where standard output is no terminal, the text of `dpop-tui check` is printed instead.
            """,
        takes: Table(
            [files], options: [sample, follow], groups: [Looks.group, Judging.group],
            check: { values throws(UsageError) in
                guard values[follow], values[files].count != 1 || values[files] == ["-"] else { return }
                let count = values[files].count
                throw UsageError("--follow takes one file, not \(count == 1 ? "a pipe" : "\(count)")")
            }), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let looks = Looks(values)
        looks.applyColor()
        if values[files].isEmpty, !values[sample], LabProcess.executable() != nil {
            var values = values
            values.fill(from: try DpopTui.program.fromEnvironment(RunOptions.settings))
            var live = LiveRun(values)
            return try live.run()
        }
        try OpenCommand(files: values[files], looks: looks, judging: Judging(values)).run(follows: values[follow])
    }

    private func run(follows: Bool) throws {
        let settings = judging.settings
        guard isatty(1) == 1, !TerminalSettings.isDumb, !looks.isPlain else {
            try printInstead()
            return
        }
        let keys = try looks.readKeys()
        let shelf = looks.shelf
        for problem in shelf.problems { complain("\(problem); the default is used") }
        let mailbox = Mailbox()
        let document =
            try follows
            ? following(settings, keys, mailbox)
            : Opening.document(files, settings: settings, keys: keys, mailbox: mailbox)
        let terminal: Terminal
        do throws(LoadError) { terminal = try Terminal(mouse: looks.mouse, colors: looks.colors) } catch {
            complain("\(error)")
            try printInstead()
            return
        }
        let size = terminal.size
        var model = Model(document: document.document, width: size.width, height: size.height)
        model.progress = document.isComplete ? nil : 0
        looks.dress(&model, shelf)
        document.startWorker?()
        let (code, last) = Loop(terminal: terminal, model: model, themes: shelf, mailbox: mailbox).run()
        terminal.close()
        if looks.noAltScreen { say(Harmless(lines: last.lines.joined(separator: "\n"))) }
        if code != 0 { throw ExitCode(code) }
    }

    private func following(_ settings: CheckSettings, _ keys: [KeyFile], _ mailbox: Mailbox) throws -> Opening {
        let path = files[0]
        let document = Document(
            files: [Document.File(name: path, loaded: Follower.read(path))], settings: settings, keyFiles: keys)
        return Opening(document: document, isComplete: true) {
            Follower.start(path, settings: settings, keys: keys, mailbox: mailbox)
        }
    }

    private func printInstead() throws {
        if looks.isPlain, isatty(1) == 1 || looks.values[Looks.plain] { return try printPlain() }
        guard !files.isEmpty else {
            Output.standard.write(Harmless(report: Opening.sampleText(judging.settings)))
            return
        }
        try CheckCommand.report(files, format: .text, verbose: false, judging: judging)
    }

    /// Every step as a sentence.
    private func printPlain() throws {
        say(Harmless(lines: PlainReport.opening))
        let list =
            files.isEmpty
            ? [Opening.sample()] : try files.map { Document.File(name: $0, loaded: try CaptureLoader.loadOrExit($0)) }
        let document = Document(files: list, settings: judging.settings)
        var fails = false
        for (index, entry) in document.flows.enumerated() {
            guard let view = document.view(index) else { continue }
            if list.count > 1 { say("File \(list[entry.file].name).") }
            let count = list[entry.file].loaded.flows.filter(\.isFlow).count
            Output.standard.write(Harmless(lines: PlainReport.flow(view.report, view.story, of: count)))
            fails = fails || view.isFailing
        }
        for file in list {
            for problem in file.loaded.problems {
                complain("\(file.name): \(problem.description)")
            }
        }
        if fails { throw Exit.failingFinding }
    }
}
