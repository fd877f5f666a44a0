/// Something wrong with a JSON Web Key, and where in its document.
public struct JWKProblem: Equatable, Sendable {
    /// A cause id of the catalogue, when it is one of those.
    public let cause: CauseID?
    public let words: String
    public let expected: String?
    public let found: String?
    public let span: SourceSpan
    /// True for what servers differ about: the key can be used all the same.
    public let isWarning: Bool
}

/// A public key as JSON (RFC 7517, 7518 §6, 8037 §2): read, measured, never repaired.
public final class JWK: Sendable {
    public let value: JSONValue
    public let kty: String
    public let crv: String?
    public let kid: String?
    public let alg: String?
    public let problems: [JWKProblem]
    /// Names of private members that were present: EC/OKP `d`; RSA `d`, `p`, `q`, …; `k`.
    public let privateMembers: [String]
    private let numbers: [[UInt8]]
    /// The SHA-256 thumbprint.
    public let fingerprint: Fingerprint?

    /// The required members' names in lexicographic order, `kty` among them; nil for an unknown `kty`.
    static func required(_ kty: String) -> [String]? {
        switch kty {
        case "EC": ["crv", "kty", "x", "y"]
        case "RSA": ["e", "kty", "n"]
        case "OKP": ["crv", "kty", "x"]
        case "oct": ["k", "kty"]
        case "AKP": ["alg", "kty", "pub"]
        default: nil
        }
    }

    static let privateNames = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]

    public init(_ value: JSONValue) {
        self.value = value
        var reader = JWKReader(value)
        kty = reader.kty
        crv = value["crv"]?.string
        kid = value["kid"]?.string
        alg = value["alg"]?.string
        privateMembers = reader.privateMembers()
        numbers = reader.numbers()
        reader.checkRemarks()
        problems = reader.problems
        fingerprint = Self.canonicalJSON(value, kty).map { Fingerprint(HashFunction.sha256($0)) }
    }

    /// Whether it is a public key as the RFCs write one; where its point lies is found out when it is loaded.
    public var isUsable: Bool { !numbers.isEmpty && problems.allSatisfy(\.isWarning) }
    /// Whether its kind or its curve cannot be made out: then nothing can be said about the algorithm.
    var isMalformed: Bool {
        problems.contains { !$0.isWarning && ![.ecZeroStripped, .ecZeroAdded, .rsaZeroAdded].contains($0.cause) }
    }
    /// Bits of an RSA modulus, for telling weak keys.
    public var rsaBits: Int? {
        guard kty == "RSA", numbers.count == 2, let first = numbers[1].first else { return nil }
        return numbers[1].count * 8 - first.leadingZeroBitCount
    }

    /// `EC P-256`, `RSA 2048`, `OKP Ed25519`.
    public var summary: String {
        switch kty {
        case "RSA": "RSA \(rsaBits.map { "\($0)" } ?? "?")"
        case "EC", "OKP": "\(kty) \(crv ?? "?")"
        default: kty.isEmpty ? "no kty" : kty
        }
    }

    /// The text RFC 7638 hashes: required members only, sorted, no white space, values as sent.
    public var canonicalJSON: String? { Self.canonicalJSON(value, kty) }

    private static func canonicalJSON(_ value: JSONValue, _ kty: String) -> String? {
        guard let names = required(kty) else { return nil }
        var parts: [String] = []
        for name in names {
            guard let text = value[named: name]?.string else { return nil }
            parts.append("\(JSONText.quote(name)):\(JSONText.quote(text))")
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    public func thumbprint(_ hash: HashFunction = .sha256) -> [UInt8]? { canonicalJSON.map { hash($0) } }

    /// The key as SubjectPublicKeyInfo (DER); nil when it is no public key.
    public var spki: [UInt8]? { (try? publicKey())?.spki }

    /// The point of a well-formed EC key.
    var point: (curve: EllipticCurve, x: [UInt8], y: [UInt8])? {
        guard kty == "EC", isUsable, let curve = EllipticCurve(rawValue: crv ?? "") else { return nil }
        return (curve, numbers[0], numbers[1])
    }

    /// Whether it would be a point of its curve with `x` and `y` exchanged.
    var hasSwappedCoordinates: Bool {
        guard let point else { return false }
        return (try? PublicKey.ec(curve: point.curve, x: point.y, y: point.x)) != nil
    }

    /// The thumbprint that the key has once its numbers are written as RFC 7518 says; nil where it cannot be made out.
    var repairedThumbprint: String? {
        guard let names = Self.required(kty) else { return nil }
        var parts: [String] = []
        for name in names {
            guard var text = value[named: name]?.string else { return nil }
            if name != "kty", name != "crv", name != "alg" {
                let bytes = Base64.decode(Bytes(text.filter { $0 != " " })).bytes
                let bare = Array(bytes.drop { $0 == 0 })
                let length = kty == "EC" ? EllipticCurve(rawValue: crv ?? "")?.coordinateLength ?? 0 : 0
                text = Base64URL.encode(
                    kty == "EC"
                        ? Array(repeating: 0, count: max(0, length - bare.count)) + bare : kty == "RSA" ? bare : bytes)
            }
            parts.append("\(JSONText.quote(name)):\(JSONText.quote(text))")
        }
        return Fingerprint(HashFunction.sha256("{" + parts.joined(separator: ",") + "}")).base64url
    }

    func publicKey() throws(CryptoError) -> PublicKey {
        guard isUsable else { throw CryptoError(operation: "JWK", reason: problems.first?.words ?? "not a public key") }
        if let point { return try .ec(curve: point.curve, x: point.x, y: point.y) }
        switch kty {
        case "RSA": return try .rsa(n: numbers[1], e: numbers[0])
        case "OKP": return try .raw(type: (crv ?? "").uppercased(), numbers[0])
        default: throw CryptoError(operation: "JWK", reason: "kty '\(kty)' cannot verify signatures")
        }
    }
}
