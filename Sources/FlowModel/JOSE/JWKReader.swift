/// Reads a JWK's members one by one, noting every fault with its place.
struct JWKReader {
    private let value: JSONValue
    let kty: String
    var problems: [JWKProblem] = []
    private static let kinds = "\"EC\", \"RSA\" or \"OKP\""

    init(_ value: JSONValue) {
        self.value = value
        kty = value["kty"]?.string ?? ""
        if !value.isObject {
            noteKind()
        } else if value["keys"]?.kind == .array {
            note(.jwkSet, "`jwk` is a set of keys (JWK Set), not one key", "one public key", "`keys`", value)
        } else if value.members.isEmpty {
            note(
                .valueStringified, "`jwk` is an empty object: a key that a program could not write", nil, "{}", value)
        } else if kty.isEmpty {
            let found = value["kty"].map { "\($0.kind.name) \($0.source)" }
            malformed(
                found == nil ? "`jwk` has no `kty`" : "`kty` is not a string", Self.kinds, found ?? "no `kty`",
                value["kty"] ?? value)
        } else if JWK.required(kty) == nil {
            let near = ["EC", "RSA", "OKP"].first { $0.equalsWithoutCase(kty) }
            malformed(
                near.map { "`kty` is '\(kty)': letters count, it is written \($0)" }
                    ?? "`kty` is not one that can sign",
                near.map { "\"\($0)\"" } ?? Self.kinds, kty, value["kty"] ?? value)
        } else if kty == "oct" {
            malformed("`jwk` is a shared secret (`oct`), no public key", Self.kinds, "oct", value["kty"] ?? value)
        }
    }

    private mutating func noteKind() {
        guard let text = value.string else {
            if value.kind == .null {
                return note(
                    .valueStringified, "`jwk` is null: a key that a program did not have", "an object", "null", value)
            }
            return malformed("`jwk` is not an object", "an object", value.kind.name, value)
        }
        if StringifiedValue.isOne(text), text != "{}" {
            note(
                .valueStringified, "`jwk` is the text '\(text)': a key that a program did not have", "an object",
                text, value)
        } else if (try? JSONDocument(Bytes(text)))?.root.isObject == true {
            note(.jwkAsString, "`jwk` is JSON inside a string", "an object", "a string", value)
        } else if Base64URL.isDigest(Bytes(text)) {
            malformed("`jwk` is a thumbprint, not the key itself", "an object", "a string of 43 characters", value)
        } else {
            malformed("`jwk` is a string, not an object", "an object", "a string", value)
        }
    }

    private mutating func note(
        _ cause: CauseID?, _ words: String, _ expected: String?, _ found: String?, _ at: JSONValue,
        isWarning: Bool = false
    ) {
        problems.append(
            JWKProblem(
                cause: cause, words: words, expected: expected, found: found, span: at.span, isWarning: isWarning))
    }

    private mutating func malformed(_ words: String, _ expected: String?, _ found: String?, _ at: JSONValue) {
        note(.jwkMalformed, words, expected, found, at)
    }

    /// Members that hold a secret of this kind of key. What is empty or belongs to another kind is a warning.
    mutating func privateMembers() -> [String] {
        guard value.isObject else { return [] }
        var found: [String] = []
        for name in JWK.privateNames {
            guard let member = value[named: name] else { continue }
            let own =
                switch kty {
                case "EC", "OKP": name == "d"
                case "RSA": name != "k" && name != "priv"
                case "AKP": name == "priv"
                default: true
                }
            if own, member.kind != .null, member.stringBytes?.count != 0 {
                found.append(name)
            } else {
                note(
                    .jwkPrivateEmpty,
                    own
                        ? "`\(name)` of the key is \(member.source): no secret is in it, many servers refuse the member"
                        : "the key has a member `\(name)`, which a key of kind \(kty) has not", "no member `\(name)`",
                    own ? member.source : "`\(name)`", member, isWarning: true)
            }
        }
        return found
    }

    /// The decoded numbers in the order `JWK.publicKey` takes them; empty when one is missing.
    mutating func numbers() -> [[UInt8]] {
        guard problems.allSatisfy(\.isWarning) else { return [] }
        switch kty {
        case "EC": return ecNumbers()
        case "RSA": return rsaNumbers()
        case "OKP": return okpNumbers()
        case "AKP": return akpNumbers()
        default: return []
        }
    }

