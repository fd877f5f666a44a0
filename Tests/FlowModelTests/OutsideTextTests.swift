import Testing

@testable import FlowModel

/// What servers hand out does not steer: no header of its own, no browser for other things than pages, no secret into
/// the private network.
@Suite struct OutsideTextTests {
    private static let key = try! SigningKey.generate(.named("ES256")!)

    private func flow(_ change: (inout FlowPlan) -> Void = { _ in }) -> LiveFlow {
        var plan = FlowPlan()
        plan.endpoints.token = "https://as.test/token"
        plan.clientID = "c"
        plan.resource = ResourceRequest(url: "https://api.test/r")
        change(&plan)
        return LiveFlow(plan: plan, key: Self.key)
    }

    private func answer(_ body: String, _ headers: [Header] = [], status: Int = 200) -> Response {
        Response(status: status, headers: headers, body: Body(Bytes(body)))
    }

    // MARK: values

    static let hostile = [
        "a b", "a\r\nX-Evil: 1", "a\nb", "\u{0}", "a\u{7F}", "a\u{9B}31m", "a\u{202E}b", "", "é", "\t",
    ]

    @Test(arguments: hostile) func malformedTokensAreNotSent(value: String) throws {
        for member in ["access_token", "token_type", "refresh_token"] {
            var flow = flow()
            let members = ["access_token": "at", "token_type": "DPoP", "refresh_token": "rt"].merging([member: value]) {
                $1
            }
            let body = members.map { "\(JSONText.quote($0.key)):\(JSONText.quote($0.value))" }.joined(separator: ",")
            flow.take(answer("{\(body)}"), to: try flow.request(.token, at: 0), of: .token)
            guard case .stopped(let words) = flow.wanted else {
                Issue.record("\(member) was taken")
                continue
            }
            #expect(words.hasPrefix("the \(member) that came is malformed"))
            #expect(flow.accessToken == nil)
        }
    }

    @Test(arguments: hostile.dropFirst()) func malformedNoncesAndCodesAreNotSent(value: String) throws {
        var asked = flow()
        asked.take(
            answer("{\"error\":\"use_dpop_nonce\"}", [Header("DPoP-Nonce", value)], status: 400),
            to: try asked.request(.token, at: 0), of: .token)
        if case .stopped = asked.wanted {} else { Issue.record("the nonce was taken") }
        #expect(asked.nonces.isEmpty)
        var visited = flow {
            $0.grant = .authorizationCode
            $0.endpoints.authorization = "https://as.test/auth"
        }
        guard case .visit(let url) = visited.wanted else {
            Issue.record("no login")
            return
        }
        let state = try #require(Form(HTTPURL(url).query ?? "")["state"])
        visited.take(redirect: "http://127.0.0.1/callback?state=\(state)&code=\(PercentEncoding.form(value))")
        if case .stopped = visited.wanted {} else { Issue.record("the code was taken") }
        #expect(visited.code == nil)
    }

    @Test func aRequestsHeadHasNoLineBreaks() throws {
        func problem(_ headers: [Header], url: String = "https://a.test/", method: String = "GET") -> String? {
            RequestHead.problem(Request(method: method, url: HTTPURL(url), headers: headers))
        }
        #expect(problem([Header("A", "b c\td"), Header("B", ""), Header("C", "é")]) == nil)
        #expect(problem([Header("A", "b\r\nX: 1")]) == "the field A cannot be sent: a carriage return at byte 1")
        #expect(problem([Header("A: 1\nB", "x")]) != nil && problem([Header("", "x")]) != nil)
        #expect(problem([], url: "https://a.test/\r\nX: 1") != nil && problem([], url: "https://a.test/ b") != nil)
        #expect(problem([], method: "GET / HTTP/1.1\r\nX:") != nil && problem([], method: "") != nil)
        // The person's own header fields are looked at as well.
        var own = flow { $0.resource?.headers = [Header("X", "a\nAuthorization: b")] }
        own.take(
            answer("{\"access_token\":\"at\",\"token_type\":\"DPoP\"}"), to: try own.request(.token, at: 0), of: .token)
        #expect(throws: LiveError.self) { try own.request(.resource, at: 0) }
    }

    // MARK: URLs

