import ArgumentParser
import FlowModel

/// `dpop-tui config …`: where profiles come from and whether they are right.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Profiles: where they are, whether they are right, an example.",
        subcommands: [Path.self, Check.self, Example.self])

    struct Path: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the files profiles are read from, the last one wins.")
        func run() {
            for path in ConfigFile.paths { Swift.print(path + (access(path, F_OK) == 0 ? "" : "  (not there)")) }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every profile and say what is wrong, file and line.")
        func run() throws {
            do {
                let files = try ConfigFile.all()
                let names = Set(files.flatMap(\.profileNames)).sorted()
                for name in names { _ = try ConfigFile.profile(name, in: files) }
                Swift.print(
                    names.isEmpty
                        ? "no profiles"
                        : "\(names.count) profile\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))")
            } catch let error as ConfigError {
                complain(TextReport.harmless("\(error)"))
                throw Exit.usage
            }
        }
    }

    struct Example: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a file to start from.")
        func run() {
            Swift.print(
                """
                # dpop-tui profiles: ./dpop-tui.toml, or $XDG_CONFIG_HOME/dpop-tui/config.toml
                default = "kong"

                [profiles.keycloak]
                issuer = "https://keycloak.test:8440/realms/master"
                client-id = "cert-bound"
                client-secret = "env:CLIENT_SECRET"    # or @file, cmd:pass show idp, prompt
                auth-method = "client_secret_basic"
                grant-type = "client_credentials"
                scopes = "openid"
                server-profile = "keycloak"

                [profiles.kong]
                inherits = "keycloak"
                signing-key = "client.jwk"             # dpop-tui key new client.jwk
                resource = "https://kong.test:8443/anything"
                header = ["Accept: application/json"]
                then = ["introspection"]
                tls-root-ca = "ca.pem"
                http-timeout = 10
                server-profile = "kong"

                # every setting: \(Setting.all.map(\.name).joined(separator: " "))
                """)
        }
    }
}

/// `dpop-tui lab …`: dpop-lab, wherever it is.
struct LabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Run the lab: an IdP, a gateway and an upstream (dpop-lab).",
        discussion: "All arguments are dpop-lab's; `dpop-tui lab --help` shows them.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() throws {
        guard let program = LabProcess.executable() else {
            complain("dpop-lab is not beside dpop-tui and not on PATH")
            throw Exit.unreadable
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        execv(program, &pointers)
        complain("\(program): \(systemReason())")
        throw Exit.unreadable
    }
}
