import FlowModel
import Synchronization

/// The IdP's memory: keys, clients, users, and everything it has handed out.
final class Realm: Sendable {
    struct Options: Sendable {
        var name = "lab"
        var isOpaque = false
        var tokenLifetime = 300.0
        var wantsNonce = false
        var isPlain = false
        var clients: [LabClient] = LabClient.usual
        var faults: Faults
    }

    /// What a code, a refresh token or a token stands for.
    struct Grantee: Sendable {
        var client: String
        var subject: String
        var scope: String
        var jkt: String?
        var x5t: String?
        var redirect = ""
        var challenge: String?
        var expires: Double
        var audience: String?
    }

    struct Device: Sendable {
        let userCode: String
        let client: String
        let scope: String
        var subject: String?
        let expires: Double
    }

    private struct Memory {
        var codes: [String: Grantee] = [:]
        var refreshTokens: [String: Grantee] = [:]
        var accessTokens: [String: Grantee] = [:]
        var pushed: [String: (Form, jkt: String?, expires: Double)] = [:]
        var devices: [String: Device] = [:]
    }

    let options: Options
    let key: SigningKey
    /// Signs with `token=wrong-key`; never published.
    private let strangeKey: SigningKey
    let clients: [String: LabClient]
    private let memory = Mutex(Memory())
    static let users = ["ada": "lovelace", "grace": "hopper"]

