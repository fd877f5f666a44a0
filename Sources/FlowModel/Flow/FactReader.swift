/// Reads the facts of exchanges. One for each thread: it remembers keys it has met.
public final class FactReader {
    private let headers = JOSEHeaderCache()
    /// The tokens met last, of a client and of its gateway: calls to the gateway and to the upstream take turns.
    private var recent: (Recent?, Recent?)
    private typealias Recent = (token: PresentedToken, tag: Fingerprint.Tag)

    public init() {}

    public func facts(_ exchange: Exchange) -> ExchangeFacts {
        var facts = ExchangeFacts(index: exchange.index)
        let request = exchange.request
        facts.started = exchange.started
        facts.isPageHalf = exchange.isPageHalf
        facts.ended = exchange.ended
        facts.status = exchange.response?.status ?? 0
        let asked = Self.preflight(request)
        facts.isPreflight = asked != nil
        (facts.origin, facts.target) = Self.place(of: request, method: asked ?? request.method)
        facts.agent =
            request.headers.firstIndex(of: "user-agent").map { request.headers[$0].bytes.withBytes { FNV.hash($0) } }
            ?? 0
        readToken(request, &facts)
        readProof(request, &facts)
        classify(exchange, &facts)
        if let response = exchange.response, response.status == 400 || response.status == 401 {
            facts.isNonceChallenge = NonceChallenge.isOne(response)
        }
        return facts
    }

    /// What the answer to a call tells of the upstream: httpbin and its like answer with the headers they got.
    ///
    /// No fact, as it would be a quarter of what all of them cost and is asked for only where the upstream's hop was
    /// not captured.
    static func echo(_ exchange: Exchange) -> UpstreamEcho {
        guard let response = exchange.response, (200..<300).contains(response.status), let body = response.body,
            body.storedCount < 1 << 15, body.mayContain("headers"), body.mayContain("Host")
        else { return .none }
        var cursor = JSONCursor(body.bytes)
        guard cursor.enter(0x7B) else { return .none }
        while cursor.hasMember() {
            guard cursor.takes("headers") else {
                cursor.skipMember()
                continue
            }
            return cursor.enter(0x7B) ? echo(ofFields: &cursor) : .none
        }
        return .none
    }

    /// Reads an object of header fields; go-httpbin gives every value as a list.
    private static func echo(ofFields cursor: inout JSONCursor) -> UpstreamEcho {
        var (isBearer, hasProof) = (false, false)
        while cursor.hasMember() {
            guard let name = cursor.name() else { break }
            if cursor.decoded(name).isEqualWithoutCase("dpop") { hasProof = true }
            guard cursor.decoded(name).isEqualWithoutCase("authorization") else {
                cursor.skip()
                continue
            }
            if cursor.enter(0x5B) {
                while cursor.nextElement() { isBearer = isBearer || isBearerField(&cursor) }
            } else {
                isBearer = isBearerField(&cursor)
            }
        }
        if cursor.isBroken { return .none }
        return hasProof ? .proofKept : isBearer ? .downgraded : .other
    }

    private static func isBearerField(_ cursor: inout JSONCursor) -> Bool {
        guard let value = cursor.string().map({ cursor.decoded($0) }) else {
            cursor.skip()
            return false
        }
        return value[SourceSpan(0, value.firstIndex(of: 0x20))].isEqualWithoutCase("bearer")
    }

    private func readProof(_ request: Request, _ facts: inout ExchangeFacts) {
        guard let index = request.headers.firstIndex(of: "dpop") else { return }
        facts.kind = .resource
        let field = request.headers[index].bytes.trimmed
        facts.proofKey = headers.header(ofCompact: field).fingerprint
        facts.proofTail = field[SourceSpan(max(0, field.count - 48), min(48, field.count))].withBytes { FNV.hash($0) }
        // Only where the recorder left Authorization out does it matter which token the proof names.
        guard facts.presented == nil else { return }
        let jws = CompactJWS(field, headers: headers)
        facts.proofHash = jws.payload?.root["ath"]?.string.flatMap(Self.thumbprint)?.tag
    }

