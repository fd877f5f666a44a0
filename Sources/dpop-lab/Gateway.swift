import AsyncHTTPClient
import FlowModel
import HTTPTypes
import Hummingbird
import NIOCore

/// The gateway: validates token and proof as configured, downgrades to Bearer, and passes the request on.
struct Gateway: Sendable {
    let configs: [(config: KongConfig, proofs: ProofGuard)]
    let authority: GatewayAuthority
    let client: HTTPClient
    let upstream: String
    let faults: Faults
    let recorder: HopRecorder?
    let trustsForwarded: Bool

    /// Whom the request turned out to be from.
    private struct Identity {
        var token: String
        var jkt: String?
        var x5t: String?
        var isFromSession = false
        var sessionHadProof = false
    }

    struct Refused: Error {
        var status = 401
        var code: String
        var words: String
        var nonce: String?
    }

    /// The plugin instance of a path: the longest one that fits.
    private func instance(_ path: String) -> (config: KongConfig, proofs: ProofGuard)? {
        configs.compactMap { item in
            item.config.paths.filter { path.hasPrefix($0) }.map(\.utf8.count).max().map { ($0, item) }
        }.max { $0.0 < $1.0 }?.1
    }

    func respond(_ request: LabRequest, streaming body: RequestBody) async throws -> HummingbirdCore.Response {
        var log: [GuardCheck] = []
        if let response = transportFault(request) { return finish(request, response, log) }
        guard let (config, proofs) = instance(request.path) else {
            return finish(request, .json("{\"message\":\"no Route matched with those values\"}", status: 404), log)
        }
        do {
            var headers = request.headers
            if faults.has("strip-dpop") { headers.removeAll { $0.name.lowercased() == "dpop" } }
            if faults.has("double-dpop"), let proof = headers.first(where: { $0.name.lowercased() == "dpop" }) {
                headers.append(proof)
            }
            var identity = try await authenticate(request, headers, config, &log)
            try prove(request, headers, config, proofs, &identity, &log)
            return try await pass(request, body, config, proofs, identity, log)
        } catch let refused as Refused {
            return finish(request, refusal(refused, config, proofs), log)
        }
    }

    // MARK: who it is

    private func authenticate(
        _ request: LabRequest, _ headers: [Header], _ config: KongConfig, _ log: inout [GuardCheck]
    ) async throws -> Identity {
        let field = headers.first("authorization")
        if field == nil, config.methods.contains("session"), let identity = session(headers, config) {
            log.append(
                GuardCheck(
                    id: "session", passes: true, words: "cookie \(config.sessionCookie) is a session of this secret"))
            return identity
        }
        guard headers.all("authorization").count < 2 else {
            throw Refused(status: 400, code: "invalid_request", words: "more than one Authorization header")
        }
        guard let parts = field?.split(separator: " ", maxSplits: 1).map(String.init), parts.count == 2 else {
            throw Refused(code: "", words: "no token")
        }
        let (scheme, token) = (parts[0].lowercased(), parts[1])
        guard scheme == "dpop" || scheme == "bearer" else { throw Refused(code: "", words: "no token") }
        var identity = Identity(token: token)
        let jws = CompactJWS.looksLike(token) ? CompactJWS(token) : nil
        if let jws, config.methods.contains("bearer"), !config.introspectsJWT {
            try await verify(jws, config, &identity, &log)
        } else if config.methods.contains("introspection") {
            let answer = try await failing { try await authority.introspect(token, config, now: faults.now()) }
            log.append(
                GuardCheck(
                    id: "introspection", passes: answer.isActive, words: answer.isActive ? "active" : "not active"))
            guard answer.isActive else { throw Refused(code: "invalid_token", words: "the token is not active") }
            (identity.jkt, identity.x5t) = (answer.jkt, answer.x5t)
        } else {
            throw Refused(
                code: "invalid_token",
                words: jws == nil
                    ? "an opaque token needs auth_methods introspection" : "no auth method takes this token")
        }
        if scheme == "bearer", config.dpop == .strict || (config.dpop == .optional && identity.jkt != nil) {
            log.append(GuardCheck(id: "request.scheme", passes: false, words: "Bearer"))
            throw Refused(
                code: "invalid_token",
                words: identity.jkt == nil ? "this gateway requires DPoP" : "a DPoP-bound token presented as Bearer")
        }
        log.append(GuardCheck(id: "request.scheme", passes: true, words: parts[0]))
        return identity
    }

