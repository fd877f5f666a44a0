import Testing

@testable import FlowModel

/// Each check with the bytes that make it pass, warn and fail. A check that cannot fail is a defect.
@Suite struct CheckTests {
    let key = TestKey()
    let other = TestKey(1)

    /// A token request, then one call whose proof is changed.
    func call(
        _ proof: (TestKey, String) -> String?, scheme: String = "DPoP", status: Int = 200,
        answer: [(String, String)] = [], url: String = Scene.apiURL
    ) -> Scene {
        var scene = Scene()
        let token = scene.token(key)
        scene.call(token, proof: proof(key, token), scheme: scheme, status: status, answer: answer, url: url)
        return scene
    }

    func good(_ key: TestKey, _ token: String) -> String { key.proof("GET", Scene.apiURL, token: token) }

    @Test func theGoodSceneHasNoFinding() {
        let report = call(good).report()
        #expect(report.verdict == .pass, "\(report.findings.filter { $0.verdict >= .warn })")
        #expect(report.count(.pass) > 25)
    }

    struct Case: Sendable, CustomStringConvertible {
        let check: CheckID
        let verdict: Verdict
        let cause: CauseID?
        let header: [String: String?]
        let payload: [String: String?]

        init(
            _ check: CheckID, _ verdict: Verdict, _ cause: CauseID?, header: [String: String?] = [:],
            payload: [String: String?] = [:]
        ) {
            (self.check, self.verdict, self.cause, self.header, self.payload) = (check, verdict, cause, header, payload)
        }

        var description: String { "\(check.rawValue) \(cause?.rawValue ?? "")" }
    }

