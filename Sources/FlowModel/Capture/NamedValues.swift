extension CaptureFormat {
    /// What any program prints of a request: a proof that stands under its name, wherever that is in the text, with the
    /// token, method, URL, status and answer that are named beside it. Logs, tables and dumps of many libraries differ
    /// in everything but their names.
    static func namedValues(at time: Double?) -> CaptureFormat {
        .pasted(id: "named-values", title: "named values in a text", at: time) { text in
            text.has("ey") ? NamedValues.read(text) : []
        }
    }
}

/// Puts together what a `NamedValueScanner` finds.
struct NamedValues {
    private var list: [PastedExchange] = []
    private var current = PastedExchange()
    /// A request that may be the one before once more, or another one: its proof tells.
    private var waiting: PastedExchange?
    /// Parts of a URL where none is whole.
    private var (path, query): (String?, String?) = (nil, nil)

    static func read(_ text: String) -> [PastedExchange] {
        var values = NamedValues()
        var scanner = NamedValueScanner(bytes: Array(text.utf8))
        while let found = scanner.next() { values.take(found) }
        values.close()
        // Commands that say no method ask with GET.
        let isCall = text.has("Invoke-WebRequest") || text.has("Invoke-RestMethod") || text.has("fetch(")
        return values.list.map { exchange in
            var exchange = exchange
            if exchange.method == nil, isCall { exchange.method = exchange.body == nil ? "GET" : "POST" }
            return exchange
        }
    }

    private mutating func take(_ found: NamedValue) {
        switch found {
        case .request(let method, let target): takeRequest(method, target)
        case .method(let method): takeMethod(method)
        case .url(let url): takeURL(url)
        case .path(let path): takePath(path)
        case .query(let query): if self.query == nil { self.query = query }
        case .field(let name, let value): takeField(name, value)
        case .answerField(let name, let value):
            if current.answer.count < 64, !current.answer.contains(where: { PastedLines.isSame($0.name, name) }) {
                current.answer.append((name, value))
            }
        case .status(let status, let reason):
            // What a proxy or an interim answer said is no answer.
            if current.status == nil || current.status ?? 200 < 200 {
                (current.status, current.reason) = (status, reason)
            }
        case .answerBody(let body): if current.answerBody == nil { current.answerBody = body }
        case .form(let form): change { if $0.body == nil { $0.body = form } }
        }
    }

    private mutating func change(_ body: (inout PastedExchange) -> Void) {
        if waiting != nil { body(&waiting!) } else { body(&current) }
    }

    private mutating func takeRequest(_ method: String, _ target: String) {
        guard let known = current.url else {
            (current.method, current.url) = (method, target)
            return
        }
        if Self.isSame(known, target) {
            if !known.has("://"), target.has("://") { current.url = target }
            if current.method == nil { current.method = method }
            guard current.first("dpop") != nil, current.status != nil || current.method != method else { return }
            waiting = PastedExchange(method: method, url: target)
        } else if current.first("dpop") == nil, current.status == nil {
            let isWorthKeeping = !current.fields.isEmpty
            if isWorthKeeping { waiting = PastedExchange(method: method, url: target) } else { begin(method, target) }
        } else {
            close()
            begin(method, target)
        }
    }

    /// Whether what is named now may be of the next request: this one is answered.
    private var isOver: Bool { current.first("dpop") != nil && current.status != nil }

    private mutating func takeMethod(_ method: String) {
        if isOver, waiting == nil || waiting?.method != nil && waiting?.url != nil { waiting = PastedExchange() }
        change { if $0.method == nil { $0.method = method } }
    }

    private mutating func takePath(_ path: String) {
        if isOver, waiting == nil { waiting = PastedExchange() }
        if waiting == nil {
            if self.path == nil { self.path = path }
        } else if waiting?.url == nil {
            waiting?.url = path
        }
    }

    private mutating func takeURL(_ url: String) {
        if waiting != nil {
            // What an answer repeats of its request is not the next one's.
            if let known = waiting?.url, !Self.isSame(known, url) { waiting = PastedExchange() }
            if waiting?.url?.has("://") != true { waiting?.url = url }
        } else if let known = current.url {
            if !known.has("://"), url.has("://"), Self.isSame(known, url) { current.url = url }
            guard current.first("dpop") != nil, isOver || !Self.isSame(known, url) else { return }
            waiting = PastedExchange(url: url)
        } else if url.has("://") || current.first("dpop") == nil {
            current.url = url
        } else if path == nil {
            path = url
        }
    }

    private mutating func begin(_ method: String, _ target: String) {
        current = PastedExchange(method: method, url: target)
        waiting = nil
    }

    private mutating func takeField(_ name: String, _ value: String) {
        let isProof = name == "DPoP"
        if let next = waiting {
            guard isProof, let proof = current.first("dpop"), proof != value else {
                if isProof, current.first("dpop") != nil { waiting = nil } else { add(name, value, to: &waiting!) }
                if isProof, current.first("dpop") == nil { add(name, value, to: &current) }
                return
            }
            close()
            current = next
        } else if isProof, let proof = current.first("dpop"), proof != value, current.fields.count < 64 {
            // Two in one request, where nothing says that it is another one.
            if current.status == nil { return current.fields.append((name, value)) }
            close()
        }
        add(name, value, to: &current)
    }

    private func add(_ name: String, _ value: String, to exchange: inout PastedExchange) {
        guard exchange.fields.count < 64, exchange.first(name) == nil else { return }
        exchange.fields.append((name, value))
    }

    private mutating func close() {
        if current.url == nil || current.url?.has("://") == false, let path, current.url.map({ $0 == path }) ?? true {
            let isWhole = path.has("?") || query == nil || query == ""
            current.url = isWhole ? path : path + "?" + (query ?? "")
        }
        let isProof = current.first("dpop").map { $0.has(".") } ?? false
        if isProof || current.first("authorization") != nil && current.url != nil && current.first("dpop") == nil {
            list.append(current)
        }
        (current, waiting, path, query) = (PastedExchange(), nil, nil, nil)
    }

    /// Whether one of the two is the other's path.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        one == other || one.hasSuffix(other) && other.hasPrefix("/") || other.hasSuffix(one) && one.hasPrefix("/")
    }
}
