import FlowModel

/// Who a request is from, and whether it proves so.
extension Gateway {
    // MARK: who it is

    func authenticate(
        _ request: LabRequest, _ headers: [Header], _ config: KongConfig, _ log: inout [GuardCheck]
    ) throws -> Identity {
        let field = headers.first("authorization")
        if field == nil, config.methods.contains("session"), let identity = session(headers, config) {
            log.append(
                GuardCheck(
                    id: "session", passes: true, words: "cookie \(config.sessionCookie) is a session of this secret"))
            return identity
        }
        guard headers.all("authorization").count < 2 else {
            throw Refused(.authorizationTwice, "more than one Authorization header")
        }
        guard let parts = field?.split(separator: " ", maxSplits: 1).map(String.init), parts.count == 2 else {
            throw Refused(.tokenAbsent, "no token")
        }
        let (scheme, token) = (parts[0].lowercased(), parts[1])
        guard scheme == "dpop" || scheme == "bearer" else { throw Refused(.tokenAbsent, "no token") }
        var identity = Identity(token: token)
        let jws = CompactJWS.looksLike(token) ? CompactJWS(token) : nil
        if let jws, config.methods.contains("bearer"), !config.introspectsJWT {
            try verify(jws, config, &identity, &log)
        } else if config.methods.contains("introspection") {
            let answer = try failing { try authority.introspect(token, config, now: faults.now()) }
            log.append(
                GuardCheck(
                    id: "introspection", passes: answer.isActive, words: answer.isActive ? "active" : "not active"))
            guard answer.isActive else { throw Refused(.tokenInactive, "the token is not active") }
            (identity.jkt, identity.x5t) = (answer.jkt, answer.x5t)
        } else {
            throw Refused(
                .tokenOpaque,
                jws == nil
                    ? "an opaque token needs auth_methods introspection" : "no auth method takes this token")
        }
        if scheme == "bearer", config.dpop == .strict || (config.dpop == .optional && identity.jkt != nil) {
            log.append(GuardCheck(id: "request.scheme", passes: false, words: "Bearer"))
            throw Refused(
                identity.jkt == nil
                    ? .unboundAsBearer : headers.first("dpop") != nil ? .boundAsBearerWithProof : .boundAsBearer,
                identity.jkt == nil ? "this gateway requires DPoP" : "a DPoP-bound token presented as Bearer")
        }
        log.append(GuardCheck(id: "request.scheme", passes: true, words: parts[0]))
        return identity
    }

    private func verify(_ jws: CompactJWS, _ config: KongConfig, _ identity: inout Identity, _ log: inout [GuardCheck])
        throws
    {
        let claims = jws.payload?.root
        let valid = try failing { try authority.verify(jws, issuer: config.issuer) }
        log.append(
            GuardCheck(
                id: "token.signature", passes: valid,
                words: valid ? "verifies with the issuer's key" : "does not verify with the issuer's keys"))
        guard valid, let claims else {
            throw Refused(.tokenSignature, "the token's signature does not verify")
        }
        let issuer = try failing { try authority.issuerName(config.issuer) }
        let now = faults.now()
        let (expires, starts) = (claims["exp"]?.number?.moment ?? 0, claims["nbf"]?.number?.moment ?? 0)
        let leeway = max(config.leeway, resource?.judging.leeway ?? 0)
        let lives = expires + leeway > now && starts - leeway <= now
        log.append(
            GuardCheck(
                id: "token.time", passes: lives,
                words: lives ? "\((expires - now).wholeSeconds) s left" : "expired or not yet valid"))
        guard lives else { throw Refused(.tokenExpired, "the token has expired", ended: expires) }
        guard isNamed(claims["iss"]?.string, issuer) else {
            log.append(GuardCheck(id: "token.issuer", passes: false, words: claims["iss"]?.string ?? "none"))
            throw Refused(.tokenIssuer, "the token's issuer is not \(issuer)")
        }
        (identity.jkt, identity.x5t) = (claims["cnf"]?["jkt"]?.string, claims["cnf"]?["x5t#S256"]?.string)
    }

    private func failing<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let refused as Refused { throw refused } catch {
            throw Refused(.issuerSilent, "the IdP cannot be asked: \(error)")
        }
    }

    // MARK: possession

    func prove(
        _ request: LabRequest, _ headers: [Header], _ config: KongConfig, _ proofs: ProofGuard,
        _ identity: inout Identity, _ log: inout [GuardCheck]
    ) throws {
        if config.mtls == .strict || (config.mtls == .optional && identity.x5t != nil) {
            let matches = identity.x5t != nil && identity.x5t == request.certificate?.thumbprint
            log.append(
                GuardCheck(
                    id: "mtls.binding", passes: matches,
                    words: matches
                        ? "x5t#S256 is the client certificate's"
                        : "x5t#S256 \(identity.x5t ?? "absent"), certificate \(request.certificate?.thumbprint ?? "absent")"
                ))
            guard matches else {
                throw Refused(.tokenCertificate, "the token is not bound to the client certificate")
            }
        }
        guard config.dpop == .strict || (config.dpop == .optional && identity.jkt != nil) else { return }
        // Kong checks a session's possession only if the session was made by a method that had proved it.
        if identity.isFromSession, !identity.sessionHadProof {
            log.append(
                GuardCheck(
                    id: "proof.present", passes: true,
                    words: "skipped: the session was made without a proof (do two plugins share one session_secret?)"))
            return
        }
        var checks: [GuardCheck] = []
        defer { log += checks }
        do throws(ProofRefusal) {
            _ = try proofs.check(
                headers.all("dpop").map(\.value),
                ProofGuard.Aim(
                    method: request.method, url: believedURL(request), token: identity.token, jkt: identity.jkt),
                log: { check in
                    if checks.last?.id == check.id { checks.removeLast() }
                    checks.append(check)
                })
        } catch {
            throw Refused(
                error.objection, nonce: error.wantsNonce ? proofs.nonces.make(at: faults.now()) : nil)
        }
    }

    /// The URL this gateway thinks it is called by.
    private func believedURL(_ request: LabRequest) -> String {
        let url = request.url
        if faults.has(.htu, "internal") { return "\(url.scheme)://kong.internal:8000\(url.path)" }
        if faults.has(.htu, "scheme") {
            return (url.scheme == "http" ? "https" : "http") + request.base.dropFirst(url.scheme.count) + url.path
        }
        if faults.has(.htu, "port") { return "\(url.scheme)://\(url.host):8443\(url.path)" }
        return request.base + request.path
    }

    /// Whether a token's `iss` is the issuer's name. The lab's own IdP has the name it is called by where it believes
    /// `Host` or a proxy, and the path says which realm it is.
    private func isNamed(_ said: String?, _ issuer: String) -> Bool {
        guard let said, said != issuer else { return said == issuer }
        return trust != .nobody && hasOwnIdP && HTTPURL(said).path == HTTPURL(issuer).path
    }
}
