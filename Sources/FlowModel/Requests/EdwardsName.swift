/// Ed25519 has two names in JOSE: `EdDSA` (RFC 8037) and `Ed25519` (RFC 9864). A server lists one of them, or both, and
/// may refuse the other one. Ed448 likewise.
struct EdwardsName {
    /// The key under the name that the server lists; as it was where the list does not decide.
    let key: SigningKey
    /// What a person is to know of the choice; nil where the name is the only one.
    let words: String?

    /// - Parameters:
    ///   - list: The server's member, such as `dpop_signing_alg_values_supported`.
    ///   - name: Its name.
    init(_ key: SigningKey, list: JSONValue?, named name: String) {
        let known = SignatureAlgorithm.all.filter { algorithm in
            if case .eddsa = algorithm.family { algorithm.fits(key.jwk) } else { false }
        }
        let listed = known.filter { algorithm in
            list?.elements.contains { $0.string == algorithm.name } ?? false
        }
        guard known.count > 1, let crv = key.jwk.crv else {
            (self.key, words) = (key, nil)
            return
        }
        let names = known.map(\.name).joined(separator: " and ")
        if listed.count == 1, let renamed = try? key.with(listed[0]) {
            self.key = renamed
            words =
                renamed.algorithm == key.algorithm
                ? nil : "the \(crv) key signs as \(renamed.algorithm.name): the name that \(name) has"
        } else {
            self.key = key
            let found =
                listed.isEmpty
                ? list == nil ? "the metadata has no \(name)" : "\(name) has none of \(names)" : "\(name) has \(names)"
            words = "the \(crv) key signs as \(key.algorithm.name): \(found)"
        }
    }
}

extension LiveFlow {
    private static let ofProofs = "dpop_signing_alg_values_supported"
    private static let ofAssertions = "token_endpoint_auth_signing_alg_values_supported"

    private func proofName(_ metadata: JSONValue) -> EdwardsName? {
        guard plan.usesDPoP, !plan.algorithmIsChosen else { return nil }
        return EdwardsName(key, list: metadata[named: Self.ofProofs], named: Self.ofProofs)
    }

    private func assertionName(_ metadata: JSONValue) -> EdwardsName? {
        guard plan.clientAuthentication == .privateKeyJWT, let clientKey else { return nil }
        return EdwardsName(clientKey, list: metadata[named: Self.ofAssertions], named: Self.ofAssertions)
    }

    /// Gives the keys the names that the server's metadata lists.
    mutating func nameKeys(by metadata: JSONValue) {
        let (proof, assertion) = (proofName(metadata), assertionName(metadata))
        keyRemarks = remarks(proof, assertion)
        key = proof?.key ?? key
        clientKey = assertion?.key ?? clientKey
    }

    /// What is to be remarked about the names that keys sign under, before this metadata is taken.
    public func keyNotes(of metadata: Response?) -> [String] {
        guard let metadata, metadata.status == 200, let root = metadata.body?.json?.root, root.isObject else {
            return []
        }
        return remarks(proofName(root), assertionName(root)) + [audienceNote(of: metadata)].compactMap { $0 }
    }

    private func remarks(_ proof: EdwardsName?, _ assertion: EdwardsName?) -> [String] {
        let proofs = proof?.words.map { "proofs: \($0); --alg says otherwise" }
        let assertions = assertion?.words.map { "client assertions: \($0)" }
        return [proofs, assertions].compactMap { $0 }
    }
}
