import Arguments
import FlowModel

/// The debugger for DPoP (RFC 9449): its commands.
enum DpopTui {
    static let program: Program = .init(
        Arguments.Command(
            "dpop-tui", "Step through DPoP flows (RFC 9449), compare thumbprints, and see why a proof was refused.",
            about: """
                EXAMPLES
                  dpop-tui                          the whole flow live, against the built-in lab
                  dpop-tui flow.har                 step through a capture
                  dpop-tui check *.har              the same for CI; exit status 1 when something fails
                  dpop-tui compare flow.har --key client.jwk
                  dpop-tui decode eyJ0eXAiOiJkcG9wK2p3dCIs…

                EXIT STATUS, of every command
                  0 no failing finding · 1 at least one, or refused · 2 wrong usage · 3 unreadable input, or output that could
                  not be written · 4 network · 5 not allowed: a folder's file or an origin that nobody has allowed, and nothing
                  was sent · 130 interrupted · 141 the reader of standard output went away · 128+n ended by signal n
                """,
            fallback: "open",
            commands: [
                OpenCommand.command, RunCommand.command, CheckCommand.command, WhyCommand.command,
                ExplainCommand.command, LedgerCommand.command, DiffCommand.command, DoctorCommand.command,
                KongConfigCommand.command, ProofCommand.command, LabCommand.command, ConfigCommand.command,
                RenderCommand.command, CompareCommand.command, DecodeCommand.command, KeyCommand.command,
                ConvertCommand.command, ThemesCommand.command, CompletionsCommand.command, DocsCommand.command,
            ]),
        version: programVersion, variablePrefix: "DPOP_TUI_")
}

@main
enum Main {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        if words.first == "run" { Transfer.preload() }
        _ = TerminalSettings.isUTF8  // sets the locale, before anything is printed
        // What cannot be written is an error of the write, and is said.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        keepStandardDescriptors()
        signal(SIGBUS) { _ in MappedFile.wasShortened() }
        leave(status(words))
    }

    /// Does what the words say; the exit status (docs/checks.md).
    private static func status(_ words: [String]) -> Int32 {
        do {
            switch try DpopTui.program.read(words) {
            case .run(let command, let values): try command.run(values)
            case .text(let text): Output.standard.write(Harmless(lines: text))
            }
            return 0
        } catch let code as ExitCode {
            return code.status
        } catch {
            complain("\(error)")
            return error is UsageError || error is ConfigError ? Exit.usage.status : Exit.unreadable.status
        }
    }

    /// A standard descriptor that is closed would be the next file's: it is held by something that takes no byte.
    private static func keepStandardDescriptors() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Ends at once: thirty libraries that curl brings along have nothing to tidy up.
    ///
    /// A report that did not arrive is worth no other status: 3, or 141 where its reader went away, as `head` does.
    private static func leave(_ code: Int32) -> Never {
        fflush(nil)
        switch Output.standard.finish() {
        case nil: _exit(code)
        case EPIPE: _exit(128 + SIGPIPE)
        case let failure?:
            complain("standard output: \(systemReason(failure)); what was to be printed is not whole")
            _exit(Exit.unreadable.status)
        }
    }
}
