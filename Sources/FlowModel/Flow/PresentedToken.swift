/// The access token a request presents, and how.
public final class PresentedToken: Sendable {
    public enum Place: Equatable, Sendable { case authorization, query, body }

    public let text: String
    /// The text without a scheme in front: where a program handed the token over with its scheme, that stands twice.
    public let token: String
    /// As written: `DPoP`, `bearer`, …; `Bearer` for tokens in the query or the body.
    public let scheme: String
    public let place: Place
    /// Which of the request's fields, when it was one.
    public let field: Int?
    /// That field's value.
    private let value: Bytes?

    private init(_ text: String, scheme: String, place: Place, field: Int? = nil, value: Bytes? = nil) {
        (self.text, self.scheme, self.place, self.field, self.value) = (text, scheme, place, field, value)
        token = Self.withoutScheme(text)
    }

    private static func withoutScheme(_ text: String) -> String {
        var rest = text[...]
        // A scheme is short: of a token without one a few bytes are looked at.
        while let space = rest.utf8.prefix(7).firstIndex(of: 0x20),
            rest[..<space].equalsIgnoringCase("dpop") || rest[..<space].equalsIgnoringCase("bearer")
        {
            rest = rest[rest.utf8.index(after: space)...]
        }
        return rest.isEmpty || rest.utf8.count == text.utf8.count ? text : String(rest).trimmed
    }

    /// Whether a scheme stands in front of the token itself.
    var hasSchemeInside: Bool { token.utf8.count != text.utf8.count }

    /// Whether the scheme is one that servers look for a token under.
    var isKnownScheme: Bool { scheme.equalsIgnoringCase("dpop") || scheme.equalsIgnoringCase("bearer") }

    /// Schemes whose credentials are no access token.
    private static let otherSchemes: [String] = [
        "basic", "digest", "negotiate", "ntlm", "hoba", "mutual", "oauth", "signature", "gnap", "vapid", "hawk",
        "aws4-hmac-sha256", "scram-sha-256", "sharedkey", "concealed", "privatetoken",
    ]

    /// A token under another scheme, or under none: only where a proof or the token itself shows that DPoP is meant.
    private static func misplaced(_ value: Bytes, _ space: Int, _ request: Request, field: Int, whole: Bytes)
        -> PresentedToken?
    {
        let scheme = space < value.count ? value[SourceSpan(0, min(space, 64))].text : ""
        let text = scheme.isEmpty ? value.text : value[SourceSpan(space + 1, value.count)].trimmed.text
        guard !text.isEmpty, !text.utf8.contains(where: { $0 == 0x20 || $0 == 0x2C || $0 == 0x22 }),
            !otherSchemes.contains(scheme.lowercased())
        else { return nil }
        let isJWT = CompactJWS.looksLike(text)
        guard isJWT || (!scheme.isEmpty && request.headers.has("dpop")) else { return nil }
        if !request.headers.has("dpop") {
            let claims = CompactJWS(text).payload?.root
            guard claims?["cnf"] != nil || claims?["at"] != nil else { return nil }
        }
        return PresentedToken(text, scheme: scheme, place: .authorization, field: field, value: whole)
    }

    /// True when a request says the same at the same place: the next call of a client nearly always does.
    func isRepeated(in request: Request) -> Bool {
        guard let field, let value, request.headers.firstIndex(of: "authorization") == field else { return false }
        return request.headers[field].bytes == value
    }

    static func read(_ request: Request) -> PresentedToken? {
        for index in request.headers.indices where request.headers[index].isNamed("authorization") {
            let whole = request.headers[index].bytes
            let value = whole.trimmed
            let space = value.firstIndex(of: 0x20)
            let name = value[SourceSpan(0, min(space, 32))].text
            guard space < value.count, name.equalsIgnoringCase("dpop") || name.equalsIgnoringCase("bearer") else {
                if let other = misplaced(value, space, request, field: index, whole: whole) { return other }
                continue
            }
            let text = value[SourceSpan(space + 1, value.count)].trimmed.text
            return PresentedToken(text, scheme: name, place: .authorization, field: index, value: whole)
        }
        if let query = request.url.query, query.has("access_token="), let token = Form(query)["access_token"] {
            return PresentedToken(token, scheme: "Bearer", place: .query)
        }
        if let body = request.body, body.mayContain("access_token="), let token = request.form?["access_token"] {
            return PresentedToken(token, scheme: "Bearer", place: .body)
        }
        return nil
    }
}

/// Answers that ask for a nonce (RFC 9449 §8 and §9).
enum NonceChallenge {
    static func isOne(_ response: Response) -> Bool {
        if response.status == 200, response.headers.has("dpop-nonce"), ContentRefusal.grpcStatus(response) == 16 {
            return true
        }
        for field in response.headers.all("www-authenticate") where field.bytes.find("use_dpop_nonce") != nil {
            return true
        }
        guard response.status == 400 || response.status == 401, let body = response.body, body.storedCount < 1 << 16,
            body.mayContain("use_dpop_nonce")
        else { return false }
        return body.json?.root["error"]?.string == "use_dpop_nonce"
    }
}
