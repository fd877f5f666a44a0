import FlowModel
import LabOptions
import Testing

@testable import dpop_lab

/// The servers that the lab can be like, with faults that change under them and with pages that call them.
@Suite struct StyleTests {
    static let form = IdPTests.secret.merging(["grant_type": "client_credentials"]) { $1 }

    static func scene(_ id: LabProfile, _ clients: [LabClient] = []) -> IdPScene {
        IdPScene(clients, style: ServerStyle.named(id))
    }

    static func ask(_ scene: IdPScene, _ book: FaultBook = FaultBook(), nonce: String? = nil) -> LabResponse {
        let path = scene.idp.style.paths.token
        let more = nonce.map { ",\"nonce\":\"\($0)\"" } ?? ""
        return scene.post(path, form, proof: scene.proof(path, more: more), to: scene.idp.under(book.current()))
    }

    /// node-oidc-provider refuses nonces that it did not give, not the one that it gave under a fault.
    @Test func aNonceThatWasGivenIsKnown() {
        let scene = Self.scene(.nodeOIDCProvider)
        let book = FaultBookTests.book("nonce=required:1")
        let challenge = Self.ask(scene, book)
        let nonce = challenge.headers.first("dpop-nonce")
        #expect(scene.member("error", of: challenge) == "use_dpop_nonce" && nonce != nil && book.texts == [])
        #expect(Self.ask(scene, book, nonce: nonce).status == 200)
        #expect(scene.member("error", of: Self.ask(scene, book, nonce: "made-up")) == "invalid_dpop_proof")
    }

    /// Each server says no in its own words while the fault is there, and yes when it is gone.
    @Test(arguments: LabProfile.allCases)
    func anAlgorithmIsTakenAwayAndGivenBack(id: LabProfile) {
        let scene = Self.scene(id)
        let book = FaultBook()
        book.replace(try! FaultBook.read(["alg=no-es256"]))
        let style = scene.idp.style.issuing
        let path = scene.idp.style.paths.token
        let nonce = style.judging.nonces == .always ? scene.idp.proofs.nonces.make(at: scene.idp.realm.now()) : nil
        let refused = Self.ask(scene, book, nonce: nonce)
        let said = style.answer(Objection(.alg, found: "ES256", words: "algorithm 'ES256' is not accepted"), .init())
        #expect(refused.status == said.status && scene.words(refused) == scene.words(said), "\(path)")
        book.replace([])
        #expect(Self.ask(scene, book, nonce: nonce).status == 200)
    }

    /// RS256 is what the fault says is taken, by a server too that does not take it by itself.
    @Test func rs256OnlyIsRS256() {
        let proofs = Self.scene(.auth0).idp.proofs
        #expect(proofs.accepts("ES256") && !proofs.accepts("RS256"))
        let faulty = proofs.under(FaultBookTests.book("alg=RS256-only").current())
        #expect(!faulty.accepts("ES256") && faulty.accepts("RS256"))
    }

    /// A counted clock is told where the request was judged by it; telling the time takes none of its times.
    @Test func aDateTakesNoTime() {
        let book = FaultBookTests.book("clock=-900s:1")
        let skew = { (faults: Faults) in (faults.told() - Moment(Clock.now())).wholeSeconds }
        let idle = book.current()
        #expect(abs(skew(idle)) < 3 && book.texts == ["clock=-900s:1"] && idle.happened == [])
        let judged = book.current()
        _ = judged.now()
        #expect(abs(skew(judged) + 900) < 3 && book.texts == [])
        #expect(abs(skew(FaultBookTests.book("clock=-900s").current()) + 900) < 3)
    }

    /// A fault that comes later has ID tokens too, and their key stays published when it is over.
    @Test func anIDTokenWhereTheFaultIs() {
        let scene = Self.scene(.keycloak)
        let book = FaultBook()
        let form = [
            "client_id": "lab-public", "grant_type": "password", "username": "ada", "password": "lovelace",
            "scope": "openid",
        ]
        func ask() -> LabResponse {
            scene.post("token", form, proof: scene.proof("token"), to: scene.idp.under(book.current()))
        }
        #expect(scene.member("id_token", of: ask()) == "" && scene.idp.realm.publishedIDTokenKey == "")
        book.replace(try! FaultBook.read(["id-nonce=absent"]))
        let token = CompactJWS(scene.member("id_token", of: ask()))
        #expect(token.alg == "RS256" && token.payload?.root["aud"]?.string == "lab-public")
        book.replace([])
        let kid = token.header?.root["kid"]?.string ?? "none"
        #expect(scene.idp.realm.jwks.contains("\"kid\":\"\(kid)\"") && scene.member("id_token", of: ask()) == "")
    }

    @Test(arguments: LabProfile.allCases)
    func pagesAskAtTheServersOwnPaths(id: LabProfile) {
        let idp = Self.scene(id).idp
        let paths = idp.style.paths
        for path in [paths.token, paths.revocation, paths.push, paths.device, paths.userinfo, paths.keys] {
            let target = "/realms/lab" + path
            #expect(idp.preflight(CORSTests.request("OPTIONS", target, asks: "POST"))?.status == 200, "\(path)")
            #expect(idp.originFields(CORSTests.request("GET", target)).first("vary") == "Origin", "\(path)")
        }
        #expect(idp.preflight(CORSTests.request("OPTIONS", "/realms/lab" + paths.introspection, asks: "POST")) == nil)
    }

    /// Spring's decoder looks at iss, sub, aud and the times of a client's assertion, and at nothing else.
    @Test(arguments: [LabProfile.spring, .keycloak, .atproto])
    func clientAssertions(id: LabProfile) {
        let scene = Self.scene(id, [AssertionTests.sts])
        let path = scene.idp.style.paths.token
        let expires = Int(clamping: Clock.now()) + 60
        let claims = "\"iss\":\"sts\",\"sub\":\"sts\",\"aud\":\"\(IdPScene.issuer)\",\"exp\":\(expires)"
        let assertion = try! AssertionTests.key.jws(
            header: "{\"alg\":\"ES256\"}", payload: "{\(claims),\"jti\":\"one\"}")
        let form = [
            "grant_type": "client_credentials", "client_assertion": assertion,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ]
        let nonce = scene.idp.proofs.nonces.make(at: scene.idp.realm.now())
        let more = id == .atproto ? ",\"nonce\":\"\(nonce)\"" : ""
        let statuses = (0..<2).map { _ in scene.post(path, form, proof: scene.proof(path, more: more)).status }
        #expect(statuses == [200, id == .spring ? 200 : 400])
    }
}
