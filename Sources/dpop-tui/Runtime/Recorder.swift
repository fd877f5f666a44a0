import FlowModel

/// Appends every exchange to a capture before it is shown: a crash loses nothing.
final class Recorder {
    let path: String
    private let descriptor: Int32

    /// A new file, readable by its owner only; appends when it exists.
    init(_ path: String) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason()) }
        self.path = path
    }

    deinit { close(descriptor) }

    /// `$XDG_STATE_HOME/dpop-tui/captures`, made when it is not there.
    static func usual(at time: Double) throws(FileError) -> Recorder {
        let base =
            environment("XDG_STATE_HOME").flatMap { $0.isEmpty ? nil : $0 } ?? (environment("HOME") ?? ".")
            + "/.local/state"
        let folder = base + "/dpop-tui/captures"
        var made = ""
        for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && part.isEmpty ? "" : made == "" && !folder.hasPrefix("/") ? String(part) : "/" + part
            if !made.isEmpty { mkdir(made, 0o700) }
        }
        let stamp = Timestamp.text(time, separator: "T", suffix: "").map { $0 == ":" ? "-" : $0 }
        return try Recorder("\(folder)/\(String(stamp))-\(getpid()).jsonl")
    }

    /// One whole line in one write.
    func append(_ line: String) -> String? {
        let bytes = Array(line.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
            if count > 0 { sent += count } else if errno != EINTR { return "not recorded: \(path): \(systemReason())" }
        }
        return nil
    }
}
