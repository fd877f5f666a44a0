extension CaptureFormat {
    /// Our own format: JSON Lines, one exchange a line (docs/capture-format.md).
    public static let flowLines = CaptureFormat(
        id: "dpop-tui", title: "dpop-tui capture",
        recognises: { bytes in
            // Blank lines in front do no harm.
            let blanks = bytes.withBytes { $0.prefix(4096).prefix { $0 <= 0x20 }.count }
            let end = bytes.withBytes { $0.baseAddress!.next(0x0A, blanks, min($0.count, blanks + 4096)) }
            let start = bytes[SourceSpan(blanks, end - blanks)]
            return start.count > 0 && start[0] == 0x7B && start.find("\"dpop-tui\":") != nil
        },
        scanner: { FlowLinesScanner($0) },
        decode: FlowLine.read)
}

struct FlowLinesScanner: EntryScanner {
    private let file: Bytes
    private var position = 0
    private var line = 0

    init(_ file: Bytes) { self.file = file }

    mutating func next() -> ScanResult {
        while position < file.count {
            let start = position
            let end = file.withBytes { $0.baseAddress!.next(0x0A, start, $0.count) }
            line += 1
            position = min(end + 1, file.count)
            let span = SourceSpan(start, end - start)
            if file[span].text.trimmed.isEmpty { continue }
            guard end < file.count || isWhole(span) else {
                return .problem(
                    CaptureProblem(
                        offset: start, line: line,
                        "the last line is cut short: its writer was stopped in the middle of it"))
            }
            if !isWhole(span) {
                return .problem(CaptureProblem(offset: start, line: line, "expected one JSON object, '{' to '}'"))
            }
            return .entry(span)
        }
        return .end
    }

    /// One object from first to last byte; a line glued to the torn end of another is none.
    private func isWhole(_ span: SourceSpan) -> Bool {
        var skipper = JSONSkipper(file[span])
        guard skipper.peek() == 0x7B, skipper.value() != nil else { return false }
        return skipper.peek() == nil
    }
}

/// One line of our own format.
public enum FlowLine {
    public static let version = 1

    static func read(_ file: Bytes, _ span: SourceSpan, _ index: Int) throws(CaptureProblem) -> Exchange {
        func problem(_ words: String, at offset: Int = 0) -> CaptureProblem {
            CaptureProblem(offset: span.offset + offset, entry: index, words)
        }
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(file[span]) } catch {
            throw problem("expected JSON: " + "\(error)".drop { $0 != ":" }.dropFirst(2), at: error.offset)
        }
        let root = document.root
        guard let version = root["dpop-tui"]?.number?.whole(in: 0...1_000_000) else {
            throw problem("expected the format version as `dpop-tui`")
        }
        guard version == Self.version else {
            throw problem("expected format version \(Self.version), found \(version): a newer dpop-tui wrote this")
        }
        guard let request = root["request"], let method = request["method"]?.string, let url = request["url"]?.string
        else {
            throw problem("expected `request.method` and `request.url`")
        }
        let response = root["response"].flatMap { value -> Response? in
            guard let status = value["status"]?.number?.whole(in: 0...999) else { return nil }
            return Response(
                status: status, reason: value["reason"]?.string ?? "", version: value["version"]?.string ?? "",
                headers: headers(value["headers"], span.offset), body: body(value, span.offset))
        }
        let (provenance, notes) = FlowLineProvenance.read(root)
        return Exchange(
            index: index,
            request: Request(
                method: method, url: HTTPURL(url), version: request["version"]?.string ?? "",
                headers: headers(request["headers"], span.offset), body: body(request, span.offset)),
            response: response, started: root["started"]?.string.flatMap { Timestamp.moment($0) },
            duration: root["duration"]?.number?.interval.ifNotNegative, fileSpan: span,
            provenance: provenance, notes: notes)
    }

    private static func headers(_ list: JSONValue?, _ base: Int) -> [Header] {
        (list?.elements ?? []).compactMap { pair in
            let items = pair.elements
            guard items.count == 2, let name = items[0].stringBytes, let value = items[1].stringBytes else {
                return nil
            }
            return Header(name, value, valueSpan: items[1].hasEscapes ? nil : items[1].innerSpan.moved(by: base))
        }
    }

    private static func body(_ message: JSONValue, _ base: Int) -> Body? {
        for (name, base64) in [("body", false), ("body64", true)] {
            guard let value = message[named: name], value.kind == .string else { continue }
            let form: Body.Form = base64 ? .base64 : value.hasEscapes ? .jsonString : .raw
            return Body(value.document.bytes[value.innerSpan], form: form, fileSpan: value.innerSpan.moved(by: base))
        }
        return nil
    }

    /// The exchange as one line, line feed included.
    public static func write(_ exchange: Exchange) -> String {
        var out = "{\"dpop-tui\":\(version)"
        if let started = exchange.started {
            out += ",\"started\":\"\(Timestamp.text(started, decimals: 6, separator: "T", suffix: "Z"))\""
        }
        if let duration = exchange.duration { out += ",\"duration\":\(decimal(duration.seconds))" }
        let request = exchange.request
        out +=
            ",\"request\":{\"method\":\(JSONText.harmless(request.method)),\"url\":\(JSONText.harmless(request.url.text))"
        out += message(request.version, request.headers, request.body) + "}"
        if let response = exchange.response {
            out += ",\"response\":{\"status\":\(response.status),\"reason\":\(JSONText.harmless(response.reason))"
            out += message(response.version, response.headers, response.body) + "}"
        }
        out += FlowLineProvenance.write(exchange)
        if !exchange.notes.isEmpty {
            out += ",\"notes\":[\(exchange.notes.map(JSONText.harmless).joined(separator: ","))]"
        }
        return out + "}\n"
    }

    private static func message(_ version: String, _ headers: [Header], _ body: Body?) -> String {
        let fields = headers.map { "[\(JSONText.harmless($0.name)),\(JSONText.harmless($0.value))]" }.joined(
            separator: ",")
        var out = ",\"version\":\(JSONText.harmless(version)),\"headers\":[\(fields)]"
        if let body {
            let bytes = body.bytes
            let isText = bytes.withBytes { UTF8Check.firstInvalid($0) == nil }
            out +=
                isText ? ",\"body\":\(JSONText.harmless(bytes.text))" : ",\"body64\":\"\(Base64.encode(bytes.array))\""
        }
        return out
    }

    static func decimal(_ seconds: Double) -> String {
        let micros = Int(clamping: (max(0, min(seconds, 1e9)) * 1_000_000).rounded())
        let digits = "\(micros % 1_000_000)"
        return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
