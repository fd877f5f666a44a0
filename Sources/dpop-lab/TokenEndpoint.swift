import FlowModel

/// The token endpoint: proof first, so that a bad one spends nothing, then the grant.
struct TokenEndpoint {
    let idp: IdP
    let request: LabRequest
    let issuer: String
    private var realm: Realm { idp.realm }

    init(idp: IdP, request: LabRequest, issuer: String) {
        (self.idp, self.request, self.issuer) = (idp, request, issuer)
    }

    func respond() throws -> LabResponse {
        let form = request.form
        if let code = realm.faults.status(.idpStatus) {
            return .json("{\"error\":\"server_error\"}", status: code)
        }
        let client = try idp.client(request, issuer: issuer)
        guard let name = form["grant_type"] else {
            throw idp.error("invalid_request", "Missing form parameter: grant_type")
        }
        guard let grant = Grant(rawValue: name) else {
            throw idp.error("unsupported_grant_type", "Unsupported grant_type")
        }
        guard client.grants.contains(grant), !(client.isPublic && grant == .clientCredentials) else {
            throw idp.error(
                "unauthorized_client", "Client not enabled to retrieve service account",
                status: grant == .clientCredentials ? 401 : 400)
        }
        if let code = form["code"], !hasNonce, realm.faults.has(.nonce, "burns-code") { _ = realm.spend(code: code) }
        let needsProof = client.requiresDPoP && !(client.bindsCertificate && request.certificate != nil)
        let proof = try idp.proof(request, isRequired: needsProof)
        var grantee = try grantee(grant, form, client, proof)
        grantee.jkt = realm.faults.has(.type, "bearer") ? nil : proof?.jkt
        grantee.x5t = client.bindsCertificate ? request.certificate?.thumbprint : nil
        if client.bindsCertificate, grantee.x5t == nil {
            throw idp.error("invalid_request", "Client Certification missing for MTLS HoK Token Binding")
        }
        return try answer(grantee, client, grant, proof)
    }

    private var hasNonce: Bool {
        request.headers.first("dpop").flatMap { CompactJWS($0).payload?.root["nonce"] } != nil
    }

    private func grantee(_ grant: Grant, _ form: Form, _ client: LabClient, _ proof: AcceptedProof?) throws
        -> Realm.Grantee
    {
        let scope = try idp.scope(form, usual: "openid profile")
        func fresh(_ subject: String) -> Realm.Grantee {
            Realm.Grantee(
                client: client.id, subject: subject, scope: scope, expires: realm.now() + Realm.refreshLifetime,
                audience: form["audience"])
        }
        if (form["audience"] ?? "").utf8.count > IdP.longestText {
            throw idp.error("invalid_target", "Invalid audience")
        }
        switch grant {
        case .clientCredentials: return fresh("service-account-\(client.id)")
        case .password:
            guard let user = form["username"], let password = form["password"], Realm.users[user] == password else {
                throw idp.error("invalid_grant", "Invalid user credentials", status: 401)
            }
            return fresh(user)
        case .authorizationCode: return try byCode(form, client, proof)
        case .refreshToken: return try byRefresh(form, client, proof)
        case .device: return try byDevice(form, client)
        case .jwtBearer:
            return fresh(
                try AssertionGrant(realm: realm, issuer: issuer, client: client).subject(form["assertion"]) {
                    idp.error("invalid_grant", $0)
                })
        case .tokenExchange:
            guard let subject = realm.granted(form["subject_token"] ?? "") else {
                throw idp.error("invalid_request", "Invalid token")
            }
            if let jkt = subject.jkt, jkt != proof?.jkt {
                throw idp.error("invalid_request", "DPoP confirmation doesn't match DPoP proof")
            }
            if let x5t = subject.x5t, x5t != request.certificate?.thumbprint {
                throw idp.error("invalid_request", "Client certificate and token binding verification failed")
            }
            return fresh(subject.subject)
        }
    }

