/// One request as it was captured.
public final class Request: Sendable {
    public let method: String
    public let url: HTTPURL
    public let version: String
    public let headers: [Header]
    public let body: Body?

    public init(method: String, url: HTTPURL, version: String = "HTTP/1.1", headers: [Header] = [], body: Body? = nil) {
        (self.method, self.url, self.version, self.headers, self.body) = (method, url, version, headers, body)
    }

    /// The body's members when it is a form, in order.
    public var form: Form? {
        guard let body, !body.isEmpty else { return nil }
        let type = headers.first("content-type") ?? ""
        guard type.isEmpty || type.lowercased().hasPrefix("application/x-www-form-urlencoded") else { return nil }
        let bytes = body.bytes
        guard bytes.count < 1 << 20, !bytes.isEmpty, bytes[0] != 0x7B else { return nil }
        return Form(bytes)
    }
}

/// One answer as it was captured.
public final class Response: Sendable {
    public let status: Int
    public let reason: String
    public let version: String
    public let headers: [Header]
    public let body: Body?

    public init(
        status: Int, reason: String = "", version: String = "HTTP/1.1", headers: [Header] = [], body: Body? = nil
    ) {
        (self.status, self.reason, self.version, self.headers, self.body) = (status, reason, version, headers, body)
    }
}

/// One HTTP request and its answer: what every capture, live run and lab makes.
public final class Exchange: Sendable {
    /// The entry's place in its file, from 0.
    public let index: Int
    public let request: Request
    /// Nil when nothing came back or the recorder lost it.
    public let response: Response?
    /// Seconds since 1970, by the recorder's clock.
    public let started: Double?
    /// Seconds from the request's first byte to the answer's last.
    public let duration: Double?
    /// Where the entry stands in the file.
    public let fileSpan: SourceSpan
    /// What the recorder said of it that fits nowhere else: an error, a comment.
    public let notes: [String]

    public init(
        index: Int, request: Request, response: Response? = nil, started: Double? = nil, duration: Double? = nil,
        fileSpan: SourceSpan = SourceSpan(0, 0), notes: [String] = []
    ) {
        (self.index, self.request, self.response) = (index, request, response)
        (self.started, self.duration, self.fileSpan, self.notes) = (started, duration, fileSpan, notes)
    }

    /// The same with another duration, or with more notes.
    public func changed(duration: Double? = nil, adding notes: [String] = []) -> Exchange {
        Exchange(
            index: index, request: request, response: response, started: started, duration: duration ?? self.duration,
            fileSpan: fileSpan,
            notes: self.notes + notes)
    }

    public var ended: Double? { started.map { $0 + (duration ?? 0) } }
}
