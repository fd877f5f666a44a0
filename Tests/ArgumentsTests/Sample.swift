@testable import Arguments

/// A program with one of everything.
enum Sample {
    enum Form: String, Sendable, CaseIterable { case text, json, sarif }

    static let form = Option.value(
        "--format", "-f", as: "format", .oneOf, default: Form.text, help: "How it is printed.")
    static let verbose = Option.flag("--verbose", "-v", help: "More of it.")
    static let width = Option.value("--width", as: "number", .whole(20...1000), default: 100, help: "Columns.")
    static let wait = Option.value("--wait", as: "seconds", .seconds(in: 0...60), help: "How long.").setting()
    static let pkce = Option.toggle("--pkce", usual: true, help: "PKCE.").setting()
    static let header = Option.repeated("--header", "-H", as: "line", .text, help: "A field.").setting()
    static let then = Option.list("--then", as: "step", .words(["refresh", "userinfo"]), help: "Afterwards.").setting()
    static let issuer = Option.value("--issuer", as: "issuer", .text, help: "Who issues.").setting()
    static let nonce = Option.flag("--use_nonce", "--use-nonce", help: "Nonces.")
    static let secretDoor = Option.flag("--secret-door", help: "Nobody knows.").hidden
    static let size = Option.value("--size", as: "WxH", .size(1...1000), help: "Columns x rows.")
    static let colors = Option.value("--colors", as: "number", .numbers([0, 8, 16, 256]), help: "Colours.")
    static let files = Positional.some("file", .file, help: "What to read.")
    static let signing = Option.required("--signing-key", as: "file", .file, help: "The key.")

    static let check = Command(
        "check", "Check it.",
        about: """
            A paragraph that is long enough to be folded where the terminal is narrow, and that
            stands on two lines here.

            EXAMPLES
              app check --format json a.har
            """,
        takes: Table(
            [files], options: [form, verbose, width, size, colors, nonce, secretDoor],
            groups: [OptionGroup("Settings", [issuer, wait, pkce, header, then])]), run: { _ in })
    static let sign = Command("sign", "Sign it.", takes: Table(options: [signing]), run: { _ in })
    static let open = Command(
        "open", "Open it.", takes: Table([Positional.any("file", .file, help: "Files.")], options: [verbose]),
        run: { _ in })
    static let key = Command(
        "key", "Keys.",
        commands: [Command("new", "Make one.", run: { _ in }), Command("show", "Show it.", run: { _ in })])
    static let program = Program(
        Command("app", "Does it.", fallback: "open", commands: [open, check, sign, key]), version: "1.2.3",
        variablePrefix: "APP_")

    static func read(
        _ line: String, _ environment: [(name: String, value: String)] = []
    ) throws(UsageError) -> (name: String, values: Values) {
        let words = line.split(separator: " ").map(String.init)
        guard case .run(let command, let values) = try program.read(words, columns: 80, environment: environment) else {
            throw UsageError("a text was asked for")
        }
        return (command.name, values)
    }

    static func text(_ line: String, columns: Int = 80) throws -> String {
        let words = line.split(separator: " ").map(String.init)
        guard case .text(let text) = try program.read(words, columns: columns, environment: []) else {
            throw UsageError("no text was asked for")
        }
        return text
    }
}
