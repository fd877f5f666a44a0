import Arguments
import FlowModel

/// `dpop-tui completions SHELL`: the script a shell wants.
enum CompletionsCommand {
    static let shell = Positional.one("shell", .oneOf as Reading<Shell>, help: "The shell.")

    static let command: Arguments.Command = .init(
        "completions", "Print a completion script.",
        about: """
            EXAMPLES
              dpop-tui completions bash > ~/.local/share/bash-completion/completions/dpop-tui
              dpop-tui completions zsh > ~/.zfunc/_dpop-tui
              dpop-tui completions fish > ~/.config/fish/completions/dpop-tui.fish
            """,
        takes: Table([shell])
    ) { values in
        Output.standard.write(Harmless(lines: DpopTui.program.completions(values[shell])))
    }
}
