import ArgumentParser
import AsyncHTTPClient
import FlowModel
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The servers of one lab: an IdP, a gateway and an upstream, each on a port of its own.
struct Lab {
    let options: LabCommand.Values
    let group: MultiThreadedEventLoopGroup
    let parts: Parts

    /// Which servers run.
    enum Parts: String, CaseIterable, ExpressibleByArgument { case all, idp, gateway, upstream }

    /// Ports as they become known; complete when every server has one.
    private final class Ready: Sendable {
        private let ports = Mutex<[String: Int]>([:])
        private let wanted: Int
        private let done: @Sendable ([String: Int]) -> Void

        init(_ wanted: Int, _ done: @escaping @Sendable ([String: Int]) -> Void) {
            (self.wanted, self.done) = (wanted, done)
        }

        func set(_ name: String, _ port: Int) {
            let all = ports.withLock { ports in
                ports[name] = port
                return ports
            }
            if all.count == wanted { done(all) }
        }

        func port(_ name: String) -> Int { ports.withLock { $0[name] ?? 0 } }
    }

    func run() async throws {
        let faults = try Faults(options.faults)
        let recorder = try options.record.map { path in
            guard let recorder = HopRecorder(path) else { throw LabError("\(path): \(LabSystem.reason())") }
            return recorder
        }
        let identity = options.https ? try LabIdentity() : nil
        let tls = try identity.map { try $0.configuration() }
        var clientConfiguration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        if let identity { clientConfiguration.tlsConfiguration = try identity.clientConfiguration() }
        let configs = parts == .all || parts == .gateway ? try gatewayConfigs(faults) : []
        let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: clientConfiguration)
        do {
            try await serve(faults, recorder, identity, tls, client, configs)
        } catch {
            try? await client.shutdown()
            identity?.remove()
            throw error
        }
        try? await client.shutdown()
        identity?.remove()
    }

    private func serve(
        _ faults: Faults, _ recorder: HopRecorder?, _ identity: LabIdentity?, _ tls: TLSChannelConfiguration?,
        _ client: HTTPClient,
        _ configs: [(config: KongConfig, proofs: ProofGuard)]
    ) async throws {
        let scheme = options.https ? "https" : "http"
        let (host, realmName) = (options.host, options.realm)
        let needed = parts == .all ? (options.upstream == nil ? 3 : 2) : 1
        let issuerOverride = options.issuer
        let cacert = identity?.certificatePath
        let given = options.upstream
        let ready = Ready(needed) { ports in
            func base(_ name: String) -> String? { ports[name].map { "\(scheme)://\(host):\($0)" } }
            var members: [(String, String)] = []
            if let idp = base("idp") { members += [("issuer", "\(idp)/realms/\(realmName)"), ("idp", idp)] }
            if let gateway = base("gateway") { members.append(("gateway", gateway)) }
            if let upstream = base("upstream") ?? given { members.append(("upstream", upstream)) }
            if let cacert { members.append(("cacert", cacert)) }
            LabSystem.announce(
                "{\"dpop-lab\":1,"
                    + members.map { "\(JSONText.quote($0.0)):\(JSONText.quote($0.1))" }.joined(separator: ",") + "}")
        }
        var services: [any Service] = []
        func server(_ port: Int) -> LabServer { LabServer(port: port, host: host, tls: tls, group: group) }
        if parts == .all || parts == .upstream, options.upstream == nil {
            services.append(try upstream(server(options.upstreamPort), faults, recorder) { ready.set("upstream", $0) })
        }
        if parts == .all || parts == .idp {
            services.append(try idp(server(options.idpPort), faults, recorder) { ready.set("idp", $0) })
        }
        if parts == .all || parts == .gateway {
            let authority = GatewayAuthority(client: client, recorder: recorder)
            let isOne = parts == .all
            let trusts = options.trustForwarded
            services.append(
                try gateway(server(options.gatewayPort), faults, running: { ready.set("gateway", $0) }) {
                    // The other servers' ports are known by the time anybody calls.
                    let issuer =
                        issuerOverride ?? (isOne ? "\(scheme)://\(host):\(ready.port("idp"))/realms/\(realmName)" : "")
                    let upstream = given ?? "\(scheme)://\(host):\(ready.port("upstream"))"
                    let own = configs.map { item in
                        var config = item.config
                        if config.issuer.isEmpty { config.issuer = issuer }
                        return (config: config, proofs: item.proofs)
                    }
                    return Gateway(
                        configs: own, authority: authority, client: client, upstream: upstream, faults: faults,
                        recorder: recorder, trustsForwarded: trusts)
                })
        }
        let quiet = Logger(label: "dpop-lab", factory: { _ in SwiftLogNoOpLogHandler() })
        if options.untilStdinCloses { LabSystem.endWithStandardInput() }
        try await ServiceGroup(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet).run()
    }

    // MARK: the three servers

    private func idp(
        _ server: LabServer, _ faults: Faults, _ recorder: HopRecorder?, running: @escaping @Sendable (Int) -> Void
    ) throws -> some Service {
        var realmOptions = Realm.Options(faults: faults)
        realmOptions.name = options.realm
        realmOptions.isOpaque = options.opaque
        realmOptions.tokenLifetime = options.tokenLifetime
        realmOptions.wantsNonce = options.idpNonce
        realmOptions.isPlain = options.profile == "rfc9449"
        if let file = options.clients {
            guard let bytes = LabSystem.read(file) else { throw LabError("\(file): \(LabSystem.reason())") }
            realmOptions.clients = LabClient.usual + (try LabClient.read(bytes, file: file))
        }
        let idp = IdP(try Realm(realmOptions))
        return try server.application(
            { request, context in
                let message = try await server.read(request, context)
                if message.path.hasSuffix("/token") {
                    if let seconds = faults.seconds("idp-slow") {
                        try await ContinuousClock().sleep(for: .milliseconds(Int(seconds * 1000)))
                    }
                    if faults.has("idp-reset") { try await context.channel.close() }
                }
                let response = try idp.respond(message)
                recorder?.record("client → idp", message.recorded, response.recorded, started: message.started)
                return response.sent
            }, running: running)
    }

    private func upstream(
        _ server: LabServer, _ faults: Faults, _ recorder: HopRecorder?, running: @escaping @Sendable (Int) -> Void
    ) throws -> some Service {
        let upstream = Upstream(knowsDPoP: faults.has("upstream-dpop"))
        let recordsItself = parts == .upstream
        return try server.application(
            { request, context in
                let message = try await server.read(request, context)
                let response = try await upstream.respond(message)
                if recordsItself {
                    recorder?.record(
                        "gateway → upstream", message.recorded, response.recorded, started: message.started)
                }
                return response.sent
            }, running: running)
    }

    private func gatewayConfigs(_ faults: Faults) throws -> [(config: KongConfig, proofs: ProofGuard)] {
        var configs = [KongConfig()]
        if let file = options.kongConfig {
            guard let bytes = LabSystem.read(file) else { throw LabError("\(file): \(LabSystem.reason())") }
            configs = try KongConfig.read(bytes, file: file)
        }
        return try configs.map { config in
            let config = try options.applied(to: config)
            try config.validate("the gateway's configuration")
            let rules = ProofGuard.Rules(
                past: config.proofLifetime, future: 60, algorithms: IdP.algorithms(faults),
                wantsNonce: config.usesNonce || (faults.has("nonce") && !faults.has("nonce", "burns-code")),
                checksReplay: !faults.has("replay"), checksBinding: !faults.has("binding"),
                isLiteral: faults.has("htu", "strict"))
            return (
                config,
                ProofGuard(
                    rules: rules,
                    nonces: NonceMint(lifetime: config.proofLifetime, neverAccepts: faults.has("nonce", "loop")),
                    now: { faults.now() })
            )
        }
    }

    private func gateway(
        _ server: LabServer, _ faults: Faults, running: @escaping @Sendable (Int) -> Void,
        make: @escaping @Sendable () -> Gateway
    ) throws -> some Service {
        let made = Mutex<Gateway?>(nil)
        return try server.application(
            { request, context in
                let gateway = made.withLock { known in
                    if known == nil { known = make() }
                    return known!
                }
                if let seconds = faults.seconds("slow") {
                    try await ContinuousClock().sleep(for: .milliseconds(Int(seconds * 1000)))
                }
                if faults.has("reset") { try await context.channel.close() }
                let message = try await server.read(request, context, withBody: false)
                let response = try await gateway.respond(message, streaming: request.body)
                return faults.has("truncate") ? Self.truncated(response, context.channel) : response
            }, running: running)
    }

    /// An answer that promises more than it sends.
    private static func truncated(_ response: HummingbirdCore.Response, _ channel: any Channel)
        -> HummingbirdCore.Response
    {
        HummingbirdCore.Response(
            status: response.status, headers: response.headers,
            body: ResponseBody(contentLength: 4096) { writer in
                try await writer.write(ByteBuffer(string: "{\"args\":{"))
                try await ContinuousClock().sleep(for: .milliseconds(20))
                try await channel.close()
            })
    }
}

/// The lab's own certificate, made anew for every run.
struct LabIdentity: Sendable {
    let certificatePath: String
    private let made: SelfSigned

    init() throws {
        made = try SelfSigned(commonName: "dpop-lab", names: "DNS:localhost,IP:127.0.0.1,IP:::1")
        guard let path = LabSystem.writePrivate(made.certificate, name: "ca") else {
            throw LabError("the certificate cannot be written: \(LabSystem.reason())")
        }
        certificatePath = path
    }

    func configuration() throws -> TLSChannelConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(made.certificate.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(made.key.utf8), format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        // Client certificates are asked for and taken as they are: tokens are bound to their thumbprint, not to a CA.
        tls.certificateVerification = .noHostnameVerification
        tls.certificateVerification = .optionalVerification
        return TLSChannelConfiguration(
            tlsConfiguration: tls,
            customVerificationCallback: { certificates, promise in
                promise.succeed(.certificateVerified)
                _ = certificates
            })
    }

    func clientConfiguration() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(made.certificate.utf8)))
        return tls
    }

    func remove() { LabSystem.remove(certificatePath) }
}
