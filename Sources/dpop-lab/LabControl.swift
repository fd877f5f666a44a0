import FlowModel

/// What a running lab is steered and asked by: `/_lab/faults` and `/_lab/requests`, on a port of their own on loopback.
///
/// It is for programs of this machine and not for web pages: a page's request says so by `Origin` or `Sec-Fetch-Site`,
/// and one of a page whose name was made to lead here (DNS rebinding) by `Host`.
struct LabControl: Sendable {
    /// Where it listens, whatever the other servers' address is.
    static let host = "127.0.0.1"
    /// Bytes of a list of faults, and faults in it.
    private static let longest = 64 << 10
    private static let most = 1000

    let port: Int
    let faults: FaultBook
    let seen: SeenRequests

    var url: String { "http://\(Self.host):\(port)" }

    func respond(_ request: LabRequest, _ connection: inout LabConnection) throws {
        var request = request
        if let refusal = refusal(request) { return try connection.answer(refusal) }
        request.body = try connection.readBody(of: request, limit: Self.longest)
        try connection.answer(answer(request))
    }

    /// What a request that may come from a web page gets; nil for all others.
    func refusal(_ request: LabRequest) -> LabResponse? {
        let host = request.headers.first("host")?.lowercased() ?? ""
        guard ["127.0.0.1:\(port)", "localhost:\(port)", "[::1]:\(port)"].contains(host) else {
            return .invalid("Host is not \(Self.host):\(port): the control port has no other name", status: 421)
        }
        let site = request.headers.first("sec-fetch-site") ?? "none"
        guard request.headers.first("origin") == nil, site == "none" else {
            return .invalid("the control port is not for web pages", status: 403)
        }
        return nil
    }

    func answer(_ request: LabRequest) -> LabResponse {
        switch (request.path, request.method) {
        case ("/_lab/faults", "GET"): return list()
        case ("/_lab/faults", "PUT"): return replaceFaults(by: request.body)
        case ("/_lab/faults", "DELETE"):
            faults.replace([])
            return list()
        case ("/_lab/requests", "GET"):
            guard let number = Self.number(request) else {
                return .invalid("since: expected the number of a request", status: 400)
            }
            return Self.json(SeenRequestText.json(seen.after(number)))
        case ("/_lab/requests", "DELETE"):
            seen.clear()
            return Self.json(SeenRequestText.json(seen.after(.max)))
        case ("/_lab/faults", _): return Self.wrongMethod("GET, PUT, DELETE")
        case ("/_lab/requests", _): return Self.wrongMethod("GET, DELETE")
        default: return .invalid("expected /_lab/faults or /_lab/requests", status: 404)
        }
    }

    private func list() -> LabResponse {
        Self.json("[" + faults.texts.map(JSONText.quote).joined(separator: ",") + "]")
    }

    /// All of them, or none when one is wrong.
    private func replaceFaults(by body: [UInt8]) -> LabResponse {
        do {
            let root = try JSONDocument(Bytes(body)).root
            let texts = root.elements.compactMap(\.string)
            guard root.kind == .array, texts.count == root.elements.count, texts.count <= Self.most else {
                return .invalid("expected a JSON list of faults, such as [\"nonce=required:2\"]", status: 400)
            }
            faults.replace(try FaultBook.read(texts))
            return list()
        } catch { return .invalid("\(error)", status: 400) }
    }

    /// `since` of the query; 0 without one.
    private static func number(_ request: LabRequest) -> Int? {
        guard let text = request.parameters["since"] else { return 0 }
        return Untrusted<Int>(text)?.within(0...Int(Int32.max))
    }

    private static func json(_ text: String) -> LabResponse {
        .json(text, headers: [Header("Cache-Control", "no-store"), Header("X-Content-Type-Options", "nosniff")])
    }

    private static func wrongMethod(_ allowed: String) -> LabResponse {
        var response = LabResponse.invalid("expected \(allowed)", status: 405)
        response.headers.append(Header("Allow", allowed))
        return response
    }
}
