import FlowModel

/// What is said to a person who may paste a text, and how it is read from a terminal.
enum PasteHint {
    /// The forms, for the refusal of an input in none of them.
    static let forms: Harmless =
        "a capture (HAR, mitmproxy, dpop-tui), a transcript (`curl -v`, raw HTTP), a command (curl, HTTPie, fetch), header fields, what a program prints of a request, a server's log, or a proof; `dpop-tui why --help` lists them"

    /// On a terminal nothing would tell that the program waits.
    static func say(
        _ what: Harmless = "a request with its answer, a command, a log, a HAR …"
    ) {
        guard isatty(0) == 1 else { return }
        complain("paste \(what); end it with Ctrl-D on a line of its own")
    }

    /// A file, or standard input: from a terminal up to Ctrl-D.
    static func read(_ path: String) throws(FileError) -> Bytes {
        path == "-" && isatty(0) == 1 ? try TerminalPaste.read() : try FileBytes.read(path)
    }
}
