import FlowModel

/// A request as the lab's servers look at it: header order and repeats kept.
struct LabRequest: Sendable {
    /// How a body comes, if one does.
    enum Framing: Sendable, Equatable {
        case none
        case length(Int64)
        case chunks
    }

    let method: String
    /// Path and query as sent, byte for byte.
    let targetBytes: Bytes
    /// The same as text.
    let target: String
    let path: String
    let query: String?
    /// `http://host:port`: the server's own URL, or how the client called it where the site trusts that.
    let base: String
    let headers: [Header]
    let framing: Framing
    /// `x5t#S256` and the common name of the client's certificate.
    let certificate: PeerCertificate?
    /// Seconds since 1970.
    let started: Double
    /// What was read of the body.
    var body: [UInt8] = []

    init(
        method: String, target: Bytes, host: String?, headers: [Header], framing: Framing,
        certificate: PeerCertificate?, site: LabSite
    ) {
        self.method = method
        targetBytes = target
        self.target = target.text
        let parts = self.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? String(parts[1]) : nil
        base = Self.base(host, headers, site)
        (self.headers, self.framing, self.certificate) = (headers, framing, certificate)
        started = Clock.now()
    }

    /// The site's own URL. Behind a trusted proxy its word counts: `X-Forwarded-Proto`, and `X-Forwarded-Host` before
    /// `Host`.
    private static func base(_ host: String?, _ headers: [Header], _ site: LabSite) -> String {
        let own = host ?? site.authority
        switch site.trust {
        case .nobody: return site.url
        case .host: return "\(site.scheme)://\(own)"
        case .forwarded: break
        }
        func first(_ value: String?) -> String? {
            value?.split(separator: ",").first.map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
        }
        let said = first(headers.first("x-forwarded-proto"))?.lowercased()
        let scheme = said == "https" || said == "http" ? said! : site.scheme
        return "\(scheme)://\(first(headers.first("x-forwarded-host")) ?? own)"
    }

    var url: HTTPURL { HTTPURL(base + target) }
    /// Whether the body says that it is a form.
    var isForm: Bool {
        headers.first("content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    }
    var form: Form { Form(String(decoding: body, as: UTF8.self)) }
    var parameters: Form { Form(query ?? "") }

    /// The request as the recording has it.
    var recorded: FlowModel.Request { recorded(body: body.isEmpty ? nil : Body(Bytes(body))) }

    func recorded(body: Body?) -> FlowModel.Request {
        FlowModel.Request(method: method, url: url, headers: headers, body: body)
    }
}

/// What a server answers.
struct LabResponse: Sendable {
    var status: Int
    var headers: [Header] = []
    var body: [UInt8] = []

    static func json(_ text: String, status: Int = 200, headers: [Header] = []) -> LabResponse {
        LabResponse(
            status: status, headers: [Header("Content-Type", "application/json")] + headers, body: Array(text.utf8))
    }

    static func html(_ text: String, status: Int = 200) -> LabResponse {
        LabResponse(
            status: status,
            headers: [Header("Content-Type", "text/html; charset=utf-8"), Header("Cache-Control", "no-store")],
            body: Array(text.utf8))
    }

    static func redirect(_ location: String) -> LabResponse {
        LabResponse(status: 302, headers: [Header("Location", location)])
    }

    /// An error of the server itself, in words.
    static func invalid(_ words: String, status: Int) -> LabResponse {
        .json("{\"error\":\"invalid_request\",\"error_description\":\(JSONText.quote(words))}", status: status)
    }

    var recorded: FlowModel.Response {
        FlowModel.Response(
            status: status, reason: LabServer.reason(status), headers: headers.filter { !$0.isNoDate },
            body: body.isEmpty ? nil : Body(Bytes(body)))
    }
}

extension Header {
    /// `Date` without a value: the answer has none.
    var isNoDate: Bool { isNamed("date") && bytes.isEmpty }
}

/// The certificate a client showed.
struct PeerCertificate: Sendable {
    let thumbprint: String
    let commonName: String
}

/// Answers with an error on the way out of anything.
struct Refusal: Error {
    let response: LabResponse
}

/// Why a connection cannot go on with its request.
enum ConnectionError: Error {
    /// The client is gone, or silent for too long.
    case lost
    /// The body's chunks are malformed.
    case malformed
    /// The body is longer than so many bytes, which are all that the lab reads whole.
    case tooLong(Int)
}
