import Testing

@testable import dpop_lab

@Suite struct RedirectURITests {
    static func allows(_ redirect: String, _ patterns: [String]) -> Bool {
        guard let uri = RedirectURI(redirect) else { return false }
        return patterns.contains { uri.fits($0) }
    }

    @Test(arguments: [
        "javascript:alert(1)", "JavaScript://app.test/%0aalert(1)", "data:text/html,x", "file:///etc/passwd",
        "vbscript:x", "blob:https://app.test/x", "about:blank", "https:app.test", "https://", "//app.test/",
        "/back", "", "app.test", "https://app.test/#f", "https://ada@app.test/", "https://app.test\\@evil.test/",
        "https://app.test/\r\nX: y", "https://app.test/ x", "https://app.test/any/../else",
        "https://app.test/any/%2e%2E/else", "https://app.test/any/..", "1http://app.test/", "ht tp://app.test/",
    ])
    func noBrowserIsSentThere(redirect: String) {
        #expect(!Self.allows(redirect, ["*", redirect, "https://app.test/*"]))
    }

    @Test(arguments: [
        ("https://app.test/back", "https://app.test/back"), ("https://app.test/any/x?y=1", "https://app.test/any/*"),
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1/cb"), ("http://localhost:1/a/b", "http://localhost/*"),
        ("http://[::1]:9/", "http://[::1]/*"), ("com.example.app:/back", "com.example.app:/back"),
        ("com.example.app:/any/x", "com.example.app:/any/*"), ("https://any.test/", "*"), ("com.example.app:/x", "*"),
        ("https://app.test", "https://app.test/*"), ("https://app.test:443/back", "https://app.test/back"),
    ])
    func aRegisteredOneIsTaken(redirect: String, pattern: String) {
        #expect(Self.allows(redirect, [pattern]))
    }

    @Test(arguments: [
        ("https://app.test/back2", "https://app.test/back"), ("https://app.test.evil.test/x", "https://app.test*"),
        ("https://app.test/back?x=1", "https://app.test/back"), ("http://app.test/back", "https://app.test/back"),
        ("https://app.test:8443/back", "https://app.test/back"), ("http://127.evil.test/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1:5000/other", "http://127.0.0.1/cb"), ("https://127.0.0.1/cb", "http://127.0.0.1/cb"),
        ("com.example.other:/back", "com.example.app:/back"), ("com.example.app2:/x", "com.example.app:*"),
        ("https://else.test/", ""), ("http://127.0.0.1:5000/cb", "http://127.0.0.1:4000/cb"),
    ])
    func anotherIsNot(redirect: String, pattern: String) {
        #expect(!Self.allows(redirect, [pattern]))
    }

    @Test func theUsualClientsStayOnThisMachine() {
        let client = LabClient.usual[0]
        for redirect in ["http://127.0.0.1:3912/callback", "http://localhost:1/", "http://[::1]:2/x"] {
            #expect(client.allows(redirect: redirect))
        }
        for redirect in ["https://app.test/", "https://127.0.0.1/", "http://10.0.0.1/", "com.example.app:/x"] {
            #expect(!client.allows(redirect: redirect))
        }
    }
}
