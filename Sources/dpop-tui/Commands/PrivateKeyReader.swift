import FlowModel

/// The client's own keys: JWK, JWKS, PEM and PKCS#12, from a file or, as oauth2c takes them, an https URL.
enum PrivateKeyReader {
    /// Which key of a place is meant, and what opens it.
    struct Wish {
        var passphrase: String?
        var algorithm: SignatureAlgorithm?
        var kid: String?
        /// Says what opens an encrypted key.
        var option = KeyReader.password.spec.name
    }

    static func read(_ place: String, _ wish: Wish, force: Bool, transport: TransportOptions) throws -> SigningKey {
        SecretBytes.forbidCoreDumps()
        var content: [UInt8] = place.has("://") ? try fetch(place, transport) : try load(place, force: force)
        defer { SecretBytes.wipe(&content) }
        let bytes = SecretBytes.kept(content)
        do throws(KeyFileError) {
            return try SigningKey.read(
                bytes, passphrase: wish.passphrase, algorithm: wish.algorithm, kid: wish.kid)
        } catch { throw FileError(path: place, reason: error.words(option: wish.option)) }
    }

    /// A private key that others can read is refused unless forced.
    private static func load(_ path: String, force: Bool) throws -> [UInt8] {
        var info = stat()
        guard stat(path, &info) == 0 else { throw FileError(path: path, reason: systemReason()) }
        let open = info.st_mode & (S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH)
        if open != 0, info.st_mode & S_IFMT == S_IFREG, !force {
            let mode = String(info.st_mode & 0o777, radix: 8)
            throw FileError(
                path: path,
                reason: "others can read this private key (mode \(mode)); `chmod 600 \(path)`, or give --force-key")
        }
        return try FileBytes.readSecret(path)
    }

    private static func fetch(_ place: String, _ transport: TransportOptions) throws -> [UInt8] {
        let url = HTTPURL(place)
        guard url.scheme.lowercased() == "https" || url.isLoopback else {
            throw FileError(path: place, reason: "a private key is not fetched over plain http; expected https")
        }
        let transfer: Transfer
        do throws(LoadError) { transfer = try Transfer(Request(method: "GET", url: url), transport) } catch {
            throw FileError(path: place, reason: "\(error)")
        }
        while !transfer.isFinished() { _ = Transfer.wait(for: [], milliseconds: 1000) }
        let result = transfer.result(index: 0)
        if let failure = result.failure { throw LoadError("\(place): \(failure)") }
        guard let response = result.exchange.response, response.status == 200, let body = response.body else {
            throw FileError(
                path: place,
                reason: "status \(result.exchange.response?.status ?? 0); expected 200 with a JWKS")
        }
        return body.bytes.array
    }
}
