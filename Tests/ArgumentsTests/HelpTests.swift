import Testing

@testable import Arguments

@Suite struct HelpTests {
    @Test func helpNamesEverythingButWhatIsHidden() throws {
        let text = try Sample.text("check --help")
        for words in [
            "Check it.\n\nUsage: app check [options] <file>...", "\nEXAMPLES\n  app check --format json a.har\n",
            "\nArguments:\n  <file>", "\nSettings:\n",
            "-f, --format <format>", "How it is printed. (one of text, json,", "--pkce, --no-pkce", "(default: on)",
            "--use_nonce, --use-nonce", "-h, --help", "--version",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
        #expect(!text.contains("secret-door"))
        #expect(try Sample.text("check -h") == text && Sample.text("help check") == text)
    }

    @Test func requiredOptionsStandInTheUsage() throws {
        #expect(try Sample.text("sign --help").contains("Usage: app sign --signing-key <file> [options]"))
    }

    @Test func commandsAreListed() throws {
        let text = try Sample.text("--help")
        #expect(text.contains("Commands (open where none is named):") && text.contains("  check           Check it."))
        #expect(try Sample.text("help") == text && Sample.text("-h") == text && Sample.text("--he") == text)
        #expect(
            try Sample.text("key").contains("  new             Make one.")
                && Sample.text("key help new").contains("Make one."))
        #expect(try Sample.text("--version") == "1.2.3\n" && Sample.text("check --version") == "1.2.3\n")
    }

    @Test(arguments: [40, 60, 80, 120]) func linesAreFolded(columns: Int) throws {
        for line in ["check --help", "--help", "key --help"] {
            for row in try Sample.text(line, columns: columns).split(separator: "\n") {
                #expect(row.count <= columns, "\(columns): \(row)")
            }
        }
    }

    @Test func paragraphsAreFilledAndBlocksAreKept() {
        let text = "one two\nthree four\n\nEXAMPLES\n  a  b\n  long long long long long long\n"
        let folded = Fold.text(text, 22)
        #expect(folded == "one two three four\n\nEXAMPLES\n  a  b\n  long long long long\n    long long\n\n")
        #expect(Fold.line("averyveryverylongwordindeed b", 20, hang: 2) == "averyveryverylongwordindeed\n  b")
    }

    @Test func thePageHasEveryCommandAndSetting() {
        let page = Sample.program.markdown()
        for words in [
            "## app\n", "## app check\n", "## app key new\n", "`APP_ISSUER`, `issuer`", "```\napp sign --signing-key",
        ] {
            #expect(page.contains(words), "\(words)")
        }
        #expect(!page.contains("secret-door"))
    }
}
