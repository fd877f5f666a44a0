import Testing

@testable import FlowModel

/// Numbers that files and servers write: whatever they are, nothing ends by a trap.
@Suite struct OutsideNumberTests {
    static let hostile = [
        "1e19", "-1e19", "1e400", "-1e400", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "1e300",
        "1795334400000", "-0", "0.5", "1e-400", "99999999999999999999999999999999",
    ]

    // MARK: the types

    @Test func opensIntoARangeOnly() {
        #expect(Untrusted<Int>("70000")?.within(0...65_535) == nil)
        #expect(Untrusted<Int>("70000")?.clamped(to: 0...65_535) == 65_535)
        #expect(Untrusted<Int>("-99999999999999999999")?.clamped(to: 0...9) == 0)
        #expect(Untrusted<Int>("99999999999999999999")?.clamped(to: 0...9) == 9)
        #expect(Untrusted<Int>("") == nil && Untrusted<Int>("1x") == nil && Untrusted<Int>("-") == nil)
        #expect(Untrusted(Double.nan).clamped(to: 1...2) == 1)
        #expect(Untrusted(Double.infinity).whole(in: 1...60) == 60)
        #expect(Untrusted(1.5).whole(within: 0...9) == nil && Untrusted(2.0).whole(within: 0...9) == 2)
    }

    @Test func momentsNeverTrap() {
        for number in [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0x1p63, -0x1p63, .leastNonzeroMagnitude] {
            let (moment, interval) = (Moment(number), Interval(number))
            #expect(abs((moment + interval).wholeSeconds) <= 1_000_000_000_000_000)
            #expect(abs((interval - -interval).wholeSeconds) <= 1_000_000_000_000_000)
            #expect(!Timestamp.text(moment, decimals: 6).isEmpty && !Timestamp.distance(interval * 1e300).isEmpty)
            #expect(!Timestamp.text(number, decimals: 6).isEmpty && !Timestamp.distance(number).isEmpty)
            #expect(Int(clamping: number) == Int(clamping: number))
        }
    }

    // MARK: times as texts

