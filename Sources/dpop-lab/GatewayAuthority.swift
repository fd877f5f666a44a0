import AsyncHTTPClient
import FlowModel
import NIOCore
import Synchronization

/// What the gateway knows of its IdP: discovered over HTTP, kept, and asked again for keys it has not seen.
final class GatewayAuthority: Sendable {
    struct Introspected: Sendable {
        let isActive: Bool
        let jkt: String?
        let x5t: String?
        let expires: Double
    }

    private struct Memory {
        var metadata: [String: JSONDocument] = [:]
        var keys: [String: [JWK]] = [:]
        var answers: [Fingerprint: Introspected] = [:]
    }

    private let client: HTTPClient
    private let recorder: HopRecorder?
    private let memory = Mutex(Memory())
    private let verifier = Mutex(SignatureVerifier())

    init(client: HTTPClient, recorder: HopRecorder?) { (self.client, self.recorder) = (client, recorder) }

    func verify(_ jws: CompactJWS, issuer: String) async throws -> Bool {
        for attempt in 0..<2 {
            let keys = try await keys(of: issuer, again: attempt == 1)
            let fitting = keys.filter { jws.kid == nil || $0.kid == jws.kid }
            if fitting.isEmpty, attempt == 0 { continue }
            return verifier.withLock { verifier in fitting.contains { verifier.verify(jws, with: $0) == .valid } }
        }
        return false
    }

    private func metadata(_ issuer: String) async throws -> JSONDocument {
        if let known = memory.withLock({ $0.metadata[issuer] }) { return known }
        let url = issuer.hasSuffix("/openid-configuration") ? issuer : issuer + "/.well-known/openid-configuration"
        let document = try await json("GET", url)
        memory.withLock { $0.metadata[issuer] = document }
        return document
    }

    /// The `iss` tokens must have.
    func issuerName(_ issuer: String) async throws -> String {
        try await metadata(issuer).root["issuer"]?.string ?? issuer
    }

    private func keys(of issuer: String, again: Bool) async throws -> [JWK] {
        if !again, let known = memory.withLock({ $0.keys[issuer] }) { return known }
        guard let url = try await metadata(issuer).root["jwks_uri"]?.string else {
            throw LabError("the discovery document has no jwks_uri")
        }
        let keys = try await json("GET", url).root["keys"]?.elements.map(JWK.init) ?? []
        memory.withLock { $0.keys[issuer] = keys }
        return keys
    }

    func introspect(_ token: String, _ config: KongConfig, now: Double) async throws -> Introspected {
        let id = Fingerprint(of: token)
        if config.cachesIntrospection, let known = memory.withLock({ $0.answers[id] }), known.expires > now {
            return known
        }
        guard let url = try await metadata(config.issuer).root["introspection_endpoint"]?.string else {
            throw LabError("the discovery document has no introspection_endpoint")
        }
        let pair = PercentEncoding.form(config.clientID) + ":" + PercentEncoding.form(config.clientSecret ?? "")
        let body = "token=\(PercentEncoding.form(token))&token_type_hint=access_token"
        let root = try await json(
            "POST", url,
            headers: [
                Header("Authorization", "Basic " + Base64.encode(Array(pair.utf8))),
                Header("Content-Type", "application/x-www-form-urlencoded"),
            ], body: body
        ).root
        let answer = Introspected(
            isActive: root["active"]?.bool ?? false, jkt: root["cnf"]?["jkt"]?.string,
            x5t: root["cnf"]?["x5t#S256"]?.string, expires: root["exp"]?.double ?? now)
        memory.withLock { $0.answers[id] = answer }
        return answer
    }

    private func json(_ method: String, _ url: String, headers: [Header] = [], body: String? = nil) async throws
        -> JSONDocument
    {
        var request = HTTPClientRequest(url: url)
        let all = headers + [Header("Accept", "application/json"), Header("User-Agent", "dpop-lab-gateway")]
        request.method = .init(rawValue: method)
        for header in all { request.headers.add(name: header.name, value: header.value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let started = Clock.now()
        let response = try await client.execute(request, timeout: .seconds(10))
        let bytes = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        recorder?.record(
            "gateway → idp",
            FlowModel.Request(method: method, url: HTTPURL(url), headers: all, body: body.map { Body(Bytes($0)) }),
            FlowModel.Response(
                status: Int(response.status.code), reason: response.status.reasonPhrase,
                headers: response.headers.map { Header($0.name, $0.value) }, body: Body(Bytes(bytes))),
            started: started)
        guard response.status == .ok else { throw LabError("\(method) \(url) answered \(response.status.code)") }
        return try JSONDocument(Bytes(bytes))
    }
}
