import FlowModel

/// An upstream that echoes what it got, as httpbin does.
struct Upstream: Sendable {
    /// Records the hop, where nobody in front of it does.
    var recorder: HopRecorder?

    /// Bytes of a body that are echoed; what is longer is counted and hashed.
    static let echoed = 64 << 10
    /// The longest answer of `/bytes`.
    static let longest: Int64 = 10_000_000_000

    func respond(_ request: LabRequest, _ connection: inout LabConnection) throws {
        let parts = request.path.split(separator: "/")
        if parts.first == "bytes", parts.count == 2, request.method == "GET" || request.method == "HEAD" {
            return try send(String(parts[1]), request, &connection)
        }
        var body = Tee(limit: Self.echoed)
        let refusal = refuseDowngraded(request, connection.faults)
        let response = try refusal ?? self.response(request, parts, &body, &connection)
        recorder?.record(
            .gateway, .upstream, request.recorded(body: body.body), response.recorded, started: request.started,
            notes: body.notes(of: "request"))
        try connection.answer(response)
    }

    private func response(
        _ request: LabRequest, _ parts: [Substring], _ body: inout Tee, _ connection: inout LabConnection
    ) throws -> LabResponse {
        switch (parts.first, parts.count) {
        case ("anything", _): return try echo(request, &body, &connection)
        case ("get", 1) where request.method == "GET": return echo(request)
        case ("post", 1) where request.method == "POST", ("put", 1) where request.method == "PUT",
            ("delete", 1) where request.method == "DELETE", ("patch", 1) where request.method == "PATCH":
            return try echo(request, &body, &connection)
        case ("get", 1), ("post", 1), ("put", 1), ("delete", 1), ("patch", 1), ("bytes", 2):
            return .json("{\"error\":\"method not allowed\"}", status: 405)
        case ("headers", 1): return .json("{\"headers\":\(Self.headers(request))}")
        case ("status", 2):
            guard let code = Untrusted<Int>(parts[1])?.within(200...599) else {
                return .json("{\"error\":\"expected a status from 200 to 599\"}", status: 400)
            }
            return LabResponse(status: code)
        case ("delay", 2):
            guard let seconds = Untrusted<Double>(parts[1])?.within(0...(.infinity)) else {
                return .json("{\"error\":\"expected seconds\"}", status: 400)
            }
            let echo = try echo(request, &body, &connection)
            try connection.pause(min(seconds, 10))
            return echo
        default:
            let paths = [
                "/anything", "/get", "/post", "/headers", "/status/{code}", "/delay/{seconds}", "/bytes/{count}",
            ]
            return .json(
                "{\"error\":\"not found\",\"paths\":[\(paths.map { "\"\($0)\"" }.joined(separator: ","))]}",
                status: 404)
        }
    }

    /// Refuses bearer tokens that are bound, as a resource server does that knows DPoP (RFC 9449 §7.2).
    private func refuseDowngraded(_ request: LabRequest, _ faults: Faults) -> LabResponse? {
        guard let field = request.headers.first("authorization"), field.lowercased().hasPrefix("bearer ") else {
            return nil
        }
        guard faults.mayHave(.upstreamDPoP),
            CompactJWS(String(field.dropFirst(7))).payload?.root["cnf"]?["jkt"] != nil, faults.has(.upstreamDPoP)
        else { return nil }
        return LabResponse(
            status: 401,
            headers: [
                Header("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"Invalid bearer token\"")
            ])
    }

    // MARK: bytes

    /// So many bytes, of a pattern that repeats every 256; none of them is kept.
    private func send(_ count: String, _ request: LabRequest, _ connection: inout LabConnection) throws {
        guard let count = Int64(count), (0...Self.longest).contains(count) else {
            let words = "{\"error\":\"expected a number of bytes up to \(Self.longest)\"}"
            return try connection.answer(.json(words, status: 400))
        }
        let headers = [Header("Content-Type", "application/octet-stream")]
        recorder?.record(
            .gateway, .upstream, request.recorded, LabResponse(status: 200, headers: headers).recorded,
            started: request.started, notes: count > 0 ? ["response body: the first 0 of \(count) bytes"] : [])
        connection.begin(200, headers, length: count)
        let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { bytes, written in
            for at in bytes.indices { bytes[at] = UInt8(truncatingIfNeeded: at) }
            written = bytes.count
        }
        var left = request.method == "HEAD" ? 0 : count
        while left > 0 {
            let next = Int(min(left, Int64(piece.count)))
            try connection.write(piece, count: next)
            left -= Int64(next)
        }
        try connection.end()
    }

    // MARK: echoes

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

    private static func arguments(_ request: LabRequest) -> String {
        object(request.parameters.members.map { ($0.name, $0.value) })
    }

    private static func end(_ request: LabRequest) -> String {
        "\"origin\":\"127.0.0.1\",\"url\":\(JSONText.quote(request.url.text))}"
    }

    /// Without a body, which is passed over.
    private func echo(_ request: LabRequest) -> LabResponse {
        .json("{\"args\":\(Self.arguments(request)),\"headers\":\(Self.headers(request)),\(Self.end(request))")
    }

    /// With the body's first bytes, its length and its hash, whatever the length.
    private func echo(_ request: LabRequest, _ body: inout Tee, _ connection: inout LabConnection) throws
        -> LabResponse
    {
        let digest = try read(request, &body, &connection)
        let type = request.headers.first("content-type")?.lowercased() ?? ""
        let isForm = type.hasPrefix("application/x-www-form-urlencoded") && body.isWhole
        let text = String(decoding: body.kept, as: UTF8.self)
        let isJSON = type.hasPrefix("application/json") && body.isWhole && (try? JSONDocument(Bytes(text))) != nil
        let form = isForm ? Self.object(Form(text).members.map { ($0.name, $0.value) }) : "{}"
        return .json(
            "{\"args\":\(Self.arguments(request)),\"data\":\(JSONText.quote(isForm ? "" : text)),\"files\":{},"
                + "\"form\":\(form),\"headers\":\(Self.headers(request)),\"json\":\(isJSON ? text : "null"),"
                + "\"length\":\(body.count),\"method\":\(JSONText.quote(request.method)),"
                + "\"sha256\":\"\(Hex.text(digest))\",\(Self.end(request))")
    }

    private func read(_ request: LabRequest, _ body: inout Tee, _ connection: inout LabConnection) throws -> [UInt8] {
        var hash = RunningHash(.sha256)
        if request.framing != .none {
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
            defer { room.deallocate() }
            while let count = try connection.read(into: room), count > 0 {
                let piece = UnsafeRawBufferPointer(rebasing: room[..<count])
                hash.add(piece)
                body.take(piece)
            }
        }
        return hash.end()
    }
}
