import FlowModel

/// Passing a request on, and its answer back.
extension Gateway {
    /// Fields of one connection, not of the message (RFC 9110 §7.6.1), and those the next one gets anew.
    private static let dropped: Set<String> = [
        "host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "te", "trailer",
        "upgrade", "expect",
    ]

    /// The same of an answer, where the body's length is passed on.
    private static let droppedOfAnswers: Set<String> = [
        "connection", "keep-alive", "transfer-encoding", "content-length", "trailer", "upgrade",
    ]

    private static func named(byConnection headers: [Header]) -> Set<String> {
        let values = headers.all("connection").flatMap { $0.value.lowercased().split(separator: ",") }
        return Set(values.map { String($0.drop { $0 == " " }.prefix { $0 != " " }) })
    }

    /// What the upstream gets: no proof, the token as Bearer, and nothing that concerns this connection only.
    private func forwarded(_ request: LabRequest, _ config: KongConfig, _ identity: Identity) -> [Header] {
        let named = Self.named(byConnection: request.headers)
        let url = request.url
        var headers: [Header] = []
        for header in request.headers {
            let name = header.name.lowercased()
            if Self.dropped.contains(name) || named.contains(name) { continue }
            if name == "dpop", !faults.has(.keepDPoP), config.dpop != .off { continue }
            if name == "authorization", !faults.has(.keepScheme), config.dpop != .off || config.hidesCredentials {
                continue
            }
            // What a trusted proxy said is said again below.
            if trust == .forwarded, name == "x-forwarded-host" || name == "x-forwarded-proto" { continue }
            headers.append(header)
        }
        let said = config.upstreamTokenHeader?.split(separator: ":").map(String.init) ?? []
        if !identity.token.isEmpty, !faults.has(.keepScheme), let name = said.first,
            config.dpop != .off || config.hidesCredentials
        {
            headers.append(
                Header(
                    name.lowercased() == "authorization" ? "Authorization" : name,
                    said.count > 1 ? "Bearer \(identity.token)" : identity.token))
        }
        let host = trust == .forwarded ? url.origin.drop { $0 != ":" }.dropFirst(3) : ""
        headers += [
            Header("X-Forwarded-For", "127.0.0.1"),
            Header("X-Forwarded-Host", host.isEmpty ? request.headers.first("host") ?? "" : String(host)),
            Header("X-Forwarded-Proto", String(url.scheme)), Header("Via", "1.1 dpop-lab"),
        ]
        return headers
    }

    func pass(
        _ request: LabRequest, _ config: KongConfig, _ proofs: ProofGuard, _ identity: Identity, _ log: [GuardCheck],
        _ connection: inout LabConnection
    ) throws {
        let headers = forwarded(request, config, identity)
        let started = Clock.now()
        var relay: GatewayRelay
        let head: (status: Int, headers: [Header])
        do throws(LabError) {
            let call = try UpstreamCall(
                method: request.method, url: upstream.origin + "/",
                target: Array(upstream.path.utf8) + request.targetBytes.array, headers: headers,
                framing: request.framing, cacert: cacert)
            relay = GatewayRelay(call, request.framing, keeps: recorder != nil)
        } catch { throw Refused(.upstreamSilent, "the upstream does not answer: \(error)") }
        do { head = try relay.head(&connection) } catch let error as LabError {
            throw Refused(.upstreamSilent, "the upstream does not answer: \(error)")
        }
        let latency = Int(clamping: (Clock.now() - started) * 1000)
        let own =
            resource == nil
            ? [Header("Via", "1.1 dpop-lab"), Header("X-Kong-Upstream-Latency", "\(latency)"), date.header(faults)]
            : [date.header(faults)]
        let tells = resource?.tellsNonceAlways ?? false || faults.has(.nonce, "rotate") || faults.has(.nonce, "cross")
        let nonce =
            tells ? [Header(resource?.nonceField ?? "DPoP-Nonce", proofs.nonces.make(at: faults.now()))] : []
        let named = Self.named(byConnection: head.headers)
        let origin = originFields(request)
        let kept = head.headers.filter {
            let name = $0.name.lowercased()
            if !origin.isEmpty, CORSPlugin.own.contains(name) { return false }
            // The time is the gateway's own: nginx hides the upstream's.
            return !Self.droppedOfAnswers.contains(name) && !named.contains(name) && name != "date"
        }
        let cookie = [cookie(identity, config)].compactMap { $0 }
        let answer = LabResponse(status: head.status, headers: kept + own + nonce + cookie + origin)
        if faults.has(.truncate) {
            record(request, answer, log)
            return try truncate(answer, &connection)
        }
        let mark = recorder == nil ? [] : [Header("X-Dpop-Lab", log.allSatisfy(\.passes) ? "validated" : "passed")]
        let length =
            head.headers.first("transfer-encoding") == nil
            ? head.headers.first("content-length").flatMap { Untrusted<Int>($0)?.within(0...(1 << 60)) }.map {
                Int64($0)
            } : nil
        connection.begin(answer.status, answer.headers + mark, length: length)
        // What is promised in full is not recorded before its last piece is there, and then before that goes out.
        try relay.body(length: request.method == "HEAD" ? 0 : length, &connection) { sent, received in
            recorder?.record(
                .gateway, .upstream,
                FlowModel.Request(
                    method: request.method, url: HTTPURL(upstream.text + request.target), headers: headers,
                    body: sent.body),
                FlowModel.Response(
                    status: head.status, reason: LabServer.reason(head.status), headers: head.headers,
                    body: received.body), started: started,
                notes: sent.notes(of: "request") + received.notes(of: "response"))
            record(request, answer, log)
        }
    }
}
