import FlowModel
import Synchronization
import Testing

@testable import dpop_lab

/// A guard with a clock that stands still until it is told otherwise.
final class GuardScene: Sendable {
    let proofs: ProofGuard

    init(
        wantsNonce: Bool = false, isLiteral: Bool = false, past: Interval = 300, future: Interval = 60,
        algorithms: [String] = IdP.announced, remembers: Int = 1000, start: Moment = Moment(Scene.start),
        isGateway: Bool = false
    ) {
        let clock = Clock(start)
        proofs = ProofGuard(
            rules: ProofGuard.Rules(
                judging: Judging(
                    past: past, future: future, target: isLiteral ? .text : .normalised, algorithms: algorithms),
                wantsNonce: wantsNonce, isGateway: isGateway),
            nonces: NonceMint(lifetime: past), remembers: remembers, now: { clock.now })
        self.time = clock
    }

    private final class Clock: Sendable {
        private let moment: Mutex<Moment>
        init(_ start: Moment) { moment = Mutex(start) }
        var now: Moment {
            get { moment.withLock { $0 } }
            set { moment.withLock { $0 = newValue } }
        }
    }

    private let time: Clock
    var now: Moment {
        get { time.now }
        set { time.now = newValue }
    }

    /// The check that a proof does not pass; nil when it passes all.
    func refusal(
        _ values: [String], method: String = "GET", url: String = Scene.apiURL, token: String? = nil,
        jkt: String? = nil
    ) -> String? {
        do throws(ProofRefusal) {
            _ = try proofs.check(
                values, ProofGuard.Aim(method: method, url: url, token: token, jkt: jkt))
            return nil
        } catch { return error.check }
    }
}

/// Every change of a proof that the client's checks know, against the lab's guard and the client's checks at once:
/// written apart, they must agree on what is refused and on what is not.
@Suite struct GuardTests {
    static let key = TestKey()
    static let other = TestKey(1)
    static let token = TestKey(9).token(jkt: key.jkt)
    static let api = Scene.apiURL

    struct Change: Sendable, CustomStringConvertible {
        let check: CheckID
        let name: String
        let values: [String]
        let url: String
        /// The client's own word for it, where it sees another fault first, or sees none.
        let client: CheckID?

        init(
            _ check: CheckID, _ name: String, _ values: [String], url: String = GuardTests.api,
            client: CheckID?? = .none
        ) {
            (self.check, self.name, self.values, self.url) = (check, name, values, url)
            self.client = client ?? check
        }

        var description: String { "\(check.rawValue): \(name)" }
    }

    static func proof(
        _ key: TestKey = GuardTests.key, method: String = "GET", url: String = GuardTests.api,
        token: String? = GuardTests.token, iat: Int = 1_795_334_400, header: [String: String?] = [:],
        payload: [String: String?] = [:]
    ) -> String { key.proof(method, url, token: token, iat: iat, header: header, payload: payload) }

    static func head(_ check: CheckID, _ name: String, _ header: [String: String?], client: CheckID?? = .none) -> Change
    { Change(check, name, [proof(header: header)], client: client) }

    static func body(_ check: CheckID, _ name: String, _ payload: [String: String?], client: CheckID?? = .none)
        -> Change
    { Change(check, name, [proof(payload: payload)], client: client) }

    static func signed(_ change: ([UInt8]) -> [UInt8]) -> String {
        let parts = proof().split(separator: ".").map(String.init)
        return parts[0] + "." + parts[1] + "." + Base64URL.encode(change(try! Base64URL.decode(parts[2])))
    }

    static let refused: [Change] = forms + keys + claims + targets + times + tokens

