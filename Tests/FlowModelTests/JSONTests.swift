import CScan
import Testing

@testable import FlowModel

@Suite struct JSONTests {
    /// JSONTestSuite: y_ must be taken, n_ refused, i_ may do either but not trap.
    @Test(.enabled(if: Shared.isThere, Shared.absence))
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

    /// The block-wise scanners against the parser: brackets and quotes inside strings, runs of backslashes, every place
    /// of a block.
    @Test(arguments: [false, true]) func findsTheEndsOfStringsAndContainers(narrow: Bool) throws {
        cs_stay_narrow(narrow ? 1 : 0)
        defer { cs_stay_narrow(0) }
        var random = MutationTests.Random(state: 7)
        let parts = [
            "{", "}", "[", "]", "\\\"", "\\\\", "x", "\u{E9}", ":", ",", "\\u0041", " ", "\\n",
            String(repeating: "y", count: 71),
        ]
        func string() -> String {
            "\""
                + (0..<Int.random(in: 0...40, using: &random)).map { _ in parts.randomElement(using: &random)! }
                .joined() + "\""
        }
        func value(_ depth: Int) -> String {
            switch Int.random(in: 0...(depth > 5 ? 2 : 5), using: &random) {
            case 0, 1: string()
            case 2: "-12.5e3"
            case 3:
                "[" + (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth + 1) }.joined(separator: ",")
                    + "]"
            default:
                "{"
                    + (0..<Int.random(in: 0...4, using: &random)).map { _ in string() + ": " + value(depth + 1) }
                    .joined(separator: ", ") + "}"
            }
        }
        for round in 0..<400 {
            let text = Bytes(String(repeating: " ", count: round % 65) + "[" + value(0) + "]")
            let document = try JSONDocument(text)
            var skipper = JSONSkipper(Bytes(text.array + Array("],\"".utf8)))
            #expect(skipper.value() == document.root.span, "round \(round)")
            var torn = JSONSkipper(text[SourceSpan(0, text.count - 1)])
            #expect(torn.value() == nil, "round \(round)")
            var cursor = JSONCursor(text)
            #expect(cursor.enter(0x5B) && cursor.nextElement())
            guard document.root.elements[0].kind == .string else { continue }
            let inner = cursor.string()
            #expect(
                inner?.span == document.root.elements[0].innerSpan
                    && inner?.hasEscapes == document.root.elements[0].hasEscapes, "round \(round)")
            #expect(inner.map { cursor.content(of: $0) } == document.root.elements[0].string)
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
        ("", "byte 0: expected a value, found the end"),
        ("{\"a\" 1}", "byte 5: expected ':' after the member name, found '1'"),
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
        #expect(root.number?.within(0...1e300) == nil)
        #expect(try JSONDocument(Bytes("1795334400")).root.number?.moment == 1_795_334_400)
    }

    @Test func quotesWhatTerminalsObey() {
        #expect(JSONText.quote("a\"\\\n\u{1B}\u{9B}é") == "\"a\\\"\\\\\\n\\u001b\\u009bé\"")
        #expect(
            JSONText.quote("\0\r\t\u{7F}\u{A0}\u{2027}\u{2028}\u{2029}\u{202A}")
                == "\"\\u0000\\r\\t\\u007f\u{A0}\u{2027}\\u2028\\u2029\u{202A}\"")
    }

    /// Whatever is quoted comes back from the parser: every scalar below U+3000, and what stands at the ends of UTF-8's
    /// lengths.
    @Test func quotedTextReadsBack() throws {
        let scalars =
            (0..<0x3000).compactMap(UnicodeScalar.init) + [
                "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
            ]
        for size in [5, 500] {
            for start in stride(from: 0, to: scalars.count, by: size) {
                var text = ""
                text.unicodeScalars.append(contentsOf: scalars[start..<min(start + size, scalars.count)])
                let quoted = JSONText.quote(text)
                #expect(try JSONDocument(Bytes(quoted)).root.string == text)
                #expect(quoted.unicodeScalars.allSatisfy { $0 >= " " && !("\u{7F}"..."\u{9F}" ~= $0) })
            }
        }
    }

    /// Words of every length in texts of every length, against a search byte by byte.
    @Test func findsWordsWhereTheyStand() {
        var random = MutationTests.Random(state: 11)
        for _ in 0..<4000 {
            let text = (0..<Int.random(in: 0...90, using: &random)).map { _ in UInt8.random(in: 97...98, using: &random)
            }
            let word = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: 97...98, using: &random)
            }
            let from = Int.random(in: 0...text.count, using: &random)
            let places = from..<max(from, text.count - word.count + 1)
            let wanted = places.first { text[$0..<($0 + word.count)].elementsEqual(word) } ?? text.count
            #expect(cs_find(text, from, text.count, word, word.count) == wanted)
        }
    }
}
