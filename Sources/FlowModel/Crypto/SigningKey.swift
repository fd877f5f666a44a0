internal import COpenSSL

/// A private key in OpenSSL's hands: it signs, and never shows what it signs with except to be saved by its owner.
public final class SigningKey: Sendable {
    public let algorithm: SignatureAlgorithm
    /// The public half.
    public let jwk: JWK
    /// The public half as text, required members only.
    public let publicJSON: String
    public let kid: String?
    // Only read after init: OpenSSL keys may sign on several threads.
    nonisolated(unsafe) private let handle: OpaquePointer

    private init(takingOwnership handle: OpaquePointer, algorithm: SignatureAlgorithm?, kid: String? = nil)
        throws(CryptoError)
    {
        let members: [(name: String, value: String)]
        do throws(CryptoError) { members = try PublicKey.members(of: handle) } catch {
            co_key_free(handle)
            throw error
        }
        publicJSON =
            "{" + members.map { "\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.joined(separator: ",") + "}"
        let jwk = (try? JSONDocument(Bytes(publicJSON))).map { JWK($0.root) }
        guard let jwk, let own = algorithm ?? Self.usual(kty: jwk.kty, crv: jwk.crv), own.fits(jwk) else {
            co_key_free(handle)
            throw CryptoError(
                operation: "\(jwk?.kty ?? "?") \(jwk?.crv ?? "") key",
                reason: "cannot sign with \(algorithm?.name ?? "any algorithm of JOSE")")
        }
        (self.jwk, self.algorithm, self.kid, self.handle) = (jwk, own, kid, handle)
    }

    deinit { co_key_free(handle) }

    public var fingerprint: Fingerprint { jwk.fingerprint! }

    private static func own(
        _ handle: OpaquePointer?, _ operation: String, _ algorithm: SignatureAlgorithm?, kid: String? = nil
    )
        throws(CryptoError) -> SigningKey
    {
        guard let handle else { throw CryptoError.take(operation) }
        return try SigningKey(takingOwnership: handle, algorithm: algorithm, kid: kid)
    }

    /// The algorithm a key is used with when nobody says which.
    static func usual(kty: String, crv: String?) -> SignatureAlgorithm? {
        switch (kty, crv) {
        case ("RSA", _): .named("RS256")
        case ("OKP", "Ed25519"): .named("EdDSA")
        case ("OKP", _): .named("Ed448")
        default:
            SignatureAlgorithm.all.first {
                if case .ecdsa(let curve) = $0.family { curve.rawValue == crv } else { false }
            }
        }
    }

    public static func generate(_ algorithm: SignatureAlgorithm) throws(CryptoError) -> SigningKey {
        let handle =
            switch algorithm.family {
            case .rsaPKCS1, .rsaPSS: co_pair_generate("RSA", nil, 2048)
            case .ecdsa(let curve): co_pair_generate("EC", curve.opensslName, 0)
            case .eddsa(let curve): co_pair_generate((curve ?? "Ed25519").uppercased(), nil, 0)
            }
        return try own(handle, "key generation for \(algorithm.name)", algorithm)
    }

    /// A private JWK (RFC 7517): EC and OKP by `d`, RSA by its numbers. `kid` is for a key that has none itself.
    public static func jwk(_ value: JSONValue, kid: String? = nil) throws(CryptoError) -> SigningKey {
        let (kty, crv) = (value["kty"]?.string ?? "", value["crv"]?.string)
        var numbers: [[UInt8]] = []
        defer { for index in numbers.indices { SecretBytes.wipe(&numbers[index]) } }
        guard let d = value["d"]?.stringBytes else {
            throw CryptoError(operation: "JWK", reason: "no private member `d`: a public key cannot sign")
        }
        for name in kty == "RSA" ? ["n", "e", "d", "p", "q", "dp", "dq", "qi"] : ["d"] {
            let text = name == "d" ? d : value[named: name]?.stringBytes ?? Bytes([])
            do throws(Base64URLError) { numbers.append(try Base64URL.decode(text)) } catch {
                throw CryptoError(operation: "JWK", reason: "`\(name)` is not base64url: \(error.words)")
            }
        }
        let named = value["alg"]?.string.flatMap(SignatureAlgorithm.named)
        let kid = value["kid"]?.string ?? kid
        switch (kty, crv) {
        case ("EC", let name?):
            guard let curve = EllipticCurve(rawValue: name) else {
                throw CryptoError(operation: "JWK", reason: "curve '\(name)' is not known")
            }
            let key = try own(
                co_ec_pair_new(curve.opensslName, numbers[0], numbers[0].count), "EC private key", named, kid: kid)
            try key.agrees(with: value)
            return key
        case ("OKP", let name?):
            let key = try own(
                co_raw_pair_new(name.uppercased(), numbers[0], numbers[0].count), "\(name) private key", named, kid: kid
            )
            guard !key.isExchanged(value, name) else {
                throw CryptoError(
                    operation: "JWK",
                    reason: "`x` and `d` are exchanged, as some programs wrote Edwards keys: `x`, which is shown to "
                        + "everybody, is the secret; make a new key")
            }
            try key.agrees(with: value)
            return key
        case ("RSA", _):
            var all = numbers.flatMap { $0 }
            defer { SecretBytes.wipe(&all) }
            let handle = all.withUnsafeBufferPointer { memory in
                var at = memory.baseAddress
                let starts = numbers.map { number in
                    defer { at = at.map { $0 + number.count } }
                    return at
                }
                return co_rsa_pair_new(starts, numbers.map(\.count))
            }
            return try own(handle, "RSA private key", named, kid: kid)
        default: throw CryptoError(operation: "JWK", reason: "kty '\(kty)' cannot sign; expected EC, RSA or OKP")
        }
    }

