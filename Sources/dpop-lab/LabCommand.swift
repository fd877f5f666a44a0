import Arguments
import FlowModel
import LabOptions

/// `dpop-lab`: an IdP, a gateway and an upstream to test DPoP against.
@main
enum LabCommand {
    static let program = Program(
        Command("dpop-lab", LabOptions.summary, about: LabOptions.about, takes: LabOptions.table, run: run),
        version: programVersion)

    static func main() {
        LabSystem.leave(status(Array(CommandLine.arguments.dropFirst())))
    }

    /// Does what the words say; the exit status.
    private static func status(_ words: [String]) -> Int32 {
        do {
            switch try program.read(words) {
            case .run(let command, let values): try command.run(values)
            case .text(let text): try say(String(text.dropLast()))
            }
            return 0
        } catch {
            LabSystem.complain(TextReport.harmless("\(error)"))
            return error is UsageError || error is LabError ? 2 : error is FileError ? 3 : 4
        }
    }

    private static func say(_ text: String) throws(FileError) {
        if !LabSystem.announce(text) { throw FileError("standard output: \(LabSystem.reason())") }
    }

    @Sendable private static func run(_ values: Values) throws {
        guard !values[LabOptions.fault].contains("list") else {
            return try say(FaultKind.list())
        }
        try Lab(LabSettings(values)).run()
    }
}

extension LabSettings {
    /// What was said on the command line.
    init(_ values: Values) {
        self.init()
        part = Part(rawValue: values[LabOptions.part].rawValue) ?? .all
        (host, realm, profile) = (values[LabOptions.host], values[LabOptions.realm], values[LabOptions.profile])
        (idpPort, gatewayPort) = (values[LabOptions.idpPort], values[LabOptions.gatewayPort])
        (upstreamPort, controlPort) = (values[LabOptions.upstreamPort], values[LabOptions.controlPort])
        (https, opaque) = (values[LabOptions.https], values[LabOptions.opaque])
        (idpNonce, requirePAR) = (values[LabOptions.idpNonce], values[LabOptions.requirePAR])
        idTokens = values[LabOptions.idTokens]
        (trustHost, trustForwarded) = (values[LabOptions.trustHost], values[LabOptions.trustForwarded])
        (idpURL, gatewayURL) = (values[LabOptions.idpPublicURL], values[LabOptions.gatewayPublicURL])
        untilStdinCloses = values[LabOptions.untilStdinCloses]
        tokenLifetime = values[LabOptions.tokenLifetime]
        (clients, kongConfig) = (values[LabOptions.clients], values[LabOptions.kongConfig])
        (issuer, upstream) = (values[LabOptions.issuer], values[LabOptions.upstream])
        (record, faults) = (values[LabOptions.record], values[LabOptions.fault])
        connections = values[LabOptions.threads]
        addChanges(values)
    }

    /// The gateway's settings, over what its configuration file says.
    private mutating func addChanges(_ values: Values) {
        if let mode = values[LabOptions.dpop].flatMap(KongConfig.Mode.init) { changes.append { $0.dpop = mode } }
        if let mode = values[LabOptions.mtls].flatMap(KongConfig.Mode.init) { changes.append { $0.mtls = mode } }
        if let seconds = values[LabOptions.proofLifetime] { changes.append { $0.proofLifetime = Interval(seconds) } }
        if values[LabOptions.useNonce] { changes.append { $0.usesNonce = true } }
        let methods = Set(values[LabOptions.authMethods])
        if !methods.isEmpty { changes.append { $0.methods = methods } }
        if let issuer = values[LabOptions.issuer] { changes.append { $0.issuer = issuer } }
        if let id = values[LabOptions.clientID] { changes.append { $0.clientID = id } }
        if let secret = values[LabOptions.clientSecret] { changes.append { $0.clientSecret = secret } }
        if let secret = values[LabOptions.sessionSecret] { changes.append { $0.sessionSecret = secret } }
        if let text = values[LabOptions.validation] { changes.append { $0.validatesMethods = text == "true" } }
        if values[LabOptions.hideCredentials] { changes.append { $0.hidesCredentials = true } }
        if let header = values[LabOptions.upstreamTokenHeader] {
            changes.append { $0.upstreamTokenHeader = header.isEmpty ? nil : header }
        }
    }
}
