/// Why a key file holds no key that serves.
public struct KeyFileError: Error {
    public let words: String
    /// A pass phrase may help: none was given.
    public let needsPassphrase: Bool

    init(words: String, needsPassphrase: Bool = false) {
        (self.words, self.needsPassphrase) = (words, needsPassphrase)
    }

    init(_ error: CryptoError) { self.init(words: "\(error)", needsPassphrase: error.needsPassphrase) }
}

/// A public key out of a file: a JWK, one of a JWKS, a key or certificate in PEM, the key of a PKCS#12 store. A private
/// key's public half counts.
public struct KeyFile: Sendable {
    public let name: String
    public let jwk: JWK

    /// The keys of a file of that name; those of a set are called `name#kid`.
    ///
    /// - Parameters:
    ///   - passphrase: Opens a JWE, private keys in PEM, and PKCS#12.
    ///   - kid: Leaves the keys of other names out: their `kid`s, or thumbprints.
    public static func read(
        _ bytes: Bytes, name: String, passphrase: String? = nil, kid: String? = nil
    ) throws(KeyFileError) -> [KeyFile] {
        let text = try KeyText.inside(bytes, passphrase)
        if KeyText.isPEM(text) { return [try pem(text, name, passphrase)] }
        if KeyText.isStore(text) { return [try store(text, name, passphrase)] }
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(text) } catch {
            throw KeyFileError(words: "expected a JWK, a JWKS or PEM text; \(error)")
        }
        guard let keys = document.root["keys"] else { return [try checked(JWK(document.root), name)] }
        let list = keys.elements
        guard !list.isEmpty else { throw KeyFileError(words: "byte \(keys.span.offset): the JWKS holds no key") }
        var files: [KeyFile] = []
        for (index, value) in list.enumerated() where kid.map({ KeyChoice.isNamed(value, $0) }) ?? true {
            let jwk = JWK(value)
            files.append(try checked(jwk, list.count == 1 ? name : "\(name)#\(jwk.kid ?? "\(index)")"))
        }
        if files.isEmpty, let kid { throw KeyFileError(words: "the JWKS holds no key '\(kid)'") }
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

    private static func store(
        _ bytes: Bytes, _ name: String, _ passphrase: String?
    ) throws(KeyFileError) -> KeyFile {
        do throws(CryptoError) {
            return KeyFile(name: name, jwk: try SigningKey.pkcs12(bytes, passphrase: passphrase).jwk)
        } catch { throw KeyFileError(error) }
    }

    private static func pem(_ bytes: Bytes, _ name: String, _ passphrase: String?) throws(KeyFileError) -> KeyFile {
        do {
            let members = try PublicKey.pem(bytes, passphrase: passphrase).jwkMembers()
            let text =
                "{" + members.map { "\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.joined(separator: ",")
                + "}"
            return KeyFile(name: name, jwk: JWK(try JSONDocument(Bytes(text)).root))
        } catch {
            let needs = (error as? CryptoError)?.needsPassphrase ?? false
            throw KeyFileError(words: "expected a key or certificate in PEM: \(error)", needsPassphrase: needs)
        }
    }
}

/// The text of a key file, out of what may be around it.
enum KeyText {
    /// No key is larger, and no set of keys that somebody signs with.
    private static let longest = 1 << 24

    static func isPEM(_ bytes: Bytes) -> Bool { bytes.find("-----BEGIN") != nil }

    /// PKCS#12 is the only form that is no text: a sequence of DER.
    static func isStore(_ bytes: Bytes) -> Bool { bytes.hasFirst(0x30) }

    /// What a JWE holds, where the file is one; else the file, without the byte order mark that editors put first.
    static func inside(_ bytes: Bytes, _ passphrase: String?) throws(KeyFileError) -> Bytes {
        guard bytes.count <= longest else {
            throw KeyFileError(words: "it has \(bytes.count) bytes: no key is so large")
        }
        let bare = withoutMark(bytes)
        guard let encrypted = EncryptedKey(bare.trimmed) else { return bare }
        do throws(CryptoError) { return try encrypted.opened(passphrase) } catch { throw KeyFileError(error) }
    }

    private static func withoutMark(_ bytes: Bytes) -> Bytes {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return bytes.withBytes { $0.starts(with: mark) } ? bytes[SourceSpan(3, bytes.count)] : bytes
    }
}
