/// The requests of a live run, made anew each time they are asked for: no proof is ever sent twice.
extension LiveFlow {
    /// The request of a step at this time.
    public func request(_ stage: LiveStage, at now: Double) throws(LiveError) -> Request {
        let request = try made(stage, at: now)
        if let words = RequestHead.problem(request) { throw LiveError("the \(stage.rawValue) request: \(words)") }
        return request.sent
    }

    private func made(_ stage: LiveStage, at now: Double) throws(LiveError) -> Request {
        switch stage {
        case .discovery:
            return Request(method: "GET", url: currentDiscoveryURL, headers: [Header("Accept", "application/json")])
        case .jwks:
            return Request(
                method: "GET", url: try url(endpoints.jwks, "jwks_uri"), headers: [Header("Accept", "application/json")]
            )
        case .token: return try tokenRequest(now)
        case .refresh:
            guard let refreshToken else { throw LiveError("there is no refresh token to spend") }
            return try form(
                url(endpoints.token, "token_endpoint"),
                ["grant_type": "refresh_token", "refresh_token": refreshToken], plan.refreshParameters, now,
                proof: plan.usesDPoP)
        case .pushedAuthorization:
            let url = try url(endpoints.pushedAuthorization, "pushed_authorization_request_endpoint")
            return try form(
                url, authorizationFields, plan.authorizationParameters, now, proof: plan.usesDPoP)
        case .authorization: return Request(method: "GET", url: HTTPURL(try authorizationURL()))
        case .device:
            return try form(
                url(endpoints.device, "device_authorization_endpoint"), scopeFields, plan.authorizationParameters, now,
                proof: false)
        case .resource: return try resourceRequest(now)
        case .userinfo:
            let url = try url(endpoints.userinfo, "userinfo_endpoint")
            return Request(
                method: "GET", url: url,
                headers: try presenting("GET", url, now) + [Header("Accept", "application/json")])
        case .introspection:
            return try form(
                url(endpoints.introspection, "introspection_endpoint"),
                ["token": try token(), "token_type_hint": "access_token"], [:], now, proof: false)
        case .revocation:
            let hint = refreshToken == nil ? "access_token" : "refresh_token"
            let revoked: String
            if let refreshToken { revoked = refreshToken } else { revoked = try token() }
            return try form(
                url(endpoints.revocation, "revocation_endpoint"), ["token": revoked, "token_type_hint": hint], [:],
                now, proof: plan.usesDPoP)
        }
    }

    private func url(_ text: String?, _ name: String) throws(LiveError) -> HTTPURL {
        guard let text else { throw LiveError("the IdP's metadata has no \(name); give it by hand") }
        let url = HTTPURL(text)
        if let words = OutsideURL.problem(url) { throw LiveError("\(name) '\(text)' cannot be sent to: \(words)") }
        return url
    }

    private func token() throws(LiveError) -> String {
        guard let accessToken else { throw LiveError("there is no access token yet") }
        return accessToken
    }

    private func identifier() -> String { Base64URL.encode(random(16)) }

    func proof(_ method: String, _ url: HTTPURL, _ now: Double, token: String?) throws(LiveError) -> Header {
        do throws(CryptoError) {
            return Header(
                "DPoP",
                try Proof.make(
                    key: key, method: method, url: url, iat: Int(clamping: now), jti: identifier(), token: token,
                    nonce: nonces[url.sent.origin]))
        } catch { throw LiveError("the proof cannot be signed: \(error)") }
    }

    /// `Authorization` and, with a bound token, the proof beside it.
    private func presenting(_ method: String, _ url: HTTPURL, _ now: Double) throws(LiveError) -> [Header] {
        let token = try token()
        guard presentsDPoP else { return [Header("Authorization", "Bearer \(token)")] }
        return [Header("Authorization", "DPoP \(token)"), try proof(method, url, now, token: token)]
    }

    private func resourceRequest(_ now: Double) throws(LiveError) -> Request {
        guard let resource = plan.resource else { throw LiveError("no resource to call: give --resource URL") }
        let url = currentResourceURL
        var headers = try presenting(resource.method, url, now)
        for field in resource.headers { headers.set(field) }
        headers += resource.addedHeaders
        if !headers.contains(where: { $0.name.equalsIgnoringCase("accept") }) {
            headers.append(Header("Accept", "*/*"))
        }
        return Request(method: resource.method, url: url, headers: headers, body: resource.body.map { Body(Bytes($0)) })
    }

    /// A form with the client's credentials, and with what the person wants in it instead or besides.
    private func form(
        _ url: HTTPURL, _ fields: FormFields, _ parameters: FormFields, _ now: Double, proof wantsProof: Bool
    ) throws(LiveError) -> Request {
        let credentials = try ClientCredentials(
            plan, key: clientKey, audience: assertionAudience(url),
            now: Int(clamping: min(now, Interval.bound)), jti: identifier())
        var headers = credentials.headers
        if wantsProof { headers.append(try proof("POST", url, now, token: nil)) }
        headers += [Header("Content-Type", "application/x-www-form-urlencoded"), Header("Accept", "application/json")]
        var fields = fields
        fields.set(credentials.fields)
        fields.set(parameters)
        return Request(method: "POST", url: url, headers: headers, body: Body(Bytes(fields.encoded)))
    }

    private var scopeFields: FormFields { plan.scope.map { ["scope": $0] } ?? [:] }

