import FlowModel

/// Appends every exchange to a capture before it is shown: a crash loses nothing.
final class Recorder {
    let path: String
    let descriptor: Int32
    /// A line was cut off: the next one begins anew.
    private var isTorn = false

    /// A new file, readable by its owner only; appends when it exists.
    init(_ path: String) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason()) }
        self.path = path
        isTorn = Self.endsWithinALine(path)
    }

    /// Whoever wrote before us may have been killed in the middle.
    private static func endsWithinALine(_ path: String) -> Bool {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0 else { return false }
        let reader = open(path, O_RDONLY | O_CLOEXEC)
        guard reader >= 0 else { return false }
        defer { close(reader) }
        var last: UInt8 = 0
        return pread(reader, &last, 1, info.st_size - 1) == 1 && last != 0x0A
    }

    deinit { close(descriptor) }

    /// `$XDG_STATE_HOME/dpop-tui/captures`, made when it is not there.
    static func usual(at time: Double) throws(FileError) -> Recorder {
        guard let folder = StateFolder.path("captures") else {
            throw FileError(
                path: "the capture", reason: "there is no place for it: set HOME or XDG_STATE_HOME, or give --record")
        }
        try StateFolder.make(folder)
        let stamp = Timestamp.text(time, separator: "T", suffix: "").map { $0 == ":" ? "-" : $0 }
        return try Recorder("\(folder)/\(String(stamp))-\(getpid()).jsonl")
    }

    /// One whole line in one write.
    func append(_ line: String) -> String? {
        let bytes = Array(((isTorn ? "\n" : "") + line).utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
            if count > 0 {
                sent += count
            } else if count == 0 || errno != EINTR {
                isTorn = isTorn || sent > 0
                return "not recorded: \(path): \(systemReason())"
            }
        }
        isTorn = false
        return nil
    }
}
