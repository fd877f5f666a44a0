import Testing

@testable import FlowModel

/// What live requests carry besides what the grant needs: each parameter once, where it belongs, with every grant.
@Suite struct RequestParameterTests {
    private static let key = try! SigningKey.generate(.named("ES256")!)

    private func flow(_ change: (inout FlowPlan) -> Void = { _ in }) -> LiveFlow {
        var plan = FlowPlan()
        plan.endpoints.issuer = "https://as.test"
        plan.endpoints.token = "https://as.test/token"
        plan.endpoints.authorization = "https://as.test/auth"
        plan.endpoints.pushedAuthorization = "https://as.test/par"
        plan.endpoints.device = "https://as.test/device"
        plan.endpoints.revocation = "https://as.test/revoke"
        (plan.clientID, plan.clientSecret, plan.clientAuthentication) = ("client", "s3cret", .post)
        (plan.username, plan.password, plan.refreshToken) = ("ada", "lovelace", "rt-0")
        (plan.assertion, plan.subjectToken) = ("a.b.c", "at-0")
        plan.scope = "openid profile"
        plan.resource = ResourceRequest(url: "https://api.test/r")
        plan.parameters = [
            "prompt": "login", "authorization_details": "[{\"type\":\"t\"}]", "requested_token_type": "urn:x", "x": "1",
        ]
        for uri in ["https://api.test", "urn:b"] { plan.parameters.add(.resource, uri) }
        plan.parameters.add(.audience, "api")
        change(&plan)
        return LiveFlow(plan: plan, key: Self.key)
    }

    private func names(_ members: [(name: String, value: String)]) -> [String] { members.map(\.name) }

    private func answer(_ status: Int, _ body: String) -> Response {
        Response(status: status, headers: [], body: Body(Bytes(body)))
    }

    private static let token = "{\"access_token\":\"at-1\",\"token_type\":\"DPoP\",\"refresh_token\":\"rt-1\"}"