    /// Whether `x` is the secret that makes `d`: of such a key everybody has the secret.
    private func isExchanged(_ value: JSONValue, _ curve: String) -> Bool {
        guard let x = value["x"]?.stringBytes, var secret = try? Base64URL.decode(x),
            let handle = co_raw_pair_new(curve.uppercased(), secret, secret.count)
        else { return false }
        defer {
            SecretBytes.wipe(&secret)
            co_key_free(handle)
        }
        guard let members = try? PublicKey.members(of: handle) else { return false }
        return members.contains { $0.name == "x" && value["d"]?.isString($0.value) == true }
    }

    /// The public members written beside `d` must be those that `d` makes.
    private func agrees(with value: JSONValue) throws(CryptoError) {
        for name in ["x", "y"] {
            if let said = value[named: name]?.string, let own = jwk.value[named: name]?.string, said != own {
                throw CryptoError(
                    operation: "JWK", reason: "`\(name)` does not belong to `d`: expected \(own), found \(said)")
            }
        }
    }

    /// A private key in PEM: PKCS#8, PKCS#1 or SEC1, encrypted or not.
    ///
    /// - Throws: That a pass phrase is needed or wrong, that it would take too long, or what OpenSSL says.
    public static func pem(
        _ text: Bytes, passphrase: String?, algorithm: SignatureAlgorithm? = nil, kid: String? = nil
    ) throws(CryptoError) -> SigningKey {
        try opened("PEM", algorithm, kid) { refusal in
            text.withBytes { co_private_pem_new($0.baseAddress, $0.count, passphrase, &refusal) }
        }
    }

    /// The private key of a PKCS#12 store.
    ///
    /// - Throws: As `pem` does.
    public static func pkcs12(
        _ der: Bytes, passphrase: String?, algorithm: SignatureAlgorithm? = nil, kid: String? = nil
    ) throws(CryptoError) -> SigningKey {
        try opened("PKCS#12", algorithm, kid) { refusal in
            der.withBytes { co_pkcs12_new($0.baseAddress, $0.count, passphrase, &refusal) }
        }
    }

    private static func opened(
        _ form: String, _ algorithm: SignatureAlgorithm?, _ kid: String?, by open: (inout Int32) -> OpaquePointer?
    ) throws(CryptoError) -> SigningKey {
        var refusal: Int32 = 0
        let handle = open(&refusal)
        if handle == nil, let error = Passphrase.error(refusal, in: form) { throw error }
        return try own(handle, "\(form) private key", algorithm, kid: kid)
    }

    /// The same key, used with another algorithm that fits it.
    public func with(_ algorithm: SignatureAlgorithm) throws(CryptoError) -> SigningKey {
        guard algorithm.fits(jwk) else {
            throw CryptoError(
                operation: "\(jwk.summary) key",
                reason: "cannot sign with \(algorithm.name); it is one for \(self.algorithm.name)")
        }
        return try SigningKey(takingOwnership: co_key_share(handle), algorithm: algorithm, kid: kid)
    }

    /// The signature over a message, as JOSE writes it: ECDSA as raw R‖S.
    public func sign(_ message: String) throws(CryptoError) -> [UInt8] {
        let bytes = Array(message.utf8)
        let size = 1024
        let signature = [UInt8](unsafeUninitializedCapacity: size) { out, written in
            switch algorithm.family {
            case .ecdsa(let curve):
                let digest = algorithm.hash(message)
                let half = curve.coordinateLength
                written = co_sign_ecdsa(handle, digest, digest.count, out.baseAddress, half) == 1 ? 2 * half : 0
            case .rsaPKCS1, .rsaPSS:
                let pss: Int32 = algorithm.family == .rsaPSS ? 1 : 0
                written = co_sign_message(
                    handle, Int32(algorithm.hash.rawValue), pss, bytes, bytes.count, out.baseAddress, size)
            case .eddsa: written = co_sign_message(handle, 0, 0, bytes, bytes.count, out.baseAddress, size)
            }
        }
        guard !signature.isEmpty else { throw CryptoError.take("signing with \(algorithm.name)") }
        return signature
    }

    /// A compact JWS over the two JSON texts.
    public func jws(header: String, payload: String) throws(CryptoError) -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return input + "." + Base64URL.encode(try sign(input))
    }

    /// The whole key as a JWK, for the file its owner asked for and nothing else.
    public func privateJSON() -> String {
        var members = PublicKey.privateMembers(
            of: handle, kty: jwk.kty, width: EllipticCurve(rawValue: jwk.crv ?? "")?.coordinateLength ?? 0)
        members.append(("alg", algorithm.name))
        if let kid { members.append(("kid", kid)) }
        return publicJSON.dropLast()
            + members.map { ",\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.joined() + "}"
    }
}
