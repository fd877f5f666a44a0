import FlowModel
import Testing

@testable import dpop_lab

/// What pages of other origins are told: at the IdP as Keycloak does, at the gateway as Kong's plugin does.
@Suite struct CORSTests {
    static let page = "http://127.0.0.1:3000"
    static let stranger = "https://evil.test"
    static let asked = "authorization,dpop,x-request-id"

    static func request(
        _ method: String, _ target: String, origin: String? = page, asks: String? = nil, more: [(String, String)] = [],
        body: String = ""
    ) -> LabRequest {
        var headers = more + (origin.map { [("Origin", $0)] } ?? [])
        if let asks {
            headers += [("Access-Control-Request-Method", asks), ("Access-Control-Request-Headers", Self.asked)]
        }
        return LabControlTests.request(method, target, headers, body: body)
    }

    static func value(_ name: StaticString, _ headers: [Header]?) -> String? { headers?.first(name) }

    // MARK: the IdP

    static let endpoints = [
        ".well-known/openid-configuration", ".well-known/oauth-authorization-server",
        "protocol/openid-connect/certs", "protocol/openid-connect/token", "protocol/openid-connect/revoke",
        "protocol/openid-connect/ext/par/request", "protocol/openid-connect/userinfo",
        "protocol/openid-connect/auth/device",
    ]

    /// As measured at Keycloak 26.7.3, which answers every origin: who calls is known with the call only.
    @Test(arguments: endpoints)
    func theIdPAnswersPreflights(endpoint: String) {
        let idp = IdPScene().idp
        for origin in [Self.page, Self.stranger] {
            let answer = idp.preflight(Self.request("OPTIONS", "/realms/lab/\(endpoint)", origin: origin, asks: "POST"))
            let allowed = Self.value("access-control-allow-headers", answer?.headers)?.lowercased() ?? ""
            #expect(answer?.status == 200 && answer?.body == [])
            #expect(Self.value("access-control-allow-origin", answer?.headers) == origin)
            #expect(Self.value("vary", answer?.headers) == "Origin")
            for field in ["dpop", "authorization", "content-type"] { #expect(allowed.contains(field)) }
            #expect(!allowed.contains("x-request-id"))
        }
    }

    @Test func whatIsNoPreflight() {
        let idp = IdPScene().idp
        let token = "/realms/lab/protocol/openid-connect/token"
        #expect(idp.preflight(Self.request("OPTIONS", token)) == nil)
        #expect(idp.preflight(Self.request("OPTIONS", token, origin: nil, asks: "POST")) == nil)
        #expect(idp.preflight(Self.request("POST", token, asks: "POST")) == nil)
        for path in ["protocol/openid-connect/auth", "protocol/openid-connect/token/introspect", "nowhere"] {
            #expect(idp.preflight(Self.request("OPTIONS", "/realms/lab/\(path)", asks: "POST")) == nil)
        }
    }

    /// Whose pages may read an answer: everybody's what is public, the client's web origins the rest.
    @Test func webOrigins() {
        var app = LabClient(id: "app", isPublic: true)
        app.redirects = ["https://app.test/cb", "http://localhost:8080/*"]
        var open = LabClient(id: "open", isPublic: true)
        open.webOrigins = ["*"]
        var closed = LabClient(id: "closed", isPublic: true)
        closed.webOrigins = ["https://spa.test"]
        let idp = IdPScene([app, open, closed]).idp
        func origin(_ page: String, _ form: String, _ endpoint: String = "token") -> String? {
            let target = "/realms/lab/protocol/openid-connect/\(endpoint)"
            let fields = idp.originFields(Self.request("POST", target, origin: page, body: form))
            #expect(Self.value("vary", fields) == "Origin")
            let allowed = Self.value("access-control-allow-origin", fields)
            let exposed = Self.value("access-control-expose-headers", fields) ?? ""
            #expect((allowed == nil) != (exposed.contains("DPoP-Nonce") && exposed.contains("WWW-Authenticate")))
            return allowed
        }
        let table: [(page: String, form: String, isAllowed: Bool)] = [
            (Self.page, "client_id=lab-public", true), ("http://localhost:1", "client_id=lab-client", true),
            ("http://[::1]:5", "client_id=lab-public", true), ("https://127.0.0.1:3000", "client_id=lab-public", false),
            (Self.stranger, "client_id=lab-public", false), ("null", "client_id=lab-public", false),
            ("http://127.0.0.1.evil.test", "client_id=lab-public", false),
            ("https://app.test", "client_id=app", true), ("https://app.test:444", "client_id=app", false),
            ("http://localhost:8080", "client_id=app", true), ("http://localhost:8081", "client_id=app", false),
            (Self.stranger, "client_id=open", true), ("https://spa.test", "client_id=closed", true),
            (Self.page, "client_id=closed", false),
            // Nobody's client: the page may read that.
            (Self.stranger, "client_id=nobody", true), (Self.stranger, "", true),
        ]
        for (page, form, isAllowed) in table {
            #expect(origin(page, form) == (isAllowed ? page : nil), "\(page) \(form)")
            #expect(origin(page, form, "revoke") == (isAllowed ? page : nil), "\(page) \(form)")
        }
        #expect(origin(Self.stranger, "", "certs") == Self.stranger)
    }

    /// At userinfo the token says whose pages may read the answer; one that nobody knows is told to all.
    @Test func userinfoGoesByTheToken() {
        let scene = IdPScene()
        let form = ["client_id": "lab-public", "grant_type": "password", "username": "ada", "password": "lovelace"]
        let token = scene.member("access_token", of: scene.post("token", form, proof: scene.proof("token")))
        let target = "/realms/lab/protocol/openid-connect/userinfo"
        for (page, token, isAllowed) in [
            (Self.page, token, true), (Self.stranger, token, false), (Self.stranger, "other", true),
        ] {
            let request = Self.request("GET", target, origin: page, more: [("Authorization", "DPoP \(token)")])
            let allowed = Self.value("access-control-allow-origin", scene.idp.originFields(request))
            #expect(allowed == (isAllowed ? page : nil))
        }
    }

    @Test func theFaultsOfCORS() {
        let scene = IdPScene()
        let token = "/realms/lab/protocol/openid-connect/token"
        func faulty(_ value: String) -> IdP { scene.idp.under(FaultBookTests.book("cors=\(value)").current()) }
        let preflight = Self.request("OPTIONS", token, asks: "POST")
        let call = Self.request("POST", token, body: "client_id=lab-public")
        #expect(faulty("absent").preflight(preflight) == nil && faulty("absent").originFields(call).isEmpty)
        let allowed = Self.value("access-control-allow-headers", faulty("no-dpop").preflight(preflight)?.headers)
        #expect(allowed?.contains("DPoP") == false && allowed?.contains("Authorization") == true)
        let exposed = Self.value("access-control-expose-headers", faulty("hidden").originFields(call))
        #expect(exposed == "Access-Control-Allow-Methods")
        let plugin = CORSPlugin.usual
        let hidden = plugin.fields(call, FaultBookTests.book("cors=hidden").current())
        #expect(Self.value("access-control-expose-headers", hidden) == nil)
        let without = plugin.preflight(preflight, FaultBookTests.book("cors=no-dpop").current())
        #expect(Self.value("access-control-allow-headers", without?.headers) == "authorization,x-request-id")
        #expect(plugin.preflight(preflight, FaultBookTests.book("cors=absent").current()) == nil)
    }

    // MARK: the gateway

    static func plugins(_ config: String) throws -> KongFile {
        try KongFile(Array("{\"name\":\"cors\",\"config\":\(config)}".utf8), file: "kong.json")
    }

    static func preflight(_ plugin: CORSPlugin, _ origin: String) -> [Header]? {
        plugin.preflight(request("OPTIONS", "/x", origin: origin, asks: "GET"), .none)?.headers
    }

    static func fields(_ plugin: CORSPlugin, _ origin: String) -> [Header] {
        plugin.fields(request("GET", "/x", origin: origin), .none)
    }

    @Test func pagesOfThisMachineMayCallAGatewayThatNobodyConfigured() {
        let plugin = CORSPlugin.usual
        #expect(Self.value("access-control-allow-origin", Self.preflight(plugin, Self.page)) == Self.page)
        #expect(Self.value("access-control-allow-headers", Self.preflight(plugin, Self.page)) == Self.asked)
        #expect(Self.value("access-control-allow-origin", Self.preflight(plugin, Self.stranger)) == nil)
        #expect(Self.value("access-control-allow-origin", Self.fields(plugin, Self.page)) == Self.page)
        #expect(
            Self.value("access-control-expose-headers", Self.fields(plugin, Self.page)) == "DPoP-Nonce,WWW-Authenticate"
        )
        #expect(Self.value("access-control-allow-origin", Self.fields(plugin, Self.stranger)) == nil)
        #expect(plugin.fields(Self.request("GET", "/x", origin: nil), .none).isEmpty)
    }

