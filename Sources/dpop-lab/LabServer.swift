import CHTTPServer
import FlowModel

/// What is behind one of the lab's ports.
struct LabSite: Sendable {
    /// Whom a server believes how it is called: nobody, a request's `Host`, or a proxy's `X-Forwarded-*` too.
    enum Trust: Sendable { case nobody, host, forwarded }

    let scheme: String
    /// `host:port`, for clients that do not say whom they call.
    let authority: String
    /// The URL that it is called by, without a slash at its end.
    let url: String
    let trust: Trust
    /// What its requests are listed under; nil where they are not.
    var name: String?
    let respond: @Sendable (LabRequest, inout LabConnection) throws -> Void
    /// The `Date` of answers that bring none; nil: of this machine's clock.
    var date: ServerDate?
}

/// What all of the lab's servers look at with every request.
struct LabWatch: Sendable {
    let faults: FaultBook
    let seen: SeenRequests
}

/// The lab's ports: it accepts connections, and each gets a thread.
final class LabServer: Sendable {
    /// Bytes of a body that is read whole.
    static let wholeBody = 2 << 20

    private nonisolated(unsafe) let pointer: OpaquePointer

    /// From now on SIGTERM and SIGINT end it.
    ///
    /// - Parameter connections: How many may be open at once on each port; further ones are answered 503.
    init(connections: Int) throws(PortError) {
        let limits = hs_limits(
            field: 64 << 10, head: 128 << 10, fields: 200, connections: connections, idle: 60_000, head_time: 10_000)
        guard let made = hs_server_new(limits) else { throw PortError("no server: \(LabSystem.reason())") }
        pointer = made
        hs_stop_on_signals(made)
    }

    /// Opens a port (0: a free one) and says which.
    func listen(host: String, port: Int, identity: LabIdentity?) throws(PortError) -> Int {
        var why = [CChar](repeating: 0, count: 200)
        let number = hs_listen(
            pointer, host, Int32(port), identity?.certificate, identity?.key, &why, why.count)
        guard number != 0 else {
            let words = String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw PortError("cannot listen on \(host), port \(port): \(words)")
        }
        return Int(number)
    }

    /// Serves the sites, by port, until SIGTERM or SIGINT; then open requests have some seconds to end.
    func serve(_ sites: [Int: LabSite], _ watch: LabWatch, grace: Double) {
        var port: Int32 = 0
        while let accepted = hs_accept(pointer, &port) {
            guard let site = sites[Int(port)] else {
                hs_free(accepted)
                continue
            }
            nonisolated(unsafe) let handed = accepted
            let hasThread = LabSystem.startThread {
                var connection = LabConnection(taking: handed, site, watch)
                connection.serve()
            }
            if !hasThread { hs_free(accepted) }
        }
        hs_finish(pointer, Int32(grace * 1000))
    }