    init(_ options: Options) throws(CryptoError) {
        self.options = options
        key = try SigningKey.generate(.named("ES256")!)
        strangeKey = try SigningKey.generate(.named("ES256")!)
        clients = Dictionary(options.clients.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    }

    var faults: Faults { options.faults }
    func now() -> Double { faults.now() }
    var kid: String { String(key.fingerprint.base64url.prefix(16)) }
    static func random(_ count: Int = 24) -> String { Base64URL.encode(SecretBytes.random(count)) }

    var jwks: String {
        "{\"keys\":[\(key.publicJSON.dropLast()),\"kid\":\"\(kid)\",\"use\":\"sig\",\"alg\":\"ES256\"}]}"
    }

    // MARK: tokens

    /// The confirmation a token gets, faults included.
    private func confirmation(_ grantee: Grantee, jwk: String?) -> String {
        var members: [String] = []
        if let jkt = grantee.jkt { members.append("\"jkt\":\"\(wrong(jkt, jwk))\"") }
        if let x5t = grantee.x5t { members.append("\"x5t#S256\":\"\(x5t)\"") }
        if faults.has("cnf", "extra") { members.append("\"x5t#S256\":\"\(Self.random(32))\"") }
        guard !members.isEmpty, !faults.has("cnf", "absent") else { return "" }
        if faults.has("cnf", "string") { return ",\"cnf\":\"\(grantee.jkt ?? "")\"" }
        if faults.has("cnf", "toplevel") { return ",\"jkt\":\"\(grantee.jkt ?? "")\"" }
        return ",\"cnf\":{\(members.joined(separator: ","))}"
    }

    private func wrong(_ jkt: String, _ jwk: String?) -> String {
        guard let fault = faults["jkt"] else { return jkt }
        let digest = (try? Base64URL.decode(jkt)) ?? []
        switch fault {
        case "hex": return Hex.text(digest)
        case "padded": return jkt + "="
        case "kid": return (jwk.flatMap { (try? JSONDocument(Bytes($0)))?.root["kid"]?.string }) ?? "client-key-1"
        case "noncanonical": return jwk.map { Base64URL.encode(HashFunction.sha256($0)) } ?? jkt
        case "der":
            guard let value = jwk.flatMap({ try? JSONDocument(Bytes($0)) })?.root, let spki = JWK(value).spki else {
                return jkt
            }
            return Base64URL.encode(HashFunction.sha256(Bytes(spki)))
        default: return strangeKey.fingerprint.base64url
        }
    }

    /// An access token, JWT or opaque, and what is remembered of it.
    func accessToken(_ grantee: Grantee, issuer: String, jwk: String?) throws(CryptoError) -> String {
        let now = now()
        var grantee = grantee
        grantee.expires = now + (faults.has("token", "expired") ? -60 : options.tokenLifetime)
        let confirmation = confirmation(grantee, jwk: jwk)
        let token: String
        if options.isOpaque {
            token = Self.random(32)
        } else {
            let said = faults.has("token", "other-issuer") ? issuer + "-other" : issuer
            var claims =
                "{\"exp\":\(Int(grantee.expires)),\"iat\":\(Int(now)),\"jti\":\"\(Self.random(16))\",\"iss\":\(JSONText.quote(said)),\"aud\":\(JSONText.quote(grantee.audience ?? "account")),"
            claims +=
                "\"sub\":\(JSONText.quote(grantee.subject)),\"typ\":\"\(grantee.jkt == nil ? "Bearer" : "DPoP")\",\"azp\":\(JSONText.quote(grantee.client)),\"scope\":\(JSONText.quote(grantee.scope))"
            claims += confirmation + "}"
            let signer = faults.has("token", "wrong-key") ? strangeKey : key
            token = try signer.jws(header: "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"\(kid)\"}", payload: claims)
        }
        let kept = grantee
        memory.withLock { $0.accessTokens[token] = kept }
        return token
    }

    func introspected(_ token: String) -> (grantee: Grantee, confirmation: String)? {
        guard let grantee = memory.withLock({ $0.accessTokens[token] }), grantee.expires > now() else { return nil }
        return (grantee, faults.has("cnf", "introspection") ? "" : confirmation(grantee, jwk: nil))
    }

    func refreshToken(_ grantee: Grantee) -> String {
        let token = Self.random()
        memory.withLock { $0.refreshTokens[token] = grantee }
        return token
    }

    func refresh(_ token: String) -> Grantee? { memory.withLock { $0.refreshTokens[token] } }
    func forget(refreshToken token: String) { memory.withLock { _ = $0.refreshTokens.removeValue(forKey: token) } }

    func revoke(_ token: String) {
        memory.withLock {
            $0.refreshTokens[token] = nil
            $0.accessTokens[token] = nil
        }
    }

    // MARK: codes, pushed requests, devices

    func code(for grantee: Grantee) -> String {
        let code = Self.random()
        memory.withLock { $0.codes[code] = grantee }
        return code
    }

    func spend(code: String) -> Grantee? {
        let grantee = memory.withLock { $0.codes.removeValue(forKey: code) }
        return grantee.flatMap { $0.expires > now() ? $0 : nil }
    }

    func push(_ form: Form, jkt: String?) -> String {
        let uri = "urn:ietf:params:oauth:request_uri:\(Self.random())"
        memory.withLock { $0.pushed[uri] = (form, jkt, now() + 60) }
        return uri
    }

    func pushed(_ uri: String) -> (form: Form, jkt: String?)? {
        guard let (form, jkt, expires) = memory.withLock({ $0.pushed[uri] }), expires > now() else { return nil }
        return (form, jkt)
    }

    func newDevice(_ client: String, _ scope: String) -> (code: String, user: String) {
        let letters = Array("BCDFGHJKLMNPQRSTVWXZ")
        let text = SecretBytes.random(8).map { letters[Int($0) % letters.count] }
        let user = String(text[..<4]) + "-" + String(text[4...])
        let code = Self.random()
        memory.withLock {
            $0.devices[code] = Device(userCode: user, client: client, scope: scope, expires: now() + 600)
        }
        return (code, user)
    }

    func device(_ code: String) -> Device? { memory.withLock { $0.devices[code] } }
    func forget(device code: String) { memory.withLock { _ = $0.devices.removeValue(forKey: code) } }

    func approve(userCode: String, subject: String) -> Bool {
        memory.withLock { memory in
            guard let code = memory.devices.first(where: { $0.value.userCode == userCode.uppercased() })?.key else {
                return false
            }
            memory.devices[code]!.subject = subject
            return true
        }
    }
}
