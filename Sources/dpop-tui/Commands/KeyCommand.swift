import ArgumentParser
import FlowModel

/// `dpop-tui key …`: what can be said of keys.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Work with keys.", subcommands: [KeyThumbprintCommand.self, KeyNewCommand.self])
}

/// `dpop-tui key thumbprint FILE...`: RFC 7638 thumbprints of keys in any usual form.
struct KeyThumbprintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thumbprint",
        abstract: "Print RFC 7638 thumbprints: what `cnf.jkt` and `dpop_jkt` must be.",
        discussion: """
            Reads JWK, JWKS, and PEM: public keys (SPKI, PKCS#1), private keys (PKCS#8, SEC1, PKCS#1) and certificates.

            EXAMPLES
              dpop-tui key thumbprint client.jwk
              dpop-tui key thumbprint --explain server.pem
              openssl ec -in key.pem -pubout | dpop-tui key thumbprint -
            """)

    @Argument(help: ArgumentHelp("Key files; '-' reads standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(help: ArgumentHelp("256, 384 or 512.", valueName: "bits"))
    var hash = 256

    @Flag(help: "As a URI (RFC 9278).")
    var uri = false

    @Flag(help: "Show the arithmetic: canonical JSON, digest, base64url.")
    var explain = false

    func validate() throws {
        guard [256, 384, 512].contains(hash) else {
            throw ValidationError("unknown hash size \(hash); expected 256, 384 or 512")
        }
    }

    func run() throws {
        let function = HashFunction(rawValue: hash) ?? .sha256
        for path in files {
            let keys: [KeyFile]
            do { keys = try KeyReader.read(path) } catch {
                complain(TextReport.harmless("\(error)"))
                throw Exit.unreadable
            }
            for key in keys {
                guard let digest = key.jwk.thumbprint(function), let canonical = key.jwk.canonicalJSON else { continue }
                let text = Base64URL.encode(digest)
                let shown = uri ? "urn:ietf:params:oauth:jwk-thumbprint:\(function.uriName):\(text)" : text
                let label = files.count > 1 || keys.count > 1 ? "  \(TextReport.harmless(key.name))" : ""
                print(shown + label)
                if explain {
                    print(
                        "  key        \(key.jwk.summary)\n  canonical  \(canonical)\n  \(function.name.lowercased().fitted(9))  \(Hex.text(digest, separator: " "))\n  base64url  \(text)"
                    )
                }
            }
        }
    }
}
