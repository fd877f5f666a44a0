/// What is a secret: the one list of names that masking goes by.
///
/// Access tokens, proofs and nonces are not among them: they are what this program is there to look at. Client secrets
/// and passwords are, and everything that can be turned into a token.
public enum SecretNames {
    /// Members of forms, queries and JSON, in small letters and without `_` and `-`: `client_secret`, `clientSecret`.
    static let members: Set<String> = [
        "clientsecret", "secret", "password", "passwd", "sessionsecret", "devicesecret", "refreshtoken", "idtoken",
        "idtokenhint", "subjecttoken", "actortoken", "registrationaccesstoken", "assertion", "clientassertion",
        "samlresponse", "codeverifier", "devicecode", "authreqid", "apikey", "privatekey", "clientkey",
    ]
    /// Members of forms and queries alone: in JSON the name means other things.
    static let parameters: Set<String> = ["code", "key", "sig"]
    /// Private members of a JSON Web Key (RFC 7518 §6).
    public static let keyMembers: Set<String> = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]
    /// Header fields, in small letters. Of `Authorization` every scheme but `DPoP` and `Bearer`.
    static let fields: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey",
        "x-auth-token", "x-access-token", "x-csrf-token", "x-xsrf-token", "x-amz-security-token", "x-goog-api-key",
        "x-functions-key", "x-vault-token", "private-token", "x-gitlab-token", "ocp-apim-subscription-key",
    ]

    /// Whether a member of that name holds a secret.
    public static func isSecret(member name: String) -> Bool { members.contains(plain(name)) }
    public static func isSecret(parameter name: String) -> Bool {
        isSecret(member: name) || parameters.contains(plain(name))
    }
    public static func isSecret(field name: String) -> Bool { fields.contains(name.lowercased()) }

    private static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }
}
