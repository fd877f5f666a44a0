/// A request of a flow that was refused, or got no answer.
public struct Refusal: Sendable {
    public enum Kind: Sendable {
        /// A status of 400 and above.
        case status
        /// No answer came.
        case silence
        /// The browser was sent back with `error=`, or to a login page.
        case redirect
        /// A 200 that says no.
        case content
        /// A challenge for a nonce that nobody answered.
        case challenge
    }

    /// The step that shows the request.
    public let request: Int
    /// The step that shows the answer.
    public let answer: Int
    public let kind: Kind
    let material: ExchangeMaterial

    public var exchange: Exchange { material.exchange }

    /// Whether somebody looked at the request before refusing it: not a 5xx, a 404, a limit.
    var isJudged: Bool {
        guard let status = exchange.response?.status else { return kind == .status }
        return kind == .content || kind == .redirect || [400, 401, 403].contains(status)
    }
    /// What the server says of it.
    public var words: ServerWords { ServerWords.read(material.exchange) }
}

extension Refusal {
    /// The refused requests of a flow, in its order (why.md §1).
    static func all(_ flow: Flow, _ story: FlowStory, told: Bool = false) -> [Refusal] {
        var list: [Refusal] = []
        let isLone = flow.isFlow || flow.id == 1
        lazy var answers = answersByExchange(flow)
        for (index, step) in flow.steps.enumerated() {
            // An introspection is the client's own or a gateway's: refused, it stops the flow either way.
            guard step.kind.isRequest, step.from == .client || step.kind == .introspection, isLone,
                let material = step.exchange.flatMap({ story.materials[$0] }),
                let kind = kind(of: material.exchange, step), !isNoise(material, step, flow, story),
                !isPardoned(material, step, kind, flow, story)
            else { continue }
            let answer = max(index, answers[material.exchange.index] ?? index)
            guard !isAnsweredChallenge(flow, answer, index) else { continue }
            guard !flow.steps[answer].isPending else { continue }
            let isChallenge = flow.steps[answer].isNonceChallenge || flow.steps[index].isNonceChallenge
            list.append(
                Refusal(request: index, answer: answer, kind: isChallenge ? .challenge : kind, material: material))
        }
        // A request without an answer, and beside it the words of a server that refused it.
        if list.isEmpty, told,
            let at = flow.steps.lastIndex(where: { step in
                step.kind.isRequest && step.from == .client
                    && step.exchange.flatMap { story.materials[$0] }.map { $0.exchange.response == nil } == true
            }), let material = flow.steps[at].exchange.flatMap({ story.materials[$0] })
        {
            list.append(Refusal(request: at, answer: at, kind: .status, material: material))
        }
        return list
    }

    /// The last step that shows an exchange's answer to its sender, by exchange.
    private static func answersByExchange(_ flow: Flow) -> [Int: Int] {
        var answers: [Int: Int] = [:]
        for (index, step) in flow.steps.enumerated() where !step.isGateway && !step.kind.isRequest {
            if let exchange = step.exchange { answers[exchange] = index }
        }
        return answers
    }

    /// Requests that were answered 404 or 405 and count as no refusal, as another one with that token was accepted there.
    static func excused(_ flow: Flow, _ story: FlowStory) -> [Refusal] {
        flow.steps.indices.compactMap { index in
            let step = flow.steps[index]
            guard step.kind.isRequest, step.from == .client, step.kind != .discovery,
                let material = step.exchange.flatMap({ story.materials[$0] }),
                isElsewhereAccepted(material, story), kind(of: material.exchange, step) == .status
            else { return nil }
            return Refusal(request: index, answer: index, kind: .status, material: material)
        }
    }

    private static func isElsewhereAccepted(_ material: ExchangeMaterial, _ story: FlowStory) -> Bool {
        guard let status = material.exchange.response?.status, status == 404 || status == 405,
            let token = material.token
        else { return false }
        return story.others.hasAccepted(token.fingerprint, at: material.origin)
    }

