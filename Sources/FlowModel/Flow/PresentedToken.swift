/// The access token a request presents, and how.
public struct PresentedToken: Sendable {
    public enum Place: Equatable, Sendable { case authorization, query, body }

    public let text: String
    /// As written: `DPoP`, `bearer`, …; `Bearer` for tokens in the query or the body.
    public let scheme: String
    public let place: Place
    /// Which `Authorization` field, when it was one.
    public let field: Header?

    private init(_ other: PresentedToken, field: Header) {
        (text, scheme, place, self.field) = (other.text, other.scheme, other.place, field)
    }

    /// The same when a request's first `Authorization` field says the same.
    func repeated(in request: Request) -> PresentedToken? {
        guard let field, let index = request.headers.firstIndex(of: "authorization"), request.headers[index].value == field.value else { return nil }
        return PresentedToken(self, field: request.headers[index])
    }

    public init?(_ request: Request) {
        for index in request.headers.indices where request.headers[index].name.equalsIgnoringCase("authorization") {
            let field = request.headers[index]
            let value = field.value.trimmed
            let name = String(decoding: value.utf8.prefix(32).prefix { $0 != 0x20 }, as: UTF8.self)
            guard name.equalsIgnoringCase("dpop") || name.equalsIgnoringCase("bearer"), value.utf8.count > name.utf8.count else { continue }
            let rest = value.utf8[value.utf8.index(value.startIndex, offsetBy: name.utf8.count + 1)...]
            (text, self.scheme, place, self.field) = (String(Substring(rest)).trimmed, name, .authorization, field)
            return
        }
        if let query = request.url.query, query.has("access_token="), let token = Form(query)["access_token"] {
            (text, scheme, place, field) = (token, "Bearer", .query, nil)
            return
        }
        if let body = request.body, body.mayContain("access_token="), let token = request.form?["access_token"] {
            (text, scheme, place, field) = (token, "Bearer", .body, nil)
            return
        }
        return nil
    }
}

/// Answers that ask for a nonce (RFC 9449 §8 and §9).
enum NonceChallenge {
    static func isOne(_ response: Response) -> Bool {
        for field in response.headers.all("www-authenticate") where field.value.has("use_dpop_nonce") { return true }
        guard response.status == 400 || response.status == 401, let body = response.body, body.storedCount < 1 << 16,
            body.mayContain("use_dpop_nonce")
        else { return false }
        return body.json?.root["error"]?.string == "use_dpop_nonce"
    }
}
