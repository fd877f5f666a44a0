import FlowModel
import HTTPTypes
import Hummingbird
import NIOCore

/// A request as the lab's servers look at it: header order and repeats kept, the body read.
struct LabRequest: Sendable {
    let method: String
    /// Path and query as sent.
    let target: String
    let path: String
    let query: String?
    /// `http://host:port`, as the client called us.
    let base: String
    let headers: [Header]
    var body: [UInt8]
    /// `x5t#S256` and the common name of the client's certificate.
    let certificate: PeerCertificate?
    let started: Double

    init(_ request: HummingbirdCore.Request, scheme: String, certificate: PeerCertificate?, body: [UInt8]) {
        method = request.method.rawValue
        target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? String(parts[1]) : nil
        base = "\(scheme)://\(request.head.authority ?? "localhost")"
        var headers: [Header] = request.head.authority.map { [Header("Host", $0)] } ?? []
        for field in request.headers { headers.append(Header(field.name.rawName, field.value)) }
        (self.headers, self.body, self.certificate) = (headers, body, certificate)
        started = Clock.now()
    }

    var url: HTTPURL { HTTPURL(base + target) }
    var form: Form { Form(String(decoding: body, as: UTF8.self)) }
    var parameters: Form { Form(query ?? "") }

    /// The request as the recording has it.
    var recorded: FlowModel.Request {
        FlowModel.Request(method: method, url: url, headers: headers, body: body.isEmpty ? nil : Body(Bytes(body)))
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

    var fields: HTTPFields {
        var fields = HTTPFields()
        for header in headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        return fields
    }

    var sent: HummingbirdCore.Response {
        HummingbirdCore.Response(
            status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    var recorded: FlowModel.Response {
        FlowModel.Response(
            status: status, reason: HTTPResponse.Status(code: status).reasonPhrase, headers: headers,
            body: body.isEmpty ? nil : Body(Bytes(body)))
    }
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
