import FlowModel

/// The servers of one lab: an IdP, a gateway and an upstream, each on a port of its own.
struct Lab {
    /// Seconds that open requests have once the lab is told to end.
    private static let grace = 5.0
    /// Bytes of a form that is listed among the requests; what is longer is an assertion's or a token's.
    private static let longestForm = 16 << 10

    private let settings: LabSettings
    private let faults: FaultBook
    private let seen = SeenRequests()
    private let recorder: HopRecorder?
    private let identity: LabIdentity?

    init(_ settings: LabSettings) throws {
        self.settings = settings
        faults = FaultBook(try FaultBook.read(settings.faults))
        recorder = try settings.record.map { path in
            guard let recorder = HopRecorder(path) else { throw FileError("\(path): \(LabSystem.reason())") }
            return recorder
        }
        identity = settings.https ? try LabIdentity() : nil
    }

    private func runs(_ part: LabSettings.Part) -> Bool { settings.part == .all || settings.part == part }
    private var scheme: String { settings.https ? "https" : "http" }
    /// The address as it stands in a URL; this machine's name where it listens at every address.
    private var host: String {
        switch settings.host {
        case "0.0.0.0", "::", "": "localhost"
        case let host: host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        }
    }
    private var trust: LabSite.Trust {
        settings.trustForwarded ? .forwarded : settings.trustHost ? .host : .nobody
    }

