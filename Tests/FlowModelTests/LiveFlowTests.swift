import FlowModel
import Testing

/// A live run with both servers played by the test: no socket, no clock.
struct LiveFlowTests {
    private static let key = try! SigningKey.generate(.named("ES256")!)

    private func plan(_ change: (inout FlowPlan) -> Void = { _ in }) -> FlowPlan {
        var plan = FlowPlan()
        plan.endpoints.issuer = "https://as.test"
        plan.endpoints.token = "https://as.test/token"
        plan.clientID = "client"
        plan.clientSecret = "s3cret"
        plan.clientAuthentication = .basic
        plan.resource = ResourceRequest(url: "https://api.test/r?a=1#f")
        change(&plan)
        return plan
    }

    private func answer(_ status: Int, _ body: String = "", _ headers: [Header] = []) -> Response {
        Response(status: status, headers: headers, body: body.isEmpty ? nil : Body(Bytes(body)))
    }

    private func claims(_ request: Request) -> JSONValue { CompactJWS(request.headers.first("dpop")!).payload!.root }
    private static let token = "{\"access_token\":\"at-1\",\"token_type\":\"dPoP\"}"

    @Test func asksForTheTokenThenTheResource() throws {
        var flow = LiveFlow(plan: plan(), key: Self.key)
        #expect(flow.wanted == .send(.token))
        let first = try flow.request(.token, at: 1000)
        #expect(first.headers.first("authorization") == "Basic Y2xpZW50OnMzY3JldA==")
        #expect(claims(first)["ath"] == nil)
        #expect(claims(first)["htu"]?.string == "https://as.test/token")
        flow.take(answer(200, Self.token), to: first, of: .token)
        // The type is compared without case (RFC 6749 §5.1).
        #expect(flow.wanted == .send(.resource))
        let second = try flow.request(.resource, at: 1001)
        #expect(second.headers.first("authorization") == "DPoP at-1")
        #expect(claims(second)["htu"]?.string == "https://api.test/r")
        #expect(claims(second)["ath"]?.string == Fingerprint(of: "at-1").base64url)
        #expect(claims(second)["iat"]?.source == "1001")
        flow.take(answer(200), to: second, of: .resource)
        #expect(flow.wanted == .finished)
    }

    /// RFC 8414 §3.3: who writes the metadata does not say whom an assertion is for.
    @Test(arguments: [
        ("https://as.test/realms/a", "https://as.test/realms/a", "https://as.test/realms/a"),
        ("https://as.test/realms/a", "https://as.test/realms/a/", "https://as.test/realms/a/"),
        ("https://as.test/realms/a", "https://victim.test", "https://as.test/realms/a"),
        ("https://as.test/realms/a", "https://as.test/realms/b", "https://as.test/realms/a"),
        ("https://as.test/.well-known/openid-configuration", "https://as.test", "https://as.test"),
        ("https://as.test/.well-known/openid-configuration", "https://victim.test", "https://as.test/token"),
    ])
    func anAssertionIsForTheIssuerThatThePersonNamed(_ named: String, _ found: String, _ audience: String) throws {
        let plan = plan {
            $0.issuer = named
            $0.endpoints = Endpoints()
            $0.clientAuthentication = .secretJWT
        }
        var flow = LiveFlow(plan: plan, key: Self.key)
        let metadata = answer(200, "{\"issuer\":\"\(found)\",\"token_endpoint\":\"https://as.test/token\"}")
        let isForeign = found != audience
        #expect(flow.keyNotes(of: metadata).contains { $0.contains("RFC 8414") } == isForeign)
        flow.take(metadata, to: try flow.request(.discovery, at: 1), of: .discovery)
        let form = Form(try flow.request(.token, at: 1).body!.bytes.text)
        let claims = CompactJWS(form["client_assertion"]!).payload!.root
        #expect(claims["aud"]?.string == audience)
    }

    @Test func everyProofIsNew() throws {
        let flow = LiveFlow(plan: plan(), key: Self.key)
        let (a, b) = (try flow.request(.token, at: 1), try flow.request(.token, at: 1))
        #expect(claims(a)["jti"]?.string != claims(b)["jti"]?.string)
    }

