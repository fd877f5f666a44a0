import Testing

@testable import FlowModel

@Suite struct CurlCommandTests {
    @Test(arguments: [
        ("plain-1.2/x", "plain-1.2/x"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"),
        ("$(x) `y` \"z\"", "'$(x) `y` \"z\"'"),
        ("a\u{1B}]0;x", "$'a\\x1b]0;x'"), ("'\n\\", "$'\\'\\x0a\\\\'"), ("\u{202E}", "$'\\xe2\\x80\\xae'"),
    ])
    func wordsOfAShell(text: String, word: String) { #expect(CurlCommand.quoted(text) == word) }

    @Test func aBodyThatIsNoTextIsNotPretended() {
        let request = Request(
            method: "PUT", url: HTTPURL("https://a.test:8443/x?y=1"), version: "HTTP/2",
            headers: [Header("host", "a.test:8443"), Header("x-empty", ""), Header("content-length", "3")],
            body: Body(Bytes([0xFF, 0x41, 0])))
        let text = CurlCommand.text(request)
        #expect(text.hasPrefix("curl -X PUT 'https://a.test:8443/x?y=1' \\\n  -H 'x-empty;' \\\n  --data-raw "))
        #expect(text.hasSuffix("# the body is 3 bytes that are no UTF-8; give it with --data-binary @FILE\n"))
    }
}
