import Arguments
import FlowModel

/// `dpop-tui compare`: every thumbprint of a flow side by side, without a screen.
enum CompareCommand {
    static let files = Positional.any("file", .file, help: "The captures.")
    static let width = Option.value("--width", as: "number", .whole(20...1000), default: 100, help: "Columns to use.")

    static let command = Arguments.Command(
        "compare", "Compare every thumbprint of the flows as pictures and in words.",
        about: """
            EXAMPLES
              dpop-tui compare flow.har
              dpop-tui compare flow.har --key client.jwk
              dpop-tui compare --key client.jwk --key server.pem

            EXIT STATUS
              0 all equal · 1 they differ · 3 unreadable input or unwritable output
            """,
        takes: Table(
            [files], options: [Looks.keys, KeyReader.password, width], groups: [Looks.colorGroup],
            check: { values throws(UsageError) in
                if values[files].isEmpty, values[Looks.keys].isEmpty {
                    throw UsageError("expected a capture or --key: <file> or --key <file>")
                }
            }), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        let (files, keys, width) = (values[files], values[Looks.keys], values[width])
        var keyFiles: [KeyFile] = []
        var differs = false
        let passphrase = try values.secret(KeyReader.password)
        do {
            for path in keys {
                keyFiles += try KeyReader.read(path, passphrase: passphrase, option: KeyReader.password.spec.name)
            }
            if files.isEmpty { differs = show(ThumbprintTable(nil, keyFiles: keyFiles), width, title: nil) }
            for path in files {
                let document = Document(
                    files: [Document.File(name: path, loaded: try CaptureLoader.load(path))], settings: CheckSettings(),
                    keyFiles: keyFiles)
                for index in document.flows.indices where document.flows[index].flow.isFlow {
                    guard let view = document.view(index) else { continue }
                    differs =
                        show(ThumbprintTable(view, keyFiles: keyFiles), width, title: "\(path)  flow \(index + 1)")
                        || differs
                }
            }
        } catch {
            complain("\(error)")
            throw Exit.unreadable
        }
        if differs { throw Exit.failingFinding }
    }

    /// True when the keys differ.
    private static func show(_ table: ThumbprintTable, _ width: Int, title: String?) -> Bool {
        let rows = KeysContent.rows(table, width: width)
        var canvas = Canvas(width: width, height: rows.count, ascii: !TerminalSettings.isUTF8)
        for (index, row) in rows.enumerated() {
            let end = canvas.put(row.spans, row: index, column: 0)
            canvas.put(
                row.right, row: index, column: max(end + 1, width - row.right.reduce(0) { $0 + $1.text.columns }))
        }
        if let title { say("\(title)") }
        let plain = Harmless(lines: canvas.lines.joined(separator: "\n"))
        say(TerminalSettings.usesColour(descriptor: 1) ? coloured(canvas) : plain)
        say()
        return !table.isMatch
    }

    private static func coloured(_ canvas: Canvas) -> Harmless {
        let codes: [Role: String] = [
            .pass: "32", .fail: "1;31", .key1: "96", .key2: "95", .key3: "94", .key4: "93", .key5: "92", .key6: "97",
            .label: "36", .heading: "1", .dim: "90", .lit: "7",
        ]
        return (0..<canvas.height).map { row -> Harmless in
            var (out, last): (Harmless, Role) = ("", .text)
            for cell in canvas.row(row) where cell.width > 0 {
                if cell.role != last { out += "\u{1B}[\(codes[cell.role].map { "0;" + $0 } ?? "0")m" }
                last = cell.role
                out += "\(cell.text)"
            }
            return "\(out)\u{1B}[0m"
        }.joined(separator: "\n")
    }
}
