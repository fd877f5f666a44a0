/// How a client asks for tokens.
public enum Grant: String, CaseIterable, Sendable {
    case clientCredentials = "client_credentials"
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case password
    case device = "urn:ietf:params:oauth:grant-type:device_code"
    case tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    case jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"

    /// What people type.
    public var shortName: String {
        switch self {
        case .device: "device"
        case .tokenExchange: "token-exchange"
        case .jwtBearer: "jwt-bearer"
        default: rawValue
        }
    }

    public static func named(_ name: String) -> Grant? {
        allCases.first {
            $0.rawValue == name || $0.shortName == name
                || $0.shortName.split(separator: "-").joined(separator: "_") == name
        }
    }
}

/// How a client proves to the IdP who it is.
public enum ClientAuthentication: String, CaseIterable, Sendable {
    case none
    case basic = "client_secret_basic"
    case post = "client_secret_post"
    case secretJWT = "client_secret_jwt"
    case privateKeyJWT = "private_key_jwt"
    case tls = "tls_client_auth"

    public static func named(_ name: String) -> ClientAuthentication? {
        allCases.first { $0.rawValue == name } ?? (name == "self_signed_tls_client_auth" ? .tls : nil)
    }

    var needsSecret: Bool { self == .basic || self == .post || self == .secretJWT }
}

/// Where an IdP listens: from its discovery document, or given by hand.
public struct Endpoints: Sendable, Equatable {
    public var issuer: String?
    public var token: String?
    public var authorization: String?
    public var pushedAuthorization: String?
    public var device: String?
    public var introspection: String?
    public var userinfo: String?
    public var revocation: String?
    public var jwks: String?
    /// Authorization requests must be pushed (RFC 9126 §5).
    public var requiresPushedAuthorization = false

    public init() {}

    /// Takes what a metadata document says and was not given by hand (OIDC Discovery §3, RFC 8414 §2, RFC 8705 §5).
    mutating func fill(from metadata: JSONValue, mutualTLS: Bool) {
        let aliases = mutualTLS ? metadata["mtls_endpoint_aliases"] : nil
        func take(_ name: String) -> String? { aliases?[named: name]?.string ?? metadata[named: name]?.string }
        issuer = issuer ?? take("issuer")
        token = token ?? take("token_endpoint")
        authorization = authorization ?? take("authorization_endpoint")
        pushedAuthorization = pushedAuthorization ?? take("pushed_authorization_request_endpoint")
        device = device ?? take("device_authorization_endpoint")
        introspection = introspection ?? take("introspection_endpoint")
        userinfo = userinfo ?? take("userinfo_endpoint")
        revocation = revocation ?? take("revocation_endpoint")
        jwks = jwks ?? take("jwks_uri")
        if metadata["require_pushed_authorization_requests"]?.bool == true { requiresPushedAuthorization = true }
    }
}

/// The request to the protected resource.
public struct ResourceRequest: Sendable, Equatable {
    public var method: String
    public var url: String
    /// Each in place of the fields of its name, the run's own too.
    public var headers: [Header]
    /// Beside the fields of their names.
    public var addedHeaders: [Header]
    public var body: String?

    public init(
        method: String = "GET", url: String, headers: [Header] = [], addedHeaders: [Header] = [], body: String? = nil
    ) {
        (self.method, self.url, self.headers, self.addedHeaders, self.body) = (method, url, headers, addedHeaders, body)
    }
}

/// Everything a live run is told beforehand.
public struct FlowPlan: Sendable {
    /// An issuer, or the URL of a metadata document; nil when the endpoints were given.
    public var issuer: String?
    public var endpoints = Endpoints()
    public var grant = Grant.clientCredentials
    public var clientID = ""
    public var clientAuthentication = ClientAuthentication.none
    public var clientSecret: String?
    public var scope: String?
    /// What is sent besides what the grant needs, in place of what it would send under these names: the audience, the
    /// resources that the token is for, what a login asks for. `ParameterUse` says which request carries which.
    public var parameters = FormFields()
    public var username: String?
    public var password: String?
    public var refreshToken: String?
    /// The assertion of the JWT bearer grant.
    public var assertion: String?
    public var subjectToken: String?
    /// What the subject token is (RFC 8693 §3).
    public var subjectTokenType = "urn:ietf:params:oauth:token-type:access_token"
    public var redirectURI = "http://127.0.0.1/callback"
    public var usesPKCE = true
    /// Pushes the authorization request (RFC 9126); nil where the metadata says that it must be.
    public var usesPAR: Bool?
    public var sendsThumbprint = true
    /// Signs a DPoP proof for every request that takes one.
    public var usesDPoP = true
    /// The proofs' algorithm was asked for by name: the server's list does not change it.
    public var algorithmIsChosen = false
    /// The client certificate binds the token (RFC 8705).
    public var usesMutualTLS = false
    public var resource: ResourceRequest?
    public var fetchesKeys = true
    /// Steps to take after the resource's answer.
    public var afterwards: [LiveStage] = []
    /// Goes on with `Bearer` when the IdP does not bind the token.
    public var acceptsBearer = false

    public init() {}
}

/// The requests a live run can send, each a step of its own.
public enum LiveStage: String, Sendable, CaseIterable {
    case discovery, jwks
    case pushedAuthorization = "par"
    case authorization, device, token, resource, introspection, userinfo, refresh, revocation
}