    private static func kind(of exchange: Exchange, _ step: Step) -> Kind? {
        guard let response = exchange.response else {
            switch exchange.origin {
            case .unanswered: return .silence
            case .sent(let sent): return sent.failure == nil ? nil : .silence
            default: return nil
            }
        }
        if response.status >= 400 { return .status }
        if exchange.isCutShort { return .silence }
        if step.kind == .unknown || step.kind == .authorization, RefusedRedirect.isCallback(exchange.request) {
            return .redirect
        }
        if (300..<400).contains(response.status) { return RefusedRedirect.isOne(exchange, response) ? .redirect : nil }
        return ContentRefusal.isOne(exchange, response, step.kind) ? .content : nil
    }

    private static func isAnsweredChallenge(_ flow: Flow, _ answer: Int, _ request: Int) -> Bool {
        [answer, request].contains { flow.steps[$0].isNonceChallenge && flow.steps[$0].related != nil }
    }

    // MARK: what refuses nothing

    /// What a browser fetches besides: pages, pictures, other sites.
    private static func isNoise(_ material: ExchangeMaterial, _ step: Step, _ flow: Flow, _ story: FlowStory) -> Bool {
        guard step.kind == .unknown, flow.isFlow, material.presented == nil, material.proof == nil else { return false }
        let request = material.exchange.request
        // What a live run asked a person for has no fields, and a browser's requests have some.
        if case .unanswered = material.exchange.origin, request.headers.isEmpty { return false }
        if request.method == "OPTIONS" { return !request.headers.has("access-control-request-method") }
        let kind = request.headers.first("sec-fetch-dest") ?? "empty"
        guard kind == "empty" else { return true }
        let isChallenged = material.exchange.response?.headers.has("www-authenticate") == true
        return !isChallenged && story.others.lastWithCredentials(at: material.origin) == nil
    }

    private static func isPardoned(
        _ material: ExchangeMaterial, _ step: Step, _ kind: Kind, _ flow: Flow, _ story: FlowStory
    ) -> Bool {
        let exchange = material.exchange
        guard kind == .status, let status = exchange.response?.status else { return false }
        if step.kind == .discovery, (400..<500).contains(status), status != 429 {
            // Metadata are optional: who does without them, and is let in, was refused nothing.
            return story.others.hasAnsweredMetadata(like: exchange.request.url)
                || story.others.hasLetIn(at: material.origin)
        }
        if status == 404 || status == 405, material.token != nil { return isElsewhereAccepted(material, story) }
        if status == 401, material.presented == nil, material.proof == nil,
            exchange.response?.headers.has("www-authenticate") == true
        {
            // The request without a token that asks where one is to be had.
            return story.others.lastWithCredentials(at: material.origin).map { $0 > exchange.index } ?? false
        }
        return false
    }
}

extension ExchangeMaterial {
    /// Who was asked.
    var origin: String { exchange.request.url.origin }

    /// Whether it brought a JSON object, or a body that was not recorded: a page for people is no metadata.
    var isDocument: Bool {
        guard let body = exchange.response?.body, !body.isEmpty else { return true }
        return body.json?.root.isObject == true
    }
}

extension Step {
    /// What a gateway does between the client's request and its answer.
    var isGateway: Bool { from == .gateway && kind != .resourceResponse && kind != .userinfo }
}

/// Redirects that say no.
enum RefusedRedirect {
    /// The browser's way back to the client, with `error=`.
    static func isCallback(_ request: Request) -> Bool {
        guard let query = request.url.query, query.has("error=") else { return false }
        let form = Form(query)
        return form["error"] != nil && (form["state"] != nil || form["error_description"] != nil || form["iss"] != nil)
    }

    static func isOne(_ exchange: Exchange, _ response: Response) -> Bool {
        guard let location = response.headers.first("location") else { return false }
        let url = HTTPURL(location)
        for part in [url.query, url.fragment] {
            if let part, part.has("error="), Form(part)["error"] != nil { return true }
        }
        guard exchange.request.headers.has("authorization") || exchange.request.headers.has("dpop") else {
            return false
        }
        let path = url.path.lowercased()
        return path.has("login") || path.has("signin") || path.has("sign-in") || path.has("/auth") || path.has("/sso")
    }
}

