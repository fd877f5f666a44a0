import FlowModel
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// What a request knows of its connection.
struct LabContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// One of the lab's servers: plain or TLS, limited in what it takes.
struct LabServer: Sendable {
    let port: Int
    let host: String
    let tls: TLSChannelConfiguration?
    let group: any EventLoopGroup

    var scheme: String { tls == nil ? "http" : "https" }

    /// Hummingbird's application around a responder; `running` learns the port.
    func application(
        _ respond: @escaping @Sendable (HummingbirdCore.Request, LabContext) async throws -> HummingbirdCore.Response,
        running: @escaping @Sendable (Int) -> Void
    ) throws -> some Service {
        let limits = HTTP1Channel.Configuration(
            idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 64 << 10, maxHeaderListSize: 128 << 10, maxHeaderFieldCount: 200))
        // Over TLS a client may ask for HTTP/2 by ALPN.
        let server =
            try tls.map {
                try HTTPServerBuilder.http2Upgrade(
                    tlsChannelConfiguration: $0,
                    configuration: .init(idleTimeout: .seconds(60), streamConfiguration: limits))
            } ?? .http1(configuration: limits)
        let quiet = Logger(label: "dpop-lab", factory: { _ in SwiftLogNoOpLogHandler() })
        return Application(
            responder: CallbackResponder<LabContext> { request, context in
                do { return try await respond(request, context) } catch let error as HTTPError {
                    throw error
                } catch is NIOTooManyBytesError {
                    return LabResponse.json(
                        "{\"error\":\"invalid_request\",\"error_description\":\"the body is longer than 2 MB\"}",
                        status: 413
                    ).sent
                } catch {
                    return LabResponse.json(
                        "{\"error\":\"internal\",\"message\":\(JSONText.quote("\(error)"))}", status: 500
                    ).sent
                }
            },
            server: server, configuration: .init(address: .hostname(host, port: port), serverName: "dpop-lab"),
            onServerRunning: { channel in running(channel.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(group), logger: quiet)
    }

    /// A request as the lab looks at it, the body read up to a limit.
    func read(_ request: HummingbirdCore.Request, _ context: LabContext, withBody: Bool = true) async throws
        -> LabRequest
    {
        let body = withBody ? Array(try await request.body.collect(upTo: 2 << 20).readableBytesView) : []
        return LabRequest(
            request, scheme: scheme, certificate: tls == nil ? nil : try await certificate(context), body: body)
    }

    private func certificate(_ context: LabContext) async throws -> PeerCertificate? {
        // A stream of HTTP/2 is a channel of its own; the connection around it has the certificate.
        let channel =
            (try? await context.channel.pipeline.handler(type: NIOSSLServerHandler.self).map { _ in true }.get())
                == true ? context.channel : context.channel.parent
        guard let shown = try await channel?.nioSSL_peerCertificate().get() else { return nil }
        let name = shown._subjectCommonName
        return PeerCertificate(
            thumbprint: Base64URL.encode(HashFunction.sha256(Bytes(try shown.toDERBytes()))), commonName: name)
    }
}

extension NIOSSLCertificate {
    /// The subject's common name, out of the description NIOSSL gives; empty when there is none.
    fileprivate var _subjectCommonName: String {
        let text = description
        guard let start = text.firstRange(of: "commonName=") ?? text.firstRange(of: "common_name=") else { return "" }
        return String(text[start.upperBound...].prefix { $0 != "," && $0 != ";" && $0 != ">" })
    }
}