    @Test func aNonceIsAnsweredOnceAndKeptForItsOrigin() throws {
        var flow = LiveFlow(plan: plan { $0.clientAuthentication = .secretJWT }, key: Self.key)
        let challenge = answer(400, "{\"error\":\"use_dpop_nonce\"}", [Header("dpop-nonce", "n1")])
        let first = try flow.request(.token, at: 1)
        flow.take(challenge, to: first, of: .token)
        #expect(flow.wanted == .send(.token))
        let retry = try flow.request(.token, at: 1)
        #expect(claims(retry)["nonce"]?.string == "n1")
        #expect(claims(retry)["jti"]?.string != claims(first)["jti"]?.string)
        // The client assertion is rebuilt as well: its jti may be used once.
        #expect(retry.form?["client_assertion"] != first.form?["client_assertion"])
        flow.take(answer(200, Self.token, [Header("DPoP-Nonce", "n2")]), to: retry, of: .token)
        #expect(flow.nonces == ["https://as.test": "n2"])
        // Another origin's nonce is not this one's.
        #expect(claims(try flow.request(.resource, at: 2))["nonce"] == nil)
    }

    @Test func aSecondChallengeEndsIt() throws {
        var flow = LiveFlow(plan: plan(), key: Self.key)
        for nonce in ["n1", "n2"] {
            flow.take(
                answer(400, "{\"error\":\"use_dpop_nonce\"}", [Header("DPoP-Nonce", nonce)]),
                to: try flow.request(.token, at: 1), of: .token)
        }
        #expect(
            flow.wanted
                == .stopped("the server asks for a nonce again after it got the one it gave; one retry is enough"))
        var mute = LiveFlow(plan: plan(), key: Self.key)
        mute.take(answer(400, "{\"error\":\"use_dpop_nonce\"}"), to: try mute.request(.token, at: 1), of: .token)
        #expect(mute.wanted == .stopped("the server asks for a nonce and gives none: no DPoP-Nonce header"))
    }

    @Test func anUnboundTokenIsForThePersonToDecide() throws {
        var flow = LiveFlow(plan: plan(), key: Self.key)
        flow.take(
            answer(200, "{\"access_token\":\"at-1\",\"token_type\":\"Bearer\"}"), to: try flow.request(.token, at: 1),
            of: .token)
        guard case .decide = flow.wanted else {
            Issue.record("\(flow.wanted)")
            return
        }
        flow.goOn()
        let request = try flow.request(.resource, at: 2)
        #expect(request.headers.first("authorization") == "Bearer at-1")
        #expect(request.headers.first("dpop") == nil)
    }

    @Test(arguments: [
        ("https://api.test/other", LiveFlow.Wanted.send(.resource)),
        ("/other", .send(.resource)),
        (
            "https://evil.test/r",
            .stopped(
                "redirected to https://evil.test/r: another origin must not get the token or the proof; not followed")
        ),
    ])
    func redirects(location: String, wanted: LiveFlow.Wanted) throws {
        var flow = LiveFlow(plan: plan(), key: Self.key)
        flow.take(answer(200, Self.token), to: try flow.request(.token, at: 1), of: .token)
        flow.take(
            answer(302, "", [Header("Location", location)]), to: try flow.request(.resource, at: 2), of: .resource)
        #expect(flow.wanted == wanted)
        if wanted == .send(.resource) {
            #expect(claims(try flow.request(.resource, at: 3))["htu"]?.string == "https://api.test/other")
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1/callback?code=c&state=STATE", LiveFlow.Wanted.send(.token)),
        (
            "http://127.0.0.1/callback?code=c&state=x",
            .stopped("the redirect's state is 'x'; expected 'STATE': it answers another request")
        ),
        (
            "http://127.0.0.1/callback?error=access_denied&error_description=no",
            .stopped("the IdP refused the authorization: access_denied, no")
        ),
    ])
    func theRedirectBringsTheCode(redirect: String, wanted: LiveFlow.Wanted) throws {
        var flow = LiveFlow(
            plan: plan {
                $0.grant = .authorizationCode
                $0.endpoints.authorization = "https://as.test/auth"
            }, key: Self.key,
            random: { Array(repeating: 7, count: $0) })
        guard case .visit(let url) = flow.wanted else {
            Issue.record("\(flow.wanted)")
            return
        }
        let query = Form(HTTPURL(url).query ?? "")
        #expect(query["dpop_jkt"] == Self.key.fingerprint.base64url)
        #expect(query["code_challenge_method"] == "S256")
        let state = query["state"] ?? ""
        flow.take(
            redirect: redirect.split(separator: "STATE", omittingEmptySubsequences: false).joined(separator: state))
        if case .stopped(let words) = wanted {
            #expect(
                flow.wanted
                    == .stopped(
                        words.split(separator: "STATE", omittingEmptySubsequences: false).joined(separator: state)))
        } else {
            #expect(flow.wanted == wanted)
            #expect(try flow.request(.token, at: 1).form?["code_verifier"] != nil)
        }
    }

    /// RFC 8628 §3.5: the IdP's own interval, and five seconds more for each `slow_down`.
    @Test func aDeviceIsAskedForAtTheIdPsPace() throws {
        var flow = LiveFlow(
            plan: plan {
                $0.grant = .device
                $0.endpoints.device = "https://as.test/device"
            }, key: Self.key)
        #expect(flow.wanted == .send(.device))
        let ask = try flow.request(.device, at: 1)
        flow.take(
            answer(
                200,
                "{\"device_code\":\"d\",\"user_code\":\"U\",\"verification_uri\":\"https://as.test/d\",\"interval\":2}"),
            to: ask, of: .device)
        #expect(flow.wanted == .approve(url: "https://as.test/d", code: "U", interval: 2))
        for (error, interval) in [("authorization_pending", 2), ("slow_down", 7), ("authorization_pending", 7)] {
            flow.resume()
            flow.take(answer(400, "{\"error\":\"\(error)\"}"), to: try flow.request(.token, at: 2), of: .token)
            #expect(flow.wanted == .approve(url: "https://as.test/d", code: "U", interval: interval))
        }
    }

    @Test func whatIsMissingIsSaid() {
        let flow = LiveFlow(plan: plan { $0.grant = .password }, key: Self.key)
        #expect(throws: LiveError("the password grant needs --username")) { try flow.request(.token, at: 1) }
        #expect(throws: LiveError("the IdP's metadata has no userinfo_endpoint; give it by hand")) {
            try flow.request(.userinfo, at: 1)
        }
    }

    @Test func editedRequestsAreSignedForWhatTheySay() throws {
        var flow = LiveFlow(plan: plan(), key: Self.key)
        flow.take(answer(200, Self.token), to: try flow.request(.token, at: 1), of: .token)
        let text = RequestText.write(try flow.request(.resource, at: 1))
        let edited = try RequestText.read(
            "PUT https://api.test/else?x\n" + text.split(separator: "\n").dropFirst().joined(separator: "\n")
                + "\n\nbody\n")
        let signed = try flow.resigned(edited, at: 9)
        #expect(claims(signed)["htm"]?.string == "PUT")
        #expect(claims(signed)["htu"]?.string == "https://api.test/else")
        #expect(claims(signed)["iat"]?.source == "9")
        #expect(signed.body?.bytes.text == "body")
    }

    @Test(arguments: [
        ("GET", "line 1: expected a method and an absolute URL, such as GET https://api.test/resource"),
        ("GET /x", "line 1: expected a method and an absolute URL, such as GET https://api.test/resource"),
        ("GET https://a.test/\nnonsense", "line 2: expected 'Name: value', found 'nonsense'"),
    ])
    func editsThatCannotBeSent(text: String, words: String) {
        #expect(throws: LiveError(words)) { try RequestText.read(text) }
    }

    @Test func theWholeDiagramIsThereBeforeAnythingIsSent() {
        let flow = Flow.planned([.token, .resource], resource: "GET /r")
        #expect(flow.steps.map(\.label) == ["1", "2", "3", "4", "5", "6", "7", "8"])
        #expect(
            flow.steps.map(\.kind) == [
                .keygen, .tokenRequest, .tokenResponse, .resourceRequest, .gatewayValidation, .upstreamRequest,
                .upstreamResponse, .resourceResponse,
            ])
        #expect(flow.steps.dropFirst().allSatisfy { $0.status == nil && $0.inferred != nil })
    }
}

