import FlowModel
import Testing

@testable import dpop_lab

/// An IdP without a port: a request in, an answer out.
struct IdPScene {
    static let base = "http://127.0.0.1:8080"
    static let issuer = base + "/realms/lab"
    let idp: IdP
    let key = try! SigningKey.generate(.named("ES256")!)
    let site: LabSite

    init(
        _ clients: [LabClient] = [], wantsNonce: Bool = false, trust: LabSite.Trust = .nobody,
        style: ServerStyle = .keycloak
    ) {
        var options = Realm.Options(faults: try! Faults([]))
        options.clients = LabClient.usual + clients
        (options.wantsNonce, options.style) = (wantsNonce, style)
        idp = IdP(try! Realm(options))
        site = LabSite(
            scheme: "http", authority: "127.0.0.1:8080", url: Self.base, trust: trust, respond: { _, _ in })
    }

    /// Below the issuer; what begins with a slash is one already.
    private func path(_ endpoint: String) -> String {
        endpoint.hasPrefix("/") ? endpoint : "/protocol/openid-connect/" + endpoint
    }

    func proof(_ endpoint: String, iat: String? = nil, jti: String? = nil, more: String = "") -> String {
        let (now, id) = (Int(clamping: Clock.now()), jti ?? Realm.random())
        return try! key.jws(
            header: "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":\(key.publicJSON)}",
            payload:
                "{\"jti\":\"\(id)\",\"htm\":\"POST\",\"htu\":\"\(Self.issuer)\(path(endpoint))\",\"iat\":\(iat ?? "\(now)")\(more)}"
        )
    }

    func post(
        _ endpoint: String, _ form: [String: String], proof: String? = nil, host: String? = nil, to other: IdP? = nil
    ) -> LabResponse {
        let body = form.map { "\(PercentEncoding.form($0.key))=\(PercentEncoding.form($0.value))" }.joined(
            separator: "&")
        var request = LabRequest(
            method: "POST", target: Bytes("/realms/lab" + path(endpoint)), host: host,
            headers: proof.map { [Header("DPoP", $0)] } ?? [], framing: .none, certificate: nil, site: site)
        request.body = Array(body.utf8)
        return try! (other ?? idp).respond(request)
    }

    func member(_ name: String, of response: LabResponse) -> String {
        (try? JSONDocument(Bytes(response.body)))?.root[named: name]?.string ?? ""
    }

    func words(_ response: LabResponse) -> String { String(decoding: response.body, as: UTF8.self) }
}

@Suite struct IdPTests {
    static let verifier = String(repeating: "v", count: 43)
    static let challenge = Base64URL.encode(HashFunction.sha256(verifier))
    static let back = "http://127.0.0.1:3912/callback"
    static let secret = ["client_id": "lab-client", "client_secret": "lab-secret"]
    static let asked = [
        "client_id": "lab-public", "response_type": "code", "redirect_uri": back, "code_challenge": challenge,
        "code_challenge_method": "S256", "username": "ada", "password": "lovelace",
    ]

    /// One unauthenticated request of each ended the whole lab.
    @Test(arguments: ["1e19", "-1e19", "1e300", "1e999", "-1", "9223372036854775807", "9223372036854775808"])
    func aProofOfNoTimeIsRefused(iat: String) {
        for wantsNonce in [false, true] {
            let scene = IdPScene(wantsNonce: wantsNonce)
            let form = Self.secret.merging(["grant_type": "client_credentials"]) { $1 }
            #expect(scene.post("token", form, proof: scene.proof("token", iat: iat)).status == 400)
            #expect(scene.post("token", form).status == 400)
        }
    }

    func location(_ scene: IdPScene, _ changes: [String: String?]) -> String {
        var form = Self.asked
        for (name, value) in changes { form[name] = value }
        let answer = scene.post("auth", form)
        return answer.status == 302 ? answer.headers.first("location") ?? "" : "\(answer.status)"
    }

    @Test func publicClientsNeedPKCE() {
        let scene = IdPScene([LabClient(id: "app", secret: "s")])
        #expect(location(scene, [:]).contains("code="))
        #expect(location(scene, ["code_challenge": nil]).contains("error=invalid_request"))
        #expect(location(scene, ["code_challenge_method": "plain"]).contains("error=invalid_request"))
        #expect(location(scene, ["code_challenge_method": nil]).contains("error=invalid_request"))
        #expect(location(scene, ["code_challenge": "short"]).contains("error=invalid_request"))
        #expect(location(scene, ["client_id": "app", "code_challenge": nil]).contains("code="))
        #expect(location(scene, ["client_id": "app", "code_challenge_method": "plain"]).contains("error="))
        // A code that was given without a challenge takes no verifier.
        let code = location(scene, ["client_id": "app", "code_challenge": nil]).split(separator: "=")[1]
        let spent = scene.post(
            "token",
            [
                "client_id": "app", "client_secret": "s", "grant_type": "authorization_code", "code": String(code),
                "redirect_uri": Self.back, "code_verifier": Self.verifier,
            ], proof: scene.proof("token"))
        #expect(spent.status == 400 && scene.words(spent).contains("PKCE"))
    }