    private func byCode(_ form: Form, _ client: LabClient, _ proof: AcceptedProof?) throws -> Realm.Grantee {
        guard let grantee = realm.spend(code: form["code"] ?? ""), grantee.client == client.id else {
            throw idp.error("invalid_grant", "Code not valid")
        }
        guard grantee.redirect == form["redirect_uri"] ?? "" else {
            throw idp.error("invalid_grant", "Incorrect redirect_uri")
        }
        if grantee.challenge == nil, form["code_verifier"] != nil {
            throw idp.error("invalid_grant", "PKCE code verifier specified but challenge not present in authorization")
        }
        if let challenge = grantee.challenge {
            guard let verifier = form["code_verifier"] else {
                throw idp.error("invalid_grant", "PKCE code verifier not specified")
            }
            guard Base64URL.encode(HashFunction.sha256(verifier)) == challenge else {
                throw idp.error("invalid_grant", "PKCE verification failed: Code mismatch")
            }
        }
        if let announced = grantee.jkt {
            guard let proof else { throw idp.error("invalid_request", "DPoP Proof missing") }
            guard proof.jkt == announced else {
                throw idp.error("invalid_request", "DPoP Proof public key thumbprint does not match dpop_jkt")
            }
        }
        return grantee
    }

    private func byRefresh(_ form: Form, _ client: LabClient, _ proof: AcceptedProof?) throws -> Realm.Grantee {
        let token = form["refresh_token"] ?? ""
        guard let grantee = realm.refresh(token), grantee.client == client.id else {
            throw idp.error("invalid_grant", "Invalid refresh token")
        }
        if client.bindsRefreshTokens, let jkt = grantee.jkt {
            guard let proof else { throw idp.error("invalid_grant", "DPoP proof is missing") }
            guard proof.jkt == jkt else {
                throw idp.error("invalid_grant", "DPoP confirmation doesn't match DPoP proof")
            }
        }
        guard realm.spend(refreshToken: token) != nil else {
            throw idp.error("invalid_grant", "Invalid refresh token")
        }
        return grantee
    }

    private func byDevice(_ form: Form, _ client: LabClient) throws -> Realm.Grantee {
        guard let code = form["device_code"], let device = realm.device(code), device.client == client.id else {
            throw idp.error("invalid_grant", "Device code not valid")
        }
        guard device.expires > realm.now() else { throw idp.error("expired_token", "Device code is expired") }
        guard let subject = device.subject else {
            throw idp.error("authorization_pending", "The authorization request is still pending")
        }
        guard realm.spend(device: code) != nil else { throw idp.error("invalid_grant", "Device code not valid") }
        return Realm.Grantee(
            client: client.id, subject: subject, scope: device.scope, expires: realm.now() + Realm.refreshLifetime)
    }

    private func answer(_ grantee: Realm.Grantee, _ client: LabClient, _ grant: Grant, _ proof: AcceptedProof?) throws
        -> LabResponse
    {
        let token = try realm.accessToken(grantee, issuer: issuer, jwk: proof?.jwk)
        var type = grantee.jkt == nil ? "Bearer" : "DPoP"
        if let fault = realm.faults[.type] { type = fault == "lower" ? "dpop" : fault == "upper" ? "DPOP" : "Bearer" }
        var out =
            "{\"access_token\":\"\(token)\",\"expires_in\":\(realm.options.tokenLifetime.wholeSeconds),\"token_type\":\"\(type)\",\"scope\":\(JSONText.quote(grantee.scope))"
        if grant != .clientCredentials, grant != .tokenExchange, grant != .jwtBearer {
            var kept = grantee
            // Only a public client's refresh token is bound (RFC 9449 §5).
            if !client.bindsRefreshTokens { kept.jkt = nil }
            // The one that a login asked for is its own answer's alone.
            kept.nonce = nil
            out +=
                ",\"refresh_token\":\"\(realm.refreshToken(kept))\",\"refresh_expires_in\":\(Realm.refreshLifetime.wholeSeconds)"
        }
        out += try realm.idToken(grantee, issuer: issuer).map { ",\"id_token\":\"\($0)\"" } ?? ""
        return .json(out + "}")
    }
}