    /// The login's URL, and the token request of the code that it brings.
    private func loggedIn(_ flow: LiveFlow) throws -> (query: Form, token: Form) {
        var flow = flow
        guard case .visit(let url) = flow.wanted else { throw LiveError("\(flow.wanted)") }
        let query = Form(HTTPURL(url).query ?? "")
        flow.take(redirect: "http://127.0.0.1/callback?code=c&state=\(query["state"] ?? "")")
        return (query, try #require(try flow.request(.token, at: 1).form))
    }

    @Test func aNameIsSetAndNeverAppended() {
        var form: FormFields = ["a": "1", "b": "2", "a": "3"]
        #expect(form.encoded == "a=3&b=2")
        form.add(.audience, "x")
        form.add(.audience, "y")
        form.set("b", "4 5")
        #expect(form.encoded == "a=3&b=4+5&audience=x&audience=y")
        var other: FormFields = ["a": "6"]
        other.add(.audience, "z")
        form.set(other)
        #expect(form.encoded == "b=4+5&a=6&audience=z" && form.values("audience") == ["z"])
        form.set("audience", "w")
        #expect(form.values("audience") == ["w"])
    }

    /// RFC 6749 §3.2: Keycloak and node-oidc-provider refuse a parameter that comes twice.
    @Test(arguments: [ClientAuthentication.none, .basic, .post, .secretJWT, .privateKeyJWT, .tls])
    func noRequestHasAParameterTwice(way: ClientAuthentication) throws {
        let stages: [LiveStage] = [.pushedAuthorization, .device, .token, .refresh, .revocation]
        for grant in Grant.allCases {
            var flow = flow { ($0.clientAuthentication, $0.grant) = (way, grant) }
            if grant == .device {
                flow.take(answer(200, "{\"device_code\":\"d\",\"expires_in\":60}"), to: get, of: .device)
            }
            if grant == .authorizationCode { flow = try redirected(flow) }
            flow.take(answer(200, Self.token), to: get, of: .token)
            for stage in stages {
                let sent = names(try #require(try flow.request(stage, at: 1).form).members).filter {
                    FormFields.Repeatable(rawValue: $0) == nil
                }
                #expect(Set(sent).count == sent.count, "\(grant) \(stage): \(sent)")
            }
        }
    }

    private var get: Request { Request(method: "GET", url: HTTPURL("https://as.test/")) }

    private func redirected(_ flow: LiveFlow) throws -> LiveFlow {
        var flow = flow
        flow.take(redirect: "http://127.0.0.1/callback?code=c&state=\(flow.state)")
        return flow
    }

    /// The audience and the resources are sent with every grant; nothing that was asked for is dropped.
    @Test(arguments: Grant.allCases)
    func everyGrantCarriesThem(grant: Grant) throws {
        var flow = flow { $0.grant = grant }
        var front: [(name: String, value: String)] = []
        if grant == .device {
            front = try #require(try flow.request(.device, at: 1).form).members
            flow.take(answer(200, "{\"device_code\":\"d\",\"expires_in\":60}"), to: get, of: .device)
        }
        if grant == .authorizationCode {
            front = try #require(try flow.request(.pushedAuthorization, at: 1).form).members
            flow = try redirected(flow)
        }
        let token = try #require(try flow.request(.token, at: 1).form).members
        for members in [front, token] where !members.isEmpty {
            #expect(members.filter { $0.name == "resource" }.map(\.value) == ["https://api.test", "urn:b"])
            #expect(members.filter { $0.name == "audience" }.map(\.value) == ["api"])
            #expect(members.contains { $0.name == "x" && $0.value == "1" })
        }
        // What belongs to a login goes with the login, and to the token request where there is none.
        let isFirst = front.isEmpty
        for name in ["prompt", "authorization_details"] {
            #expect(names(token).contains(name) == isFirst, "\(name)")
            #expect(names(front).contains(name) != isFirst, "\(name)")
        }
        #expect(names(token).contains("requested_token_type") && !names(front).contains("requested_token_type"))
        // Codes have their scope already.
        #expect(names(token).contains("scope") == isFirst && names(front).contains("scope") != isFirst)
        // A refresh asks for no more than what it refreshes.
        flow.take(answer(200, Self.token), to: get, of: .token)
        let refresh = names(try #require(try flow.request(.refresh, at: 1).form).members)
        #expect(refresh.filter { $0 == "resource" }.count == 2 && refresh.contains("audience") && refresh.contains("x"))
        #expect(!refresh.contains("requested_token_type") && !refresh.contains("prompt") && !refresh.contains("scope"))
    }

    @Test func aParameterTakesThePlaceOfTheRunsOwn() throws {
        let (query, token) = try loggedIn(
            flow {
                $0.grant = .authorizationCode
                $0.parameters.set(["state": "my-state", "nonce": "my-nonce", "redirect_uri": "https://rp.test/cb"])
            })
        // The state that was sent is the one that comes back: `loggedIn` would not get a code otherwise.
        #expect(query["state"] == "my-state" && query["nonce"] == "my-nonce")
        #expect(query["redirect_uri"] == "https://rp.test/cb" && token["redirect_uri"] == "https://rp.test/cb")
        #expect(token["state"] == nil && token["nonce"] == nil)
    }

    /// OpenID Connect Core §3.1.2.1: with scope openid, a value of its own in each run, and none without.
    @Test func aNonceOfOpenIDConnectGoesWithItsScope() throws {
        func nonce(_ change: (inout FlowPlan) -> Void) throws -> String? {
            try loggedIn(
                flow {
                    $0.grant = .authorizationCode
                    change(&$0)
                }
            ).query["nonce"]
        }
        let first = try #require(try nonce { $0.scope = "email openid" })
        let (second, like) = (try nonce { $0.scope = "openid" }, try nonce { $0.scope = "openid-like" })
        #expect(first.utf8.count >= 22 && second != nil && first != second && like == nil)
        let (none, byParameter) = (try nonce { $0.scope = nil }, try nonce { $0.parameters.set("scope", "openid") })
        #expect(none == nil && byParameter != nil)
    }

    @Test func aPushedRequestHasTheNonceAndTheLoginHasItNot() throws {
        var flow = flow { ($0.grant, $0.usesPAR) = (.authorizationCode, true) }
        let pushed = try flow.request(.pushedAuthorization, at: 1)
        #expect(pushed.form?["nonce"] != nil && pushed.form?["prompt"] == "login")
        flow.take(answer(201, "{\"request_uri\":\"urn:r\",\"expires_in\":60}"), to: pushed, of: .pushedAuthorization)
        guard case .visit(let url) = flow.wanted else {
            Issue.record("\(flow.wanted)")
            return
        }
        #expect(names(Form(HTTPURL(url).query ?? "").members) == ["client_id", "request_uri"])
    }

    /// RFC 9126 §5.
    @Test(
        arguments: [
            (nil, true, true), (nil, false, false), (false, true, false), (true, false, true),
        ] as [(Bool?, Bool, Bool)])
    func metadataSwitchesPushingOn(said: Bool?, required: Bool, isPushed: Bool) throws {
        var flow = flow {
            ($0.issuer, $0.grant, $0.usesPAR) = ("https://as.test", .authorizationCode, said)
        }
        let metadata = "{\"issuer\":\"https://as.test\",\"require_pushed_authorization_requests\":\(required)}"
        flow.take(answer(200, metadata), to: try flow.request(.discovery, at: 1), of: .discovery)
        #expect((flow.wanted == .send(.pushedAuthorization)) == isPushed)
        #expect(flow.ahead.contains(.authorization))
        // It is said where nobody had said so.
        let isSaid = required && said != true
        #expect((flow.pushRemark != nil) == isSaid)
        if isSaid { #expect(flow.pushRemark?.hasSuffix("PAR is switched on") == isPushed) }
    }

    @Test func settingsHoldForLaterSteps() throws {
        var flow = flow {
            $0.usesDPoP = false
            $0.acceptsBearer = true
            $0.afterwards = [.refresh, .revocation, .resource]
        }
        flow.take(
            answer(200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"refresh_token\":\"r\"}"), to: get,
            of: .token)
        for stage in [LiveStage.token, .refresh, .revocation, .resource] {
            #expect(try flow.request(stage, at: 1).headers.first("dpop") == nil, "\(stage.rawValue)")
        }
    }

    /// Without `--allow-bearer` an unbound token is asked about wherever it comes, once.
    @Test func aRefreshThatLosesTheBindingIsAskedAbout() throws {
        var flow = flow { $0.afterwards = [.refresh, .resource] }
        flow.take(answer(200, Self.token), to: get, of: .token)
        flow.take(answer(200, "{}"), to: get, of: .resource)
        let bearer = answer(200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"refresh_token\":\"r\"}")
        flow.take(bearer, to: get, of: .refresh)
        guard case .decide = flow.wanted else {
            Issue.record("\(flow.wanted)")
            return
        }
        #expect(flow.ahead == [.resource])
        flow.goOn()
        #expect(flow.wanted == .send(.resource))
        flow.add(.refresh)
        flow.take(answer(200, "{}"), to: get, of: .resource)
        flow.take(bearer, to: get, of: .refresh)
        #expect(flow.wanted == .finished)
    }

    @Test func aFieldIsReplacedAndAnotherIsAdded() throws {
        var flow = flow {
            $0.resource = ResourceRequest(
                url: "https://api.test/r",
                headers: [Header("accept", "text/plain"), Header("DPOP", "mine"), Header("X", "1"), Header("x", "2")],
                addedHeaders: [Header("X", "3"), Header("Cookie", "a=b")])
        }
        flow.take(answer(200, Self.token), to: get, of: .token)
        let fields = try flow.request(.resource, at: 1).headers
        #expect(fields.all("dpop").map(\.value) == ["mine"] && fields.first("authorization") == "DPoP at-1")
        #expect(fields.all("accept").map(\.value) == ["text/plain"])
        #expect(fields.all("x").map(\.value) == ["2", "3"] && fields.first("cookie") == "a=b")
        // A proof that a person gave is not made anew when the request is edited.
        #expect(try flow.resigned(try flow.request(.resource, at: 1), at: 2).headers.first("dpop") == "mine")
    }

    @Test(
        arguments: [
            ("[{\"type\":\"payment\",\"amount\":1}]", nil), ("[{\"type\":\"a\"},{\"type\":\"b\"}]", nil),
            ("{\"type\":\"a\"}", "expected a JSON array of objects, found object"), ("[]", "the array is empty"),
            ("[{\"type\":\"a\"},1]", "element 1: expected an object, found number"),
            ("[{\"Type\":\"a\"}]", "element 0 has no `type`"), ("[{\"type\":1}]", "element 0: `type` is no text"),
            ("[{\"type\":\"a\"}", "it is no JSON: byte 13: expected ',' or ']', found the end"),
        ] as [(String, String?)])
    func authorizationDetailsAreLookedAt(text: String, words: String?) {
        #expect(ParameterJSON.problem(authorizationDetails: text) == words)
    }

    @Test func claimsAreAnObject() {
        #expect(ParameterJSON.problem(claims: "{\"userinfo\":{\"email\":null}}") == nil)
        #expect(ParameterJSON.problem(claims: "[]") == "expected a JSON object, found array")
        #expect(ParameterJSON.problem(claims: "email")?.hasPrefix("it is no JSON") == true)
    }
}
