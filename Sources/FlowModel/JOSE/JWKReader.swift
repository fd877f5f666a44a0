/// Reads a JWK's members one by one, noting every fault with its place.
struct JWKReader {
    private let value: JSONValue
    let kty: String
    var problems: [JWKProblem] = []

    init(_ value: JSONValue) {
        self.value = value
        kty = value["kty"]?.string ?? ""
        if value.kind == .string {
            note(.jwkAsString, "`jwk` is JSON inside a string", "an object", "a string", value)
        } else if !value.isObject {
            note(nil, "`jwk` is not an object", "an object", value.kind.name, value)
        } else if kty.isEmpty {
            note(nil, "`jwk` has no `kty`", "\"EC\", \"RSA\" or \"OKP\"", value["kty"]?.source, value)
        } else if JWK.required(kty) == nil {
            note(nil, "`kty` is not one that can sign", "\"EC\", \"RSA\" or \"OKP\"", kty, value["kty"] ?? value)
        }
    }

    private mutating func note(
        _ cause: CauseID?, _ words: String, _ expected: String?, _ found: String?, _ at: JSONValue
    ) {
        problems.append(JWKProblem(cause: cause, words: words, expected: expected, found: found, span: at.span))
    }

    func privateMembers() -> [String] {
        guard value.isObject else { return [] }
        return JWK.privateNames.filter { value[named: $0] != nil }
    }

    /// The decoded numbers in the order `JWK.publicKey` takes them; empty when one is missing.
    mutating func numbers() -> [[UInt8]] {
        switch kty {
        case "EC": return ecNumbers()
        case "RSA":
            guard let e = number("e"), let n = number("n") else { return [] }
            checkMinimal("e", e)
            checkMinimal("n", n)
            return [e, n]
        case "OKP":
            guard let x = number("x") else { return [] }
            checkLength("x", x, ["Ed25519": 32, "X25519": 32, "Ed448": 57, "X448": 56][value["crv"]?.string ?? ""])
            return [x]
        default: return []
        }
    }

    private mutating func ecNumbers() -> [[UInt8]] {
        guard let x = number("x"), let y = number("y") else { return [] }
        guard let curve = EllipticCurve(rawValue: value["crv"]?.string ?? "") else {
            note(
                nil, "`crv` is not a curve of JOSE", "P-256, P-384, P-521 or secp256k1",
                value["crv"]?.source ?? "no `crv`", value)
            return []
        }
        checkLength("x", x, curve.coordinateLength)
        checkLength("y", y, curve.coordinateLength)
        return [x, y]
    }

    private mutating func number(_ name: String) -> [UInt8]? {
        guard let member = value[named: name] else {
            if value.isObject { note(nil, "`jwk` has no `\(name)`", "base64url text", "no member `\(name)`", value) }
            return nil
        }
        guard let text = member.stringBytes else {
            note(nil, "`\(name)` is not a string", "base64url text", member.kind.name, member)
            return nil
        }
        do throws(Base64URLError) {
            return try Base64URL.decode(text)
        } catch {
            problems.append(
                JWKProblem(
                    cause: nil, words: "`\(name)` is not base64url", expected: "base64url without padding",
                    found: error.words, span: SourceSpan(member.innerSpan.offset + error.offset, 1)))
            return nil
        }
    }

    private mutating func checkLength(_ name: String, _ bytes: [UInt8], _ length: Int?) {
        guard let length, bytes.count != length, let member = value[named: name] else { return }
        let cause: CauseID? = kty != "EC" ? nil : bytes.count < length ? .ecZeroStripped : .ecZeroAdded
        note(
            cause, "`\(name)` has the wrong length for \(value["crv"]?.string ?? kty)", "\(length) bytes",
            "\(bytes.count) bytes", member)
    }

    private mutating func checkMinimal(_ name: String, _ bytes: [UInt8]) {
        guard bytes.first == 0, let member = value[named: name] else { return }
        note(
            .rsaZeroAdded, "`\(name)` begins with a zero byte", "no leading zero bytes",
            "\(bytes.count) bytes, the first 00", member)
    }
}
