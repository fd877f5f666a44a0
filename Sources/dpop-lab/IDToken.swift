import FlowModel

extension Realm {
    /// The ID token of a person who logged in with scope openid (OpenID Connect Core §2); nil where there is none.
    func idToken(_ grantee: Grantee, issuer: String) throws(CryptoError) -> String? {
        guard grantee.scope.split(separator: " ").contains("openid"), Self.users[grantee.subject] != nil else {
            return nil
        }
        let now = now()
        let times = "\"exp\":\((now + options.tokenLifetime).wholeSeconds),\"iat\":\(now.wholeSeconds)"
        let names = [
            ("iss", issuer), ("sub", grantee.subject), ("aud", grantee.client), ("azp", grantee.client), ("typ", "ID"),
        ]
        let texts = names.map { "\"\($0.0)\":\(JSONText.quote($0.1))" }.joined(separator: ",")
        let nonce = nonce(grantee).map { ",\"nonce\":\(JSONText.quote($0))" } ?? ""
        return try key.jws(
            header: "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"\(kid)\"}", payload: "{\(times),\(texts)\(nonce)}")
    }

    private func nonce(_ grantee: Grantee) -> String? {
        if faults.has(.idNonce, "absent") { return nil }
        return grantee.nonce.map { faults.has(.idNonce, "other") ? "not-" + $0 : $0 }
    }
}
