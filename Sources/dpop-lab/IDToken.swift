import FlowModel

extension Realm {
    /// Whether a request of now can get an ID token; the fault has not happened by that.
    private var hasIDTokens: Bool { options.hasIDTokens || faults.mayHave(.idNonce) }

    /// Signs ID tokens: RS256, which every client of OpenID Connect expects where nothing else was agreed on (Core
    /// §15.1). Making it takes half a second, which no lab waits for that hands out none. Once made it stays: its tokens
    /// are out when the fault that had them made is over. Nil before.
    var idTokenKey: SigningKey? {
        let isWanted = hasIDTokens
        return idTokenSigner.withLock { key in
            if key == nil, isWanted { key = try? SigningKey.generate(.named("RS256")!) }
            return key
        }
    }

    private static func kid(_ key: SigningKey) -> String { String(key.fingerprint.base64url.prefix(16)) }

    /// That key as a member of a JWK set, behind others.
    var publishedIDTokenKey: String {
        guard let key = idTokenKey else { return "" }
        return ",\(key.publicJSON.dropLast()),\"kid\":\"\(Self.kid(key))\",\"use\":\"sig\",\"alg\":\"RS256\"}"
    }

    /// The ID token of a person who logged in with scope openid (OpenID Connect Core §2); nil where there is none.
    func idToken(_ grantee: Grantee, issuer: String) throws(CryptoError) -> String? {
        guard hasIDTokens, Self.users[grantee.subject] != nil, grantee.scope.split(separator: " ").contains("openid"),
            let key = idTokenKey
        else { return nil }
        let now = now()
        let times = "\"exp\":\((now + options.tokenLifetime).wholeSeconds),\"iat\":\(now.wholeSeconds)"
        let names = [
            ("iss", issuer), ("sub", grantee.subject), ("aud", grantee.client), ("azp", grantee.client), ("typ", "ID"),
        ]
        let texts = names.map { "\"\($0.0)\":\(JSONText.quote($0.1))" }.joined(separator: ",")
        let nonce = nonce(grantee).map { ",\"nonce\":\(JSONText.quote($0))" } ?? ""
        return try key.jws(
            header: "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"\(Self.kid(key))\"}",
            payload: "{\(times),\(texts)\(nonce)}")
    }

    private func nonce(_ grantee: Grantee) -> String? {
        if faults.has(.idNonce, "absent") { return nil }
        return grantee.nonce.map { faults.has(.idNonce, "other") ? "not-" + $0 : $0 }
    }
}
