import Arguments
import FlowModel

/// Public keys out of JWK, JWKS and PEM files.
enum KeyReader {
    static let password = Option.value(
        "--key-password", as: "secret", .secret,
        help: "Pass phrase of the key file: @file, env:NAME or itself. Opens PEM, PKCS#12 and JWE (step-cli's).")
    static let kid = Option.value(
        "--kid", as: "kid", .text,
        help: "The key of a JWKS to use, by kid or thumbprint; the one with use sig, or the only one, when left out.")

    static func read(_ path: String, passphrase: String? = nil, kid: String? = nil) throws(FileError) -> [KeyFile] {
        let name = path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
        let bytes = try FileBytes.read(path)
        do throws(KeyFileError) {
            return try KeyFile.read(bytes, name: name, passphrase: passphrase, kid: kid)
        } catch { throw FileError(path: path, reason: error.words(option: password.spec.name)) }
    }
}

extension KeyFileError {
    /// What is wrong, and which option may help.
    func words(option: String) -> String { needsPassphrase ? "\(words): \(option)" : words }
}
