import Testing

@testable import Arguments

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct ReadingTests {
    /// All the ways to say the same.
    @Test(arguments: [
        "check -f json -v a.har", "check -fjson -v a.har", "check -f=json -v a.har", "check -vf json a.har",
        "check -vfjson a.har", "check --format json --verbose a.har", "check --format=json --verbose a.har",
        "check a.har --format json -v", "check --form json --verb a.har", "check -v a.har --fo=json",
        "check -v --format json -- a.har", "check --format text -v -f json a.har",
    ])
    func formsOfTheSame(line: String) throws {
        let (name, values) = try Sample.read(line)
        #expect(name == "check" && values[Sample.form] == .json && values[Sample.verbose])
        #expect(values[Sample.files] == ["a.har"])
    }

    @Test func whatIsNotSaidHasItsDefault() throws {
        let values = try Sample.read("check a b").values
        #expect(values[Sample.form] == .text && !values[Sample.verbose] && values[Sample.width] == 100)
        #expect(values[Sample.wait] == nil && values[Sample.pkce] == nil && values[Sample.header].isEmpty)
        #expect(values[Sample.files] == ["a", "b"])
    }

    @Test func valuesOfEveryKind() throws {
        let values = try Sample.read(
            "check --width 42 --wait 1.5 --no-pkce -H A:1 -HB:2 --then refresh,userinfo --then refresh --size 80X24 "
                + "--colors 16 --use-nonce --secret-door -"
        ).values
        #expect(values[Sample.width] == 42 && values[Sample.wait] == 1.5 && values[Sample.pkce] == false)
        #expect(values[Sample.header] == ["A:1", "B:2"])
        #expect(values[Sample.then] == ["refresh", "userinfo", "refresh"])
        #expect(values[Sample.size] == Size(columns: 80, rows: 24) && values[Sample.colors] == 16)
        #expect(values[Sample.nonce] && values[Sample.secretDoor] && values[Sample.files] == ["-"])
        #expect(try Sample.read("check --no-pkce --pkce a").values[Sample.pkce] == true)
        #expect(try Sample.read("check --use_nonce a").values[Sample.nonce])
        #expect(try Sample.read("check --use a").values[Sample.nonce], "a beginning of two names of one option")
    }

    @Test func afterTwoDashesNothingIsAnOption() throws {
        #expect(try Sample.read("check -- --format -v --").values[Sample.files] == ["--format", "-v", "--"])
    }

    /// An environment that wants options first does not get its way.
    @Test func posixlyCorrectChangesNothing() throws {
        setenv("POSIXLY_CORRECT", "1", 1)
        defer { unsetenv("POSIXLY_CORRECT") }
        let values = try Sample.read("check a.har --format json").values
        #expect(values[Sample.form] == .json && values[Sample.files] == ["a.har"])
    }

    @Test(arguments: [
        ("check", "expected <file>: What to read."),
        ("check --isuer x a", "unknown option --isuer; did you mean --issuer?"),
        ("check --isuer", "unknown option --isuer; did you mean --issuer?"),
        ("check --isuer=x a", "unknown option --isuer; did you mean --issuer?"),
        ("check --nothing-like-it a", "unknown option --nothing-like-it"),
        ("check --no-pcke a", "unknown option --no-pcke; did you mean --no-pkce?"),
        ("check --no-issuer a", "unknown option --no-issuer; --issuer, which takes a value, has no form that says no"),
        ("check --no-verbose a", "unknown option --no-verbose; --verbose has no form that says no"),
        ("check --w 4 a", "--w is the beginning of several options: --width, --wait"),
        ("check --secret-dor a", "unknown option --secret-dor"),
        ("check -q a", "unknown option -q"), ("check -vq a", "unknown option -q in -vq"),
        ("check --pkce=yes a", "--pkce takes no value, found 'yes'"),
        ("check --verb=1 a", "--verbose takes no value, found '1'"),
        ("check a --format", "--format expects <format>, found nothing"),
        ("check a -f", "-f expects <format>, found nothing"), ("check a -vf", "-f expects <format>, found nothing"),
        (
            "check --issuer --verbose a",
            "--issuer expects <issuer>, found the option --verbose; '--issuer=--verbose' if that is meant"
        ),
        ("check -f xml a", "-f: unknown format 'xml'; expected one of text, json, sarif"),
        (
            "check --format jsno a",
            "--format: unknown format 'jsno'; expected one of text, json, sarif; did you mean 'json'?"
        ),
        ("check --width abc a", "--width: expected a whole number from 20 to 1000, found 'abc'"),
        ("check --width 9 a", "--width: expected a whole number from 20 to 1000, found '9'"),
        ("check --wait -1 a", "--wait: expected seconds, found '-1'"),
        ("check --wait nan a", "--wait: expected seconds, found 'nan'"),
        ("check --size 80 a", "--size: expected columns x rows, such as 120x40, found '80'"),
        ("check --colors 7 a", "--colors: unknown number '7'; expected one of 0, 8, 16, 256"),
        ("check --then refresh,nothing a", "--then: unknown step 'nothing'; expected one of refresh, userinfo"),
        ("check --then , a", "--then: expected words with commas between, found nothing"),
        ("sign", "expected --signing-key <file>: The key."), ("sign a", "unexpected argument 'a'"),
        ("sign --signing-key k b", "unexpected argument 'b'"),
        ("chek", "there is no command and no file 'chek'; did you mean check?"),
        ("key nwe x", "unknown command 'nwe'; did you mean new?"),
        ("key nothing", "unknown command 'nothing'; expected one of new, show"),
        ("key --nope", "unknown option --nope"),
        ("help nothing", "unknown command 'nothing'; expected one of open, check, sign, key"),
        ("help chek", "unknown command 'chek'; did you mean check?"),
    ])
    func wrongUsageIsNamed(line: String, sentence: String) {
        #expect { try Sample.read(line) } throws: { "\($0)" == sentence }
    }

    /// Whichever is written first: an unknown name is named before what is missing.
    @Test func unknownOptionsGoBeforeMissingArguments() {
        #expect { try Sample.read("sign --bogus") } throws: { "\($0)" == "unknown option --bogus" }
    }

    @Test func wordsThatAreNoCommandAreFiles() throws {
        for line in ["flow.har", "./check", "somethingelse", "-v flow.har", "flow.har -v", "-- check", "-"] {
            #expect(try Sample.read(line).name == "open", "\(line)")
        }
        #expect(try Sample.read("").name == "open")
        #expect(try Sample.read("key new").name == "new")
    }

    @Test func variablesFillWhatWasNotTyped() throws {
        let environment = [
            (name: "APP_ISSUER", value: "https://a"), (name: "APP_PKCE", value: "false"),
            (name: "APP_THEN", value: "refresh,userinfo"),
            (name: "APP_OTHER", value: "x"), (name: "APP_WAIT", value: ""),
        ]
        let values = try Sample.read("check a", environment).values
        #expect(values[Sample.issuer] == "https://a" && values[Sample.pkce] == false && values[Sample.wait] == nil)
        #expect(values[Sample.then] == ["refresh", "userinfo"] && values.place(Sample.issuer) == "APP_ISSUER")
        let typed = try Sample.read("check a --issuer https://b", environment).values
        #expect(typed[Sample.issuer] == "https://b" && typed.isTyped(Sample.issuer))
        #expect { try Sample.read("check a", [(name: "APP_WAIT", value: "long")]) } throws: {
            "\($0)" == "APP_WAIT: expected seconds, found 'long'"
        }
    }

    @Test func valuesAreFilledFromBelow() throws {
        var values = try Sample.read("check a --header A:1").values
        var profile = Values()
        profile.say(Sample.header.spec, ["B:2"], .file("p.toml:3"))
        profile.say(Sample.issuer.spec, ["c"], .file("p.toml:4"))
        values.fill(from: profile)
        #expect(values[Sample.header] == ["A:1"] && values[Sample.issuer] == "c")
        #expect(values.place(Sample.issuer) == "p.toml:4" && values.place(Sample.wait) == "--wait")
        #expect(Sample.wait.spec.variable("APP_") == "APP_WAIT" && Sample.width.spec.variable("APP_") == nil)
    }

    @Test(arguments: [
        ("chek", "check"), ("nwe", "new"), ("xyz", nil), ("issuer", nil), ("hcekc", nil), ("", nil),
    ])
    func nearNames(word: String, near: String?) {
        #expect(NearName.of(word, among: ["check", "new", "open"]) == near)
    }
}
