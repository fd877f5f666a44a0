import Testing

@testable import FlowModel

/// Keys under a pass phrase: opened with it, and a sentence of their own for everything else.
struct EncryptedKeyTests {
    private func read(_ text: String, _ passphrase: String? = "p", kid: String? = nil) throws(KeyFileError)
        -> SigningKey
    {
        try SigningKey.read(Bytes(text), passphrase: passphrase, algorithm: nil, kid: kid)
    }

    private func problem(_ text: String, _ passphrase: String? = "p") -> String? { problem(Bytes(text), passphrase) }

    private func problem(_ bytes: Bytes, _ passphrase: String? = "p") -> String? {
        do throws(KeyFileError) {
            _ = try SigningKey.read(bytes, passphrase: passphrase, algorithm: nil)
            return nil
        } catch { return error.words }
    }

    private func bytes(_ base64: String) -> Bytes { Bytes(Base64.decode(Bytes(base64)).bytes) }

    @Test(arguments: [EncryptedKeys.flattened, EncryptedKeys.compact, EncryptedKeys.general])
    func othersMadeItAndItOpens(text: String) throws {
        let key = try read(text)
        #expect(key.fingerprint.base64url == EncryptedKeys.thumbprint)
        #expect(key.kid == "one")
        #expect(try read("\u{FEFF}" + text + "\r\n").fingerprint == key.fingerprint)
        let files = try KeyFile.read(Bytes(text), name: "k", passphrase: "p")
        #expect(files.map { $0.jwk.fingerprint?.base64url } == [EncryptedKeys.thumbprint])
    }

    /// RFC 7517 appendix C.
    @Test func theRFCsKeyOpens() throws {
        let key = try read(EncryptedKeys.appendixC, "Thus from my lips, by yours, my sin is purged.")
        #expect(key.kid == "juliet@capulet.lit")
        #expect(key.jwk.summary == "RSA 2048")
    }

    @Test(arguments: [EncryptedKeys.flattened, EncryptedKeys.compact, EncryptedKeys.general])
    func anotherPassphraseIsSaidSo(text: String) {
        #expect(problem(text, "q") == "JWE: the pass phrase is wrong")
        #expect(problem(text, "") == "JWE: the pass phrase is wrong")
        #expect(problem(text, nil) == "JWE: the private key needs a pass phrase")
        do throws(KeyFileError) { _ = try read(text, nil) } catch { #expect(error.needsPassphrase) }
    }

    /// Every part is protected: by the wrapping, or by the tag.
    @Test func whatWasChangedDoesNotOpen() {
        let parts = EncryptedKeys.compact.split(separator: ".").map(String.init)
        for index in 1..<5 {
            var changed = parts
            changed[index] = (parts[index].hasPrefix("A") ? "B" : "A") + parts[index].dropFirst()
            let words = problem(changed.joined(separator: ".")) ?? ""
            #expect(
                words
                    == (index == 1
                        ? "JWE: the pass phrase is wrong"
                        : "JWE: the pass phrase is right, and the content was changed: its tag does not fit"))
        }
        let aad = EncryptedKeys.general.replacing("YmVzaWRl", with: "YmVzaWRm")
        #expect(problem(aad)?.hasSuffix("its tag does not fit") == true)
    }

    /// A JWE in JSON whose header is all in `header`, where nothing protects it.
    private func jwe(_ header: String, more: String = "") -> String {
        "{\"header\":{\(header)},\"encrypted_key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"iv\":\"AAAA\",\"ciphertext\":\"AAAA\",\"tag\":\"AAAA\"\(more)}"
    }

    private static let header = "\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2s\":\"AAAAAAAAAAA\""

    struct Fault: Sendable {
        let header: String
        let words: String
        init(_ header: String, _ words: String) { (self.header, self.words) = (header, words) }
    }

