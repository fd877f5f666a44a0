import Testing

@testable import FlowModel

/// Every cause of the catalogue that can be seen: bytes that show it, and bytes that nearly do.
struct DiagnosisTests {
    typealias Case = @Sendable (inout Scene) -> Void

    static let key = TestKey(1)
    static let other = TestKey(2)
    static let token = TestKey(9).token(jkt: key.jkt)
    static let api = Scene.apiURL

    static func proof(
        _ method: String = "GET", _ url: String = Scene.apiURL, token: String? = DiagnosisTests.token,
        iat: Int = 1_795_334_400, jti: String = "call-abcdefghijklmn", header: [String: String?] = [:],
        payload: [String: String?] = [:]
    ) -> String {
        key.proof(method, url, token: token, iat: iat, jti: jti, header: header, payload: payload)
    }

    /// A token request, then a call refused with 401.
    static func refused(
        _ proof: String?, scheme: String = "DPoP", url: String = Scene.apiURL, token: String = DiagnosisTests.token,
        method: String = "GET"
    ) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            scene.call(
                got, proof: proof, scheme: scheme, status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")], url: url, method: method)
        }
    }

    static func accepted(
        _ proof: String?, scheme: String = "DPoP", url: String = Scene.apiURL, answer: [(String, String)] = []
    ) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            scene.call(got, proof: proof, scheme: scheme, answer: answer, url: url)
        }
    }

    static let good = accepted(proof())

    /// A token request without a proof that got a code, and no sentence.
    static func unproved(_ code: String) -> Case {
        { scene in
            scene.add(
                "POST", Scene.tokenURL, [], body: "grant_type=client_credentials", status: 400,
                answerBody: "{\"error\":\"\(code)\"}")
        }
    }

    /// A token answer bound to this value, and whatever goes into `cnf` besides.
    static func bound(to jkt: String, more: String = "") -> Case {
        { scene in
            _ = scene.token(
                key,
                token: TestKey(9).sign(
                    "{\"alg\":\"ES256\",\"kid\":\"as\"}",
                    "{\"iss\":\"https://as.test\",\"exp\":1795334700,\"cnf\":{\"jkt\":\"\(jkt)\"\(more)}}"))
        }
    }

    static func hash(_ text: String) -> String { Fingerprint(of: text).base64url }
    static var jwk: JWK { JWK(try! JSONDocument(Bytes(key.jwk)).root) }

    /// A call with a spoilt signature.
    static func signed(_ change: ([UInt8]) -> [UInt8]) -> String {
        let parts = proof().split(separator: ".").map(String.init)
        return parts[0] + "." + parts[1] + "." + Base64URL.encode(change(try! Base64URL.decode(parts[2])))
    }

    static func challenged(
        _ next: @escaping @Sendable (inout Scene) -> Void, form: String = "grant_type=client_credentials",
        nonce: String? = nil
    ) -> Case {
        { scene in
            let first = key.proof(
                "POST", Scene.tokenURL, jti: "first-abcdefghijk", payload: nonce.map { ["nonce": "\"\($0)\""] } ?? [:])
            scene.add(
                "POST", Scene.tokenURL, [("DPoP", first)], body: form, status: 400, answer: [("DPoP-Nonce", "n1")],
                answerBody: "{\"error\":\"use_dpop_nonce\"}")
            next(&scene)
        }
    }

    static func retry(
        _ payload: [String: String?], jti: String = "second-abcdefghij", form: String = "grant_type=client_credentials",
        status: Int = 200, answer: [(String, String)] = [], body: String? = nil
    ) -> @Sendable (inout Scene) -> Void {
        { scene in
            let proof = key.proof("POST", Scene.tokenURL, jti: jti, payload: payload)
            scene.add(
                "POST", Scene.tokenURL, [("DPoP", proof)], body: form, status: status, answer: answer,
                answerBody: body ?? "{\"access_token\":\"\(token)\",\"token_type\":\"DPoP\"}")
        }
    }

    static let table: [(cause: CauseID, shown: Case, near: Case)] =
        target + time + tokens + forms + nonces + servers + proofs + beside

    private static let target: [(cause: CauseID, shown: Case, near: Case)] = [
        (.htuClientInternal, refused(proof("GET", "https://internal.test/data")), good),
        (.htuScheme, refused(proof("GET", "http://api.test/data")), good),
        (
            .htuPortLost, refused(proof("GET", "https://api.test/data"), url: "https://api.test:8443/data"),
            accepted(proof("GET", "https://api.test:8443/data"), url: "https://api.test:8443/data")
        ),
        (
            .htuPathPrefix, refused(proof("GET", "https://api.test/v1/data")),
            refused(proof("GET", "https://api.test/v1/else"))
        ),
        (.htuQuery, accepted(proof("GET", api + "?a=1"), url: api + "?a=1"), accepted(proof(), url: api + "?a=1")),
        (.htuFragment, accepted(proof("GET", api + "#x")), good),
        (.htuTrailingSlash, refused(proof("GET", api + "/")), good),
        (.htuDoubleSlash, refused(proof("GET", "https://api.test//data")), good),
        (
            .htuDefaultPort, accepted(proof("GET", "https://api.test:443/data")),
            refused(proof("GET", "https://api.test:8443/data"))
        ),
        (.htuCase, accepted(proof("GET", "https://API.test/data")), refused(proof("GET", "https://api.test/DATA"))),
        (
            .htuPctEncoding, accepted(proof("GET", "https://api.test/d%61ta")),
            refused(proof("GET", "https://api.test/d%62ta"))
        ),
        (.htuIssuerNotEndpoint, refused(proof("GET", "https://api.test")), good),
        (.htuPathOnly, refused(proof("GET", "/data")), good),
        (.htuWrongService, refused(proof("POST", Scene.tokenURL)), refused(proof("GET", "https://else.test/token"))),
        (
            .htuLocalhostAlias, refused(proof("GET", "http://127.0.0.1:9/x"), url: "http://localhost:9/x"),
            accepted(proof("GET", "http://localhost:9/x"), url: "http://localhost:9/x")
        ),
        (
            .htuRedirect,
            { scene in
                let got = scene.token(key, token: token)
                let one = proof()
                scene.call(got, proof: one, status: 302, answer: [("Location", "https://api.test/new")])
                scene.call(
                    got, proof: one, status: 401, answer: [("WWW-Authenticate", "DPoP")], url: "https://api.test/new")
            },
            { scene in
                let got = scene.token(key, token: token)
                scene.call(got, proof: proof(), status: 302, answer: [("Location", "https://api.test/new")])
                scene.call(
                    got, proof: proof("GET", "https://api.test/new", jti: "again-abcdefghij"),
                    url: "https://api.test/new")
            }
        ),
        (.htmCase, refused(proof("get")), good),
        (.htmReused, refused(proof("POST")), good),
        (.htmPreflight, preflight(401, []), preflight(204, [("Access-Control-Allow-Headers", "DPoP")])),
        (
            .proofCors, preflight(204, [("Access-Control-Allow-Headers", "authorization")]),
            preflight(204, [("Access-Control-Allow-Headers", "authorization, dpop")])
        ),
        (.gwPreflight, preflight(401, [("X-Kong-Response-Latency", "1")]), preflight(401, [])),
    ]

    private static func preflight(_ status: Int, _ answer: [(String, String)]) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            scene.add(
                "OPTIONS", api,
                [
                    ("Origin", "https://spa.test"), ("Access-Control-Request-Method", "GET"),
                    ("Access-Control-Request-Headers", "authorization,dpop"),
                ], status: status, answer: answer)
            scene.call(got, proof: proof())
        }
    }

    private static func later(_ seconds: Double, status: Int = 200) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            let one = proof()
            scene.call(got, proof: one)
            scene.time += seconds
            scene.call(got, proof: one, status: status, answer: status == 401 ? [("WWW-Authenticate", "DPoP")] : [])
        }
    }

    /// A client whose clock is off by so many seconds in every proof.
    private static func off(_ seconds: Int) -> Case {
        { scene in
            let got = scene.token(
                key, proof: key.proof("POST", Scene.tokenURL, iat: 1_795_334_400 + seconds, jti: "token-abcdefghij"),
                token: token)
            scene.call(
                got, proof: proof(iat: 1_795_334_400 + seconds), status: 401, answer: [("WWW-Authenticate", "DPoP")])
        }
    }

    private static let time: [(cause: CauseID, shown: Case, near: Case)] = [
        (.iatMs, refused(proof(payload: ["iat": "1795334400000"])), good),
        (.iatType, refused(proof(payload: ["iat": "\"1795334400\""])), good),
        (.iatTz, off(-7200), off(-5000)),
        // A client whose token request had the right time has the right clock: then it is a zone only exactly.
        (.iatTz, refused(proof(iat: 1_795_334_400 - 7205)), refused(proof(iat: 1_795_334_400 - 7260))),
        (.iatTz, off(-7260), off(-7300)),
        (.iatSlowDelivery, refused(proof(iat: 1_795_334_400 - 7260)), refused(proof(iat: 1_795_334_400 - 7200))),
        (.iatSlowDelivery, refused(proof(iat: 1_795_334_400 - 1234)), off(-1234)),
        (.iatSkewBehind, off(-1234), accepted(proof(iat: 1_795_334_400 - 30))),
        (.iatSkewAhead, refused(proof(iat: 1_795_334_400 + 1234)), accepted(proof(iat: 1_795_334_400 + 5))),
        (
            .iatSlowDelivery,
            { scene in
                scene.recorder = .client
                scene.call(
                    token, proof: proof(iat: 1_795_334_400 - 700), status: 401,
                    answer: [("Date", "Sun, 22 Nov 2026 08:00:00 GMT"), ("WWW-Authenticate", "DPoP")])
            },
            { scene in
                scene.call(
                    token, proof: proof(iat: 1_795_334_400 - 700), status: 401,
                    answer: [("Date", "Sun, 22 Nov 2026 08:20:00 GMT"), ("WWW-Authenticate", "DPoP")])
            }
        ),
        (.iatCachedProof, later(700, status: 401), good),
        (.jtiRetry, later(1, status: 401), good),
        (.jtiNotShared, later(1), later(1, status: 401)),
        (.jtiWindowGap, later(120), later(120, status: 401)),
        (.jtiMissing, refused(proof(payload: ["jti": nil])), good),
        (.jtiWeak, accepted(proof(jti: "1")), good),
    ]

    private static let tokens: [(cause: CauseID, shown: Case, near: Case)] = [
        (.athMissing, refused(proof(token: nil)), good),
        (.athPrefix, refused(proof(payload: ["ath": "\"\(hash("DPoP " + token))\""])), good),
        (.athHex, refused(proof(payload: ["ath": "\"\(Hex.text(HashFunction.sha256(token)))\""])), good),
        (.athPadding, refused(proof(payload: ["ath": "\"\(hash(token))=\""])), good),
        (
            .athHalf,
            refused(proof(payload: ["ath": "\"\(Base64URL.encode(HashFunction.sha256(token).prefix(16)))\""])), good
        ),
        (.athTrim, refused(proof(payload: ["ath": "\"\(hash(token + "\n"))\""])), good),
        (
            .athOtherToken, refused(proof(payload: ["ath": "\"\(hash(CompactJWS(token).payloadBytes.text))\""])),
            refused(proof(payload: ["ath": "\"\(hash("nothing of this"))\""]))
        ),
        (
            .athStale,
            { scene in
                let old = TestKey(9).token(jkt: key.jkt, exp: 1_795_334_699)
                _ = scene.token(key, token: old)
                let got = scene.token(key, token: token)
                scene.call(got, proof: proof(token: old), status: 401, answer: [("WWW-Authenticate", "DPoP")])
            }, good
        ),
        (
            .athOnTokenRequest,
            { scene in
                _ = scene.token(key, proof: key.proof("POST", Scene.tokenURL, token: "x", jti: "with-ath-abcdefgh"))
            }, good
        ),
        (.schemeBearer, refused(proof(), scheme: "Bearer"), good),
        (
            .schemeDpopUnbound, refused(proof(token: TestKey(9).token(jkt: nil)), token: TestKey(9).token(jkt: nil)),
            good
        ),
        (.schemeInToken, refused(proof(), scheme: "DPoP DPoP"), good),
        (.schemeCase, accepted(proof(), scheme: "dpop"), good),
        (
            .schemeBoth,
            { scene in
                let got = scene.token(key, token: token)
                scene.add(
                    "GET", api,
                    [("Authorization", "DPoP \(got)"), ("Authorization", "Bearer \(got)"), ("DPoP", proof())],
                    status: 400)
            }, good
        ),
        (
            .typeCase,
            { scene in
                let got = scene.token(key, token: token, type: "dpop")
                scene.call(got, proof: nil, scheme: "Bearer", status: 401, answer: [("WWW-Authenticate", "DPoP")])
            },
            { scene in
                let got = scene.token(key, token: token, type: "dpop")
                scene.call(got, proof: proof())
            }
        ),
        (
            .typeBearerReturned,
            { scene in _ = scene.token(key, token: TestKey(9).token(jkt: nil), type: "Bearer") }, good
        ),
        (.cnfAbsent, refused(proof(token: TestKey(9).token(jkt: nil)), token: TestKey(9).token(jkt: nil)), good),
        (
            .cnfShape,
            { scene in _ = scene.token(key, token: TestKey(9).token(jkt: nil, more: ",\"cnf\":\"\(key.jkt)\"")) }, good
        ),
        (.cnfExtra, bound(to: key.jkt, more: ",\"x5t#S256\":\"A\""), bound(to: key.jkt)),
        (
            .cnfIntrospection,
            { scene in
                let got = scene.token(key, token: "opaque-token-1")
                scene.call(
                    got, proof: proof(token: "opaque-token-1"), status: 401, answer: [("WWW-Authenticate", "DPoP")])
                scene.exchanges[1] = scene.exchanges[1].changed(duration: 0.5)
                scene.time -= 0.05
                scene.add(
                    "POST", "https://as.test/introspect", [("User-Agent", "gw")], body: "token=opaque-token-1",
                    answerBody: "{\"active\":true}")
            }, good
        ),
        (
            .cnfUnchecked,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(got, proof: other.proof("GET", api, token: got, jti: "other-abcdefghij"))
            }, refused(other.proof("GET", api, token: token, jti: "other-abcdefghij"))
        ),
        (.keyTwoKeys, refused(other.proof("GET", api, token: token, jti: "other-abcdefghij")), good),
        (
            .keyRegenerated,
            { scene in
                scene.call(
                    token, proof: other.proof("GET", api, token: token, jti: "other-abcdefghij"), status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            }, good
        ),
        (
            .keyRefreshOther,
            { scene in
                _ = scene.token(
                    key, token: token, form: "grant_type=client_credentials&client_id=spa",
                    more: ",\"refresh_token\":\"r1\"")
                scene.add(
                    "POST", Scene.tokenURL, [("DPoP", other.proof("POST", Scene.tokenURL, jti: "refresh-abcdefgh"))],
                    body: "grant_type=refresh_token&refresh_token=r1&client_id=spa", status: 400,
                    answerBody: "{\"error\":\"invalid_grant\"}")
            }, good
        ),
        (
            .keyDpopJkt,
            { scene in
                scene.add(
                    "GET", "https://as.test/auth?response_type=code&client_id=spa&dpop_jkt=\(other.jkt)", [],
                    status: 302, answer: [("Location", "https://spa.test/cb?code=c1")])
                _ = scene.token(key, token: token, form: "grant_type=authorization_code&code=c1")
            }, good
        ),
        (.jktDer, bound(to: hash2(jwk.spki!)), bound(to: key.jkt)),
        (.jktHexPad, bound(to: key.jkt + "="), bound(to: key.jkt)),
        (.jktNoncanonical, bound(to: hash(key.jwk)), bound(to: key.jkt)),
        (
            .jktKid,
            { scene in
                let withID = String(key.jwk.dropLast()) + ",\"kid\":\"my-key\"}"
                let proof = key.proof("POST", Scene.tokenURL, jti: "token-abcdefghij", header: ["jwk": withID])
                _ = scene.token(key, proof: proof, token: TestKey(9).token(jkt: "my-key"))
            }, bound(to: key.jkt)
        ),
    ]

    private static func hash2(_ bytes: [UInt8]) -> String { Base64URL.encode(HashFunction.sha256(Bytes(bytes))) }

    private static let forms: [(cause: CauseID, shown: Case, near: Case)] = [
        (.proofAbsent, refused(nil), good),
        (.proofAbsent, unproved("invalid_dpop_proof"), unproved("invalid_request")),
        (.proofDuplicated, refused(proof() + "," + proof(jti: "more-abcdefghijk")), good),
        (.proofQuoted, refused("\"\(proof())\""), good),
        (.typWrong, refused(proof(header: ["typ": "\"JWT\""])), good),
        (.algSymNone, refused(proof(header: ["alg": "\"none\""])), good),
        (
            .algUnsupported,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(
                    got, proof: proof(), status: 401,
                    answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\", algs=\"RS256\"")])
            }, good
        ),
        (.algKeyMismatch, refused(proof(header: ["alg": "\"ES384\""])), good),
        (
            .algDuplicated,
            refused(
                key.sign(
                    "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"alg\":\"ES256\",\"jwk\":\(key.jwk)}", "{\"jti\":\"x\"}")),
            good
        ),
        (
            .algEd25519Name,
            { scene in
                let pair = try! SigningKey.generate(.named("EdDSA")!)
                let got = scene.token(key, token: TestKey(9).token(jkt: pair.fingerprint.base64url))
                let proof = try! Proof.make(
                    key: pair, method: "GET", url: HTTPURL(api), iat: 1_795_334_400, jti: "ed-abcdefghijklmn",
                    token: got)
                scene.call(
                    got, proof: proof, status: 401,
                    answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 Ed25519\"")])
            }, good
        ),
        (.sigDer, refused(signed { raw in der(raw) }), refused(signed { $0.map { $0 ^ 1 } })),
        (.sigShort, refused(signed { Array($0.dropFirst()) }), good),
        (.sigOtherKey, refused(proof(header: ["jwk": other.jwk])), good),
        (
            .sigReencoded,
            { scene in
                let got = scene.token(key, token: token)
                let parts = proof().split(separator: ".").map(String.init)
                let payload = String(decoding: try! Base64URL.decode(parts[1]), as: UTF8.self)
                let spaced = payload.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ", ")
                scene.call(
                    got, proof: "\(parts[0]).\(Base64URL.encode(Array(spaced.utf8))).\(parts[2])", status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            }, good
        ),
        (.jwkPrivate, refused(proof(header: ["jwk": String(key.jwk.dropLast()) + ",\"d\":\"AAAA\"}"])), good),
        (.jwkKidInstead, refused(proof(header: ["jwk": nil, "kid": "\"k1\""])), good),
        (.jwkAsString, refused(proof(header: ["jwk": JSONText.quote(key.jwk)])), good),
        (.jwkX5c, refused(proof(header: ["jwk": nil, "x5c": "[\"AA\"]"])), good),
        (
            .jwkKidInside,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(
                    got, proof: proof(header: ["jwk": String(key.jwk.dropLast()) + ",\"kid\":\"k1\"}"]), status: 401,
                    answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\", error_description=\"bad jwk\"")])
            }, good
        ),
        (.ecZeroStripped, refused(proof(header: ["jwk": coordinates { Array($0.dropFirst()) }])), good),
        (.ecZeroAdded, refused(proof(header: ["jwk": coordinates { [0] + $0 }])), good),
        (
            .rsaZeroAdded,
            refused(
                proof(header: [
                    "alg": "\"RS256\"",
                    "jwk":
                        "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"\(Base64URL.encode([0] + [UInt8](repeating: 201, count: 256)))\"}",
                ])), good
        ),
    ]

    private static func coordinates(_ change: ([UInt8]) -> [UInt8]) -> String {
        let x = change(try! Base64URL.decode(jwk.value["x"]!.string!))
        return
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(Base64URL.encode(x))\",\"y\":\"\(jwk.value["y"]!.string!)\"}"
    }

    private static func der(_ raw: [UInt8]) -> [UInt8] {
        func integer(_ number: ArraySlice<UInt8>) -> [UInt8] {
            var bytes = Array(number.drop { $0 == 0 })
            if bytes.first ?? 128 >= 128 { bytes.insert(0, at: 0) }
            return [2, UInt8(bytes.count)] + bytes
        }
        let body = integer(raw[..<32]) + integer(raw[32...])
        return [0x30, UInt8(body.count)] + body
    }

    private static let grant = "grant_type=authorization_code&code=c9"
    private static let refresh = "grant_type=refresh_token&refresh_token=r9"
    private static let nonces: [(cause: CauseID, shown: Case, near: Case)] = [
        (.nonceUnhandled, challenged { _ in }, challenged(retry(["nonce": "\"n1\""]))),
        (
            .nonceNotEchoed,
            challenged(retry([:], status: 400, answer: [("DPoP-Nonce", "n2")], body: "{\"error\":\"use_dpop_nonce\"}")),
            challenged(retry(["nonce": "\"n1\""]))
        ),
        (
            .nonceRetrySameJti, challenged(retry(["nonce": "\"n1\""], jti: "first-abcdefghijk")),
            challenged(retry(["nonce": "\"n1\""]))
        ),
        (
            .nonceInBody,
            { scene in
                scene.add(
                    "POST", Scene.tokenURL, [("DPoP", key.proof("POST", Scene.tokenURL, jti: "first-abcdefghijk"))],
                    body: "grant_type=client_credentials", status: 400,
                    answerBody: "{\"error\":\"use_dpop_nonce\",\"nonce\":\"n1\"}")
            }, challenged(retry(["nonce": "\"n1\""]))
        ),
        (
            .nonceCrossOrigin,
            { scene in
                let got = scene.token(key, token: token)
                scene.exchanges[0] = Exchange(
                    index: 0, request: scene.exchanges[0].request,
                    response: Response(
                        status: 200, headers: [Header("DPoP-Nonce", "as-nonce")],
                        body: scene.exchanges[0].response!.body), started: Scene.start, duration: 0.05)
                scene.call(
                    got, proof: proof(), status: 401,
                    answer: [("DPoP-Nonce", "rs-nonce"), ("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"")])
                scene.call(
                    got, proof: proof(jti: "cross-abcdefghij", payload: ["nonce": "\"as-nonce\""]), status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            }, good
        ),
        (
            .nonceNotUpdatedOn200,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(
                    got, proof: proof(), status: 401,
                    answer: [("DPoP-Nonce", "n1"), ("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"")])
                scene.call(
                    got, proof: proof(jti: "two-abcdefghijkl", payload: ["nonce": "\"n1\""]),
                    answer: [("DPoP-Nonce", "n2")])
                scene.call(got, proof: proof(jti: "three-abcdefghij", payload: ["nonce": "\"n1\""]))
            }, good
        ),
        (
            .nonceBurnsCode,
            challenged(
                retry(["nonce": "\"n1\""], form: grant, status: 400, body: "{\"error\":\"invalid_grant\"}"), form: grant
            ), challenged(retry(["nonce": "\"n1\""], form: grant), form: grant)
        ),
        (
            .nonceBurnsRefresh,
            challenged(
                retry(["nonce": "\"n1\""], form: refresh, status: 400, body: "{\"error\":\"invalid_grant\"}"),
                form: refresh), challenged(retry(["nonce": "\"n1\""], form: refresh), form: refresh)
        ),
        (
            .nonceLoop,
            challenged { scene in
                for number in 2...3 {
                    retry(
                        ["nonce": "\"n\(number - 1)\""], jti: "loop-\(number)-abcdefg", status: 400,
                        answer: [("DPoP-Nonce", "n\(number)")], body: "{\"error\":\"use_dpop_nonce\"}")(&scene)
                }
            },
            challenged(
                retry(
                    ["nonce": "\"n1\""], status: 400, answer: [("DPoP-Nonce", "n2")],
                    body: "{\"error\":\"use_dpop_nonce\"}"))
        ),
        (.nonceOnlyIfNone, challenged({ _ in }, nonce: "n0"), challenged({ _ in })),
        (
            .nonceStaleCode,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(
                    got, proof: proof(payload: ["nonce": "\"old\""]), status: 401,
                    answer: [("DPoP-Nonce", "new"), ("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")])
            }, good
        ),
        (
            .nonceUnwanted,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(
                    got, proof: proof(payload: ["nonce": "\"n\""]), status: 401,
                    answer: [
                        (
                            "WWW-Authenticate",
                            "DPoP error=\"invalid_dpop_proof\", error_description=\"DPoP nonces are not supported\""
                        )
                    ])
            }, good
        ),
        (.nonceCorsHidden, browser(exposed: nil), browser(exposed: "WWW-Authenticate, DPoP-Nonce")),
        (.nonceCachedResponse, cached("public, max-age=60"), cached("no-store")),
        (
            .nonceOidcMixup,
            { scene in
                scene.add(
                    "GET", "https://as.test/auth?response_type=code&client_id=spa&nonce=oidc-1&dpop_jkt=\(key.jkt)", [],
                    status: 302, answer: [("Location", "https://spa.test/cb?code=c1")])
                let proof = key.proof("POST", Scene.tokenURL, jti: "mixup-abcdefghij", payload: ["nonce": "\"oidc-1\""])
                _ = scene.token(key, proof: proof, token: token, form: "grant_type=authorization_code&code=c1")
            }, good
        ),
    ]

    private static func browser(exposed: String?) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            let more = exposed.map { [("Access-Control-Expose-Headers", $0)] } ?? []
            scene.add(
                "GET", api, [("Origin", "https://spa.test"), ("Authorization", "DPoP \(got)"), ("DPoP", proof())],
                answer: [("DPoP-Nonce", "n1")] + more)
        }
    }

    private static func cached(_ control: String) -> Case {
        accepted(proof(), answer: [("DPoP-Nonce", "n1"), ("Cache-Control", control)])
    }

    private static func passed(_ upstream: [(String, String)], body: String? = nil, shown: String = token) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            scene.call(got, proof: proof())
            scene.exchanges[1] = scene.exchanges[1].changed(duration: 0.5)
            scene.time -= 0.05
            scene.add("GET", "https://upstream.test/data", upstream)
        }
    }

    private static let servers: [(cause: CauseID, shown: Case, near: Case)] = [
        (
            .gwDowngradeRefused,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(
                    got, proof: proof(), status: 401,
                    answer: [("X-Kong-Upstream-Latency", "3"), ("WWW-Authenticate", "Bearer error=\"invalid_token\"")])
            },
            { scene in
                let got = scene.token(key, token: token)
                scene.call(
                    got, proof: proof(), status: 401,
                    answer: [("X-Kong-Response-Latency", "3"), ("WWW-Authenticate", "DPoP error=\"invalid_token\"")])
            }
        ),
        (
            .gwOptionalBypass,
            { scene in
                let got = scene.token(key, token: TestKey(9).token(jkt: nil))
                scene.call(got, proof: nil, scheme: "Bearer")
            },
            { scene in
                let got = scene.token(key, token: TestKey(9).token(jkt: nil))
                scene.call(got, proof: nil, scheme: "Bearer", status: 401)
            }
        ),
        (.gwOff, accepted(nil, scheme: "Bearer"), refused(nil, scheme: "Bearer")),
        (.gwNoTokenUpstream, passed([]), passed([("Authorization", "Bearer \(token)")])),
        (
            .atChangedByGateway,
            passed([("Authorization", "DPoP \(TestKey(9).token(jkt: key.jkt, exp: 1_795_334_650))"), ("DPoP", proof())]
            ), passed([("Authorization", "Bearer \(token)")])
        ),
        (
            .gwTokenInQuery,
            { scene in
                let got = scene.token(key, token: token)
                scene.add(
                    "GET", api + "?access_token=\(got)", [("DPoP", proof())], status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            }, good
        ),
        (
            .gwHttpsOnly,
            { scene in
                let got = scene.token(key, token: token)
                scene.call(got, proof: proof(), status: 426, answer: [("X-Kong-Response-Latency", "1")])
            },
            { scene in
                let got = scene.token(key, token: token)
                scene.call(got, proof: proof(), status: 426)
            }
        ),
        (
            .asHybrid,
            { scene in
                scene.add(
                    "GET", "https://as.test/auth?response_type=code%20token&client_id=spa&dpop_jkt=\(key.jkt)", [],
                    status: 302, answer: [("Location", "https://spa.test/cb#access_token=x")])
                _ = scene.token(key, token: token)
            }, good
        ),
        (
            .answerMalformed,
            { scene in
                scene.call(token, proof: proof(), answer: [("DPoP-Nonce", "n\r\nX-Evil: 1")])
            }, accepted(proof(), answer: [("DPoP-Nonce", "n")])
        ),
        (.metadataIssuer, metadata("", issuer: "https://evil.test"), metadata("")),
        (.deviceTimes, device(",\"interval\":0"), device(",\"interval\":5")),
        (.asFeatureOff, metadata(""), metadata(",\"dpop_signing_alg_values_supported\":[\"ES256\"]")),
        (
            .asConfidentialNoProof,
            { scene in
                _ = scene.token(key, token: token, more: ",\"refresh_token\":\"r1\"")
                scene.add(
                    "POST", Scene.tokenURL, [], body: "grant_type=refresh_token&refresh_token=r1&client_secret=s",
                    status: 400,
                    answerBody: "{\"error\":\"invalid_request\",\"error_description\":\"DPoP proof is missing\"}")
            }, good
        ),
        (
            .captureSanitised,
            { scene in
                _ = scene.token(key, token: token)
                scene.add("GET", api, [("DPoP", proof())])
            }, good
        ),
        (
            .captureTruncated,
            { scene in
                scene.add(
                    "POST", Scene.tokenURL, [("DPoP", key.proof("POST", Scene.tokenURL, jti: "token-abcdefghij"))],
                    body: "grant_type=client_credentials")
            }, good
        ),
    ]

    private static func device(_ more: String) -> Case {
        { scene in
            scene.add(
                "POST", "https://as.test/device", [], body: "client_id=c",
                answerBody:
                    "{\"device_code\":\"d\",\"user_code\":\"AB CD\",\"verification_uri\":\"https://as.test/v\",\"expires_in\":600\(more)}"
            )
            _ = scene.token(key)
        }
    }

    private static func metadata(_ more: String, issuer: String = "https://as.test") -> Case {
        { scene in
            scene.add(
                "GET", "https://as.test/.well-known/openid-configuration", [],
                answerBody: "{\"issuer\":\"\(issuer)\"\(more)}")
            _ = scene.token(key, token: TestKey(9).token(jkt: nil), type: "Bearer")
        }
    }

    static func diagnose(_ make: Case) -> Diagnosis {
        var scene = Scene()
        make(&scene)
        return scene.diagnosis()
    }

    @Test(arguments: table.indices) func isSeenWhereItIsAndOnlyThere(_ index: Int) {
        let (cause, shown, near) = Self.table[index]
        let found = Self.diagnose(shown).entries.compactMap { $0.cause?.id }
        #expect(found.contains(cause), "\(cause) was not seen: \(found)")
        let nearly = Self.diagnose(near).entries.compactMap { $0.cause?.id }
        #expect(!nearly.contains(cause), "\(cause) was seen where it is not: \(nearly)")
    }

    /// Each id of the catalogue is diagnosed and tested above, a candidate, told from a configuration, or not visible,
    /// because …
    @Test func noRowOfTheCatalogueIsMissing() throws {
        let tested = Set(Self.table.map(\.cause))
        for cause in Cause.all where cause.sight == .diagnosed || cause.sight == .words {
            #expect(tested.contains(cause.id) == true, "no bytes show \(cause.id)")
        }
        for cause in Cause.all { if case .hidden(let why) = cause.sight { #expect(!why.isEmpty) } }
    }

    /// One row for each id, and no other rows; ids are written as they always were.
    @Test func everyIDHasItsCause() {
        #expect(Cause.all.count == CauseID.allCases.count)
        #expect(Set(Cause.all.map(\.id)) == Set(CauseID.allCases))
        for id in CauseID.allCases {
            #expect(Cause.with(id).id == id && Cause.named(id.rawValue)?.id == id && "\(id)" == id.rawValue)
            #expect(id.rawValue.wholeMatch(of: /[a-z0-9]+\.[a-z0-9-]+/) != nil, "\(id.rawValue)")
        }
        #expect(Cause.named("htu.host") == nil)
    }

    @Test func aGoodFlowRaisesNothing() {
        let diagnosis = Self.diagnose(Self.good)
        #expect(diagnosis.entries.isEmpty)
        #expect(diagnosis.unexplained == nil && diagnosis.candidates.isEmpty)
    }

    @Test func twoMistakesAreBothThereInTheRightOrder() {
        let found = Self.diagnose(Self.refused(Self.proof("POST", token: nil))).entries.compactMap { $0.cause?.id }
        #expect(found == [.htmReused, .athMissing])
        let more = Self.diagnose(
            Self.refused(
                Self.proof(header: ["typ": "\"JWT\""], payload: ["ath": "\"\(Self.hash("DPoP " + Self.token))\""]))
        ).entries.compactMap { $0.cause?.id }
        #expect(more == [.typWrong, .athPrefix])
    }

    @Test func aRefusalWithoutAReasonNamesWhatOnlyTheServerKnows() {
        let diagnosis = Self.diagnose(Self.refused(Self.proof()))
        #expect(diagnosis.entries.isEmpty)
        #expect(diagnosis.unexplained != nil)
        #expect(diagnosis.candidates.map(\.id).contains(.htuProxyInternal))
        // Kong's own causes only where Kong is seen.
        #expect(!diagnosis.candidates.map(\.id).contains(.gwSchemeLb))
        #expect(diagnosis.outcome == .refused)
        #expect(diagnosis.ruledOut.contains(.proofSignature))
    }

    /// protocol.md 3.11: values that identify wrong recipes, of the RFC's own key and token.
    @Test(
        arguments: [
            ("n_P-LqPOv0qzz9DAZza2dAj7gtEE0kaQi0TEAzvQbCI", .jktNoncanonical),
            ("d5TsmEfvt1SS8zJU_s71Rmn3B-OTgkBmcZxQZJnDwok", .jktNoncanonical),
            ("HHJXisT-lYq61NIXml5TUC9HFa-8nQrq-_LBo5rFjyU", .jktNoncanonical),
            ("V73I3zkvXxH3eDccC8jF4gVPnyHcID0OQoSSKz5Bzkg", .jktNoncanonical),
            ("d1970e08e459358cbe0d6a6aab7d236722461d33747761e0941577ba282e0382", .jktHexPad),
            ("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I=", .jktHexPad),
            ("0ZcOCORZNYy+DWpqq30jZyJGHTN0d2HglBV3uiguA4I=", .jktHexPad),
            ("e1qmMOqQnEdA7YLSREJis-yWXZRdVEMgpeGywEzifuI", .jktDer),
            ("wo2Q_O9ZE_ceOPiOoMjvV33kcfXhRLNMpe2lmJ3-E2g", .jktDer),
            ("FCY08B2XBBkr7yAVtAofsQEAOOSTMqmzVBNvQFQpNlk", .ecZeroAdded),
            ("vPgnKr0XzKHSTSWv8EJzLQdaQpnpHd66TC1ySrcGPV8", .jktNoncanonical),
            ("61jbsv7GCxrMYyyesNUtgudePXB_Wb-dn1DOo45ME9I", .jktNoncanonical),
        ] as [(String, CauseID)])
    func wrongThumbprintsAreTracedToTheirRecipe(jkt: String, cause: CauseID) throws {
        let text =
            "{\"kty\":\"EC\",\"x\":\"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs\",\"y\":\"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA\",\"crv\":\"P-256\"}"
        #expect(ThumbprintForensics.recipe(for: jkt, of: JWK(try JSONDocument(Bytes(text)).root))?.cause == cause)
    }

    @Test(
        arguments: [
            ("flAwo5Y3oIGYMc9aPtQrGL44PSsgvv4CdQJz2GzXcE0", .athPrefix),
            ("HHKKSWb8mCfUyubQjUtm7OSgzVkUjX40NM9LGeVt_Sw", .athTrim),
            ("7d41f23b6af66770d9e7712c36b5816f4c565e868dcb9f4888a080aa4b26404a", .athHex),
            ("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo=", .athPadding),
            ("N2Q0MWYyM2I2YWY2Njc3MGQ5ZTc3MTJjMzZiNTgxNmY0YzU2NWU4NjhkY2I5ZjQ4ODhhMDgwYWE0YjI2NDA0YQ", .athHex),
            ("fUHyO2r2Z3DZ53EsNrWBbw", .athHalf),
        ] as [(String, CauseID)])
    func wrongHashesAreTracedToTheirRecipe(ath: String, cause: CauseID) {
        #expect(HashForensics.recipe(for: ath, of: "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")?.cause == cause)
    }

    /// Keycloak's window is a tenth of most others': the server that is recognised is asked for its own.
    @Test func theRecognisedServersWindowIsTried() {
        let url = "https://kc.test/realms/a/protocol/openid-connect/token"
        func ask(_ age: Int, _ url: String) -> [CauseID] {
            Self.diagnose { scene in
                let proof = Self.key.proof("POST", url, iat: 1_795_334_400 - age, jti: "window-abcdefghij")
                scene.add(
                    "POST", url, [("DPoP", proof)], body: "grant_type=client_credentials", status: 400,
                    answerBody: "{\"error\":\"invalid_request\"}")
            }.entries.compactMap { $0.cause?.id }
        }
        #expect(ask(40, url) == [.iatSkewBehind])
        #expect(ask(10, url) == [])
        #expect(ask(-30, url) == [.iatSkewAhead])
        #expect(ask(40, "https://other.test/token") == [])
    }

    @Test func theProxyRewriteThatWouldExplainIsNamed() {
        let diagnosis = Self.diagnose { scene in
            scene.add(
                "GET", "https://as.test/.well-known/openid-configuration", [],
                answerBody: "{\"issuer\":\"http://kc:8080\",\"token_endpoint\":\"http://kc:8080/token\"}")
            let proof = Self.key.proof("POST", Scene.tokenURL, jti: "proxied-abcdefgh")
            scene.add(
                "POST", Scene.tokenURL, [("DPoP", proof)], body: "grant_type=client_credentials", status: 400,
                answerBody: "{\"error\":\"invalid_request\",\"error_description\":\"DPoP HTTP URL mismatch\"}")
        }
        // The metadata of another issuer is a finding of its own, and explains no refusal.
        #expect(diagnosis.entries.map(\.id) == ["htu.proxy-internal", "metadata.issuer"])
        #expect(diagnosis.first?.certainty == .likely && diagnosis.outcome == .cause)
        #expect(
            diagnosis.first?.sentence
                == "the server says 'DPoP HTTP URL mismatch'; `issuer` of its metadata (entry 0) says http://kc:8080, and https://as.test/token was called"
        )
        #expect(diagnosis.candidates.isEmpty)
    }

    @Test func ledgersSayWhatHappenedToNonces() throws {
        var scene = Scene()
        Self.challenged(Self.retry(["nonce": "\"n1\""], answer: [("DPoP-Nonce", "n2")]))(&scene)
        scene.call(Self.token, proof: Self.proof(payload: ["nonce": "\"n2\""]), status: 401)
        let flow = scene.flows[0]
        let story = FlowChecker(context: CaptureContext()).story(of: flow) { scene.exchanges[$0] }
        let text = LedgerText.text(flow, story, CheckSettings())
        #expect(text.contains("first seen n1"))
        #expect(text.contains("the newest, of step 2"))
        #expect(text.contains("rotated   n2"))
        #expect(text.contains("CROSSED: https://as.test gave it"))
        #expect(text.contains("\(Self.key.jkt)  EC P-256  steps 2, 4"))
        #expect(text.contains("[·"))
    }
}
