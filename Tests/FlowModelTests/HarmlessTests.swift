import Testing

@testable import FlowModel

/// No report hands a terminal or an eye anything to obey.
@Suite struct HarmlessTests {
    static let hostile = "\u{1B}[31m\u{9B}2J\u{7F}\u{202E}\u{200B}\u{FEFF}\u{E0041}\u{2028}\r\u{1B}]0;pwn\u{7}"

    private func hostiles(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { $0 != "\n" && HostileText.isHostile($0) }
    }

    @Test func everyReportIsHarmless() throws {
        let key = TestKey()
        let evil = Self.hostile
        var scene = Scene()
        let token = scene.token(
            key,
            token: TestKey(9).sign(
                "{\"alg\":\"ES256\",\"kid\":\(JSONText.quote(evil))}",
                "{\"exp\":1,\"iss\":\(JSONText.quote(evil)),\"cnf\":{\"jkt\":\(JSONText.quote(evil))}}"),
            type: "DPoP")
        for (status, host) in [(401, "api.test"), (200, "a\(evil)")] {
            let url = "https://\(host)/\(evil)"
            let proof = key.proof(
                "GET", url, token: token, jti: evil,
                header: ["typ": JSONText.quote(evil), "alg": JSONText.quote(evil)],
                payload: ["nonce": JSONText.quote(evil), "htm": JSONText.quote(evil), "htu": JSONText.quote(evil)])
            scene.call(
                token, proof: proof, scheme: "DPoP", status: status,
                answer: [
                    ("DPoP-Nonce", "n\(evil)n"), ("WWW-Authenticate", "DPoP error=\"\(evil)\""),
                    ("Date", "Sun, 22 Nov 2026 07:54:37 GMT"), ("Via", evil), ("X-Kong-\(evil)", evil),
                ], url: url, method: "G\(evil)")
        }
        let lines = scene.exchanges.map { FlowLine.write($0) }.joined()
        #expect(hostiles(lines) == [])
        let capture = try LoadedCapture.read(Bytes(lines))
        let reports = OutsideNumberTests.reports(capture, file: "a\(evil) b.har")
        #expect(hostiles(reports) == [])
        // A reader gets the very text back.
        #expect(capture.exchange(1)?.request.url.text == scene.exchanges[1].request.url.text)
    }

    @Test(.enabled(if: Shared.isThere, Shared.absence)) func theLedgerOfTheAttackIsHarmless() throws {
        let capture = try LoadedCapture.read(try Shared.bytes("attacks/ledger-esc.har"))
        let reports = OutsideNumberTests.reports(capture)
        #expect(hostiles(reports) == [] && reports.contains("http://a␛]0;pwn␇␛[31m"))
    }

    @Test func quotedTextsComeBack() throws {
        for text in [Self.hostile, "\u{301}a\u{202E}\u{301}\"\\", "é€😀", "", "\u{E0041}", "a\u{200D}\u{10FFFF}"] {
            let quoted = JSONText.harmless(text)
            #expect(hostiles(quoted) == [])
            #expect(try JSONDocument(Bytes(quoted)).root.string.map { Array($0.utf8) } == Array(text.utf8))
        }
        #expect(JSONText.harmless("é€😀") == "\"é€😀\"")
        #expect(JSONText.harmless("\u{202E}\u{E0041}") == "\"\\u202e\\udb40\\udc41\"")
    }

    @Test func urisOfSARIFArePercentEncoded() {
        #expect(SARIFReport.uri("a b/ü:%#?.har") == "a%20b/%C3%BC%3A%25%23%3F.har")
    }

    @Test func harmlessTextsAreMadeOfLiteralsAndEscapedValues() {
        let outside = "a\u{1B}[1m\nb"
        let line: Harmless = "x \(outside) \(7) \(Harmless(lines: outside))\n"
        #expect(line.text == "x a␛[1m␊b 7 a␛[1m\nb\n")
        #expect(["a", line, "b"].joined(separator: "-").text == "a-\(line.text)-b")
    }
}
