/// The requests of a live run, made anew each time they are asked for: no proof is ever sent twice.
extension LiveFlow {
    /// The request of a step at this time.
    public func request(_ stage: LiveStage, at now: Double) throws(LiveError) -> Request {
        let request = try made(stage, at: now)
        if let words = RequestHead.problem(request) { throw LiveError("the \(stage.rawValue) request: \(words)") }
        return request
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
                [("grant_type", "refresh_token"), ("refresh_token", refreshToken)], now, proof: true)
        case .pushedAuthorization:
            let url = try url(endpoints.pushedAuthorization, "pushed_authorization_request_endpoint")
            return try form(url, authorizationFields(withThumbprint: plan.sendsThumbprint), now, proof: plan.usesDPoP)
        case .authorization: return Request(method: "GET", url: HTTPURL(try authorizationURL()))
        case .device:
            return try form(url(endpoints.device, "device_authorization_endpoint"), scopeFields, now, proof: false)
        case .resource: return try resourceRequest(now)
        case .userinfo:
            let url = try url(endpoints.userinfo, "userinfo_endpoint")
            return Request(
                method: "GET", url: url,
                headers: try presenting("GET", url, now) + [Header("Accept", "application/json")])
        case .introspection:
            return try form(
                url(endpoints.introspection, "introspection_endpoint"),
                [("token", try token()), ("token_type_hint", "access_token")], now, proof: false)
        case .revocation:
            let hint = refreshToken == nil ? "access_token" : "refresh_token"
            let revoked: String
            if let refreshToken { revoked = refreshToken } else { revoked = try token() }
            return try form(
                url(endpoints.revocation, "revocation_endpoint"), [("token", revoked), ("token_type_hint", hint)], now,
                proof: plan.usesDPoP)
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
                    nonce: nonces[url.origin]))
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
        var headers = try presenting(resource.method, url, now) + resource.headers
        if !headers.contains(where: { $0.name.equalsIgnoringCase("accept") }) {
            headers.append(Header("Accept", "*/*"))
        }
        return Request(method: resource.method, url: url, headers: headers, body: resource.body.map { Body(Bytes($0)) })
    }

    private func form(_ url: HTTPURL, _ fields: [(String, String)], _ now: Double, proof wantsProof: Bool)
        throws(LiveError) -> Request
    {
        let credentials = try ClientCredentials(
            plan, key: clientKey, audience: endpoints.issuer ?? url.withoutQuery,
            now: Int(clamping: min(now, Interval.bound)), jti: identifier())
        var headers = credentials.headers
        if wantsProof { headers.append(try proof("POST", url, now, token: nil)) }
        headers += [Header("Content-Type", "application/x-www-form-urlencoded"), Header("Accept", "application/json")]
        let text = (fields + credentials.fields).map { "\(PercentEncoding.form($0.0))=\(PercentEncoding.form($0.1))" }
            .joined(separator: "&")
        return Request(method: "POST", url: url, headers: headers, body: Body(Bytes(text)))
    }

    private var scopeFields: [(String, String)] { plan.scope.map { [("scope", $0)] } ?? [] }

    private func tokenRequest(_ now: Double) throws(LiveError) -> Request {
        var fields = [("grant_type", plan.grant.rawValue)]
        func need(_ value: String?, _ option: String) throws(LiveError) -> String {
            guard let value else { throw LiveError("the \(plan.grant.shortName) grant needs \(option)") }
            return value
        }
        switch plan.grant {
        case .clientCredentials: fields += scopeFields
        case .password:
            fields +=
                [
                    ("username", try need(plan.username, "--username")),
                    ("password", try need(plan.password, "--password")),
                ] + scopeFields
        case .refreshToken: fields += [("refresh_token", try need(refreshToken, "--refresh-token"))]
        case .authorizationCode:
            fields += [("code", try need(code, "a code")), ("redirect_uri", plan.redirectURI)]
            if plan.usesPKCE { fields.append(("code_verifier", verifier)) }
        case .device: fields.append(("device_code", try need(device?.code, "a device code")))
        case .jwtBearer: fields += [("assertion", try need(plan.assertion, "--assertion"))] + scopeFields
        case .tokenExchange:
            fields += [
                ("subject_token", try need(plan.subjectToken, "--subject-token")),
                ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ]
            fields += scopeFields + (plan.audience.map { [("audience", $0)] } ?? [])
        }
        return try form(url(endpoints.token, "token_endpoint"), fields, now, proof: plan.usesDPoP)
    }

    private func authorizationFields(withThumbprint: Bool) -> [(String, String)] {
        var fields = [
            ("response_type", "code"), ("client_id", plan.clientID), ("redirect_uri", plan.redirectURI),
            ("state", state),
        ]
        fields += scopeFields
        if plan.usesPKCE {
            fields += [
                ("code_challenge", Base64URL.encode(HashFunction.sha256(verifier))), ("code_challenge_method", "S256"),
            ]
        }
        if withThumbprint, plan.usesDPoP { fields.append(("dpop_jkt", key.fingerprint.base64url)) }
        return fields
    }

    /// Where a person logs in.
    func authorizationURL() throws(LiveError) -> String {
        let base = try url(endpoints.authorization, "authorization_endpoint").text
        let fields =
            requestURI.map { [("client_id", plan.clientID), ("request_uri", $0)] }
            ?? authorizationFields(withThumbprint: plan.sendsThumbprint)
        let query = fields.map { "\(PercentEncoding.form($0.0))=\(PercentEncoding.form($0.1))" }.joined(separator: "&")
        return base + (base.has("?") ? "&" : "?") + query
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
    /// An edited request with a fresh proof for what it now says; one without a proof stays without.
    public func resigned(_ request: Request, at now: Double) throws(LiveError) -> Request {
        guard let place = request.headers.firstIndex(of: "dpop") else { return request }
        var headers = request.headers
        headers[place] = try proof(request.method, request.url, now, token: PresentedToken.read(request)?.text)
        let signed = Request(
            method: request.method, url: request.url, version: request.version, headers: headers, body: request.body)
        if let words = RequestHead.problem(signed) { throw LiveError("the request: \(words)") }
        return signed
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
