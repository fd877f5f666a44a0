import FlowModel
import Testing

/// Keys out of files, as bytes: what is read, and what is said of the rest.
struct KeyFileTests {
    private static let jwk =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}"

    private func problem(_ text: String) -> String? {
        do throws(KeyFileError) {
            _ = try KeyFile.read(Bytes(text), name: "k")
            return nil
        } catch { return error.words }
    }

    private func privateProblem(_ text: String, _ algorithm: SignatureAlgorithm? = nil) -> String? {
        do throws(KeyFileError) {
            _ = try SigningKey.read(Bytes(text), passphrase: nil, algorithm: algorithm)
            return nil
        } catch { return error.words }
    }

    @Test func aKeyAndASetOfThem() throws {
        #expect(try KeyFile.read(Bytes(Self.jwk), name: "k").map(\.name) == ["k"])
        let set = "{\"keys\":[\(Self.jwk),\(Self.jwk.replacingKid("2"))]}"
        #expect(try KeyFile.read(Bytes(set), name: "k").map(\.name) == ["k#1", "k#2"])
        let key = try SigningKey.read(Bytes(set), passphrase: nil, algorithm: nil, kid: "1")
        #expect(key.algorithm.name == "ES256")
        #expect(key.kid == "1")
    }

    @Test func whatIsNoKeyIsSaidSo() {
        #expect(problem("")?.hasPrefix("expected a JWK, a JWKS or PEM text; ") == true)
        #expect(problem("{\"keys\":[]}") == "byte 8: the JWKS holds no key")
        #expect(problem("{\"keys\":1e999}") == "byte 8: the JWKS holds no key")
        #expect(problem("[]")?.contains("expected a public key as JWK") == true)
        #expect(problem("-----BEGIN PUBLIC KEY-----\nAAAA")?.hasPrefix("expected a key or certificate in PEM") == true)
    }

    @Test func whatIsNoPrivateKeyIsSaidSo() {
        #expect(privateProblem("")?.hasPrefix("expected a private key as JWK, JWKS, PEM or PKCS#12; ") == true)
        #expect(privateProblem("0\u{3}\u{1}") != nil)
        #expect(privateProblem("{\"kty\":\"EC\"}") == "JWK: no private member `d`: a public key cannot sign")
        let rsa = SignatureAlgorithm.named("RS256")
        let words = "the JWKS holds 1 keys, none of them a private one that can sign with RS256"
        #expect(privateProblem("{\"keys\":[\(Self.jwk)]}", rsa) == words)
        #expect(privateProblem(Self.jwk, rsa)?.contains("cannot sign with RS256") == true)
    }
}

extension String {
    fileprivate func replacingKid(_ kid: String) -> String {
        split(separator: "\"kid\":\"1\"").joined(separator: "\"kid\":\"\(kid)\"")
    }
}
