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

    /// - Parameter option: Gives the pass phrase; nil where the command takes none.
    static func read(
        _ path: String, passphrase: String? = nil, kid: String? = nil, option: String? = nil
    ) throws(FileError) -> [KeyFile] {
        let name = path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
        let bytes = try FileBytes.read(path)
        do throws(KeyFileError) {
            return try KeyFile.read(bytes, name: name, passphrase: passphrase, kid: kid)
        } catch { throw FileError(path: path, reason: error.words(option: option)) }
    }
}

extension KeyFileError {
    /// What is wrong, and what may help: an option, or another file.
    func words(option: String?) -> String {
        guard needsPassphrase else { return words }
        return option.map { "\(words): \($0)" } ?? "\(words); give its public half instead"
    }
}
