import FlowModel

/// The token endpoint: proof first, so that a bad one spends nothing, then the grant.
struct TokenEndpoint {
    let idp: IdP
    let request: LabRequest
    let issuer: String
    private var realm: Realm { idp.realm }
    private var habits: Habits { idp.style.habits }

    init(idp: IdP, request: LabRequest, issuer: String) {
        (self.idp, self.request, self.issuer) = (idp, request, issuer)
    }

    private func refusal(_ complaint: Complaint, _ words: String, found: String = "") -> Refusal {
        idp.refusal(complaint, request, at: .token, found: found, words: words)
    }

    func respond() throws -> LabResponse {
        let form = request.form
        if let code = realm.faults.status(.idpStatus) {
            return .json("{\"error\":\"server_error\"}", status: code)
        }
        let client = try idp.client(request, issuer: issuer, at: .token)
        let grant = try grant(form["grant_type"], client)
        if let code = form["code"], !hasNonce, realm.faults.has(.nonce, "burns-code") { _ = realm.spend(code: code) }
        let needsProof = client.requiresDPoP && !(client.bindsCertificate && request.certificate != nil)
        let wantsNonce = habits.challengesPublicClients && client.isPublic ? true : nil
        let proof = try idp.proof(request, isRequired: needsProof, at: .token, wantsNonce: wantsNonce)
        var grantee = try grantee(grant, form, client, proof)
        grantee.jkt = realm.faults.has(.type, "bearer") ? nil : proof?.jkt
        grantee.x5t = client.bindsCertificate ? request.certificate?.thumbprint : nil
        if client.bindsCertificate, grantee.x5t == nil {
            throw refusal(.bindingCertificate, "Client Certification missing for MTLS HoK Token Binding")
        }
        return try answer(grantee, client, grant, proof)
    }

    /// The grant that is asked for, which its client may use.
    private func grant(_ name: String?, _ client: LabClient) throws -> Grant {
        guard let name else { throw refusal(.grantMissing, "Missing form parameter: grant_type") }
        guard let grant = Grant(rawValue: name) else {
            throw refusal(.grantUnknown, "Unsupported grant_type", found: name)
        }
        let isPublicService = client.isPublic && grant == .clientCredentials
        guard client.grants.contains(grant), !isPublicService else {
            throw refusal(
                Self.forbidden(grant, isPublic: client.isPublic), "Client not enabled to retrieve service account",
                found: name)
        }
        return grant
    }

    private static func forbidden(_ grant: Grant, isPublic: Bool) -> Complaint {
        switch grant {
        case .clientCredentials: isPublic ? .serviceAccountPublic : .serviceAccountForbidden
        case .password: .passwordForbidden
        case .device: .deviceForbidden
        case .tokenExchange: .exchangeForbidden
        case .authorizationCode, .refreshToken, .jwtBearer: .grantForbidden
        }
    }

    private var hasNonce: Bool {
        request.headers.first("dpop").flatMap { CompactJWS($0).payload?.root["nonce"] } != nil
    }

    private func grantee(_ grant: Grant, _ form: Form, _ client: LabClient, _ proof: AcceptedProof?) throws
        -> Realm.Grantee
    {
        let scope = try idp.scope(request, client, usual: "openid profile", at: .token)
        func fresh(_ subject: String) -> Realm.Grantee {
            Realm.Grantee(
                client: client.id, subject: subject, scope: scope, expires: realm.now() + Realm.refreshLifetime,
                audience: form["audience"])
        }
        if (form["audience"] ?? "").utf8.count > IdP.longestText {
            throw refusal(.audienceTooLong, "Invalid audience")
        }
        switch grant {
        case .clientCredentials: return fresh("service-account-\(client.id)")
        case .password:
            guard let user = form["username"], let password = form["password"], Realm.users[user] == password else {
                throw refusal(.password, "Invalid user credentials")
            }
            return fresh(user)
        case .authorizationCode: return try byCode(form, client, proof)
        case .refreshToken: return try byRefresh(form, client, proof)
        case .device: return try byDevice(form, client)
        case .jwtBearer:
            return fresh(
                try AssertionGrant(realm: realm, issuer: issuer, client: client).subject(form["assertion"]) {
                    refusal(.grantAssertion, $0)
                })
        case .tokenExchange: return fresh(try byExchange(form, proof))
        }
    }

