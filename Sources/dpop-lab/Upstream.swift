import FlowModel

/// An upstream that echoes what it got, as httpbin does.
struct Upstream: Sendable {
    /// Refuses bearer tokens that are bound, as a resource server does that knows DPoP (RFC 9449 §7.2).
    var knowsDPoP = false

    func respond(_ request: LabRequest) async throws -> LabResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        if knowsDPoP, let refusal = refuseDowngraded(request) { return refusal }
        switch (parts.first, parts.count) {
        case ("anything", _): return echo(request, whole: true)
        case ("get", 1) where request.method == "GET", ("post", 1) where request.method == "POST",
            ("put", 1) where request.method == "PUT",
            ("delete", 1) where request.method == "DELETE", ("patch", 1) where request.method == "PATCH":
            return echo(request, whole: request.method != "GET")
        case ("get", 1), ("post", 1), ("put", 1), ("delete", 1), ("patch", 1):
            return .json("{\"error\":\"method not allowed\"}", status: 405)
        case ("headers", 1): return .json("{\"headers\":\(Self.headers(request))}")
        case ("status", 2):
            guard let code = Int(parts[1]), (200..<600).contains(code) else {
                return .json("{\"error\":\"expected a status from 200 to 599\"}", status: 400)
            }
            return LabResponse(status: code)
        case ("delay", 2):
            guard let seconds = Double(parts[1]), seconds >= 0 else {
                return .json("{\"error\":\"expected seconds\"}", status: 400)
            }
            try await ContinuousClock().sleep(for: .milliseconds(Int(min(seconds, 10) * 1000)))
            return echo(request, whole: true)
        default:
            return .json(
                "{\"error\":\"not found\",\"paths\":[\"/anything\",\"/get\",\"/post\",\"/headers\",\"/status/{code}\",\"/delay/{seconds}\"]}",
                status: 404)
        }
    }

    private func refuseDowngraded(_ request: LabRequest) -> LabResponse? {
        guard let field = request.headers.first("authorization"), field.lowercased().hasPrefix("bearer ") else {
            return nil
        }
        guard CompactJWS(String(field.dropFirst(7))).payload?.root["cnf"]?["jkt"] != nil else { return nil }
        return LabResponse(
            status: 401,
            headers: [
                Header("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"Invalid bearer token\"")
            ])
    }

    private static func headers(_ request: LabRequest) -> String {
        var members: [(String, String)] = []
        for header in request.headers {
            let name = header.name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
                .joined(separator: "-")
            if let at = members.firstIndex(where: { $0.0 == name }) {
                members[at].1 += "," + header.value
            } else {
                members.append((name, header.value))
            }
        }
        return object(members.sorted { $0.0 < $1.0 })
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(JSONText.quote($0.0)):\(JSONText.quote($0.1))" }.joined(separator: ",") + "}"
    }

    private func echo(_ request: LabRequest, whole: Bool) -> LabResponse {
        let type = request.headers.first("content-type")?.lowercased() ?? ""
        let isForm = type.hasPrefix("application/x-www-form-urlencoded")
        let text = String(decoding: request.body, as: UTF8.self)
        let json = type.hasPrefix("application/json") && (try? JSONDocument(Bytes(text))) != nil ? text : "null"
        var out = "{\"args\":\(Self.object(request.parameters.members.map { ($0.name, $0.value) })),"
        if whole {
            out +=
                "\"data\":\(JSONText.quote(isForm ? "" : text)),\"files\":{},\"form\":\(isForm ? Self.object(request.form.members.map { ($0.name, $0.value) }) : "{}"),"
        }
        out += "\"headers\":\(Self.headers(request)),"
        if whole { out += "\"json\":\(json),\"method\":\(JSONText.quote(request.method))," }
        return .json(out + "\"origin\":\"127.0.0.1\",\"url\":\(JSONText.quote(request.url.text))}")
    }
}
