import FlowModel
import Testing

/// Which key of a JWKS signs.
struct KeyChoiceTests {
    private static let keys = ["ES256", "ES256", "RS256"].map { try! SigningKey.generate(.named($0)!) }

    private func jwk(_ index: Int, _ more: String, isPrivate: Bool = true) -> String {
        let key = Self.keys[index]
        let text = isPrivate ? key.privateJSON() : key.publicJSON
        return text.dropLast() + (more.isEmpty ? "" : "," + more) + "}"
    }

    private func chosen(_ keys: [String], kid: String? = nil, alg: String? = nil) throws(KeyFileError) -> Int? {
        let set = "{\"keys\":[\(keys.joined(separator: ","))]}"
        let key = try SigningKey.read(
            Bytes(set), passphrase: nil, algorithm: alg.flatMap(SignatureAlgorithm.named), kid: kid)
        return Self.keys.firstIndex { $0.fingerprint == key.fingerprint }
    }

    private func problem(_ keys: [String], kid: String? = nil, alg: String? = nil) -> String? {
        do throws(KeyFileError) {
            _ = try chosen(keys, kid: kid, alg: alg)
            return nil
        } catch { return error.words }
    }

    /// As oauth2c: the first that says so, wherever it stands.
    @Test func theOneForSignatures() throws {
        let (plain, sig, other) = (jwk(0, "\"kid\":\"a\""), jwk(1, "\"use\":\"sig\""), jwk(2, "\"use\":\"sig\""))
        #expect(try chosen([plain, sig]) == 1)
        #expect(try chosen([sig, plain]) == 1)
        #expect(try chosen([plain, other, sig]) == 2)
        #expect(try chosen([plain, other, sig], alg: "ES256") == 1)
        // A public key cannot sign, whatever it says.
        #expect(try chosen([jwk(0, "\"use\":\"sig\"", isPrivate: false), sig]) == 1)
    }

    @Test func theOnlyOneThatCan() throws {
        let plain = jwk(0, "")
        for other in [
            jwk(1, "\"use\":\"enc\""), jwk(1, "\"key_ops\":[\"deriveKey\"]"), jwk(1, "", isPrivate: false),
            "{\"kty\":\"oct\",\"k\":\"AAAA\"}", "{}", "1",
        ] {
            #expect(try chosen([other, plain]) == 0)
        }
        #expect(try chosen([jwk(2, "").replacingAlgorithm("RSA-OAEP"), plain]) == 0)
        #expect(try chosen([jwk(2, ""), plain], alg: "PS256") == 2)
    }

    @Test func ofSeveralOneHasToBeNamed() throws {
        let (a, b) = (jwk(0, "\"kid\":\"a\""), jwk(1, ""))
        let thumbprint = Self.keys[1].fingerprint.base64url
        #expect(
            problem([a, b]) == "the JWKS holds 2 private keys that can sign, and none says `use: sig`; "
                + "expected --kid with one of 'a', '\(thumbprint)'")
        #expect(try chosen([a, b], kid: "a") == 0)
        #expect(try chosen([a, b], kid: thumbprint) == 1)
        #expect(problem([a, b], kid: "c") == "the JWKS holds no key 'c'; expected 'a', '\(thumbprint)'")
        #expect(problem([], kid: "c") == "the JWKS holds no key 'c'; expected a key")
        let shown = jwk(0, "\"kid\":\"p\"", isPrivate: false)
        #expect(problem([shown, b], kid: "p") == "the key 'p' of the JWKS is a public one: it cannot sign")
        #expect(problem([a, b], kid: "a", alg: "RS256") == "the key 'a' of the JWKS cannot sign with RS256")
        // The private one of two that have the name.
        #expect(try chosen([shown, jwk(0, "\"kid\":\"p\"")], kid: "p") == 0)
    }

    @Test func aKeyOfAnotherNameIsNotTaken() throws {
        let one = jwk(0, "\"kid\":\"a\"")
        #expect(try SigningKey.read(Bytes(one), passphrase: nil, algorithm: nil, kid: "a").kid == "a")
        #expect(try SigningKey.read(Bytes(jwk(0, "")), passphrase: nil, algorithm: nil, kid: "b").kid == "b")
        do throws(KeyFileError) {
            _ = try SigningKey.read(Bytes(one), passphrase: nil, algorithm: nil, kid: "b")
            Issue.record("another key was taken")
        } catch { #expect(error.words == "the JWK is another key: expected kid 'b', found 'a'") }
    }

    @Test func publicKeysByName() throws {
        let set = Bytes("{\"keys\":[\(jwk(0, "\"kid\":\"a\"")),\(jwk(1, "", isPrivate: false))]}")
        #expect(try KeyFile.read(set, name: "k", kid: "a").map(\.name) == ["k#a"])
        #expect(try KeyFile.read(set, name: "k", kid: Self.keys[1].fingerprint.base64url).map(\.name) == ["k#1"])
        do throws(KeyFileError) {
            _ = try KeyFile.read(set, name: "k", kid: "z")
            Issue.record("a key of no such name")
        } catch { #expect(error.words == "the JWKS holds no key 'z'") }
    }
}

extension String {
    fileprivate func replacingAlgorithm(_ name: String) -> String {
        replacing("\"alg\":\"RS256\"", with: "\"alg\":\"\(name)\"")
    }
}
