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
    private var verdicts: [Fingerprint: SignatureVerdict] = [:]

    public init() {}

    public func verify(_ jws: CompactJWS, with jwk: JWK) -> SignatureVerdict {
        guard let name = jws.alg else { return .cannotTell("the header has no `alg`") }
        guard let algorithm = jws.head.algorithm else { return .cannotTell("algorithm '\(name)' is not known here") }
        guard algorithm.fits(jwk) else { return .invalid }
        do throws(CryptoError) {
            let key = try publicKey(jwk)
            return algorithm.verify(message: jws.signingInput, signature: jws.signature, key: key) ? .valid : .invalid
        } catch {
            return .cannotTell("\(error)")
        }
    }

    /// The same, remembered by the text of the token: one access token is presented many times.
    func verifyOnce(_ jws: CompactJWS, fingerprint: Fingerprint, with jwk: JWK) -> SignatureVerdict {
        if let known = verdicts[fingerprint] { return known }
        let verdict = verify(jws, with: jwk)
        verdicts[fingerprint] = verdict
        return verdict
    }

    public func publicKey(_ jwk: JWK) throws(CryptoError) -> PublicKey {
        guard let fingerprint = jwk.fingerprint else { return try jwk.publicKey() }
        if let known = keys[fingerprint] { return known }
        let key = try jwk.publicKey()
        keys[fingerprint] = key
        return key
    }
}
