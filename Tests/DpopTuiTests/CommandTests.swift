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
        #expect(Setting.named("client-id")?.variable == "DPOP_TUI_CLIENT_ID")
        #expect(Setting.named("http2")?.variable == "DPOP_TUI_HTTP2")
    }

    @Test func runsArgumentsAreTakenApart() throws {
        let read = try RunArguments([
            "lab", "--then", "userinfo,refresh", "-X=PUT", "--then", "resource", "--cert", "a.pem", "--no-http2",
            "--theme", "mono", "--clock", "now",
        ])
        #expect(read.target == "lab")
        #expect(read.values.list("then") == ["userinfo", "refresh", "resource"])
        #expect(read.values.text("method") == "PUT")
        #expect(read.values.text("tls-cert") == "a.pem")
        #expect(read.values.text("http2") == "false")
        #expect((read.screen, read.checks) == (["--theme", "mono"], ["--clock", "now"]))
        for (words, place) in [
            (["--nothing"], "--nothing"), (["--issuer"], "--issuer"), (["a", "b"], "run"),
            (["--no-issuer", "x"], "--no-issuer"), (["-q"], "-q"),
        ] {
            #expect { try RunArguments(words) } throws: { ($0 as? ConfigError)?.place == place }
        }
    }

    /// What shells offer is what `run` takes, and every setting is offered.
    @Test func everyOptionOfRunIsOfferedAndTaken() throws {
        let sample = [
            "--format": "json", "--leeway": "1", "--clock": "now", "--http-timeout": "3", "--header": "A: b",
            "--method": "PUT",
        ]
        for option in RunOption.all {
            for name in option.names {
                let words =
                    [name] + (option.value == nil ? [] : [sample[option.names[0]] ?? option.choices.first ?? "x"])
                _ = try RunArguments(words)
            }
        }
        let names = Set(RunOption.all.flatMap(\.names))
        for setting in Setting.all { #expect(names.contains("--" + setting.name)) }
        for shell in ["bash", "zsh", "fish"] {
            let script = RunCompletions.completed(DpopTui.completionScript(for: .init(rawValue: shell)!), for: shell)
            #expect(
                script.contains(shell == "fish" ? "-l 'signing-key'" : "--signing-key")
                    && script.contains("token-exchange"), "\(shell)")
        }
    }

    /// What is said on the command line wins over what a profile says; the last of two wins over the first.
    @Test func settingsArePreferredInOrder() {
        var values = SettingValues()
        values.set("issuer", ["a"], SettingSource(words: "--issuer"))
        values.set("issuer", ["b"], SettingSource(words: "--issuer"))
        var profile = SettingValues()
        profile.set("issuer", ["c"], SettingSource(words: "config.toml:3"))
        profile.set("client-id", ["d"], SettingSource(words: "config.toml:4"))
        values.fill(from: profile)
        #expect(values.text("issuer") == "b")
        #expect((values.text("client-id"), values.source("client-id")) == ("d", "config.toml:4"))
        #expect(values.source("resource") == "--resource")
    }
}
