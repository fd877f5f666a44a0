import Arguments
import FlowModel
import Foundation
import Testing

@testable import dpop_tui

@Suite struct CommandTests {
    @Test(arguments: [
        ("eyJh.eyJi.c", [String]()), ("\"eyJh.eyJi.c\"", []), ("Bearer eyJh.eyJi.c", ["Bearer"]),
        ("Authorization: DPoP eyJh.eyJi.c", ["Authorization:", "DPoP"]),
        ("DPoP: eyJh.\n  eyJi.\r\n c", ["DPoP:", "white space inside"]),
        ("\"access_token\": \"eyJh.eyJi.c\",", ["access_token\":"]),
    ])
    func takesPastedTokensApart(text: String, removed: [String]) {
        let pasted = PastedToken(text)
        #expect(pasted.text == "eyJh.eyJi.c" && pasted.removed == removed)
    }

    /// What a paste left out is said; what it did not is shown.
    @Test func aTokenWithoutItsSignatureIsReadAllTheSame() {
        let jws = CompactJWS("eyJhbGciOiJFUzI1NiIsImtpZCI6IkJlQUxrYiJ9.eyJzdWIiOiJzIn0")
        #expect(jws.payload?.root["sub"]?.string == "s" && !jws.isWellFormed && jws.problems.count == 1)
        let text = DecodedToken(jws).text(removed: [])
        #expect(
            text.contains("\"sub\": \"s\"") && text.contains("expected 3 parts")
                && text.contains("signature  missing: the paste ends before it"))
        #expect(!text.contains("ath ") && !text.contains("verif"))
        let cut = CompactJWS("eyJhbGciOiJFUzI1NiIsImtpZCI6IkJlQUxrYiJ9.eyJzdWIiOiJz")
        #expect(
            DecodedToken(cut).text(removed: []).contains(
                "byte 9: expected '\"' at the end of the string, found the end"))
    }

    @Test func decodedKeysKeepTheirPrivateHalf() {
        let header = "{\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"private-half-of-a-key\"}}"
        let payload = "{\"client_secret\":\"hush-hush\",\"sub\":\"shown\"}"
        let jws = CompactJWS([header, payload, "x"].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: "."))
        for text in [DecodedToken(jws).text(removed: []), DecodedToken(jws).json] {
            #expect(!text.contains("private-half") && !text.contains("hush") && text.contains("shown"))
        }
        let shown = DecodedToken(jws, reveals: true)
        #expect(shown.json.contains("private-half-of-a-key") && shown.text(removed: []).contains("hush-hush"))
    }

    @Test func keyScripts() throws {
        #expect(
            try Key.script("n<tab>3<c-d><lt>") == [
                .character("n"), .tab, .character("3"), .control("d"), .character("<"),
            ])
        #expect { try Key.script("<frob>") } throws: {
            "\($0)".hasPrefix("unknown key '<frob>'; expected <c-x> or one of")
        }
        #expect(throws: KeyScriptError.self) { try Key.script("<tab") }
    }

    @Test(arguments: DocsCommand.Page.allCases.map(\.rawValue)) func generatedPagesAreFresh(page: String) throws {
        let file = Golden.folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "docs/\(page).md")
        let text = DocsCommand.text(DocsCommand.Page(rawValue: page)!)
        #expect(
            (try? String(contentsOf: file, encoding: .utf8)) == text,
            "docs/\(page).md is stale: dpop-tui docs \(page) > docs/\(page).md")
    }

    @Test func randomartIsTheBishopsWalk() {
        // ssh-keygen draws the same walk for the same 32 bytes.
        let picture = Randomart.draw([UInt8](repeating: 0, count: 32), title: "A", foot: "SHA-256")
        #expect(picture.count == 11 && picture.allSatisfy { $0.count == 19 })
        #expect(picture[1].contains("E") && picture[5].contains("S"))
        #expect(
            Randomart.draw(Fingerprint(of: "a").bytes, title: "", foot: "")
                != Randomart.draw(Fingerprint(of: "b").bytes, title: "", foot: ""))
    }

    @Test func thumbprintsAreGroupedByEquality() throws {
        let view = try #require(Sample.document.view(3))
        let table = ThumbprintTable(view, keyFiles: [])
        #expect(table.entries.map(\.letter) == ["A", "A", "B"] && !table.isMatch)
        #expect(table.entries.map { table.word($0).text } == ["MATCH", "MATCH", "MISMATCH"])
        #expect(table.difference(table.entries[2])?.carets.contains("^") == true)
        let alone = ThumbprintTable(Sample.document.view(0), keyFiles: [])
        #expect(alone.isMatch)
    }

    @Test func settingsHaveVariables() {
        #expect(RunOptions.setting("client-id")?.variable("DPOP_TUI_") == "DPOP_TUI_CLIENT_ID")
        #expect(RunOptions.setting("http2")?.variable("DPOP_TUI_") == "DPOP_TUI_HTTP2")
        #expect(Set(RunOptions.settings.map(\.key)).count == RunOptions.settings.count)
        for key in ["theme", "glyphs", "colors", "plain", "color", "server-profile"] {
            #expect(RunOptions.setting(key) != nil, "\(key)")
        }
    }

    /// What a command line is read as.
    private func read(
        _ words: [String], _ environment: [(name: String, value: String)] = []
    ) throws -> (name: String, values: Values) {
        guard case .run(let command, let values) = try DpopTui.program.read(words, environment: environment) else {
            throw UsageError("a text was asked for")
        }
        return (command.name, values)
    }

    @Test func runsArgumentsAreTakenApart() throws {
        let values = try read([
            "run", "lab", "--then", "userinfo,refresh", "-X=PUT", "--then", "resource", "--cert", "a.pem", "--no-http2",
            "--theme", "mono", "--clock", "now",
        ]).values
        #expect(values[RunOptions.target] == "lab")
        #expect(values[RunOptions.then] == [.userinfo, .refresh, .resource])
        #expect(values[RunOptions.method] == "PUT")
        #expect(values[RunOptions.tlsCert] == "a.pem" && values.place(RunOptions.tlsCert) == "--cert")
        #expect(values[RunOptions.http2] == false)
        #expect(values[Looks.theme] == "mono" && values[Judging.clock].text == "now")
    }

    @Test(arguments: [
        (["run", "--nothing"], "--nothing"), (["run", "--issuer"], "--issuer"), (["run", "a", "b"], "'b'"),
        (["run", "--no-issuer", "x"], "--no-issuer"), (["run", "-q"], "-q"), (["run", "--pkce=yes"], "'yes'"),
        (["run", "--alg", "ABC"], "ES256"),
        (["run", "--lab", "--opake"], "--lab: unknown option --opake; did you mean --opaque?"),
        (["run", "--resource", "/r"], "expected an absolute URL, found '/r'"),
        (["run", "--header", "x"], "'Name: value'"),
        (["run", "--fault", "htu=nothing"], "fault 'htu' takes internal"), (["chek"], "did you mean check?"),
        (["diff", "a.har", "x"], "the label of a step"), (["diff", "a.har", "1", "2", "3"], "'3'"),
        (["render", "--keys", "<frob>"], "unknown key '<frob>'"), (["compare"], "--key"),
        (["help", "nothing"], "nothing"),
        (["proof", "x", "--signing-key", "k"], "expected an absolute URL, found 'x'"),
        (["proof", "https://a", "--signing-key", "k", "--jti", "a", "--count", "2"], "--jti"),
        (["kong-config", "--issuer", "https://a.test"], "--client-id"),
        (["kong-config", "--auth-methods", "session"], "beside bearer"),
        (["open", "--follow"], "--follow takes one file"), (["check", "a", "--clock", "never"], "'never'"),
        (["lab", "--nope"], "--nope"), (["doctor", "a", "--kong-version", "3.x"], "3.10.0.2"),
    ])
    func wrongUsageIsFoundBeforeAFileIsOpened(words: [String], says: String) {
        #expect { try read(words) } throws: { $0 is UsageError && "\($0)".contains(says) }
    }

    @Test func whatIsNoCommandIsOpened() throws {
        #expect(try read([]).name == "open" && read(["nofile.har", "--theme", "dark"]).name == "open")
        #expect(try read(["--theme", "dark", "nofile.har"]).values[OpenCommand.files] == ["nofile.har"])
    }

    /// What a flag says goes before what a variable says.
    @Test func looksComeFromVariablesToo() throws {
        let environment = [(name: "DPOP_TUI_GLYPHS", value: "ascii"), (name: "DPOP_TUI_SERVER_PROFILE", value: "kong")]
        let values = try read(["check", "a", "--profile", "okta"], environment).values
        #expect(Judging(values).settings.profile.id == "okta")
        #expect(try Judging(read(["check", "a"], environment).values).settings.profile.id == "kong")
        #expect(try Looks(read(["render"], environment).values).ascii)
        #expect(throws: UsageError.self) { try read(["open"], [(name: "DPOP_TUI_COLORS", value: "7")]) }
    }

    /// What shells offer is what every command takes.
    @Test func everyOptionIsOfferedAndTaken() throws {
        let scripts = Shell.allCases.map { DpopTui.program.completions($0) }
        for command in DpopTui.program.root.subcommands {
            for option in command.table.options where !option.isHidden {
                for name in option.names + option.negations {
                    for (shell, script) in zip(Shell.allCases, scripts) {
                        let bare = name.drop { $0 == "-" }
                        let long = name.hasPrefix("--") ? "-l \(bare) " : "-s \(bare) "
                        #expect(script.contains(shell == .fish ? long : name), "\(shell) \(command.name) \(name)")
                    }
                }
            }
        }
        #expect(scripts.allSatisfy { $0.contains("token-exchange") && $0.contains("proof_of_possession_dpop") })
    }

    /// What is said on the command line wins over what a profile says; the last of two wins over the first.
    @Test func settingsArePreferredInOrder() throws {
        var values = try read(["run", "--issuer", "a", "--issuer", "b"]).values
        var profile = Values()
        profile.say(RunOptions.issuer.spec, ["c"], .file("config.toml:3"))
        profile.say(RunOptions.clientID.spec, ["d"], .file("config.toml:4"))
        values.fill(from: profile)
        #expect(values[RunOptions.issuer] == "b")
        #expect(values[RunOptions.clientID] == "d" && values.place(RunOptions.clientID) == "config.toml:4")
        #expect(values.place(RunOptions.resource) == "--resource")
    }
}