/// Answers with 200 that say no.
enum ContentRefusal {
    static func isOne(_ exchange: Exchange, _ response: Response, _ kind: StepKind) -> Bool {
        if let status = grpcStatus(response) { return status == 7 || status == 16 }
        guard let body = response.body, body.storedCount < 1 << 16, kind != .discovery, kind != .jwks else {
            return false
        }
        switch kind {
        case .tokenRequest, .refresh, .pushedAuthorization, .authorization:
            guard body.mayContain("error") else { return false }
            guard let root = body.json?.root else { return isFormError(body) }
            guard root["error"] != nil else { return false }
            return ["access_token", "request_uri", "device_code"].allSatisfy { root[named: $0] == nil }
        case .resourceRequest, .userinfo, .unknown:
            guard exchange.request.headers.has("authorization") || exchange.request.headers.has("dpop") else {
                return false
            }
            return refusesCall(body)
        default: return false
        }
    }

    /// `error=…` in a form, without a token.
    private static func isFormError(_ body: Body) -> Bool {
        let text = body.bytes.text
        guard !text.has("<"), text.has("error=") else { return false }
        let form = Form(text)
        return form["error"] != nil && form["access_token"] == nil && form["request_uri"] == nil
    }

    /// Answers that say no are short: what a call brings is not searched.
    private static func refusesCall(_ body: Body) -> Bool {
        guard body.storedCount < 1 << 13 else { return false }
        if body.mayContain("errors"), body.mayContain("UNAUTHENTICATED") || body.mayContain("FORBIDDEN") {
            for error in body.json?.root["errors"]?.elements ?? [] {
                if ["UNAUTHENTICATED", "FORBIDDEN"].contains(error["extensions"]?["code"]?.string ?? "") {
                    return true
                }
            }
        }
        guard body.mayContain("false"), body.mayContain("authenticated") || body.mayContain("authorized"),
            let root = body.json?.root
        else { return false }
        return root["authenticated"]?.bool == false || root["authorized"]?.bool == false
    }

    /// `grpc-status`, of the answer's fields or of the trailer block of a gRPC-web body.
    static func grpcStatus(_ response: Response) -> Int? {
        if let text = response.headers.first("grpc-status") { return Untrusted<Int>(text)?.within(0...999) }
        guard let type = response.headers.firstIndex(of: "content-type"),
            response.headers[type].bytes.trimmed.hasPrefixWithoutCase("application/grpc"), let body = response.body,
            body.storedCount < 1 << 20
        else { return nil }
        let trailer = self.trailer(body.bytes)
        return trailer.first { $0.name == "grpc-status" }.flatMap { Untrusted<Int>($0.value)?.within(0...999) }
    }

    /// The fields of a gRPC-web body's trailer block, whether or not the body is base64.
    static func trailer(_ bytes: Bytes) -> [(name: String, value: String)] {
        let raw: [UInt8]
        if let first = bytes.isEmpty ? nil : bytes[0], first != 0, first != 0x80 {
            raw = Base64.decode(bytes).bytes
        } else {
            raw = bytes.array
        }
        var at = 0
        while at + 5 <= raw.count {
            let length = raw[at + 1...at + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = min(raw.count, at + 5 + length)
            guard raw[at] & 0x80 != 0 else {
                at = max(end, at + 5)
                continue
            }
            return String(decoding: raw[(at + 5)..<end], as: UTF8.self).lines.compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                return (line[..<colon].lowercased(), String(line[line.index(after: colon)...]).trimmed)
            }
        }
        return []
    }
}

extension ExchangeMaterial {
    /// Whether the client authenticates.
    var isConfidential: Bool {
        form?["client_secret"] != nil || form?["client_assertion"] != nil
            || exchange.request.headers.first("authorization")?.lowercased().hasPrefix("basic ") == true
    }
}
