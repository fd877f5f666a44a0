import Arguments
import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// A folder is not the user: what its dpop-tui.toml may have without being allowed, and what not.
@Suite struct FolderTests {
    /// A folder with a file, the user's own beside it, and the place where allowances are kept.
    private func inside<R>(
        _ project: String, user: String = "", _ body: ([ConfigFile], Allowances) throws -> R
    ) throws -> R {
        let manager = FileManager.default
        let root = NSTemporaryDirectory() + "dpop-folder-\(UUID().uuidString)"
        try manager.createDirectory(atPath: root + "/here/sub", withIntermediateDirectories: true)
        defer { try? manager.removeItem(atPath: root) }
        for (name, text) in [
            ("here/dpop-tui.toml", project), ("user.toml", user), ("outside", "secret"), ("here/inside", "own"),
        ] {
            try text.write(toFile: "\(root)/\(name)", atomically: true, encoding: .utf8)
        }
        try manager.createSymbolicLink(atPath: root + "/here/link", withDestinationPath: "../outside")
        try manager.createSymbolicLink(atPath: root + "/here/up", withDestinationPath: "..")
        let files = [
            try ConfigFile(root + "/user.toml"), try ConfigFile(root + "/here/dpop-tui.toml", owner: .project),
        ]
        return try body(files, Allowances(folder: root + "/state/dpop-tui/allowed"))
    }

    private func wishes(_ line: String, _ said: Values = Values()) throws -> [String] {
        try inside("[profiles.p]\nissuer = \"https://a.test\"\n\(line)\n") { files, _ in
            var values = said
            values.fill(from: try ConfigFile.profile("p", in: files))
            return FolderWish.all(in: values, of: files[1]).map {
                "\($0.key) \($0.words) \($0.place.split(separator: "/").last!)"
            }
        }
    }

    @Test(arguments: [
        ("client-secret = \"cmd:id\"", "client-secret runs the command 'id' dpop-tui.toml:3:17"),
        ("password = \"env:HOME\"", "password reads the variable HOME dpop-tui.toml:3:12"),
        ("client-secret = \"@../outside\"", "client-secret reads '../outside', which is not in this folder"),
        ("client-secret = \"@link\"", "client-secret reads 'link', which is not in this folder"),
        ("body = \"@up/outside\"", "body reads 'up/outside', which is not in this folder"),
        ("body = \"@/etc/passwd\"", "body reads '/etc/passwd', which is not in this folder"),
        ("claims = \"@../c.json\"", "claims reads '../c.json', which is not in this folder"),
        ("authorization-details = \"@/d\"", "authorization-details reads '/d', which is not in this folder"),
        ("id-token-hint = \"cmd:id\"", "id-token-hint runs the command 'id'"),
        ("assertion = \"@-\"", "assertion reads '-', which is not in this folder"),
        ("signing-key = \"../outside\"", "signing-key reads '../outside', which is not in this folder"),
        ("client-key = \"https://a.test/k\"", "client-key fetches a key from https://a.test/k"),
        ("insecure = true", "insecure does not verify certificates"), ("proxy = \"http://p\"", "proxy is 'http://p'"),
        ("resolve = [\"a:1:b\"]", "resolve is 'a:1:b'"), ("connect-to = [\"a:1:b:2\"]", "connect-to is 'a:1:b:2'"),
        ("tls-cert = \"inside\"", "tls-cert is 'inside'"), ("tls-key = \"inside\"", "tls-key is 'inside'"),
        ("tls-root-ca = \"inside\"", "tls-root-ca is 'inside'"),
        ("theme = \"../t.toml\"", "theme reads '../t.toml', which is not in this folder"),
    ])
    func whatAFolderCannotHaveByItself(line: String, says: String) throws {
        let list = try wishes(line)
        #expect(list.count == 1 && list[0].hasPrefix(says), "\(list)")
    }

    @Test(arguments: [
        "client-secret = \"itself\"", "client-secret = \"prompt\"", "client-secret = \"@inside\"",
        "body = \"@sub/../inside\"",
        "signing-key = \"inside\"", "signing-key = \"not-there.jwk\"", "body = \"text\"", "insecure = false",
        "header = [\"X: @/etc/passwd\"]", "client-id = \"cmd:id\"", "theme = \"light\"", "theme = \"inside.toml\"",
    ])
    func whatItCan(line: String) throws {
        let list = try wishes(line)
        #expect(list.isEmpty, "\(list)")
    }

