import FlowModel

/// Finds out which client asks, by the methods of RFC 6749 §2.3, RFC 7523 and RFC 8705.
struct ClientGuard {
    let realm: Realm
    let request: LabRequest
    let issuer: String

    /// What is wrong with the client's authentication.
    struct Failure: Error {
        let objection: Objection

        init(_ complaint: Complaint, found: String = "", _ words: String) {
            objection = Objection(complaint, found: found, words: words)
        }
    }

    private static let invalid = "Invalid client or Invalid client credentials"

    func client() throws(Failure) -> LabClient {
        let form = request.form
        if let assertion = form["client_assertion"] { return try byAssertion(assertion) }
        let (id, secret) = basic() ?? (form["client_id"], form["client_secret"])
        guard let id else { throw Failure(.clientMissing, found: "undefined", Self.invalid) }
        guard let client = realm.clients[id] else { throw Failure(.clientUnknown, found: id, Self.invalid) }
        if client.isPublic { return client }
        if client.authenticator == "client-x509" {
            guard let certificate = request.certificate else {
                throw Failure(.clientCertificate, "Client certificate missing")
            }
            if let subject = client.subject, "CN=\(certificate.commonName)" != subject {
                throw Failure(
                    .clientCertificateOther, found: subject, "Client certificate does not match \(subject)")
            }
            return client
        }
        guard let secret, let own = client.secret, Fingerprint(of: secret) == Fingerprint(of: own) else {
            throw Failure(.clientSecret, found: id, Self.invalid)
        }
        return client
    }

    /// Who the request says it is from, right or wrong.
    var claimed: String? {
        let form = request.form
        if let assertion = form["client_assertion"] { return CompactJWS(assertion).payload?.root["sub"]?.string }
        return basic()?.0 ?? form["client_id"]
    }

    private func basic() -> (String?, String?)? {
        guard let field = request.headers.first("authorization"), field.lowercased().hasPrefix("basic ") else {
            return nil
        }
        let text = String(decoding: Base64.decode(Bytes(String(field.dropFirst(6)))).bytes, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        return (Form("a=\(parts[0])")["a"], Form("a=\(parts[1])")["a"])
    }

    private func byAssertion(_ text: String) throws(Failure) -> LabClient {
        let jws = CompactJWS(text)
        // A grant's assertion is no client's (and the other way round): each has a type of its own.
        guard jws.isWellFormed, jws.typ != AssertionGrant.type, jws.header?.root["crit"] == nil,
            let claims = jws.payload?.root, let id = claims["sub"]?.string,
            id == claims["iss"]?.string, let client = realm.clients[id]
        else {
            throw Failure(.assertionMalformed, "Invalid client assertion")
        }
        let audiences = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.elements.compactMap(\.string) ?? []
        guard audiences.contains(where: { $0 == issuer || $0.hasPrefix(issuer + "/") }) else {
            throw Failure(.assertionAudience, "Invalid token audience")
        }
        guard let expires = claims["exp"]?.number?.moment, expires > realm.now() else {
            throw Failure(.assertionExpired, "Token is not active")
        }
        switch client.signature(of: jws) {
        case .valid:
            if realm.options.style.habits.takesAssertionsAgain { return client }
            // As Keycloak: once, by its `jti`, until it ends.
            guard let jti = claims["jti"]?.string, !jti.isEmpty else {
                throw Failure(.assertionUnnamed, "Token jti claim is required")
            }
            guard realm.isNew(assertion: "client\n\(id)\n\(jti)", until: expires) else {
                throw Failure(.assertionUsed, "Token reuse detected")
            }
            return client
        case .wrongSecret:
            throw Failure(.assertionSecret, "Client authentication with signed JWT failed: Invalid signature")
        case .wrongKey:
            throw Failure(
                .assertionKey,
                "Client authentication with signed JWT failed: Unable to load public key or invalid signature")
        }
    }
}

extension LabClient {
    enum SignatureOutcome { case valid, wrongSecret, wrongKey }

    /// Whether the client made a signature, with its secret or with a key of its own.
    func signature(of jws: CompactJWS) -> SignatureOutcome {
        if jws.alg == "HS256" {
            guard let secret, !secret.isEmpty else { return .wrongSecret }
            let expected = Base64URL.encode(SecretBytes.hmac(.sha256, key: secret, jws.signingInput.text))
            return Fingerprint(of: Base64URL.encode(jws.signature.array)) == Fingerprint(of: expected)
                ? .valid : .wrongSecret
        }
        let verifier = SignatureVerifier()
        return keys.contains { WeakKey.problem($0) == nil && verifier.verify(jws, with: $0) == .valid }
            ? .valid : .wrongKey
    }
}
