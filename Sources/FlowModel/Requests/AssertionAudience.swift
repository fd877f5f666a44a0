/// Whom a client assertion is addressed to (RFC 7523 §3): the issuer that the person named.
///
/// Metadata that name another issuer must not be used for it (RFC 8414 §3.3): who wrote them could spend the assertion
/// there, in the client's name. A run goes on with such metadata, as a proxy's fault shows just so; an assertion is made
/// out to what the person said.
extension LiveFlow {
    func assertionAudience(_ url: HTTPURL) -> String {
        guard let own = namedIssuer else {
            // Of a metadata document's URL only the origin is the person's word.
            return endpoints.issuer.flatMap { isOfDocument($0) ? $0 : nil } ?? url.withoutQuery
        }
        return endpoints.issuer.flatMap { Self.isSame($0, own) ? $0 : nil } ?? own
    }

    /// What is to be said of metadata whose issuer no assertion is addressed to; nil where none is made, or it is the
    /// person's.
    func audienceNote(of metadata: Response?) -> String? {
        guard plan.clientAuthentication == .secretJWT || plan.clientAuthentication == .privateKeyJWT,
            let found = metadata?.body?.json?.root["issuer"]?.string, plan.endpoints.issuer == nil
        else { return nil }
        let isOwn = namedIssuer.map { Self.isSame(found, $0) } ?? isOfDocument(found)
        guard !isOwn else { return nil }
        return
            "client assertions: the metadata's issuer is \(found), which nobody here named; they are addressed to \(namedIssuer ?? "the endpoint") (RFC 8414 §3.3)"
    }

    private var namedIssuer: String? {
        plan.endpoints.issuer ?? plan.issuer.flatMap { $0.has("/.well-known/") ? nil : $0 }
    }

    private func isOfDocument(_ issuer: String) -> Bool {
        plan.issuer.map { HTTPURL($0).origin == HTTPURL(issuer).origin } ?? false
    }

    /// But for a slash at the end.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        func bare(_ text: String) -> Substring { text.hasSuffix("/") ? text.dropLast() : text[...] }
        return bare(one) == bare(other)
    }
}
