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
        guard let folder = StateFolder.path("captures") else {
            throw FileError(
                path: "the capture", reason: "there is no place for it: set HOME or XDG_STATE_HOME, or give --record")
        }
        StateFolder.make(folder)
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
