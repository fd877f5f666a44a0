import Testing

@testable import FlowModel

@Suite struct HarmlessFormsTests {
    /// One of each kind: C0, DEL, C1, a bidi control, a format character, a tag, a private one.
    static let hostile: [Unicode.Scalar] = [
        "\u{1B}", "\u{7}", "\r", "\u{7F}", "\u{9B}", "\u{9D}", "\u{85}", "\u{202E}", "\u{2066}", "\u{200B}", "\u{AD}",
        "\u{FEFF}", "\u{E0041}", "\u{E000}", "\u{2028}",
    ]

    @Test(arguments: hostile) func nothingHostileGetsThrough(scalar: Unicode.Scalar) {
        let text = "a\(scalar)b"
        let all: [Harmless] = [
            Harmless(escaping: text), Harmless(lines: text), Harmless(report: text), Harmless(json: text),
            "x \(text) y",
            "\([text])", "\(Optional(text) as Any)",
        ]
        for one in all where !(scalar == "\r" && one == all[3]) {
            #expect(!one.text.unicodeScalars.contains(scalar), "\(one.text.unicodeScalars.map(\.value))")
            #expect(one.text.contains("a") && one.text.contains("b"))
        }
    }

    @Test func whatIsOursStands() {
        #expect(Harmless(escaping: "grüße ✓ 日本 🎉").text == "grüße ✓ 日本 🎉")
        #expect(Harmless(lines: "a\nb").text == "a\nb" && Harmless(escaping: "a\nb").text == "a␊b")
        let name = "\u{1B}[2J"
        #expect(("\u{1B}[1m\(name)\u{1B}[0m" as Harmless).text == "\u{1B}[1m␛[2J\u{1B}[0m")
        #expect(("\("a\u{7}" as Harmless)" as Harmless).text == "a\u{7}", "a literal is ours")
        #expect((["a", "b\("\u{7}")"] as [Harmless]).joined(separator: ", ").text == "a, b␇")
    }

    /// A report has the colours of its marks, and no other sequence: nothing hidden, no cursor moved, no title set.
    @Test(arguments: [
        ("\u{1B}[31m✗\u{1B}[0m\n", "\u{1B}[31m✗\u{1B}[0m\n"), ("\u{1B}[8mx", "␛[8mx"), ("\u{1B}[2Jx", "␛[2Jx"),
        ("\u{1B}]0;t\u{7}", "␛]0;t␇"), ("\u{1B}", "␛"), ("\u{1B}\u{1B}[1m", "␛\u{1B}[1m"),
        ("\u{1B}[1m\u{9B}31m", "\u{1B}[1m\\u{9b}31m"), ("\u{1B}[31;8m", "␛[31;8m"),
    ])
    func coloursOfReports(text: String, shown: String) { #expect(Harmless(report: text).text == shown) }

    /// A theme's looks stand in for the marks' own, and for nothing that is none.
    @Test func looksOfReports() {
        let written = Harmless(report: "\u{1B}[32m✓\u{1B}[0m \u{1B}[1mid\u{1B}[0m \u{1B}[35mx") {
            $0 == "[32m" || $0 == "[35m" ? "\u{1B}[38;5;40m" : nil
        }
        #expect(written.text == "\u{1B}[38;5;40m✓\u{1B}[0m \u{1B}[1mid\u{1B}[0m ␛[35mx")
    }

    /// JSON means the same afterwards.
    @Test func jsonIsEscapedByItsOwnRules() throws {
        let text = "{\"a\":\"x\u{202E}y\u{9B}z\u{E0041}\",\n\t\"b\":\"✓\"}"
        let made = Harmless(json: text).text
        #expect(made == "{\"a\":\"x\\u202ey\\u009bz\\udb40\\udc41\",\n\t\"b\":\"✓\"}")
        let root = try JSONDocument(Bytes(made)).root
        #expect(root["a"]?.string == "x\u{202E}y\u{9B}z\u{E0041}")
    }
}
