import Testing

@testable import FlowModel

/// How a run finds its server, and what it takes of a browser that comes back.
struct LoginTests {
    private static let key = try! SigningKey.generate(.named("ES256")!)

    private static func flow(_ change: (inout FlowPlan) -> Void = { _ in }) -> LiveFlow {
        var plan = FlowPlan()
        plan.issuer = "https://as.test/realms/x"
        plan.clientID = "client"
        plan.fetchesKeys = false
        change(&plan)
        return LiveFlow(plan: plan, key: Self.key)
    }

    private static func answer(_ status: Int, _ body: String = "", _ headers: [Header] = []) -> Response {
        Response(status: status, headers: headers, body: body.isEmpty ? nil : Body(Bytes(body)))
    }

    // MARK: metadata

    @Test func metadataIsLookedForInOneOrder() {
        let (oidc, oauth) = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
        let table: [(issuer: String, paths: [String])] = [
            ("https://as.test", [oidc, oauth]), ("https://as.test/", [oidc, oauth]),
            ("https://as.test:8443/a/b/", ["/a/b" + oidc, oauth + "/a/b", oidc + "/a/b", "/a/b" + oauth]),
            ("https://as.test/a" + oidc, ["/a" + oidc]), ("https://as.test" + oauth + "/a", [oauth + "/a"]),
            ("https://as.test/a?p=1", ["/a" + oidc, oauth + "/a", oidc + "/a", "/a" + oauth]),
        ]
        for (issuer, paths) in table {
            let found = MetadataSearch.addresses(of: issuer)
            #expect(found.map { String($0.path) } == paths, "\(issuer)")
            #expect(found.allSatisfy { $0.origin == HTTPURL(issuer).origin && $0.query == HTTPURL(issuer).query })
        }
    }

    @Test func theNextAddressIsAskedUntilOneAnswers() throws {
        var flow = Self.flow()
        let misses = [
            Self.answer(404), Self.answer(200, "<!doctype html><p>app"),
            Self.answer(302, "", [Header("Location", "https://login.test/")]),
        ]
        for miss in misses {
            flow.take(miss, to: try flow.request(.discovery, at: 1), of: .discovery)
            #expect(flow.wanted == .send(.discovery))
        }
        let last = try flow.request(.discovery, at: 1)
        #expect(last.url.text == "https://as.test/realms/x/.well-known/oauth-authorization-server")
        var found = flow
        found.take(
            Self.answer(200, "{\"issuer\":\"https://as.test/realms/x\",\"token_endpoint\":\"https://as.test/t\"}"),
            to: last, of: .discovery)
        #expect(found.wanted == .send(.token))
        flow.take(Self.answer(200, "{\"hello\":1}"), to: last, of: .discovery)
        guard case .stopped(let words) = flow.wanted else {
            Issue.record("\(flow.wanted)")
            return
        }
        for part in [
            "openid-configuration: 404", "oauth-authorization-server/realms/x: 200 with HTML",
            "a redirect to https://login.test/", "200 with no `issuer`", "is it /auth/realms/x?",
        ] {
            #expect(words.contains(part), "\(part) is missing: \(words)")
        }
    }

    @Test func redirectsWithinTheServerAreFollowedAFewTimes() throws {
        var flow = Self.flow { $0.issuer = "https://as.test/.well-known/openid-configuration" }
        for number in 0..<5 {
            flow.take(
                Self.answer(302, "", [Header("Location", "next?n=\(number)")]), to: try flow.request(.discovery, at: 1),
                of: .discovery)
            #expect(try flow.request(.discovery, at: 1).url.text == "https://as.test/.well-known/next?n=\(number)")
        }
        flow.take(
            Self.answer(302, "", [Header("Location", "/x")]), to: try flow.request(.discovery, at: 1), of: .discovery)
        guard case .stopped(let words) = flow.wanted else {
            Issue.record("\(flow.wanted)")
            return
        }
        #expect(words.contains("a redirect to https://as.test/x"))
    }