    private mutating func isMissing(_ names: [String]) -> Bool {
        let missing = names.filter { value[named: $0] == nil }
        guard !missing.isEmpty else { return false }
        let list = missing.map { "`\($0)`" }.joined(separator: ", ")
        malformed("`jwk` has no \(list)", "\(kty) keys have \(names.joined(separator: ", "))", "no \(list)", value)
        return true
    }

    private mutating func ecNumbers() -> [[UInt8]] {
        if isMissing(["crv", "x", "y"]) { return [] }
        guard let curve = value["crv"]?.string.flatMap(EllipticCurve.init(rawValue:)) else {
            let found = value["crv"]?.string ?? ""
            let near = EllipticCurve.allCases.first {
                $0.rawValue.equalsWithoutCase(found) || found == $0.opensslName
                    || found == "secp\($0.rawValue.dropFirst(2))r1"
            }
            malformed(
                near.map { "`crv` is '\(found)': JOSE writes this curve \($0.rawValue)" }
                    ?? "`crv` is not a curve of JOSE",
                near?.rawValue ?? "P-256, P-384, P-521 or secp256k1", value["crv"]?.source, value["crv"] ?? value)
            return []
        }
        guard let x = number("x"), let y = number("y") else { return [] }
        let length = curve.coordinateLength
        if x.count == y.count, x.count != length,
            let other = EllipticCurve.allCases.first(where: { $0.coordinateLength == x.count })
        {
            malformed(
                "`crv` says \(curve.rawValue), and the coordinates are as long as \(other.rawValue)'s",
                "\(length) bytes",
                "\(x.count) bytes", value["crv"] ?? value)
            return []
        }
        checkCoordinate("x", x, length)
        checkCoordinate("y", y, length)
        return [x, y]
    }

    private mutating func checkCoordinate(_ name: String, _ bytes: [UInt8], _ length: Int) {
        guard bytes.count != length, let member = value[named: name] else { return }
        let text = member.stringBytes ?? Bytes([])
        if bytes.isEmpty { return malformed("`\(name)` is empty", "\(length) bytes", "0 bytes", member) }
        if text.count == 2 * length, text.array.allSatisfy({ JSONText.hexValue($0) != nil }) {
            return malformed(
                "`\(name)` is written in hexadecimal", "base64url", "\(text.count) hexadecimal digits", member)
        }
        let cause: CauseID =
            bytes.count < length && length - bytes.count <= 4
            ? .ecZeroStripped : bytes.count == length + 1 && bytes[0] == 0 ? .ecZeroAdded : .jwkMalformed
        note(
            cause, "`\(name)` has the wrong length for \(value["crv"]?.string ?? kty)", "\(length) bytes",
            "\(bytes.count) bytes", member)
    }

    private mutating func rsaNumbers() -> [[UInt8]] {
        if isMissing(["e", "n"]) { return [] }
        guard let e = number("e"), let n = number("n") else { return [] }
        for (name, bytes) in [("e", e), ("n", n)] {
            guard let member = value[named: name] else { continue }
            let bare = bytes.drop { $0 == 0 }
            if bare.isEmpty {
                malformed("`\(name)` is \(bytes.isEmpty ? "empty" : "0")", "a positive number", member.source, member)
            } else if name == "e", bare.elementsEqual([1]) || bare.last! & 1 == 0 {
                malformed(
                    bare.elementsEqual([1])
                        ? "`e` is 1: everybody can sign for such a key"
                        : "`e` is even: no RSA key has such an exponent",
                    "an odd exponent, 65537 as a rule", member.source, member)
            } else if bare.last! & 1 == 0 {
                malformed("`n` is even: no product of two primes", "an odd modulus", "an even number", member)
            } else if bytes.first == 0 {
                note(
                    .rsaZeroAdded, "`\(name)` begins with a zero byte", "no leading zero bytes",
                    "\(bytes.count) bytes, the first 00", member)
            }
        }
        return [e, n]
    }

