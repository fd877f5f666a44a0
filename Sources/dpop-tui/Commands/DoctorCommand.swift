import Arguments
import Documents
import FlowModel

/// `dpop-tui doctor`: what cannot work, before the first request.
enum DoctorCommand {
    enum Format: String, Sendable, CaseIterable { case text, json }

    static let files = Positional.some(
        "file", .file, help: "Configurations; '-' reads standard input, URLs are fetched.")
    static let kongVersion = Option.value(
        "--kong-version", as: "version",
        Reading(.text, expected: "numbers such as 3.10.0.2", parse: Doctor.version), help: "The gateway's version.")
    static let format = Option.value(
        "--format", "-f", as: "format", .oneOf, default: Format.text, help: "Form of the findings.")

    static let command = Arguments.Command(
        "doctor", "Read configurations of gateways, identity providers and proxies, and find what cannot work.",
        about: """
            Takes any number of files, alone or together, and compares them with each other:
              Kong       decK files, Admin API objects and answers, Konnect, KongPlugin manifests, Kustomize patches, Helm values, OpenAPI with x-kong-plugin-…
              Keycloak   clients, realm exports, client profiles and policies, keycloak.conf, environments, compose files with .env and env_file, Dockerfiles, systemd units, workloads with ConfigMaps, chart values, the operator's objects
              commands   curl, HTTPie, kcadm and kubectl with what they send, here-documents, docker run; a terminal's scrollback with what they printed
              Terraform  Konnect, Kong, Keycloak and Kubernetes resources, in both of its syntaxes
              documents  discovery (file or URL), RFC 9728, RFC 7591 registrations, atproto client metadata
              in front   nginx, HAProxy, Caddy, Apache, Traefik, Ingress, Istio, Envoy, APISIX, KrakenD
              texts      Markdown, AsciiDoc, reStructuredText, Org: the listings that hold one of these; prose is left alone
            Every piece is accounted for: read as what, or ignored and why. docs/doctor.md has the findings by id.

            EXAMPLES
              dpop-tui doctor kong.yaml
              dpop-tui doctor docker-compose.yaml nginx.conf kong.yaml realm-export.json
              dpop-tui doctor kong.yaml https://idp.test/realms/demo/.well-known/openid-configuration
              dpop-tui doctor --kong-version 3.9.1.2 --format json plugin.json

            EXIT STATUS
              0 nothing fails · 1 something does · 2 wrong usage · 3 no configuration found, or unreadable input · 4 network
            """,
        takes: Table([files], options: [format, kongVersion], groups: [Looks.colorGroup]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        var reader = ConfigReader(yaml: YAMLText.parser)
        for file in values[files] {
            reader.read(try text(file), file: file, url: file.has("://") ? file : nil)
        }
        let report = DoctorReport(reader.configuration, kongVersion: values[kongVersion])
        switch values[format] {
        case .json: say(Harmless(lines: report.json))
        case .text:
            let style = TextStyle.current()
            Output.standard.write(report.text { TextStyle.written(style.mark($0.verdict)) })
        }
        if report.isEmpty {
            complain("no configuration found in \(values[files].joined(separator: ", "))")
            throw Exit.unreadable
        }
        if report.hasFailure { throw Exit.failingFinding }
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

extension Advice.Level {
    fileprivate var verdict: Verdict {
        switch self {
        case .fail: .fail
        case .warn: .warn
        case .note: .notApplicable
        }
    }
}

/// `dpop-tui kong-config`: a correct configuration for the profile in hand.
enum KongConfigCommand {
    static let format = Option.value(
        "--format", as: "format", .oneOf, default: KongWriter.Format.adminAPI, help: "Form of the configuration.")
    static let issuer = Option.value(
        "--issuer", as: "issuer",
        Reading(.text, expected: "a URL with its scheme, such as https://idp.test/realms/demo", write: { $0 }) {
            KongWriter.isIssuer($0) ? $0 : nil
        }, help: "Issuer.")
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
        guard KongWriter.isIssuer(issuer) else {
            throw UsageError("the profile's issuer '\(issuer)' has no scheme: expected a URL such as https://idp.test")
        }
        let methods = values[authMethods].isEmpty ? ["bearer"] : values[authMethods]
        let made = KongWriter.write(
            .init(issuer: issuer, clientID: id, clientSecret: values[clientSecret], methods: methods), values[format])
        Output.standard.write(Harmless(lines: made))
    }
}
