/// What came of verifying one signature.
public enum SignatureVerdict: Equatable, Sendable {
    case valid
    case invalid
    /// The algorithm or the key is beyond us; the words say which.
    case cannotTell(String)
}

/// Verifies signatures and keeps the keys it built: a client signs many proofs with one key.
///
/// One for each thread; it holds OpenSSL contexts.
public final class SignatureVerifier {
    private var keys: [Fingerprint: PublicKey] = [:]
    /// The keys in order of their making: a client is done with its key when others have come after it.
    private var order: [Fingerprint] = []
    private let capacity: Int
    private var last: (jwk: JWK, key: PublicKey)?

    public init(capacity: Int = 4) { self.capacity = max(capacity, 1) }

    public func verify(_ jws: CompactJWS, with jwk: JWK) -> SignatureVerdict {
        guard let algorithm = jws.head.algorithm else {
            return .cannotTell(jws.alg.map { "algorithm '\($0)' is not known here" } ?? "the header has no `alg`")
        }
        guard algorithm.fits(jwk) else { return .invalid }
        // RFC 8017 §8.1.2: another length than the modulus' is no signature, though a number may be read from it.
        if algorithm.family == .rsaPSS, let length = algorithm.signatureLength(for: jwk), jws.signature.count != length
        {
            return .invalid
        }
        do throws(CryptoError) {
            let key = try publicKey(jwk)
            return algorithm.verify(message: jws.signingInput, signature: jws.signature, key: key) ? .valid : .invalid
        } catch {
            return .cannotTell("\(error)")
        }
    }

    public func publicKey(_ jwk: JWK) throws(CryptoError) -> PublicKey {
        // Proofs of one key come in a row, and their headers share its object.
        if let last, last.jwk === jwk { return last.key }
        guard let fingerprint = jwk.fingerprint else { return try jwk.publicKey() }
        if let known = keys[fingerprint] {
            last = (jwk, known)
            return known
        }
        last = nil
        var oldest = order.count < capacity ? nil : removeOldest()
        let key: PublicKey
        if let point = jwk.point, oldest?.curve == point.curve, isKnownUniquelyReferenced(&oldest), let reused = oldest
        {
            try reused.move(x: point.x, y: point.y)
            key = reused
        } else {
            key = try jwk.publicKey()
        }
        keys[fingerprint] = key
        last = (jwk, key)
        order.append(fingerprint)
        return key
    }

    /// The key to give up: a client's, which most are of a curve, before an issuer's, whose tokens come with every client.
    private func removeOldest() -> PublicKey? {
        keys.removeValue(forKey: order.remove(at: order.firstIndex { keys[$0]?.curve != nil } ?? 0))
    }
}