    private func tokenRequest(_ now: Double) throws(LiveError) -> Request {
        var fields: FormFields = ["grant_type": plan.grant.rawValue]
        func need(_ value: String?, _ option: String) throws(LiveError) -> String {
            guard let value else { throw LiveError("the \(plan.grant.shortName) grant needs \(option)") }
            return value
        }
        // Codes have their scope already.
        if plan.grant != .authorizationCode, plan.grant != .device { fields.set(scopeFields) }
        switch plan.grant {
        case .clientCredentials: break
        case .password:
            fields.set("username", try need(plan.username, "--username"))
            fields.set("password", try need(plan.password, "--password"))
        case .refreshToken: fields.set("refresh_token", try need(refreshToken, "--refresh-token"))
        case .authorizationCode:
            fields.set("code", try need(code, "a code"))
            fields.set("redirect_uri", plan.redirectURI)
            if plan.usesPKCE { fields.set("code_verifier", verifier) }
        case .device: fields.set("device_code", try need(device?.code, "a device code"))
        case .jwtBearer: fields.set("assertion", try need(plan.assertion, "--assertion"))
        case .tokenExchange:
            fields.set("subject_token", try need(plan.subjectToken, "--subject-token"))
            fields.set("subject_token_type", plan.subjectTokenType)
        }
        return try form(
            url(endpoints.token, "token_endpoint"), fields, plan.tokenParameters, now, proof: plan.usesDPoP)
    }

    /// What a login is asked for, without the person's parameters.
    private var authorizationFields: FormFields {
        var fields: FormFields = [
            "response_type": "code", "client_id": plan.clientID, "redirect_uri": plan.redirectURI, "state": state,
        ]
        fields.set(scopeFields)
        if asksForIDToken { fields.set("nonce", idTokenNonce) }
        if plan.usesPKCE {
            fields.set("code_challenge", Base64URL.encode(HashFunction.sha256(verifier)))
            fields.set("code_challenge_method", "S256")
        }
        if plan.sendsThumbprint, plan.usesDPoP { fields.set("dpop_jkt", key.fingerprint.base64url) }
        return fields
    }

    /// Whether an ID token comes with the access token (OpenID Connect Core §3.1.2.1).
    private var asksForIDToken: Bool {
        (plan.parameters["scope"] ?? plan.scope ?? "").split(separator: " ").contains("openid")
    }

    /// Where a person logs in.
    func authorizationURL() throws(LiveError) -> String {
        let base = try url(endpoints.authorization, "authorization_endpoint").text
        var fields: FormFields
        if let requestURI {
            fields = ["client_id": plan.clientID, "request_uri": requestURI]
        } else {
            fields = authorizationFields
            fields.set(plan.authorizationParameters)
        }
        return base + (base.has("?") ? "&" : "?") + fields.encoded
    }

    /// What the person's browser did, as an exchange of its own: the request is ours, the answer is seen from where it
    /// came back to.
    public func authorizationExchange(redirect: String, index: Int, at time: Double) -> Exchange? {
        guard let url = try? authorizationURL() else { return nil }
        return Exchange(
            index: index, request: Request(method: "GET", url: HTTPURL(url)),
            response: Response(status: 302, reason: "Found", headers: [Header("Location", redirect.trimmed)]),
            started: time, duration: 0,
            provenance: Provenance(origin: .browser))
    }
}

extension LiveFlow {
    /// An edited request with a fresh proof for what it now says; one without a proof stays without, and one with the
    /// proof that the plan gives it keeps that.
    public func resigned(_ request: Request, at now: Double) throws(LiveError) -> Request {
        guard let place = request.headers.firstIndex(of: "dpop"), !isOwn(request.headers[place]) else { return request }
        var headers = request.headers
        headers[place] = try proof(request.method, request.url, now, token: PresentedToken.read(request)?.text)
        let signed = Request(
            method: request.method, url: request.url, version: request.version, headers: headers, body: request.body)
        if let words = RequestHead.problem(signed) { throw LiveError("the request: \(words)") }
        return signed.sent
    }
}

extension LiveFlow {
    /// Whether a person told the plan to send this field.
    private func isOwn(_ field: Header) -> Bool {
        plan.resource?.headers.contains { $0.name.equalsWithoutCase(field.name) && $0.value == field.value } ?? false
    }
}

/// A request as text a person can edit: start line, headers, an empty line, the body.
public enum RequestText {
    public static func write(_ request: Request) -> String {
        let head = ["\(request.method) \(request.url.text)"] + request.headers.map { "\($0.name): \($0.value)" }
        return head.joined(separator: "\n") + "\n\n" + (request.body?.bytes.text ?? "")
    }

    public static func read(_ text: String) throws(LiveError) -> Request {
        var lines = text.lines.map { String($0) }
        let first = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: true)
        guard first.count == 2, first[1].has("://") else {
            throw LiveError("line 1: expected a method and an absolute URL, such as GET https://api.test/resource")
        }
        var headers: [Header] = []
        var number = 1
        while !lines.isEmpty {
            number += 1
            let line = lines.removeFirst()
            if line.isEmpty { break }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].has(" ") else {
                throw LiveError("line \(number): expected 'Name: value', found '\(line)'")
            }
            headers.append(Header(String(parts[0]), String(parts[1]).trimmed))
        }
        var body = lines.joined(separator: "\n")
        // Editors end the last line; a form body has no line feed.
        while body.hasSuffix("\n") { body.removeLast() }
        return Request(
            method: String(first[0]), url: HTTPURL(String(first[1])), headers: headers,
            body: body.isEmpty ? nil : Body(Bytes(body)))
    }
}
