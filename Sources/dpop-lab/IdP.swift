import FlowModel

/// The IdP's front: which request is which endpoint.
struct IdP: Sendable {
    private(set) var realm: Realm
    private(set) var proofs: ProofGuard

    init(_ realm: Realm) {
        self.realm = realm
        let judging = realm.options.style.issuing.judging
        proofs = ProofGuard(
            rules: ProofGuard.Rules(
                judging: judging, wantsNonce: realm.options.wantsNonce || judging.nonces == .always),
            nonces: NonceMint(lifetime: judging.nonceLifetime, rotation: judging.nonceRotation),
            now: { realm.now() })
        proofs = proofs.under(realm.faults)
    }

    /// The same IdP, with the same memory, for a request with these faults.
    func under(_ faults: Faults) -> IdP {
        var copy = self
        copy.realm = realm.under(faults)
        copy.proofs = proofs.under(faults)
        return copy
    }

    var style: ServerStyle { realm.options.style }

    /// Bytes of a scope, a state, a subject or an audience.
    static let longestText = 4096

    /// Bytes of a request's body. The token endpoint alone takes assertions and tokens of others.
    func longestBody(_ request: LabRequest) -> Int {
        isTokenEndpoint(request) ? LabServer.wholeBody : 64 << 10
    }

    func isTokenEndpoint(_ request: LabRequest) -> Bool { request.path == root + style.paths.token }

    private var root: String { "/realms/\(realm.options.name)" }

    /// What is announced where the server has no list of its own; `alg` faults accept less.
    static let announced = [
        "ES256", "ES384", "ES512", "ES256K", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519",
        "Ed448",
    ]

    func respond(_ request: LabRequest) throws -> LabResponse {
        if let metadata = ResourceMetadata.answer(request, style.userinfo) { return dated(metadata) }
        guard request.path.hasPrefix(root) else {
            return dated(.json("{\"error\":\"Realm does not exist\"}", status: 404))
        }
        let issuer = request.base + root
        var response: LabResponse
        do {
            guard let found = try respond(request, String(request.path.dropFirst(root.count)), issuer) else {
                return dated(.json("{\"error\":\"HTTP 404 Not Found\"}", status: 404))
            }
            response = found
        } catch let refusal as Refusal { response = refusal.response }
        let isUserinfo = request.path == root + style.paths.userinfo
        if request.method == "GET", response.status == 200, !isUserinfo { return dated(response) }
        response.headers.append(Header("Cache-Control", "no-store"))
        if tellsNonce(request, response) {
            response.headers.append(Header(style.issuing.nonceField, proofs.nonces.make(at: realm.now())))
        }
        return dated(response)
    }

    /// Whether an answer has a nonce besides, the server's way or by the fault.
    private func tellsNonce(_ request: LabRequest, _ response: LabResponse) -> Bool {
        let isUserinfo = request.path == root + style.paths.userinfo
        guard request.method == "POST" || isUserinfo, response.headers.first("dpop-nonce") == nil else { return false }
        return style.issuing.tellsNonceAlways || (response.status < 300 && realm.faults.has(.nonce, "rotate"))
    }

    /// With the time of this server's clock, where it tells it.
    private func dated(_ response: LabResponse) -> LabResponse {
        var response = response
        response.headers.append(date.header(realm.faults))
        return response
    }

    var date: ServerDate { ServerDate(isSent: style.issuing.sendsDate) }

    /// Nil for what is no endpoint.
    private func respond(_ request: LabRequest, _ path: String, _ issuer: String) throws -> LabResponse? {
        let paths = style.paths
        switch (request.method, path) {
        case ("GET", "/.well-known/openid-configuration"), ("GET", "/.well-known/oauth-authorization-server"):
            return .json(Discovery(realm: realm, issuer: issuer).text)
        case ("GET", paths.keys): return .json(realm.jwks)
        case ("POST", paths.token):
            return try TokenEndpoint(idp: self, request: request, issuer: issuer).respond()
        case ("POST", paths.introspection): return try introspect(request, issuer)
        case ("GET", paths.userinfo), ("POST", paths.userinfo): return try userinfo(request, issuer)
        case ("POST", paths.revocation): return try revoke(request, issuer)
        case ("POST", paths.push): return try push(request, issuer)
        case ("GET", paths.authorization), ("POST", paths.authorization):
            return LoginPages(realm: realm).authorize(request)
        case ("POST", paths.device): return try device(request, issuer)
        case ("GET", "/device"), ("POST", "/device"): return LoginPages(realm: realm).device(request)
        default: return nil
        }
    }

