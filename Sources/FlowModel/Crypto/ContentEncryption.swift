internal import COpenSSL

/// How the content of a JWE is encrypted (RFC 7518 §5).
struct ContentEncryption: Sendable {
    /// The registered name, of `enc`.
    let name: String
    /// Bytes of the key.
    let keyLength: Int
    /// The hash of AES-CBC with HMAC; nil for AES-GCM.
    private let hash: HashFunction?

    static let all: [ContentEncryption] = [
        ContentEncryption(name: "A128GCM", keyLength: 16, hash: nil),
        ContentEncryption(name: "A192GCM", keyLength: 24, hash: nil),
        ContentEncryption(name: "A256GCM", keyLength: 32, hash: nil),
        ContentEncryption(name: "A128CBC-HS256", keyLength: 32, hash: .sha256),
        ContentEncryption(name: "A192CBC-HS384", keyLength: 48, hash: .sha384),
        ContentEncryption(name: "A256CBC-HS512", keyLength: 64, hash: .sha512),
    ]

    static func named(_ name: String) -> ContentEncryption? { all.first { $0.name == name } }

    /// The text, which is the caller's to wipe; nil where a byte of it, of `aad` or of the tag was changed, or the key
    /// is another one.
    func open(_ sealed: [UInt8], key: [UInt8], iv: [UInt8], aad: [UInt8], tag: [UInt8]) -> [UInt8]? {
        guard key.count == keyLength else { return nil }
        let text = hash.map { openCBC(sealed, $0, key, iv, aad, tag) } ?? openGCM(sealed, key, iv, aad, tag)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func openGCM(_ sealed: [UInt8], _ key: [UInt8], _ iv: [UInt8], _ aad: [UInt8], _ tag: [UInt8]) -> [UInt8]? {
        guard iv.count == 12, tag.count == 16 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: sealed.count + 16) { out, written in
            written = co_open_gcm(key, key.count, iv, aad, aad.count, sealed, sealed.count, tag, out.baseAddress)
        }
    }

    /// The first half of the key is for the HMAC over all that is there, the other one for AES (RFC 7518 §5.2.2).
    private func openCBC(
        _ sealed: [UInt8], _ hash: HashFunction, _ key: [UInt8], _ iv: [UInt8], _ aad: [UInt8], _ tag: [UInt8]
    ) -> [UInt8]? {
        let half = keyLength / 2
        guard iv.count == 16, tag.count == half else { return nil }
        var (macKey, cipherKey) = (Array(key[..<half]), Array(key[half...]))
        defer {
            SecretBytes.wipe(&macKey)
            SecretBytes.wipe(&cipherKey)
        }
        let bits = withUnsafeBytes(of: UInt64(aad.count * 8).bigEndian) { Array($0) }
        let mac = SecretBytes.hmac(hash, key: macKey, aad + iv + sealed + bits)
        guard mac.count >= half, co_same(mac, tag, half) == 1 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: sealed.count + 16) { out, written in
            written = co_open_cbc(cipherKey, half, iv, sealed, sealed.count, out.baseAddress)
        }
    }
}
