import ArgumentParser
import FlowModel

/// The debugger for DPoP (RFC 9449).
struct DpopTui: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dpop-tui",
        abstract: "Step through DPoP flows (RFC 9449), compare thumbprints, and see why a proof was refused.",
        discussion: """
            EXAMPLES
              dpop-tui                          the whole flow live, against the built-in lab
              dpop-tui flow.har                 step through a capture
              dpop-tui check *.har              the same for CI; exit status 1 when something fails
              dpop-tui compare flow.har --key client.jwk
              dpop-tui decode eyJ0eXAiOiJkcG9wK2p3dCIs…
            """,
        version: programVersion,
        subcommands: [
            OpenCommand.self, RunCommand.self, CheckCommand.self, WhyCommand.self, ExplainCommand.self,
            LedgerCommand.self, DiffCommand.self, DoctorCommand.self, KongConfigCommand.self, ProofCommand.self,
            LabCommand.self, ConfigCommand.self, RenderCommand.self, CompareCommand.self, DecodeCommand.self,
            KeyCommand.self,
            ConvertCommand.self, ThemesCommand.self, CompletionsCommand.self, DocsCommand.self,
        ],
        defaultSubcommand: OpenCommand.self)
}

@main
enum Program {
    static func main() {
        let isRun = CommandLine.arguments.count > 1 && CommandLine.arguments[1] == "run"
        if isRun { Transfer.preload() }
        _ = TerminalSettings.isUTF8  // sets the locale, before anything is printed
        signal(SIGPIPE, SIG_IGN)
        signal(SIGBUS) { _ in MappedFile.wasShortened() }
        do {
            if isRun {
                try RunCommand.run(Array(CommandLine.arguments.dropFirst(2)))
                Self.leave(0)
            } else {
                var command = try DpopTui.parseAsRoot()
                try command.run()
            }
        } catch let code as ExitCode {
            Self.leave(code.rawValue)
        } catch {
            // ArgumentParser's own status for wrong usage is 64; ours is documented as 2.
            let code = DpopTui.exitCode(for: error)
            guard code == .validationFailure else { DpopTui.exit(withError: error) }
            let output = Output(2)
            output.write(DpopTui.fullMessage(for: error) + "\n")
            output.flush()
            exit(2)
        }
    }

    /// Ends at once: thirty libraries that curl brings along have nothing to tidy up.
    private static func leave(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}