    // MARK: what every endpoint needs

    /// What an answer's values are at this IdP.
    func setting(_ request: LabRequest, _ issuer: String) -> Manner.Setting {
        Manner.Setting(
            realm: style.issuing.namesIssuerAsRealm ? issuer : realm.options.name, issuer: issuer, base: request.base,
            path: request.path, hasAuthorization: request.headers.first("authorization") != nil, now: realm.now())
    }

    /// The server's refusal of a request.
    func refusal(
        _ complaint: Complaint, _ request: LabRequest, at place: Saying.Place, found: String = "", words: String = ""
    ) -> Refusal {
        let objection = Objection(complaint, found: found, words: words)
        return Refusal(
            response: style.issuing.answer(objection, at: place, setting(request, request.base + root)))
    }

    /// The scope that a form asks for, of which its client may have all.
    func scope(_ request: LabRequest, _ client: LabClient, usual: String, at place: Saying.Place) throws -> String {
        let scope = request.form["scope"] ?? usual
        guard scope.utf8.count <= Self.longestText else {
            throw refusal(.scopeTooLong, request, at: place, found: "too long", words: "Invalid scopes: too long")
        }
        if let unknown = scope.split(separator: " ").first(where: { !client.mayAsk(for: String($0)) }) {
            throw refusal(
                .scopeUnknown, request, at: place, found: String(unknown), words: "Invalid scopes: \(unknown)")
        }
        return scope
    }

    /// A refused proof, with a nonce where one is wanted, and the faults of nonces.
    func refuse(_ error: ProofRefusal, _ request: LabRequest, at place: Saying.Place, by manner: Manner) -> Refusal {
        let setting = setting(request, request.base + root)
        guard error.wantsNonce else { return Refusal(response: manner.answer(error.objection, at: place, setting)) }
        let nonce = proofs.nonces.make(at: realm.now())
        if realm.faults.has(.nonce, "in-body") {
            return Refusal(
                response: manner.answer(error.objection, at: place, setting, members: [("dpop_nonce", nonce)]))
        }
        let isOldCode = error.isStale && realm.faults.has(.nonce, "stale-code")
        var response = manner.answer(
            error.objection, at: place, setting, code: isOldCode ? "invalid_dpop_proof" : nil)
        response.headers.append(Header(manner.nonceField, nonce))
        return Refusal(response: response)
    }

    /// The proof of a request to the IdP; nil when none came and none is needed.
    func proof(
        _ request: LabRequest, isRequired: Bool, at place: Saying.Place, wantsNonce: Bool? = nil
    ) throws -> AcceptedProof? {
        let values = request.headers.all("dpop").map(\.value)
        guard !values.isEmpty, !style.habits.asksForNoProof || values != [""] else {
            guard isRequired, !style.habits.asksForNoProof else { return nil }
            throw refuse(
                ProofRefusal(
                    objection: Objection(.proofMissing, words: "no DPoP header"), check: "proof.present"), request,
                at: place, by: style.issuing)
        }
        do throws(ProofRefusal) {
            return try proofs.check(
                values,
                ProofGuard.Aim(method: request.method, url: request.base + request.path, wantsNonce: wantsNonce))
        } catch { throw refuse(error, request, at: place, by: style.issuing) }
    }

    func client(_ request: LabRequest, issuer: String, at place: Saying.Place) throws -> LabClient {
        do throws(ClientGuard.Failure) {
            return try ClientGuard(realm: realm, request: request, issuer: issuer).client()
        } catch {
            throw Refusal(response: style.issuing.answer(error.objection, at: place, setting(request, issuer)))
        }
    }
}
