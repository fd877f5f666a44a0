import FlowModel

/// A file of our own in the temporary folder that nobody else can read.
enum PrivateFile {
    static func make(_ text: String, name: String) -> Result<String, FileError> {
        let folder = environment("XDG_RUNTIME_DIR") ?? environment("TMPDIR") ?? "/tmp"
        let safe = String(name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })
        var path = Array("\(folder)/dpop-tui-\(safe)-XXXXXX.txt".utf8CString)
        let descriptor = mkstemps(&path, 4)
        guard descriptor >= 0 else { return .failure(FileError(path: folder, reason: systemReason())) }
        let written = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let writer = ByteWriter(descriptor)
        writer.write(text)
        if let failure = writer.finish() {
            unlink(written)
            return .failure(FileError(path: written, reason: systemReason(failure)))
        }
        return .success(written)
    }
}
