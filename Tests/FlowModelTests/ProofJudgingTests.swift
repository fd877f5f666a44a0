import Testing

@testable import FlowModel

/// why.md §9: how one proof is judged, by itself and with a server named.
struct ProofJudgingTests {
    static let key = TestKey()

    static func judge(
        header: [String: String?] = [:], payload: [String: String?] = [:], profile: String = "rfc9449", _ check: CheckID
    ) -> (verdict: Verdict, cause: CauseID?)? {
        var scene = Scene()
        let token = scene.token(key)
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token, header: header, payload: payload))
        var settings = CheckSettings()
        settings.profile = .named(profile)!
        return scene.verdict(check, settings)
    }

    @Test(arguments: [
        "es256", "ES256 ", "XX256", "", "RSA-OAEP", "1.2.840.10045.4.3.2", "nOnE", "RS1", "A128KW", "hs256",
    ])
    func anAlgorithmThatIsNotRegisteredFails(name: String) {
        let found = Self.judge(header: ["alg": "\"\(name)\""], .proofAlg)
        #expect(found?.verdict == .fail && found?.cause == .algUnregistered)
    }

    @Test(arguments: [
        "[]", "null", "\"foo\"", "{}", "[1]", "[\"alg\"]", "[\"typ\"]", "[\"foo\"]", "[\"exp\"]", "[\"b64\",\"b64\"]",
    ])
    func aWrongCritFails(crit: String) {
        let header: [String: String?] = ["crit": crit, "b64": crit.hasPrefix("[\"b64") ? "true" : nil]
        let found = Self.judge(header: header, .proofWellformed)
        #expect(found?.verdict == .fail && found?.cause == .critUnknown)
    }

    @Test(arguments: [
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "{\"kty\":\"RSA\",\"e\":\"AQ\",\"n\":\"yQ\"}", "{\"kty\":\"RSA\",\"e\":\"Ag\",\"n\":\"yQ\"}",
        "{\"kty\":\"RSA\",\"e\":\"AA\",\"n\":\"yQ\"}",
        "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"yQ\"}", "{\"kty\":\"RSA\",\"e\":\"AQAB\"}",
        "{\"kty\":\"OKP\",\"x\":\"AA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", "{\"kty\":2}",
        "[1]", "7",
        "{\"kty\":\"oct\",\"k\":\"\"}", "{\"kty\":\"EC\",\"crv\":\"secp256r1\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AAAA\"}",
    ])
    func aKeyThatIsNoneFails(jwk: String) {
        let found = Self.judge(header: ["jwk": jwk], .proofJwk)
        #expect(found?.verdict == .fail && found?.cause == .jwkMalformed)
        // The algorithm is not to blame for a key that cannot be read.
        #expect(
            Self.judge(header: ["jwk": jwk], .proofAlg)?.cause != .algKeyMismatch || jwk.contains("RSA")
                || jwk.contains("AKP"))
    }

    @Test func coordinatesInEachOthersPlaceAreSeen() {
        var scene = Scene()
        let token = scene.token(Self.key)
        let root = try! JSONDocument(Bytes(Self.key.jwk)).root
        let swapped =
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(root["y"]!.string!)\",\"y\":\"\(root["x"]!.string!)\"}"
        scene.call(token, proof: Self.key.proof("GET", Scene.apiURL, token: token, header: ["jwk": swapped]))
        let words = scene.report().findings.first { $0.check == .proofJwk && $0.verdict == .fail }?.outcome.title
        #expect(words == "`x` and `y` of the key stand in each other's place")
    }

    @Test func claimsOfAWrongType() {
        #expect(Self.judge(payload: ["exp": "null"], .proofClaims)?.cause == .proofExpired)
        #expect(Self.judge(payload: ["nbf": "\"1\""], .proofClaims)?.cause == .proofExpired)
        #expect(Self.judge(payload: ["exp": "1795334460"], .proofClaims)?.verdict == .pass)
        #expect(Self.judge(payload: ["jti": "\"\""], .proofClaims)?.cause == .jtiMissing)
        #expect(Self.judge(payload: ["aud": "5"], .proofClaims)?.verdict == .warn)
        #expect(Self.judge(payload: ["aud": "[\"a\"]"], .proofClaims)?.verdict == .pass)
        #expect(Self.judge(payload: ["nonce": "5"], .proofNonce)?.verdict == .warn)
        #expect(Self.judge(header: ["enc": "\"A128GCM\""], .proofWellformed)?.verdict == .warn)
        #expect(Self.judge(header: ["enc": "\"A128GCM\""], profile: "nimbus", .proofWellformed)?.verdict == .fail)
        #expect(Self.judge(payload: ["iat": "-5"], .proofIat)?.cause == .iatType)
        #expect(Self.judge(payload: ["iat": "1E400"], .proofIat)?.cause == .iatType)
        #expect(Self.judge(payload: ["exp": "1795334390"], .proofIat)?.verdict == .fail)
        #expect(Self.judge(payload: ["exp": "1795334398"], .proofIat)?.verdict == .warn)
        #expect(Self.judge(payload: ["exp": "1795334398"], profile: "spring", .proofIat)?.verdict == .fail)
        #expect(Self.judge(payload: ["jti": nil, "jit": "\"abcdefghijklmnop\""], .proofClaims)?.cause == .jtiMissing)
    }

    private static let targets: [(String, CauseID)] = [
        ("", .htuUnparsed), ("null", .htuUnparsed), ("//api.test/data", .htuUnparsed),
        ("api.test/data", .htuUnparsed),
        ("https:/api.test/data", .htuUnparsed), ("https:///api.test/data", .htuUnparsed),
        ("https://api.test:x/data", .htuUnparsed),
        (" https://api.test/data", .htuUnparsed), ("https://api.test\\\\data", .htuUnparsed),
        ("urn:a:b", .htuUnparsed),
        ("https://2001:db8::1/data", .htuUnparsed), ("https://api.test/d%zz", .htuUnparsed),
        ("/data", .htuPathOnly),
        ("https://api.test@else.test/data", .htuUserinfo), ("https://@api.test/data", .htuUserinfo),
        ("https://api.test/data/.", .htuDotSegments), ("https://api.test./data", .htuClientInternal),
        ("https://api.test/v1/data", .htuPathPrefix),
    ]

    @Test(arguments: targets)
    func whatIsWrongWithTheTargetFirst(htu: String, cause: CauseID) {
        let found = Self.judge(payload: ["htu": "\"\(htu)\""], .proofHtu)
        #expect(found?.verdict == .fail && found?.cause == cause, "\(found?.cause?.rawValue ?? "none")")
    }

    /// With a server named, what it is known to refuse is a failure, and what it is known to take stays a warning.
    @Test(arguments: [
        ("spring", Verdict.fail), ("keycloak", .warn), ("nimbus", .fail), ("quarkus", .fail), ("oauth4webapi", .warn),
        ("rfc9449", .warn), ("go-dpop", .fail),
    ])
    func aProfileDecidesWhatServersDifferAbout(profile: String, verdict: Verdict) {
        #expect(
            Self.judge(payload: ["htu": "\"https://API.test/data\""], profile: profile, .proofHtu)?.verdict == verdict)
    }

    @Test func aProfileIsUsedWhole() throws {
        #expect(Self.judge(header: ["typ": "\"DPoP+JWT\""], profile: "spring", .proofTyp)?.verdict == .warn)
        #expect(Self.judge(header: ["typ": "\"DPoP+JWT\""], profile: "keycloak", .proofTyp)?.verdict == .fail)
        #expect(Self.judge(header: ["typ": "\"DPoP+JWT\""], profile: "quarkus", .proofTyp)?.verdict == .fail)
        #expect(Self.judge(payload: ["nonce": "\"n\""], profile: "nimbus", .proofNonce)?.cause == .nonceUnwanted)
        #expect(Self.judge(payload: ["nonce": "\"n\""], profile: "keycloak", .proofNonce)?.verdict == .cannotTell)
        #expect(Self.judge(payload: ["iat": "1795334410"], profile: "go-dpop", .proofIat)?.cause == .iatSkewAhead)
        #expect(Self.judge(payload: ["iat": "1795330000"], profile: "quarkus", .proofIat)?.verdict == .pass)
        let (spring, keycloak) = (try algorithm("EdDSA", "spring"), try algorithm("EdDSA", "keycloak"))
        #expect(spring == .algUnsupported && keycloak == nil)
        let named = try algorithm("Ed25519", "keycloak")
        #expect(named == .algUnsupported)
        for profile in ServerProfile.all {
            #expect(profile.past > 0 && profile.future >= 0 && !profile.source.isEmpty)
            if let verifier = profile.verifier { #expect(VerifierTable.verifiers.contains { $0.id == verifier }) }
            for name in profile.algorithms ?? [] { #expect(SignatureAlgorithm.named(name) != nil, "\(name)") }
        }
        #expect(Set(ServerProfile.all.map(\.id)).count == ServerProfile.all.count)
    }

    private func algorithm(_ name: String, _ profile: String) throws -> CauseID? {
        let pair = try SigningKey.generate(.named(name)!)
        var scene = Scene()
        let proof = try Proof.make(
            key: pair, method: "POST", url: HTTPURL(Scene.tokenURL), iat: 1_795_334_400, jti: "pair-abcdefghijkl",
            token: nil)
        _ = scene.token(Self.key, proof: proof, token: TestKey(9).token(jkt: pair.fingerprint.base64url))
        var settings = CheckSettings()
        settings.profile = .named(profile)!
        return scene.verdict(.proofAlg, settings)?.cause
    }

    @Test func aReplayIsJudgedByWhoRemembers() {
        var scene = Scene()
        let token = scene.token(Self.key)
        let proof = Self.key.proof("GET", Scene.apiURL, token: token)
        scene.call(token, proof: proof)
        scene.call(token, proof: proof)
        var settings = CheckSettings()
        #expect(scene.verdict(.proofJti, settings)?.verdict == .fail)
        settings.profile = .named("auth0")!
        #expect(scene.verdict(.proofJti, settings)?.verdict == .warn)
    }

    @Test(arguments: [
        ("2001:db8::1", "[2001:0DB8:0:0::0001]"), ("::1", "[0:0:0:0:0:0:0:1]"), ("::ffff:1.2.3.4", "[::FFFF:102:304]"),
        ("1::", "[1:0:0:0:0:0:0:0]"),
    ])
    func hostsInOtherForms(short: String, long: String) {
        #expect(HostForm.canonical("[\(short)]") == HostForm.canonical(Substring(long)))
    }

    @Test func hostsThatAreNone() {
        for text in ["1:2", ":::1", "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::", ":1:2:3:4:5:6:7:8"] {
            #expect(HostForm.ipv6(Substring(text)) == nil, "\(text)")
        }
        #expect(HostForm.canonical("Bücher.Example") == "xn--bcher-kva.example")
        #expect(HostForm.canonical("例え.test") == "xn--r8jz45g.test")
        #expect(HostForm.canonical("%61pi.test") == "api.test")
    }

    @Test func textsThatProgramsWriteOfNothing() {
        for text in [
            "undefined", "null", " None ", "[object Object]", "Optional(\"x\")", "{{proof}}",
            "<coroutine object f at 0x1>", "{}",
        ] {
            #expect(StringifiedValue.isOne(text), "\(text)")
        }
        for text in ["", "undefined.b.c", "nullable", "eyJhbGciOiJFUzI1NiJ9.e30.AA", "opaque"] {
            #expect(!StringifiedValue.isOne(text), "\(text)")
        }
    }
}
