import FlowModel

/// Public keys out of JWK, JWKS and PEM files.
enum KeyReader {
    static func read(_ path: String) throws(FileError) -> [KeyFile] {
        let name = path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
        let bytes = try FileBytes.read(path)
        do throws(KeyFileError) { return try KeyFile.read(bytes, name: name) } catch {
            throw FileError(path: path, reason: error.words)
        }
    }
}
