import LabOptions

/// What a lab is started with.
struct LabSettings: Sendable {
    /// Which servers run.
    enum Part: String, CaseIterable, Sendable { case all, idp, gateway, upstream }

    var part = Part.all
    var host = "127.0.0.1", realm = "lab"
    var profile = LabProfile.keycloak
    /// 0 takes a free port.
    var idpPort = 0, gatewayPort = 0, upstreamPort = 0, controlPort = 0
    var https = false, opaque = false, idpNonce = false, requirePAR = false, idTokens = false
    var untilStdinCloses = false
    /// Whether IdP and gateway believe a request's `Host`, and a proxy's `X-Forwarded-*`.
    var trustHost = false, trustForwarded = false
    /// The URLs they are called by, where those are not where they listen.
    var idpURL: String?, gatewayURL: String?
    /// Seconds an access token lives.
    var tokenLifetime = 300.0
    /// Files, and URLs of real servers.
    var clients: String?, kongConfig: String?, issuer: String?, upstream: String?, record: String?
    var faults: [String] = []
    /// Open at once at each server.
    var connections = 4096
    /// What the command line says of the gateway, over its configuration file.
    var changes: [@Sendable (inout KongConfig) -> Void] = []

    func applied(to config: KongConfig) -> KongConfig {
        var config = config
        for change in changes { change(&config) }
        return config
    }
}
