import Foundation
import Testing

@testable import Arguments

@Suite struct CompletionTests {
    static func path(_ shell: String) -> String? {
        ["/bin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + shell }.first { access($0, X_OK) == 0 }
    }

    /// What a shell says to a script of its own.
    static func ask(_ shell: String, _ words: [String], _ script: String) throws -> [String] {
        guard let program = path(shell) else { return [] }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("completion-\(UUID().uuidString)")
        try script.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = words + [file.path]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    static let cases: [(line: String, wanted: String, unwanted: String)] = [
        ("app ch", "check", "sign"), ("app check --for", "--format", "--width"),
        ("app check --format ", "sarif", "check"),
        ("app key ", "show", "check"), ("app check --no", "--no-pkce", "--pkce"),
        ("app check -", "--use-nonce", "--secret-door"),
        ("app key ne", "new", "show"), ("app check --then ", "userinfo", "new"), ("app help ", "check", "--format"),
    ]

    @Test(.enabled(if: path("bash") != nil), arguments: cases)
    func bash(line: String, wanted: String, unwanted: String) throws {
        let script =
            Sample.program.completions(.bash) + """

                read -ra COMP_WORDS <<<'\(line)'; [[ '\(line)' == *' ' ]] && COMP_WORDS+=("")
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _app
                printf '%s\\n' "${COMPREPLY[@]}"
                """
        let said = try Self.ask("bash", [], script)
        #expect(said.contains(wanted) && !said.contains(unwanted), "\(said)")
    }

    @Test(.enabled(if: path("bash") != nil)) func bashKnowsJoinedValues() throws {
        let script =
            Sample.program.completions(.bash)
            + "\nCOMP_WORDS=(app check --format = sa); COMP_CWORD=4; _app; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
        #expect(try Self.ask("bash", [], script) == ["sarif"])
    }

    @Test(.enabled(if: path("fish") != nil), arguments: cases)
    func fish(line: String, wanted: String, unwanted: String) throws {
        let script = "function app; end\n" + Sample.program.completions(.fish) + "\ncomplete -C '\(line)'\n"
        let said = try Self.ask("fish", ["--no-config"], script).map { String($0.split(separator: "\t")[0]) }
        #expect(said.contains(wanted) && !said.contains(unwanted), "\(said)")
    }

    @Test(.enabled(if: path("zsh") != nil)) func zshReadsItsScript() throws {
        let script = Sample.program.completions(.zsh)
        #expect(script.hasPrefix("#compdef app\n") && !script.contains("secret-door"))
        #expect(script.contains("--format=[How it is printed.]:format:(text json sarif)"))
        let said = try Self.ask("zsh", ["-f"], "compdef() { print defined $*; }\n" + script)
        #expect(said == ["defined _app app"])
    }
}
