import Testing

@testable import FlowModel

@Suite struct HTTPTests {
    @Test func markupIsEscapedByScalars() {
        #expect(
            Markup.escape("a<\u{301}script> & \"b\" 'c'") == "a&lt;\u{301}script&gt; &amp; &quot;b&quot; &#39;c&#39;")
    }

    @Test(arguments: [
        ("HTTPS://API.test:443/a/./b/../c?x#y", "https://api.test/a/c"), ("http://h", "http://h/"),
        ("http://h:80/%7euser/%2f%3a", "http://h/~user/%2F%3A"),
        ("http://h:/x/", "http://h/x/"), ("http://h//a", "http://h//a"), ("https://h:8443/../x", "https://h:8443/x"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://intranet%47eb.%C3%A9/y", "http://intranetgeb.%C3%A9/y"), ("http://%41/", "http://a/"),
    ])
    func normalisesAsRFC3986Says(text: String, normal: String) { #expect(HTTPURL(text).normalised == normal) }

    /// Whatever a file has for a URL: what was normalised once stays as it is.
    @Test func isNormalisedOnceForAll() {
        var seed = MutationTests.Random(state: 16)
        let pieces = [
            "http://", "https://", "HTTP://", "a", "B", "é", "İ", "Σ", "[", "]", "::1", ":", "80", "443", "08", "/",
            "//", "/.",
            "/..", "%", "%2", "%41", "%34", "%31", "%25", "%3a", "%3A", "%2e", "%e9", "?", "#", "@", "x:y@", " ", "\\",
            ".",
        ]
        for _ in 0..<20_000 {
            var text = seed.next() % 4 == 0 ? "" : "http://"
            for _ in 0..<(1 + seed.next() % 9) { text += pieces[Int(seed.next() % UInt64(pieces.count))] }
            let once = HTTPURL(text).normalised
            let twice = HTTPURL(once).normalised
            if once != twice {
                Issue.record("\(text): \(once), then \(twice)")
                return
            }
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1/", true), ("http://127.1", true), ("http://[::1]:80", true), ("http://a.LOCALHOST", true),
        ("http://127.evil.test/", false), ("http://127.0.0.1.evil.test", false), ("http://localhost.test", false),
    ])
    func loopbackIsAnAddress(text: String, isLoopback: Bool) { #expect(HTTPURL(text).isLoopback == isLoopback) }

    @Test func cutsURLsWithoutChangingThem() {
        let url = HTTPURL("https://u:p@Host:8443/p/a?q=1?2#f#g")
        #expect(url.scheme == "https" && url.userinfo == "u:p" && url.host == "Host" && url.port == "8443")
        #expect(url.path == "/p/a" && url.query == "q=1?2" && url.fragment == "f#g")
        #expect(url.withoutQuery == "https://u:p@Host:8443/p/a")
        #expect(HTTPURL("/only/path").scheme.isEmpty)
        #expect(HTTPURL("").path.isEmpty)
        #expect(HTTPURL("http://127.0.0.1:1/").isLoopback && !HTTPURL("http://example.test").isLoopback)
    }

    /// The challenges of RFC 9449's figures 15, 16, 17, 19 and 24.
    @Test func parsesSeveralChallengesInOneField() throws {
        let one = try Challenge.parse("DPoP algs=\"ES256 PS256\"")
        #expect(one.count == 1 && one[0].scheme == "DPoP" && one[0]["algs"] == "ES256 PS256")
        let binding = try Challenge.parse(
            "DPoP error=\"invalid_token\", error_description=\"Invalid DPoP key binding\", algs=\"ES256\"")
        #expect(binding[0].parameters.map(\.name) == ["error", "error_description", "algs"])
        let two = try Challenge.parse("Bearer, DPoP algs=\"ES256 PS256\"")
        #expect(two.map(\.scheme) == ["Bearer", "DPoP"])
        let mixed = try Challenge.parse(
            "Bearer error=\"invalid_token\", error_description=\"a, \\\"b\\\" DPoP\", DPoP algs=\"ES256\", Basic dXNlcg=="
        )
        #expect(mixed.map(\.scheme) == ["Bearer", "DPoP", "Basic"])
        #expect(mixed[0]["error_description"] == "a, \"b\" DPoP" && mixed[2].token68 == "dXNlcg==")
    }

    @Test(arguments: [("DPoP error=\"x", 11), ("=x", 0), ("DPoP a=\"1\" b=\"2\"", 11)])
    func saysWhereAChallengeBreaks(text: String, offset: Int) {
        #expect { try Challenge.parse(text) } throws: { ($0 as? ChallengeError)?.offset == offset }
    }

    @Test func readsTimes() {
        #expect(
            Timestamp.moment("2026-11-22T07:54:37.082807+00:00").map { Int($0.seconds * 1000) } == 1_795_334_077_082)
        #expect(Timestamp.parse("2026-11-22T09:54:37+02:00") == 1_795_334_077)
        #expect(
            Timestamp.parse("1970-01-01T00:00:00Z") == 0 && Timestamp.parse("yesterday") == nil
                && Timestamp.parse("2026-13-01T00:00:00Z") == nil)
        #expect(Timestamp.parseHTTPDate("Sun, 22 Nov 2026 07:54:37 GMT") == 1_795_334_077)
        #expect(Timestamp.text(Moment(1_562_262_616)) == "2019-07-04 17:50:16 UTC")
        #expect(
            Timestamp.text(Moment(1e300)) == "beyond any calendar"
                && Timestamp.text(Moment(-1)) == "1969-12-31 23:59:59 UTC")
        #expect(
            Timestamp.distance(Interval(0.4)) == "0.4 s" && Timestamp.distance(Interval(3600)) == "1 h"
                && Timestamp.distance(Interval(1e18)) == "31688087 years")
    }

    @Test func decodesForms() {
        let form = Form("a=1&b=x%20y+z&a=2&c&%zz=%4")
        #expect(form["a"] == "1" && form["b"] == "x y z" && form["c"] == "")
        #expect(form.members.last?.name == "%zz" && form.members.last?.value == "%4")
    }

    @Test func inflatesWithALimit() {
        let gzip: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0xCB, 0xCF, 7, 0, 0x21, 0x65, 0x73, 0x8C, 3, 0, 0, 0,
        ]
        #expect(ContentCoding.gzip.decode(Bytes(gzip)).text == "foo")
        #expect(ContentCoding.gzip.decode(Bytes([1, 2, 3])).array == [1, 2, 3])
    }

    /// "foo" a hundred times, coded by Python's brotli and zstandard.
    @Test(arguments: [
        ("br", [27, 43, 1, 248, 165, 204, 222, 98, 179, 32, 96, 108] as [UInt8]),
        ("zstd", [40, 181, 47, 253, 96, 44, 0, 85, 0, 0, 24, 102, 111, 111, 1, 0, 38, 170, 110, 8]),
    ])
    func decodesWhatBrowsersAskFor(name: String, coded: [UInt8]) throws {
        let coding = try #require(ContentCoding(name))
        try #require(coding != .unknown(name), "libbrotlidec and libzstd come with libcurl")
        #expect(coding.decode(Bytes(coded)).text == String(repeating: "foo", count: 100))
        #expect(coding.decode(Bytes([1, 2, 3])).array == [1, 2, 3])
        // Cut anywhere, or with anything behind it, it neither hangs nor traps.
        for count in 0...coded.count { #expect(coding.decode(Bytes(Array(coded[..<count]))).count <= 300) }
        for at in coded.indices {
            for bit in 0..<8 {
                var bad = coded
                bad[at] ^= 1 << UInt8(bit)
                _ = coding.decode(Bytes(bad))
            }
        }
        if name == "zstd" { #expect(coding.decode(Bytes(coded + coded)).count == 600) }
    }
}
