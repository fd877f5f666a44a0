import FlowModel
import Testing

@testable import dpop_lab

/// The JWT bearer grant takes assertions: typed, for this realm, of a registered issuer, once.
@Suite struct AssertionTests {
    static let key = try! SigningKey.generate(.named("ES256")!)
    static let sts: LabClient = {
        var client = LabClient(id: "sts", secret: "sts-secret")
        client.keys = [key.jwk]
        return client
    }()

    static func ask(_ scene: IdPScene, _ assertion: String) -> LabResponse {
        scene.post(
            "token",
            [
                "client_id": "lab-client", "client_secret": "lab-secret", "assertion": assertion,
                "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ], proof: scene.proof("token"))
    }

    static func parts(_ header: [String: String?], _ claims: [String: String?], alg: String) -> (String, String) {
        let now = Int(clamping: Clock.now())
        var head: [String: String?] = ["typ": "\"authorization-grant+jwt\"", "alg": "\"\(alg)\""]
        var body: [String: String?] = [
            "iss": "\"sts\"", "sub": "\"ada\"", "aud": "\"\(IdPScene.issuer)\"", "exp": "\(now + 60)",
            "jti": "\"\(Realm.random())\"",
        ]
        head.merge(header) { $1 }
        body.merge(claims) { $1 }
        func object(_ members: [String: String?]) -> String {
            "{" + members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }.joined(separator: ",") + "}"
        }
        return (object(head), object(body))
    }

    static func assertion(_ header: [String: String?] = [:], _ claims: [String: String?] = [:]) -> String {
        let (head, body) = parts(header, claims, alg: "ES256")
        return try! key.jws(header: head, payload: body)
    }

    static func bySecret(_ secret: String, _ claims: [String: String?]) -> String {
        let (head, body) = parts([:], claims, alg: "HS256")
        let input = Base64URL.encode(Array(head.utf8)) + "." + Base64URL.encode(Array(body.utf8))
        return input + "." + Base64URL.encode(SecretBytes.hmac(.sha256, key: secret, input))
    }

    @Test func oneThatIsRightIsTakenOnce() {
        let scene = IdPScene([Self.sts])
        let assertion = Self.assertion()
        let answer = Self.ask(scene, assertion)
        #expect(answer.status == 200)
        let token = CompactJWS(scene.member("access_token", of: answer))
        #expect(token.payload?.root["sub"]?.string == "ada")
        #expect(token.payload?.root["cnf"]?["jkt"]?.string == scene.key.fingerprint.base64url)
        #expect(scene.words(Self.ask(scene, assertion)).contains("already been used"))
        let endpoint = "\"\(IdPScene.issuer)/protocol/openid-connect/token\""
        #expect(Self.ask(scene, Self.assertion([:], ["aud": "[\"x\",\(endpoint)]"])).status == 200)
    }

    @Test func aClientsSecretSpeaksForItAlone() {
        let scene = IdPScene([Self.sts])
        #expect(Self.ask(scene, Self.bySecret("lab-secret", ["iss": "\"lab-client\""])).status == 200)
        #expect(Self.ask(scene, Self.bySecret("wrong", ["iss": "\"lab-client\""])).status == 400)
        #expect(Self.ask(scene, Self.bySecret("sts-secret", [:])).status == 400)
        #expect(Self.ask(scene, Self.bySecret("", ["iss": "\"lab-mtls\""])).status == 400)
    }

    struct Change: Sendable {
        let header: [String: String?]
        let claims: [String: String?]
        init(_ header: [String: String?] = [:], _ claims: [String: String?] = [:]) {
            (self.header, self.claims) = (header, claims)
        }
    }

    // A list with a type of its own: Swift 6.0.3 takes minutes over it inside of the attribute.
    static let changes: [Change] = [
        Change(["typ": "\"JWT\""]), Change(["typ": nil]), Change(["typ": "\"dpop+jwt\""]),
        Change(["crit": "[\"exp\"]"]), Change(["b64": "false"]),
        Change([:], ["aud": "\"https://else.test\""]), Change([:], ["aud": nil]), Change([:], ["aud": "\"account\""]),
        Change([:], ["iss": "\"nobody\""]), Change([:], ["iss": nil]), Change([:], ["iss": "\"lab-public\""]),
        Change([:], ["iss": "\"lab-client\""]), Change([:], ["sub": nil]), Change([:], ["sub": "\"\""]),
        Change([:], ["exp": nil]), Change([:], ["exp": "1"]), Change([:], ["exp": "1e19"]),
        Change([:], ["exp": "1e300"]), Change([:], ["exp": "\"never\""]), Change([:], ["nbf": "1e15"]),
        Change([:], ["jti": nil]), Change([:], ["jti": "\"\""]),
    ]

    @Test(arguments: changes)
    func anotherIsNone(change: Change) {
        let scene = IdPScene([Self.sts])
        let answer = Self.ask(scene, Self.assertion(change.header, change.claims))
        #expect(answer.status == 400 && scene.words(answer).contains("invalid_grant"))
    }

    /// Whoever stole a bound token made one of his own with it.
    @Test func aTokenIsNoAssertion() {
        let scene = IdPScene([Self.sts])
        let form = ["client_id": "lab-client", "client_secret": "lab-secret", "grant_type": "client_credentials"]
        let token = scene.member("access_token", of: scene.post("token", form, proof: scene.proof("token")))
        #expect(!token.isEmpty && Self.ask(scene, token).status == 400)
        #expect(Self.ask(scene, scene.proof("token")).status == 400)
        #expect(
            Self.ask(scene, "").status == 400 && Self.ask(scene, String(repeating: "a", count: 20_000)).status == 400)
    }

    /// RFC 7523 §3: a client's assertion says once who it is.
    @Test func aClientsAssertionIsTakenOnce() {
        let scene = IdPScene([Self.sts])
        let now = Int(clamping: Clock.now())
        func ask(_ jti: String?) -> LabResponse {
            let claims = "\"iss\":\"sts\",\"sub\":\"sts\",\"aud\":\"\(IdPScene.issuer)\",\"exp\":\(now + 60)"
            let payload = "{" + claims + (jti.map { ",\"jti\":\"\($0)\"" } ?? "") + "}"
            let assertion = try! Self.key.jws(header: "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", payload: payload)
            let form = [
                "grant_type": "client_credentials", "client_assertion": assertion,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ]
            return scene.post("token", form, proof: scene.proof("token"))
        }
        #expect(ask("one").status == 200)
        #expect(scene.words(ask("one")).contains("Token reuse detected"))
        #expect(ask("two").status == 200)
        #expect(scene.words(ask(nil)).contains("Token jti claim is required"))
        #expect(scene.words(ask("")).contains("Token jti claim is required"))
    }

    @Test func anAssertionIsNoClient() {
        let scene = IdPScene([Self.sts])
        let answer = scene.post(
            "token",
            [
                "grant_type": "client_credentials", "client_assertion": Self.assertion([:], ["sub": "\"sts\""]),
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ], proof: scene.proof("token"))
        #expect(answer.status == 400)
    }
}
