import Arguments
import FlowModel

/// `dpop-tui convert`: between HAR and our own format; mitmproxy's can be read.
enum ConvertCommand {
    enum Target: String, Sendable, CaseIterable { case har, lines }

    static let file = Positional.one(
        "file", .file, help: "A capture, or any text that `why` reads; '-' reads standard input.")
    static let to = Option.value(
        "--to", as: "form", .oneOf, default: Target.lines, help: "HAR, or dpop-tui's JSON Lines.")
    static let output = Option.value(
        "--output", "-o", as: "file", .file, help: "Where to write; standard output otherwise.")
    static let force = Option.flag("--force", help: "Replace an existing file.")

    static let command = Arguments.Command(
        "convert", "Convert captures between HAR and dpop-tui's JSON Lines.",
        about: """
            EXAMPLES
              dpop-tui convert flow.mitm --to har -o flow.har
              dpop-tui convert flow.har > flow.jsonl

            Captures hold live tokens: files are written readable by their owner only, and existing ones are not replaced.
            """,
        takes: Table([file], options: [to, output, force]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let (file, to, force) = (values[file], values[to], values[force])
        let capture: Capture
        do {
            if file == "-" { PasteHint.say() }
            let bytes = try PasteHint.read(file)
            capture = try Capture.read(bytes)
        } catch {
            complain(error is FileError ? "\(error)" : "\(file): \(error)")
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
        if let output = values[output] {
            do throws(FileError) { try FileBytes.write(output, replacing: force) { write($0) } } catch {
                complain("\(error)")
                throw error.isTaken ? Exit.usage : Exit.unreadable
            }
        } else {
            write { Output.standard.write(Harmless(json: $0)) }
        }
        for problem in problems { complain("\(file): skipped: \(problem.description)") }
        if problems.contains(where: \.isDamage) { throw Exit.unreadable }
    }
}
