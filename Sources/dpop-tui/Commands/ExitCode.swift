import FlowModel

/// Ends the program with a status; what is to be said was said.
struct ExitCode: Error, Equatable {
    let status: Int32
    init(_ status: Int32) { self.status = status }

    static let success = ExitCode(0)
}

/// The documented exit codes (docs/checks.md).
enum Exit {
    static let failingFinding = ExitCode(1)
    static let usage = ExitCode(2)
    static let unreadable = ExitCode(3)
    static let network = ExitCode(4)
    /// The person has not allowed it, and nobody can be asked; nothing was sent.
    static let notAllowed = ExitCode(5)
    static let interrupted = ExitCode(130)
}

extension CaptureLoader {
    /// For a command that cannot go on without this capture: says why and ends with status 3.
    static func loadOrExit(_ path: String) throws -> LoadedCapture {
        do throws(LoadError) { return try load(path) } catch {
            complain("\(error)")
            throw Exit.unreadable
        }
    }
}
