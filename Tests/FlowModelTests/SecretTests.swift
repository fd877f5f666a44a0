import Testing

@testable import FlowModel

/// What is masked until it is asked for, and what is not.
@Suite struct SecretTests {
    private func exchange(
        _ url: String = "https://a.test/", _ headers: [(String, String)] = [], body: String? = nil,
        answer: [(String, String)] = [], answerBody: String? = nil
    ) -> Exchange {
        let isForm = body?.first != "{"
        let type =
            body == nil
            ? [] : [Header("Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/json")]
        return Exchange(
            index: 0,
            request: Request(
                method: "POST", url: HTTPURL(url), headers: headers.map { Header($0.0, $0.1) } + type,
                body: body.map { Body(Bytes($0)) }),
            response: Response(
                status: 200, headers: answer.map { Header($0.0, $0.1) }, body: answerBody.map { Body(Bytes($0)) }))
    }

    private func hidden(_ text: String, in exchange: Exchange) -> Bool {
        let shown = Secrets.mask(of: exchange).hide("<\(text)>")
        #expect(shown.utf8.count == text.utf8.count + 2)
        return !shown.contains(text)
    }

    @Test(arguments: [
        "client_secret", "refresh_token", "password", "client_assertion", "assertion", "code_verifier", "code",
        "device_code", "device_secret", "subject_token", "actor_token", "id_token_hint", "Client_Secret",
    ])
    func parametersOfFormsAndQueries(name: String) {
        #expect(hidden("s3cr/t+1", in: exchange(body: "a=1&\(name)=s3cr%2ft%2B1&b=2")))
        #expect(hidden("s3cr%2ft%2B1", in: exchange(body: "\(name)=s3cr%2ft%2B1")))
        #expect(hidden("s3cr%2Ft%2B1", in: exchange("https://a.test/?\(name)=s3cr%2ft%2B1")))
        #expect(hidden("s3cr3t-1", in: exchange(answer: [("Location", "https://b.test/cb?\(name)=s3cr3t-1")])))
        #expect(
            hidden("s3cr3t-1", in: exchange(answer: [("Location", "app:/cb#x=1&\(name)=s3cr3t-1")])) || name.isEmpty)
    }

    @Test(arguments: [
        "refresh_token", "id_token", "device_code", "client_secret", "registration_access_token", "clientSecret",
    ])
    func membersOfJSON(name: String) {
        #expect(hidden("s3cr3t-1", in: exchange(answerBody: "{\"a\":[{\"\(name)\":\"s3cr3t-1\"}]}")))
        #expect(hidden("s3cr3t-1", in: exchange(body: "{\"\(name)\":[\"s3cr3t-1\"]}")))
        #expect(hidden("a\\/b\\/c", in: exchange(answerBody: "{\"\(name)\":\"a\\/b\\/c\"}")))
    }

    @Test(arguments: ["d", "p", "q", "dp", "dq", "qi", "k"]) func privateMembersOfKeys(name: String) throws {
        #expect(hidden("s3cr3t-1", in: exchange(answerBody: "{\"keys\":[{\"kty\":\"RSA\",\"\(name)\":\"s3cr3t-1\"}]}")))
        // Elsewhere the letter means nothing.
        #expect(!hidden("s3cr3t-1", in: exchange(answerBody: "{\"\(name)\":\"s3cr3t-1\"}")))
        let document = try JSONDocument(Bytes("{\"jwk\":{\"kty\":\"EC\",\"\(name)\":\"s3cr3t-1\"}}"))
        #expect(
            Secrets.mask(of: document).hide(document.root.source)
                == "{\"jwk\":{\"kty\":\"EC\",\"\(name)\":\"********\"}}")
    }

    @Test func aProofsPrivateKeyIsHiddenEncodedToo() {
        let header = Base64URL.encode(
            Array(
                "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"s3cr3t-1\"}}"
                    .utf8))
        let proof = CompactJWS("\(header).e30.AAAA")
        let mask = Secrets.mask(of: exchange(), proof: proof)
        #expect(!mask.hide(proof.compact.text).contains(header) && mask.hide("s3cr3t-1") == "********")
    }

    @Test(arguments: [
        ("Authorization", "Basic YzpzM2NyM3Q=", "YzpzM2NyM3Q="), ("Authorization", "s3cr3t-1", "s3cr3t-1"),
        ("Authorization", "Digest a=\"s3cr3t\"", "a=\"s3cr3t\""),
        ("Proxy-Authorization", "Basic YzpzM2NyM3Q=", "YzpzM2NyM3Q="),
        ("Proxy-Authorization", "Bearer s3cr3t-1", "s3cr3t-1"), ("Cookie", "a=b; sid=s3cr3t-1; c=d", "s3cr3t-1"),
        ("Cookie", "sid=true", "sid=true"), ("X-API-Key", "s3cr3t-1", "s3cr3t-1"), ("apikey", "s3cr3t-1", "s3cr3t-1"),
        ("x-goog-api-key", "s3cr3t-1", "s3cr3t-1"), ("Private-Token", "s3cr3t-1", "s3cr3t-1"),
        ("Referer", "https://a.test/?code=s3cr3t-1", "s3cr3t-1"),
    ])
    func headerFields(name: String, value: String, secret: String) {
        #expect(hidden(secret, in: exchange("https://a.test/", [(name, value)])))
    }

    @Test func cookiesThatAreSet() {
        #expect(hidden("s3cr3t-1", in: exchange(answer: [("Set-Cookie", "sid=s3cr3t-1; Path=/; HttpOnly")])))
        #expect(!hidden("HttpOnly", in: exchange(answer: [("Set-Cookie", "sid=s3cr3t-1; Path=/; HttpOnly")])))
    }

    @Test(arguments: ["https://user:s3cr3t-1@a.test/", "https://s3cr3t-1@a.test/", "https://u:p:s3cr3t-1@a.test/"])
    func passwordsOfURLs(url: String) { #expect(!Secrets.mask(of: exchange(url)).hide(url).contains("s3cr3t-1")) }

    /// Tokens and proofs are what the program is there to show.
    @Test func whatIsLookedAtStays() {
        let scene = exchange(
            "https://a.test/?state=s3cr3t-1",
            [("Authorization", "DPoP s3cr3t-1"), ("DPoP", "s3cr3t-1"), ("Cookie", "x=true")],
            body: "grant_type=s3cr3t-1", answer: [("DPoP-Nonce", "s3cr3t-1")],
            answerBody: "{\"access_token\":\"s3cr3t-1\",\"code\":\"s3cr3t-1\",\"active\":true}")
        #expect(!hidden("s3cr3t-1", in: scene) && !hidden("true", in: scene))
    }

    @Test func manySecretsAreHiddenInLinearTime() throws {
        let members = (0..<2_000).map { "{\"password\":\"secret-\($0)-x\"}" }.joined(separator: ",")
        let document = try JSONDocument(Bytes("[\(members)]"))
        let took = ContinuousClock().measure {
            #expect(!Secrets.mask(of: document).hide(document.root.source).contains("secret-77-x"))
        }
        #expect(took < .seconds(5))
        // However deep.
        let deep = try JSONDocument(
            Bytes(
                String(repeating: "[", count: 100_000) + "{\"password\":\"s3cr3t-1\"}"
                    + String(repeating: "]", count: 100_000)))
        #expect(Secrets.mask(of: deep).hide("s3cr3t-1") == "********")
    }
}
