/// Makes DPoP proofs (RFC 9449 §4.2).
public enum Proof {
    /// A fresh proof for one request. `htu` is the URL as it is sent, without query and fragment; `ath` is there whenever
    /// a token is.
    public static func make(
        key: SigningKey, method: String, url: HTTPURL, iat: Int, jti: String, token: String? = nil, nonce: String? = nil
    ) throws(CryptoError) -> String {
        let header = "{\"typ\":\"dpop+jwt\",\"alg\":\(JSONText.quote(key.algorithm.name)),\"jwk\":\(key.publicJSON)}"
        var payload =
            "{\"jti\":\(JSONText.quote(jti)),\"htm\":\(JSONText.quote(method)),\"htu\":\(JSONText.quote(url.sent.withoutQuery)),\"iat\":\(iat)"
        if let token { payload += ",\"ath\":\"\(Fingerprint(of: token).base64url)\"" }
        if let nonce { payload += ",\"nonce\":\(JSONText.quote(nonce))" }
        return try key.jws(header: header, payload: payload + "}")
    }
}
