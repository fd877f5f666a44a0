import Arguments
import FlowModel
import LabOptions

/// `dpop-tui config …`: where profiles come from and whether they are right.
enum ConfigCommand {
    static let command = Arguments.Command(
        "config", "Profiles: where they are, whether they are right, an example.",
        commands: [
            Arguments.Command(
                "path", "Print the files profiles are read from, the last one wins.", run: { _ in printPaths() }),
            Arguments.Command(
                "check", "Read every profile and say what is wrong, file and line.", run: { _ in try check() }),
            Arguments.Command("example", "Print a file to start from.", run: { _ in printExample() }),
        ])

    private static func printPaths() {
        for path in ConfigFile.paths { say("\(path)\(access(path, F_OK) == 0 ? "" : "  (not there)")") }
    }

    private static func check() throws {
        let files = try ConfigFile.all()
        let names = Set(files.flatMap(\.profileNames)).sorted()
        for name in names { _ = try ConfigFile.profile(name, in: files) }
        say(
            names.isEmpty
                ? "no profiles"
                : "\(names.count) profile\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))")
    }

    private static func printExample() {
        say(
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

            # every setting: \(RunOptions.settings.compactMap(\.key).joined(separator: " "))
            """)
    }
}

/// `dpop-tui lab …`: dpop-lab, wherever it is. Its words are read here too, so that wrong usage is told without it.
enum LabCommand {
    static let command = Arguments.Command(
        "lab", "Run the lab: an IdP, a gateway and an upstream (dpop-lab).",
        about: LabOptions.about, takes: LabOptions.table, run: { _ in try run() })

    private static func run() throws {
        let arguments = Array(CommandLine.arguments.dropFirst(2))
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
