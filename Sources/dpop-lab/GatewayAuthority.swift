import FlowModel
import Synchronization

/// What the gateway knows of its IdP: discovered over HTTP, kept, and asked again for keys it has not seen.
final class GatewayAuthority: Sendable {
    struct Introspected: Sendable {
        let isActive: Bool
        let jkt: String?
        let x5t: String?
        let expires: Moment
    }

    /// The lab's own IdP: who asks it from inside need not go round by the proxy in front of it.
    struct Own: Sendable {
        let publicURL: String
        let url: String

        /// A URL of its metadata as it is to be had from inside.
        func inside(_ text: String) -> String {
            text == publicURL || text.hasPrefix(publicURL + "/") ? url + text.dropFirst(publicURL.count) : text
        }
    }

    private struct Memory {
        var metadata: [String: JSONDocument] = [:]
        var answers = ExpiringStore<Fingerprint, Introspected>(ceiling: 10_000)
    }

    /// Seconds the IdP may take for an answer.
    private static let patience = 10.0

    /// The certificate to trust at the IdP, where the system's authorities do not count.
    private let cacert: String?
    private let recorder: HopRecorder?
    private let memory = Mutex(Memory())
    private let verifiers = VerifierPool()

    private let keys = IssuerKeys()

    private let own: Own?

    init(cacert: String?, recorder: HopRecorder?, own: Own? = nil) {
        (self.cacert, self.recorder, self.own) = (cacert, recorder, own)
    }

    func verify(_ jws: CompactJWS, issuer: String) throws -> Bool {
        verifiers.verifies(jws, with: try keys.keys(of: issuer, named: jws.kid) { try published(by: issuer) })
    }

    private func metadata(_ issuer: String) throws -> JSONDocument {
        if let known = memory.withLock({ $0.metadata[issuer] }) { return known }
        let url = issuer.hasSuffix("/openid-configuration") ? issuer : issuer + "/.well-known/openid-configuration"
        let document = try json("GET", url)
        memory.withLock { $0.metadata[issuer] = document }
        return document
    }

    /// The `iss` tokens must have.
    func issuerName(_ issuer: String) throws -> String {
        try metadata(issuer).root["issuer"]?.string ?? issuer
    }

    /// The keys of an issuer, as it publishes them now.
    private func published(by issuer: String) throws -> [JWK] {
        guard let url = try metadata(issuer).root["jwks_uri"]?.string else {
            throw LabError("the discovery document has no jwks_uri")
        }
        return try json("GET", url).root["keys"]?.elements.map(JWK.init) ?? []
    }

    func introspect(_ token: String, _ config: KongConfig, now: Moment) throws -> Introspected {
        let id = Fingerprint(of: token)
        if config.cachesIntrospection, let known = memory.withLock({ $0.answers.value(id, at: now) }) { return known }
        guard let url = try metadata(config.issuer).root["introspection_endpoint"]?.string else {
            throw LabError("the discovery document has no introspection_endpoint")
        }
        let pair = PercentEncoding.form(config.clientID) + ":" + PercentEncoding.form(config.clientSecret ?? "")
        let body = "token=\(PercentEncoding.form(token))&token_type_hint=access_token"
        let root = try json(
            "POST", url,
            headers: [
                Header("Authorization", "Basic " + Base64.encode(Array(pair.utf8))),
                Header("Content-Type", "application/x-www-form-urlencoded"),
            ], body: body
        ).root
        let answer = Introspected(
            isActive: root["active"]?.bool ?? false, jkt: root["cnf"]?["jkt"]?.string,
            x5t: root["cnf"]?["x5t#S256"]?.string, expires: root["exp"]?.number?.moment ?? now)
        if config.cachesIntrospection, answer.expires > now {
            memory.withLock { _ = $0.answers.insert(id, answer, until: answer.expires, now: now) }
        }
        return answer
    }

    private func json(_ method: String, _ url: String, headers: [Header] = [], body: String? = nil) throws
        -> JSONDocument
    {
        let all = headers + [Header("Accept", "application/json"), Header("User-Agent", "dpop-lab-gateway")]
        let started = Clock.now()
        let url = own?.inside(url) ?? url
        let response = try UpstreamCall.whole(
            method, url, headers: all, body: body.map { Array($0.utf8) }, cacert: cacert, seconds: Self.patience)
        recorder?.record(
            .gateway, .idp,
            FlowModel.Request(method: method, url: HTTPURL(url), headers: all, body: body.map { Body(Bytes($0)) }),
            response.recorded, started: started)
        guard response.status == 200 else { throw LabError("\(method) \(url) answered \(response.status)") }
        return try JSONDocument(Bytes(response.body))
    }
}