    /// Whoever adds a setting says whether a folder may have it: here, and in `FolderWish.own`.
    @Test func everySettingWasThoughtOf() throws {
        let own = [
            "issuer", "client-id", "auth-method", "grant-type", "scopes", "subject-token-type", "audience",
            "resource-indicator", "prompt", "login-hint", "idp-hint", "acr-values", "max-age", "response-mode", "param",
            "username", "redirect-url",
            "pkce",
            "par", "dpop", "dpop-jkt", "alg", "kid", "client-kid", "mtls", "allow-bearer", "resource", "method",
            "header", "header-add", "then",
            "token-endpoint", "authorization-endpoint", "par-endpoint", "device-endpoint", "introspection-endpoint",
            "userinfo-endpoint", "revocation-endpoint", "jwks-uri", "http-timeout", "login-timeout", "http2",
            "glyphs",
            "colors", "plain", "color", "server-profile",
        ]
        let guarded = [
            "client-secret", "password", "refresh-token", "assertion", "subject-token", "signing-key", "key-password",
            "client-key", "client-key-password", "body", "claims",
            "authorization-details", "id-token-hint", "tls-cert", "tls-key", "tls-root-ca", "insecure", "resolve",
            "connect-to", "proxy",
            "allow-origin", "theme",
        ]
        #expect(Set(RunOptions.settings.compactMap(\.key)) == Set(own + guarded))
    }

    /// What a flag says instead is the person's; what a variable holds may be meant for others.
    @Test func whatThePersonSaysBesideIt() throws {
        var said = Values()
        said.say(RunOptions.clientSecret.spec, ["@mine"], .commandLine("--client-secret"))
        #expect(try wishes("client-secret = \"cmd:id\"", said).isEmpty)
        var variable = Values()
        variable.say(RunOptions.clientSecret.spec, ["hush"], .variable("DPOP_TUI_CLIENT_SECRET"))
        #expect(
            try wishes("", variable) == [
                "client-secret gets what DPOP_TUI_CLIENT_SECRET says, for its servers dpop-tui.toml"
            ])
    }

    @Test func profilesOfAFolderAreNeverTheUsers() throws {
        let project = """
            default = "staging"
            [profiles.staging]
            issuer = "https://stranger.test"
            token-endpoint = "https://stranger.test/token"
            [profiles.theirs]
            client-id = "theirs"
            [profiles.heir]
            inherits = "base"
            """
        let user = """
            [profiles.staging]
            issuer = "https://idp.test"
            client-secret = "@secret.txt"
            [profiles.base]
            client-secret = "@secret.txt"
            """
        try inside(project, user: user) { files, _ in
            let own = try ConfigFile.profile("staging", in: files)
            #expect(own[RunOptions.issuer] == "https://idp.test" && own[RunOptions.tokenEndpoint] == nil)
            let theirs = try ConfigFile.profile("project:staging", in: files)
            #expect(theirs[RunOptions.issuer] == "https://stranger.test" && theirs[RunOptions.clientSecret] == nil)
            #expect(try ConfigFile.profile("theirs", in: files)[RunOptions.clientID] == "theirs")
            #expect(files.flatMap(\.shownNames).filter { $0.hasPrefix("project:") }.count == 3)
            #expect { try ConfigFile.profile("heir", in: files) } throws: {
                "\($0)".contains("no profile 'base', which 'heir' inherits")
            }
        }
    }

    /// Allowed is one file's bytes at one place; anything else asks again.
    @Test func whatWasAllowedOnceStaysSoUntilItChanges() throws {
        let text = "[profiles.p]\nissuer = \"https://a.test\"\nclient-secret = \"cmd:id\"\n"
        try inside(text) { files, allowances in
            let file = files[1]
            let wishes = FolderWish.all(in: try file.profile("p"), of: file)
            #expect { try FolderConsent.require(file, wishes, mayAsk: false, allowances) } throws: {
                $0 is NotAllowed && "\($0)".contains("dpop-tui.toml:3:17: client-secret runs the command 'id'")
                    && "\($0)".hasSuffix("`dpop-tui config allow`")
            }
            try FolderConsent.allow(file, allowances)
            try FolderConsent.require(file, wishes, mayAsk: false, allowances)
            let state = try #require(allowances.folder)
            let kept = "\(state)/\(file.seal)"
            for (path, mode) in [(kept, 0o600), (state, 0o700)] {
                #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == mode)
            }
            chmod(kept, 0o666)
            #expect(!allowances.contains(file.seal), "what others can write says nothing")
            chmod(kept, 0o600)
            try (text + "# \n").write(toFile: file.path, atomically: true, encoding: .utf8)
            #expect(!allowances.contains(try ConfigFile(file.path, owner: .project).seal))
            let other = FilePath.folder(of: file.path) + "/sub/dpop-tui.toml"
            try text.write(toFile: other, atomically: true, encoding: .utf8)
            #expect(!allowances.contains(try ConfigFile(other, owner: .project).seal))
            #expect(allowances.remove(file.seal) && !allowances.contains(file.seal))
        }
    }

    /// A pipe or a device of that name would hold everything up.
    @Test func aFolderCannotHoldUpTheProgram() throws {
        try inside("") { files, _ in
            let path = files[1].path
            unlink(path)
            mkfifo(path, 0o600)
            #expect { try ConfigFile(path, owner: .project) } throws: {
                "\($0)" == "\(path): expected a file of at most 1 MB"
            }
        }
    }
}
