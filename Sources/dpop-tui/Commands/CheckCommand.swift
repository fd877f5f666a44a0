import Arguments
import FlowModel

enum ReportFormat: String, Sendable, CaseIterable {
    case text, json, junit, sarif, tap
}

/// `dpop-tui check FILE...`: every check on every step, for people and for CI.
enum CheckCommand {
    static let files = Positional.some(
        "file", .file, help: "Captures, or any text that `why` reads; '-' reads standard input.")
    static let format = Option.value(
        "--format", "-f", as: "format", .oneOf, default: ReportFormat.text, help: "Form of the report.")
    static let verbose = Option.flag("--verbose", "-v", help: "In text, list passing checks too.")

    static let command = Arguments.Command(
        "check", "Check captured flows and say what is wrong.",
        about: """
            EXAMPLES
              dpop-tui check flow.har
              dpop-tui check --format junit *.har > report.xml
              dpop-tui check --profile keycloak --clock +40s flow.har
              mitmdump -nr flows -w - | dpop-tui check -

            EXIT STATUS
              0 nothing failed or was refused · 1 something did · 2 wrong usage · 3 unreadable or damaged input, or a report that could not be written
            """,
        takes: Table([files], options: [format, verbose], groups: [Judging.group, Looks.colorGroup]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        try report(values[files], format: values[format], verbose: values[verbose], judging: Judging(values))
    }

    /// Prints what the checks say of captures; ends with status 1 or 3 where it has to.
    static func report(_ files: [String], format: ReportFormat, verbose: Bool, judging: Judging) throws {
        var settings = judging.settings
        settings.passes = verbose || format == .json ? .explained : format == .text ? .counted : .listed
        let output = Output.standard
        let writer = ReportWriter(
            format: format, verbose: verbose, output: output, clock: judging.clock, profile: settings.profile.id)
        var damaged = false
        for file in files where !output.isBroken {
            do throws(LoadError) {
                let loaded = try CaptureLoader.assemble(file)
                if file == files.last { Lasting.keep(loaded) }
                writer.write(loaded, file: file, settings: settings)
                for problem in loaded.problems { complain("\(file): \(problem.description)") }
                damaged = damaged || loaded.problems.contains(where: \.isDamage)
            } catch {
                complain("\(error)")
                damaged = true
            }
        }
        writer.finish()
        if writer.totals.isFailing { throw Exit.failingFinding }
        if damaged { throw Exit.unreadable }
    }
}