    @Test(arguments: [
        "Sun, 22 Nov 2026 3372036854775808:54:37 GMT", "Sun, 22 Nov 9223372036854775807 07:54:37 GMT",
        "Sun, 9223372036854775807 Nov 2026 07:54:37 GMT", "Sun, 22 Nov -9223372036854775808 07:54:37 GMT",
        "Sun, 22 Nov 2026 07:9223372036854775807:37 GMT", "Sun, 22 Nov 99999999999999999999 07:54:37 GMT",
        "Sun, 0 Nov 2026 07:54:37 GMT", "Sun, 22 Nov 2026 24:54:37 GMT", "Sun, 22 Nov 2026 07:54:61 GMT",
    ])
    func noSuchSecond(date: String) { #expect(Timestamp.parseHTTPDate(date) == nil) }

    @Test(arguments: [
        "+12345-01-01T00:00:00Z", "99999999999999999999-01-01T00:00:00Z", "2026-11-22T25:00:00Z",
        "2026-11-22T07:60:00Z", "2026-11-22T07:54:99Z", "-9999-01-01T00:00:00Z",
    ])
    func noSuchTime(text: String) { #expect(Timestamp.parse(text) == nil) }

    @Test func endlessFractionsAreRead() {
        let fraction = String(repeating: "9", count: 100_000)
        #expect(Timestamp.moment("2026-11-22T07:54:37.\(fraction)Z") == 1_795_334_078)
    }

    // MARK: everything a capture passes through

    /// Every report there is of a capture's flows.
    static func reports(
        _ capture: LoadedCapture, _ settings: CheckSettings = CheckSettings(), file: String = "f"
    ) -> String {
        let style = TextReport.Style(mark: { $0.word }, strong: { $0 })
        let exchange = { (index: Int) in capture.exchange(index) }
        let context = capture.context
        var out = JSONReport.head(CheckReport(file: file, clock: "capture", profile: "rfc9449"))
        for flow in capture.flows {
            let checker = FlowChecker(context: context, settings: settings)
            let story = checker.story(of: flow, exchange: exchange)
            let report = checker.check(flow, story: story)
            let diagnosis = Diagnosis(flow: flow, report: report, story: story, context: context, settings: settings)
            out += JSONReport.flow(report, story, diagnosis)
            out += DiagnosisText.full(diagnosis, flow, style: style)
            out += LedgerText.text(flow, story, settings)
            out += TextReport.flow(report, story, file: file, verbose: true, style: style)
            out += PlainReport.flow(report, story, of: 1)
            out += JUnitReport.flow(report, file: file) + TAPReport.flow(report, file: file, from: 1).text
            out += SARIFReport.document([SARIFReport.flow(report, story, file: file)])
            for index in flow.exchanges {
                guard let entry = exchange(index) else { continue }
                out += FlowLine.write(entry) + HARWriter.entry(entry)
            }
        }
        return out + JSONReport.tail(problems: capture.problems)
    }

    static func har(_ entry: String) throws -> LoadedCapture {
        try LoadedCapture.read(Bytes("{\"log\":{\"version\":\"1.2\",\"entries\":[\(entry)]}}"))
    }

    @Test(.enabled(if: Shared.isThere, Shared.absence), arguments: ["date-overflow.har", "rec_date_trap401.jsonl"])
    func theAttacksAreJudged(file: String) throws {
        let capture = try LoadedCapture.read(try Shared.bytes("attacks/\(file)"))
        #expect(capture.problems.isEmpty)
        #expect(!Self.reports(capture).isEmpty)
    }

    @Test(arguments: hostile) func harTimesAndSizes(number: String) throws {
        let capture = try Self.har(
            "{\"startedDateTime\":\"9999-12-31T23:59:59Z\",\"time\":\(number),\"request\":{\"method\":\"GET\",\"url\":\"http://a:99999/\",\"headers\":[]},\"response\":{\"status\":\(number),\"headers\":[{\"name\":\"DPoP-Nonce\",\"value\":\"n\"}],\"content\":{\"size\":\(number)}}}"
        )
        #expect(!Self.reports(capture).isEmpty)
        if let status = try capture.capture.exchange(0).response?.status { #expect((1...999).contains(status)) }
    }

    @Test(arguments: hostile) func ourOwnLines(number: String) throws {
        let line =
            "{\"dpop-tui\":1,\"started\":\"2026-11-22T07:54:37Z\",\"duration\":\(number),\"request\":{\"method\":\"GET\",\"url\":\"http://a/\",\"headers\":[]},\"response\":{\"status\":\(number),\"headers\":[]}}\n"
        #expect(!Self.reports(try LoadedCapture.read(Bytes(line))).isEmpty)
        _ = try? LoadedCapture.read(Bytes("{\"dpop-tui\":\(number),\"request\":{\"method\":\"GET\",\"url\":\"/\"}}\n"))
    }

    @Test(arguments: hostile) func mitmproxyNumbers(number: String) {
        func field(_ name: String, _ value: String) -> String { "\(name.utf8.count):\(name);\(value)" }
        func text(_ value: String) -> String { "\(value.utf8.count):\(value);" }
        func float(_ value: String) -> String { "\(value.utf8.count):\(value)^" }
        func object(_ members: String) -> String { "\(members.utf8.count):\(members)}" }
        let request = object(
            field("method", text("GET")) + field("host", text("a")) + field("port", "\(number.utf8.count):\(number)#")
                + field("path", text("/")) + field("timestamp_start", float(number))
                + field("timestamp_end", float(number)))
        let response = object(
            field("status_code", "\(number.utf8.count):\(number)#") + field("timestamp_end", float(number)))
        let flow = object(field("type", text("http")) + field("request", request) + field("response", response))
        if let capture = try? LoadedCapture.read(Bytes(flow)) { #expect(!Self.reports(capture).isEmpty) }
        for length in [number, "999999999999", "000000000001"] {
            _ = try? LoadedCapture.read(Bytes("\(length):x,"))
        }
    }

    @Test(arguments: hostile) func claimsOfProofAndToken(number: String) throws {
        let key = TestKey()
        var scene = Scene()
        let token = scene.token(
            key,
            token: TestKey(9).sign(
                "{\"alg\":\"ES256\"}",
                "{\"exp\":\(number),\"nbf\":\(number),\"iat\":\(number),\"cnf\":{\"jkt\":\"\(key.jkt)\"}}"))
        let proof = key.proof("GET", Scene.apiURL, token: token, payload: ["iat": number])
        for status in [200, 401] {
            scene.call(token, proof: proof, status: status, answer: [("Date", "Sun, 22 Nov 2026 07:54:37 GMT")])
        }
        let lines = scene.exchanges.map { FlowLine.write($0) }.joined()
        let capture = try LoadedCapture.read(Bytes(lines))
        #expect(Self.reports(capture).contains("proof.iat"))
        for clock in ["+9999999999h", "-9999999999h", "1970-01-01T00:00:00Z"] {
            var settings = CheckSettings()
            settings.clock = try #require(CheckSettings.Clock(clock))
            #expect(!Self.reports(capture, settings).isEmpty)
        }
    }

    @Test func portsOfURLs() {
        for port in ["99999", "-1", "99999999999999999999", "x", ""] {
            let url = HTTPURL("https://a:\(port)/p")
            #expect(!url.normalised.isEmpty && !url.origin.isEmpty)
        }
    }
}

/// A device answer's times are clamped to what a person waits.
@Suite struct DeviceTimesTests {
    private static let key = try! SigningKey.generate(.named("ES256")!)

    private func flow(_ members: String, at now: Double? = nil) throws -> LiveFlow {
        var plan = FlowPlan()
        plan.endpoints.token = "https://as.test/token"
        plan.endpoints.device = "https://as.test/device"
        plan.grant = .device
        var flow = LiveFlow(plan: plan, key: Self.key)
        let answer = "{\"device_code\":\"d\",\"user_code\":\"U\",\"verification_uri\":\"https://as.test/v\"\(members)}"
        flow.take(
            Response(status: 200, body: Body(Bytes(answer))), to: try flow.request(.device, at: 0), of: .device, at: now
        )
        return flow
    }

    private func interval(_ flow: LiveFlow) -> Int? {
        if case .approve(_, _, let interval) = flow.wanted { interval } else { nil }
    }

    @Test(arguments: [
        ("9223372036854775807", 60), ("1e300", 60), ("0", 5), ("-1", 5), ("-9223372036854775808", 5), ("\"5\"", 5),
        ("null", 5), ("7", 7), ("1.2", 1), ("60", 60), ("61", 60),
    ])
    func intervals(written: String, taken: Int) throws {
        #expect(interval(try flow(",\"expires_in\":600,\"interval\":\(written)")) == taken)
    }

    @Test func slowDownStaysInsideToo() throws {
        var flow = try flow(",\"expires_in\":600,\"interval\":58")
        for _ in 0..<4 {
            flow.resume()
            flow.take(
                Response(status: 400, body: Body(Bytes("{\"error\":\"slow_down\"}"))),
                to: try flow.request(.token, at: 0), of: .token)
            if case .stopped = flow.wanted { break }
            #expect(interval(flow) == 60)
        }
    }

    @Test func theExpiryEndsThePolling() throws {
        var waiting = try flow(",\"expires_in\":10,\"interval\":5", at: 100)
        waiting.resume(at: 109)
        #expect(waiting.wanted == .send(.token))
        let pending = Response(status: 400, body: Body(Bytes("{\"error\":\"authorization_pending\"}")))
        waiting.take(pending, to: try waiting.request(.token, at: 109), of: .token, at: 109.5)
        waiting.resume(at: 110)
        #expect(waiting.wanted == .stopped("the device code expired after 10 s, and nobody had approved it"))
        // Without a clock, by what was waited for.
        var blind = try flow(",\"expires_in\":10,\"interval\":5")
        blind.resume()
        #expect(blind.wanted == .send(.token))
        blind.take(pending, to: try blind.request(.token, at: 0), of: .token)
        blind.resume()
        #expect(blind.wanted == .stopped("the device code expired after 10 s, and nobody had approved it"))
    }

    @Test(arguments: ["1e300", "-1", "\"600\"", "0", "null", "[]"]) func oddExpiries(written: String) throws {
        var flow = try flow(",\"expires_in\":\(written)", at: 0)
        flow.resume(at: 1799)
        #expect(flow.wanted == .send(.token))
    }
}