    /// Serves until a signal; throws when it cannot begin.
    func run() throws {
        defer { identity?.remove() }
        let plugins = runs(.gateway) ? try gatewayPlugins() : nil
        let idp = runs(.idp) ? try makeIdP() : nil
        let server = try LabServer(connections: settings.connections)
        var sites: [Int: LabSite] = [:]
        var members: [(name: String, value: String)] = []
        var upstreamURL = settings.upstream
        // In the order they call each other: who calls knows the port of who is called.
        if runs(.upstream), settings.upstream == nil {
            let port = try server.listen(host: settings.host, port: settings.upstreamPort, identity: identity)
            let upstream = Upstream(recorder: settings.part == .upstream ? recorder : nil)
            // An echo says how it was called.
            sites[port] = site("upstream", port, url(port), .host) { request, connection in
                try upstream.respond(request, &connection)
            }
            sites[port]?.date = ServerDate(isSent: true)
            upstreamURL = url(port)
        }
        var (issuer, own) = ("", GatewayAuthority.Own?.none)
        if let idp {
            let port = try server.listen(host: settings.host, port: settings.idpPort, identity: identity)
            let publicURL = settings.idpURL ?? url(port)
            sites[port] = site("idp", port, publicURL, settings.idpURL == nil ? trust : .nobody, respond(as: idp))
            sites[port]?.date = idp.date
            issuer = "\(publicURL)/realms/\(settings.realm)"
            own = GatewayAuthority.Own(publicURL: publicURL, url: url(port))
            members += [("issuer", issuer), ("idp", publicURL)]
        }
        if let plugins {
            let port = try server.listen(host: settings.host, port: settings.gatewayPort, identity: identity)
            let gateway = gateway(plugins, issuer: settings.issuer ?? issuer, own: own, upstream: upstreamURL ?? "")
            let publicURL = settings.gatewayURL ?? url(port)
            let trust = settings.gatewayURL == nil ? trust : .nobody
            sites[port] = site("gateway", port, publicURL, trust) { request, connection in
                try gateway.under(connection.faults).respond(request, &connection)
            }
            sites[port]?.date = gateway.date
            members.append(("gateway", publicURL))
        }
        if let upstreamURL { members.append(("upstream", upstreamURL)) }
        members.append(("control", try addControl(server, &sites)))
        if let identity { members.append(("cacert", identity.certificatePath)) }
        if settings.untilStdinCloses { LabSystem.endWithStandardInput() }
        let isHeard = LabSystem.announce(
            "{\"dpop-lab\":1,"
                + members.map { "\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.joined(separator: ",") + "}")
        // Whoever cannot read where the servers are cannot use them.
        guard isHeard else { throw FileError("the ready line cannot be written: \(LabSystem.reason())") }
        if runs(.gateway) { UpstreamCall.preload() }
        server.serve(sites, LabWatch(faults: faults, seen: seen), grace: Self.grace)
        if let words = recorder?.failure { throw FileError(words) }
    }

    private func url(_ port: Int) -> String { "\(scheme)://\(host):\(port)" }

    private func site(
        _ name: String, _ port: Int, _ url: String, _ trust: LabSite.Trust,
        _ respond: @escaping @Sendable (LabRequest, inout LabConnection) throws -> Void
    ) -> LabSite {
        LabSite(scheme: scheme, authority: "\(host):\(port)", url: url, trust: trust, name: name, respond: respond)
    }

    /// Opens the control port, on loopback and without TLS whatever the servers have; its URL.
    private func addControl(_ server: LabServer, _ sites: inout [Int: LabSite]) throws -> String {
        let port = try server.listen(host: LabControl.host, port: settings.controlPort, identity: nil)
        let control = LabControl(port: port, faults: faults, seen: seen)
        sites[port] = LabSite(
            scheme: "http", authority: "\(LabControl.host):\(port)", url: control.url, trust: .nobody
        ) { request, connection in
            try control.respond(request, &connection)
        }
        return control.url
    }

    // MARK: the IdP

    private func makeIdP() throws -> IdP {
        var options = Realm.Options(faults: .none)
        options.name = settings.realm
        options.isOpaque = settings.opaque
        options.tokenLifetime = Interval(settings.tokenLifetime)
        options.wantsNonce = settings.idpNonce
        (options.requiresPAR, options.hasIDTokens) = (settings.requirePAR, settings.idTokens)
        options.style = ServerStyle.named(settings.profile)
        if let file = settings.clients {
            guard let bytes = LabSystem.content(of: file) else { throw FileError("\(file): \(LabSystem.reason())") }
            options.clients = LabClient.usual + (try LabClient.read(bytes, file: file))
        }
        return IdP(try Realm(options))
    }

    private func respond(as idp: IdP) -> @Sendable (LabRequest, inout LabConnection) throws -> Void {
        let recorder = recorder
        return { request, connection in
            let faults = connection.faults
            let idp = idp.under(faults)
            var request = request
            request.body = try connection.readBody(of: request, limit: idp.longestBody(request))
            if let preflight = idp.preflight(request) {
                recorder?.record(.client, .idp, request.recorded, preflight.recorded, started: request.started)
                return try connection.answer(preflight)
            }
            if request.isForm, request.body.count <= Self.longestForm { connection.form = request.form.members }
            if idp.isTokenEndpoint(request) {
                if let seconds = faults.seconds(.idpSlow) { try connection.pause(seconds) }
                if faults.has(.idpReset) { return connection.cut(reset: true) }
            }
            var response = try idp.respond(request)
            response.headers += idp.originFields(request)
            recorder?.record(.client, .idp, request.recorded, response.recorded, started: request.started)
            try connection.answer(response)
        }
    }

    // MARK: the gateway

    /// The server that the gateway is like; nil for Kong.
    private var resource: Manner? { ServerStyle.named(settings.profile).resource }

    /// What acts at the gateway: with a file of Kong's, that and nothing else.
    private struct Plugins {
        var configs: [(config: KongConfig, proofs: ProofGuard)]
        var cors: [CORSPlugin]
    }

    private func gatewayPlugins() throws -> Plugins {
        var (configs, cors) = ([KongConfig()], [CORSPlugin.usual])
        if let file = settings.kongConfig {
            guard let bytes = LabSystem.content(of: file) else { throw FileError("\(file): \(LabSystem.reason())") }
            let read = try KongFile(bytes, file: file)
            (configs, cors) = (read.configs, read.cors)
        }
        let resource = resource
        let made = try configs.map { config in
            let config = settings.applied(to: config)
            try config.validate("the gateway's configuration")
            let rules = ProofGuard.Rules(gateway: config, resource)
            let nonces = NonceMint(
                lifetime: resource?.judging.nonceLifetime ?? config.proofLifetime,
                rotation: resource?.judging.nonceRotation)
            return (config: config, proofs: ProofGuard(rules: rules, nonces: nonces, now: { Faults.none.now() }))
        }
        return Plugins(configs: made, cors: cors)
    }

    private func gateway(
        _ plugins: Plugins, issuer: String, own: GatewayAuthority.Own?, upstream: String
    ) -> Gateway {
        let configs = plugins.configs.map { item in
            var config = item.config
            if config.issuer.isEmpty { config.issuer = issuer }
            return (config: config, proofs: item.proofs)
        }
        return Gateway(
            configs: configs, cors: plugins.cors,
            authority: GatewayAuthority(cacert: identity?.certificatePath, recorder: recorder, own: own),
            upstream: HTTPURL(upstream.hasSuffix("/") ? String(upstream.dropLast()) : upstream),
            cacert: identity?.certificatePath, resource: resource, recorder: recorder,
            trust: trust, hasOwnIdP: settings.part == .all && settings.issuer == nil)
    }
}
