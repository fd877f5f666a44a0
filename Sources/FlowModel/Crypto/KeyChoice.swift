/// Which key of a JWKS signs: the one that is asked for, else the first that says `use: sig`, as oauth2c chooses, else
/// the only private one.
enum KeyChoice {
    /// Names that are listed where one has to be chosen.
    private static let mostNames = 12

    /// - Parameter kid: Of a key, or the thumbprint of one (RFC 7638): not every key has a `kid`.
    static func choose(
        from keys: [JSONValue], kid: String?, algorithm: SignatureAlgorithm?
    ) throws(KeyFileError) -> JSONValue {
        if let kid { return try named(kid, among: keys, algorithm) }
        let able = keys.filter { canSign($0, algorithm) }
        if let chosen = able.first(where: { $0["use"]?.string == "sig" }) { return chosen }
        if able.count == 1 { return able[0] }
        let wanted = algorithm.map { " with \($0.name)" } ?? ""
        guard !able.isEmpty else {
            throw KeyFileError(
                words: "the JWKS holds \(keys.count) keys, none of them a private one that can sign\(wanted)")
        }
        throw KeyFileError(
            words: "the JWKS holds \(able.count) private keys that can sign\(wanted), and none says `use: sig`; "
                + "expected --kid with one of \(list(able))")
    }

    private static func named(
        _ kid: String, among keys: [JSONValue], _ algorithm: SignatureAlgorithm?
    ) throws(KeyFileError) -> JSONValue {
        let found = keys.filter { isNamed($0, kid) }
        guard !found.isEmpty else {
            throw KeyFileError(words: "the JWKS holds no key '\(kid)'; expected \(keys.isEmpty ? "a key" : list(keys))")
        }
        let able = found.filter { canSign($0, algorithm) }
        guard let chosen = able.first(where: { $0["use"]?.string == "sig" }) ?? able.first else {
            let isPublic = found.allSatisfy { $0["d"] == nil }
            throw KeyFileError(
                words: "the key '\(kid)' of the JWKS "
                    + (isPublic
                        ? "is a public one: it cannot sign"
                        : "cannot sign\(algorithm.map { " with \($0.name)" } ?? "")"))
        }
        return chosen
    }

    static func isNamed(_ key: JSONValue, _ kid: String) -> Bool {
        key["kid"]?.string == kid || JWK(key).fingerprint?.base64url == kid
    }

    /// Whether it is a private key that is meant for signatures, as far as it says so.
    private static func canSign(_ key: JSONValue, _ algorithm: SignatureAlgorithm?) -> Bool {
        guard key["d"] != nil, key["use"]?.string ?? "sig" == "sig" else { return false }
        if let operations = key["key_ops"], operations.kind == .array,
            !operations.elements.contains(where: { $0.string == "sign" })
        {
            return false
        }
        if let name = key["alg"]?.string, SignatureAlgorithm.named(name) == nil { return false }
        let jwk = JWK(key)
        return algorithm?.fits(jwk) ?? SignatureAlgorithm.all.contains { $0.fits(jwk) }
    }

    /// The keys by `kid`; by thumbprint where they have none.
    private static func list(_ keys: [JSONValue]) -> String {
        let names = keys.prefix(mostNames).map { key in
            "'\(key["kid"]?.string ?? JWK(key).fingerprint?.base64url ?? "a key without kid")'"
        }
        return names.joined(separator: ", ") + (keys.count > mostNames ? ", …" : "")
    }
}
