import FlowModel

/// The smaller endpoints.
extension IdP {
    func introspect(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer, at: .introspection)
        guard !client.isPublic else {
            throw refusal(.introspectionPublic, request, at: .introspection, words: "Client not allowed.")
        }
        guard let token = request.form["token"] else {
            throw refusal(.introspectionToken, request, at: .introspection, words: "Token not provided.")
        }
        guard !realm.faults.has(.introspection, "inactive"), let (grantee, confirmation) = realm.introspected(token)
        else {
            return .json("{\"active\":false}")
        }
        return .json(
            "{\"active\":true,\"client_id\":\(JSONText.quote(grantee.client)),\"sub\":\(JSONText.quote(grantee.subject)),"
                + "\"scope\":\(JSONText.quote(grantee.scope)),\"iss\":\(JSONText.quote(issuer)),"
                + "\"exp\":\(grantee.expires.wholeSeconds),"
                + "\"token_type\":\"\(grantee.jkt == nil ? "Bearer" : "DPoP")\"\(confirmation)}")
    }

    // MARK: userinfo

    func userinfo(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let grantee = try bearer(request, issuer)
        return .json(
            "{\"sub\":\(JSONText.quote(grantee.subject)),\"preferred_username\":\(JSONText.quote(grantee.subject))}")
    }

    /// Whom the request's token is about.
    private func bearer(_ request: LabRequest, _ issuer: String) throws -> Realm.Grantee {
        let fields = request.headers.all("authorization")
        func refused(_ complaint: Complaint, _ words: String = "") -> Refusal {
            let setting = setting(request, issuer)
            return Refusal(
                response: style.userinfo.answer(Objection(complaint, words: words), at: .userinfo, setting))
        }
        guard fields.count <= 1 else { throw refused(.authorizationTwice) }
        let parts = fields.first?.value.split(separator: " ", maxSplits: 1).map(String.init) ?? []
        guard parts.count == 2 else { throw refused(.tokenAbsent) }
        let token = parts[1]
        guard let grantee = realm.granted(token) else {
            throw refused(
                realm.isRevoked(token) ? .tokenRevoked : .tokenUnknown, "Token verification failed")
        }
        if let x5t = grantee.x5t, x5t != request.certificate?.thumbprint {
            throw refused(.tokenCertificate, "Client certificate and token binding verification failed")
        }
        try possession(request, parts[0], token, grantee, refused)
        guard grantee.scope.split(separator: " ").contains("openid") else {
            throw refused(.scopeMissing, "Missing openid scope")
        }
        return grantee
    }

    private func possession(
        _ request: LabRequest, _ scheme: String, _ token: String, _ grantee: Realm.Grantee,
        _ refused: (Complaint, String) -> Refusal
    ) throws {
        let isDPoP = scheme.lowercased() == "dpop"
        let values = request.headers.all("dpop").map(\.value)
        guard let jkt = grantee.jkt else {
            if isDPoP {
                throw refused(
                    .unboundAsDPoP, "The access token type is not DPoP but Authorization Header is DPoP")
            }
            return
        }
        guard isDPoP else {
            throw refused(
                values.isEmpty ? .boundAsBearer : .boundAsBearerWithProof,
                "The access token type is DPoP but Authorization Header is not DPoP")
        }
        do throws(ProofRefusal) {
            _ = try proofs.check(
                values,
                ProofGuard.Aim(
                    method: request.method, url: request.base + request.path, token: token, jkt: jkt))
        } catch { throw refuse(error, request, at: .userinfo, by: style.userinfo) }
    }

    // MARK: revocation, PAR, devices

    func revoke(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer, at: .revocation)
        if client.isPublic, style.habits.spurnsPublicClients {
            throw refusal(.revocationPublic, request, at: .revocation)
        }
        let token = request.form["token"] ?? ""
        if let grantee = realm.refresh(token) ?? realm.granted(token), grantee.client != client.id {
            throw refusal(.revocationOther, request, at: .revocation, words: "Unmatching clients")
        }
        realm.revoke(token)
        return LabResponse(status: 200)
    }

    func push(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer, at: .push)
        let form = request.form
        func refused(_ complaint: Complaint, _ words: String, found: String = "") -> Refusal {
            refusal(complaint, request, at: .push, found: found, words: words)
        }
        // RFC 9126 §2.1: a pushed request names no other, and no other client's.
        guard form["client_id"] ?? client.id == client.id, form["request_uri"] == nil else {
            throw refused(.pushedRequest, "Invalid parameter: client_id or request_uri")
        }
        guard let redirect = form["redirect_uri"], client.allows(redirect: redirect) else {
            throw refused(
                .pushedRedirect, "Invalid parameter: redirect_uri", found: form["redirect_uri"] ?? "undefined")
        }
        if let words = LoginPages.problem(form, client) { throw refused(.pushedParameter, words) }
        let proof = try proof(request, isRequired: false, at: .push)
        if let proof, let said = form["dpop_jkt"], said != proof.jkt, !style.habits.forgetsCodeKeys {
            throw refused(.pushedKey, "DPoP Proof public key thumbprint does not match dpop_jkt")
        }
        let jkt = style.habits.forgetsCodeKeys ? nil : proof?.jkt ?? form["dpop_jkt"]
        let uri = realm.push(Realm.Pushed(client: client.id, form: form, jkt: jkt))
        return .json(
            "{\"request_uri\":\"\(uri)\",\"expires_in\":\(Realm.pushLifetime.wholeSeconds)}", status: 201)
    }

    func device(_ request: LabRequest, _ issuer: String) throws -> LabResponse {
        let client = try client(request, issuer: issuer, at: .device)
        let scope = try scope(request, client, usual: "openid", at: .device)
        let (code, user) = realm.newDevice(client.id, scope)
        let page = issuer + "/device"
        return .json(
            "{\"device_code\":\"\(code)\",\"user_code\":\"\(user)\",\"verification_uri\":\(JSONText.quote(page)),"
                + "\"verification_uri_complete\":\(JSONText.quote(page + "?user_code=" + user)),"
                + "\"expires_in\":\(Realm.deviceLifetime.wholeSeconds),\"interval\":1}")
    }
}
