import FlowModel

/// The one way to what people read, standard output and the terminal: takes harmless text only.
final class Output {
    private let writer: ByteWriter

    /// Standard output, written by the main thread. `Main` looks whether everything arrived.
    nonisolated(unsafe) static let standard = Output(1)

    init(_ descriptor: Int32) { writer = ByteWriter(descriptor) }

    func write(_ text: Harmless) { writer.write(text.text) }
    func flush() { writer.flush() }

    /// Nobody takes what is still to come: a long command may end.
    var isBroken: Bool { writer.failure != nil }

    /// Writes what is left and closes; the error number where something did not arrive.
    func finish() -> Int32? { writer.finish() }
}

/// A line on standard output.
func say(_ line: Harmless = "") {
    Output.standard.write(line)
    Output.standard.write("\n")
}

/// What people read on standard error: one line, the program's name in front.
func complain(_ text: Harmless) {
    Output.standard.flush()
    let output = Output(2)
    output.write("dpop-tui: \(text)\n")
    output.flush()
}
