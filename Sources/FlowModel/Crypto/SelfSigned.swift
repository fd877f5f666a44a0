internal import COpenSSL

/// A certificate made on the spot, for a lab's HTTPS and for tests of mutual TLS.
public struct SelfSigned: Sendable {
    public let certificate: String
    public let key: String

    public init(commonName: String, names: String, days: Int = 30) throws(CryptoError) {
        var first = [CChar](repeating: 0, count: 8192)
        var second = [CChar](repeating: 0, count: 8192)
        guard co_self_signed(commonName, names, Int32(days), &first, 8192, &second, 8192) == 1 else {
            throw CryptoError.take("self-signed certificate for \(names)")
        }
        func text(_ buffer: [CChar]) -> String {
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        (certificate, key) = (text(first), text(second))
    }

    /// `x5t#S256` of the first certificate in a PEM text (RFC 8705 §3.1).
    public static func thumbprint(pem: String) -> String? {
        guard let start = pem.firstRange(of: "-----BEGIN CERTIFICATE-----"),
            let end = pem[start.upperBound...].firstRange(of: "-----END CERTIFICATE-----")
        else { return nil }
        let inner = pem[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        let der = Base64.decode(Bytes(String(inner)))
        return der.badOffset == nil && !der.bytes.isEmpty
            ? Base64URL.encode(HashFunction.sha256(Bytes(der.bytes))) : nil
    }
}