    private static let forms: [Change] = [
        Change(.proofPresent, "none", []),
        Change(.proofSingle, "two fields", [proof(), proof()]),
        Change(.proofSingle, "joined", [proof() + ", " + proof()]),
        Change(.proofWellformed, "two parts", ["eyJhbGciOiJFUzI1NiJ9.e30"]),
        Change(.proofWellformed, "quoted", ["\"" + proof() + "\""]),
        Change(.proofWellformed, "padded", [proof() + "="]),
        body(.proofWellformed, "a member twice", ["\\u0068tm": "\"GET\""]),
        head(.proofWellformed, "crit", ["crit": "[\"b64\"]"]),
        head(.proofWellformed, "an empty crit", ["crit": "[]"]),
        head(.proofWellformed, "b64 false", ["b64": "false"]),
        head(.proofTyp, "JWT", ["typ": "\"JWT\""]), head(.proofTyp, "none", ["typ": nil]),
        head(.proofAlg, "none", ["alg": "\"none\""]), head(.proofAlg, "symmetric", ["alg": "\"HS256\""]),
        head(.proofAlg, "absent", ["alg": nil]),
        head(.proofAlg, "unknown", ["alg": "\"ML-DSA-44\""], client: .some(nil)),
        head(.proofSignature, "of another kind of key", ["alg": "\"RS256\""], client: .proofAlg),
        Change(.proofSignature, "another key", [proof(other, header: ["jwk": key.jwk])]),
        Change(.proofSignature, "a bit", [signed { [$0[0] ^ 1] + $0.dropFirst() }]),
        Change(.proofSignature, "short", [signed { Array($0.dropLast()) }]),
        Change(.proofSignature, "empty", [signed { _ in [] }]),
    ]

