import Testing

@testable import FlowModel

@Suite struct CaptureTests {
    static let entry =
        "{\"startedDateTime\":\"2026-11-22T08:00:00Z\",\"time\":5,\"request\":{\"method\":\"GET\",\"url\":\"https://h/a\",\"headers\":[{\"name\":\":authority\",\"value\":\"h\"},{\"name\":\"dpop\",\"value\":\"x\"}]},\"response\":{\"status\":200,\"headers\":[],\"content\":{\"text\":\"Zm9v\",\"encoding\":\"base64\"}}}"

    private func read(_ text: String) throws -> LoadedCapture { try LoadedCapture.read(Bytes(text)) }

    @Test func readsBrowsersHARs() throws {
        let loaded = try read(
            "\u{FEFF}{\"log\":{\"version\":\"1.2\",\"pages\":[{}],\"entries\":[\(Self.entry)],\"comment\":\"x\"}}")
        let exchange = try #require(loaded.exchange(0))
        #expect(loaded.problems.isEmpty && exchange.request.headers.map(\.name) == ["dpop"])
        #expect(
            exchange.response?.body?.bytes.text == "foo" && exchange.started == 1_795_334_400
                && exchange.duration == 0.005)
    }

    /// Members in any order, blanks anywhere, members nobody asked for, escapes: the same exchange.
    @Test(arguments: [
        "{\"response\":{\"content\":{\"encoding\":\"base64\",\"text\":\"Zm9v\"},\"headers\":[],\"status\":200},\"time\":5,\"request\":{\"headers\":[{\"value\":\"h\",\"name\":\":authority\"},{\"value\":\"x\",\"name\":\"dpop\"}],\"url\":\"https://h/a\",\"method\":\"GET\"},\"startedDateTime\":\"2026-11-22T08:00:00Z\"}",
        "{ \"startedDateTime\" : \"2026-11-22T08:00:00Z\" ,\n\t\"time\" :5.0, \"cache\": { } , \"request\" :\r\n{ \"method\" : \"GET\" , \"cookies\": [ ], \"url\" : \"https:\\/\\/h\\/a\" , \"headers\" : [ { \"name\" : \":authority\" , \"value\" : \"h\" } , { \"name\":\"dpop\", \"comment\": [ {}, [\"]\"] ], \"value\" : \"\\u0078\" } ] } , \"response\" : { \"status\" : 200 , \"content\" : { \"text\" : \"Zm9v\" , \"encoding\" : \"base64\" } } }",
        "{\"requests\":1,\"reques\":\"\\\"\",\"startedDateTime\":\"2026-11-22T08:00:00.000+00:00\",\"time\":5e0,\"_priority\":null,\"request\":{\"methods\":[],\"method\":\"GET\",\"queryString\":[{}],\"cookies\":[],\"url\":\"https://h/a\",\"headers\":[{\"name\":\"dpop\",\"value\":\"x\"}]},\"response\":{\"status\":200,\"content\":{\"text\":\"Zm9v\",\"encoding\":\"base64\"}}}",
    ]) func theLayoutOfAHARDoesNotMatter(entry: String) throws {
        let exchange = try #require(try read("{\"log\":{\"entries\":[\(entry)]}}").exchange(0))
        #expect(exchange.request.headers.map(\.name) == ["dpop"] && exchange.request.headers.first("DPoP") == "x")
        #expect(
            exchange.request.method == "GET" && exchange.request.url.text == "https://h/a"
                && exchange.response?.status == 200)
        #expect(
            exchange.response?.body?.bytes.text == "foo" && exchange.started == 1_795_334_400
                && exchange.duration == 0.005)
    }

    /// A field's name is found whatever its length and wherever its text ends.
    @Test(arguments: ["a", "te", "via", "dpop", "trail", "server", "expires", "location", "dpop-nonce"])
    func fieldsAreFoundByName(name: String) {
        let (line, upper) = (Bytes("\(name)v"), name.uppercased())
        let field = Header(
            in: line, name: SourceSpan(0, name.utf8.count), value: SourceSpan(name.utf8.count, 1), valueOffset: 0)
        let fields = [Header("x", "0"), field, Header(upper, "2")]
        let wanted: [StaticString] = ["a", "te", "via", "dpop", "trail", "server", "expires", "location", "dpop-nonce"]
        for other in wanted {
            let isIt = other.description == name
            #expect(fields.firstIndex(of: other) == (isIt ? 1 : nil) && fields.count(of: other) == (isIt ? 2 : 0))
        }
    }

    /// Times no calendar has are no times; nothing computed from them may trap.
    @Test(arguments: ["inf", "nan", "1e300", "-1e300", "9999999999999"]) func absurdTimes(text: String) throws {
        func net(_ value: String, _ type: Character) -> String { "\(value.utf8.count):\(value)\(type)" }
        let proof = TestKey().proof("GET", "https://h/p", token: "t")
        let headers = net(
            net(net("DPoP", ",") + net(proof, ","), "]") + net(net("Authorization", ",") + net("DPoP t", ","), "]"), "]"
        )
        let request =
            net("method", ";") + net("GET", ";") + net("path", ";") + net("https://h/p", ";") + net("headers", ";")
            + headers
            + net("timestamp_start", ";") + net(text, "^") + net("timestamp_end", ";") + net(text, "^")
        let loaded = try read(net(net("request", ";") + net(request, "}"), "}"))
        let report = FlowChecker(context: loaded.context).check(loaded.flows[0]) { loaded.exchange($0) }
        #expect(report.findings.contains { $0.check == .proofIat && $0.verdict == .cannotTell })
    }

    /// No short text may trap, whatever it is.
    @Test func everyShortTextIsAnsweredOrRefused() {
        let letters = Array("{}[]\",:0-\n d\u{FEFF}".utf8)
        for first in letters {
            for second in letters {
                for third in letters { _ = try? LoadedCapture.read(Bytes([first, second, third])) }
            }
        }
        for prefix in 0..<40 {
            _ = try? LoadedCapture.read(
                Bytes(Array("{\"dpop-tui\":1,\"request\":{\"method\":\"\"}}\n".utf8.prefix(prefix))))
        }
    }

    @Test func keepsSpansIntoTheFile() throws {
        let text = "{\"log\":{\"entries\":[\(Self.entry)]}}"
        let header = try #require(try read(text).exchange(0)?.request.headers.first)
        #expect(Bytes(text)[header.valueSpan!].text == "x")
    }

    @Test(arguments: [
        ("", "byte 0: the file is empty; expected HAR, a mitmproxy flow file or a dpop-tui capture"),
        ("<html>", "byte 0: expected '{' (HAR or dpop-tui capture) or a digit (mitmproxy flow file), found '<'"),
        ("\n", "byte 0: expected '{' (HAR or dpop-tui capture) or a digit (mitmproxy flow file), found 0x0a"),
        (" \n\t", "byte 0: expected '{' (HAR or dpop-tui capture) or a digit (mitmproxy flow file), found 0x20"),
        ("{", "byte 1: expected a member `log`: this JSON is no HAR, found the end"),
        ("\n{\"log\":{\"entries\":{}}}", "byte 19: expected an array as `log.entries`, found '{'"),
        (
            "PK\u{3}\u{4}x",
            "byte 0: expected '{' (HAR or dpop-tui capture) or a digit (mitmproxy flow file), found a zip archive: unpack it first"
        ),
        ("1", "entry 0, byte 1: expected ':' after the length, found the end; 0 whole flows stand before it"),
        ("{}", "byte 1: expected a member `log`: this JSON is no HAR, found '}'"),
        ("{\"log\":[]}", "byte 7: expected an object as `log`, found '['"),
        ("{\"log\":{\"entries\":{}}}", "byte 18: expected an array as `log.entries`, found '{'"),
        (
            "{\"log\":{\"entries\":[{\"request\":",
            "entry 0, byte 19: the file ends inside this entry: 0 whole entries stand before it"
        ),
        (
            "{\"log\":{\"entries\":[{\"request\":{}}]}}",
            "entry 0, byte 30: expected a string as `request.method` of the entry"
        ),
        (
            "12:abc",
            "entry 0, byte 0: expected 12 bytes and a type, but only 3 bytes are left; 0 whole flows stand before it"
        ),
        (
            "3:abc?",
            "entry 0, byte 5: expected a type, one of , ; # ^ ! ~ ] }, found '?'; 0 whole flows stand before it"
        ),
        ("{\"dpop-tui\":1,", "line 1, byte 0: the last line is cut short: its writer was stopped in the middle of it"),
        ("{\"dpop-tui\":2}\n", "entry 0, byte 0: expected format version 1, found 2: a newer dpop-tui wrote this"),
    ])
    func saysWhereAndWhat(text: String, words: String) {
        #expect { try LoadedCapture.read(Bytes(text)) } throws: { "\($0)" == words }
    }

    @Test func aHalfReadableHARShowsWhatItCould() throws {
        let whole =
            "{\"log\":{\"entries\":[\(Self.entry),17,\(Self.entry),{\"request\":{\"method\":1}},\(Self.entry)]}}"
        let loaded = try read(whole)
        #expect(loaded.exchangeCount == 3 && loaded.damage.count == 2)
        let cut = String(whole.dropLast(60))
        let torn = try read(cut)
        #expect(torn.exchangeCount == 2 && torn.damage.count == 3)
        // What a crash, or a tool that wrote over a longer file, leaves behind.
        let longer = try read(
            whole.replacing(",17", with: "").replacing(",{\"request\":{\"method\":1}}", with: "") + "\n\u{0}\u{0}")
        #expect(
            longer.exchangeCount == 3
                && longer.damage.map(\.words) == ["expected nothing after the HAR's last '}', found 0x00"])
    }

    @Test func theWritersLinesSurviveACrash() throws {
        var scene = Scene()
        let key = TestKey()
        let token = scene.token(key)
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token))
        let lines = scene.exchanges.map(FlowLine.write)
        let torn = lines[0] + lines[1].prefix(200)
        #expect(try read(torn).exchangeCount == 1)
        let goneOn = try read(torn + lines[0] + lines[1])
        #expect(goneOn.exchangeCount == 2, "the torn line takes the one glued to it along")
        #expect(goneOn.damage.map(\.line) == [2])
    }

    @Test func convertsBothWaysWithoutLoss() throws {
        var scene = Scene()
        let key = TestKey()
        _ = scene.token(key)
        scene.exchanges[0] = scene.exchanges[0].changed(duration: 0.0625)
        let line = FlowLine.write(scene.exchanges[0])
        let har = HARWriter.head + HARWriter.entry(try #require(try read(line).exchange(0))) + HARWriter.tail
        let back = FlowLine.write(try #require(try read(har).exchange(0)))
        #expect(back.replacing("\"reason\":\"\"", with: "") == line.replacing("\"reason\":\"\"", with: ""))
    }

    @Test func bodiesThatAreNotTextSurvive() throws {
        let bytes: [UInt8] = [0, 255, 128, 10]
        let exchange = Exchange(
            index: 0, request: Request(method: "POST", url: HTTPURL("https://h/"), body: Body(Bytes(bytes))))
        #expect(try read(FlowLine.write(exchange)).exchange(0)?.request.body?.bytes.array == bytes)
        #expect(try read(HARWriter.head + HARWriter.entry(exchange) + HARWriter.tail).exchanges == 1)
    }

    @Test func mitmproxyKeepsOrderAndRepeatsAndTakesTheHostHeader() throws {
        func net(_ value: String, _ type: Character) -> String { "\(value.utf8.count):\(value)\(type)" }
        func pair(_ a: String, _ b: String) -> String { net(net(a, ",") + net(b, ","), "]") }
        let request =
            net("method", ";") + net("GET", ";") + net("scheme", ";") + net("https", ";") + net("host", ";")
            + net("10.0.0.1", ";") + net("port", ";") + net("9", "#")
            + net("path", ";") + net("/p", ";") + net("headers", ";")
            + net(pair("DPoP", "a") + pair("Host", "h.test:8443") + pair("DPoP", "b"), "]")
        let flow = net(net("type", ";") + net("http", ";") + net("request", ";") + net(request, "}"), "}")
        let dns = net(net("type", ";") + net("dns", ";"), "}")
        let loaded = try read(flow + dns)
        let exchange = try #require(loaded.exchange(0))
        #expect(
            exchange.request.url.text == "https://h.test:8443/p"
                && exchange.request.headers.map(\.value) == ["a", "h.test:8443", "b"])
        #expect(loaded.damage.isEmpty && loaded.problems.map(\.words) == ["a dns flow: only HTTP is read"])
    }
}

extension LoadedCapture {
    fileprivate var exchanges: Int { exchangeCount }
    fileprivate var damage: [CaptureProblem] { problems.filter(\.isDamage) }
}
