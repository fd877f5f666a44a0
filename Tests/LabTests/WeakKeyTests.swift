import FlowModel
import Testing

@testable import dpop_lab

@Suite struct WeakKeyTests {
    static func problem(_ json: String) -> String? { WeakKey.problem(JWK(try! JSONDocument(Bytes(json)).root)) }

    static func ed25519(_ bytes: [UInt8]) -> String {
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(Base64URL.encode(bytes))\"}"
    }

    /// Every encoding of a point of small order, those that are not canonical too, with either sign.
    static let small: [[UInt8]] = canonical.flatMap { point -> [[UInt8]] in
        var signed = point
        signed[31] |= 0x80
        return [point, signed]
    }

    private static let canonical: [[UInt8]] = [
        bytes(0x00, 0x00, 0x00), bytes(0x01, 0x00, 0x00),
        bytes(0xEC, 0xFF, 0x7F), bytes(0xED, 0xFF, 0x7F), bytes(0xEE, 0xFF, 0x7F),
        hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ]

    /// 32 bytes: the first, thirty of the middle, the last.
    private static func bytes(_ first: UInt8, _ middle: UInt8, _ last: UInt8) -> [UInt8] {
        var all = [UInt8](repeating: middle, count: 32)
        (all[0], all[31]) = (first, last)
        return all
    }

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
        var forged = [UInt8](repeating: 0, count: 64)
        forged[0] = 1
        #expect(scene.refusal([input + "." + Base64URL.encode(forged)]) == "proof.jwk")
    }

    @Test func pointsOf448() {
        func x(_ bytes: [UInt8]) -> String? {
            Self.problem("{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"\(Base64URL.encode(bytes))\"}")
        }
        /// 57 bytes of `middle`, with some of them changed.
        func point(_ middle: UInt8, _ changes: [Int: UInt8] = [:]) -> [UInt8] {
            var all = [UInt8](repeating: middle, count: 57)
            for (place, byte) in changes { all[place] = byte }
            return all
        }
        #expect(x(point(0)) != nil)
        #expect(x(point(0, [0: 1])) != nil)
        #expect(x(point(0xFF, [0: 0xFE, 28: 0xFE, 56: 0])) != nil, "minus one")
        #expect(x(point(0xFF, [28: 0xFE, 56: 0x80])) != nil)
        #expect(x(point(0, [0: 2])) == nil)
        #expect(x(point(0xFF, [0: 0xFD, 28: 0xFE, 56: 0])) == nil)
    }

    @Test func keysThatWillDo() throws {
        for name in ["Ed25519", "Ed448", "ES256", "RS256"] {
            let key = try SigningKey.generate(.named(name)!)
            #expect(Self.problem(key.publicJSON) == nil)
        }
        var modulus = [UInt8](repeating: 1, count: 256)
        modulus[0] = 0x80
        let n = Base64URL.encode(modulus)
        #expect(Self.problem("{\"kty\":\"RSA\",\"n\":\"\(n)\",\"e\":\"AQ\"}") != nil)
        #expect(Self.problem("{\"kty\":\"RSA\",\"n\":\"\(n)\",\"e\":\"AQAB\"}") == nil)
        #expect(Self.problem("{\"kty\":\"RSA\",\"n\":\"\(String(n.prefix(172)))\",\"e\":\"AQAB\"}") != nil)
    }
}
