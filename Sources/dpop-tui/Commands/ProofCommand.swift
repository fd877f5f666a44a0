import ArgumentParser
import FlowModel

/// `dpop-tui proof`: one proof on standard output, for curl.
struct ProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Print a DPoP proof for one request.",
        discussion: """
            EXAMPLES
              dpop-tui key new client.jwk
              curl -H "DPoP: $(dpop-tui proof --signing-key client.jwk -X POST https://idp.test/token)" …
              curl -H "Authorization: DPoP $AT" -H "DPoP: $(dpop-tui proof --signing-key client.jwk --token env:AT https://api.test/r)" https://api.test/r
            """)

    @Argument(help: "The request's URL; query and fragment are left out of `htu`.") var url: String
    @Option(name: [.customShort("X"), .long], help: "The request's method.") var method = "GET"
    @Option(help: "The private key: JWK, JWKS, PEM or PKCS#12.") var signingKey: String
    @Option(help: "Pass phrase of the key file.") var keyPassword: String?
    @Flag(help: "Use a key file that others can read.") var forceKey = false
    @Option(help: "Sign with this algorithm.") var alg: String?
    @Option(help: "The access token it goes with: @file, env:NAME or itself; makes `ath`.") var token: String?
    @Option(help: "The server's nonce.") var nonce: String?
    @Option(help: "`iat`, seconds since 1970; now when left out.") var iat: Int?
    @Option(help: "`jti`; random when left out.") var jti: String?
    @Option(help: "So many proofs, each with a `jti` of its own, one a line: for load tests.") var count = 1

    func run() throws {
        guard url.has("://") else { throw ValidationError("expected an absolute URL, found '\(url)'") }
        guard count >= 1, count == 1 || jti == nil else {
            throw ValidationError("--count needs a number from 1 on, and a jti for each proof")
        }
        if let alg, SignatureAlgorithm.named(alg) == nil {
            throw ValidationError(
                "unknown algorithm '\(alg)'; expected one of \(SignatureAlgorithm.all.map(\.name).joined(separator: ", "))"
            )
        }
        do {
            var values = SettingValues()
            if let token { values.set("token", [token], SettingSource(words: "token")) }
            if let keyPassword { values.set("key-password", [keyPassword], SettingSource(words: "--key-password")) }
            let key = try PrivateKeyReader.read(
                signingKey, passphrase: try values.secret("key-password"),
                algorithm: alg.flatMap(SignatureAlgorithm.named), force: forceKey,
                transport: TransportOptions())
            let token = try values.secret("token")
            for _ in 0..<max(1, count) {
                Swift.print(
                    try Proof.make(
                        key: key, method: method, url: HTTPURL(url), iat: iat ?? Int(Transfer.now()),
                        jti: jti ?? Base64URL.encode(SecretBytes.random(16)), token: token, nonce: nonce))
            }
        } catch let error as ValidationError { throw error } catch {
            complain(TextReport.harmless("\(error)"))
            throw error is ConfigError ? Exit.usage : Exit.unreadable
        }
    }
}

/// `dpop-tui key new FILE`: a key pair, readable by its owner only.
struct KeyNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a key pair and save it as a private JWK, mode 0600; an existing file is never replaced.",
        discussion: """
            The thumbprint goes to standard output.

            EXAMPLES
              dpop-tui key new client.jwk
              dpop-tui key new --alg EdDSA --jwks keys.json
            """)

    @Argument(help: "The file to write.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("\(SignatureAlgorithm.all.map(\.name).joined(separator: ", ")).", valueName: "alg"))
    var alg = "ES256"
    @Flag(help: "As a JWKS, which oauth2c's --signing-key reads.") var jwks = false

    func run() throws {
        guard let algorithm = SignatureAlgorithm.named(alg) else {
            throw ValidationError(
                "unknown algorithm '\(alg)'; expected one of \(SignatureAlgorithm.all.map(\.name).joined(separator: ", "))"
            )
        }
        do {
            SecretBytes.forbidCoreDumps()
            let key = try SigningKey.generate(algorithm)
            let thumbprint = key.fingerprint.base64url
            let json = key.privateJSON()
            let withID = json.dropLast() + ",\"kid\":\"\(thumbprint)\"}"
            try FileBytes.write(file, replacing: false) { write in
                write(jwks ? "{\"keys\":[\(withID)]}\n" : withID + "\n")
            }
            Swift.print(thumbprint)
        } catch let error as FileError {
            complain(error.reason.hasPrefix("exists") ? "\(file): exists; a private key is never replaced" : "\(error)")
            throw Exit.unreadable
        }
    }
}
