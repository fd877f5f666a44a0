import FlowModel
import Testing

@testable import dpop_tui

/// YAML that grows, nests or repeats without end: a sentence, and soon.
@Suite struct YAMLBoundsTests {
    /// What is said of the text as a file of configuration.
    private func words(_ yaml: String) -> String? {
        let text = "x-dpop: 1\n---\n" + yaml
        let found = Doctoring.report(text, file: "a.yaml").advice.first { $0.id == "input.yaml" }
        return found.map { String($0.title.split(separator: ": ", maxSplits: 1).last ?? "") }
    }

    @Test(arguments: ["[", "{a: ", "- ", "[{a: "]) func deepTexts(unit: String) {
        #expect(words(String(repeating: unit, count: 100_000)) == "nested more than 200 levels deep")
    }

    @Test func aliasBombs() {
        let names = Array("abcdefghijklmnop").map(String.init)
        let text =
            "a: &a [lol]\n"
            + zip(names, names.dropFirst()).map { before, name in
                "\(name): &\(name) [\(Array(repeating: "*\(before)", count: 10).joined(separator: ", "))]\n"
            }.joined()
        #expect(words(text) == "aliases of aliases: it grows without end")
        #expect(words("a: &a [*a]") == "an alias stands inside of what it names")
        #expect(words("a: *b") == "found undefined alias")
    }

    @Test func deepByAliases() {
        let text = "- &a0 [x]\n" + (1...100_000).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
        _ = Doctoring.report(text, file: "a.yaml").text()
    }

    @Test func manyAnchorsAreReadInLinearTime() {
        let text = (0..<100_000).map { "- &a\($0) x\n" }.joined() + String(repeating: "- *a99999\n", count: 100_000)
        let took = ContinuousClock().measure { #expect(words(text) == nil) }
        #expect(took < .seconds(10))
    }

    @Test func manyDirectivesAreRefused() {
        let text = (0..<1000).map { "%TAG !t\($0)! tag:x\n" }.joined() + "---\na\n"
        #expect(words(text) == "more than 64 lines begin with '%'")
    }
}
