import ArgumentParser
import FlowModel

enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json, junit, sarif, tap
}

/// `dpop-tui check FILE...`: every check on every step, for people and for CI.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check captured flows and say what is wrong.",
        discussion: """
            EXAMPLES
              dpop-tui check flow.har
              dpop-tui check --format junit *.har > report.xml
              dpop-tui check --profile keycloak --clock +40s flow.har
              mitmdump -nr flows -w - | dpop-tui check -

            EXIT STATUS
              0 no failing finding · 1 at least one · 2 wrong usage · 3 unreadable or damaged input
            """)

    @Argument(
        help: ArgumentHelp("HAR, mitmproxy or dpop-tui captures; '-' reads standard input.", valueName: "file"),
        completion: .file())
    var files: [String]

    @Option(name: .shortAndLong, help: "text, json, junit, sarif or tap.")
    var format = ReportFormat.text

    @Flag(name: .shortAndLong, help: "In text, list passing checks too.")
    var verbose = false

    @OptionGroup var options: CheckOptions

    func run() throws {
        var settings = try options.settings()
        settings.passes = verbose || format == .json ? .explained : format == .text ? .counted : .listed
        let output = Output(1)
        let writer = ReportWriter(
            format: format, verbose: verbose, output: output, clock: options.clock, profile: options.profile)
        var damaged = false
        for file in files {
            do throws(LoadError) {
                let loaded = try CaptureLoader.load(file)
                if file == files.last { Lasting.keep(loaded) }
                writer.write(loaded, file: file, settings: settings)
                for problem in loaded.problems { complain("\(file): \(TextReport.harmless(problem.description))") }
                damaged = damaged || !loaded.damage.isEmpty
            } catch {
                complain(TextReport.harmless("\(error)"))
                damaged = true
            }
        }
        writer.finish()
        output.flush()
        if writer.totals.fail > 0 { throw Exit.failingFinding }
        if damaged { throw Exit.unreadable }
    }
}
