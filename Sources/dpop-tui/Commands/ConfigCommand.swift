import Arguments
import FlowModel
import LabOptions

/// `dpop-tui config …`: where profiles come from, whether they are right, and what a folder's file may have.
enum ConfigCommand {
    static let command = Arguments.Command(
        "config",
        "Work with profiles: where they are, whether they are right, what a folder's file may do, an example.",
        commands: [
            Arguments.Command(
                "path", "Print the files profiles are read from; a name of the first goes before one of the second.",
                run: { _ in try printPaths() }),
            Arguments.Command(
                "check", "Read every profile and say what is wrong, file and line.", run: { _ in try check() }),
            Arguments.Command(
                "allow", "Let this folder's dpop-tui.toml have what it wants, as the file is now.",
                about: """
                    A folder is not you. What a profile in ./dpop-tui.toml wants beyond its folder has no effect before
                    you have read the file and allowed it: cmd:, env:, @file and keys outside of the folder, insecure, a
                    proxy, resolve, connect-to, TLS files, secrets of DPOP_TUI_ variables, and a default that starts runs.
                    Any change of the file asks again. On screen the question comes by itself; a run without one ends with
                    status 5.

                    EXAMPLE
                      dpop-tui config check && dpop-tui config allow
                    """, run: { _ in try allow() }),
            Arguments.Command(
                "forget", "Take back what `config allow` allowed this folder's file.", run: { _ in try forget() }),
            Arguments.Command("example", "Print a file to start from.", run: { _ in printExample() }),
        ])

    private static func printPaths() throws {
        for path in [ConfigFile.userPath, ConfigFile.projectPath] {
            guard access(path, F_OK) == 0 else {
                say("\(path)  (not there)")
                continue
            }
            let isOwn = path == ConfigFile.userPath || FilePath.real(path) == FilePath.real(ConfigFile.userPath)
            if isOwn {
                say("\(path)")
            } else {
                say("\(path)  (\(try state(try ConfigFile(path, owner: .project))))")
            }
        }
    }

    private static func state(_ file: ConfigFile) throws -> Harmless {
        if Allowances.usual.contains(file.seal) { return "allowed as it is now" }
        return try wishes(file).isEmpty ? "wants nothing beyond its folder" : "not allowed: `dpop-tui config allow`"
    }

    /// What any profile of a file wants.
    private static func wishes(_ file: ConfigFile) throws -> [FolderWish] {
        guard file.owner == .project else { return [] }
        var list: [FolderWish] = []
        if let name = file.defaultProfile {
            let words = "starts runs against '\(name)' where no profile is named"
            list.append(FolderWish(place: file.defaultPlace, key: "default", words: words))
        }
        for name in file.profileNames {
            for wish in FolderWish.all(in: try file.profile(name), of: file)
            where !list.contains(where: { $0.place == wish.place && $0.key == wish.key }) { list.append(wish) }
        }
        return list
    }

    private static func check() throws {
        let files = try ConfigFile.all()
        for file in files { for name in file.profileNames { _ = try file.profile(name) } }
        let names = files.flatMap(\.shownNames)
        say(
            names.isEmpty
                ? "no profiles"
                : "\(names.count) profile\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))")
        for file in files where file.owner == .project {
            let list = try wishes(file)
            guard !list.isEmpty else { continue }
            say("\(file.path) wants, and is \(try state(file)):")
            tell(list)
        }
    }

    private static func tell(_ wishes: [FolderWish]) {
        for wish in wishes { say("  \(wish.key) \(wish.words)  (\(wish.place))") }
    }

    private static func folderFile() throws -> ConfigFile {
        guard let file = try ConfigFile.all().first(where: { $0.owner == .project }) else {
            throw ConfigError(place: ConfigFile.projectPath, words: "there is no such file in this folder")
        }
        return file
    }

    private static func allow() throws {
        let file = try folderFile()
        try FolderConsent.allow(file)
        let list = try wishes(file)
        say("\(file.path) is allowed as it is now\(list.isEmpty ? "; it wants nothing beyond its folder" : ":")")
        tell(list)
    }

    private static func forget() throws {
        let file = try folderFile()
        say("\(file.path) \(Allowances.usual.remove(file.seal) ? "is not allowed any more" : "was not allowed")")
    }

    private static func printExample() {
        say(
            """
            # dpop-tui profiles: $XDG_CONFIG_HOME/dpop-tui/config.toml is yours. A folder's ./dpop-tui.toml may hold some
            # too: they are project:NAME, and what they want beyond their folder waits for `dpop-tui config allow`.
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