    /// Whom the subject token is about.
    private func byExchange(_ form: Form, _ proof: AcceptedProof?) throws -> String {
        guard let subject = realm.granted(form["subject_token"] ?? "") else {
            throw refusal(.exchangeToken, "Invalid token")
        }
        if let jkt = subject.jkt, jkt != proof?.jkt, !habits.asksForNoProof {
            throw refusal(.exchangeKey, "DPoP confirmation doesn't match DPoP proof")
        }
        if let x5t = subject.x5t, x5t != request.certificate?.thumbprint {
            throw refusal(.exchangeCertificate, "Client certificate and token binding verification failed")
        }
        return subject.subject
    }

    private func byCode(_ form: Form, _ client: LabClient, _ proof: AcceptedProof?) throws -> Realm.Grantee {
        guard let grantee = realm.spend(code: form["code"] ?? ""), grantee.client == client.id else {
            throw refusal(.codeInvalid, "Code not valid")
        }
        guard grantee.redirect == form["redirect_uri"] ?? "" else {
            throw refusal(.codeRedirect, "Incorrect redirect_uri")
        }
        if grantee.challenge == nil, form["code_verifier"] != nil {
            throw refusal(
                .verifierUnasked, "PKCE code verifier specified but challenge not present in authorization")
        }
        if let challenge = grantee.challenge {
            guard let verifier = form["code_verifier"] else {
                throw refusal(.verifierMissing, "PKCE code verifier not specified")
            }
            guard Base64URL.encode(HashFunction.sha256(verifier)) == challenge else {
                throw refusal(.verifierWrong, "PKCE verification failed: Code mismatch")
            }
        }
        if let announced = grantee.jkt, !habits.forgetsCodeKeys {
            guard let proof else { throw refusal(.codeProof, "DPoP Proof missing") }
            guard proof.jkt == announced else {
                throw refusal(.codeKey, "DPoP Proof public key thumbprint does not match dpop_jkt")
            }
        }
        return grantee
    }

    private func byRefresh(_ form: Form, _ client: LabClient, _ proof: AcceptedProof?) throws -> Realm.Grantee {
        let token = form["refresh_token"] ?? ""
        guard let grantee = realm.refresh(token), grantee.client == client.id else {
            throw refusal(.refreshInvalid, "Invalid refresh token")
        }
        if client.bindsRefreshTokens, let jkt = grantee.jkt {
            guard let proof else { throw refusal(.refreshProof, "DPoP proof is missing") }
            guard proof.jkt == jkt else {
                throw refusal(.refreshKey, "DPoP confirmation doesn't match DPoP proof")
            }
        }
        guard realm.spend(refreshToken: token) != nil else {
            throw refusal(.refreshInvalid, "Invalid refresh token")
        }
        return grantee
    }

    private func byDevice(_ form: Form, _ client: LabClient) throws -> Realm.Grantee {
        guard let code = form["device_code"], let device = realm.device(code), device.client == client.id else {
            throw refusal(.deviceInvalid, "Device code not valid")
        }
        guard device.expires > realm.now() else { throw refusal(.deviceExpired, "Device code is expired") }
        guard let subject = device.subject else {
            throw refusal(.devicePending, "The authorization request is still pending")
        }
        guard realm.spend(device: code) != nil else { throw refusal(.deviceInvalid, "Device code not valid") }
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
            "{\"access_token\":\"\(token)\",\"expires_in\":\(realm.options.tokenLifetime.wholeSeconds),"
            + "\"token_type\":\"\(type)\",\"scope\":\(JSONText.quote(grantee.scope))"
        let isRenewable = grant != .clientCredentials && grant != .tokenExchange && grant != .jwtBearer
        if isRenewable, !(client.isPublic && habits.spurnsPublicClients) {
            var kept = grantee
            // Only a public client's refresh token is bound (RFC 9449 §5).
            if !client.bindsRefreshTokens { kept.jkt = nil }
            // The one that a login asked for is its own answer's alone.
            kept.nonce = nil
            out += ",\"refresh_token\":\"\(realm.refreshToken(kept))\""
            if habits.tellsRefreshLifetime { out += ",\"refresh_expires_in\":\(Realm.refreshLifetime.wholeSeconds)" }
        }
        out += try realm.idToken(grantee, issuer: issuer).map { ",\"id_token\":\"\($0)\"" } ?? ""
        return .json(out + "}")
    }
}
