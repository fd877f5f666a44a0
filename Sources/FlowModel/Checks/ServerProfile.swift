/// What a server is known to accept: a row of data, used whole.
public struct ServerProfile: Sendable {
    /// How `htu` is compared with the request's URI.
    public enum TargetRule: String, Sendable {
        case letters = "letter by letter"
        case javaURI = "java.net.URI: scheme and host without case, port and path letter by letter"
        case whatwg = "as a WHATWG URL: default port, dot segments and host forms are equal"
        case normalised = "after RFC 3986 normalisation"
        case unknown = "not known"
    }

    /// What becomes of a proof that was used before.
    public enum Replay: String, Sendable {
        case refused, none, optional, unknown
    }

    /// What the server does about nonces.
    public enum Nonces: String, Sendable {
        /// It knows none, and passes over a `nonce` it did not ask for.
        case never
        /// It knows none, and refuses a proof with one.
        case refused
        case optional, always, unknown
    }

    /// Whether a name may be written in other letters.
    public enum Letters: String, Sendable {
        case matter, free, unknown
    }

    public let id: String
    public let title: String
    /// Seconds a proof may be old.
    public let past: Double
    /// Seconds a proof may be ahead of the server's clock.
    public let future: Double
    /// Where the numbers are from.
    public let source: String
    /// True where a gateway must downgrade to Bearer and drop the proof.
    public let downgrades: Bool
    /// The algorithms it takes; nil where nothing is known beyond the RFC.
    public let algorithms: [String]?
    public let replay: Replay
    public let target: TargetRule
    public let typ: Letters
    public let scheme: Letters
    public let nonce: Nonces
    /// How it says no.
    public let errors: String
    /// Its column of the table of verifiers, when it was measured.
    public let verifier: String?

    private init(
        _ id: String, _ title: String, past: Double, future: Double, _ source: String, downgrades: Bool = false,
        algorithms: [String]? = nil, replay: Replay = .unknown, target: TargetRule = .unknown, typ: Letters = .unknown,
        scheme: Letters = .unknown, nonce: Nonces = .unknown, errors: String = "", verifier: String? = nil
    ) {
        (self.id, self.title, self.past, self.future, self.source) = (id, title, past, future, source)
        (self.downgrades, self.algorithms, self.replay, self.target) = (downgrades, algorithms, replay, target)
        (self.typ, self.scheme, self.nonce, self.errors, self.verifier) = (typ, scheme, nonce, errors, verifier)
    }

    /// False where any `iat` passes.
    public var judgesTime: Bool { past < Self.unlimited }
    private static let unlimited = 1e12

    private static let rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
    private static let nist = ["ES256", "ES384", "ES512"]

