internal import COpenSSL

/// What OpenSSL said when it refused.
public struct CryptoError: Error, Equatable, CustomStringConvertible {
    public let operation: String
    public let reason: String
    /// A pass phrase may help: none was given.
    let needsPassphrase: Bool

    init(operation: String, reason: String, needsPassphrase: Bool = false) {
        (self.operation, self.reason, self.needsPassphrase) = (operation, reason, needsPassphrase)
    }

    public var description: String { reason.isEmpty ? operation : "\(operation): \(reason)" }

    static func take(_ operation: String) -> CryptoError {
        let reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            co_last_error(buffer.baseAddress, 256) == 0 ? "" : String(cString: buffer.baseAddress!)
        }
        return CryptoError(operation: operation, reason: reason)
    }
}

/// One public key in OpenSSL's hands, with a verification context it keeps: not for two threads at once.
public final class PublicKey {
    private let handle: OpaquePointer
    /// Of keys built from a point.
    let curve: EllipticCurve?

    private init(takingOwnership handle: OpaquePointer, curve: EllipticCurve? = nil) {
        (self.handle, self.curve) = (handle, curve)
    }

    deinit { co_key_free(handle) }

    private static func own(_ handle: OpaquePointer?, _ operation: String) throws(CryptoError) -> PublicKey {
        guard let handle else { throw CryptoError.take(operation) }
        return PublicKey(takingOwnership: handle)
    }

    static func ec(curve: EllipticCurve, x: [UInt8], y: [UInt8]) throws(CryptoError) -> PublicKey {
        guard let handle = co_ec_key_new(curve.opensslName, x, y, x.count) else {
            throw CryptoError.take("EC point on \(curve.rawValue)")
        }
        return PublicKey(takingOwnership: handle, curve: curve)
    }

    /// Makes this key another one of its curve. Only for an owner who has handed it to nobody.
    func move(x: [UInt8], y: [UInt8]) throws(CryptoError) {
        guard co_ec_key_move(handle, x, y, x.count) == 1 else {
            throw CryptoError.take("EC point on \(curve?.rawValue ?? "no curve")")
        }
    }

    static func rsa(n: [UInt8], e: [UInt8]) throws(CryptoError) -> PublicKey {
        try own(co_rsa_key_new(n, n.count, e, e.count), "RSA key")
    }

    static func raw(type: String, _ bytes: [UInt8]) throws(CryptoError) -> PublicKey {
        try own(co_raw_key_new(type, bytes, bytes.count), "\(type) key")
    }

    /// A key or a certificate out of PEM text; with a pass phrase also the public half of an encrypted private key.
    public static func pem(_ text: Bytes, passphrase: String? = nil) throws(CryptoError) -> PublicKey {
        var encrypted: Int32 = 0
        let handle = text.withBytes { co_pem_key_new($0.baseAddress, $0.count, &encrypted) }
        guard encrypted != 0 else { return try own(handle, "PEM") }
        var refusal: Int32 = 0
        let opened = text.withBytes { co_private_pem_new($0.baseAddress, $0.count, passphrase, &refusal) }
        if opened == nil, let error = Passphrase.error(refusal, in: "PEM") { throw error }
        return try own(opened, "PEM")
    }

