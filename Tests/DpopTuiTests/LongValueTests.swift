import FlowModel
import Testing

@testable import dpop_tui

/// Values as long as real servers have them, at sizes that people have.
struct LongValueTests {
    @Test(arguments: [
        ("GET /a/b", 20, "GET /a/b"),
        ("POST /realms/dpop/protocol/openid-connect/token  proof", 40, "POST …/openid-connect/token  proof"),
        ("GET /realms/dpop/protocol/openid-connect/userinfo", 16, "GET …/userinfo"),
        ("GET /anything?color=blue&shape=round", 24, "GET /anything?color=blu…"),
        ("GET https://idp.test/realms/a/b/c/userinfo HTTP/1.1", 42, "GET https://idp.test/…/c/userinfo HTTP/1.1"),
        ("GET /anything?color=blue&shape=round", 14, "GET /anything"),
        ("a sentence without any path in it", 12, "a sentence …"),
        ("GET /averylongsegmentwithoutanother", 16, "GET /avery…other"),
        ("x", 0, ""),
    ])
    func aTitleKeepsTheEndOfItsPath(text: String, room: Int, shown: String) {
        #expect(Elision.title(text, room) == shown)
        for room in 0...60 { #expect(Elision.title(text, room).columns <= room) }
    }

    @Test func bothEndsOrOne() {
        #expect(Elision.middle("keycloak.internal.test", 12) == "keyclo….test")
        for room in 0...30 {
            for text in ["keycloak.internal.test", "日本語日本語日本語", "", "a"] {
                #expect(Elision.middle(text, room).columns <= room && Elision.tail(text, room).columns <= room)
            }
        }
        #expect(Elision.tail("127.0.0.1:46005", 9) == "….1:46005")
    }

    /// A path of nothing but slashes and one of a megabyte take no time.
    @Test func hostilePathsAreCutToo() {
        let slashes = "GET " + String(repeating: "/", count: 1 << 20)
        let long = "GET /" + String(repeating: "x", count: 1 << 20) + "/end"
        #expect(Elision.title(slashes, 30).columns <= 30)
        #expect(Elision.title(long, 30) == "GET …/end")
    }

    /// A login at Keycloak, without a gateway: its callback, its token for a person, one host.
    private static let login: Document = {
        let key = try! SigningKey.generate(.named("ES256")!)
        let issuer = "http://localhost:8180/realms/dpop"
        let base = issuer + "/protocol/openid-connect"
        let claims = """
            {"iss":"\(issuer)","azp":"pub","sub":"f3e21d2b-7706","preferred_username":"ada","sid":"SYkqVMbW4ZjmhebriX5G",\
            "scope":"openid profile email","exp":1795334700,"cnf":{"jkt":"\(key.fingerprint.base64url)"}}
            """
        let header = Base64URL.encode(Array("{\"alg\":\"RS256\"}".utf8))
        let token = "\(header).\(Base64URL.encode(Array(claims.utf8))).c2ln"
        let state = "LowZWDN5Tkg3M9LTkEQ1xA"
        let login = HTTPURL(
            "\(base)/auth?response_type=code&client_id=pub&redirect_uri=http%3A%2F%2F127.0.0.1%3A46609%2Fcallback&state=\(state)&scope=openid"
        )
        let callback = "http://127.0.0.1:46609/callback?state=\(state)&code=e3152cd0-300b-d2af-7042-ef076054d1b7"
        let proof = try! Proof.make(
            key: key, method: "POST", url: HTTPURL(base + "/token"), iat: 1_795_334_400, jti: "a")
        let exchanges = [
            Exchange(
                index: 0, request: Request(method: "GET", url: login),
                response: Response(status: 302, reason: "Found", headers: [Header("Location", callback)]),
                started: 1_795_334_399),
            Exchange(
                index: 1,
                request: Request(
                    method: "POST", url: HTTPURL(base + "/token"),
                    headers: [
                        Header("DPoP", proof), Header("Content-Type", "application/x-www-form-urlencoded"),
                    ],
                    body: Body(Bytes("grant_type=authorization_code&code=e3152cd0-300b-d2af-7042-ef076054d1b7"))),
                response: Response(
                    status: 200, reason: "OK", headers: [Header("Content-Type", "application/json")],
                    body: Body(
                        Bytes("{\"access_token\":\"\(token)\",\"token_type\":\"DPoP\",\"expires_in\":300}"))),
                started: 1_795_334_400),
        ]
        let loaded = try! LoadedCapture.read(Bytes(exchanges.map { FlowLine.write($0) }.joined()))
        return Document(files: [Document.File(name: "kc.jsonl", loaded: loaded)], settings: CheckSettings())
    }()

    private func screen(_ keys: String, _ width: Int = 120, _ height: Int = 40) -> String {
        var model = Model(document: Self.login, width: width, height: height)
        _ = model.press(keys)
        return model.screen
    }

    @Test(arguments: [(200, 60), (120, 40), (80, 24)]) func rowOneNamesHostAndRealm(width: Int, height: Int) {
        let first = screen("", width, height).split(separator: "\n")[0]
        #expect(first.contains("kc.jsonl") && first.contains("localhost:8180/realms/dpop"), "\(first)")
    }

    @Test func lanesAreTheirHostsAndNoOthers() {
        let text = screen("")
        #expect(text.contains("IdP") && !text.contains("Gateway") && !text.contains("Upstream"))
        #expect(text.split(separator: "\n")[2].contains("localhost"))
        #expect(text.contains("POST …/openid-connect/token  proof"))
    }

    @Test func theLoginIsATableWithWhatIsSecretMasked() {
        for keys in [":2<enter>5", ":2<enter>6"] {
            let (masked, shown) = (screen(keys), screen(keys + "v"))
            #expect(!masked.contains("LowZWDN5Tkg3M9LTkEQ1xA") && masked.contains("state"))
            #expect(shown.contains("LowZWDN5Tkg3M9LTkEQ1xA"))
        }
        func words(_ keys: String) -> String { screen(keys).split(separator: " ").joined(separator: " ") }
        #expect(words(":2<enter>5").contains("redirect_uri http://127.0.0.1:46609/callback"))
        #expect(words(":2<enter>6").contains("code ******** 36 characters"))
        #expect(words(":2<enter>6v").contains("code e3152cd0-300b-d2af-7042-ef076054d1b7"))
        #expect(words(":3<enter>5").contains("code ******** 36 characters"))
    }

    @Test(arguments: [(200, 60), (120, 40), (80, 24)]) func aTokenSaysWhoItIsFor(width: Int, height: Int) {
        let line = screen(":3<enter>3", width, height).split(separator: "\n").first { $0.contains("for ada · ") } ?? ""
        #expect(line.contains("client pub") && line.contains("realms/dpop") && line.contains("scope openid"))
        #expect(line.contains("session SYkqVMbW4ZjmhebriX5G") == (width == 200))
    }
}