    private func verify(_ jws: CompactJWS, _ config: KongConfig, _ identity: inout Identity, _ log: inout [GuardCheck])
        async throws
    {
        let claims = jws.payload?.root
        let valid = try await failing { try await authority.verify(jws, issuer: config.issuer) }
        log.append(
            GuardCheck(
                id: "token.signature", passes: valid,
                words: valid ? "verifies with the issuer's key" : "does not verify with the issuer's keys"))
        guard valid, let claims else {
            throw Refused(code: "invalid_token", words: "the token's signature does not verify")
        }
        let issuer = try await failing { try await authority.issuerName(config.issuer) }
        let now = faults.now()
        let (expires, starts) = (claims["exp"]?.double ?? 0, claims["nbf"]?.double ?? 0)
        let lives = expires + config.leeway > now && starts - config.leeway <= now
        log.append(
            GuardCheck(
                id: "token.time", passes: lives,
                words: lives ? "\(Int(expires - now)) s left" : "expired or not yet valid"))
        guard lives else { throw Refused(code: "invalid_token", words: "the token has expired") }
        guard claims["iss"]?.string == issuer else {
            log.append(GuardCheck(id: "token.issuer", passes: false, words: claims["iss"]?.string ?? "none"))
            throw Refused(code: "invalid_token", words: "the token's issuer is not \(issuer)")
        }
        (identity.jkt, identity.x5t) = (claims["cnf"]?["jkt"]?.string, claims["cnf"]?["x5t#S256"]?.string)
    }

