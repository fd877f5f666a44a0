/// A word of a text as a name: `DPoP`, `HTTP_DPOP`, `tf_http_req_method`, `request.headers.dpop` name what their ends do.
struct NamedWord {
    let start: Int
    let end: Int
    /// In small letters, with hyphens, without what says whose it is.
    let key: String
    private let text: String
    /// Whether quotes stand around it.
    let isQuoted: Bool

    /// What a labelled value is.
    enum Label { case method, url, path, query, scheme, status }

    /// A longer word is no name.
    static let longest = 64

    init(_ bytes: [UInt8], _ start: Int, _ end: Int) {
        var (start, end) = (start, end)
        while start < end - 1, bytes[start] == 0x2E || bytes[start] == 0x2D { start += 1 }
        while end > start + 1, bytes[end - 1] == 0x2E || bytes[end - 1] == 0x2D { end -= 1 }
        (self.start, self.end) = (start, end)
        text = String(decoding: bytes[start..<end], as: UTF8.self)
        let letters = bytes[start..<end].map { byte -> UInt8 in
            byte == 0x5F || byte == 0x2E ? 0x2D : byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
        var key = String(decoding: letters, as: UTF8.self)
        // `http.request.header.dpop` has several.
        for _ in 0..<4 {
            let owner = Self.owners.first { key.hasPrefix($0) && key.utf8.count > $0.utf8.count }
            guard let owner else { break }
            key = String(key.utf8.dropFirst(owner.utf8.count)) ?? key
        }
        self.key = key
        let quotes: [UInt8] = [0x22, 0x27, 0x60]
        isQuoted = start > 0 && quotes.contains(bytes[start - 1])
    }

    static func isByte(_ byte: UInt8) -> Bool { PastedLines.isNameByte(byte) || byte == 0x2E }

    private static let owners = [
        "tf-", "session-", "rack-", "req-", "res-", "resp-", "downstream-", "origin-", "request-", "response-",
        "headers-", "header-", "http-",
    ]

    var isNumber: Bool { text.utf8.first.map { $0 &- 0x30 < 10 } ?? false }
    var isCapital: Bool { text.utf8.allSatisfy { $0 &- 0x41 < 26 } }

    static let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    /// A method, also as a function's name: `requests.post`.
    var method: String? {
        let name = text.split(separator: ".").last.map { $0.uppercased() } ?? ""
        return Self.methods.contains(name) ? name : nil
    }

    /// Whether this word and one blank stand behind it.
    func isBefore(_ word: String, _ bytes: [UInt8]) -> Bool {
        end < bytes.count && bytes[end] == 0x20 && bytes[(end + 1)...].starts(with: word.utf8)
    }

    var requestField: String? { Self.requestFields[key] }
    var answerField: String? { Self.answerFields[key] }
    var label: Label? {
        Self.labels[key] ?? (key.hasSuffix("error") || key.hasSuffix("exception") ? .status : nil)
    }
    /// Whether a path alone may be its value.
    var isURI: Bool { key.hasSuffix("uri") || key.hasSuffix("url") }

    private static let requestFields = [
        "dpop": "DPoP", "authorization": "Authorization", "host": "Host", "authority": "Host", "requesthost": "Host",
        "forwarded": "Forwarded", "x-forwarded-host": "X-Forwarded-Host", "x-forwarded-proto": "X-Forwarded-Proto",
        "x-forwarded-port": "X-Forwarded-Port", "x-forwarded-prefix": "X-Forwarded-Prefix",
        "x-original-uri": "X-Original-URI", "x-original-method": "X-Original-Method",
        "x-forwarded-uri": "X-Forwarded-Uri", "x-forwarded-method": "X-Forwarded-Method",
    ]
    private static let answerFields = [
        "www-authenticate": "WWW-Authenticate", "dpop-nonce": "DPoP-Nonce", "date": "Date", "location": "Location",
    ]
    private static let labels: [String: Label] = [
        "method": .method, "verb": .method, "httpmethod": .method, "requestmethod": .method, "req-method": .method,
        "url": .url, "uri": .url, "href": .url, "address": .url, "from": .url, "requesturi": .url, "requesturl": .url,
        "request": .url, "req-uri": .url, "full": .url, "url-full": .url, "uri-create": .url, "restclient": .url,
        "fetch": .url,
        "originalurl": .url, "fullurl": .url, "on": .url,
        "path": .path, "path-info": .path, "rawpath": .path, "requestpath": .path,
        "query": .query, "querystring": .query, "query-string": .query, "rawquerystring": .query,
        "scheme": .scheme, "url-scheme": .scheme, "requestscheme": .scheme, "protocol": .scheme,
        "status": .status, "statuscode": .status, "status-code": .status, "code": .status, "response": .status,
        "responsecode": .status, "downstreamstatus": .status, "http": .status, "error": .status, "h2": .status,
        "responsestatus": .status,
    ]
    /// How each status is phrased, as far as it tells it.
    static let phrases: [Int: String] = [
        200: "OK", 201: "Created", 204: "No Content", 302: "Found", 400: "Bad Request", 401: "Unauthorized",
        403: "Forbidden", 404: "Not Found", 405: "Method Not", 409: "Conflict", 415: "Unsupported",
        421: "Misdirected", 422: "Unprocessable", 429: "Too Many", 431: "Request Header", 500: "Internal Server",
        501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time",
    ]
    static let errors: Set<String> = [
        "error", "error_description", "errors", "message", "detail", "title", "access_token", "active",
    ]
    /// Members of an object that is more than an answer's body.
    static let requests: Set<String> = [
        "request", "req", "headers", "header", "method", "url", "uri", "level", "@level", "@message", "msg", "dpop",
        "authorization", "response", "res",
    ]
}
