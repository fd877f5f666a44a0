import Testing

@testable import FlowModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a text costs to read grows as the text does, whatever it repeats.
@Suite(.serialized) struct ReadingWorkTests {
    /// What some reader begins something at.
    private static let units: [String] = [
        "{", "[", "{\"a\":{", "{}", "{\"", "{\\\"error\\\":", "\"", "'", "`", "HTTP/1.1 401\n", "GET /a HTTP/1.1\n",
        "curl ",
        "curl '", "curl a \\\n", "http a.test\n", "wget '", "dpop: ey", "dpop: eyJ.a.b\n", "dpop\n\n\n", "eyJ", "eyJ ",
        "Authorization: DPoP ", "grant_type=", "grant_type=a ", "url: https://a.test/ ", "method: GET ", "status: 401 ",
        "401\n",
        "www-authenticate: DPoP a ", "\n", "\r\n", "<request", "<request><![CDATA[",
        "<request base64=\"true\"><![CDATA[R0VU]]>",
        "0000: 47 45 54 20 2f 0a\n", "meta {\nurl: a\n", "| dpop | b |\n", "```\n", "\u{1B}[0m",
        "--> GET https://a.test/\n",
        "RequestUri: '", "HTTP/1.1\\r\\n", "=> Send header\n", "GET https://a.test/\nHeaders:\n  A: b\nResponse:\n",
        "fetch('a', {",
        "=> ", "map[", "Some(", "a ", ".\n", "RFC 8792 \\\n", "web | GET /a HTTP/1.1\n", "> ", "{\"snapshot\":",
        "name: DPoP\n",
        "[a] => Array\n(\n[0] => b\n", "@a = {{a}}{{a}}\n", "{{a}}@a = b\n",
        "Sending HTTP request GET https://a.test/\n",
        "string(", "dpop => array (0 => ", "reply: '", "-> \"a\\r\\n\"\n", "DPoP: eyJ.eyJ.c\n\nHTTP/1.1 401 No\n\n{}\n",
    ]

    /// The processor's seconds of this thread alone: what else runs does not count.
    private static func seconds(_ unit: String, _ size: Int) -> Double {
        let bytes = Bytes(String(repeating: unit, count: size / unit.utf8.count))
        let start = clock()
        _ = try? Capture.read(bytes)
        return clock() - start
    }

    private static func clock() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Below the limit a text is tried in every form.
    @Test func everyFormIsLinear() { for unit in Self.units { expectLinear(unit, 1 << 13) } }

    /// Above it the first one that knows it reads it.
    @Test func largeTextsAreLinear() {
        for unit in ["{", "curl '", "dpop: ey", "<request base64=\"true\"><![CDATA[R0VU]]>", "grant_type="] {
            expectLinear(unit, PastedReading.limit + 1)
        }
    }

    /// As many refused requests, each with a proof of its own: what one of them is held against does not grow with all.
    @Test func manyRefusalsAreDiagnosedInLinearTime() {
        for form in ["\n< DPoP-Nonce: n%", "", "\n< Via: 1.1 Caddy"] {
            let large = Self.diagnosing(1600, form)
            let small = min(Self.diagnosing(400, form), Self.diagnosing(400, form))
            #expect(large < small * 10, "'\(form)': \(small) s, then \(large) s")
        }
    }

    /// The processor's seconds for a transcript of so many requests.
    private static func diagnosing(_ count: Int, _ fields: String) -> Double {
        let key = TestKey()
        let header = "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":\(key.jwk)}"
        var text = ""
        for number in 0..<count {
            let payload =
                "{\"jti\":\"number-\(number)\",\"htm\":\"GET\",\"htu\":\"https://a.test/\(number)\",\"iat\":1795334400}"
            let proof = [header, payload].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".") + ".AAAA"
            text += "> GET /\(number) HTTP/1.1\n> Host: a.test\n> Authorization: DPoP at-1\n> DPoP: \(proof)\n>\n"
            text += "< HTTP/1.1 401 No\n< WWW-Authenticate: DPoP error=\"use_dpop_nonce\"" + fields + "\n<\n"
        }
        let bytes = Bytes(text)
        let start = clock()
        if let loaded = try? LoadedCapture.read(bytes) { _ = WhyReport(loaded, input: "", settings: CheckSettings()) }
        return clock() - start
    }

    private func expectLinear(_ unit: String, _ size: Int) {
        let large = Self.seconds(unit, size * 4)
        // What takes no time has no ratio. A square would take sixteen times as long.
        guard large > 0.1 else { return }
        let small = min(Self.seconds(unit, size), Self.seconds(unit, size))
        #expect(large < small * 10, "\(unit.debugDescription): \(small) s, then \(large) s")
    }
}
