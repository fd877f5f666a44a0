import ArgumentParser
import FlowModel
import NIOPosix

/// `dpop-lab`: an IdP, a gateway and an upstream to test DPoP against.
@main
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dpop-lab",
        abstract:
            "An IdP shaped like Keycloak, a gateway configured like Kong, and an upstream like httpbin, for testing DPoP.",
        discussion: """
            Prints one line of JSON when ready: issuer, gateway, upstream, and with --https the certificate to trust.
            Clients: lab-public (public), lab-client (secret lab-secret), lab-mtls (tls_client_auth), kong (the gateway's own).
            People: ada (lovelace), grace (hopper).

            EXAMPLES
              dpop-lab
              dpop-lab --https --gateway-port 8443 --auth-methods introspection --opaque
              dpop-lab --fault htu=internal --fault clock=+40s
              dpop-lab --kong-config plugin.json
              dpop-lab upstream --upstream-port 8080
            """)

    @Argument(help: "all, idp, gateway or upstream.") var part = Lab.Parts.all
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port of the IdP; 0 takes a free one.") var idpPort = 0
    @Option(help: "Port of the gateway.") var gatewayPort = 0
    @Option(help: "Port of the upstream.") var upstreamPort = 0
    @Flag(help: "HTTPS with a certificate made for this run; client certificates are asked for.") var https = false
    @Option(help: "Name of the realm.") var realm = "lab"
    @Option(help: "Clients as Keycloak writes them: one, an array, or a realm export.") var clients: String?
    @Flag(help: "Opaque access tokens instead of JWTs.") var opaque = false
    @Option(help: "Seconds an access token lives.") var tokenLifetime = 300.0
    @Flag(help: "The IdP wants nonces.") var idpNonce = false
    @Option(help: "keycloak or rfc9449: how errors are worded.") var profile = "keycloak"
    @Option(help: "A plugin object of Kong's Admin API, or a list of them.") var kongConfig: String?
    @Option(
        name: [.customLong("proof_of_possession_dpop"), .customLong("proof-of-possession-dpop")],
        help: "strict, optional or off.") var dpop: String?
    @Option(
        name: [.customLong("proof_of_possession_mtls"), .customLong("proof-of-possession-mtls")],
        help: "strict, optional or off.") var mtls: String?
    @Option(name: [.customLong("dpop_proof_lifetime"), .customLong("dpop-proof-lifetime")], help: "Seconds.")
    var proofLifetime: Double?
    @Flag(name: [.customLong("dpop_use_nonce"), .customLong("dpop-use-nonce")], help: "The gateway wants nonces.")
    var useNonce = false
    @Option(
        name: [.customLong("auth_methods"), .customLong("auth-methods")],
        help: "bearer, introspection, session; commas between.") var authMethods: String?
    @Option(help: "Issuer of the gateway; the lab's own IdP when left out.") var issuer: String?
    @Option(name: [.customLong("client_id"), .customLong("client-id")], help: "The gateway's client.") var clientID:
        String?
    @Option(name: [.customLong("client_secret"), .customLong("client-secret")], help: "Its secret.") var clientSecret:
        String?
    @Option(name: [.customLong("session_secret"), .customLong("session-secret")], help: "Seals the session cookie.")
    var sessionSecret: String?
    @Option(name: [.customLong("proof_of_possession_auth_methods_validation")], help: "true or false.") var validation:
        String?
    @Flag(name: [.customLong("hide_credentials"), .customLong("hide-credentials")], help: "As Kong's.")
    var hideCredentials = false
    @Option(
        name: [.customLong("upstream_access_token_header"), .customLong("upstream-access-token-header")],
        help: "As Kong's.") var upstreamTokenHeader: String?
    @Flag(help: "Believe X-Forwarded-Host and -Proto.") var trustForwarded = false
    @Option(help: "A real upstream's base URL instead of the built-in one.") var upstream: String?
    @Option(help: "Something to do wrong; 'list' explains each. May be given several times.") var fault: [String] = []
    @Option(help: "Append every hop to this capture.") var record: String?
    @Option(help: "Threads for connections.") var threads = 2
    @Flag(help: .hidden) var untilStdinCloses = false

    struct Values: Sendable {
        var host = "127.0.0.1", realm = "lab", profile = "keycloak"
        var idpPort = 0, gatewayPort = 0, upstreamPort = 0
        var https = false, opaque = false, idpNonce = false, trustForwarded = false, untilStdinCloses = false
        var tokenLifetime = 300.0
        var clients: String?, kongConfig: String?, issuer: String?, upstream: String?, record: String?
        var faults: [String] = []
        var changes: [@Sendable (inout KongConfig) -> Void] = []

        func applied(to config: KongConfig) throws -> KongConfig {
            var config = config
            for change in changes { change(&config) }
            return config
        }
    }

    func run() async throws {
        if fault.contains("list") {
            LabSystem.announce(Faults.list())
            return
        }
        do {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
            try await Lab(options: try values(), group: group, parts: part).run()
            // The event loops end with the process: shutting them down first makes connections complain that still say
            // goodbye.
            LabSystem.leave()
        } catch let error as LabError {
            LabSystem.complain("\(error)")
            throw ExitCode(2)
        } catch {
            LabSystem.complain("\(error)")
            throw ExitCode(4)
        }
    }

    private func values() throws -> Values {
        guard profile == "keycloak" || profile == "rfc9449" else {
            throw LabError("unknown profile '\(profile)'; expected keycloak or rfc9449")
        }
        var values = Values()
        (values.host, values.realm, values.profile) = (host, realm, profile)
        (values.idpPort, values.gatewayPort, values.upstreamPort) = (idpPort, gatewayPort, upstreamPort)
        (values.https, values.opaque, values.idpNonce) = (https, opaque, idpNonce)
        (values.trustForwarded, values.untilStdinCloses, values.tokenLifetime) = (
            trustForwarded, untilStdinCloses, tokenLifetime
        )
        (values.clients, values.kongConfig, values.issuer, values.upstream, values.record) = (
            clients, kongConfig, issuer, upstream, record
        )
        values.faults = fault
        try addChanges(&values)
        return values
    }

    private func addChanges(_ values: inout Values) throws {
        func mode(_ text: String?, _ name: String) throws -> KongConfig.Mode? {
            guard let text else { return nil }
            guard let mode = KongConfig.Mode(rawValue: text) else {
                throw LabError("--\(name): expected strict, optional or off, found '\(text)'")
            }
            return mode
        }
        if let mode = try mode(dpop, "proof_of_possession_dpop") { values.changes.append { $0.dpop = mode } }
        if let mode = try mode(mtls, "proof_of_possession_mtls") { values.changes.append { $0.mtls = mode } }
        if let proofLifetime { values.changes.append { $0.proofLifetime = proofLifetime } }
        if useNonce { values.changes.append { $0.usesNonce = true } }
        if let authMethods {
            let list = Set(authMethods.split(separator: ",").map(String.init))
            guard list.isSubset(of: KongConfig.known), !list.isEmpty else {
                throw LabError("--auth_methods: expected Kong's methods, found '\(authMethods)'")
            }
            values.changes.append { $0.methods = list }
        }
        if let clientID { values.changes.append { $0.clientID = clientID } }
        if let clientSecret { values.changes.append { $0.clientSecret = clientSecret } }
        if let sessionSecret { values.changes.append { $0.sessionSecret = sessionSecret } }
        if let issuer { values.changes.append { $0.issuer = issuer } }
        if let validation {
            guard validation == "true" || validation == "false" else {
                throw LabError(
                    "--proof_of_possession_auth_methods_validation: expected true or false, found '\(validation)'")
            }
            values.changes.append { $0.validatesMethods = validation == "true" }
        }
        if hideCredentials { values.changes.append { $0.hidesCredentials = true } }
        if let upstreamTokenHeader {
            values.changes.append { $0.upstreamTokenHeader = upstreamTokenHeader.isEmpty ? nil : upstreamTokenHeader }
        }
    }
}
