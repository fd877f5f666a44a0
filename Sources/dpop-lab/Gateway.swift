import FlowModel

/// The gateway: validates token and proof as configured, downgrades to Bearer, and passes the request on.
struct Gateway: Sendable {
    let configs: [(config: KongConfig, proofs: ProofGuard)]
    /// Which pages of other origins may call it.
    let cors: [CORSPlugin]
    let authority: GatewayAuthority
    /// Base URL, without a slash at its end.
    let upstream: HTTPURL
    /// The certificate to trust at the upstream, where the system's authorities do not count.
    let cacert: String?
    /// A resource server in the place of Kong's plugin.
    let resource: Manner?
    /// The faults of the request at hand.
    private(set) var faults = Faults.none
    let recorder: HopRecorder?
    let trust: LabSite.Trust
    /// Whether the issuer is the lab's own IdP, found by its port.
    let hasOwnIdP: Bool

    /// Whom the request turned out to be from.
    struct Identity {
        /// Empty where nobody was asked for one.
        var token: String
        var jkt: String?
        var x5t: String?
        var isFromSession = false
        var sessionHadProof = false
    }

    /// The CORS plugin of a path: the longest one that fits.
    func corsPlugin(_ path: String) -> CORSPlugin? {
        cors.compactMap { plugin in
            plugin.paths.filter { path.hasPrefix($0) }.map(\.utf8.count).max().map { ($0, plugin) }
        }.max { $0.0 < $1.0 }?.1
    }

    /// The plugin instance of a path: the longest one that fits.
    private func instance(_ path: String) -> (config: KongConfig, proofs: ProofGuard)? {
        configs.compactMap { item in
            item.config.paths.filter { path.hasPrefix($0) }.map(\.utf8.count).max().map { ($0, item) }
        }.max { $0.0 < $1.0 }.map { ($0.1.config, $0.1.proofs.under(faults)) }
    }

    /// The same gateway, with the same memory, for a request with these faults.
    func under(_ faults: Faults) -> Gateway {
        var copy = self
        copy.faults = faults
        return copy
    }

    func respond(_ request: LabRequest, _ connection: inout LabConnection) throws {
        // Kong's plugin comes before all others: no fault of the calls happens to a preflight.
        if let preflight = corsPlugin(request.path)?.preflight(request, faults) {
            record(request, preflight, [])
            return try connection.answer(preflight)
        }
        if let metadata = ResourceMetadata.answer(request, resource) {
            return try finish(request, metadata, [], &connection)
        }
        if let seconds = faults.seconds(.slow) { try connection.pause(seconds) }
        if faults.has(.reset) { return connection.cut(reset: true) }
        var log: [GuardCheck] = []
        if let response = transportFault(request) { return try finish(request, response, log, &connection) }
        guard let (config, proofs) = instance(request.path) else {
            let response = LabResponse.json("{\"message\":\"no Route matched with those values\"}", status: 404)
            return try finish(request, response, log, &connection)
        }
        do {
            if request.method == "OPTIONS", !config.runsOnPreflight {
                return try pass(request, config, proofs, Identity(token: ""), log, &connection)
            }
            var headers = request.headers
            if headers.first("dpop") != nil, faults.has(.stripDPoP) {
                headers.removeAll { $0.name.lowercased() == "dpop" }
            }
            if let proof = headers.first(where: { $0.name.lowercased() == "dpop" }), faults.has(.doubleDPoP) {
                headers.append(proof)
            }
            var identity = try authenticate(request, headers, config, &log)
            try prove(request, headers, config, proofs, &identity, &log)
            try pass(request, config, proofs, identity, log, &connection)
        } catch let refused as Refused {
            try finish(request, refusal(refused, request, config, proofs), log, &connection)
        }
    }

    /// Records an answer of the gateway's own, and sends it.
    private func finish(
        _ request: LabRequest, _ response: LabResponse, _ log: [GuardCheck], _ connection: inout LabConnection
    ) throws {
        var response = response
        response.headers += [date.header(faults)] + originFields(request)
        record(request, response, log)
        if faults.has(.truncate) { return try truncate(response, &connection) }
        try connection.answer(response)
    }

    func originFields(_ request: LabRequest) -> [Header] {
        corsPlugin(request.path)?.fields(request, faults) ?? []
    }

    func record(_ request: LabRequest, _ response: LabResponse, _ log: [GuardCheck]) {
        recorder?.record(
            .client, .gateway, request.recorded, response.recorded, started: request.started,
            checks: log)
    }

    /// An answer that promises more than it sends.
    func truncate(_ response: LabResponse, _ connection: inout LabConnection) throws {
        connection.begin(response.status, response.headers, length: 4096)
        try connection.write(Array("{\"args\":{".utf8))
        try connection.flush()
        try connection.pause(0.02)
        connection.cut()
    }

    private func transportFault(_ request: LabRequest) -> LabResponse? {
        if let code = faults.status(.status) {
            return .json("{\"message\":\"fault status=\(code)\"}", status: code)
        }
        if !request.path.hasSuffix("/moved"), let target = faults[.redirect] {
            return .redirect((target == "same" ? request.base : "http://127.0.0.2:9") + request.path + "/moved")
        }
        return nil
    }
}
