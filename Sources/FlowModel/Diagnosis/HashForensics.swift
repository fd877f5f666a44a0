/// Finds the wrong recipe that made an `ath` out of a token that was seen.
public enum HashForensics {
    public struct Match: Sendable, Equatable {
        public let cause: CauseID
        public let recipe: String
    }

    /// What makes `ath` of the presented token; nil when no recipe does.
    public static func recipe(for ath: String, of token: String) -> Match? {
        guard token.utf8.count <= CompactJWS.limit, ath.utf8.count <= 1 << 10 else { return nil }
        let digest = HashFunction.sha256(token)
        let hex = Hex.text(digest)
        let url = Base64URL.encode(digest)
        if [hex, hex.uppercased(), Base64URL.encode(Array(hex.utf8)), Base64URL.encode(Array(hex.uppercased().utf8))]
            .contains(ath)
        {
            return Match(cause: .athHex, recipe: "made of the hash in hex")
        }
        if [url + "=", Base64.encode(digest), Base64.encode(digest).filter({ $0 != "=" })].contains(ath) {
            return Match(cause: .athPadding, recipe: "padded or standard base64")
        }
        if ath == Base64URL.encode(digest.prefix(16)) {
            return Match(cause: .athHalf, recipe: "the left half only, as OIDC's at_hash")
        }
        for scheme in ["DPoP ", "Bearer ", "dpop ", "bearer ", "Authorization: DPoP "]
        where hashes(scheme + token).contains(ath) {
            return Match(cause: .athPrefix, recipe: "the hash of '\(scheme)' + token")
        }
        for (more, words) in [("\n", "a line feed"), ("\r\n", "a line break"), (" ", "a blank")]
        where hashes(token + more).contains(ath) || hashes(more + token).contains(ath) {
            return Match(cause: .athTrim, recipe: "the hash of the token and \(words)")
        }
        if hashes("\"\(token)\"").contains(ath) {
            return Match(cause: .athTrim, recipe: "the hash of the token in quotes")
        }
        for hash in [HashFunction.sha1, .sha384, .sha512] where ThumbprintForensics.spellings(hash(token)).contains(ath)
        {
            return Match(cause: .athHex, recipe: "\(hash.name) instead of SHA-256")
        }
        return decoded(ath, token)
    }

    /// People hash what a JWT says instead of the JWT.
    private static func decoded(_ ath: String, _ token: String) -> Match? {
        guard CompactJWS.looksLike(token) else { return nil }
        let jws = CompactJWS(token)
        let parts = token.split(separator: ".").map(String.init)
        let texts = [
            (jws.payloadBytes.text, "the token's decoded payload"),
            (jws.headerBytes.text, "the token's decoded header"),
            (parts.count > 1 ? parts[1] : "", "the token's payload part"),
            (parts.count > 1 ? parts[0] + "." + parts[1] : "", "the token without its signature"),
        ]
        for (text, words) in texts where !text.isEmpty && hashes(text).contains(ath) {
            return Match(cause: .athOtherToken, recipe: "the hash of \(words)")
        }
        if let jti = jws.payload?.root["jti"]?.string, hashes(jti).contains(ath) {
            return Match(cause: .athOtherToken, recipe: "the hash of the token's `jti`")
        }
        return nil
    }

    static func hashes(_ text: String) -> [String] { ThumbprintForensics.spellings(HashFunction.sha256(text)) }
}

extension FlowStory {
    /// Which other token of the flow an `ath` is the hash of.
    func otherToken(named ath: String, than token: Fingerprint) -> HashForensics.Match? {
        if let other = FactReader.thumbprint(ath), other != token, let binding = bindings[other] {
            return HashForensics.Match(
                cause: .athStale,
                recipe: "the hash of another access token" + (binding.issuedBy.map { " of entry \($0)" } ?? ""))
        }
        for (index, material) in materials.entries.prefix(1000) {
            for (name, words) in [("id_token", "the ID token"), ("refresh_token", "the refresh token")] {
                if let text = material.answer?.root[named: name]?.string, text.utf8.count <= CompactJWS.limit,
                    HashForensics.hashes(text).contains(ath)
                {
                    return HashForensics.Match(
                        cause: .athOtherToken, recipe: "the hash of \(words) of entry \(index)")
                }
            }
        }
        return nil
    }

    /// Keys that proofs of the flow carried, the first 64 of them, with the entry each was seen in first.
    var keys: [(entry: Int, jwk: JWK)] {
        var seen = Set<Fingerprint>()
        return materials.entries.prefix(1000).compactMap { index, material in
            guard seen.count < 64, let jwk = material.proof?.jwk, let fingerprint = jwk.fingerprint,
                seen.insert(fingerprint).inserted
            else { return nil }
            return (index, jwk)
        }
    }
}