    func verifyECDSA(_ hash: HashFunction, message: Bytes, raw signature: Bytes) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digest in
            let length = message.withBytes {
                co_digest(Int32(hash.rawValue), $0.baseAddress, $0.count, digest.baseAddress)
            }
            return signature.withBytes {
                co_verify_ecdsa(handle, digest.baseAddress, length, $0.baseAddress, $0.count) == 1
            }
        }
    }

    func verifyECDSA(digest: [UInt8], der signature: Bytes) -> Bool {
        signature.withBytes { co_verify_ecdsa_der(handle, digest, digest.count, $0.baseAddress, $0.count) == 1 }
    }

    func verifyRSA(_ hash: HashFunction, pss: Bool, message: Bytes, signature: Bytes) -> Bool {
        message.withBytes { text in
            signature.withBytes {
                co_verify_rsa(
                    handle, Int32(hash.rawValue), pss ? 1 : 0, text.baseAddress, text.count, $0.baseAddress, $0.count)
                    == 1
            }
        }
    }

    func verifyEdDSA(message: Bytes, signature: Bytes) -> Bool {
        message.withBytes { text in
            signature.withBytes { co_verify_eddsa(handle, text.baseAddress, text.count, $0.baseAddress, $0.count) == 1 }
        }
    }

    /// The key as a JWK's required members: what a thumbprint needs, whatever file it came from.
    public func jwkMembers() throws(CryptoError) -> [(name: String, value: String)] { try Self.members(of: handle) }

    static func members(of handle: OpaquePointer) throws(CryptoError) -> [(name: String, value: String)] {
        var type = [CChar](repeating: 0, count: 64)
        guard co_key_type(handle, &type, 64) == 1 else { throw CryptoError.take("key type") }
        let name = text(type)
        switch name {
        case "EC": return try ecMembers(handle)
        case "RSA", "RSA-PSS":
            return [
                ("e", Base64URL.encode(number(handle, "e"))), ("kty", "RSA"),
                ("n", Base64URL.encode(number(handle, "n"))),
            ]
        case "ED25519", "ED448", "X25519", "X448":
            let curve = name.hasPrefix("ED") ? "Ed" + name.dropFirst(2) : name
            var raw = [UInt8](repeating: 0, count: 64)
            let length = co_key_raw_public(handle, &raw, 64)
            return [("crv", curve), ("kty", "OKP"), ("x", Base64URL.encode(raw[..<length]))]
        default: throw CryptoError(operation: "key type \(name)", reason: "no JWK form is known for it")
        }
    }

    private static func ecMembers(_ handle: OpaquePointer) throws(CryptoError) -> [(name: String, value: String)] {
        var group = [CChar](repeating: 0, count: 64)
        guard co_key_group(handle, &group, 64) == 1 else { throw CryptoError.take("EC group") }
        let name = text(group)
        guard let curve = EllipticCurve.allCases.first(where: { $0.opensslName == name }) else {
            throw CryptoError(operation: "EC group \(name)", reason: "no JWK curve is known for it")
        }
        return [
            ("crv", curve.rawValue), ("kty", "EC"),
            ("x", Base64URL.encode(number(handle, "qx", width: curve.coordinateLength))),
            ("y", Base64URL.encode(number(handle, "qy", width: curve.coordinateLength))),
        ]
    }

    /// The key as SubjectPublicKeyInfo: what wrong thumbprints are often made of.
    public var spki: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 2048) { out, written in
            written = co_key_spki(handle, out.baseAddress, 2048)
        }
    }

    /// The private members of a key pair, for the file its owner asked for.
    static func privateMembers(of handle: OpaquePointer, kty: String, width: Int) -> [(name: String, value: String)] {
        func encoded(_ bytes: [UInt8]) -> String {
            var bytes = bytes
            defer { SecretBytes.wipe(&bytes) }
            return Base64URL.encode(bytes)
        }
        switch kty {
        case "EC": return [("d", encoded(number(handle, "priv", width: width)))]
        case "RSA":
            let names = [
                ("d", "d"), ("p", "rsa-factor1"), ("q", "rsa-factor2"), ("dp", "rsa-exponent1"),
                ("dq", "rsa-exponent2"), ("qi", "rsa-coefficient1"),
            ]
            return names.map { ($0.0, encoded(number(handle, $0.1))) }
        default:
            let raw = [UInt8](unsafeUninitializedCapacity: 64) { out, written in
                written = co_key_raw_private(handle, out.baseAddress, 64)
            }
            return [("d", encoded(raw))]
        }
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func number(_ handle: OpaquePointer, _ name: String, width: Int = 0) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 2048) { out, written in
            written = co_key_number(handle, name, out.baseAddress, 2048, width)
        }
    }
}

/// The curves JOSE has names for.
public enum EllipticCurve: String, CaseIterable, Sendable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"
    case secp256k1

    var opensslName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        case .secp256k1: "secp256k1"
        }
    }

    /// Bytes of one coordinate, and of R and S each.
    public var coordinateLength: Int {
        switch self {
        case .p256, .secp256k1: 32
        case .p384: 48
        case .p521: 66
        }
    }
}