    static let changed: [Case] = [
        Case(.proofTyp, .fail, .typWrong, header: ["typ": "\"JWT\""]),
        Case(.proofTyp, .fail, .typWrong, header: ["typ": nil]),
        Case(.proofAlg, .fail, .algSymNone, header: ["alg": "\"none\""]),
        Case(.proofAlg, .fail, .algSymNone, header: ["alg": "\"HS256\""]),
        Case(.proofAlg, .fail, .algKeyMismatch, header: ["alg": "\"RS256\""]),
        Case(.proofAlg, .fail, nil, header: ["alg": nil]),
        Case(
            .proofAlg, .cannotTell, nil,
            header: [
                "alg": "\"ML-DSA-44\"",
                "jwk":
                    "{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"\(Base64URL.encode([UInt8](repeating: 7, count: 1312)))\"}",
            ]),
        Case(.proofAlg, .fail, .algKeyMismatch, header: ["alg": "\"ML-DSA-44\""]),
        Case(.proofJwk, .fail, .jwkKidInstead, header: ["jwk": nil, "kid": "\"a1\""]),
        Case(.proofJwk, .fail, .jwkX5c, header: ["jwk": nil, "x5c": "[]"]),
        Case(.proofJwk, .fail, .jwkAsString, header: ["jwk": "\"{}\""]),
        Case(.proofJwk, .fail, .jwkMalformed, header: ["jwk": "{\"kty\":\"EC\"}"]),
        Case(
            .proofJwk, .fail, .jwkPrivate,
            header: [
                "jwk":
                    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}"
            ]),
        Case(
            .proofJwk, .fail, .ecZeroStripped,
            header: [
                "jwk":
                    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"-BgbkE1AFZVP7DvJbnVuL0zmFWW66o84ZdeXmJ_80w\",\"y\":\"QmnCr5fkc5hvPAHJlus28hFl9fvENm3BAHbt7YcDakQ\"}"
            ]),
        Case(.proofClaims, .fail, .jtiMissing, payload: ["jti": nil]),
        Case(.proofClaims, .fail, nil, payload: ["htm": nil]),
        Case(.proofClaims, .fail, nil, payload: ["htu": nil]), Case(.proofClaims, .fail, nil, payload: ["iat": nil]),
        Case(.proofClaims, .fail, .iatType, payload: ["iat": "\"1795334400\""]),
        Case(.proofHtm, .fail, .htmReused, payload: ["htm": "\"PUT\""]),
        Case(.proofHtm, .fail, .htmCase, payload: ["htm": "\"get\""]),
        Case(.proofHtu, .warn, .htuQuery, payload: ["htu": "\"https://api.test/data?x=1\""]),
        Case(.proofHtu, .warn, .htuFragment, payload: ["htu": "\"https://api.test/data#f\""]),
        Case(.proofHtu, .warn, .htuCase, payload: ["htu": "\"HTTPS://API.test/data\""]),
        Case(.proofHtu, .warn, .htuDefaultPort, payload: ["htu": "\"https://api.test:443/data\""]),
        Case(.proofHtu, .warn, .htuPctEncoding, payload: ["htu": "\"https://api.test/%64ata\""]),
        Case(.proofHtu, .warn, .htuDotSegments, payload: ["htu": "\"https://api.test/x/../data\""]),
        Case(.proofHtu, .fail, .htuTrailingSlash, payload: ["htu": "\"https://api.test/data/\""]),
        Case(.proofHtu, .fail, .htuScheme, payload: ["htu": "\"http://api.test/data\""]),
        Case(.proofHtu, .fail, .htuClientInternal, payload: ["htu": "\"https://internal/data\""]),
        Case(.proofHtu, .fail, .htuPortLost, payload: ["htu": "\"https://api.test:8443/data\""]),
        Case(.proofHtu, .fail, .htuIssuerNotEndpoint, payload: ["htu": "\"https://api.test\""]),
        Case(.proofHtu, .fail, .htuPathOnly, payload: ["htu": "\"/data\""]),
        Case(.proofHtu, .fail, .htuDoubleSlash, payload: ["htu": "\"https://api.test//data\""]),
        Case(.proofHtu, .fail, nil, payload: ["htu": "\"https://api.test/other\""]),
        Case(.proofIat, .fail, .iatMs, payload: ["iat": "1795334400000"]),
        Case(.proofIat, .fail, .iatSkewBehind, payload: ["iat": "1795330800"]),
        Case(.proofIat, .fail, .iatSkewAhead, payload: ["iat": "1795334700"]),
        Case(.proofIat, .warn, .iatFraction, payload: ["iat": "1795334400.5"]),
        Case(.proofIat, .fail, .iatType, payload: ["iat": "1e300"]),
        Case(.proofJti, .warn, .jtiWeak, payload: ["jti": "\"1\""]),
        Case(.proofAth, .fail, .athMissing, payload: ["ath": nil]),
        Case(.proofAth, .fail, nil, payload: ["ath": "\"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo\""]),
        Case(.proofNonce, .cannotTell, nil, payload: ["nonce": "\"from-nowhere\""]),
        Case(.proofWellformed, .fail, nil, payload: ["\\u0068tm": "\"GET\""]),
    ]

    @Test(arguments: changed)
    func findsTheChange(example: Case) {
        let scene = call { $0.proof("GET", Scene.apiURL, token: $1, header: example.header, payload: example.payload) }
        let found = scene.verdict(example.check)
        #expect(found?.verdict == example.verdict && found?.cause == example.cause, "\(String(describing: found))")
    }

    @Test(
        arguments: [
            ("\"eyJ", .proofQuoted), ("eyJhbGciOiJFUzI1NiJ9.e30", .proofQuoted), ("a.b=.c", .proofQuoted),
            ("", .proofQuoted),
        ] as [(String, CauseID)])
    func malformedProofs(text: String, cause: CauseID) {
        let found = call { _, _ in text }.verdict(.proofWellformed)
        #expect(found?.verdict == .fail && found?.cause == cause)
    }

    @Test func signatureOfAnotherKeyOrShortOrChanged() {
        #expect(
            call { key, token in String(good(key, token).dropLast(2)) + "AA" }.verdict(.proofSignature)?.verdict
                == .fail)
        let short = call { key, token in
            let parts = good(key, token).split(separator: ".")
            return
                "\(parts[0]).\(parts[1]).\(Base64URL.encode(CompactJWS(good(key, token)).signature.array.dropLast()))"
        }
        #expect(short.verdict(.proofSignature)?.cause == .sigShort)
        #expect(
            call { key, token in other.proof("GET", Scene.apiURL, token: token, header: ["jwk": key.jwk]) }.verdict(
                .proofSignature)?.verdict == .fail)
    }

    @Test func athForensics() {
        let recipes: [(CauseID, (String) -> String)] = [
            (.athPrefix, { Fingerprint(of: "DPoP " + $0).base64url }),
            (.athTrim, { Fingerprint(of: $0 + "\n").base64url }),
            (.athHex, { Hex.text(Fingerprint(of: $0).bytes) }),
            (.athPadding, { Fingerprint(of: $0).base64url + "=" }),
            (.athHalf, { Base64URL.encode(Fingerprint(of: $0).bytes.prefix(16)) }),
        ]
        for (cause, recipe) in recipes {
            let scene = call { $0.proof("GET", Scene.apiURL, payload: ["ath": "\"\(recipe($1))\""]) }
            #expect(scene.verdict(.proofAth)?.cause == cause)
        }
        var stale = Scene()
        let first = stale.token(key)
        let second = stale.token(key, token: TestKey(9).token(jkt: key.jkt, more: ",\"n\":2"))
        stale.call(second, proof: key.proof("GET", Scene.apiURL, token: first))
        #expect(stale.verdict(.proofAth)?.cause == .athStale)
        var early = Scene()
        _ = early.token(key, proof: key.proof("POST", Scene.tokenURL, token: "x"))
        #expect(early.verdict(.proofAth)?.cause == .athOnTokenRequest)
    }

    @Test func presenceAndNumber() {
        #expect(call { _, _ in nil }.verdict(.proofPresent)?.cause == .proofAbsent)
        #expect(call { "\(good($0, $1)), \(good($0, $1))" }.verdict(.proofSingle)?.cause == .proofDuplicated)
        var two = Scene()
        let token = two.token(key)
        two.add(
            "GET", Scene.apiURL,
            [("Authorization", "DPoP \(token)"), ("dpop", good(key, token)), ("DPoP", good(key, token))])
        #expect(two.verdict(.proofSingle)?.cause == .proofDuplicated)
        var plain = Scene()
        let bearer = plain.token(key, proof: "", token: TestKey(9).token(jkt: nil), type: "Bearer")
        plain.call(bearer, proof: nil, scheme: "Bearer")
        #expect(plain.report().count(.fail) == 0)
    }

    @Test func bindingNamesTheOtherKey() {
        #expect(
            call { _, token in other.proof("GET", Scene.apiURL, token: token) }.verdict(.proofBinding)?.cause
                == .keyTwoKeys)
        var restarted = Scene()
        restarted.call(
            TestKey(9).token(jkt: key.jkt),
            proof: other.proof("GET", Scene.apiURL, token: TestKey(9).token(jkt: key.jkt)))
        let token = restarted.exchanges[0].request.headers[0].value.dropFirst(5)
        restarted.exchanges.removeAll()
        restarted.call(String(token), proof: other.proof("GET", Scene.apiURL, token: String(token)))
        #expect(restarted.verdict(.proofBinding)?.cause == .keyRegenerated)
        var wrong = Scene()
        _ = wrong.token(key, token: TestKey(9).token(jkt: other.jkt))
        #expect(wrong.verdict(.proofBinding)?.cause == .jktNoncanonical)
    }

    @Test func replays() {
        var scene = Scene()
        let token = scene.token(key)
        let proof = good(key, token)
        scene.call(token, proof: proof)
        scene.call(
            token, proof: proof, status: 401, answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")])
        #expect(scene.verdict(.proofJti)?.verdict == .fail && scene.verdict(.proofJti)?.cause == .jtiRetry)
        scene.exchanges.removeLast()
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token, iat: 1_795_334_401))
        #expect(scene.verdict(.proofJti)?.verdict == .warn)
        // As soon as the first was answered, and refused faster: no second hop of it.
        scene.exchanges.removeLast()
        scene.time = scene.exchanges[1].ended!.seconds + 0.0007
        scene.add(
            "GET", Scene.apiURL, [("Authorization", "DPoP \(token)"), ("DPoP", proof)], status: 401, took: 0.0004)
        #expect(scene.verdict(.proofJti)?.cause == .jtiRetry)
    }

    @Test func tokens() {
        func token(_ token: String, type: String = "DPoP") -> Scene {
            var scene = Scene()
            _ = scene.token(key, token: token, type: type)
            return scene
        }
        let issuer = TestKey(9)
        #expect(token(issuer.token(jkt: key.jkt), type: "dPoP").verdict(.tokenType)?.verdict == .pass)
        #expect(token(issuer.token(jkt: nil), type: "Bearer").verdict(.tokenType)?.cause == .typeBearerReturned)
        #expect(token(issuer.token(jkt: nil)).verdict(.tokenCnf)?.cause == .cnfAbsent)
        #expect(token(issuer.token(jkt: nil, more: ",\"cnf\":\"x\"")).verdict(.tokenCnf)?.cause == .cnfShape)
        #expect(token(issuer.token(jkt: String(repeating: "0", count: 64))).verdict(.tokenCnf)?.cause == .jktHexPad)
        #expect(token("opaque").verdict(.tokenCnf)?.verdict == .cannotTell)
        #expect(token(issuer.token(jkt: key.jkt, exp: 1_795_330_000)).verdict(.tokenTime)?.verdict == .fail)
        #expect(token(issuer.token(jkt: key.jkt, more: ",\"nbf\":1795335000")).verdict(.tokenTime)?.verdict == .fail)
        #expect(token(issuer.token(jkt: key.jkt)).verdict(.tokenSignature)?.verdict == .cannotTell)
        var signed = token(issuer.token(jkt: key.jkt))
        let jwk = issuer.jwk.replacing("{\"kty\"", with: "{\"kid\":\"as\",\"kty\"")
        signed.add("GET", "https://as.test/jwks", [], answerBody: "{\"keys\":[\(jwk)]}")
        #expect(signed.verdict(.tokenSignature)?.verdict == .pass)
        signed.exchanges.removeLast()
        let wrong = other.jwk.replacing("{\"kty\"", with: "{\"kid\":\"as\",\"kty\"")
        signed.add("GET", "https://as.test/jwks", [], answerBody: "{\"keys\":[\(wrong)]}")
        #expect(signed.verdict(.tokenSignature)?.verdict == .fail)
        // Two issuers, or one after a change of keys, may use the same `kid`: each key is tried.
        signed.exchanges.removeLast()
        signed.add("GET", "https://as.test/jwks", [], answerBody: "{\"keys\":[\(wrong),\(jwk)]}")
        #expect(signed.verdict(.tokenSignature)?.verdict == .pass)
    }

    @Test func presentation() {
        #expect(call(good, scheme: "Bearer").verdict(.requestScheme)?.cause == .schemeBearer)
        #expect(call(good, scheme: "dpop").verdict(.requestScheme)?.cause == .schemeCase)
        #expect(call(good, scheme: "Bearer DPoP").verdict(.requestScheme)?.cause == .schemeInToken)
        var unbound = Scene()
        let token = TestKey(9).token(jkt: nil)
        unbound.call(token, proof: good(key, token))
        #expect(unbound.verdict(.requestScheme)?.cause == .schemeDpopUnbound)
        #expect(
            call(good, url: Scene.apiURL + "?access_token=x").verdict(.requestPlacement)?.cause == .gwTokenInQuery)
        #expect(call(good, url: "http://api.test/data").verdict(.transportSecure)?.verdict == .warn)
        var both = Scene()
        let bound = both.token(key)
        both.add(
            "GET", Scene.apiURL,
            [("Authorization", "DPoP \(bound)"), ("Authorization", "Bearer \(bound)"), ("DPoP", good(key, bound))])
        #expect(both.verdict(.requestScheme)?.cause == .schemeBoth)
    }

    @Test func challenges() {
        #expect(
            call(good, status: 401, answer: [("WWW-Authenticate", "DPoP error=\"invalid_token\"")]).verdict(
                .responseChallenge)?.verdict == .pass)
        #expect(call(good, status: 401).verdict(.responseChallenge)?.verdict == .fail)
        #expect(
            call(
                good, status: 401,
                answer: [("WWW-Authenticate", "Bearer"), ("WWW-Authenticate", "DPoP algs=\"ES256\"")]
            ).verdict(.responseChallenge)?.verdict == .pass)
        #expect(
            call(good, status: 401, answer: [("WWW-Authenticate", "DPoP error=\"x")]).verdict(.responseChallenge)?
                .verdict == .fail)
        #expect(
            call(good, status: 401, answer: [("WWW-Authenticate", "DPoP algs=\"PS256\"")]).verdict(.proofAlg)?.cause
                == .algUnsupported)
        #expect(
            call(good, status: 401, answer: [("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"")]).verdict(
                .responseChallenge)?.cause == .nonceInBody)
        #expect(
            call(
                good, status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""), ("DPoP-Nonce", "n1")]
            ).verdict(.responseChallenge)?.cause == .nonceUnhandled)
    }

    @Test func nonces() {
        func after(_ nonce: String?, accepted: Bool = false, second: String? = nil) -> Scene {
            var scene = Scene()
            let token = scene.token(key)
            let challenge = [("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""), ("DPoP-Nonce", "first")]
            scene.call(token, proof: good(key, token), status: 401, answer: challenge)
            if let second {
                scene.call(
                    token,
                    proof: key.proof(
                        "GET", Scene.apiURL, token: token, jti: "second-jti", payload: ["nonce": "\"first\""]),
                    answer: [("DPoP-Nonce", second)])
            }
            scene.call(
                token,
                proof: key.proof(
                    "GET", Scene.apiURL, token: token, jti: "third-jti-", payload: ["nonce": nonce.map { "\"\($0)\"" }]),
                status: accepted ? 200 : 401,
                answer: accepted ? [] : [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")])
            return scene
        }
        #expect(after("first", accepted: true).verdict(.proofNonce)?.verdict == .pass)
        #expect(after(nil).verdict(.proofNonce)?.cause == .nonceNotEchoed)
        #expect(after("other").verdict(.proofNonce)?.cause == .nonceNotEchoed)
        #expect(after("first", accepted: false, second: "newer").verdict(.proofNonce)?.verdict == .fail)
        #expect(after("first", accepted: true, second: "newer").verdict(.proofNonce)?.verdict == .warn)
        var crossed = Scene()
        crossed.add(
            "POST", Scene.tokenURL, [("DPoP", key.proof("POST", Scene.tokenURL))],
            body: "grant_type=client_credentials", status: 400, answer: [("DPoP-Nonce", "as-nonce")],
            answerBody: "{\"error\":\"use_dpop_nonce\"}")
        let token = crossed.token(
            key, proof: key.proof("POST", Scene.tokenURL, jti: "again-again", payload: ["nonce": "\"as-nonce\""]))
        crossed.call(
            token, proof: key.proof("GET", Scene.apiURL, token: token, payload: ["nonce": "\"as-nonce\""]), status: 401,
            answer: [("WWW-Authenticate", "DPoP")])
        #expect(crossed.verdict(.proofNonce)?.cause == .nonceCrossOrigin)
    }

    @Test func codesAndRefreshTokens() {
        func login(_ tokenKey: TestKey) -> Scene {
            var scene = Scene()
            scene.add(
                "GET", "https://as.test/auth?response_type=code&client_id=c&dpop_jkt=\(key.jkt)", [], status: 302,
                answer: [("Location", "http://localhost/cb?code=abc")])
            _ = scene.token(tokenKey, form: "grant_type=authorization_code&code=abc", more: ",\"refresh_token\":\"rt\"")
            return scene
        }
        #expect(login(key).verdict(.codeBinding)?.verdict == .pass)
        #expect(login(other).verdict(.codeBinding)?.cause == .keyDpopJkt)
        func refresh(_ form: String, _ refreshKey: TestKey) -> Scene {
            var scene = login(key)
            _ = scene.token(refreshKey, form: "grant_type=refresh_token&refresh_token=rt" + form)
            return scene
        }
        #expect(refresh("", key).verdict(.refreshBinding)?.verdict == .pass)
        #expect(refresh("&client_id=c", other).verdict(.refreshBinding)?.cause == .keyRefreshOther)
        #expect(refresh("&client_secret=s", other).verdict(.refreshBinding)?.verdict == .warn)
    }

    @Test func theGatewayMustDowngrade() {
        func proxied(_ headers: [(String, String)], profile: String) -> (verdict: Verdict, cause: CauseID?)? {
            var scene = Scene()
            let token = scene.token(key)
            let start = scene.time
            scene.call(token, proof: good(key, token))
            scene.exchanges[1] = scene.exchanges[1].changed(duration: 1)
            scene.time = start + 0.1
            scene.add("GET", "http://up.internal/data", headers.map { ($0.0, $0.1.replacing("TOKEN", with: token)) })
            var settings = CheckSettings()
            settings.profile = .named(profile)!
            return scene.verdict(.gatewayDowngrade, settings)
        }
        #expect(proxied([("Authorization", "Bearer TOKEN")], profile: "kong")?.verdict == .pass)
        #expect(proxied([("Authorization", "DPoP TOKEN"), ("DPoP", "x.y.z")], profile: "kong")?.verdict == .fail)
        #expect(proxied([("Authorization", "DPoP TOKEN"), ("DPoP", "x.y.z")], profile: "rfc9449")?.verdict == .warn)
        #expect(proxied([], profile: "kong")?.cause == .gwNoTokenUpstream)
    }

    @Test func introspectionAnswersForOpaqueTokens() {
        func introspected(_ answer: String) -> Scene {
            var scene = Scene()
            let token = scene.token(key, token: "opaque-token-1")
            let start = scene.time
            scene.call(token, proof: good(key, token))
            scene.exchanges[1] = scene.exchanges[1].changed(duration: 1)
            scene.time = start + 0.1
            scene.add("POST", "https://as.test/introspect", [], body: "token=opaque-token-1", answerBody: answer)
            return scene
        }
        #expect(introspected("{\"active\":true,\"cnf\":{\"jkt\":\"\(key.jkt)\"}}").report().count(.fail) == 0)
        #expect(introspected("{\"active\":true}").verdict(.tokenCnf)?.cause == .cnfIntrospection)
        #expect(
            introspected("{\"active\":true,\"cnf\":{\"jkt\":\"\(other.jkt)\"}}").verdict(.proofBinding)?.verdict
                == .fail)
    }

    @Test func profilesAndClocksMoveTheWindow() {
        var settings = CheckSettings()
        settings.clock = .capture(offset: 40)
        let scene = call(good)
        #expect(scene.verdict(.proofIat, settings)?.verdict == .pass)
        settings.profile = .named("keycloak")!
        #expect(scene.verdict(.proofIat, settings)?.cause == .iatSkewBehind)
        settings.clock = .fixed(1_795_334_400)
        #expect(scene.verdict(.proofIat, settings)?.verdict == .pass)
    }

    @Test func everyCheckIsListedOnceAndCanBeRanked() {
        #expect(Set(Check.all.map(\.id)) == Set(CheckID.allCases) && Check.all.count == 30)
    }
}
