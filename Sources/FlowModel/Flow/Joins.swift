/// What one request hands on to another, as tags that are equal where two belong together.
enum Joins {
    /// `back`: where the browser is sent back to, when it is not among the members.
    static func of(_ form: Form, back: HTTPURL? = nil) -> [Fingerprint.Tag] {
        var tags: [Fingerprint.Tag] = []
        for (name, value) in form.members where !value.isEmpty {
            switch name {
            case "code_challenge": tags.append(tag("pkce", value))
            case "code_verifier": tags.append(tag("pkce", challenge(of: value)))
            case "state":
                // A short one is told apart by the place that it comes back to.
                if value.utf8.count >= 16 { tags.append(tag("state", value)) }
                if let back = form["redirect_uri"] ?? back?.withoutQuery {
                    tags.append(tag("state", HTTPURL(back).withoutQuery + " " + value))
                }
            // Tokens that are handed in: the tag of a token that was issued.
            case "subject_token", "actor_token", "token", "refresh_token", "code", "request_uri", "device_code":
                if value.utf8.count >= 8 { tags.append(Fingerprint(of: value).tag) }
            default: break
            }
        }
        return tags
    }

    /// `code_challenge` of a verifier (RFC 7636 §4.2, S256).
    static func challenge(of verifier: String) -> String { Fingerprint(of: verifier).base64url }

    private static func tag(_ name: String, _ value: String) -> Fingerprint.Tag {
        Fingerprint(of: name + " " + value).tag
    }
}
