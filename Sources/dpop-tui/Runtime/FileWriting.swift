import FlowModel

/// New files: readable by their owner only, because captures and keys are secrets.
extension FileBytes {
    /// Writes a new file; refuses to replace one unless told to. What could not be written whole is not left behind.
    ///
    /// A file is replaced by a new one beside it that takes its name: nothing of the old one's mode is kept, no link is
    /// followed, and whoever reads meanwhile reads the old one.
    static func write(_ path: String, replacing: Bool, _ parts: (_ write: (String) -> Void) -> Void) throws(FileError) {
        var info = stat()
        guard replacing, lstat(path, &info) == 0 else {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_EXCL, 0o600)
            guard descriptor >= 0 else {
                throw FileError(path: path, reason: errno == EEXIST ? FileError.taken : systemReason())
            }
            try fill(descriptor, path, named: path, parts)
            return
        }
        var target = stat()
        let isLink = info.st_mode & S_IFMT == S_IFLNK
        if isLink, stat(path, &target) == 0, target.st_mode & S_IFMT != S_IFREG {
            throw FileError(path: path, reason: "is a link to something that is no file; nothing is replaced")
        }
        guard isLink || info.st_mode & S_IFMT == S_IFREG else { return try pour(path, parts) }
        var name = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason()) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let new = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try fill(descriptor, new, named: path, parts)
        guard rename(new, path) == 0 else {
            let reason = systemReason()
            unlink(new)
            throw FileError(path: path, reason: reason)
        }
    }

    /// A device or a pipe is written to; there is nothing to replace.
    private static func pour(_ path: String, _ parts: (_ write: (String) -> Void) -> Void) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY)
        guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason()) }
        let writer = ByteWriter(descriptor)
        parts { writer.write($0) }
        if let failure = writer.finish() { throw FileError(path: path, reason: systemReason(failure)) }
    }

    /// Fills a file of our own, and takes it away again where that cannot be done.
    private static func fill(
        _ descriptor: Int32, _ path: String, named name: String, _ parts: (_ write: (String) -> Void) -> Void
    ) throws(FileError) {
        let writer = ByteWriter(descriptor)
        parts { writer.write($0) }
        guard let failure = writer.finish() else { return }
        unlink(path)
        throw FileError(path: name, reason: systemReason(failure))
    }
}
