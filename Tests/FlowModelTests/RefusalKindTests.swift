import Testing

@testable import FlowModel

/// Kinds of refusals that were seen on real servers and named wrongly: each, and what nearly is one.
struct RefusalKindTests {
    private typealias Case = DiagnosisTests.Case

    private static func first(_ make: Case) -> String? {
        DiagnosisTests.diagnose(make).causes.first?.id
    }

    private static func log(_ event: String) -> [String] {
        LogDiagnosis("2026-11-25 01:16:59,474 WARN  [org.keycloak.events] (executor-thread-1) \(event)")?.causes.map(
            \.cause.id.rawValue) ?? []
    }

    private static func event(_ type: String, _ error: String, _ more: String = "") -> String {
        "type=\"\(type)_ERROR\", realmId=\"r\", clientId=\"c\", userId=\"null\", error=\"\(error)\"\(more)"
    }

    @Test func keycloaksEventsAreMappedByErrorAndPlace() {
        let table: [(String, String, String, String)] = [
            ("CLIENT_LOGIN", "invalid_client_credentials", ", grant_type=\"client_credentials\"", "client.auth-failed"),
            ("CLIENT_LOGIN", "client_not_found", "", "client.auth-failed"),
            ("LOGIN", "client_not_found", ", redirect_uri=\"http://127.0.0.1/cb\"", "authorization.refused"),
            ("LOGIN", "invalid_user_credentials", ", grant_type=\"password\"", "grant.refused"),
            ("LOGIN", "user_disabled", ", redirect_uri=\"http://127.0.0.1/cb\"", "grant.refused"),
            ("LOGIN", "not_allowed", ", reason=\"Client not allowed for direct access grants\"", "grant.forbidden"),
            ("LOGIN", "invalid_redirect_uri", ", redirect_uri=\"http://127.0.0.1/cb\"", "authorization.refused"),
            ("CODE_TO_TOKEN", "invalid_redirect_uri", "", "grant.refused"),
            ("CODE_TO_TOKEN", "invalid_code", "", "grant.refused"),
            ("CODE_TO_TOKEN", "expired_code", "", "grant.refused"),
            ("CODE_TO_TOKEN", "pkce_verification_failed", "", "grant.refused"),
            ("CODE_TO_TOKEN", "code_verifier_missing", "", "grant.refused"),
            ("LOGIN", "invalid_code_challenge_method", ", redirect_uri=\"http://x\"", "authorization.refused"),
            ("REFRESH_TOKEN", "invalid_token", ", reason=\"Session not active\"", "grant.refused"),
            ("REFRESH_TOKEN", "session_expired", "", "grant.refused"),
            ("USER_INFO_REQUEST", "session_expired", "", "token.revoked"),
            ("USER_INFO_REQUEST", "user_session_not_found", "", "token.revoked"),
            ("USER_INFO_REQUEST", "invalid_token", "", "token.expired"),
            ("USER_INFO_REQUEST", "invalid_token", ", reason=\"DPoP proof has already been used\"", "jti.retry"),
            ("OAUTH2_DEVICE_CODE_TO_TOKEN", "expired_oauth2_device_code", "", "grant.refused"),
            ("OAUTH2_DEVICE_CODE_TO_TOKEN", "access_denied", "", "grant.refused"),
            ("CLIENT_LOGIN", "unauthorized_client", "", "grant.forbidden"),
            ("CLIENT_LOGIN", "unsupported_grant_type", "", "grant.forbidden"),
        ]
        for (type, error, more, cause) in table {
            let found = Self.log(Self.event(type, error, more))
            #expect(found.first == cause, "\(type) \(error)\(more): \(found)")
        }
        let reason = ", reason=\"DPoP Proof public key thumbprint does not match dpop_jkt\""
        #expect(Self.log(Self.event("CODE_TO_TOKEN", "invalid_dpop_proof", reason)).first == "key.dpop-jkt")
        let other = ", reason=\"DPoP proof public key thumbprint does not match the token's\""
        #expect(Self.log(Self.event("CODE_TO_TOKEN", "invalid_dpop_proof", other)).first == "key.two-keys")
        #expect(Self.log(Self.event("REFRESH_TOKEN", "invalid_token", other)).first == "key.refresh-other")
    }

    /// What the transport says is no server's word: a certificate of TLS is not one that a client must show.
    @Test func theTransportsWordsNameNoCauseOfTheServers() {
        let words = "SSL certificate problem: self-signed certificate"
        let exchange = Exchange(
            index: 0, request: Request(method: "POST", url: HTTPURL("https://idp.test/token"), headers: []),
            provenance: Provenance(origin: .sent(Sent(failure: .network(kind: "tls", words: words)))))
        let said = ServerWords.read(exchange)
        #expect(said.subject == nil && said.cause == nil && said.sentence?.contains(words) == true)
        #expect(ServerWords(status: 401, code: nil, sentence: "client certificate missing").subject == .certificate)
    }

