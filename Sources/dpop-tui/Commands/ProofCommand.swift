import Arguments
import FlowModel

/// `dpop-tui proof`: one proof on standard output, for curl.
enum ProofCommand {
    static let url = Positional.one(
        "url", .absoluteURL, help: "The request's URL; query and fragment are left out of `htu`.")
    static let method = Option.value(
        "--method", "-X", as: "method", .text, default: "GET", help: "The request's method.")
    static let signingKey = Option.required(
        "--signing-key", as: "file", .file, help: "The private key: JWK, JWKS, PEM or PKCS#12.")
    static let forceKey = Option.flag("--force-key", help: "Use a key file that others can read.")
    static let alg = Option.value(
        "--alg", as: "algorithm",
        Reading(words: SignatureAlgorithm.all.map(\.name), parse: SignatureAlgorithm.named),
        help: "Sign with this algorithm.")
    static let token = Option.value(
        "--token", as: "token", .secret,
        help:
            "The access token it goes with: itself, env:NAME or @file (the token, or the JSON of an answer); makes `ath`."
    )
    static let nonce = Option.value("--nonce", as: "nonce", .text, help: "The server's nonce.")
    static let iat = Option.value(
        "--iat", as: "time", .whole(Int.min...Int.max), help: "`iat`, seconds since 1970; now when left out.")
    static let jti = Option.value("--jti", as: "jti", .text, help: "`jti`; random when left out.")
    static let count = Option.value(
        "--count", as: "number", .whole(1...Int.max), default: 1,
        help: "So many proofs, each with a `jti` of its own, one a line: for load tests.")

    static let command = Arguments.Command(
        "proof", "Print a DPoP proof for one request.",
        about: """
            EXAMPLES
              dpop-tui key new client.jwk
              curl -H "DPoP: $(dpop-tui proof --signing-key client.jwk -X POST https://idp.test/token)" …
              curl -H "Authorization: DPoP $AT" -H "DPoP: $(dpop-tui proof --signing-key client.jwk --token env:AT https://api.test/r)" https://api.test/r
            """,
        takes: Table(
            [url],
            options: [
                method, signingKey, KeyReader.password, KeyReader.kid, forceKey, alg, token, nonce, iat, jti, count,
            ],
            check: { values throws(UsageError) in
                guard values[count] == 1 || values[jti] == nil else {
                    throw UsageError("--count: each proof needs a jti of its own, found --jti")
                }
            }), run: run)

    @Sendable private static func run(_ values: Values) throws {
        do {
            let wish = PrivateKeyReader.Wish(
                passphrase: try values.secret(KeyReader.password), algorithm: values[alg], kid: values[KeyReader.kid])
            let key = try PrivateKeyReader.read(
                values[signingKey], wish, force: values[forceKey], transport: TransportOptions())
            let token = try values.token(token, warns: false)
            for _ in 0..<values[count] {
                let proof = try Proof.make(
                    key: key, method: values[method], url: HTTPURL(values[url]),
                    iat: values[iat] ?? Int(Transfer.now()),
                    jti: values[jti] ?? Base64URL.encode(SecretBytes.random(16)), token: token,
                    nonce: values[nonce])
                say("\(proof)")
                if Output.standard.isBroken { break }
            }
        } catch {
            complain("\(error)")
            throw error is ConfigError ? Exit.usage : Exit.unreadable
        }
    }
}

/// `dpop-tui key new FILE`: a key pair, readable by its owner only.
enum KeyNewCommand {
    static let file = Positional.one("file", .file, help: "The file to write.")
    static let alg = Option.value(
        "--alg", as: "algorithm",
        Reading(words: SignatureAlgorithm.all.map(\.name), parse: SignatureAlgorithm.named),
        default: SignatureAlgorithm.named("ES256")!, usual: "ES256", help: "What the key signs with.")
    static let jwks = Option.flag("--jwks", help: "As a JWKS with use sig, which oauth2c's --signing-key reads.")

    static let command = Arguments.Command(
        "new", "Make a key pair and save it as a private JWK, mode 0600; an existing file is never replaced.",
        about: """
            The thumbprint goes to standard output.

            EXAMPLES
              dpop-tui key new client.jwk
              dpop-tui key new --alg EdDSA --jwks keys.json
            """,
        takes: Table([file], options: [alg, jwks]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let (file, jwks) = (values[file], values[jwks])
        do {
            SecretBytes.forbidCoreDumps()
            let key = try SigningKey.generate(values[alg])
            let thumbprint = key.fingerprint.base64url
            let json = key.privateJSON()
            let named = json.dropLast() + ",\"kid\":\"\(thumbprint)\""
            try FileBytes.write(file, replacing: false) { write in
                // In a set oauth2c takes the first key that says what it is for.
                write(jwks ? "{\"keys\":[\(named),\"use\":\"sig\"}]}\n" : named + "}\n")
            }
            say("\(thumbprint)")
        } catch let error as FileError {
            if error.isTaken {
                complain("\(file): exists; a private key is never replaced")
            } else {
                complain("\(error)")
            }
            throw Exit.unreadable
        }
    }
}
