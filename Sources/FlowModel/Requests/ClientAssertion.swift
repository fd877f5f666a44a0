/// What a client adds to a request so that the IdP knows it (RFC 6749 §2.3, RFC 7523 §2.2).
struct ClientCredentials {
    var headers: [Header] = []
    var fields = FormFields()

    init(_ plan: FlowPlan, key: SigningKey?, audience: String, now: Int, jti: String) throws(LiveError) {
        let secret = plan.clientSecret
        if plan.clientAuthentication.needsSecret, secret == nil {
            throw LiveError("\(plan.clientAuthentication.rawValue) needs --client-secret")
        }
        switch plan.clientAuthentication {
        case .none, .tls: fields = ["client_id": plan.clientID]
        case .basic:
            let pair = PercentEncoding.form(plan.clientID) + ":" + PercentEncoding.form(secret ?? "")
            headers = [Header("Authorization", "Basic " + Base64.encode(Array(pair.utf8)))]
        case .post: fields = ["client_id": plan.clientID, "client_secret": secret ?? ""]
        case .secretJWT:
            let input =
                Self.encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "."
                + Self.encode(Self.claims(plan, audience, now, jti))
            let signature = SecretBytes.hmac(.sha256, key: secret ?? "", input)
            fields = Self.assertion(plan, input + "." + Base64URL.encode(signature))
        case .privateKeyJWT:
            guard let key else { throw LiveError("private_key_jwt needs a client key: --client-key or --signing-key") }
            let kid = key.kid.map { ",\"kid\":\(JSONText.quote($0))" } ?? ""
            do throws(CryptoError) {
                let jws = try key.jws(
                    header: "{\"alg\":\"\(key.algorithm.name)\",\"typ\":\"JWT\"\(kid)}",
                    payload: Self.claims(plan, audience, now, jti))
                fields = Self.assertion(plan, jws)
            } catch { throw LiveError("the client assertion cannot be signed: \(error)") }
        }
    }

    private static func encode(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }

    private static func claims(_ plan: FlowPlan, _ audience: String, _ now: Int, _ jti: String) -> String {
        let id = JSONText.quote(plan.clientID)
        return
            "{\"iss\":\(id),\"sub\":\(id),\"aud\":\(JSONText.quote(audience)),\"jti\":\(JSONText.quote(jti)),\"iat\":\(now),\"exp\":\(now + 60)}"
    }

    private static func assertion(_ plan: FlowPlan, _ text: String) -> FormFields {
        [
            "client_id": plan.clientID,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": text,
        ]
    }
}

/// Why a live run cannot go on; the words are for the person.
public struct LiveError: Error, Equatable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
