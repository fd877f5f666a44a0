import FlowModel

/// The IdP's memory: keys, clients, users, and everything it has handed out.
struct Realm: Sendable {
    struct Options: Sendable {
        var name = "lab"
        var isOpaque = false
        var tokenLifetime: Interval = 300
        var wantsNonce = false
        var style = ServerStyle.keycloak
        /// Whether a person's token answers have ID tokens, with scope openid.
        var hasIDTokens = false
        /// Whether every authorization request must be pushed (RFC 9126 §5).
        var requiresPAR = false
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
        var expires: Moment
        var audience: String?
        /// OpenID Connect's, for the ID token.
        var nonce: String?
        /// The confirmation that its access token got, as a member of JSON.
        var confirmation = ""

        /// Bytes of its texts.
        var size: Int {
            let texts = [client, subject, scope, redirect, confirmation]
            let optional = [jkt, x5t, challenge, audience, nonce]
            return (texts + optional.compactMap { $0 }).reduce(0) { $0 + $1.utf8.count }
        }
    }

    struct Device: Sendable {
        let userCode: String
        let client: String
        let scope: String
        var subject: String?
        let expires: Moment
    }

    struct Pushed: Sendable {
        let client: String
        let form: Form
        let jkt: String?
    }

    /// Everything that was handed out, under its hash; of each kind as much as one lab needs, and no more.
    private struct Memory {
        var codes = ExpiringStore<Fingerprint, Grantee>(ceiling: 2_000, budget: 8 << 20)
        var refreshTokens = ExpiringStore<Fingerprint, Grantee>(ceiling: 10_000, budget: 8 << 20)
        var accessTokens = ExpiringStore<Fingerprint, Grantee>(ceiling: 10_000, budget: 8 << 20)
        var pushed = ExpiringStore<Fingerprint, Pushed>(ceiling: 2_000, budget: 8 << 20)
        var devices = ExpiringStore<Fingerprint, Device>(ceiling: 2_000, budget: 8 << 20)
        /// The device code's hash for each user code.
        var userCodes = ExpiringStore<String, Fingerprint>(ceiling: 2_000)
        var assertions = ExpiringStore<Fingerprint, Void>(ceiling: 10_000)
        /// Access tokens that would count if nobody had revoked them.
        var revoked = ExpiringStore<Fingerprint, Void>(ceiling: 10_000)
    }

    /// Seconds that each of them lives.
    static let codeLifetime: Interval = 60, pushLifetime: Interval = 60, deviceLifetime: Interval = 600
    static let refreshLifetime: Interval = 1800
    /// Seconds for which an expired device code is known as such.
    private static let deviceMemory: Interval = 300

    private(set) var options: Options
    let key: SigningKey
    /// Signs with `token=wrong-key`; never published.
    private let strangeKey: SigningKey
    /// Signs ID tokens, once there are some.
    let idTokenSigner = Guarded<SigningKey?>(nil)
    let clients: [String: LabClient]
    private let memory = Guarded(Memory())
    static let users = ["ada": "lovelace", "grace": "hopper"]