    private static let keys: [Change] = [
        head(.proofJwk, "kid instead", ["jwk": nil, "kid": "\"a1\""]), head(.proofJwk, "text", ["jwk": "\"{}\""]),
        head(.proofJwk, "incomplete", ["jwk": "{\"kty\":\"EC\"}"]),
        head(
            .proofJwk, "private",
            [
                "jwk":
                    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}"
            ]),
        head(
            .proofJwk, "a coordinate cut short",
            [
                "jwk":
                    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"-BgbkE1AFZVP7DvJbnVuL0zmFWW66o84ZdeXmJ_80w\",\"y\":\"QmnCr5fkc5hvPAHJlus28hFl9fvENm3BAHbt7YcDakQ\"}"
            ]),
        head(.proofJwk, "symmetric", ["jwk": "{\"kty\":\"oct\",\"k\":\"AAAA\"}"]),
    ]

    private static let claims: [Change] = [
        body(.proofClaims, "no jti", ["jti": nil]), body(.proofClaims, "no htm", ["htm": nil]),
        body(.proofClaims, "an empty jti", ["jti": "\"\""]),
        body(.proofClaims, "no htu", ["htu": nil]), body(.proofClaims, "no iat", ["iat": nil]),
        body(.proofClaims, "jti a number", ["jti": "7"]),
        body(.proofClaims, "iat a text", ["iat": "\"1795334400\""]),
        body(.proofHtm, "another method", ["htm": "\"PUT\""]), body(.proofHtm, "in small", ["htm": "\"get\""]),
    ]

    private static let targets: [Change] = [
        "https://api.test/data/", "http://api.test/data", "https://internal/data", "https://api.test:8443/data",
        "https://api.test", "/data", "https://api.test//data", "https://api.test/other", "https://api.test/DATA",
        "https://api.test/d%62ta",
    ].map { body(.proofHtu, $0, ["htu": "\"\($0)\""]) }

    private static let times: [Change] =
        [
            ("ms", "1795334400000"), ("301 s old", "1795334099"), ("61 s ahead", "1795334461"), ("1e19", "1e19"),
            ("-1e19", "-1e19"), ("1e300", "1e300"), ("-1", "-1"), ("1e999", "1e999"),
            ("400 digits", String(repeating: "9", count: 400)),
        ].map { body(.proofIat, $0.0, ["iat": $0.1]) } + [
            body(.proofIat, "its own exp is over", ["exp": "1795334100"]),
            body(.proofIat, "its own nbf is to come", ["nbf": "1795338000"]),
        ]

    private static let tokens: [Change] = [
        body(.proofAth, "none", ["ath": nil]),
        body(.proofAth, "of another token", ["ath": "\"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo\""]),
        body(.proofAth, "with the scheme", ["ath": "\"\(Fingerprint(of: "DPoP " + token).base64url)\""]),
        body(.proofAth, "padded", ["ath": "\"\(Fingerprint(of: token).base64url)=\""]),
        body(.proofAth, "hex", ["ath": "\"\(Hex.text(Fingerprint(of: token).bytes))\""]),
        body(.proofAth, "a number", ["ath": "7"]),
        Change(.proofBinding, "another key", [proof(other)]),
    ]

    /// What nearly is such a fault.
    static let taken: [Change] = [
        Change(.proofPresent, "as it should be", [proof()]),
        head(.proofTyp, "beside another member", ["extra": "1"]),
        head(.proofJwk, "with a use", ["jwk": key.jwk.replacing("{\"kty\"", with: "{\"use\":\"sig\",\"kty\"")]),
        body(.proofClaims, "more claims", ["extra": "[1]"]),
        body(.proofHtu, "query", ["htu": "\"https://api.test/data?x=1\""]),
        body(.proofHtu, "fragment", ["htu": "\"https://api.test/data#f\""]),
        body(.proofHtu, "case", ["htu": "\"HTTPS://API.test/data\""]),
        body(.proofHtu, "default port", ["htu": "\"https://api.test:443/data\""]),
        body(.proofHtu, "escaped", ["htu": "\"https://api.test/%64ata\""]),
        body(.proofHtu, "dots", ["htu": "\"https://api.test/x/../data\""]),
        body(.proofIat, "300 s old", ["iat": "1795334101"]), body(.proofIat, "60 s ahead", ["iat": "1795334460"]),
        body(.proofIat, "with a fraction", ["iat": "1795334400.5"]),
        body(.proofIat, "its own exp is to come", ["exp": "1795334401"]),
        body(.proofIat, "its own nbf is over", ["nbf": "1795334400"]),
        body(.proofJti, "short", ["jti": "\"1\""]),
        body(.proofNonce, "unasked for", ["nonce": "\"x\""]),
    ]

    static func client(_ change: Change, _ check: CheckID) -> Verdict? {
        var scene = Scene()
        _ = scene.token(key, token: token)
        scene.time = Scene.start
        scene.add(
            "GET", change.url, [("Authorization", "DPoP \(token)")] + change.values.map { ("DPoP", $0) })
        return scene.verdict(check)?.verdict
    }

    @Test(arguments: refused)
    func refusesTheChange(change: Change) {
        let scene = GuardScene()
        let found = scene.refusal(change.values, token: Self.token, jkt: Self.key.jkt)
        #expect(found == change.check.rawValue)
        if let check = change.client {
            #expect(Self.client(change, check) == .fail, "the client's checks say something else")
        }
    }

    @Test(arguments: taken)
    func takesWhatNearlyIsOne(change: Change) {
        let scene = GuardScene()
        #expect(scene.refusal(change.values, token: Self.token, jkt: Self.key.jkt) == nil)
        #expect(Self.client(change, change.check) != .fail, "the client's checks say something else")
    }

    @Test func everyCheckOfAProofHasAChange() {
        let known = CheckID.allCases.filter { $0.rawValue.hasPrefix("proof.") }
        // These two are about more than one request: below.
        let covered = Set(Self.refused.map(\.check)).union([.proofNonce, .proofJti])
        #expect(known.filter { !covered.contains($0) } == [])
    }

    @Test func aLiteralGuardComparesTexts() {
        let scene = GuardScene(isLiteral: true)
        for url in ["HTTPS://api.test/data", "https://api.test:443/data", "https://api.test/%64ata"] {
            #expect(scene.refusal([Self.proof(payload: ["htu": "\"\(url)\""])]) == "proof.htu")
        }
        #expect(scene.refusal([Self.proof(payload: ["htu": "\"https://api.test/data?q#f\""])]) == nil)
    }

    @Test func noncesAreTheServersOwnAndOfNow() {
        let scene = GuardScene(wantsNonce: true)
        func asks(_ nonce: String?, jti: String) -> String? {
            scene.refusal([
                Self.proof(payload: ["nonce": nonce.map { "\"\($0)\"" }, "jti": "\"\(jti)\""])
            ])
        }
        let nonce = scene.proofs.nonces.make(at: scene.now)
        #expect(asks(nil, jti: "a") == "proof.nonce" && asks("x", jti: "b") == "proof.nonce")
        #expect(asks(nonce, jti: "c") == nil)
        #expect(asks(String(nonce.dropLast()), jti: "d") == "proof.nonce")
        #expect(asks("1e300" + nonce.drop { $0 != "." }, jti: "e") == "proof.nonce")
        #expect(asks(NonceMint(lifetime: 300).make(at: scene.now), jti: "f") == "proof.nonce")
        scene.now = scene.now + 302
        #expect(asks(nonce, jti: "g") == "proof.nonce")
        // With a nonce `iat` may be any time, but a time it must be.
        let fresh = scene.proofs.nonces.make(at: scene.now)
        for (iat, check) in [("1", nil), ("1e19", "proof.iat"), ("-1e300", "proof.iat")] as [(String, String?)] {
            let proof = Self.proof(payload: ["nonce": "\"\(fresh)\"", "iat": iat, "jti": "\"i\(iat)\""])
            #expect(scene.refusal([proof]) == check)
        }
    }
}