    @Test(arguments: [
        "--version", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "", "/", "//a.test/", "https:",
        "https:///x", "ftp://a.test/", " https://a.test/", "https://a.test/ --x", "https://a.test/\n", "https://a\\@b/",
        "https://a:99999/", "https://a:0/", "https://a.test/\u{202E}x", "mailto:a@b", "https://a:x/", "HTTPS//a",
    ])
    func noBrowserFor(url: String) { #expect(BrowserURL(url) == nil) }

    @Test(arguments: [
        "https://a.test/", "HTTP://a.test:8080/x?y=z#f", "http://127.0.0.1:1/", "https://[::1]/",
        "https://müller.test/",
    ])
    func aBrowserFor(url: String) { #expect(BrowserURL(url)?.text == url) }

    @Test(arguments: ["file:///etc/passwd", "--version", "https://as.test/\r\nX: 1", "https://as.test:123456/"])
    func endpointsOfOtherKindsAreNotSentTo(url: String) {
        var asked = flow { $0.endpoints.token = url }
        #expect(throws: LiveError.self) { try asked.request(.token, at: 0) }
        asked = flow {
            $0.grant = .authorizationCode
            $0.endpoints.authorization = url
        }
        if case .stopped = asked.wanted {} else { Issue.record("a browser would be sent to \(url)") }
    }

    // MARK: metadata

    @Test(arguments: [
        ("https://a.test/.well-known/openid-configuration", "https://a.test"),
        ("https://a.test/r/x/.well-known/openid-configuration", "https://a.test/r/x"),
        ("https://a.test/.well-known/oauth-authorization-server/r/x", "https://a.test/r/x"),
        ("https://a.test/.well-known/oauth-authorization-server", "https://a.test"),
        ("https://a.test/.well-known/oauth-protected-resource", ""),
        ("https://a.test/.well-known/openid-configurations", ""), ("https://a.test/", ""),
    ])
    func issuersOfMetadata(url: String, issuer: String) {
        #expect((WellKnown.issuer(ofMetadataAt: HTTPURL(url)) ?? "") == issuer)
    }

    @Test func aForeignIssuerIsAFindingAndTheRunGoesOn() throws {
        var flow = flow { $0.issuer = "https://as.test" }
        let metadata = "{\"issuer\":\"https://other.test\",\"token_endpoint\":\"https://as.test/token\"}"
        let request = try flow.request(.discovery, at: 0)
        flow.take(answer(metadata), to: request, of: .discovery)
        #expect(flow.wanted == .send(.token))
        var scene = Scene()
        scene.add("GET", request.url.text, [], answerBody: metadata)
        _ = scene.token(TestKey())
        #expect(scene.verdict(.metadataIssuer)?.verdict == .fail)
        #expect(scene.verdict(.metadataIssuer)?.cause == .metadataIssuer)
    }

    // MARK: where secrets go

    @Test(arguments: [
        ("https://idp.test", "https://idp.test/token", "allowed"),
        ("https://idp.test", "https://IDP.test:443/t", "allowed"),
        ("https://idp.test", "https://mtls.idp.test/token", "note"),
        ("https://idp.test", "http://idp.test/token", "ask"),
        ("https://idp.test", "https://127.0.0.1/t", "ask"), ("https://idp.test", "https://localhost/t", "ask"),
        ("https://idp.test", "https://10.0.0.1/t", "ask"), ("https://idp.test", "https://169.254.169.254/t", "ask"),
        ("https://idp.test", "https://2130706433/t", "ask"), ("https://idp.test", "https://0x7f.1/t", "ask"),
        ("https://idp.test", "https://0177.0.0.1/t", "ask"), ("https://idp.test", "https://127.1/t", "ask"),
        ("https://idp.test", "https://[::1]/t", "ask"), ("https://idp.test", "https://[::ffff:127.0.0.1]/t", "ask"),
        ("https://idp.test", "https://[fd00::1]/t", "ask"), ("https://idp.test", "https://[fe80::1%25eth0]/t", "ask"),
        ("https://idp.test", "https://keycloak/t", "ask"), ("https://idp.test", "https://db.internal./t", "ask"),
        ("https://idp.test", "https://1%32%37.0.0.1/t", "ask"), ("https://idp.test", "https://１２７。0。0。1/t", "ask"),
        ("https://idp.test", "https://[2001:db8::1]/t", "note"), ("https://idp.test", "https://8.8.8.8/t", "note"),
        ("http://127.0.0.1:1", "http://127.0.0.1:2/t", "note"), ("http://10.0.0.1", "http://10.0.0.2/t", "note"),
        ("https://idp.test", "file:///etc/passwd", "refused"), ("https://idp.test", "--x", "refused"),
        ("https://idp.test", "http://named.test/t", "allowed"),
    ])
    func origins(issuer: String, endpoint: String, expected: String) {
        let policy = OriginPolicy(issuer: issuer, allowed: ["http://named.test/anything"])
        let answer =
            switch policy.judge(endpoint, named: "token_endpoint") {
            case .allowed: "allowed"
            case .note: "note"
            case .ask: "ask"
            case .refused: "refused"
            }
        #expect(answer == expected)
    }

    @Test func theGravestComesFirst() {
        var endpoints = Endpoints()
        endpoints.token = "https://other.test/token"
        endpoints.jwks = "http://idp.test/jwks"
        endpoints.userinfo = "https://idp.test/userinfo"
        #expect(
            OriginPolicy(issuer: "https://idp.test").judge(endpoints) == [
                .ask("jwks_uri is plain http at http://idp.test, and the issuer is https"),
                .note("token_endpoint is at https://other.test, another origin than the issuer's https://idp.test"),
            ])
    }

    /// A server's own endpoints at a place that only its proxy knows; nothing of another server, or of what may go.
    @Test(arguments: [
        ("https://idp.test/realms/a", "http://idp.test/realms/a/protocol/openid-connect/certs", true),
        ("https://idp.test/realms/a", "http://keycloak:8080/realms/a/protocol/openid-connect/token", true),
        ("https://idp.test/realms/a", "https://10.0.0.7:8443/realms/a/protocol/openid-connect/token", true),
        ("https://idp.test", "http://idp.test/token", true), ("https://idp.test", "http://other.test/token", false),
        ("https://idp.test/realms/a", "https://idp.test/realms/a/x", false),
        ("https://idp.test/realms/a", "http://127.0.0.1/steal", false),
        ("http://idp.test/realms/a", "http://10.0.0.7/realms/a/token", false),
    ])
    func aProxyIsNamedAsTheUsualReason(_ issuer: String, _ endpoint: String, _ isNamed: Bool) {
        let reason = OriginPolicy(issuer: issuer).usualReason(endpoint)
        #expect((reason?.contains("--proxy-headers") ?? false) == isNamed)
    }
}
