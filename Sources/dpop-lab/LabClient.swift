import FlowModel

/// A client of the lab's IdP, read from Keycloak's client representation.
struct LabClient: Sendable {
    var id: String
    var secret: String?
    var isPublic = false
    /// `client-secret`, `client-secret-jwt`, `client-jwt` or `client-x509`.
    var authenticator = "client-secret"
    /// Where its codes may go: URIs, and beginnings of them before a `*`.
    var redirects = RedirectURI.usual
    /// Where the pages are that may call the IdP as this client: origins, `*` for all, `+` for those of its redirects.
    var webOrigins = ["+"]
    var requiresDPoP = true
    var bindsRefreshTokens: Bool { isPublic }
    var bindsCertificate = false
    var requiresPAR = false
    var keys: [JWK] = []
    var subject: String?
    var grants: Set<Grant> = Set(Grant.allCases)
    /// The scopes it has or may ask for; nil: any.
    var scopes: Set<String>?

    /// The clients of a lab nobody configured.
    static let usual: [LabClient] = [
        LabClient(id: "lab-public", isPublic: true), LabClient(id: "lab-client", secret: "lab-secret"),
        LabClient(id: "kong", secret: "kong-secret", requiresDPoP: false),
        LabClient(id: "lab-mtls", authenticator: "client-x509", requiresDPoP: false, bindsCertificate: true),
    ]

    /// One client representation, an array of them, or a realm export with `clients`.
    static func read(_ bytes: [UInt8], file: String) throws(FileError) -> [LabClient] {
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(Bytes(bytes)) } catch {
            throw FileError("\(file): \(error)")
        }
        let root = document.root
        let list = root["clients"]?.elements ?? (root.kind == .array ? root.elements : [root])
        var clients: [LabClient] = []
        for value in list {
            guard let id = value["clientId"]?.string else {
                throw FileError("\(file): byte \(value.span.offset): expected a client with `clientId`")
            }
            clients.append(LabClient(id, value))
        }
        return clients
    }

    init(
        id: String, secret: String? = nil, isPublic: Bool = false, authenticator: String = "client-secret",
        requiresDPoP: Bool = true, bindsCertificate: Bool = false
    ) {
        (self.id, self.secret, self.isPublic, self.authenticator) = (id, secret, isPublic, authenticator)
        (self.requiresDPoP, self.bindsCertificate) = (requiresDPoP, bindsCertificate)
    }

    private init(_ id: String, _ value: JSONValue) {
        self.init(id: id, secret: value["secret"]?.string, isPublic: value["publicClient"]?.bool ?? false)
        let attributes = value["attributes"]
        func attribute(_ name: String) -> String? { attributes?[named: name]?.string }
        authenticator = value["clientAuthenticatorType"]?.string ?? "client-secret"
        requiresDPoP = attribute("dpop.bound.access.tokens") == "true"
        bindsCertificate = attribute("tls.client.certificate.bound.access.tokens") == "true"
        requiresPAR = attribute("require.pushed.authorization.requests") == "true"
        subject = attribute("x509.subjectdn")
        if let text = attribute("jwks.string"), let document = try? JSONDocument(Bytes(text)) {
            keys = (document.root["keys"]?.elements ?? [document.root]).map(JWK.init)
        }
        let lists = [value["defaultClientScopes"], value["optionalClientScopes"]].compactMap { $0 }
        if !lists.isEmpty { scopes = Set(lists.flatMap { $0.elements.compactMap(\.string) }) }
        redirects = value["redirectUris"]?.elements.compactMap(\.string) ?? RedirectURI.usual
        webOrigins = value["webOrigins"]?.elements.compactMap(\.string) ?? []
        if value["standardFlowEnabled"]?.bool == false { grants.remove(.authorizationCode) }
        if value["serviceAccountsEnabled"]?.bool == false { grants.remove(.clientCredentials) }
        if value["directAccessGrantsEnabled"]?.bool == false { grants.remove(.password) }
        if attribute("oauth2.device.authorization.grant.enabled") == "false" { grants.remove(.device) }
        if attribute("standard.token.exchange.enabled") == "false" { grants.remove(.tokenExchange) }
    }

    func allows(origin: String) -> Bool {
        webOrigins.contains { entry in
            entry == "*" || entry == origin
                || (entry == "+" && redirects.contains { RedirectURI.isOrigin(origin, of: $0) })
        }
    }

    /// `openid` belongs to no list.
    func mayAsk(for scope: String) -> Bool { scopes?.contains(scope) ?? true || scope == "openid" }

    func allows(redirect: String) -> Bool {
        guard let uri = RedirectURI(redirect) else { return false }
        return redirects.contains { uri.fits($0) }
    }
}
