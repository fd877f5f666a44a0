import Testing

@testable import FlowModel

/// Google's vectors for ECDSA, Ed25519 and JWS.
@Suite(.enabled(if: Shared.isThere, Shared.absence))
struct WycheproofTests {
    private func groups(_ name: String) throws -> [JSONValue] {
        try JSONDocument(Shared.bytes("vectors/wycheproof/\(name)")).root["testGroups"]!.elements
    }

    private func hex(_ value: JSONValue?) -> [UInt8] {
        let digits = Array(value?.string ?? "")
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0..<$0 + 2]), radix: 16)! }
    }

    /// Holds a key's signatures against what Google says of them; how many there are.
    private func verify(_ group: JSONValue, _ name: String, _ key: PublicKey) -> Int {
        let algorithm = SignatureAlgorithm.named(name)!
        let tests = group["tests"]!.elements
        for test in tests {
            let valid = algorithm.verify(
                message: Bytes(hex(test["msg"])), signature: Bytes(hex(test["sig"])), key: key)
            #expect(
                valid == (test["result"]?.string == "valid"),
                "tcId \(test["tcId"]!.source) \(test["comment"]!.source)")
        }
        return tests.count
    }

    @Test func ecdsaRawSignatures() throws {
        var count = 0
        for group in try groups("ecdsa_secp256r1_sha256_p1363_test.json") {
            let key: PublicKey
            if let jwk = group["publicKeyJwk"] {
                key = try JWK(jwk).publicKey()
            } else {
                key = try PublicKey.pem(group["publicKeyPem"]!.stringBytes!)
            }
            count += verify(group, "ES256", key)
        }
        #expect(count == 262)
    }

    @Test func ed25519Signatures() throws {
        var count = 0
        for group in try groups("ed25519_test.json") {
            count += verify(group, "Ed25519", try JWK(group["publicKeyJwk"]!).publicKey())
        }
        #expect(count == 151)
    }

    /// Expectations that do not apply to us, and why.
    private static let notOurs: [String: String] = [
        "rejectWrongUse":
            "`use` and `key_ops` say what a key is meant for; whether the signature verifies is asked here",
        "rejectWrongKeyOps":
            "`use` and `key_ops` say what a key is meant for; whether the signature verifies is asked here",
        "InvalidCharacterInsertedInHeader":
            "marked valid for lenient decoders; RFC 7515 §2 allows no other character, and we say where it is",
        "InvalidCharacterInsertedInPayload":
            "marked valid for lenient decoders; RFC 7515 §2 allows no other character, and we say where it is",
    ]

    /// Verified as a server would: well-formed, the key's own algorithm, the right signature. The payload need not be
    /// JSON.
    private func accepts(_ text: String, _ key: JWK) -> Bool {
        let jws = CompactJWS(text)
        let faults = jws.problems.filter { !($0.part == .payload && $0.isInDecodedPart) }
        // The vectors' own slips: there is no ES521, and RFC 7520's Figure 20 is signed with PS384 whatever the key
        // says.
        let own =
            key.alg == "ES521"
            ? "ES512" : key.alg == "PS256" && key.kid == "bilbo.baggins@hobbiton.example" ? "PS384" : key.alg
        guard faults.isEmpty, jws.segments.count == 3, own == nil || own == jws.alg else { return false }
        return SignatureVerifier().verify(jws, with: key) == .valid
    }

    @Test func jws() throws {
        var (judged, parsed) = (0, 0)
        for group in try groups("json_web_signature_test.json") {
            let key = (group["public"] ?? group["private"]).map { JWK($0) }!
            for test in group["tests"]!.elements {
                let comment = test["comment"]!.string!
                guard Self.notOurs[comment] == nil, let text = test["jws"]?.string else { continue }
                let isValid = test["result"]?.string == "valid"
                if key.kty == "oct" {
                    // MACs are no business of DPoP; what the form of the text says still is.
                    if isValid {
                        #expect(CompactJWS(text).problems.allSatisfy { $0.isInDecodedPart }, "\(comment)")
                        parsed += 1
                    }
                    continue
                }
                #expect(accepts(text, key) == isValid, "tcId \(test["tcId"]!.source) \(comment)")
                judged += 1
            }
        }
        #expect(judged > 340 && parsed > 4)
    }
}
