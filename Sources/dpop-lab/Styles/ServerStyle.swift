import LabOptions

/// A server that the lab can be like: how it judges, what it says, what its tokens look like, where its endpoints are.
///
/// Every word is one that the server was seen to say, or that stands in its source. Where a server has no word for
/// something (atproto knows no client secrets), the RFC's code stands alone.
struct ServerStyle: Sendable {
    let id: LabProfile
    /// Where tokens are issued.
    let issuing: Manner
    /// Where the same server shows who a token is about.
    let userinfo: Manner
    /// The gateway in the place of a resource server; nil: it stays Kong.
    var resource: Manner?
    var tokens = TokenForm()
    var paths = EndpointPaths()
    var habits = Habits()

    static func named(_ id: LabProfile) -> ServerStyle {
        switch id {
        case .keycloak: .keycloak
        case .rfc9449: .rfc9449
        case .spring: .spring
        case .quarkus: .quarkus
        case .nodeOIDCProvider: .nodeOIDCProvider
        case .atproto: .atproto
        case .auth0: .auth0
        }
    }
}

/// What an authorization server does otherwise than its clients are set to.
struct Habits: Sendable {
    /// Gives an unbound token to a client that sends no proof, whatever is registered.
    var asksForNoProof = false
    /// Does not bind a code to `dpop_jkt` or to the proof it was pushed with.
    var forgetsCodeKeys = false
    /// Gives public clients no refresh token, and lets them revoke nothing.
    var spurnsPublicClients = false
    /// Takes a client's assertion as often as it comes, with a `jti` or without.
    var takesAssertionsAgain = false
    /// Tells how long a refresh token lives: Keycloak's `refresh_expires_in`.
    var tellsRefreshLifetime = false
    /// Asks public clients for a nonce, and nobody else.
    var challengesPublicClients = false
}

/// Where the endpoints are, below the issuer.
struct EndpointPaths: Sendable {
    var token = "/protocol/openid-connect/token"
    var authorization = "/protocol/openid-connect/auth"
    var introspection = "/protocol/openid-connect/token/introspect"
    var userinfo = "/protocol/openid-connect/userinfo"
    var revocation = "/protocol/openid-connect/revoke"
    var push = "/protocol/openid-connect/ext/par/request"
    var device = "/protocol/openid-connect/auth/device"
    var keys = "/protocol/openid-connect/certs"
}
