import Testing

@testable import dpop_tui

/// YAML that grows, nests or repeats without end: a sentence, and soon.
@Suite struct YAMLBoundsTests {
    private func words(_ yaml: String) -> String? {
        if case .failure(let problem) = YAMLText.json(yaml) { problem.words } else { nil }
    }

    @Test(arguments: ["[", "{a: ", "- ", "[{a: "]) func deepTexts(unit: String) {
        #expect(words(String(repeating: unit, count: 100_000)) == "nested more than 200 levels deep")
    }

    @Test func deepByAliases() {
        let text = "- &a0 [x]\n" + (1...300).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
        #expect(words(text) == "nested more than 200 levels deep")
    }

    @Test func aliasBombs() {
        let names = Array("abcdefghijklmnop").map(String.init)
        let text =
            "a: &a [lol]\n"
            + zip(names, names.dropFirst()).map { before, name in
                "\(name): &\(name) [\(Array(repeating: "*\(before)", count: 10).joined(separator: ", "))]\n"
            }.joined()
        #expect(words(text) == "grows beyond 16 MB: aliases of aliases")
        #expect(words("a: &a [*a]") == "an alias stands inside of what it names")
        #expect(words("a: *b") == "found undefined alias")
    }

    @Test func manyAnchorsAreReadInLinearTime() {
        let text = (0..<100_000).map { "- &a\($0) x\n" }.joined() + String(repeating: "- *a99999\n", count: 100_000)
        let took = ContinuousClock().measure { #expect(words(text) == nil) }
        #expect(took < .seconds(5))
    }

    @Test func manyDirectivesAreRefused() {
        let text = (0..<1000).map { "%TAG !t\($0)! tag:x\n" }.joined() + "---\na\n"
        #expect(words(text) == "more than 64 lines begin with '%'")
    }

    @Test func keysThatAreNoTextsAreLeftOut() throws {
        let json = try YAMLText.json("a: {{ .Values.x }}\nb: {[x, y] : &n 1, k : 2}\nc: 3").get()
        #expect(
            json
                == "[{\"a\":{\"@lines\":{}},\"b\":{\"k\":2,\"@lines\":{\"k\":2}},\"c\":3,\"@lines\":{\"a\":1,\"b\":2,\"c\":3}}]"
        )
        #expect(words("a: {{x: &n 1} : 2}\nb: *n") == "found undefined alias")
        #expect(try YAMLText.json("&k key: 1\nb: *k").get().contains("\"b\":\"key\""))
    }
}
