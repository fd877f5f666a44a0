extension SigningKey {
    /// The private key of a file: JWK, JWKS (plain or as a JWE), PEM or PKCS#12.
    ///
    /// - Parameters:
    ///   - passphrase: Opens what is encrypted.
    ///   - algorithm: What the key must be able to sign with; its own or the usual one when left out.
    ///   - kid: Which key of a JWKS, by `kid` or thumbprint. A key that has no `kid` is given this one.
    /// - Throws: What is wrong with the file, or why it is not clear which key is meant.
    public static func read(
        _ bytes: Bytes, passphrase: String?, algorithm: SignatureAlgorithm?, kid: String? = nil
    ) throws(KeyFileError) -> SigningKey {
        let text = try KeyText.inside(bytes, passphrase)
        do {
            let key: SigningKey
            if KeyText.isPEM(text) {
                key = try pem(text, passphrase: passphrase, kid: kid)
            } else if KeyText.isStore(text) {
                key = try pkcs12(text, passphrase: passphrase, kid: kid)
            } else {
                key = try jwk(try privateJWK(text, algorithm, kid), kid: kid)
            }
            guard let algorithm, key.algorithm != algorithm else { return key }
            return try key.with(algorithm)
        } catch let error as KeyFileError { throw error } catch let error as CryptoError {
            throw KeyFileError(error)
        } catch { throw KeyFileError(words: "\(error)") }
    }

    private static func privateJWK(
        _ bytes: Bytes, _ algorithm: SignatureAlgorithm?, _ kid: String?
    ) throws(KeyFileError) -> JSONValue {
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(bytes) } catch {
            throw KeyFileError(words: "expected a private key as JWK, JWKS, PEM or PKCS#12; \(error)")
        }
        if let keys = document.root["keys"]?.elements {
            return try KeyChoice.choose(from: keys, kid: kid, algorithm: algorithm)
        }
        if let kid, let found = document.root["kid"]?.string, !KeyChoice.isNamed(document.root, kid) {
            throw KeyFileError(words: "the JWK is another key: expected kid '\(kid)', found '\(found)'")
        }
        return document.root
    }
}