    @Test func theTimesThatAServerPrintsDecideTheDirection() {
        let table: [(String, String)] = [
            ("DPoP proof is not active: iat=1789467000, server time=1789467822, lifetime=10s", "iat.skew-behind"),
            ("DPoP proof is not active: iat=1789467822, server time=1789467000, lifetime=10s", "iat.skew-ahead"),
            ("DPoP proof rejected: server time 1789467822000, iat 1789467000000", "iat.skew-behind"),
            ("DPoP iat out of range (issued at 1789467900.5, now 1789467000.1)", "iat.skew-ahead"),
        ]
        for (sentence, cause) in table {
            let found = Self.log(Self.event("CODE_TO_TOKEN", "invalid_dpop_proof", ", reason=\"\(sentence)\""))
            #expect(found == [cause], "\(sentence): \(found)")
        }
        for sentence in [
            "DPoP proof is not active", "DPoP proof is not active: iat=1789467000, lifetime=10s",
            "DPoP proof is not active: iat=1789467000, server time=1789467001",
            "DPoP proof is not active: iat=1, server time=2", "DPoP iat 1789467000 of 1789467000 and 1789467822",
        ] {
            let found = Self.log(Self.event("CODE_TO_TOKEN", "invalid_dpop_proof", ", reason=\"\(sentence)\""))
            #expect(found == ["iat.skew-behind", "iat.skew-ahead"], "\(sentence): \(found)")
        }
    }

    @Test func anEventWithoutASubjectIsARefusalAndAPollIsNone() {
        let open = LogDiagnosis(Self.event("LOGIN", "realm_disabled"))
        #expect(open?.outcome == .refused && open?.causes.isEmpty == true)
        #expect(LogDiagnosis(Self.event("OAUTH2_DEVICE_CODE_TO_TOKEN", "authorization_pending")) == nil)
        // `grant_type=` is no `type=`.
        #expect(KeycloakEvent("grant_type=\"LOGIN_ERROR\"") == nil && KeycloakEvent("type=\"LOGIN\"") == nil)
    }

    private static func introspection(_ status: Int, _ body: String) -> Case {
        { scene in
            let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
            scene.add(
                "POST", "https://as.test/token/introspect", [], body: "token=\(got)&client_id=c", status: status,
                answerBody: body)
        }
    }

    @Test func aRefusedIntrospectionIsNotClean() {
        let refused = Self.introspection(
            403, "{\"error\":\"invalid_request\",\"error_description\":\"Client not allowed.\"}")
        #expect(Self.first(refused) == "client.auth-failed")
        #expect(DiagnosisTests.diagnose(refused).outcome == .cause)
        let active = "{\"active\":true,\"cnf\":{\"jkt\":\"\(DiagnosisTests.key.jkt)\"}}"
        #expect(DiagnosisTests.diagnose(Self.introspection(200, active)).outcome == .clean)
    }

