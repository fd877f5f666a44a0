import FlowModel

/// Public keys that prove nothing: for some of them anybody can sign.
enum WeakKey {
    /// What is wrong with the key; nil when it will do.
    static func problem(_ jwk: JWK) -> String? {
        switch (jwk.kty, jwk.crv) {
        case ("OKP", "Ed25519"):
            return isSmall25519(coordinate(jwk)) ? "the jwk is a point of small order" : nil
        case ("OKP", "Ed448"):
            return isSmall448(coordinate(jwk)) ? "the jwk is a point of small order" : nil
        case ("RSA", _):
            // RFC 7518 §3.3; with an exponent of 1 a signature is its own message.
            if jwk.rsaBits.map({ $0 < 2048 }) ?? true { return "the jwk is an RSA key of less than 2048 bits" }
            let exponent = (try? Base64URL.decode(jwk.value["e"]?.string ?? ""))?.drop { $0 == 0 } ?? []
            return exponent.elementsEqual([1]) || (exponent.last ?? 0) & 1 == 0
                ? "the jwk's exponent cannot be one" : nil
        default: return nil
        }
    }

    private static func coordinate(_ jwk: JWK) -> [UInt8] {
        (try? Base64URL.decode(jwk.value["x"]?.string ?? "")) ?? []
    }

    /// The y of the points of order 8, least byte first.
    private static let order8: [[UInt8]] = [
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ].map { text in
        let digits = text.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Whether y is 0, 1 or -1, one of order 8, or not written as a number below 2²⁵⁵ - 19.
    private static func isSmall25519(_ point: [UInt8]) -> Bool {
        guard point.count == 32 else { return true }
        var y = point
        y[31] &= 0x7F
        if y[0] <= 1, y[1...].allSatisfy({ $0 == 0 }) { return true }
        // From 2²⁵⁵ - 20, which is -1, on.
        if y[0] >= 0xEC, y[1..<31].allSatisfy({ $0 == 0xFF }), y[31] == 0x7F { return true }
        return order8.contains(y)
    }

    /// Whether y is 0, 1 or -1, or not written as a number below 2⁴⁴⁸ - 2²²⁴ - 1.
    private static func isSmall448(_ point: [UInt8]) -> Bool {
        guard point.count == 57, point[56] & 0x7F == 0 else { return true }
        if point[0] <= 1, point[1..<56].allSatisfy({ $0 == 0 }) { return true }
        guard point[29..<56].allSatisfy({ $0 == 0xFF }) else { return false }
        return point[28] == 0xFF || (point[28] == 0xFE && point[0] >= 0xFE && point[1..<28].allSatisfy { $0 == 0xFF })
    }
}