    private func readToken(_ request: Request, _ facts: inout ExchangeFacts) {
        // The same token comes again and again: comparing is cheaper than hashing.
        guard let shown = known(request) ?? PresentedToken.read(request).map({ ($0, Fingerprint(of: $0.token).tag) })
        else { return }
        if recent.0?.token !== shown.token { recent = (shown, recent.0) }
        facts.presented = shown.tag
        if facts.kind == .unknown { facts.kind = shown.token.scheme.equalsIgnoringCase("bearer") ? .bearer : .resource }
    }

    private func known(_ request: Request) -> Recent? {
        if let first = recent.0, first.token.isRepeated(in: request) { return first }
        if let second = recent.1, second.token.isRepeated(in: request) { return second }
        return nil
    }

    private func classify(_ exchange: Exchange, _ facts: inout ExchangeFacts) {
        let request = exchange.request
        let (isWellKnown, isToken, isUserinfo) = request.url.withComponents { _, _, _, path in
            (path.has("/.well-known/"), path.ends(in: "/token"), path.ends(in: "/userinfo"))
        }
        // A browser's question whether it may fetch metadata fetches none.
        if isWellKnown, request.method != "OPTIONS" {
            facts.kind = .discovery
            facts.isResourceMetadata = request.url.path.has("oauth-protected-resource")
        } else if request.method == "POST", let form = request.form {
            classifyPost(form, request.url.path, exchange, &facts)
        } else if request.method == "POST", isToken, facts.presented == nil {
            facts.kind = .token
            readTokenAnswer(exchange.response, &facts)
        } else if request.method == "POST", facts.presented == nil, EndpointName.of(request.url.path) == "par" {
            facts.kind = .pushedAuthorization
        } else if isUserinfo, facts.presented != nil {
            facts.kind = .userinfo
        } else if facts.presented == nil, let query = request.url.query {
            let query = Form(query)
            classifyAuthorization(query, exchange, &facts)
            classifyCallback(query, request.url, &facts)
        }
        if facts.kind == .unknown { facts.isAsset = PageAsset.isOne(request) }
        if (300..<400).contains(facts.status) { readWayBack(exchange.response, &facts) }
        if facts.kind == .unknown, request.method == "GET", let body = exchange.response?.body,
            Self.namesKeys(request.url.path),
            body.storedCount < 1 << 20, body.mayContain("keys")
        {
            facts.kind = .jwks
        }
    }

    private static func namesKeys(_ path: Substring) -> Bool {
        let name = path.split(separator: "/").last?.lowercased() ?? ""
        return name.has("jwk") || name == "certs" || name == "keys" || name.hasPrefix("keys.")
    }

    private func classifyPost(_ form: Form, _ path: Substring, _ exchange: Exchange, _ facts: inout ExchangeFacts) {
        facts[.announcedKey] = form["dpop_jkt"].flatMap(Self.thumbprint)?.tag
        facts.join(Joins.of(form))
        if let grant = form["grant_type"] {
            facts.kind = grant == "refresh_token" ? .refresh : .token
            facts[.spent] = (form["refresh_token"] ?? form["code"] ?? form["device_code"]).map {
                Fingerprint(of: $0).tag
            }
            readTokenAnswer(exchange.response, &facts)
            if form["device_code"] != nil, facts.status == 400, let body = exchange.response?.body {
                facts.isPending = body.mayContain("authorization_pending") || body.mayContain("slow_down")
            }
        } else if let token = form["token"], path.lowercased().has("introspect") || !path.lowercased().has("revo") {
            facts.kind = .introspection
            facts[.introspected] = Fingerprint(of: token).tag
        } else if form["token"] != nil {
            facts.kind = .revocation
        } else if form["response_type"] == nil, let code = deviceCode(exchange, path) {
            facts.kind = .authorization
            facts[.issuedCode] = code.isEmpty ? nil : Fingerprint(of: code).tag
        } else if form["response_type"] != nil, ["auth", "authorize", "authorization"].contains(EndpointName.of(path)) {
            // A browser's: the form of a login page, or a request that was too long for a URL (RFC 6749 §3.1).
            facts.kind = .authorization
            facts[.spent] = form["request_uri"].map { Fingerprint(of: $0).tag }
        } else if form["response_type"] != nil || path.hasSuffix("/par") {
            facts.kind = .pushedAuthorization
            facts[.issuedCode] = exchange.response?.body?.json?.root["request_uri"]?.string.map {
                Fingerprint(of: $0).tag
            }
        }
    }