    /// The proof of the token request was fresh, so that the clock seems right.
    private static func stale(by age: Int, tokenIat: Int) -> Case {
        { scene in
            scene.recorder = .client
            let token = TestKey(9).token(jkt: DiagnosisTests.key.jkt, more: ",\"iat\":\(tokenIat)")
            let got = scene.token(DiagnosisTests.key, token: token)
            scene.call(
                got, proof: DiagnosisTests.proof(token: got, iat: 1_795_334_400 - age), status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\", error_description=\"not active\"")])
        }
    }

    @Test func aProofIsNotOlderThanTheTokenThatItNames() {
        #expect(Self.first(Self.stale(by: 400, tokenIat: 1_795_334_400)) == "iat.skew-behind")
        #expect(Self.first(Self.stale(by: 400, tokenIat: 1_795_333_000)) == "iat.slow-delivery")
    }

    /// The token ends 300 s after the call, which a proof from the future says that it was made after.
    @Test func aProofFromTheFutureDoesNotEndItsToken() {
        let ahead: Case = { scene in
            scene.recorder = .client
            let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
            scene.call(
                got, proof: DiagnosisTests.proof(token: got, iat: 1_795_334_400 + 400), status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"invalid_token\"")])
        }
        #expect(!DiagnosisTests.diagnose(ahead).entries.contains { $0.cause?.id == .tokenExpired })
    }

    /// Within the RFC's window, and too much for some servers that say nothing about it.
    @Test(arguments: [(-200, "iat.skew-behind"), (45, "iat.skew-ahead"), (-20, nil), (0, nil)] as [(Int, String?)])
    func aClockApartExplainsABareRefusal(_ offset: Int, _ cause: String?) {
        let made: Case = { scene in
            scene.recorder = .client
            let first = DiagnosisTests.key.proof(
                "POST", Scene.tokenURL, iat: 1_795_334_400 + offset, jti: "p-abcdefghijklmn")
            scene.add(
                "POST", Scene.tokenURL, [("DPoP", first)], body: "grant_type=client_credentials", status: 400,
                answer: [("Date", "Sun, 22 Nov 2026 08:00:00 GMT")], answerBody: "{\"error\":\"invalid_dpop_proof\"}")
        }
        #expect(Self.first(made) == cause)
    }

    private static func callback(_ iss: String, promised: Bool) -> Case {
        { scene in
            let more = promised ? ",\"authorization_response_iss_parameter_supported\":true" : ""
            scene.add(
                "GET", "https://as.test/.well-known/openid-configuration", [],
                answerBody: "{\"issuer\":\"https://as.test\"\(more)}")
            scene.add("GET", "http://127.0.0.1/cb?code=c0ffee0001&state=0123456789abcdef\(iss)", [])
            _ = scene.token(
                DiagnosisTests.key, token: DiagnosisTests.token, form: "grant_type=authorization_code&code=c0ffee0001")
        }
    }

    @Test func aPromisedIssIsMissed() {
        #expect(Self.first(Self.callback("", promised: true)) == "authorization.iss")
        #expect(Self.first(Self.callback("", promised: false)) == nil)
        #expect(Self.first(Self.callback("&iss=https://as.test", promised: true)) == nil)
    }

    private static func secret(_ words: String, earlier: Bool = false, secret: String = "&client_secret=s") -> Case {
        { scene in
            if earlier {
                _ = scene.token(
                    DiagnosisTests.key, token: DiagnosisTests.token, form: "grant_type=password&client_id=c")
            }
            scene.add(
                "POST", Scene.tokenURL,
                [("DPoP", DiagnosisTests.key.proof("POST", Scene.tokenURL, jti: "secret-abcdefghij"))],
                body: "grant_type=client_credentials&client_id=c\(secret)", status: 401,
                answerBody: "{\"error\":\"invalid_client\",\"error_description\":\"\(words)\"}")
        }
    }

    @Test func aPublicClientThatAuthenticatesMustSendNone() {
        func says(_ make: Case) -> Bool {
            let first = DiagnosisTests.diagnose(make).causes.first
            #expect(first?.id == "client.auth-failed")
            return first?.sentence.firstRange(of: "must send none") != nil
        }
        #expect(
            says(Self.secret("Client is public so neither 'client_assertion' nor 'client_secret' should be presented")))
        #expect(says(Self.secret("the client supports method 'none', but 'client_secret_post' was requested")))
        #expect(says(Self.secret("no", earlier: true)))
        #expect(!says(Self.secret("no")))
        #expect(!says(Self.secret("method 'none' was requested", secret: "")))
    }

    private static func wants(_ words: String, _ payload: [String: String?] = [:]) -> Case {
        { scene in
            let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
            scene.call(
                got, proof: DiagnosisTests.proof(payload: payload), status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\", error_description=\"\(words)\"")])
        }
    }

    @Test func anyClaimThatAServerMissesIsNamed() {
        #expect(Self.first(Self.wants("missing required claim: iss")) == "server.wants-exp")
        #expect(Self.first(Self.wants("DPoP proof must have a 'tenant' claim")) == "server.wants-exp")
        #expect(Self.first(Self.wants("missing required claim: aud", ["aud": "\"x\""])) != "server.wants-exp")
        #expect(Self.first(Self.wants("missing required claim: ath")) != "server.wants-exp")
        #expect(WantedClaim.named(by: "the access token must have a scope claim", code: "invalid_token") == nil)
        #expect(WantedClaim.named(by: "DPoP proof is missing claim 'jti'") == nil)
        #expect(WantedClaim.named(by: "DPoP proof must match the 'cnf' claim") == nil)
        #expect(WantedClaim.named(by: "unexpected 'aud' claim value", code: "invalid_dpop_proof") == nil)
    }

    @Test func anExcused404IsToldInALineOfItsOwn() throws {
        func text(_ status: Int, _ isAccepted: Bool) throws -> String {
            var scene = Scene()
            if isAccepted { DiagnosisTests.good(&scene) } else { _ = scene.token(DiagnosisTests.key) }
            scene.call(
                DiagnosisTests.token, proof: DiagnosisTests.proof(jti: "again-abcdefghij"), status: status)
            let report = scene.report()
            let style = TextReport.Style(mark: { "\($0)" }, strong: { $0 })
            return DiagnosisText.full(scene.diagnosis(), report.flow, style: style)
                + (report.excused.isEmpty ? "" : "[\(report.excused.count)]")
        }
        let told = try text(404, true)
        #expect(told.hasSuffix("[1]") && told.firstRange(of: "answered 404") != nil, "\(told)")
        #expect(try text(404, false).firstRange(of: "answered 404") == nil)
        #expect(try text(403, true).firstRange(of: "answered 403") == nil)
    }

    @Test func whatHoldsNothingToJudgeIsCountedAsThat() {
        func judged(_ make: Case) -> Int {
            var (scene, totals) = (Scene(), CheckTotals())
            make(&scene)
            let checker = FlowChecker(context: CaptureContext())
            for flow in scene.flows {
                let story = checker.story(of: flow) { [exchanges = scene.exchanges] in exchanges[$0] }
                totals.add(checker.check(flow, story: story), story)
            }
            return totals.judged
        }
        #expect(judged { $0.add("GET", "https://www.test/", []) } == 0)
        #expect(judged { $0.add("GET", "https://www.test/", [], status: 500) } == 1)
        #expect(judged(DiagnosisTests.good) == 1)
    }
}
