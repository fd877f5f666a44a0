internal import COpenSSL

/// How a pass phrase wraps the key of a JWE: PBKDF2 makes a key of it, AES key wrap does the rest (RFC 7518 §4.8).
struct PBES2: Sendable {
    /// The registered name, of `alg`.
    let name: String
    private let hash: HashFunction
    /// Bytes of the key that wraps.
    private let keyLength: Int

    static let all: [PBES2] = [
        PBES2(name: "PBES2-HS256+A128KW", hash: .sha256, keyLength: 16),
        PBES2(name: "PBES2-HS384+A192KW", hash: .sha384, keyLength: 24),
        PBES2(name: "PBES2-HS512+A256KW", hash: .sha512, keyLength: 32),
    ]

    static func named(_ name: String) -> PBES2? { all.first { $0.name == name } }

    /// The key that was wrapped, which is the caller's to wipe; nil where the pass phrase is another one.
    ///
    /// - Parameters:
    ///   - salt: `p2s`, decoded.
    ///   - rounds: `p2c`; the caller bounds it.
    func unwrap(_ wrapped: [UInt8], passphrase: String, salt: [UInt8], rounds: Int) -> [UInt8]? {
        let salt = Array(name.utf8) + [0] + salt
        var passphrase = passphrase
        var key = passphrase.withUTF8 { text in
            [UInt8](unsafeUninitializedCapacity: keyLength) { out, written in
                let made = text.withMemoryRebound(to: CChar.self) { characters in
                    co_pbkdf2(
                        Int32(hash.rawValue), characters.baseAddress, characters.count, salt, salt.count,
                        Int32(clamping: rounds), out.baseAddress, keyLength)
                }
                written = made == 1 ? keyLength : 0
            }
        }
        defer { SecretBytes.wipe(&key) }
        guard !key.isEmpty else { return nil }
        let content = [UInt8](unsafeUninitializedCapacity: max(wrapped.count, 1)) { out, written in
            written = co_unwrap_key(key, key.count, wrapped, wrapped.count, out.baseAddress)
        }
        return content.isEmpty ? nil : content
    }
}
