import FlowModel

/// The IdP's front: which request is which endpoint.
struct IdP: Sendable {
    private(set) var realm: Realm
    private(set) var proofs: ProofGuard

    init(_ realm: Realm) {
        self.realm = realm
        let isKeycloak = !realm.options.isPlain
        proofs = ProofGuard(
            rules: ProofGuard.Rules(
                past: isKeycloak ? 25 : 300, future: isKeycloak ? 15 : 60, algorithms: Self.announced,
                wantsNonce: realm.options.wantsNonce, isLiteral: isKeycloak),
            nonces: NonceMint(lifetime: 300), now: { realm.now() })
        proofs = proofs.under(realm.faults)
    }

    /// The same IdP, with the same memory, for a request with these faults.
    func under(_ faults: Faults) -> IdP {
        var copy = self
        copy.realm = realm.under(faults)
        copy.proofs = proofs.under(faults)
        return copy
    }

    /// Bytes of a scope, a state, a subject or an audience.
    static let longestText = 4096

    /// Bytes of a request's body. The token endpoint alone takes assertions and tokens of others.
    func longestBody(_ request: LabRequest) -> Int {
        request.path.hasSuffix("/protocol/openid-connect/token") ? LabServer.wholeBody : 64 << 10
    }

    /// What is announced; `alg` faults accept less.
    static let announced = [
        "ES256", "ES384", "ES512", "ES256K", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519",
        "Ed448",
    ]

    func respond(_ request: LabRequest) throws -> LabResponse {
        let root = "/realms/\(realm.options.name)"
        guard request.path.hasPrefix(root) else { return .json("{\"error\":\"Realm does not exist\"}", status: 404) }
        let issuer = request.base + root
        let rest = String(request.path.dropFirst(root.count))
        let protocolRoot = "/protocol/openid-connect"
        var response: LabResponse
        do {
            switch (request.method, rest) {
            case ("GET", "/.well-known/openid-configuration"), ("GET", "/.well-known/oauth-authorization-server"):
                return .json(metadata(issuer))
            case ("GET", "\(protocolRoot)/certs"): return .json(realm.jwks)
            case ("POST", "\(protocolRoot)/token"):
                response = try TokenEndpoint(idp: self, request: request, issuer: issuer).respond()
            case ("POST", "\(protocolRoot)/token/introspect"): response = try introspect(request, issuer)
            case ("GET", "\(protocolRoot)/userinfo"), ("POST", "\(protocolRoot)/userinfo"):
                response = try userinfo(request)
            case ("POST", "\(protocolRoot)/revoke"): response = try revoke(request, issuer)
            case ("POST", "\(protocolRoot)/ext/par/request"): response = try push(request, issuer)
            case ("GET", "\(protocolRoot)/auth"), ("POST", "\(protocolRoot)/auth"):
                response = LoginPages(realm: realm).authorize(request)
            case ("POST", "\(protocolRoot)/auth/device"): response = try device(request, issuer)
            case ("GET", "/device"), ("POST", "/device"): response = LoginPages(realm: realm).device(request)
            default: return .json("{\"error\":\"HTTP 404 Not Found\"}", status: 404)
            }
        } catch let refusal as Refusal { response = refusal.response }
        response.headers.append(Header("Cache-Control", "no-store"))
        if realm.faults.has(.nonce, "rotate"), response.status < 300 {
            response.headers.append(Header("DPoP-Nonce", proofs.nonces.make(at: realm.now())))
        }
        return response
    }

