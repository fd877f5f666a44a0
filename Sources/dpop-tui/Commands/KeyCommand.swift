import Arguments
import FlowModel

/// `dpop-tui key …`: what can be said of keys.
enum KeyCommand {
    static let command = Arguments.Command(
        "key", "Work with keys.", commands: [KeyThumbprintCommand.command, KeyNewCommand.command])
}

/// `dpop-tui key thumbprint FILE...`: RFC 7638 thumbprints of keys in any usual form.
enum KeyThumbprintCommand {
    static let files = Positional.some("file", .file, help: "Key files; '-' reads standard input.")
    static let hash = Option.value("--hash", as: "bits", .numbers([256, 384, 512]), default: 256, help: "Hash size.")
    static let uri = Option.flag("--uri", help: "As a URI (RFC 9278).")
    static let kid = Option.value(
        "--kid", as: "kid", .text, help: "Of a JWKS this key only, by kid or thumbprint; all when left out.")
    static let explain = Option.flag("--explain", help: "Show the arithmetic: canonical JSON, digest, base64url.")

    static let command = Arguments.Command(
        "thumbprint", "Print RFC 7638 thumbprints: what `cnf.jkt` and `dpop_jkt` must be.",
        about: """
            Reads JWK, JWKS, and PEM: public keys (SPKI, PKCS#1), private keys (PKCS#8, SEC1, PKCS#1) and certificates;
            with --key-password also PKCS#12, and encrypted private keys in PEM or in a JWE, as step-cli writes them.

            EXAMPLES
              dpop-tui key thumbprint client.jwk
              dpop-tui key thumbprint --explain server.pem
              openssl ec -in key.pem -pubout | dpop-tui key thumbprint -
            """,
        takes: Table([files], options: [hash, uri, explain, KeyReader.password, kid]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let (files, hash, uri, explain) = (values[files], values[hash], values[uri], values[explain])
        let function = HashFunction(rawValue: hash) ?? .sha256
        let passphrase = try values.secret(KeyReader.password)
        for path in files {
            let keys: [KeyFile]
            do {
                keys = try KeyReader.read(
                    path, passphrase: passphrase, kid: values[kid], option: KeyReader.password.spec.name)
            } catch {
                complain("\(error)")
                throw Exit.unreadable
            }
            for key in keys {
                guard let digest = key.jwk.thumbprint(function), let canonical = key.jwk.canonicalJSON else { continue }
                let text = Base64URL.encode(digest)
                let shown = uri ? "urn:ietf:params:oauth:jwk-thumbprint:\(function.uriName):\(text)" : text
                let label: Harmless = files.count > 1 || keys.count > 1 ? "  \(key.name)" : ""
                say("\(shown)\(label)")
                if explain {
                    say(
                        "  key        \(key.jwk.summary)\n  canonical  \(canonical)\n  \(function.name.lowercased().fitted(9))  \(Hex.text(digest, separator: " "))\n  base64url  \(text)"
                    )
                }
            }
        }
    }
}
