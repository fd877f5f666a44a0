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
    public var form: Form? { formBytes.flatMap { $0.count < 1 << 20 ? Form($0) : nil } }

    /// The body when it is a form by its Content-Type; without one, everything that is no JSON object.
    var formBytes: Bytes? {
        guard let body, !body.isEmpty else { return nil }
        let type = headers.first("content-type") ?? ""
        guard type.isEmpty || type.lowercased().hasPrefix("application/x-www-form-urlencoded") else { return nil }
        let bytes = body.bytes
        return bytes.isEmpty || bytes[0] == 0x7B ? nil : bytes
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
    /// By the recorder's clock.
    public let started: Moment?
    /// From the request's first byte to the answer's last.
    public let duration: Interval?
    /// Where the entry stands in the file.
    public let fileSpan: SourceSpan
    /// Nil when the capture says nothing of the kind.
    private let provenance: Provenance?
    /// The recorder's comments, for people; no part of the program reads anything out of them.
    public let notes: [String]

    public init(
        index: Int, request: Request, response: Response? = nil, started: Moment? = nil, duration: Interval? = nil,
        fileSpan: SourceSpan = SourceSpan(0, 0), provenance: Provenance? = nil, notes: [String] = []
    ) {
        (self.index, self.request, self.response) = (index, request, response)
        (self.started, self.duration, self.fileSpan) = (started, duration, fileSpan)
        (self.provenance, self.notes) = (provenance, notes)
    }

    /// With times of our own clock, in seconds.
    public convenience init(
        index: Int, request: Request, response: Response? = nil, started: Double, duration: Double? = nil,
        fileSpan: SourceSpan = SourceSpan(0, 0), provenance: Provenance? = nil, notes: [String] = []
    ) {
        self.init(
            index: index, request: request, response: response, started: Moment(started),
            duration: duration.map { Interval($0) }, fileSpan: fileSpan, provenance: provenance, notes: notes)
    }

    /// How it came to be known.
    public var origin: Origin { provenance?.origin ?? .captured }
    /// Between whom it was recorded, when its recorder says so.
    public var hop: Hop? { provenance?.hop }
    public var timing: Timing? { provenance?.timing }
    public var tls: TLS? { provenance?.tls }
    /// The server's own checks, in the order it made them; empty when it does not tell.
    public var reported: [ReportedCheck] { provenance?.reported ?? [] }

    /// Whether a page handed it to a service worker, which sends in its own name.
    public var isPageHalf: Bool { provenance?.isPageHalf ?? false }

    /// What its reader guessed where the text does not say it.
    public var guesses: [String] { provenance?.guesses ?? [] }
    /// Whether nothing told the scheme of its URL.
    var isSchemeGuessed: Bool { guesses.contains { $0.hasPrefix("scheme ") } }

    /// The lines of the text it was read out of, where a person pasted one.
    public var lines: TextLines? { provenance?.lines }

    /// The same with another duration, or with what the recorder of one of its hops knows besides.
    public func changed(
        duration: Interval? = nil, adding reported: [ReportedCheck] = [], notes: [String] = []
    ) -> Exchange {
        let told =
            reported.isEmpty
            ? provenance
            : Provenance(origin: origin, hop: hop, timing: timing, tls: tls, reported: self.reported + reported)
        return Exchange(
            index: index, request: request, response: response, started: started, duration: duration ?? self.duration,
            fileSpan: fileSpan, provenance: told, notes: self.notes + notes)
    }

    public var ended: Moment? { started.map { $0 + (duration ?? 0) } }
}
