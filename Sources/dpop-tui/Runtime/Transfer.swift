import CCurl
import FlowModel

/// How requests are sent: curl's own option names.
struct TransportOptions: Sendable, Equatable {
    var cacert: String?
    var cert: String?
    var key: String?
    var proxy: String?
    var resolve: [String] = []
    var connectTo: [String] = []
    var insecure = false
    var timeout = 30.0
    var http2 = false
}

/// What came of one transfer.
struct TransferResult: Sendable {
    let exchange: Exchange
    /// Set when the server did not answer: why, and what helps.
    let failure: String?
}

/// One request on its way. The only file that knows libcurl.
final class Transfer {
    private let handle: OpaquePointer
    private let request: Request
    private let started: Double
    private let isInsecure: Bool
    private let clientCertificate: String?
    private let proxy: String?

    /// Sends; throws the words for a request that libcurl itself refuses.
    init(_ request: Request, _ options: TransportOptions) throws(LoadError) {
        var why = [CChar](repeating: 0, count: 256)
        let body = request.body?.bytes.array
        var headers = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for name in ["User-Agent", "Accept", "Expect"]
        where !request.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            headers.append(name == "User-Agent" ? "User-Agent: dpop-tui/\(programVersion)" : "\(name):")
        }
        // A body of our own kind has its type among the headers; curl would invent one.
        if body != nil, !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append("Content-Type:")
        }
        started = Self.now()
        var strings = CStrings()
        var wire = cu_request()
        wire.method = strings.keep(request.method)
        wire.url = strings.keep(request.url.text)
        wire.cacert = strings.keep(options.cacert)
        wire.cert = strings.keep(options.cert)
        wire.key = strings.keep(options.key)
        wire.proxy = strings.keep(options.proxy)
        wire.timeout = options.timeout
        wire.insecure = options.insecure ? 1 : 0
        wire.http2 = options.http2 ? 1 : 0
        (wire.headers, wire.header_count) = strings.list(headers)
        (wire.resolve, wire.resolve_count) = strings.list(options.resolve)
        (wire.connect_to, wire.connect_to_count) = strings.list(options.connectTo)
        let handle = (body ?? []).withUnsafeBufferPointer { bytes in
            // libcurl copies the body; an empty one still needs an address.
            withUnsafePointer(to: UInt8(0)) { nothing in
                wire.body = body == nil ? nil : bytes.baseAddress ?? nothing
                wire.body_length = bytes.count
                return cu_start(&wire, &why, 256)
            }
        }
        guard let handle else {
            throw LoadError("\(request.method) \(request.url.text) cannot be sent: \(Self.text(why))")
        }
        clientCertificate = options.cert.flatMap { try? FileBytes.read($0) }.flatMap {
            SelfSigned.thumbprint(pem: $0.text)
        }
        (self.handle, self.request, isInsecure) = (handle, request, options.insecure)
        proxy = TransferAdvice.proxy(for: request.url, options)
        // On its way at once, not when the loop comes round again.
        isDone = cu_advance() == handle
    }

    private var isDone = false

    /// Begins to load libcurl and its thirty libraries, while settings are read and a key is made.
    static func preload() { cu_preload() }

    deinit { cu_free(handle) }

    static func now() -> Double { read(CLOCK_REALTIME) }

    /// Seconds that nobody sets back.
    static func monotonic() -> Double { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Moves all transfers on and says whether this one ended.
    func isFinished() -> Bool {
        if !isDone { isDone = cu_advance() == handle }
        return isDone
    }

    /// Waits for a transfer or for one of the descriptors; which of those are ready.
    static func wait(for descriptors: [Int32], milliseconds: Int32) -> [Bool] {
        var ready = [UInt8](repeating: 0, count: max(1, descriptors.count))
        _ = cu_wait(descriptors, descriptors.count, milliseconds, &ready)
        return descriptors.indices.map { ready[$0] != 0 }
    }

    // MARK: what came back

    func result(index: Int) -> TransferResult {
        var times = [Double](repeating: 0, count: 5)
        cu_times(handle, &times)
        let sent = sentRequest()
        let session = Self.text(bytes(CU_TLS)).trimmedLine
        let tls =
            session.isEmpty
            ? nil
            : TLS(
                session: session, certificate: certificate(), isVerified: !isInsecure,
                clientCertificate: clientCertificate)
        let failure = cu_error(handle).map {
            Sent.Failure.network(kind: String(cString: cu_error_kind(handle)), words: String(cString: $0))
        }
        let isCut = cu_body_is_cut(handle) != 0
        let answer = answer()
        let exchange = Exchange(
            index: index, request: sent, response: answer, started: started,
            duration: max(times[4], Self.now() - started),
            provenance: Provenance(origin: .sent(Sent(failure: failure)), timing: Self.timing(times), tls: tls),
            notes: isCut ? ["the body is longer than 8 MB: the rest was not read"] : [])
        return TransferResult(exchange: exchange, failure: words(failure, answer))
    }

    /// Why the server did not answer, if it did not.
    private func words(_ failure: Sent.Failure?, _ answer: Response?) -> String? {
        if let failure {
            let code = Int(cu_connect_code(handle))
            return TransferAdvice.words(failure, to: request.url, connectCode: code, proxy: proxy)
        }
        return answer?.status == 407 ? TransferAdvice.unauthenticated(to: request.url, by: proxy) : nil
    }

    /// The exchange of a transfer that was given up.
    func cancelled(index: Int) -> Exchange {
        Exchange(
            index: index, request: sentRequest(), started: started, duration: Self.now() - started,
            provenance: Provenance(origin: .sent(Sent(failure: .cancelled))))
    }

    private func bytes(_ what: Int) -> [UInt8] {
        var length = 0
        guard let start = cu_bytes(handle, Int32(what), &length) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: length))
    }

    /// The request with the head curl really sent: Host and Content-Length included.
    private func sentRequest() -> Request {
        let lines = Self.lines(bytes(CU_SENT))
        guard let first = lines.first else { return request }
        let version = first.split(separator: " ").last.map(String.init) ?? "HTTP/1.1"
        return Request(
            method: request.method, url: request.url, version: version, headers: Self.fields(lines.dropFirst()),
            body: request.body)
    }

    private func answer() -> Response? {
        let lines = Self.lines(bytes(CU_RECEIVED))
        let words = (lines.first ?? "").split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count >= 2, let status = Untrusted<Int>(words[1])?.clamped(to: 0...999) else { return nil }
        let body = bytes(CU_BODY)
        return Response(
            status: status, reason: words.count > 2 ? words[2] : "", version: words[0],
            headers: Self.fields(lines.dropFirst()),
            body: body.isEmpty ? nil : Body(Bytes(body)))
    }

    private func certificate() -> TLS.Certificate? {
        guard let pem = cu_certificate(handle, 0), let thumbprint = SelfSigned.thumbprint(pem: String(cString: pem))
        else { return nil }
        var count = 1
        while cu_certificate(handle, count) != nil { count += 1 }
        return TLS.Certificate(thumbprint: thumbprint, chainLength: count)
    }

    /// libcurl has a zero for what did not take place.
    private static func timing(_ times: [Double]) -> Timing {
        func done(_ at: Int) -> Double? { times[at] > 0 ? times[at] : nil }
        return Timing(dns: done(0), connect: done(1), tls: done(2), firstByte: done(3), total: times[4])
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A).map { line in
            String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }.filter { !$0.isEmpty }
    }

    private static func fields(_ lines: ArraySlice<String>) -> [Header] {
        lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return Header(String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
    }

    private static func text(_ buffer: [CChar]) -> String {
        text(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// C strings that live as long as this does.
private struct CStrings: ~Copyable {
    private var kept: [UnsafeMutablePointer<CChar>] = []
    private var lists: [UnsafeMutablePointer<UnsafePointer<CChar>?>] = []

    mutating func keep(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text, let copy = strdup(text) else { return nil }
        kept.append(copy)
        return UnsafePointer(copy)
    }

    mutating func list(_ texts: [String]) -> (UnsafePointer<UnsafePointer<CChar>?>?, Int) {
        let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: max(1, texts.count))
        for (index, text) in texts.enumerated() { (list + index).initialize(to: keep(text)) }
        lists.append(list)
        return (UnsafePointer(list), texts.count)
    }

    deinit {
        for text in kept {
            // Headers hold tokens and secrets.
            memset(text, 0, strlen(text))
            free(text)
        }
        for list in lists { list.deallocate() }
    }
}

extension String {
    /// The first line of a text.
    var trimmedLine: String { String(prefix { !$0.isNewline }) }
}
