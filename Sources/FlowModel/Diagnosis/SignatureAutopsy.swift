/// Looks into a signature that does not verify: what it is a valid signature of, or by whom.
struct SignatureAutopsy {
    struct Verdict: Equatable {
        let cause: CauseID
        let words: String
        let fix: String
    }

    let jws: CompactJWS
    let jwk: JWK
    let verifier: SignatureVerifier
    /// Other keys of the capture, and whose they are.
    let others: [(owner: String, jwk: JWK)]

    func examine() -> Verdict? { swapped() ?? sibling() ?? otherKey() ?? reencoded() ?? symmetric() }

    private func verifies(_ message: Bytes, _ signature: Bytes, _ algorithm: SignatureAlgorithm, _ key: JWK) -> Bool {
        guard algorithm.fits(key), let key = try? verifier.publicKey(key) else { return false }
        return algorithm.verify(message: message, signature: signature, key: key)
    }

    private var algorithm: SignatureAlgorithm? { jws.head.algorithm }

    private func swapped() -> Verdict? {
        guard let algorithm, case .ecdsa = algorithm.family, jws.signature.count % 2 == 0, !jws.signature.isEmpty else {
            return nil
        }
        let bytes = jws.signature.array
        let half = bytes.count / 2
        guard verifies(jws.signingInput, Bytes(Array(bytes[half...] + bytes[..<half])), algorithm, jwk) else {
            return nil
        }
        return Verdict(
            cause: .sigDer, words: "R and S stand in the wrong order: valid once swapped",
            fix: "write R first, then S (RFC 7518 §3.4)")
    }

    private func sibling() -> Verdict? {
        for other in SignatureAlgorithm.all
        where other.name != algorithm?.name && other.fits(jwk) && !(algorithm.map { Self.isSame($0, other) } ?? false) {
            if verifies(jws.signingInput, jws.signature, other, jwk) {
                return Verdict(
                    cause: .algKeyMismatch,
                    words: "it is a valid \(other.name) signature, but the header says \(jws.alg ?? "nothing")",
                    fix: "write \(other.name) into `alg`, or sign with what `alg` says")
            }
        }
        return nil
    }

    private static func isSame(_ a: SignatureAlgorithm, _ b: SignatureAlgorithm) -> Bool {
        if case .eddsa = a.family, case .eddsa = b.family { return true }
        return false
    }

    private func otherKey() -> Verdict? {
        guard let algorithm else { return nil }
        for (owner, key) in others
        where key.fingerprint != jwk.fingerprint && verifies(jws.signingInput, jws.signature, algorithm, key) {
            return Verdict(
                cause: .sigOtherKey,
                words: "it is valid for another key: \(owner), thumbprint \(key.fingerprint?.base64url ?? "?")",
                fix:
                    "put the public half of the signing key into `jwk`, or sign with the private half of the `jwk` sent"
            )
        }
        return nil
    }

    /// Signed, then written anew: other order, other blanks.
    private func reencoded() -> Verdict? {
        guard let algorithm, let header = jws.header, let payload = jws.payload else { return nil }
        for head in Self.forms(header.root) {
            for body in Self.forms(payload.root) {
                let input = Base64URL.encode(Array(head.text.utf8)) + "." + Base64URL.encode(Array(body.text.utf8))
                if verifies(Bytes(input), jws.signature, algorithm, jwk) {
                    let which = head.words == nil ? "payload" : body.words == nil ? "header" : "header and payload"
                    return Verdict(
                        cause: .sigReencoded,
                        words:
                            "it is valid for the same \(which) written otherwise: \([head.words, body.words].compactMap { $0 }.joined(separator: "; "))",
                        fix: "send the very bytes that were signed; do not parse and write the JSON again")
                }
            }
        }
        return nil
    }

    private static func forms(_ value: JSONValue) -> [(text: String, words: String?)] {
        let members = value.members.compactMap { member in
            member.name.string.map { (JSONText.quote($0), member.value.source) }
        }
        func write(_ list: [(String, String)], _ colon: String, _ comma: String) -> String {
            "{" + list.map { "\($0.0)\(colon)\($0.1)" }.joined(separator: comma) + "}"
        }
        let sorted = members.sorted { $0.0 < $1.0 }
        return [
            (value.source, nil), (write(members, ":", ","), "without blanks"),
            (write(members, ": ", ", "), "with blanks"), (write(sorted, ":", ","), "members sorted"),
            (write(sorted, ": ", ", "), "members sorted, with blanks"),
            (write(members.reversed(), ":", ","), "members in reverse"),
        ]
    }

    private func symmetric() -> Verdict? {
        guard let spki = jwk.spki else { return nil }
        let texts = [jwk.value.source, jwk.canonicalJSON ?? "", Base64.encode(spki)]
        for text in texts where !text.isEmpty {
            if SecretBytes.hmac(.sha256, key: text, jws.signingInput.text) == jws.signature.array {
                return Verdict(
                    cause: .algSymNone, words: "it is an HMAC with the public key as its secret",
                    fix: "sign with the private key; a MAC proves nothing about who holds it")
            }
        }
        return nil
    }
}