    init(_ options: Options) throws(CryptoError) {
        self.options = options
        key = try SigningKey.generate(.named("ES256")!)
        strangeKey = try SigningKey.generate(.named("ES256")!)
        clients = Dictionary(options.clients.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    }

    /// The same realm, with the same memory, for a request with these faults.
    func under(_ faults: Faults) -> Realm {
        var copy = self
        copy.options.faults = faults
        return copy
    }

    var faults: Faults { options.faults }
    func now() -> Moment { faults.now() }
    var kid: String { String(key.fingerprint.base64url.prefix(16)) }
    static func random(_ count: Int = 24) -> String { Base64URL.encode(SecretBytes.random(count)) }

    var jwks: String {
        "{\"keys\":[\(key.publicJSON.dropLast()),\"kid\":\"\(kid)\",\"use\":\"sig\",\"alg\":\"ES256\"}\(publishedIDTokenKey)]}"
    }

    // MARK: tokens

    /// The confirmation a token gets, faults included.
    private func confirmation(_ grantee: Grantee, jwk: String?) -> String {
        var members: [String] = []
        if let jkt = grantee.jkt {
            members.append("\"jkt\":\"\(wrong(jkt, jwk))\"\(options.style.tokens.confirmation)")
        }
        if let x5t = grantee.x5t { members.append("\"x5t#S256\":\"\(x5t)\"") }
        if faults.has(.cnf, "extra") { members.append("\"x5t#S256\":\"\(Self.random(32))\"") }
        guard !members.isEmpty, !faults.has(.cnf, "absent") else { return "" }
        if faults.has(.cnf, "string") { return ",\"cnf\":\"\(grantee.jkt ?? "")\"" }
        if faults.has(.cnf, "toplevel") { return ",\"jkt\":\"\(grantee.jkt ?? "")\"" }
        return ",\"cnf\":{\(members.joined(separator: ","))}"
    }

    private func wrong(_ jkt: String, _ jwk: String?) -> String {
        guard let fault = faults[.jkt] else { return jkt }
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
        grantee.expires = now + (faults.has(.token, "expired") ? -60 : options.tokenLifetime)
        grantee.confirmation = confirmation(grantee, jwk: jwk)
        let token: String
        if options.isOpaque {
            token = Self.random(32)
        } else {
            let said = faults.has(.token, "other-issuer") ? issuer + "-other" : issuer
            let form = options.style.tokens
            let signer = faults.has(.token, "wrong-key") ? strangeKey : key
            token = try signer.jws(
                header: form.header(kid: kid),
                payload: form.payload(grantee, issuer: said, now: now, confirmation: grantee.confirmation))
        }
        let kept = grantee
        memory.withLock {
            _ = $0.accessTokens.insert(Fingerprint(of: token), kept, size: kept.size, until: kept.expires, now: now)
        }
        return token
    }

    func granted(_ token: String) -> Grantee? {
        memory.withLock { $0.accessTokens.value(Fingerprint(of: token), at: now()) }
    }

    func introspected(_ token: String) -> (grantee: Grantee, confirmation: String)? {
        guard let grantee = granted(token) else { return nil }
        return (grantee, faults.has(.cnf, "introspection") ? "" : grantee.confirmation)
    }

    func refreshToken(_ grantee: Grantee) -> String {
        let (token, now) = (Self.random(), now())
        memory.withLock {
            _ = $0.refreshTokens.insert(
                Fingerprint(of: token), grantee, size: grantee.size, until: now + Self.refreshLifetime, now: now)
        }
        return token
    }

    func refresh(_ token: String) -> Grantee? {
        memory.withLock { $0.refreshTokens.value(Fingerprint(of: token), at: now()) }
    }

    /// Takes a refresh token out; nil when another request was faster.
    func spend(refreshToken token: String) -> Grantee? {
        memory.withLock { $0.refreshTokens.take(Fingerprint(of: token), at: now()) }
    }

    func revoke(_ token: String) {
        let (id, now) = (Fingerprint(of: token), now())
        memory.withLock {
            $0.refreshTokens.take(id, at: now)
            if let grantee = $0.accessTokens.take(id, at: now) {
                $0.revoked.insert(id, (), until: grantee.expires, now: now)
            }
        }
    }

    func isRevoked(_ token: String) -> Bool {
        memory.withLock { $0.revoked.value(Fingerprint(of: token), at: now()) != nil }
    }

    // MARK: codes, pushed requests, devices, assertions

    func code(for grantee: Grantee) -> String {
        let (code, now) = (Self.random(), now())
        memory.withLock {
            _ = $0.codes.insert(Fingerprint(of: code), grantee, size: grantee.size, until: grantee.expires, now: now)
        }
        return code
    }

    func spend(code: String) -> Grantee? { memory.withLock { $0.codes.take(Fingerprint(of: code), at: now()) } }

    func push(_ pushed: Pushed) -> String {
        let (uri, now) = ("urn:ietf:params:oauth:request_uri:\(Self.random())", now())
        let size = pushed.form.members.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 }
        memory.withLock {
            _ = $0.pushed.insert(Fingerprint(of: uri), pushed, size: size, until: now + Self.pushLifetime, now: now)
        }
        return uri
    }

    func pushed(_ uri: String) -> Pushed? { memory.withLock { $0.pushed.value(Fingerprint(of: uri), at: now()) } }
    func forget(pushed uri: String) { memory.withLock { _ = $0.pushed.take(Fingerprint(of: uri), at: now()) } }

    func newDevice(_ client: String, _ scope: String) -> (code: String, user: String) {
        let letters = Array("BCDFGHJKLMNPQRSTVWXZ")
        let text = SecretBytes.random(8).map { letters[Int($0) % letters.count] }
        let user = String(text[..<4]) + "-" + String(text[4...])
        let (code, now) = (Self.random(), now())
        let (id, expires) = (Fingerprint(of: code), now + Self.deviceLifetime)
        memory.withLock {
            $0.devices.insert(
                id, Device(userCode: user, client: client, scope: scope, expires: expires), size: scope.utf8.count,
                until: expires + Self.deviceMemory, now: now)
            $0.userCodes.insert(user, id, until: expires, now: now)
        }
        return (code, user)
    }

    func device(_ code: String) -> Device? { memory.withLock { $0.devices.value(Fingerprint(of: code), at: now()) } }
    /// Takes a device out; nil when another request was faster.
    func spend(device code: String) -> Device? {
        memory.withLock { $0.devices.take(Fingerprint(of: code), at: now()) }
    }

    /// Gives a device to a person, once.
    func approve(userCode: String, subject: String) -> Bool {
        let now = now()
        return memory.withLock { memory in
            guard let id = memory.userCodes.take(userCode.uppercased(), at: now),
                memory.devices.value(id, at: now) != nil
            else { return false }
            memory.devices.change(id, at: now) { $0.subject = subject }
            return true
        }
    }

    /// Whether an assertion is seen for the first time.
    func isNew(assertion: String, until end: Moment) -> Bool {
        memory.withLock { memory in
            if let floor = memory.assertions.floor, end <= floor { return false }
            return memory.assertions.insert(Fingerprint(of: assertion), (), until: end, now: now())
        }
    }
}
