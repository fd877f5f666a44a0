import ArgumentParser
import FlowModel

/// `dpop-tui doctor`: what cannot work, before the first request.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Read configurations of Kong and Keycloak, and discovery documents, and find what cannot work.",
        discussion: """
            Takes any number of files, alone or together: plugin objects of Kong's Admin API (one, a list, or Konnect's), decK files, KongPlugin and KongClusterPlugin
            manifests, Keycloak client representations and realm exports, discovery documents (file or URL), and Markdown with such blocks in it.

            EXAMPLES
              dpop-tui doctor kong.yaml
              dpop-tui doctor kong.yaml realm-export.json https://idp.test/realms/demo/.well-known/openid-configuration
              dpop-tui doctor --kong-version 3.9.1.2 plugin.json

            EXIT STATUS
              0 nothing fails · 1 something does · 2 wrong usage · 3 unreadable input · 4 network
            """)

    @Argument(
        help: ArgumentHelp("Configurations; '-' reads standard input, URLs are fetched.", valueName: "file"),
        completion: .file()) var files: [String]
    @Option(help: ArgumentHelp("The gateway's version.", valueName: "version")) var kongVersion: String?
    @OptionGroup var looks: ColorOptions

    func run() throws {
        looks.apply()
        var version: [Int]?
        if let kongVersion {
            let parts = kongVersion.split(separator: ".").map { Int($0) }
            guard !parts.isEmpty, !parts.contains(nil) else {
                throw ValidationError("cannot read the version '\(kongVersion)'; expected numbers such as 3.10.0.2")
            }
            version = parts.compactMap { $0 }
        }
        var configuration = Configuration()
        for file in files { configuration.read(try text(file), file: file, yaml: YAMLText.json) }
        if configuration.isEmpty, configuration.advice.isEmpty {
            complain(
                "\(files.joined(separator: ", ")): no openid-connect plugin, no client, no discovery document in it")
            throw Exit.unreadable
        }
        let advice = Doctor(configuration, kongVersion: version).examine()
        let style = TextStyle.current()
        for one in advice {
            let verdict: Verdict = one.level == .fail ? .fail : one.level == .warn ? .warn : .notApplicable
            Swift.print(
                "\(style.mark(verdict)) \(one.place)  \(TextReport.harmless(one.says))"
                    + (one.cause.map { "  [\($0)]" } ?? ""))
            Swift.print("    fix  \(TextReport.harmless(one.fix))")
        }
        let count = { (level: Advice.Level) in advice.count { $0.level == level } }
        Swift.print(
            "\(configuration.plugins.count) plugin\(configuration.plugins.count == 1 ? "" : "s"), \(configuration.clients.count) clients, \(configuration.metadata.count) discovery documents: \(count(.fail)) fail, \(count(.warn)) warn, \(count(.note)) note"
        )
        if count(.fail) > 0 { throw Exit.failingFinding }
    }

    private func text(_ place: String) throws -> String {
        guard place.has("://") else {
            do throws(FileError) { return try FileBytes.read(place).text } catch {
                complain(TextReport.harmless("\(error)"))
                throw Exit.unreadable
            }
        }
        do {
            let transfer = try Transfer(
                Request(method: "GET", url: HTTPURL(place), headers: [Header("Accept", "application/json")]),
                TransportOptions())
            while !transfer.isFinished() { _ = Transfer.wait(for: [], milliseconds: 500) }
            let result = transfer.result(index: 0)
            guard let response = result.exchange.response, response.status == 200, let body = response.body else {
                throw LoadError(result.failure ?? "status \(result.exchange.response?.status ?? 0), expected 200")
            }
            return body.bytes.text
        } catch {
            complain("\(place): \(error)")
            throw Exit.network
        }
    }
}

/// `dpop-tui kong-config`: a correct configuration for the profile in hand.
struct KongConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kong-config", abstract: "Write a correct plugin configuration: strict, bearer, header only.",
        discussion: """
            EXAMPLES
              dpop-tui kong-config --issuer https://idp.test/realms/demo --client-id kong --client-secret '{vault://env/kong-secret}'
              dpop-tui kong-config --format deck --profile-name kong
            """)

    @Option(help: "admin-api, deck, kubernetes or konnect.") var format = "admin-api"
    @Option(help: "Issuer.") var issuer: String?
    @Option(help: "The gateway's client id.") var clientId: String?
    @Option(help: "Its secret, as it is to stand in the file; a vault reference is best.") var clientSecret =
        "{vault://env/kong-client-secret}"
    @Option(help: "bearer or introspection; commas between.") var authMethods = "bearer"
    @Option(help: "Take issuer and client id from this profile.") var profileName: String?

    func run() throws {
        guard let form = KongWriter.Format(rawValue: format) else {
            throw ValidationError(
                "unknown format '\(format)'; expected \(KongWriter.Format.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        var values = SettingValues()
        if let profileName { values = try ConfigFile.profile(profileName, in: try ConfigFile.all()) }
        guard let issuer = issuer ?? values.text("issuer"), let id = clientId ?? values.text("client-id") else {
            throw ValidationError("needs --issuer and --client-id, or a profile that has them")
        }
        let methods = authMethods.split(separator: ",").map(String.init)
        guard methods.allSatisfy({ ["bearer", "introspection", "session"].contains($0) }), methods != ["session"] else {
            throw ValidationError("only bearer, introspection, and session beside one of them, can prove possession")
        }
        Swift.print(
            KongWriter.write(.init(issuer: issuer, clientID: id, clientSecret: clientSecret, methods: methods), form),
            terminator: "")
    }
}