    private func metadata(_ issuer: String) -> String {
        let base = issuer + "/protocol/openid-connect"
        let names = [
            ("issuer", issuer), ("authorization_endpoint", base + "/auth"), ("token_endpoint", base + "/token"),
            ("introspection_endpoint", base + "/token/introspect"), ("userinfo_endpoint", base + "/userinfo"),
            ("jwks_uri", base + "/certs"),
            ("revocation_endpoint", base + "/revoke"),
            ("pushed_authorization_request_endpoint", base + "/ext/par/request"),
            ("device_authorization_endpoint", base + "/auth/device"),
        ]
        func list(_ texts: [String]) -> String { "[" + texts.map(JSONText.quote).joined(separator: ",") + "]" }
        let texts = names.map { "\(JSONText.quote($0.0)):\(JSONText.quote($0.1))" }.joined(separator: ",")
        return
            "{\(texts),\"grant_types_supported\":\(list(Grant.allCases.map(\.rawValue))),\"response_types_supported\":[\"code\"],"
            + "\"token_endpoint_auth_methods_supported\":\(list(ClientAuthentication.allCases.map(\.rawValue))),"
            + "\"code_challenge_methods_supported\":[\"S256\"],\"dpop_signing_alg_values_supported\":\(list(Self.announced)),"
            + (realm.idTokenKey != nil ? "\"id_token_signing_alg_values_supported\":[\"RS256\"]," : "")
            + "\"require_pushed_authorization_requests\":\(realm.options.requiresPAR),"
            + "\"tls_client_certificate_bound_access_tokens\":true}"
    }

    // MARK: what every endpoint needs

    /// An OAuth error as Keycloak words it, or plainly as the RFC does.
    func error(_ code: String, _ words: String, status: Int = 400, headers: [Header] = []) -> Refusal {
        Refusal(
            response: .json(
                "{\"error\":\(JSONText.quote(code)),\"error_description\":\(JSONText.quote(words))}", status: status,
                headers: headers))
    }

    /// The scope that a form asks for.
    func scope(_ form: Form, usual: String) throws -> String {
        let scope = form["scope"] ?? usual
        guard scope.utf8.count <= Self.longestText else { throw error("invalid_scope", "Invalid scopes: too long") }
        return scope
    }

    func refuse(_ refusal: ProofRefusal) -> Refusal {
        if refusal.wantsNonce {
            let nonce = proofs.nonces.make(at: realm.now())
            if realm.faults.has(.nonce, "in-body") {
                return Refusal(
                    response: .json(
                        "{\"error\":\"use_dpop_nonce\",\"error_description\":\"\(refusal.words)\",\"dpop_nonce\":\"\(nonce)\"}",
                        status: 400))
            }
            let code =
                realm.faults.has(.nonce, "stale-code") && refusal.isStale
                ? "invalid_dpop_proof" : "use_dpop_nonce"
            return error(code, refusal.words, headers: [Header("DPoP-Nonce", nonce)])
        }
        return realm.options.isPlain
            ? error("invalid_dpop_proof", refusal.words) : error("invalid_request", refusal.keycloak)
    }

    /// The proof of a request to the IdP; nil when none came and none is needed.
    func proof(_ request: LabRequest, isRequired: Bool) throws -> AcceptedProof? {
        let values = request.headers.all("dpop").map(\.value)
        guard isRequired || !values.isEmpty else { return nil }
        do throws(ProofRefusal) {
            return try proofs.check(values, method: request.method, url: request.base + request.path)
        } catch { throw refuse(error) }
    }

    func client(_ request: LabRequest, issuer: String) throws -> LabClient {
        try ClientGuard(realm: realm, request: request, issuer: issuer).client {
            error("invalid_client", $0, status: 401)
        }
    }

    // MARK: the smaller endpoints