    /// The usual words for a status; empty for an unusual one.
    static func reason(_ status: Int) -> String {
        var length = 0
        let words = hs_reason(Int32(status), &length)
        let bytes = UnsafeRawBufferPointer(start: words, count: words == nil ? 0 : length)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A port that cannot be opened: exit status 4.
struct PortError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One connection, on its thread.
struct LabConnection: ~Copyable {
    private let pointer: OpaquePointer
    private let site: LabSite
    private let watch: LabWatch
    private var certificate: PeerCertificate?
    private var hasAsked = false
    /// Whether the head of an answer is out.
    private(set) var hasBegun = false
    /// The faults of the request at hand.
    private(set) var faults = Faults.none
    /// The request at hand, until it is listed, and the form in its body.
    private var unlisted: LabRequest?
    var form: [(name: String, value: String)] = []

    fileprivate init(taking pointer: OpaquePointer, _ site: LabSite, _ watch: LabWatch) {
        (self.pointer, self.site, self.watch) = (pointer, site, watch)
    }

    deinit { hs_free(pointer) }

    /// Answers one request after the other.
    fileprivate mutating func serve() {
        while let request = next() {
            do {
                try site.respond(request, &self)
            } catch {
                answer(error)
            }
            list(status: nil)
        }
    }

    /// Lists the request at hand, once, and before its answer goes out: whoever has that finds it listed.
    private mutating func list(status: Int?) {
        guard let request = unlisted, let name = site.name else { return }
        unlisted = nil
        watch.seen.add(
            SeenRequest(
                server: name, request: request, form: form, status: status, duration: Clock.now() - request.started,
                faults: faults.happened))
    }

    private mutating func answer(_ error: any Error) {
        let response: LabResponse
        switch error {
        case ConnectionError.lost: return cut()
        case ConnectionError.malformed: response = .invalid("the body's framing is malformed", status: 400)
        case ConnectionError.tooLong(let limit):
            let words = limit < 1 << 20 ? "\(limit >> 10) KB" : "\(limit >> 20) MB"
            response = .invalid("the body is longer than \(words)", status: 413)
        case let refusal as Refusal: response = refusal.response
        default:
            response = .json("{\"error\":\"internal\",\"message\":\(JSONText.quote("\(error)"))}", status: 500)
        }
        if hasBegun { cut() } else { try? answer(response) }
    }

    private mutating func next() -> LabRequest? {
        var got = hs_request()
        guard hs_next(pointer, &got) == 1 else { return nil }
        hasBegun = false
        let head = Bytes([UInt8](UnsafeBufferPointer(start: got.head, count: got.head_length)))
        func part(_ start: UInt32, _ length: UInt32) -> Bytes { head[SourceSpan(Int(start), Int(length))] }
        var headers: [Header] = []
        headers.reserveCapacity(got.field_count)
        for field in UnsafeBufferPointer(start: got.fields, count: got.field_count) {
            headers.append(Header(part(field.name, field.name_length), part(field.value, field.value_length)))
        }
        if site.scheme == "https", !hasAsked { (certificate, hasAsked) = (shownCertificate(), true) }
        let request = LabRequest(
            method: part(got.method, got.method_length).text,
            target: got.path_length == 0 ? Bytes("/") : part(got.path, got.path_length),
            host: got.host_length == 0 ? nil : part(got.host, got.host_length).text, headers: headers,
            framing: got.has_body == 0 ? .none : got.length < 0 ? .chunks : .length(got.length),
            certificate: certificate, site: site)
        (faults, unlisted, form) = (watch.faults.current(), request, [])
        return request
    }

    private func shownCertificate() -> PeerCertificate? {
        let der = [UInt8](unsafeUninitializedCapacity: 64 << 10) { out, written in
            written = hs_certificate(pointer, out.baseAddress, out.count)
        }
        guard !der.isEmpty else { return nil }
        let name = [CChar](unsafeUninitializedCapacity: 256) { out, written in
            written = hs_common_name(pointer, out.baseAddress, out.count)
        }
        return PeerCertificate(
            thumbprint: Base64URL.encode(HashFunction.sha256(Bytes(der))),
            commonName: String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    // MARK: the request's body

    /// Reads what comes next of the body: how many bytes, 0 at its end, nil when nothing is there and nobody waits.
    mutating func read(into room: UnsafeMutableRawBufferPointer, wait: Bool = true) throws(ConnectionError) -> Int? {
        let space = room.bindMemory(to: UInt8.self)
        let count = hs_read(pointer, space.baseAddress, space.count, wait ? 1 : 0)
        switch count {
        case Int64(HS_LOST): throw .lost
        case Int64(HS_BAD): throw .malformed
        case Int64(HS_AGAIN): return nil
        default: return Int(count)
        }
    }

    /// The whole body; throws `tooLong` for one over the limit.
    mutating func readBody(of request: LabRequest, limit: Int) throws(ConnectionError) -> [UInt8] {
        guard request.framing != .none else { return [] }
        if case .length(let length) = request.framing, length > limit { throw .tooLong(limit) }
        var body: [UInt8] = []
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { room.deallocate() }
        while let count = try read(into: room), count > 0 {
            if body.count + count > limit { throw .tooLong(limit) }
            body.append(contentsOf: room[..<count])
        }
        return body
    }

    // MARK: the answer

    /// Sends a whole answer.
    mutating func answer(_ response: LabResponse) throws(ConnectionError) {
        begin(response.status, response.headers, length: Int64(response.body.count))
        try write(response.body)
        try end()
    }

    /// Begins an answer; nothing goes out before it is flushed. `length` nil: not known yet.
    mutating func begin(_ status: Int, _ headers: [Header], length: Int64?) {
        let isDated = headers.first("date") != nil
        let date = isDated ? [] : site.date.map { [$0.header(faults)] } ?? []
        list(status: status)
        hs_answer(pointer, Int32(status))
        for header in headers + date {
            var name = header.name
            name.withUTF8 { name in
                header.bytes.withBytes { value in
                    hs_header(pointer, name.baseAddress, name.count, value.baseAddress, value.count)
                }
            }
        }
        hs_begin(pointer, length ?? -1)
        hasBegun = true
    }

    mutating func write(_ piece: UnsafeRawBufferPointer, wait: Bool = true) throws(ConnectionError) {
        let bytes = piece.bindMemory(to: UInt8.self)
        guard hs_write(pointer, bytes.baseAddress, bytes.count, wait ? 1 : 0) == 0 else { throw .lost }
    }

    /// Writes an array's first bytes, or all.
    mutating func write(_ bytes: [UInt8], count: Int? = nil) throws(ConnectionError) {
        guard hs_write(pointer, bytes, count ?? bytes.count, 1) == 0 else { throw .lost }
    }

    mutating func flush(wait: Bool = true) throws(ConnectionError) {
        guard hs_flush(pointer, wait ? 1 : 0) == 0 else { throw .lost }
    }

    mutating func end() throws(ConnectionError) {
        guard hs_end(pointer) == 0 else { throw .lost }
    }

    /// Ends the connection in the middle, by a reset when that is wanted.
    mutating func cut(reset: Bool = false) {
        list(status: nil)
        hs_cut(pointer, reset ? 1 : 0)
    }

    // MARK: waiting

    /// Sleeps as a slow server would; throws when the lab ends meanwhile.
    func pause(_ seconds: Double) throws(ConnectionError) {
        guard hs_pause(pointer, Int32(Untrusted(seconds).clamped(to: 0...1e6) * 1000)) == 0 else { throw .lost }
    }

    /// Bytes of the answer that the client has not taken yet.
    var pending: Int { hs_pending(pointer) }
    /// Whether so many next requests wait that `isGone` cannot tell.
    var isFull: Bool { hs_is_full(pointer) != 0 }
    /// Whether the client has hung up, once its request is read.
    func isGone() -> Bool { hs_is_gone(pointer) != 0 }
    var descriptor: Int32 { hs_descriptor(pointer) }
}