    private mutating func okpNumbers() -> [[UInt8]] {
        if isMissing(["crv", "x"]) { return [] }
        let curves = ["Ed25519": 32, "Ed448": 57]
        let crv = value["crv"]?.string ?? ""
        guard let length = curves[crv] else {
            let near = curves.keys.first { $0.equalsWithoutCase(crv) }
            malformed(
                near.map { "`crv` is '\(crv)': letters count, it is written \($0)" }
                    ?? (crv.hasPrefix("X")
                        ? "`crv` is \(crv): a curve for key agreement, which cannot sign"
                        : "`crv` is not a curve that signs"),
                "Ed25519 or Ed448", value["crv"]?.source, value["crv"] ?? value)
            return []
        }
        guard let x = number("x") else { return [] }
        if x.count != length, let member = value["x"] {
            malformed("`x` has the wrong length for \(crv)", "\(length) bytes", "\(x.count) bytes", member)
        } else if crv == "Ed25519", SmallOrder.isOne(x), let member = value["x"] {
            note(
                nil, "the key is a point of small order: everybody can sign for it", "a point of full order",
                "small order", member, isWarning: true)
        }
        return [x]
    }

    /// ML-DSA keys are measured, and verified by nobody here.
    private mutating func akpNumbers() -> [[UInt8]] {
        if isMissing(["alg", "pub"]) { return [] }
        guard let pub = number("pub"), let member = value["pub"] else { return [] }
        let lengths = ["ML-DSA-44": 1312, "ML-DSA-65": 1952, "ML-DSA-87": 2592]
        if let length = lengths[value["alg"]?.string ?? ""], pub.count != length {
            malformed(
                "`pub` has the wrong length for \(value["alg"]?.string ?? kty)", "\(length) bytes",
                "\(pub.count) bytes", member)
        }
        return [pub]
    }

    private mutating func number(_ name: String) -> [UInt8]? {
        guard let member = value[named: name] else { return nil }
        guard let text = member.stringBytes else {
            malformed("`\(name)` is not a string", "base64url text", member.kind.name, member)
            return nil
        }
        do throws(Base64URLError) {
            return try Base64URL.decode(text)
        } catch {
            let isSpare = error.reason == .trailingBits
            problems.append(
                JWKProblem(
                    cause: isSpare ? .proofSpareBits : .jwkMalformed,
                    words: isSpare
                        ? "`\(name)` ends in a character whose unused bits are set: strict decoders refuse it"
                        : "`\(name)` is not base64url", expected: "base64url without padding",
                    found: error.words, span: SourceSpan(member.innerSpan.offset + error.offset, 1), isWarning: isSpare)
            )
            return isSpare ? Base64.decode(text).bytes : nil
        }
    }

    /// What a public key may say about itself, and says otherwise than most servers take it.
    mutating func checkRemarks() {
        func text(_ member: JSONValue) -> String { member.string ?? member.source }
        if let use = value["use"], use.string != "sig" {
            remark("`use` of the key is \(text(use))", "sig, or no `use`", use)
        }
        if let operations = value["key_ops"] {
            let names = operations.elements.compactMap(\.string)
            if operations.kind != .array || names.count != operations.elements.count || !names.contains("verify") {
                remark("`key_ops` of the key is \(operations.source)", "[\"verify\"], or no `key_ops`", operations)
            } else if Set(names).count != names.count {
                remark("`key_ops` of the key names an operation twice", "each once", operations)
            }
        }
        for name in ["kid", "alg"] {
            if let member = value[named: name], member.kind != .string {
                remark("`\(name)` of the key is a \(member.kind.name)", "a string", member)
            }
        }
    }

    private mutating func remark(_ words: String, _ expected: String, _ member: JSONValue) {
        note(
            .jwkKidInside, "\(words): some servers refuse the key for it", expected, member.source, member,
            isWarning: true)
    }
}

/// Ed25519 points that everybody can make signatures for, in every encoding a decoder takes.
private enum SmallOrder {
    private static let points: Set<String> = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]

    static func isOne(_ x: [UInt8]) -> Bool {
        guard x.count == 32 else { return false }
        return points.contains(Hex.text(x[..<31] + [x[31] & 0x7F]))
    }
}