    private func introspect(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer)
        guard !client.isPublic else { throw error("invalid_request", "Client not allowed.", status: 403) }
        guard let token = request.form["token"] else { throw error("invalid_request", "Token not provided.") }
        guard !realm.faults.has(.introspection, "inactive"), let (grantee, confirmation) = realm.introspected(token)
        else {
            return .json("{\"active\":false}")
        }
        return .json(
            "{\"active\":true,\"client_id\":\(JSONText.quote(grantee.client)),\"sub\":\(JSONText.quote(grantee.subject)),\"scope\":\(JSONText.quote(grantee.scope)),"
                + "\"iss\":\(JSONText.quote(issuer)),\"exp\":\(grantee.expires.wholeSeconds),\"token_type\":\"\(grantee.jkt == nil ? "Bearer" : "DPoP")\"\(confirmation)}"
        )
    }

    private func userinfo(_ request: LabRequest) throws -> LabResponse {
        let fields = request.headers.all("authorization")
        guard fields.count == 1 else { return LabResponse(status: 401) }
        let parts = fields[0].value.split(separator: " ", maxSplits: 1).map(String.init)
        func refused(_ words: String, _ code: String = "invalid_token", _ more: [Header] = []) -> LabResponse {
            let challenge =
                "DPoP algs=\"\(Self.announced.joined(separator: " "))\", realm=\"\(realm.options.name)\", error=\"\(code)\", error_description=\"\(words)\""
            return LabResponse(status: 401, headers: [Header("WWW-Authenticate", challenge)] + more)
        }
        guard parts.count == 2, let grantee = realm.granted(parts[1]) else {
            return refused("Token verification failed")
        }
        if let x5t = grantee.x5t, x5t != request.certificate?.thumbprint {
            return refused("Client certificate and token binding verification failed")
        }
        if let jkt = grantee.jkt {
            guard parts[0] == "DPoP" else {
                return refused("The access token type is DPoP but Authorization Header is not DPoP")
            }
            do throws(ProofRefusal) {
                _ = try proofs.check(
                    request.headers.all("dpop").map(\.value), method: request.method, url: request.base + request.path,
                    token: parts[1], jkt: jkt)
            } catch {
                let nonce = error.wantsNonce ? [Header("DPoP-Nonce", proofs.nonces.make(at: realm.now()))] : []
                return refused(
                    realm.options.isPlain ? error.words : error.keycloak,
                    error.wantsNonce || realm.options.isPlain ? error.code : "invalid_token", nonce)
            }
        } else if parts[0].lowercased() == "dpop" {
            return refused("The access token type is not DPoP but Authorization Header is DPoP")
        }
        return .json(
            "{\"sub\":\(JSONText.quote(grantee.subject)),\"preferred_username\":\(JSONText.quote(grantee.subject))}")
    }

    private func revoke(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer)
        let token = request.form["token"] ?? ""
        if let grantee = realm.refresh(token) ?? realm.granted(token), grantee.client != client.id {
            throw error("invalid_token", "Unmatching clients")
        }
        realm.revoke(token)
        return LabResponse(status: 200)
    }

    private func push(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer)
        let form = request.form
        // RFC 9126 §2.1: a pushed request names no other, and no other client's.
        guard form["client_id"] ?? client.id == client.id, form["request_uri"] == nil else {
            throw error("invalid_request", "Invalid parameter: client_id or request_uri")
        }
        guard let redirect = form["redirect_uri"], client.allows(redirect: redirect) else {
            throw error("invalid_request", "Invalid parameter: redirect_uri")
        }
        if let words = LoginPages.problem(form, client) { throw error("invalid_request", words) }
        let proof = try proof(request, isRequired: false)
        if let proof, let said = form["dpop_jkt"], said != proof.jkt {
            throw error(
                realm.options.isPlain ? "invalid_dpop_proof" : "invalid_request",
                "DPoP Proof public key thumbprint does not match dpop_jkt")
        }
        let uri = realm.push(Realm.Pushed(client: client.id, form: form, jkt: proof?.jkt ?? form["dpop_jkt"]))
        return .json(
            "{\"request_uri\":\"\(uri)\",\"expires_in\":\(Realm.pushLifetime.wholeSeconds)}", status: 201)
    }

    private func device(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer)
        let (code, user) = realm.newDevice(client.id, try scope(request.form, usual: "openid"))
        let page = issuer + "/device"
        return .json(
            "{\"device_code\":\"\(code)\",\"user_code\":\"\(user)\",\"verification_uri\":\(JSONText.quote(page)),"
                + "\"verification_uri_complete\":\(JSONText.quote(page + "?user_code=" + user)),\"expires_in\":\(Realm.deviceLifetime.wholeSeconds),\"interval\":1}"
        )
    }
}
