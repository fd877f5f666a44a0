import FlowModel
import Testing

/// Tokens out of files, as bytes: what is a token, what holds one, and what is something else.
struct TokenTextTests {
    private func read(_ text: String, _ kind: TokenText.Kind = .access) throws(TokenTextError) -> TokenText {
        try TokenText.read(Bytes(text), kind)
    }

    private func problem(_ bytes: Bytes) -> String? {
        do throws(TokenTextError) {
            _ = try TokenText.read(bytes)
            return nil
        } catch { return error.words }
    }

    private static let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.AAAA"

    private static let alone = [jwt, "opaque-1", jwt + "\n", "\u{FEFF}" + jwt + "\r\n", "  " + jwt + "  "]

    @Test(arguments: alone)
    func theTokenAlone(text: String) throws {
        let found = try read(text)
        #expect(found.source == nil)
        #expect(found.token == (text.utf8.count < 20 ? "opaque-1" : Self.jwt))
    }

    struct Answer: Sendable {
        let text: String
        let source: String
        init(_ text: String, _ source: String) { (self.text, self.source) = (text, source) }
    }

    static let answers: [Answer] = [
        Answer("{\"access_token\":\"\(jwt)\",\"token_type\":\"DPoP\"}", "`access_token` of its JSON"),
        Answer(
            "\u{FEFF}\r\n{\r\n  \"token_type\": \"DPoP\",\r\n  \"access_token\": \"\(jwt)\"\r\n}\r\n",
            "`access_token` of its JSON"),
        Answer(
            "{\"data\":{\"tokens\":[1,{\"access_token\":\"\(jwt)\"}]}}", "`data.tokens[1].access_token` of its JSON"),
        Answer("{\"accessToken\":\"\(jwt)\",\"expiresOn\":\"2026\"}", "`accessToken` of its JSON"),
        Answer("{\"access_token\":\"\(jwt)\",\"old\":{\"access_token\":\"x\"}}", "`access_token` of its JSON"),
        Answer("[{\"access_token\":\"\(jwt)\"},{\"access_token\":\"\(jwt)\"}]", "`[0].access_token` of its JSON"),
        Answer("\"\(jwt)\"", "a JSON string"),
        Answer(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"access_token\":\"\(jwt)\"}",
            "`access_token` of its JSON"),
        Answer("access_token=\(jwt)&token_type=bearer", "a form's `access_token`"),
        Answer("token_type=bearer&access_token=\(jwt)", "a form's `access_token`"),
        Answer("DPoP \(jwt)", "what stood around it: 'DPoP '"),
        Answer("Authorization: Bearer \(jwt)\n", "what stood around it: 'Authorization:', 'Bearer '"),
        Answer("eyJhbGciOiJFUzI1NiJ9.eyJp\r\nc3MiOiJhIn0.AAAA\n", "what stood around it: line breaks"),
    ]

    @Test(arguments: answers) func outOfAnAnswer(answer: Answer) throws {
        let found = try read(answer.text)
        #expect(found.token == Self.jwt)
        #expect(found.source == answer.source)
    }

    /// PowerShell's `>` writes UTF-16.
    @Test func utf16() throws {
        let units = Array("{\"access_token\":\"\(Self.jwt)\"}".utf16)
        var little: [UInt8] = [0xFF, 0xFE]
        for unit in units { little += [UInt8(unit & 255), UInt8(unit >> 8)] }
        #expect(try TokenText.read(Bytes(little)).token == Self.jwt)
    }

    @Test func aRefreshTokenIsAnotherMember() throws {
        let answer = "{\"access_token\":\"a\",\"refresh_token\":\"r\"}"
        #expect(try read(answer, .refresh).token == "r")
        #expect(try read(answer).token == "a")
        #expect(throws: TokenTextError.self) { try read("{\"access_token\":\"a\"}", .refresh) }
    }

    static let others: [Answer] = [
        Answer("", "it is empty"), Answer(" \r\n", "it is empty"),
        Answer("-----BEGIN PRIVATE KEY-----\nMIG", "it is a PEM (PRIVATE KEY)"),
        Answer("<!DOCTYPE html><title>Sign in</title>", "it is an HTML page"), Answer("<a/>", "it is XML or HTML"),
        Answer("{\"error\":\"invalid_client\"}", "it is the answer of a server that refused (invalid_client)"),
        Answer("{\"kty\":\"EC\"}", "it is a JWK, a key"), Answer("{\"keys\":[]}", "it is a JWKS, a set of keys"),
        Answer("{\"ciphertext\":\"AA\"}", "it is a JWE in JSON"),
        Answer("{\"log\":{\"entries\":[]}}", "it is a HAR capture"), Answer("{}", "it is JSON without `access_token`"),
        Answer("{\"id_token\":\"a.b.c\"}", "it is an answer with an ID token and without `access_token`"),
        Answer("{\"access_token\":null}", "its `access_token` is null, no string"),
        Answer(
            "[{\"access_token\":\"a\"},{\"access_token\":\"b\"}]",
            "it has several: `[0].access_token`, `[1].access_token`"),
        Answer("{\"access_token\":\"a", "it begins as JSON and is none"), Answer("two words", "it has several words"),
        Answer("{\"access_token\":\"\"}", "it is empty"), Answer("t\u{E9}", "U+E9 at character 1"),
        Answer("eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2In0.e30.AAAA", "it is a DPoP proof"),
        Answer("HTTP/1.1 500 Oops\n\n<html>", "it is an HTML page"),
        Answer("HTTP/1.1 204 No Content\n\n", "it is empty"),
    ]

    @Test(arguments: others) func whatIsSomethingElse(other: Answer) {
        let words = problem(Bytes(other.text)) ?? ""
        #expect(words.hasPrefix(other.source), "\(words)")
        #expect(words.hasSuffix("; expected an access token, or the JSON of an answer with one"))
    }

    @Test func bytesThatAreNoText() {
        #expect(problem(Bytes([0x30, 0x82, 0x01, 0x00, 0x00, 0xFF]))?.hasPrefix("it is binary data") == true)
        #expect(
            problem(Bytes([UInt8](repeating: 0x41, count: (1 << 22) + 1)))?.hasPrefix("it has 4194305 bytes") == true)
        // Deeper than an answer is wrapped.
        let deep =
            String(repeating: "[", count: 4000) + "{\"access_token\":\"a\"}" + String(repeating: "]", count: 4000)
        #expect(problem(Bytes(deep))?.hasPrefix("it") == true)
    }
}
