import Arguments
import FlowModel

/// `dpop-tui doctor`: what cannot work, before the first request.
enum DoctorCommand {
    static let files = Positional.some(
        "file", .file, help: "Configurations; '-' reads standard input, URLs are fetched.")
    static let kongVersion = Option.value(
        "--kong-version", as: "version",
        Reading(.text, expected: "numbers such as 3.10.0.2") { text in
            let parts = text.split(separator: ".").map { Int($0) }
            return parts.isEmpty || parts.contains(nil) ? nil : parts.compactMap { $0 }
        }, help: "The gateway's version.")

    static let command = Arguments.Command(
        "doctor", "Read configurations of Kong and Keycloak, and discovery documents, and find what cannot work.",
        about: """
            Takes any number of files, alone or together: plugin objects of Kong's Admin API (one, a list, or Konnect's), decK files, KongPlugin and KongClusterPlugin
            manifests, Keycloak client representations and realm exports, discovery documents (file or URL), and Markdown with such blocks in it.

            EXAMPLES
              dpop-tui doctor kong.yaml
              dpop-tui doctor kong.yaml realm-export.json https://idp.test/realms/demo/.well-known/openid-configuration
              dpop-tui doctor --kong-version 3.9.1.2 plugin.json

            EXIT STATUS
              0 nothing fails · 1 something does · 2 wrong usage · 3 unreadable input or unwritable output · 4 network
            """,
        takes: Table([files], options: [kongVersion], groups: [Looks.colorGroup]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        let (files, version) = (values[files], values[kongVersion])
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
            let cause: Harmless = one.cause.map { "  [\($0)]" } ?? ""
            say("\(Harmless(report: style.mark(verdict))) \(one.place)  \(one.says)\(cause)")
            say("    fix  \(one.fix)")
        }
        let count = { (level: Advice.Level) in advice.count { $0.level == level } }
        say(
            "\(configuration.plugins.count) plugin\(configuration.plugins.count == 1 ? "" : "s"), \(configuration.clients.count) clients, \(configuration.metadata.count) discovery documents: \(count(.fail)) fail, \(count(.warn)) warn, \(count(.note)) note"
        )
        if count(.fail) > 0 { throw Exit.failingFinding }
    }

    private static func text(_ place: String) throws -> String {
        guard place.has("://") else {
            do throws(FileError) { return try FileBytes.read(place).text } catch {
                complain("\(error)")
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
enum KongConfigCommand {
    static let format = Option.value(
        "--format", as: "format", .oneOf, default: KongWriter.Format.adminAPI, help: "Form of the configuration.")
    static let issuer = Option.value("--issuer", as: "issuer", .text, help: "Issuer.")
    static let clientID = Option.value("--client-id", as: "id", .text, help: "The gateway's client id.")
    static let clientSecret = Option.value(
        "--client-secret", as: "secret", .text, default: "{vault://env/kong-client-secret}",
        help: "Its secret, as it is to stand in the file; a vault reference is best.")
    static let authMethods = Option.list(
        "--auth-methods", as: "methods", .words(["bearer", "introspection", "session"]), usual: "bearer",
        help: "What proves possession; session only beside another, commas between.")
    static let profileName = Option.value(
        "--profile-name", as: "name", .text, help: "Take issuer and client id from this profile.")

    static let command = Arguments.Command(
        "kong-config", "Write a correct plugin configuration: strict, bearer, header only.",
        about: """
            EXAMPLES
              dpop-tui kong-config --issuer https://idp.test/realms/demo --client-id kong --client-secret '{vault://env/kong-secret}'
              dpop-tui kong-config --format deck --profile-name kong
            """,
        takes: Table(
            options: [format, issuer, clientID, clientSecret, authMethods, profileName],
            check: { values throws(UsageError) in
                if values[authMethods] == ["session"] {
                    throw UsageError("--auth-methods: session proves possession only beside bearer or introspection")
                }
                if values[profileName] == nil, values[issuer] == nil || values[clientID] == nil {
                    throw UsageError("expected --issuer and --client-id, or --profile-name of a profile that has them")
                }
            }), run: run)

    @Sendable private static func run(_ values: Values) throws {
        var profile = Values()
        if let name = values[profileName] { profile = try ConfigFile.profile(name, in: try ConfigFile.all()) }
        guard let issuer = values[issuer] ?? profile[RunOptions.issuer],
            let id = values[clientID] ?? profile[RunOptions.clientID]
        else { throw UsageError("expected --issuer and --client-id, or a profile that has them") }
        let methods = values[authMethods].isEmpty ? ["bearer"] : values[authMethods]
        let made = KongWriter.write(
            .init(issuer: issuer, clientID: id, clientSecret: values[clientSecret], methods: methods), values[format])
        Output.standard.write(Harmless(lines: made))
    }
}