    @Test(arguments: ["javascript:alert(1)", "https://evil.test/", "data:,x", "http://127.evil.test/"])
    func codesGoWhereTheClientIs(redirect: String) {
        let scene = IdPScene()
        #expect(location(scene, ["redirect_uri": redirect]) == "400")
        var form = Self.asked
        form["redirect_uri"] = redirect
        #expect(scene.post("ext/par/request", form).status == 400)
    }

    @Test func aPushedRequestIsItsClientsOwn() {
        let scene = IdPScene([LabClient(id: "other", isPublic: true)])
        var form = Self.asked
        form["username"] = nil
        let pushed = scene.post("ext/par/request", form)
        #expect(pushed.status == 201)
        let uri = scene.member("request_uri", of: pushed)
        let login = ["username": "ada", "password": "lovelace", "request_uri": uri]
        #expect(scene.post("auth", login.merging(["client_id": "other"]) { $1 }).status == 400)
        #expect(scene.post("auth", login.merging(["client_id": "lab-public"]) { $1 }).status == 302)
        #expect(scene.post("auth", login.merging(["client_id": "lab-public"]) { $1 }).status == 400)
        for wrong in [["request_uri": uri], ["redirect_uri": ""], ["code_challenge_method": "plain"]] {
            #expect(scene.post("ext/par/request", form.merging(wrong) { $1 }).status == 400)
        }
        let another = Self.asked.merging(["client_id": "lab-client", "client_secret": "lab-secret"]) { $1 }
        #expect(scene.post("ext/par/request", another).status == 201)
    }

    @Test func aClientRevokesItsOwnTokens() {
        let scene = IdPScene()
        func tokens() -> (access: String, refresh: String) {
            let answer = scene.post(
                "token",
                Self.secret.merging(["grant_type": "password", "username": "ada", "password": "lovelace"]) { $1 },
                proof: scene.proof("token"))
            return (scene.member("access_token", of: answer), scene.member("refresh_token", of: answer))
        }
        let kong = ["client_id": "kong", "client_secret": "kong-secret"]
        let (access, refresh) = tokens()
        for token in [access, refresh] {
            let other = scene.post("revoke", kong.merging(["token": token]) { $1 })
            #expect(other.status == 400 && scene.words(other).contains("Unmatching clients"))
        }
        #expect(scene.words(scene.post("token/introspect", kong.merging(["token": access]) { $1 })).contains("true"))
        for token in [access, refresh] {
            #expect(scene.post("revoke", Self.secret.merging(["token": token]) { $1 }).status == 200)
        }
        #expect(scene.words(scene.post("token/introspect", kong.merging(["token": access]) { $1 })).contains("false"))
        #expect(scene.post("revoke", kong.merging(["token": "nonsense"]) { $1 }).status == 200)
    }

    /// RFC 7009 asks for no proof, and neither does Keycloak: the refresh token of a public client is bound, and revoked
    /// without one, or with one of another key.
    @Test func aPublicClientRevokesWithoutAProof() {
        let client = ["client_id": "lab-public"]
        let password = client.merging(["grant_type": "password", "username": "ada", "password": "lovelace"]) { $1 }
        for (proof, other) in [(false, false), (true, false), (true, true)] {
            let scene = IdPScene()
            let answer = scene.post("token", password, proof: scene.proof("token"))
            let refresh = ["grant_type": "refresh_token", "refresh_token": scene.member("refresh_token", of: answer)]
            let form = client.merging(["token": refresh["refresh_token"]!]) { $1 }
            let shown = proof ? (other ? IdPScene() : scene).proof("revoke") : nil
            #expect(scene.post("revoke", form, proof: shown).status == 200)
            let again = scene.post("token", client.merging(refresh) { $1 }, proof: scene.proof("token"))
            #expect(again.status == 400 && scene.words(again).contains("Invalid refresh token"))
        }
    }

    @Test func textsHaveTheirLength() {
        let scene = IdPScene()
        let long = String(repeating: "s", count: 5000)
        let grant = Self.secret.merging(["grant_type": "client_credentials"]) { $1 }
        for form in [grant.merging(["scope": long]) { $1 }, grant.merging(["audience": long]) { $1 }] {
            #expect(scene.post("token", form, proof: scene.proof("token")).status == 400)
        }
        #expect(scene.post("auth/device", ["client_id": "lab-public", "scope": long]).status == 400)
        #expect(location(scene, ["scope": long]).contains("error="))
    }

    @Test func aDeviceIsApprovedOnce() {
        let scene = IdPScene()
        let realm = scene.idp.realm
        let (code, user) = realm.newDevice("lab-public", "openid")
        #expect(!realm.approve(userCode: "NONE-SUCH", subject: "ada"))
        #expect(realm.approve(userCode: user.lowercased(), subject: "ada"))
        #expect(!realm.approve(userCode: user, subject: "grace"))
        #expect(realm.spend(device: code)?.subject == "ada" && realm.spend(device: code) == nil)
    }

    /// The URL is the site's own; `Host` counts where that was asked for.
    @Test func hostIsBelievedWhenToldTo() {
        for (trust, status) in [(LabSite.Trust.nobody, 200), (.host, 400), (.forwarded, 400)] {
            let scene = IdPScene(trust: trust)
            let form = Self.secret.merging(["grant_type": "client_credentials"]) { $1 }
            #expect(scene.post("token", form, proof: scene.proof("token"), host: "evil.test").status == status)
        }
    }
}
