import FlowModel
import Testing

@testable import dpop_lab

@Suite struct WeakKeyTests {
    static func problem(_ json: String) -> String? { WeakKey.problem(JWK(try! JSONDocument(Bytes(json)).root)) }

    static func ed25519(_ bytes: [UInt8]) -> String {
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(Base64URL.encode(bytes))\"}"
    }

    /// Every encoding of a point of small order, those that are not canonical too, with either sign.
    static let small: [[UInt8]] = [
        [0] + zeros(31), [1] + zeros(31), [0xEC] + ones, [0xED] + ones, [0xEE] + ones,
        hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ].flatMap { [$0, $0.dropLast() + [$0[31] | 0x80]] }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    private static let ones = [UInt8](repeating: 0xFF, count: 30) + [0x7F]
    private static func hex(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! }
    }

    @Test(arguments: small)
    func pointsOfSmallOrder(point: [UInt8]) {
        #expect(Self.problem(Self.ed25519(point)) != nil)
        // All of them verify something that nobody signed: the guard must not come so far.
        let jwk = Self.ed25519(point)
        let scene = GuardScene()
        let header = "{\"typ\":\"dpop+jwt\",\"alg\":\"EdDSA\",\"jwk\":\(jwk)}"
        let claims = "{\"jti\":\"a\",\"htm\":\"GET\",\"htu\":\"\(Scene.apiURL)\",\"iat\":1795334400}"
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(claims.utf8))
        let forged = [1] + [UInt8](repeating: 0, count: 63)
        #expect(scene.refusal([input + "." + Base64URL.encode(forged)]) == "proof.jwk")
    }

    @Test func pointsOf448() {
        func x(_ bytes: [UInt8]) -> String? {
            Self.problem("{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"\(Base64URL.encode(bytes))\"}")
        }
        let high = [UInt8](repeating: 0xFF, count: 27)
        let minusOne = [0xFE] + high + [0xFE] + high + [0]
        #expect(x(Self.zeros(57)) != nil && x([1] + Self.zeros(56)) != nil && x(minusOne) != nil)
        #expect(x([0xFF] + high + [0xFE] + high + [0x80]) != nil)
        #expect(x([2] + Self.zeros(56)) == nil && x([0xFD] + high + [0xFE] + high + [0]) == nil)
    }

    @Test func keysThatWillDo() throws {
        for name in ["Ed25519", "Ed448", "ES256", "RS256"] {
            let key = try SigningKey.generate(.named(name)!)
            #expect(Self.problem(key.publicJSON) == nil)
        }
        let n = Base64URL.encode([0x80] + [UInt8](repeating: 1, count: 255))
        #expect(Self.problem("{\"kty\":\"RSA\",\"n\":\"\(n)\",\"e\":\"AQ\"}") != nil)
        #expect(Self.problem("{\"kty\":\"RSA\",\"n\":\"\(n)\",\"e\":\"AQAB\"}") == nil)
        #expect(Self.problem("{\"kty\":\"RSA\",\"n\":\"\(String(n.prefix(172)))\",\"e\":\"AQAB\"}") != nil)
    }
}
