import FlowModel

/// What stands in an access token that is a JWT, and how it is handed out.
struct TokenForm: Sendable {
    /// `typ` of its header; nil for none.
    var type: String? = "JWT"
    /// The claim that names the client.
    var client = "azp"
    /// Keycloak's `typ` claim: `DPoP` or `Bearer`.
    var namesType = false
    /// Members of `cnf` beside `jkt`, as JSON.
    var confirmation = ""
    var hasNotBefore = false
    /// `scope` as an array of texts.
    var listsScope = false

    func header(kid: String) -> String {
        let type = type.map { "\"typ\":\"\($0)\"," } ?? ""
        return "{\"alg\":\"ES256\",\(type)\"kid\":\"\(kid)\"}"
    }

    /// - Parameter confirmation: A comma and a member, or nothing.
    func payload(_ grantee: Realm.Grantee, issuer: String, now: Moment, confirmation: String) -> String {
        var members = [
            "\"exp\":\(grantee.expires.wholeSeconds)", "\"iat\":\(now.wholeSeconds)",
            "\"jti\":\"\(Realm.random(16))\"", "\"iss\":\(JSONText.quote(issuer))",
            "\"aud\":\(JSONText.quote(grantee.audience ?? "account"))",
            "\"sub\":\(JSONText.quote(grantee.subject))",
        ]
        if hasNotBefore { members.append("\"nbf\":\(now.wholeSeconds)") }
        if namesType { members.append("\"typ\":\"\(grantee.jkt == nil ? "Bearer" : "DPoP")\"") }
        members.append("\"\(client)\":\(JSONText.quote(grantee.client))")
        let scopes = grantee.scope.split(separator: " ").map { JSONText.quote(String($0)) }
        members.append(
            listsScope
                ? "\"scope\":[\(scopes.joined(separator: ","))]" : "\"scope\":\(JSONText.quote(grantee.scope))")
        return "{" + members.joined(separator: ",") + confirmation + "}"
    }
}
