extension CaptureFormat {
    /// mitmproxy's own flow file: one tnetstring dictionary after the other.
    public static let mitmproxy = CaptureFormat(
        id: "mitmproxy", title: "mitmproxy flow file",
        recognises: { bytes in bytes[0] &- 0x30 < 10 },
        scanner: { MitmproxyScanner($0) },
        decode: MitmproxyEntry.read)
}

struct MitmproxyScanner: EntryScanner {
    private let file: Bytes
    private var position = 0
    private var count = 0

    init(_ file: Bytes) { self.file = file }

    mutating func next() -> ScanResult {
        guard position < file.count else { return .end }
        let start = position
        switch TNetString.read(file, at: start, end: file.count) {
        case .failure(let problem):
            position = file.count
            return .problem(
                CaptureProblem(
                    offset: problem.offset, entry: count,
                    problem.words + "; \(count == 1 ? "1 whole flow stands" : "\(count) whole flows stand") before it"))
        case .success(let value):
            position = value.end
            count += 1
            return .entry(SourceSpan(start, value.end - start))
        }
    }
}

/// One flow of a mitmproxy file as an exchange.
enum MitmproxyEntry {
    static func read(_ file: Bytes, _ span: SourceSpan, _ index: Int) throws(CaptureProblem) -> Exchange {
        func problem(_ words: String, _ at: Int? = nil) -> CaptureProblem {
            CaptureProblem(offset: at ?? span.offset, entry: index, words)
        }
        guard case .success(let flow) = TNetString.read(file, at: span.offset, end: span.end) else {
            throw problem("expected a tnetstring")
        }
        guard flow.kind == .dictionary else { throw problem("expected a dictionary, found a \(flow.kind)") }
        if let type = flow["type"]?.string, type != "http" {
            throw CaptureProblem(
                offset: span.offset, entry: index, isDamage: false, "a \(type) flow: only HTTP is read")
        }
        guard let request = flow["request"], request.kind == .dictionary else {
            throw problem("expected a dictionary as `request`")
        }
        guard let method = request["method"]?.string else {
            throw problem("expected a string as `request.method`", request.payload.offset)
        }
        let headers = fields(request["headers"])
        var notes: [String] = []
        let response = flow["response"].flatMap { answer($0, &notes) }
        if response != nil, let error = flow["error"]?["msg"]?.string { notes.append(error) }
        let started = time(request["timestamp_start"])
        let ended = flow["response"].flatMap { time($0["timestamp_end"]) } ?? time(request["timestamp_end"])
        return Exchange(
            index: index,
            request: Request(
                method: method, url: url(request, headers), version: request["http_version"]?.string ?? "",
                headers: headers, body: body(request, headers, &notes)),
            response: response, started: started, duration: started.flatMap { s in ended.map { max(0, $0 - s) } },
            fileSpan: span,
            provenance: response == nil
                ? Provenance(origin: .unanswered(flow["error"]?["msg"]?.string ?? "")) : nil,
            notes: notes)
    }

    /// Seconds since 1970, when a calendar could have them.
    private static func time(_ value: TNetString?) -> Moment? {
        value?.number?.within(-1e11...1e11).map { Moment($0) }
    }

    private static func answer(_ value: TNetString, _ notes: inout [String]) -> Response? {
        guard value.kind == .dictionary, let status = value["status_code"]?.number?.whole(in: 0...999) else {
            return nil
        }
        let headers = fields(value["headers"])
        return Response(
            status: status, reason: value["reason"]?.string ?? "", version: value["http_version"]?.string ?? "",
            headers: headers, body: body(value, headers, &notes))
    }

    private static func fields(_ list: TNetString?) -> [Header] {
        (list?.items ?? []).compactMap { pair in
            let items = pair.items
            guard items.count >= 2, items[0].isString, items[1].isString else { return nil }
            return Header(items[0].bytes, items[1].bytes, valueSpan: items[1].payload)
        }
    }

    private static func body(_ message: TNetString, _ headers: [Header], _ notes: inout [String]) -> Body? {
        guard let content = message["content"], content.isString else { return nil }
        let coding = content.bytes.isEmpty ? nil : headers.first("content-encoding").flatMap { ContentCoding($0) }
        if case .unknown(let name) = coding {
            notes.append("content coding '\(name)' is not decoded")
            return Body(content.bytes, fileSpan: content.payload)
        }
        return Body(content.bytes, form: coding.map { .coded($0) } ?? .raw, fileSpan: content.payload)
    }

    /// What the client asked for: its `Host` field or `:authority`, as a reverse proxy's own port tells nothing.
    private static func url(_ request: TNetString, _ headers: [Header]) -> HTTPURL {
        let scheme = request["scheme"]?.string ?? "http"
        let path = request["path"]?.string ?? "/"
        if path.has("://") { return HTTPURL(path) }
        let named = [request["authority"]?.string, headers.first("host")].compactMap { $0 }.first { !$0.isEmpty }
        let port = request["port"]?.number?.whole(within: 1...65535) ?? 0
        let isDefault = port == 0 || (scheme == "http" && port == 80) || (scheme == "https" && port == 443)
        let authority = named ?? (request["host"]?.string ?? "") + (isDefault ? "" : ":\(port)")
        return HTTPURL(scheme + "://" + authority + path)
    }
}
