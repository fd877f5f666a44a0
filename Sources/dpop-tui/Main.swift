import ArgumentParser
import FlowModel

/// The debugger for DPoP (RFC 9449).
@main
struct DpopTui: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dpop-tui",
        abstract: "Step through DPoP flows (RFC 9449), compare thumbprints, and see why a proof was refused.",
        version: programVersion,
        subcommands: [OpenCommand.self, CheckCommand.self, RenderCommand.self],
        defaultSubcommand: OpenCommand.self)
}
