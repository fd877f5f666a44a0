/// A JWS algorithm this program can verify, by its registered name.
public struct SignatureAlgorithm: Hashable, Sendable {
    public enum Family: Hashable, Sendable {
        case rsaPKCS1, rsaPSS
        case ecdsa(EllipticCurve)
        /// Any Edwards curve, or the one the name pins (RFC 9864).
        case eddsa(String?)
    }

    public let name: String
    public let family: Family
    public let hash: HashFunction

    public static let all: [SignatureAlgorithm] = [
        SignatureAlgorithm(name: "ES256", family: .ecdsa(.p256), hash: .sha256),
        SignatureAlgorithm(name: "ES384", family: .ecdsa(.p384), hash: .sha384),
        SignatureAlgorithm(name: "ES512", family: .ecdsa(.p521), hash: .sha512),
        SignatureAlgorithm(name: "ES256K", family: .ecdsa(.secp256k1), hash: .sha256),
        SignatureAlgorithm(name: "RS256", family: .rsaPKCS1, hash: .sha256),
        SignatureAlgorithm(name: "RS384", family: .rsaPKCS1, hash: .sha384),
        SignatureAlgorithm(name: "RS512", family: .rsaPKCS1, hash: .sha512),
        SignatureAlgorithm(name: "PS256", family: .rsaPSS, hash: .sha256),
        SignatureAlgorithm(name: "PS384", family: .rsaPSS, hash: .sha384),
        SignatureAlgorithm(name: "PS512", family: .rsaPSS, hash: .sha512),
        SignatureAlgorithm(name: "EdDSA", family: .eddsa(nil), hash: .sha512),
        SignatureAlgorithm(name: "Ed25519", family: .eddsa("Ed25519"), hash: .sha512),
        SignatureAlgorithm(name: "Ed448", family: .eddsa("Ed448"), hash: .sha512),
    ]

    public static func named(_ name: String) -> SignatureAlgorithm? { all.first { $0.name == name } }

    /// MACs prove nothing about who holds a key pair.
    public static func isSymmetric(_ name: String) -> Bool { ["HS256", "HS384", "HS512"].contains(name) }

    /// Registered for signatures, and beyond this program (RFC 9864's neighbours: ML-DSA).
    static func isRegisteredElsewhere(_ name: String) -> Bool {
        ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"].contains(name)
    }

    /// Why a name is none of the registered asymmetric signature algorithms (RFC 7518, 8037, 8812, 9864).
    static func fault(of name: String) -> String {
        let bare = name.trimmed
        if bare.isEmpty { return "it is empty" }
        if let near = (all.map(\.name) + ["none", "HS256", "HS384", "HS512"]).first(where: {
            $0.equalsWithoutCase(bare)
        }) {
            return near == name ? "it signs nothing" : "names are compared letter by letter, and it is written \(near)"
        }
        if bare.hasPrefix("RSA-OAEP") || bare.hasPrefix("RSA1_5") || bare.hasPrefix("ECDH-ES") || bare == "dir"
            || bare.hasSuffix("KW")
        {
            return "it encrypts keys (JWE), it does not sign"
        }
        if bare == "RS1" { return "SHA-1 is prohibited for signatures" }
        if bare.utf8.allSatisfy({ $0 == 0x2E || $0 &- 0x30 < 10 }) {
            return "it is an object identifier, not a JOSE name"
        }
        return "no algorithm of that name is registered"
    }

    /// Whether the key's type and curve belong to the algorithm.
    public func fits(_ key: JWK) -> Bool {
        switch family {
        case .rsaPKCS1, .rsaPSS: key.kty == "RSA"
        case .ecdsa(let curve): key.kty == "EC" && key.crv == curve.rawValue
        case .eddsa(let curve):
            key.kty == "OKP" && (curve.map { key.crv == $0 } ?? (key.crv == "Ed25519" || key.crv == "Ed448"))
        }
    }

    /// What a key must be for it, in words.
    public var keyDescription: String {
        switch family {
        case .rsaPKCS1, .rsaPSS: "an RSA key"
        case .ecdsa(let curve): "an EC key on \(curve.rawValue)"
        case .eddsa(let curve): "an OKP key on \(curve ?? "Ed25519 or Ed448")"
        }
    }

    /// Bytes of a correct signature, where the algorithm fixes them without the key.
    public func signatureLength(for key: JWK) -> Int? {
        switch family {
        case .rsaPKCS1, .rsaPSS: key.rsaBits.map { ($0 + 7) / 8 }
        case .ecdsa(let curve): 2 * curve.coordinateLength
        case .eddsa: key.crv == "Ed448" ? 114 : 64
        }
    }

    /// Whether `signature` over `message` verifies with the key.
    func verify(message: Bytes, signature: Bytes, key: PublicKey) -> Bool {
        switch family {
        case .rsaPKCS1: key.verifyRSA(hash, pss: false, message: message, signature: signature)
        case .rsaPSS: key.verifyRSA(hash, pss: true, message: message, signature: signature)
        case .ecdsa(let curve):
            signature.count == 2 * curve.coordinateLength && key.verifyECDSA(hash, message: message, raw: signature)
        case .eddsa: key.verifyEdDSA(message: message, signature: signature)
        }
    }
}