/// Keys that sign.
struct SigningKeyTests {
    @Test(arguments: SignatureAlgorithm.all.map(\.name))
    func whatASignedTextVerifies(name: String) throws {
        let key = try SigningKey.generate(.named(name)!)
        let jws = CompactJWS(try key.jws(header: "{\"alg\":\"\(name)\"}", payload: "{}"))
        #expect(SignatureVerifier().verify(jws, with: key.jwk) == .valid)
        // Written out and read back it is the same key.
        let again = try SigningKey.jwk(JSONDocument(Bytes(key.privateJSON())).root)
        #expect(again.fingerprint == key.fingerprint)
        #expect(again.algorithm.name == name)
        let changed = CompactJWS(try again.jws(header: "{\"alg\":\"\(name)\"}", payload: "{\"a\":1}"))
        #expect(SignatureVerifier().verify(changed, with: key.jwk) == .valid)
    }

    /// RFC 8037 A.4: Ed25519 signs the same text the same way every time.
    @Test func signsAsTheRFC() throws {
        let text =
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
        let key = try SigningKey.jwk(JSONDocument(Bytes(text)).root)
        #expect(key.fingerprint.base64url == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        #expect(
            Base64URL.encode(try key.sign(input))
                == "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
    }

    @Test(arguments: [
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"a\",\"y\":\"b\"}",
            "JWK: no private member `d`: a public key cannot sign"
        ),
        ("{\"kty\":\"EC\",\"crv\":\"P-1\",\"d\":\"AA\"}", "JWK: curve 'P-1' is not known"),
        ("{\"kty\":\"oct\",\"k\":\"AA\",\"d\":\"AA\"}", "JWK: kty 'oct' cannot sign; expected EC, RSA or OKP"),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\",\"x\":\"AAAA\"}",
            "JWK: `x` does not belong to `d`: expected f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU, found AAAA"
        ),
    ])
    func refusesWhatCannotSign(text: String, words: String) {
        #expect { try SigningKey.jwk(JSONDocument(Bytes(text)).root) } throws: { "\($0)" == words }
    }

    /// Old versions of go-jose wrote them so.
    @Test func anEdwardsKeyWithItsSecretInPublicIsSaidSo() throws {
        let key = try JSONDocument(Bytes(try SigningKey.generate(.named("EdDSA")!).privateJSON())).root
        let (x, d) = (key["x"]?.string ?? "", key["d"]?.string ?? "")
        let text = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(d)\",\"d\":\"\(x)\"}"
        #expect { try SigningKey.jwk(JSONDocument(Bytes(text)).root) } throws: {
            "\($0)".hasPrefix("JWK: `x` and `d` are exchanged")
        }
    }

    @Test func aKeyIsUsedWithWhatFitsIt() throws {
        let key = try SigningKey.generate(.named("RS256")!)
        #expect(try key.with(.named("PS512")!).algorithm.name == "PS512")
        #expect(throws: CryptoError.self) { try key.with(.named("ES256")!) }
    }

    @Test func whatIsSealedOpensWithItsKeyOnly() {
        let (key, other) = (SecretBytes.random(32), SecretBytes.random(32))
        let sealed = SecretBytes.seal(Array("session".utf8), key: key)
        #expect(SecretBytes.open(sealed, key: key) == Array("session".utf8))
        #expect(SecretBytes.open(sealed, key: other) == nil)
        var changed = sealed
        changed[14] ^= 1
        #expect(SecretBytes.open(changed, key: key) == nil)
        #expect(SecretBytes.open([], key: key) == nil)
    }

    @Test func thumbprintOfACertificate() throws {
        let made = try SelfSigned(commonName: "test", names: "DNS:localhost")
        #expect(SelfSigned.thumbprint(pem: made.certificate)?.utf8.count == 43)
        #expect(SelfSigned.thumbprint(pem: "nothing") == nil)
    }
}