    /// Keycloak's two bases, in both forms of the well-known part; another path than a realm's has none.
    @Test func theOtherBaseOfKeycloakIsNamed() {
        let table: [(path: String, other: String?)] = [
            ("/realms/x", "/auth/realms/x"), ("/auth/realms/x/protocol/openid-connect/token", "/realms/x"),
            ("/kc/realms/x", "/kc/auth/realms/x"), ("/kc/auth/realms/x", "/kc/realms/x"),
            ("/.well-known/openid-configuration/auth/realms/x", "/realms/x"),
            ("/.well-known/oauth-authorization-server/realms/x", "/auth/realms/x"),
            ("/admin/realms/x/users", nil), ("/realms/", nil), ("/oauth/token", nil),
        ]
        for (path, other) in table { #expect(KeycloakBasePath.other(Substring(path)) == other, "\(path)") }
    }

    @Test func addressesOfOneServerPardonEachOther() {
        func first(_ urls: (String, Int)...) -> String? {
            DiagnosisTests.diagnose { scene in
                for (url, status) in urls {
                    let body = status == 200 ? "{\"issuer\":\"https://as.test\"}" : "{\"error\":\"not found\"}"
                    scene.add("GET", "https://as.test" + url, [], status: status, answerBody: body)
                }
            }.words?.text
        }
        let (oidc, oauth) = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
        for status in [400, 401, 403, 404, 405, 410] {
            #expect(first((oidc + "/a", status), (oauth + "/a", 200)) == nil, "\(status)")
        }
        #expect(first((oauth + "/a", 404), (oauth, 200)) == nil)
        #expect(first((oidc + "/a", 404), (oidc + "/b", 200)) != nil)
        #expect(first((oidc + "/a", 503), (oauth + "/a", 200)) != nil)
        #expect(first((oidc + "/a", 404), (oauth + "/a", 404)) != nil)
    }

    // MARK: the way back

    private static func judge(_ query: String, issuer: String? = "https://as.test", promised: Bool = true)
        -> RedirectAnswer
    {
        RedirectAnswer(
            "http://127.0.0.1/cb" + query, .init(state: "s", issuer: issuer, promisesIssuer: promised))
    }

    @Test func theWayBackIsJudgedBeforeItsCodeIsTaken() {
        let iss = "&iss=https%3A%2F%2Fas.test"
        let wrongState = RedirectAnswer.wrongState(found: "t", expected: "s")
        let table: [(query: String, answer: RedirectAnswer)] = [
            ("?code=c&state=s" + iss, .code("c")), ("#code=c&state=s" + iss, .code("c")),
            ("?code=c&state=t" + iss, wrongState), ("?code=c" + iss, .wrongState(found: nil, expected: "s")),
            ("?error=access_denied&state=t" + iss, wrongState),
            ("?code=c&state=s", .wrongIssuer(found: nil, expected: "https://as.test")),
            (
                "?code=c&state=s&iss=https://as.test/",
                .wrongIssuer(found: "https://as.test/", expected: "https://as.test")
            ),
            ("?error=x&state=s&iss=https://e.test", .wrongIssuer(found: "https://e.test", expected: "https://as.test")),
            ("?error=x&state=s&error_description=no+way", .refused(error: "x", description: "no way")),
            ("?error=x", .refused(error: "x", description: nil)),
            ("?code=c&state=s&state=t" + iss, .malformed("the redirect has `state` twice")),
            (
                "?code=a%0Db&state=s" + iss,
                .malformed("the code that came is malformed: a carriage return at character 1")
            ),
        ]
        for (query, answer) in table { #expect(Self.judge(query) == answer, "\(query)") }
        for query in ["", "?x=1", "?state=s" + iss, "?response=e30.e30.e30", "#access_token=x"] {
            #expect(Self.judge(query).isNone, "\(query)")
        }
        // Where the metadata promises nothing, or nobody knows the issuer.
        #expect(Self.judge("?code=c&state=s", promised: false) == .code("c"))
        #expect(Self.judge("?code=c&state=s&iss=https://e.test", promised: false) != .code("c"))
        #expect(Self.judge("?code=c&state=s&iss=https://e.test", issuer: nil) == .code("c"))
    }

    @Test func aWrongIssuerStopsTheRunAndNoAnswerDoesNot() throws {
        let more =
            ",\"authorization_endpoint\":\"https://as.test/auth\",\"authorization_response_iss_parameter_supported\":true"
        var flow = Self.flow { $0.grant = .authorizationCode }
        flow.take(
            Self.answer(
                200, "{\"issuer\":\"https://as.test/realms/x\",\"token_endpoint\":\"https://as.test/t\"\(more)}"),
            to: try flow.request(.discovery, at: 1), of: .discovery)
        guard case .visit(let url) = flow.wanted else {
            Issue.record("\(flow.wanted)")
            return
        }
        let state = Form(HTTPURL(url).query ?? "")["state"] ?? ""
        #expect(flow.take(redirect: "http://127.0.0.1/callback")?.isNone == true && flow.wanted == .visit(url))
        var mixed = flow
        mixed.take(redirect: "http://127.0.0.1/callback?code=c&state=\(state)&iss=https://evil.test")
        #expect(mixed.code == nil)
        guard case .stopped(let words) = mixed.wanted else {
            Issue.record("\(mixed.wanted)")
            return
        }
        #expect(words.contains("https://evil.test") && words.contains("not sent on"))
        flow.take(redirect: "http://127.0.0.1/callback?code=c&state=\(state)&iss=https://as.test/realms/x")
        #expect(flow.wanted == .send(.token) && flow.take(redirect: "http://127.0.0.1/callback?code=d") == nil)
    }

    // MARK: URLs

    @Test func aURLIsSentAsCurlSendsIt() {
        let table: [(url: String, sent: String)] = [
            ("https://ada:p%40w@api.test/a?b#c", "https://api.test/a?b#c"), ("https://@api.test/", "https://api.test/"),
            ("https://api.test/ä/%c3?ö", "https://api.test/%C3%A4/%c3?%C3%B6"),
            ("http://BÜCHER.test:8080/a", "http://xn--bcher-kva.test:8080/a"),
            ("https://straße.test", "https://xn--strae-oqa.test"), ("https://%65.test/", "https://e.test/"),
            ("https://API.test/../A", "https://API.test/../A"), ("https://[::1]:1/", "https://[::1]:1/"),
            // What would move the path or the host stays, and is refused.
            ("https://a%2Fb.test/x", "https://a%2Fb.test/x"), ("https://a%40b.test/x", "https://a%40b.test/x"),
        ]
        for (url, sent) in table {
            #expect(HTTPURL(url).sent.text == sent, "\(url)")
            #expect(HTTPURL(sent).sent.text == sent, "\(sent)")
        }
        for host in ["a%2Fb.test", "bu\u{308}cher.test", "\u{FF41}.test", "a\u{3002}test", "%00.test"] {
            #expect(Self.problem("https://\(host)/") != nil, "\(host)")
        }
        #expect(Self.problem("https://bücher.straße.test/ä") == nil)
    }

    private static func problem(_ url: String) -> String? {
        RequestHead.problem(Request(method: "GET", url: HTTPURL(url)))
    }

    @Test func aURLsUserGoesIntoAFieldAndNeverIntoTheProof() throws {
        var flow = Self.flow {
            $0.issuer = "https://ada:p%3Aw+@as.test"
            $0.resource = ResourceRequest(url: "https://ada:x@api.test/ä?q")
        }
        let discovery = try flow.request(.discovery, at: 1)
        #expect(discovery.url.text == "https://as.test/.well-known/openid-configuration")
        #expect(discovery.headers.first("authorization") == "Basic " + Base64.encode(Array("ada:p:w+".utf8)))
        let metadata = "{\"issuer\":\"https://as.test\",\"token_endpoint\":\"https://u:p@as.test/tökén\"}"
        flow.take(Self.answer(200, metadata), to: discovery, of: .discovery)
        let token = try flow.request(.token, at: 1)
        #expect(Self.htu(token) == "https://as.test/t%C3%B6k%C3%A9n" && token.url.text == Self.htu(token))
        flow.take(
            Self.answer(200, "{\"access_token\":\"at\",\"token_type\":\"DPoP\"}", [Header("DPoP-Nonce", "n1")]),
            to: token,
            of: .token)
        let call = try flow.request(.resource, at: 1)
        #expect(call.url.text == "https://api.test/%C3%A4?q" && Self.htu(call) == "https://api.test/%C3%A4")
        // The token's field is the request's own: nothing is added to it.
        #expect(call.headers.all("authorization").map(\.value) == ["DPoP at"])
        // The nonce belongs to the origin as it is sent to.
        #expect(flow.nonces == ["https://as.test": "n1"])
        let edited = try flow.resigned(
            Request(method: "GET", url: HTTPURL("https://u@bücher.test/ä"), headers: call.headers), at: 2)
        #expect(edited.url.text == "https://xn--bcher-kva.test/%C3%A4" && Self.htu(edited) == edited.url.text)
    }

    private static func htu(_ request: Request) -> String? {
        CompactJWS(request.headers.first("dpop") ?? "").payload?.root["htu"]?.string
    }

    @Test func referencesAreResolved() {
        let base = HTTPURL("https://a.test:1/b/c/d;p?q#f")
        let table: [(reference: String, url: String)] = [
            ("g", "https://a.test:1/b/c/g"), ("./g?y", "https://a.test:1/b/c/g?y"), ("/g", "https://a.test:1/g"),
            ("//g/h", "https://g/h"), ("?y", "https://a.test:1/b/c/d;p?y"), ("../../g", "https://a.test:1/g"),
            ("../../../g", "https://a.test:1/g"), ("", "https://a.test:1/b/c/d;p?q"),
            ("#s", "https://a.test:1/b/c/d;p?q#s"),
            ("/l?next=https://e.test/", "https://a.test:1/l?next=https://e.test/"), ("http://e.test", "http://e.test"),
            ("javascript:alert(1)", "javascript:alert(1)"), ("mailto:a@b", "mailto:a@b"),
        ]
        for (reference, url) in table { #expect(base.resolved(reference).text == url, "\(reference)") }
        #expect(HTTPURL("https://a.test").resolved("g").text == "https://a.test/g")
    }
}
