import FlowModel

extension Target {
    /// Any file: sniffed, read, judged, explained and written again.
    static let capture = Target(name: "capture") { bytes in
        guard let loaded = try? LoadedCapture.read(bytes) else { return }
        judge(loaded)
    }

    /// `curl -v` and the like.
    static let transcript = Target(name: "transcript") { bytes in
        guard var capture = try? Capture(bytes, formats: [.transcript(at: 1_700_000_000)]) else { return }
        capture.scan()
        for index in capture.entries.indices { if let exchange = try? capture.exchange(index) { rewrite(exchange) } }
    }

    private static func judge(_ loaded: LoadedCapture) {
        let settings = CheckSettings()
        let checker = FlowChecker(context: loaded.context, settings: settings)
        for flow in loaded.flows {
            let story = checker.story(of: flow) { loaded.exchange($0) }
            let report = checker.check(flow, story: story)
            let diagnosis = Diagnosis(
                flow: flow, report: report, story: story, context: loaded.context, settings: settings)
            isJSON(Harmless(json: JSONReport.flow(report, story, diagnosis)).text)
            isJSON(Harmless(json: SARIFReport.document([SARIFReport.flow(report, story, file: "a")])).text)
            let texts = [
                PlainReport.flow(report, story, of: loaded.flows.count), LedgerText.text(flow, story, settings),
                JUnitReport.flow(report, file: "a"), TAPReport.flow(report, file: "a", from: 1).text,
            ]
            for text in texts { isHarmless(Harmless(lines: text).text) }
        }
        for index in loaded.capture.entries.indices { if let exchange = loaded.exchange(index) { rewrite(exchange) } }
    }

    /// What is written is read again, and is the same request.
    private static func rewrite(_ exchange: Exchange) {
        isJSON(HARWriter.entry(exchange))
        let line = FlowLine.write(exchange)
        isJSON(line)
        guard let capture = try? Capture.read(Bytes(line + "\n")), let again = try? capture.exchange(0) else {
            fatalError("a line of ours is not read again: \(line)")
        }
        require(again.request.url.text == exchange.request.url.text, "another URL: \(line)")
        require(again.request.headers.count == exchange.request.headers.count, "other fields: \(line)")
        require(again.response?.status == exchange.response?.status, "another status: \(line)")
    }

    static func isJSON(_ text: String) {
        do throws(JSONError) { _ = try JSONDocument(Bytes(text)) } catch { fatalError("\(error) in \(text)") }
    }

    static func isHarmless(_ text: String) {
        for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\t" {
            require(scalar.properties.generalCategory != .control, "a control character in \(text)")
        }
    }
}
