/// A key file under a pass phrase: a JWE (RFC 7516) whose key PBES2 wraps, as step-cli, `jose` and RFC 7517 appendix C
/// write it. Compact, flattened JSON or general JSON.
struct EncryptedKey {
    /// One of those whom the content's key was wrapped for. `header` is the recipient's own part of the JWE's header.
    private struct Recipient {
        let header: JSONValue?
        let key: JSONValue?
    }

    /// What is longer is no key.
    private static let longest = 1 << 20
    /// Recipients that are looked at.
    private static let mostRecipients = 16

    private let protected: JSONDocument?
    private let shared: JSONValue?
    private let recipients: [Recipient]
    /// What the tag protects besides the text (RFC 7516 §5.1, step 14).
    private let aad: [UInt8]
    private let iv: JSONValue?
    private let text: JSONValue?
    private let tag: JSONValue?

    /// Nil where the bytes are no JWE.
    init?(_ bytes: Bytes) {
        guard let root = Self.object(bytes), let text = root["ciphertext"], text.kind == .string else { return nil }
        let protected = root["protected"]?.stringBytes ?? Bytes([])
        self.protected = (try? Base64URL.decodeBytes(protected)).flatMap { try? JSONDocument($0) }
        shared = root["unprotected"]
        if let list = root["recipients"]?.elements {
            recipients = list.prefix(Self.mostRecipients).map {
                Recipient(header: $0["header"], key: $0["encrypted_key"])
            }
        } else {
            recipients = [Recipient(header: root["header"], key: root["encrypted_key"])]
        }
        let more = root["aad"]?.stringBytes.map { [UInt8(ascii: ".")] + $0.array } ?? []
        (aad, iv, self.text, tag) = (protected.array + more, root["iv"], text, root["tag"])
    }

    /// The JSON form of a JWE; what is compact is written in it.
    private static func object(_ bytes: Bytes) -> JSONValue? {
        guard bytes.count <= longest else { return nil }
        if bytes.hasFirst(UInt8(ascii: "{")) { return (try? JSONDocument(bytes))?.root }
        let parts = bytes.withBytes {
            $0.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
        }
        guard parts.count == 5, bytes.withBytes({ $0.allSatisfy { PastedLines.isNameByte($0) || $0 == 0x2E } }) else {
            return nil
        }
        let names = ["protected", "encrypted_key", "iv", "ciphertext", "tag"]
        let members = zip(names, parts).map { "\"\($0)\":\"\(String(decoding: $1, as: UTF8.self))\"" }
        return (try? JSONDocument(Bytes("{" + members.joined(separator: ",") + "}")))?.root
    }

    /// What it holds; the bytes are overwritten when the last view of them is gone.
    func opened(_ passphrase: String?) throws(CryptoError) -> Bytes {
        guard let encryption = (member("enc", recipients.first)?.string).flatMap(ContentEncryption.named) else {
            throw fault(
                "`enc` is \(shown("enc", recipients.first)); expected \(Self.list(ContentEncryption.all.map(\.name)))")
        }
        for name in ["crit", "zip"] where recipients.contains(where: { member(name, $0) != nil }) {
            throw fault("it has `\(name)`, which is not read here; expected a JWE without")
        }
        let able = recipients.filter { (member("alg", $0)?.string).flatMap(PBES2.named) != nil }
        guard !able.isEmpty else {
            let expected = Self.list(PBES2.all.map(\.name))
            throw fault(
                "it is encrypted with \(shown("alg", recipients.first)), which no pass phrase opens; expected \(expected)"
            )
        }
        guard let passphrase else { throw Passphrase.missing("JWE") }
        var key = try contentKey(able, passphrase)
        defer { SecretBytes.wipe(&key) }
        guard key.count == encryption.keyLength else {
            throw fault("its key has \(key.count) bytes; \(encryption.name) takes \(encryption.keyLength)")
        }
        let text = encryption.open(
            try decoded(text, "ciphertext"), key: key, iv: try decoded(iv, "iv"), aad: aad, tag: try decoded(tag, "tag")
        )
        guard var text else {
            throw fault("the pass phrase is right, and the content was changed: its tag does not fit")
        }
        defer { SecretBytes.wipe(&text) }
        return SecretBytes.kept(text)
    }

    /// The key of the content, out of the first recipient whom the pass phrase belongs to.
    private func contentKey(_ recipients: [Recipient], _ passphrase: String) throws(CryptoError) -> [UInt8] {
        var left = Passphrase.mostRounds
        for recipient in recipients {
            guard let wrapping = (member("alg", recipient)?.string).flatMap(PBES2.named) else { continue }
            guard let rounds = member("p2c", recipient)?.number?.whole(within: 1...Int(Int32.max)) else {
                throw fault("`p2c` is \(shown("p2c", recipient)); expected the number of rounds")
            }
            guard rounds <= left else { throw Passphrase.tooMuchWork("JWE") }
            left -= rounds
            let salt = try decoded(member("p2s", recipient), "p2s")
            let wrapped = try decoded(recipient.key, "encrypted_key")
            if let key = wrapping.unwrap(wrapped, passphrase: passphrase, salt: salt, rounds: rounds) { return key }
        }
        throw Passphrase.wrong("JWE")
    }

    /// A member of the header, whose parts have no name in common (RFC 7516 §7.2.1).
    private func member(_ name: String, _ recipient: Recipient?) -> JSONValue? {
        protected?.root[named: name] ?? shared?[named: name] ?? recipient?.header?[named: name]
    }

    private func shown(_ name: String, _ recipient: Recipient?) -> String {
        member(name, recipient).map { "\($0.source.prefix(60))" } ?? "missing"
    }

    private func decoded(_ value: JSONValue?, _ name: String) throws(CryptoError) -> [UInt8] {
        guard let text = value?.stringBytes else { throw fault("`\(name)` is missing; expected base64url") }
        do throws(Base64URLError) { return try Base64URL.decode(text) } catch {
            throw fault("`\(name)` is not base64url: \(error.words)")
        }
    }

    private func fault(_ words: String) -> CryptoError { CryptoError(operation: "JWE", reason: words) }

    private static func list(_ names: [String]) -> String {
        names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }
}
