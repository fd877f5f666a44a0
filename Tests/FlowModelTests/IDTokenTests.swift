import Testing

@testable import FlowModel

/// An ID token's nonce against the authorization request that it stems from: pushed or not, refreshed or not.
@Suite struct IDTokenTests {
    private let key = TestKey()

    /// How a login got to its code.
    enum Way: CaseIterable {
        case redirected, pushed, byPKCE, byState
    }

    private func idToken(_ nonce: String?) -> String {
        TestKey(9).sign("{\"alg\":\"ES256\"}", "{\"sub\":\"ada\"\(nonce.map { ",\"nonce\":\($0)" } ?? "")}")
    }

    /// A login that asked for the nonce n-1, and its token answer's ID token with another member.
    private func scene(_ way: Way = .redirected, asked: String = "&nonce=n-1", idToken: String?) -> Scene {
        var scene = Scene()
        let verifier = "verifier-verifier-verifier-verifier-verifier"
        let back = "http%3A%2F%2F127.0.0.1%2Fcb"
        let query =
            "response_type=code&client_id=c&redirect_uri=\(back)&state=0123456789abcdef\(asked)"
            + (way == .byPKCE ? "&code_challenge=\(Joins.challenge(of: verifier))" : "")
        let location = [("Location", "http://127.0.0.1/cb?code=c0ffee0001&state=0123456789abcdef")]
        switch way {
        case .redirected:
            scene.add("GET", "https://as.test/auth?\(query)", [], status: 302, answer: location)
        case .pushed:
            scene.add(
                "POST", "https://as.test/par", [("DPoP", key.proof("POST", "https://as.test/par", jti: "par-jti-1"))],
                body: query, status: 201, answerBody: "{\"request_uri\":\"urn:request:0001\",\"expires_in\":60}")
            scene.add(
                "GET", "https://as.test/auth?client_id=c&request_uri=urn%3Arequest%3A0001", [], status: 302,
                answer: location)
        case .byPKCE:
            scene.add("GET", "https://as.test/auth?\(query)", [], status: 200)
        case .byState:
            scene.add("GET", "https://as.test/auth?\(query)", [], status: 200)
            scene.add(
                "POST", "https://as.test/login?client_id=c", [], body: "username=a", status: 302, answer: location)
        }
        let more = ",\"refresh_token\":\"refresh-0001\"" + (idToken.map { ",\"id_token\":\"\($0)\"" } ?? "")
        _ = scene.token(
            key,
            form: "grant_type=authorization_code&code=c0ffee0001&redirect_uri=\(back)"
                + (way == .byPKCE ? "&code_verifier=\(verifier)" : ""), more: more)
        return scene
    }

    @Test(arguments: Way.allCases)
    func theNonceComesBackAsItWasSent(way: Way) {
        #expect(scene(way, idToken: idToken("\"n-1\"")).verdict(.idTokenNonce)?.verdict == .pass)
        for nonce in ["\"n-2\"", "\"N-1\"", "1", nil] {
            let found = scene(way, idToken: idToken(nonce)).verdict(.idTokenNonce)
            #expect(found?.verdict == .fail && found?.cause == .idTokenNonce, "\(nonce ?? "none")")
        }
    }

    @Test func whereNothingWasAskedNothingIsWrong() {
        #expect(scene(asked: "", idToken: idToken("\"n-2\"")).verdict(.idTokenNonce)?.verdict != .fail)
        #expect(scene(idToken: nil).verdict(.idTokenNonce)?.verdict != .fail)
        // Encrypted, or shortened before it was handed on.
        #expect(scene(idToken: "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d").verdict(.idTokenNonce)?.verdict == .cannotTell)
        #expect(scene(idToken: "[redacted]").verdict(.idTokenNonce)?.verdict == .cannotTell)
    }

    /// OpenID Connect Core §12.2: the same nonce, or none.
    @Test(arguments: [(nil, false), ("\"n-1\"", false), ("\"n-2\"", true)] as [(String?, Bool)])
    func aRefreshedIDTokenHasTheSameNonceOrNone(nonce: String?, isWrong: Bool) {
        var scene = scene(idToken: idToken("\"n-1\""))
        for number in 1...2 {
            _ = scene.token(
                key, token: TestKey(9).token(jkt: key.jkt, exp: 1_795_334_700 + number),
                form: "grant_type=refresh_token&refresh_token=refresh-000\(number)",
                more: ",\"refresh_token\":\"refresh-000\(number + 1)\",\"id_token\":\"\(idToken(nonce))\"")
        }
        let failing = scene.report().findings.filter { $0.check == .idTokenNonce && $0.verdict == .fail }
        #expect(failing.count == (isWrong ? 2 : 0))
    }

    /// A state that is used for two logins tells them not apart; the code does.
    @Test func eachCodeHasItsOwnLogin() {
        var scene = Scene()
        for number in 1...2 {
            let query =
                "response_type=code&client_id=c&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&state=s&nonce=n-\(number)"
            scene.add(
                "GET", "https://as.test/auth?\(query)", [], status: 302,
                answer: [("Location", "http://127.0.0.1/cb?code=c0ffee000\(number)&state=s")])
        }
        for number in 1...2 {
            _ = scene.token(
                key, token: TestKey(9).token(jkt: key.jkt, exp: 1_795_334_700 + number),
                form: "grant_type=authorization_code&code=c0ffee000\(number)",
                more: ",\"id_token\":\"\(idToken("\"n-\(number)\""))\"")
        }
        let found = scene.flows.indices.flatMap { scene.report(flow: $0).findings }.filter {
            $0.check == .idTokenNonce && $0.verdict == .fail
        }
        #expect(found.isEmpty)
    }
}