    static let faults: [Fault] = [
        Fault(header + ",\"p2c\":2000001", "expected 2000000 at most"),
        Fault(header + ",\"p2c\":1e300", "`p2c` is 1e300; expected the number of rounds"),
        Fault(header + ",\"p2c\":0", "`p2c` is 0;"), Fault(header + ",\"p2c\":-1", "`p2c` is -1;"),
        Fault(header + ",\"p2c\":1.5", "`p2c` is 1.5;"), Fault(header + ",\"p2c\":\"9\"", "`p2c` is \"9\";"),
        Fault(header, "`p2c` is missing"), Fault(header + ",\"p2c\":1", "the pass phrase is wrong"),
        Fault(header + ",\"p2c\":1,\"crit\":[\"p2c\"]", "it has `crit`"),
        Fault(header + ",\"p2c\":1,\"zip\":\"DEF\"", "it has `zip`"),
        Fault("\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\"", "encrypted with \"ECDH-ES\", which no pass phrase opens"),
        Fault("\"alg\":\"dir\",\"enc\":\"A1\"", "`enc` is \"A1\"; expected A128GCM"), Fault("", "`enc` is missing"),
        Fault("\"alg\":7,\"enc\":\"A128GCM\"", "encrypted with 7,"),
        Fault("\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":1", "`p2s` is missing"),
        Fault("\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":1,\"p2s\":\"+\"", "`p2s` is not base64url"),
    ]

    @Test(arguments: faults) func aFaultyHeaderIsSaidSo(fault: Fault) {
        #expect(problem(jwe(fault.header))?.firstRange(of: fault.words) != nil, "\(problem(jwe(fault.header)) ?? "")")
    }

    /// Of all recipients together, as each is tried: whoever writes the file does not decide how long it takes.
    @Test func roundsAreCountedOverAllRecipients() {
        let one = "{\"header\":{\(Self.header),\"p2c\":1},\"encrypted_key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"
        let most = one.replacing("\"p2c\":1", with: "\"p2c\":2000000")
        let list = ",\"recipients\":[\([one, most].joined(separator: ","))]"
        #expect(problem(jwe("", more: list))?.hasSuffix("expected 2000000 at most") == true)
        let single = ",\"recipients\":[\(one)]"
        #expect(problem(jwe("", more: single)) == "JWE: the pass phrase is wrong")
    }

    @Test func pemAndItsPublicHalf() throws {
        #expect(try read(EncryptedKeys.pem).fingerprint.base64url == EncryptedKeys.pemThumbprint)
        let file = try KeyFile.read(Bytes(EncryptedKeys.pem), name: "k", passphrase: "p")
        #expect(file.first?.jwk.fingerprint?.base64url == EncryptedKeys.pemThumbprint)
        #expect(problem(EncryptedKeys.pem, "q") == "PEM: the pass phrase is wrong")
        #expect(problem(EncryptedKeys.pem, nil) == "PEM: the private key needs a pass phrase")
        #expect(problem(EncryptedKeys.slowPEM)?.hasPrefix("PEM: its pass phrase takes more rounds") == true)
        #expect(problem(EncryptedKeys.oldPEM)?.hasPrefix("PEM: it is encrypted with a cipher or digest") == true)
    }

    @Test func pkcs12() throws {
        let store = bytes(EncryptedKeys.store)
        let key = try SigningKey.read(store, passphrase: "p", algorithm: nil, kid: "named")
        #expect(key.fingerprint.base64url == EncryptedKeys.pemThumbprint)
        #expect(key.kid == "named")
        let file = try KeyFile.read(store, name: "k", passphrase: "p")
        #expect(file.first?.jwk.fingerprint?.base64url == EncryptedKeys.pemThumbprint)
        #expect(throws: KeyFileError.self) { try KeyFile.read(store, name: "k") }
        #expect(problem(store, "q") == "PKCS#12: the pass phrase is wrong")
        #expect(problem(store, nil) == "PKCS#12: the private key needs a pass phrase")
        #expect(
            problem(bytes(EncryptedKeys.slowStore))?.hasPrefix("PKCS#12: its pass phrase takes more rounds") == true)
    }

    @Test func whatIsTooLargeIsNoKey() {
        #expect(problem(Bytes([UInt8](repeating: 0x20, count: (1 << 24) + 1)))?.hasSuffix("no key is so large") == true)
    }
}