    /// The code a device is to ask with (RFC 8628 §3.2), empty where the answer is missing; nil for other requests.
    private func deviceCode(_ exchange: Exchange, _ path: Substring) -> String? {
        if let body = exchange.response?.body, body.mayContain("device_code"),
            let code = body.json?.root["device_code"]?.string
        {
            return code
        }
        return path.lowercased().has("device") ? "" : nil
    }

    private func classifyAuthorization(_ query: Form, _ exchange: Exchange, _ facts: inout ExchangeFacts) {
        guard query["client_id"] != nil, query["response_type"] != nil || query["request_uri"] != nil else { return }
        facts.kind = .authorization
        facts[.announcedKey] = query["dpop_jkt"].flatMap(Self.thumbprint)?.tag
        facts.join(Joins.of(query))
        facts[.spent] = query["request_uri"].map { Fingerprint(of: $0).tag }
        if let location = exchange.response?.headers.first("location"), let back = HTTPURL(location).query {
            facts[.issuedCode] = Form(back)["code"].map { Fingerprint(of: $0).tag }
        }
    }

    /// A redirect that brings a code, of whatever page.
    private func readWayBack(_ response: Response?, _ facts: inout ExchangeFacts) {
        guard let location = response?.headers.first("location"), location.has("code=") || location.has("state="),
            let query = HTTPURL(location).query
        else { return }
        let form = Form(query)
        facts[.issuedCode] = facts[.issuedCode] ?? form["code"].map { Fingerprint(of: $0).tag }
        facts.join(Joins.of(form, back: HTTPURL(location)))
    }

    /// The browser's way back to the client: the code and the state in its query.
    private func classifyCallback(_ query: Form, _ url: HTTPURL, _ facts: inout ExchangeFacts) {
        guard facts.kind == .unknown, query["state"] != nil, query["code"] != nil || query["error"] != nil else {
            return
        }
        facts.join(Joins.of(query, back: url))
        facts[.issuedCode] = query["code"].map { Fingerprint(of: $0).tag }
    }

    private func readTokenAnswer(_ response: Response?, _ facts: inout ExchangeFacts) {
        guard let response, (200..<300).contains(response.status), let body = response.body,
            body.mayContain("access_token"), let root = body.json?.root
        else { return }
        facts[.issued] = root["access_token"]?.string.map { Fingerprint(of: $0).tag }
        facts[.issuedRefresh] = root["refresh_token"]?.string.map { Fingerprint(of: $0).tag }
    }

    static func thumbprint(_ text: String) -> Fingerprint? {
        guard let digest = try? Base64URL.decode(text), digest.count == 32 else { return nil }
        return Fingerprint(digest)
    }

    /// The method that a browser asks for before it sends a token or a proof; nil for every other request.
    private static func preflight(_ request: Request) -> String? {
        guard request.method == "OPTIONS", let fields = request.headers.first("access-control-request-headers"),
            let method = request.headers.first("access-control-request-method")
        else { return nil }
        let names = fields.lowercased()
        return names.has("dpop") || names.has("authorization") ? method : nil
    }

    /// Hashes of scheme, host and port, equal where `HTTPURL.origin` is; and of method and path.
    private static func place(of request: Request, method: String) -> (origin: UInt64, target: UInt64) {
        var method = method
        let start = method.withUTF8 { FNV.hash($0) }
        return request.url.withComponents { scheme, host, port, path in
            let named = FNV.hash(host, FNV.hash(scheme, folds: true), folds: true)
            return (FNV.hash(port ?? HTTPURL.Component(start: nil, count: 0), named), FNV.hash(path, start))
        }
    }
}
