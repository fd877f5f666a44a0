import Testing

@testable import FlowModel

@Suite struct JSONTests {
    /// JSONTestSuite: y_ must be taken, n_ refused, i_ may do either but not trap.
    @Test(.enabled(if: Shared.isThere, "\(Shared.absence)"))
    func passesTheSuite() throws {
        let names = try Shared.names("vectors/json").filter { $0.hasSuffix(".json") }
        #expect(names.count > 300)
        for name in names {
            let bytes = try Shared.bytes("vectors/json/\(name)")
            let isTaken = (try? JSONDocument(bytes)) != nil
            if name.hasPrefix("y_") { #expect(isTaken, "\(name)") }
            // The parser keeps bytes that are not UTF-8 and says where they are; a JWS with them is refused.
            let isFlagged = (try? JSONDocument(bytes))?.invalidUTF8At != nil
            if name.hasPrefix("n_") { #expect(!isTaken || isFlagged, "\(name)") }
        }
    }

    @Test func keepsOrderDuplicatesNumbersAndSpans() throws {
        let text = "{\"b\":1.50,\"a\":[true,null],\"b\":-0e2,\"\\u0063\":\"x\\u00e9\"}"
        let root = try JSONDocument(Bytes(text)).root
        #expect(root.members.map { $0.name.string } == ["b", "a", "b", "c"])
        #expect(root.members[0].value.source == "1.50")
        #expect(root["b"]?.source == "-0e2")
        #expect(root["c"]?.string == "xé")
        #expect(root["a"]?.span == SourceSpan(14, 11))
        #expect(root.firstDuplicate?.span == SourceSpan(26, 3))
    }

    @Test(arguments: [
        ("", "byte 0: expected a value, found the end"), ("{\"a\" 1}", "byte 5: expected ':' after the member name, found '1'"),
        ("[1,]", "byte 3: expected a value, found ']'"), ("{\"a\":1", "byte 6: expected ',' or '}', found the end"),
        ("\"a\nb\"", "byte 2: expected an escape: control characters may not stand in a string, found 0x0a"),
        ("01", "byte 1: expected the end of the text, found '1'"), ("nul", "byte 3: expected 'null', found the end"),
        ("\"\\x\"", "byte 2: expected one of \" \\ / b f n r t u after '\\', found 'x'"),
    ])
    func saysWhatItExpected(text: String, words: String) {
        #expect { try JSONDocument(Bytes(text)) } throws: { "\($0)" == words }
    }

    @Test func tenThousandDeepIsOnlyALongerTape() throws {
        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        #expect(try JSONDocument(Bytes(deep)).root.firstDuplicate == nil)
        let lines = JSONPretty.lines(try JSONDocument(Bytes(deep)))
        #expect(lines.count < 200)
        #expect(throws: JSONError.self) { try JSONDocument(Bytes(String(repeating: "{\"a\":", count: 10_000))) }
    }

    @Test func hugeNumbersAreText() throws {
        let number = "1" + String(repeating: "0", count: 5000)
        let root = try JSONDocument(Bytes(number)).root
        #expect(root.source == number)
        #expect(root.int == nil)
        #expect(try JSONDocument(Bytes("1795334400")).root.double == 1_795_334_400)
    }

    @Test func quotesWhatTerminalsObey() {
        #expect(JSONText.quote("a\"\\\n\u{1B}\u{9B}é") == "\"a\\\"\\\\\\n\\u001b\\u009bé\"")
    }
}
