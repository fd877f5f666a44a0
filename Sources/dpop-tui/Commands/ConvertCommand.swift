import ArgumentParser
import FlowModel

/// `dpop-tui convert`: between HAR and our own format; mitmproxy's can be read.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert captures between HAR and dpop-tui's JSON Lines.",
        discussion: """
            EXAMPLES
              dpop-tui convert flow.mitm --to har -o flow.har
              dpop-tui convert flow.har > flow.jsonl

            Captures hold live tokens: files are written readable by their owner only, and existing ones are not replaced.
            """)

    enum Target: String, CaseIterable, ExpressibleByArgument { case har, lines }

    @Argument(
        help: ArgumentHelp("HAR, mitmproxy or dpop-tui capture; '-' reads standard input.", valueName: "file"),
        completion: .file())
    var file: String

    @Option(help: "har or lines (dpop-tui's JSON Lines).")
    var to = Target.lines

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where to write; standard output otherwise.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Replace an existing file.")
    var force = false

    func run() throws {
        let capture: Capture
        do {
            let bytes = try FileBytes.read(file)
            capture = try Capture.read(bytes)
        } catch {
            complain(TextReport.harmless(error is FileError ? "\(error)" : "\(file): \(error)"))
            throw Exit.unreadable
        }
        var problems = capture.problems
        func write(_ put: (String) -> Void) {
            if to == .har { put(HARWriter.head) }
            var first = true
            for index in capture.entries.indices {
                do throws(CaptureProblem) {
                    let exchange = try capture.exchange(index)
                    put(to == .lines ? FlowLine.write(exchange) : (first ? "" : ",\n") + HARWriter.entry(exchange))
                    first = false
                } catch { problems.append(error) }
            }
            if to == .har { put(HARWriter.tail) }
        }
        if let output {
            do { try FileBytes.write(output, replacing: force) { write($0) } } catch {
                complain("\(error)")
                throw Exit.usage
            }
        } else {
            let out = Output(1)
            write { out.write($0) }
            out.flush()
        }
        for problem in problems { complain("\(file): skipped: \(TextReport.harmless(problem.description))") }
        if problems.contains(where: \.isDamage) { throw Exit.unreadable }
    }
}
