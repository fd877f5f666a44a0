/// Why a key file holds no key that serves.
public struct KeyFileError: Error {
    public let words: String
}

/// A public key out of a file: a JWK, one of a JWKS, or a key or certificate in PEM.
public struct KeyFile: Sendable {
    public let name: String
    public let jwk: JWK

    /// The keys of a file of that name; those of a set are called `name#kid`.
    public static func read(_ bytes: Bytes, name: String) throws(KeyFileError) -> [KeyFile] {
        if bytes.find("-----BEGIN") != nil { return [try pem(bytes, name)] }
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(bytes) } catch {
            throw KeyFileError(words: "expected a JWK, a JWKS or PEM text; \(error)")
        }
        guard let keys = document.root["keys"] else { return [try checked(JWK(document.root), name)] }
        let list = keys.elements.map { JWK($0) }
        guard !list.isEmpty else { throw KeyFileError(words: "byte \(keys.span.offset): the JWKS holds no key") }
        var files: [KeyFile] = []
        for (index, jwk) in list.enumerated() {
            files.append(try checked(jwk, list.count == 1 ? name : "\(name)#\(jwk.kid ?? "\(index)")"))
        }
        return files
    }

    private static func checked(_ jwk: JWK, _ name: String) throws(KeyFileError) -> KeyFile {
        guard jwk.fingerprint != nil else {
            let problem = jwk.problems.first
            let place = problem.map { "byte \($0.span.offset): " } ?? ""
            throw KeyFileError(
                words: place + "expected a public key as JWK: \(problem?.words ?? "a required member is missing")")
        }
        return KeyFile(name: name, jwk: jwk)
    }

    private static func pem(_ bytes: Bytes, _ name: String) throws(KeyFileError) -> KeyFile {
        do {
            let members = try PublicKey.pem(bytes).jwkMembers()
            let text =
                "{" + members.map { "\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.joined(separator: ",")
                + "}"
            return KeyFile(name: name, jwk: JWK(try JSONDocument(Bytes(text)).root))
        } catch {
            throw KeyFileError(words: "expected a key or certificate in PEM: \(error)")
        }
    }
}

extension SigningKey {
    /// The private key of a file: JWK, JWKS, PEM or PKCS#12. Of a set, the first that can sign, with `algorithm` where
    /// one is asked for.
    public static func read(
        _ bytes: Bytes, passphrase: String?, algorithm: SignatureAlgorithm?
    ) throws(KeyFileError) -> SigningKey {
        do {
            let key: SigningKey
            if bytes.find("-----BEGIN") != nil {
                key = try pem(bytes, passphrase: passphrase)
            } else if !bytes.isEmpty, bytes[0] == 0x30 {
                key = try pkcs12(bytes, passphrase: passphrase)
            } else {
                key = try jwk(try privateJWK(bytes, algorithm))
            }
            guard let algorithm, key.algorithm != algorithm else { return key }
            return try key.with(algorithm)
        } catch let error as KeyFileError { throw error } catch { throw KeyFileError(words: "\(error)") }
    }

    private static func privateJWK(_ bytes: Bytes, _ algorithm: SignatureAlgorithm?) throws(KeyFileError) -> JSONValue {
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(bytes) } catch {
            throw KeyFileError(words: "expected a private key as JWK, JWKS, PEM or PKCS#12; \(error)")
        }
        guard let keys = document.root["keys"]?.elements else { return document.root }
        let able = keys.filter { $0["d"] != nil && $0["use"]?.string != "enc" }
        guard let chosen = able.first(where: { value in algorithm.map { $0.fits(JWK(value)) } ?? true }) else {
            let wanted = algorithm.map { " with \($0.name)" } ?? ""
            throw KeyFileError(
                words: "the JWKS holds \(keys.count) keys, none of them a private one that can sign\(wanted)")
        }
        return chosen
    }
}
