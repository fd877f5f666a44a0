import FlowModel

/// What pages of other origins may do at the IdP, under every profile as Keycloak has it: every page may ask first and
/// read what is public; the rest is for the web origins of the client that calls.
extension IdP {
    /// The answer to a preflight; nil for every other request.
    func preflight(_ request: LabRequest) -> LabResponse? {
        guard let call = BrowserCall(request), call.isPreflight, let place = place(of: request),
            !realm.faults.has(.cors, "absent")
        else { return nil }
        var allowed = Self.allowedFields
        if realm.faults.has(.cors, "no-dpop") { allowed = BrowserCall.withoutDPoP(allowed, ", ") }
        return LabResponse(
            status: 200,
            headers: Self.allowing(call.origin) + [
                Header("Access-Control-Allow-Methods", place.methods),
                Header("Access-Control-Allow-Headers", allowed), Header("Access-Control-Max-Age", "3600"),
            ])
    }

    /// What the answer to a page's call has besides.
    func originFields(_ request: LabRequest) -> [Header] {
        guard let place = place(of: request), !realm.faults.has(.cors, "absent") else { return [] }
        // Without Origin too: a cache must not hand one page's answer to another.
        guard let call = BrowserCall(request), allows(call.origin, place, request) else {
            return [Header("Vary", "Origin")]
        }
        let isHidden = realm.faults.has(.cors, "hidden")
        let exposed = isHidden ? [] : BrowserCall.exposed
        return Self.allowing(call.origin) + [
            Header(
                "Access-Control-Expose-Headers", (["Access-Control-Allow-Methods"] + exposed).joined(separator: ", "))
        ]
    }

    private static let allowedFields =
        "Origin, Accept, X-Requested-With, Access-Control-Request-Method, Access-Control-Request-Headers, DPoP, Content-Type, Authorization"

    private static func allowing(_ origin: String) -> [Header] {
        [
            Header("Access-Control-Allow-Origin", origin), Header("Access-Control-Allow-Credentials", "true"),
            Header("Vary", "Origin"),
        ]
    }

    /// The endpoints that pages may call: Keycloak's, and that of pushed requests, whose preflight Keycloak 26 does not
    /// answer. Introspection is for resource servers.
    private struct Place {
        let methods: String
        /// Whether it is the same for everybody.
        var isPublic = false
        var isUserinfo = false
    }

    /// Nil for every other path: a page goes to the login, and does not call it.
    private func place(of request: LabRequest) -> Place? {
        let (root, paths) = ("/realms/\(realm.options.name)", style.paths)
        guard request.path.hasPrefix(root) else { return nil }
        switch String(request.path.dropFirst(root.count)) {
        case "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", paths.keys:
            return Place(methods: "GET", isPublic: true)
        case paths.userinfo: return Place(methods: "GET, HEAD, OPTIONS", isUserinfo: true)
        case paths.token, paths.revocation, paths.push, paths.device: return Place(methods: "POST, OPTIONS")
        default: return nil
        }
    }

    private func allows(_ origin: String, _ place: Place, _ request: LabRequest) -> Bool {
        if place.isPublic { return true }
        // Whose client nobody knows is told so, whoever asks.
        guard let id = caller(place, request), let client = realm.clients[id] else { return true }
        return client.allows(origin: origin)
    }

    /// The client that a request says it is from, or whose token it carries.
    private func caller(_ place: Place, _ request: LabRequest) -> String? {
        guard place.isUserinfo else { return ClientGuard(realm: realm, request: request, issuer: "").claimed }
        let token = request.headers.first("authorization")?.split(separator: " ", maxSplits: 1).last
        return token.flatMap { realm.granted(String($0)) }?.client
    }
}
