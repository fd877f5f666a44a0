import COpenSSL

@testable import FlowModel

/// A P-256 key pair that signs fixtures. Number 0 is RFC 7515 A.3's.
final class TestKey: Sendable {
    nonisolated(unsafe) private let handle: OpaquePointer
    let jwk: String

    init(_ number: UInt8 = 0) {
        var d = try! Base64URL.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")
        d[31] ^= number
        let handle = co_ec_pair_new("prime256v1", d, d.count)!
        self.handle = handle
        func coordinate(_ name: String) -> String {
            Base64URL.encode(
                [UInt8](unsafeUninitializedCapacity: 32) { out, count in
                    count = co_key_number(handle, name, out.baseAddress, 32, 32)
                })
        }
        jwk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(coordinate("qx"))\",\"y\":\"\(coordinate("qy"))\"}"
    }

    deinit { co_key_free(handle) }

    var jkt: String { try! JWK(JSONDocument(Bytes(jwk)).root).fingerprint!.base64url }

    func sign(_ header: String, _ payload: String) -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        let digest = HashFunction.sha256(input)
        let raw = [UInt8](unsafeUninitializedCapacity: 64) { out, count in
            count = co_sign_ecdsa(handle, digest, digest.count, out.baseAddress, 32) == 1 ? 64 : 0
        }
        return input + "." + Base64URL.encode(raw)
    }

    /// A proof; `header` and `payload` change members: nil takes one out.
    func proof(
        _ method: String, _ url: String, token: String? = nil, iat: Int = 1_795_334_400,
        jti: String = "n2dXqO9ZHj1vKk3fV0sYyA",
        header: [String: String?] = [:], payload: [String: String?] = [:]
    ) -> String {
        var head: [(String, String)] = [("typ", "\"dpop+jwt\""), ("alg", "\"ES256\""), ("jwk", jwk)]
        var body: [(String, String)] = [
            ("jti", "\"\(jti)\""), ("htm", "\"\(method)\""), ("htu", "\"\(url)\""), ("iat", "\(iat)"),
        ]
        if let token { body.append(("ath", "\"\(Fingerprint(of: token).base64url)\"")) }
        Self.change(&head, header)
        Self.change(&body, payload)
        return sign(Self.object(head), Self.object(body))
    }

    private static func change(_ members: inout [(String, String)], _ changes: [String: String?]) {
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    /// An access token bound to `jkt`, or unbound.
    func token(jkt: String?, exp: Int = 1_795_334_700, more: String = "") -> String {
        let cnf = jkt.map { ",\"cnf\":{\"jkt\":\"\($0)\"}" } ?? ""
        return sign("{\"alg\":\"ES256\",\"kid\":\"as\"}", "{\"iss\":\"https://as.test\",\"exp\":\(exp)\(cnf)\(more)}")
    }
}
