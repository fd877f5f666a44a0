/// A correct plugin configuration in each of the forms Kong's tools read.
public enum KongWriter {
    public enum Format: String, Sendable, CaseIterable {
        case adminAPI = "admin-api"
        case deck, kubernetes, konnect
    }

    public struct Settings: Sendable {
        public var issuer: String
        public var clientID: String
        public var clientSecret: String
        public var methods: [String]

        public init(issuer: String, clientID: String, clientSecret: String, methods: [String] = ["bearer"]) {
            (self.issuer, self.clientID, self.clientSecret, self.methods) = (issuer, clientID, clientSecret, methods)
        }
    }

    /// A URL with its scheme, as tokens name it: `idp.test` alone is none.
    public static func isIssuer(_ text: String) -> Bool {
        let url = HTTPURL(text)
        return ["http", "https"].contains(url.scheme.lowercased()) && !url.host.isEmpty
    }

    /// decK demands a salt that stays the same; it is no secret, so it is made of the issuer and the client.
    private static func salt(_ settings: Settings) -> String {
        String(Fingerprint(of: "\(settings.issuer) \(settings.clientID)").base64url.prefix(22))
    }

    public static func write(_ settings: Settings, _ format: Format) -> String {
        var texts = [
            ("issuer", JSONText.quote(settings.issuer)), ("client_id", "[\(JSONText.quote(settings.clientID))]"),
            ("client_secret", "[\(JSONText.quote(settings.clientSecret))]"),
            ("auth_methods", "[\(settings.methods.map(JSONText.quote).joined(separator: ", "))]"),
            ("bearer_token_param_type", "[\"header\"]"), ("proof_of_possession_dpop", "\"strict\""),
            ("cache_tokens_salt", JSONText.quote(salt(settings))),
        ]
        // A session that was made elsewhere must not pass here.
        if settings.methods.contains("session") {
            texts.append(("session_secret", "\"{vault://env/kong-session-secret}\""))
        }
        func yaml(_ indent: String) -> String { texts.map { "\(indent)\($0.0): \($0.1)" }.joined(separator: "\n") }
        switch format {
        case .adminAPI, .konnect:
            let inner = texts.map { "    \(JSONText.quote($0.0)): \($0.1)" }.joined(separator: ",\n")
            return "{\n  \"name\": \"openid-connect\",\n  \"config\": {\n\(inner)\n  }\n}\n"
        case .deck:
            return "_format_version: \"3.0\"\nplugins:\n  - name: openid-connect\n    config:\n\(yaml("      "))\n"
        case .kubernetes:
            return
                "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata:\n  name: openid-connect\n "
                + " annotations:\n    kubernetes.io/ingress.class: kong\nplugin: "
                + "openid-connect\nconfig:\n\(yaml("  "))\n"
        }
    }
}