    public static let all: [ServerProfile] = [
        ServerProfile(
            "rfc9449", "RFC 9449", past: 300, future: 60, "§11.1: seconds or minutes", target: .normalised, typ: .free,
            scheme: .free, nonce: .optional, errors: "400 or 401 invalid_dpop_proof"),
        ServerProfile(
            "kong", "Kong ≥ 3.7", past: 300, future: 60, "dpop_proof_lifetime, default 300", downgrades: true,
            nonce: .optional, errors: "401 {\"message\":\"Unauthorized\"}"),
        ServerProfile(
            "keycloak", "Keycloak", past: 25, future: 15, "DPoPUtil: lifetime 10 s, skew 15 s; 26.7.3 measured",
            algorithms: rsa + nist + ["EdDSA"], replay: .refused, target: .javaURI, typ: .matter, scheme: .free,
            nonce: .never, errors: "token endpoint 400 invalid_request, userinfo 401 invalid_token",
            verifier: "keycloak"),
        ServerProfile(
            "node-oidc-provider", "node-oidc-provider", past: 300, future: 300,
            "validate_dpop.js; by default ES256, EdDSA and Ed25519 alone",
            algorithms: rsa + nist + ["EdDSA", "Ed25519"], replay: .refused, target: .whatwg, typ: .free, scheme: .free,
            nonce: .refused, errors: "400 invalid_dpop_proof", verifier: "oidc-provider"),
        ServerProfile(
            "atproto", "atproto", past: 190, future: 180, "dpop-manager.ts",
            algorithms: rsa + nist + ["ES256K", "EdDSA", "Ed25519"], replay: .refused, target: .whatwg, typ: .free,
            scheme: .free, nonce: .always, errors: "400 or 401 invalid_dpop_proof", verifier: "atproto"),
        ServerProfile(
            "spring", "Spring Security ≥ 6.5", past: 60, future: 60, "resource server, 7.0.6 measured",
            algorithms: rsa + nist, replay: .refused, target: .letters, typ: .free, scheme: .free, nonce: .never,
            errors: "401 invalid_dpop_proof without a description", verifier: "spring"),
        ServerProfile(
            "auth0", "Auth0 (express-oauth2-jwt-bearer)", past: 300, future: 30,
            "iatOffset 300, iatLeeway 30; 1.10.0 measured",
            algorithms: rsa + nist + ["ES256K", "EdDSA"], replay: .none, target: .whatwg, typ: .free, scheme: .free,
            nonce: .never, errors: "400 or 401 invalid_dpop_proof", verifier: "auth0-js"),
        ServerProfile(
            "quarkus", "Quarkus OIDC 3.33", past: unlimited, future: unlimited,
            "3.33.2 measured: `iat` and `jti` are not enforced",
            replay: .none, target: .letters, typ: .matter, nonce: .never, errors: "401 www-authenticate: DPoP, alone"),
        ServerProfile(
            "nimbus", "Nimbus OAuth SDK 11.31", past: 60, future: 60, "as its caller sets it; 60 s measured",
            algorithms: rsa + nist, replay: .refused, target: .letters, typ: .free, scheme: .free, nonce: .refused,
            errors: "as its caller writes them", verifier: "nimbus"),
        ServerProfile(
            "oauth4webapi", "oauth4webapi", past: 300, future: 300, "as a resource server, measured",
            algorithms: rsa + nist + ["EdDSA", "Ed25519"], replay: .none, target: .whatwg, typ: .free, scheme: .free,
            nonce: .optional, errors: "as its caller writes them", verifier: "oauth4webapi"),
        ServerProfile(
            "go-dpop", "go-dpop", past: 300, future: 0, "measured: no proof from the future",
            algorithms: rsa + nist + ["EdDSA"], replay: .none, target: .letters, typ: .matter, scheme: .free,
            nonce: .optional, errors: "as its caller writes them", verifier: "go-dpop"),
        ServerProfile(
            "mcp", "MCP profile (SEP-1932)", past: 300, future: 300, "the conformance suite's judge, measured",
            algorithms: rsa + nist + ["EdDSA"], replay: .optional, target: .normalised, typ: .free, scheme: .free,
            nonce: .optional, errors: "401 DPoP resource_metadata=…", verifier: "mcp-judge"),
        ServerProfile(
            "pingfederate", "PingFederate ≥ 11.3", past: 120, future: 60, "dpop_proof_lifetime_seconds 120",
            replay: .optional, nonce: .optional),
        ServerProfile(
            "okta", "Okta", past: 300, future: 60, "not published: the RFC's minutes",
            algorithms: ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"], replay: .refused, nonce: .always,
            errors: "400 invalid_dpop_proof or use_dpop_nonce, at resources too"),
        ServerProfile(
            "curity", "Curity ≥ 11.4", past: 10, future: 10, "proof-token-clock-skew, 10 s"),
        ServerProfile(
            "fapi2", "FAPI 2", past: 60, future: 10, "accept 10 s ahead, refuse 60 s",
            algorithms: ["PS256", "ES256", "EdDSA", "Ed25519"], target: .normalised),
    ]

    /// `−300 s … +60 s`
    var window: String { "−\(Interval(past).wholeSeconds) s … +\(Interval(future).wholeSeconds) s" }

    public static let rfc9449 = all[0]

    public static func named(_ id: String) -> ServerProfile? { all.first { $0.id == id } }

    /// Whether this server is known to refuse what a row of the table of verifiers was measured with.
    func refuses(_ row: String) -> Bool {
        if let verifier, let verdict = VerifierTable.verdict(of: verifier, on: row) { return verdict == .refuses }
        if row.hasPrefix("htu-") { return target == .letters }
        if row.hasPrefix("typ-") { return typ == .matter }
        return row.hasPrefix("scheme-") && scheme == .matter
    }
}
