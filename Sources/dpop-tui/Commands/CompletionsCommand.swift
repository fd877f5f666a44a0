import ArgumentParser

/// `dpop-tui completions SHELL`: the script a shell wants.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script.",
        discussion: """
            EXAMPLES
              dpop-tui completions bash > ~/.local/share/bash-completion/completions/dpop-tui
              dpop-tui completions zsh > ~/.zfunc/_dpop-tui
              dpop-tui completions fish > ~/.config/fish/completions/dpop-tui.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: String

    func run() throws {
        guard ["bash", "zsh", "fish"].contains(shell) else {
            throw ValidationError("unknown shell '\(shell)'; expected bash, zsh or fish")
        }
        print(
            RunCompletions.completed(
                DpopTui.completionScript(for: CompletionShell(rawValue: shell) ?? .bash), for: shell))
    }
}
