import FlowModel

/// The JWT bearer grant (RFC 7523 §2.1): it takes assertions and nothing else that is a JWT too.
///
/// An assertion says what it is (`typ`), whom it is for (`aud`), whose it is (`iss`: the client itself, or a client
/// with keys of its own), whom it is about (`sub`), when it ends (`exp`), and is used once (`jti`).
struct AssertionGrant {
    /// The explicit type of RFC 7523bis.
    static let type = "authorization-grant+jwt"
    /// Seconds that an assertion may have left.
    static let longest: Interval = 3600

    let realm: Realm
    let issuer: String
    /// Who asks.
    let client: LabClient

    /// Whom the assertion is about.
    func subject(_ text: String?, _ fail: (String) -> Refusal) throws -> String {
        guard let text, text.utf8.count <= 16 << 10 else { throw fail("Invalid assertion: it is missing or too long") }
        let jws = CompactJWS(text)
        guard jws.isWellFormed, let header = jws.header?.root, let claims = jws.payload?.root else {
            throw fail("Invalid assertion: it is no signed JWT")
        }
        guard jws.typ?.lowercased() == Self.type, header["crit"] == nil, header["b64"] == nil else {
            throw fail("Invalid assertion: typ is not \(Self.type)")
        }
        let audiences = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.elements.compactMap(\.string) ?? []
        guard audiences.contains(where: { $0 == issuer || $0 == issuer + realm.options.style.paths.token }) else {
            throw fail("Invalid assertion: aud is not this realm")
        }
        // With a secret a client speaks for itself only; with a key it may be heard by others.
        guard let name = claims["iss"]?.string, let maker = realm.clients[name], !maker.isPublic,
            jws.alg != "HS256" || maker.id == client.id, maker.signature(of: jws) == .valid
        else { throw fail("Invalid assertion: it is not signed by a registered issuer") }
        let now = realm.now()
        guard let end = claims["exp"]?.number?.moment, end > now, end <= now + Self.longest,
            claims["nbf"]?.number?.moment ?? now <= now
        else { throw fail("Invalid assertion: it is not active, or for more than an hour") }
        guard let id = claims["jti"]?.string, !id.isEmpty else { throw fail("Invalid assertion: jti is missing") }
        guard let subject = claims["sub"]?.string, !subject.isEmpty, subject.utf8.count <= IdP.longestText else {
            throw fail("Invalid assertion: sub is missing")
        }
        guard realm.isNew(assertion: name + "\n" + id, until: end) else {
            throw fail("Invalid assertion: it has already been used")
        }
        return subject
    }
}
