import ArgumentParser

/// The documented exit codes (docs/checks.md).
enum Exit {
    static let failingFinding = ExitCode(1)
    static let usage = ExitCode(2)
    static let unreadable = ExitCode(3)
    static let network = ExitCode(4)
    static let interrupted = ExitCode(130)
}