    /// Each as Kong's plugin answers: one origin is named to everybody, several go by who asks, all is a star.
    @Test func kongsPlugin() throws {
        func plugin(_ config: String) throws -> CORSPlugin { try Self.plugins(config).cors[0] }
        let all = try plugin("{}")
        #expect(Self.value("access-control-allow-origin", Self.fields(all, Self.stranger)) == "*")
        #expect(Self.value("access-control-expose-headers", Self.fields(all, Self.stranger)) == nil)
        let one = try plugin(
            "{\"origins\":[\"https://app.test\"],\"headers\":[\"DPoP\",\"Authorization\"],\"max_age\":60}")
        let told = Self.preflight(one, Self.stranger)
        #expect(Self.value("access-control-allow-origin", told) == "https://app.test")
        #expect(Self.value("access-control-allow-headers", told) == "DPoP,Authorization")
        #expect(Self.value("access-control-max-age", told) == "60" && Self.value("vary", told) == "Origin")
        let two = try plugin("{\"origins\":[\"https://a.test\",\"https://b.test\"],\"credentials\":true}")
        #expect(Self.value("access-control-allow-origin", Self.fields(two, "https://b.test")) == "https://b.test")
        #expect(Self.value("access-control-allow-origin", Self.fields(two, Self.stranger)) == nil)
        let cookies = try plugin("{\"credentials\":true,\"exposed_headers\":[\"DPoP-Nonce\"]}")
        #expect(Self.value("access-control-allow-origin", Self.fields(cookies, Self.stranger)) == Self.stranger)
        #expect(Self.value("access-control-allow-credentials", Self.fields(cookies, Self.stranger)) == "true")
        let next = try plugin("{\"preflight_continue\":true}")
        #expect(Self.preflight(next, Self.page) == nil)
        #expect(try Self.plugins("{}").configs.count == 1)
    }

    @Test(arguments: [
        "{\"origins\":\"*\"}", "{\"origins\":[\"https://.*\\\\.test\"]}", "{\"origins\":[1]}",
        "{\"origins\":[\"https://app.test/\"]}",
        "{\"max_age\":-1}", "{\"max_age\":1e300}", "{\"credentials\":\"yes\"}", "{\"headers\":[null]}", "[]",
    ])
    func pluginsThatCannotBeRead(config: String) {
        #expect(throws: FileError.self) { try Self.plugins(config) }
    }
}