    private func failing<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let refused as Refused { throw refused } catch {
            throw Refused(status: 500, code: "", words: "the IdP cannot be asked: \(error)")
        }
    }

    // MARK: possession

    private func prove(
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
                throw Refused(code: "invalid_token", words: "the token is not bound to the client certificate")
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
                headers.all("dpop").map(\.value), method: request.method, url: believedURL(request),
                token: identity.token, jkt: identity.jkt,
                log: { check in
                    if checks.last?.id == check.id { checks.removeLast() }
                    checks.append(check)
                })
        } catch {
            throw Refused(
                code: error.code, words: error.words,
                nonce: error.wantsNonce ? proofs.nonces.make(at: faults.now()) : nil)
        }
    }

    /// The URL this gateway thinks it is called by.
    private func believedURL(_ request: LabRequest) -> String {
        let url = request.url
        switch faults["htu"] {
        case "internal": return "\(url.scheme)://kong.internal:8000\(url.path)"
        case "scheme":
            return (url.scheme == "http" ? "https" : "http") + request.base.dropFirst(url.scheme.count) + url.path
        case "port": return "\(url.scheme)://\(url.host):8443\(url.path)"
        default: break
        }
        guard trustsForwarded, let host = request.headers.first("x-forwarded-host") else {
            return request.base + request.path
        }
        return (request.headers.first("x-forwarded-proto") ?? String(url.scheme)) + "://" + host + request.path
    }

    // MARK: sessions

    private func sessionKey(_ config: KongConfig) -> [UInt8]? {
        config.sessionSecret.map { HashFunction.sha256("session:" + $0) }
    }

    private func session(_ headers: [Header], _ config: KongConfig) -> Identity? {
        guard let key = sessionKey(config) else { return nil }
        let cookies = headers.all("cookie").flatMap {
            $0.value.split(separator: ";").map { String($0.drop { $0 == " " }) }
        }
        for cookie in cookies where cookie.hasPrefix(config.sessionCookie + "=") {
            guard let sealed = try? Base64URL.decode(String(cookie.dropFirst(config.sessionCookie.count + 1))),
                let text = SecretBytes.open(sealed, key: key),
                let root = (try? JSONDocument(Bytes(text)))?.root, root["aud"]?.string == config.sessionAudience,
                root["exp"]?.double ?? 0 > faults.now(),
                let token = root["at"]?.string
            else { continue }
            return Identity(
                token: token, jkt: root["jkt"]?.string, isFromSession: true, sessionHadProof: root["pop"]?.bool ?? false
            )
        }
        return nil
    }

    private func cookie(_ identity: Identity, _ config: KongConfig) -> Header? {
        guard config.methods.contains("session"), !identity.isFromSession, let key = sessionKey(config) else {
            return nil
        }
        let jkt = identity.jkt.map { ",\"jkt\":\"\($0)\"" } ?? ""
        let text =
            "{\"at\":\(JSONText.quote(identity.token))\(jkt),\"pop\":\(config.dpop != .off),\"aud\":\(JSONText.quote(config.sessionAudience)),\"exp\":\(Int(faults.now()) + 900)}"
        return Header(
            "Set-Cookie",
            "\(config.sessionCookie)=\(Base64URL.encode(SecretBytes.seal(Array(text.utf8), key: key))); Path=/; HttpOnly; SameSite=Lax"
        )
    }

    // MARK: passing on

    /// What the upstream gets: no proof, the token as Bearer, and nothing that concerns this connection only.
    private func forwarded(_ request: LabRequest, _ config: KongConfig, _ identity: Identity) -> [Header] {
        let dropped: Set<String> = [
            "host", "connection", "keep-alive", "transfer-encoding", "content-length", "te", "upgrade", "expect",
        ]
        var headers: [Header] = []
        for header in request.headers {
            let name = header.name.lowercased()
            if dropped.contains(name) || (name == "dpop" && !faults.has("keep-dpop") && config.dpop != .off) {
                continue
            }
            if name == "authorization", !faults.has("keep-scheme"), config.dpop != .off || config.hidesCredentials {
                continue
            }
            headers.append(header)
        }
        let said = config.upstreamTokenHeader?.split(separator: ":").map(String.init) ?? []
        if !faults.has("keep-scheme"), let name = said.first, config.dpop != .off || config.hidesCredentials {
            headers.append(
                Header(
                    name.lowercased() == "authorization" ? "Authorization" : name,
                    said.count > 1 ? "Bearer \(identity.token)" : identity.token))
        }
        headers += [
            Header("X-Forwarded-For", "127.0.0.1"), Header("X-Forwarded-Host", request.headers.first("host") ?? ""),
            Header("X-Forwarded-Proto", String(request.url.scheme)), Header("Via", "1.1 dpop-lab"),
        ]
        return headers
    }

    private func pass(
        _ request: LabRequest, _ body: RequestBody, _ config: KongConfig, _ proofs: ProofGuard, _ identity: Identity,
        _ log: [GuardCheck]
    ) async throws -> HummingbirdCore.Response {
        let headers = forwarded(request, config, identity)
        var call = HTTPClientRequest(url: upstream + request.target)
        call.method = .init(rawValue: request.method)
        for header in headers { call.headers.add(name: header.name, value: header.value) }
        let length = request.headers.first("content-length").flatMap { Int64($0) }
        let kept = recorder == nil ? nil : Tee(limit: 1 << 16)
        if length != nil || request.headers.first("transfer-encoding") != nil {
            call.body = .stream(
                TeeSequence(base: body, tee: kept, atEnd: {}), length: length.map { .known($0) } ?? .unknown)
        }
        let started = Clock.now()
        let response: HTTPClientResponse
        do { response = try await client.execute(call, timeout: .seconds(60)) } catch {
            throw Refused(status: 502, code: "", words: "the upstream does not answer: \(error)")
        }
        var out = response.headers.filter {
            !["connection", "keep-alive", "transfer-encoding", "content-length"].contains($0.name.lowercased())
        }.map { Header($0.name, $0.value) }
        let own: [Header] = [
            Header("Via", "1.1 dpop-lab"), Header("X-Kong-Upstream-Latency", "\(Int((Clock.now() - started) * 1000))"),
        ]
        let nonce =
            faults.has("nonce", "rotate") || faults.has("nonce", "cross")
            ? [Header("DPoP-Nonce", proofs.nonces.make(at: faults.now()))] : []
        out += own + nonce + [cookie(identity, config)].compactMap { $0 }
        let answer = LabResponse(status: Int(response.status.code), headers: out)
        guard let recorder else {
            return HummingbirdCore.Response(
                status: .init(code: answer.status), headers: answer.fields,
                body: ResponseBody(asyncSequence: response.body))
        }
        let echo = Tee(limit: 1 << 20)
        let recorded = Header("X-Dpop-Lab", log.allSatisfy(\.passes) ? "validated" : "passed")
        let url = call.url
        let stream = TeeSequence(base: response.body, tee: echo) {
            let upstreamHeaders = response.headers.map { Header($0.name, $0.value) }
            recorder.record(
                "gateway → upstream",
                FlowModel.Request(method: request.method, url: HTTPURL(url), headers: headers, body: kept?.body),
                FlowModel.Response(
                    status: answer.status, reason: response.status.reasonPhrase, headers: upstreamHeaders,
                    body: echo.body), started: started)
            recorder.record(
                "client → gateway", request.recorded, answer.recorded, started: request.started,
                notes: log.map { "gateway: " + $0.line })
        }
        var fields = answer.fields
        fields.append(HTTPField(name: .init(recorded.name)!, value: recorded.value))
        return HummingbirdCore.Response(
            status: .init(code: answer.status), headers: fields, body: ResponseBody(asyncSequence: stream))
    }

    // MARK: refusing

    private func refusal(_ refused: Refused, _ config: KongConfig, _ proofs: ProofGuard) -> LabResponse {
        let message =
            refused.status == 401
            ? "Unauthorized"
            : refused.status == 403
                ? "Forbidden" : refused.status == 400 ? "Bad Request" : "An unexpected error occurred"
        var headers: [Header] = []
        if refused.status == 401, !faults.has("challenge", "absent") {
            let scheme = config.dpop == .off || faults.has("challenge", "bearer") ? "Bearer" : "DPoP"
            var parameters = ["realm=\"dpop-lab\""]
            if config.exposesErrorCode, !refused.code.isEmpty {
                parameters += ["error=\"\(refused.code)\"", "error_description=\"\(Self.harmless(refused.words))\""]
            }
            if scheme == "DPoP" { parameters.append("algs=\"\(IdP.announced.joined(separator: " "))\"") }
            let challenge =
                faults.has("challenge", "broken")
                ? "\(scheme) error=\"unclosed" : "\(scheme) \(parameters.joined(separator: ", "))"
            headers.append(Header("WWW-Authenticate", challenge))
        }
        var body = "{\"message\":\"\(message)\"}"
        if let nonce = refused.nonce {
            if faults.has("nonce", "in-body") {
                body = "{\"message\":\"\(message)\",\"dpop_nonce\":\"\(nonce)\"}"
            } else {
                headers.append(Header("DPoP-Nonce", nonce))
            }
        }
        return .json(
            body, status: refused.status,
            headers: headers + [Header("X-Kong-Response-Latency", "1"), Header("Via", "1.1 dpop-lab")])
    }

    /// Words that may stand inside a quoted string.
    private static func harmless(_ text: String) -> String {
        String(text.map { $0 == "\"" || $0 == "\\" || $0.asciiValue == nil || $0.asciiValue! < 0x20 ? "'" : $0 })
    }

    private func transportFault(_ request: LabRequest) -> LabResponse? {
        if let code = faults["status"].flatMap({ Int($0) }) {
            return .json("{\"message\":\"fault status=\(code)\"}", status: code)
        }
        if let target = faults["redirect"], !request.path.hasSuffix("/moved") {
            return .redirect((target == "same" ? request.base : "http://127.0.0.2:9") + request.path + "/moved")
        }
        return nil
    }

    private func finish(_ request: LabRequest, _ response: LabResponse, _ log: [GuardCheck]) -> HummingbirdCore.Response
    {
        recorder?.record(
            "client → gateway", request.recorded, response.recorded, started: request.started,
            notes: log.map { "gateway: " + $0.line })
        return response.sent
    }
}
