extension CaptureFormat {
    /// Requests and answers as objects: `{method, url, headers}` logs, Lambda events, Postman collections, the OpenID
    /// conformance suite's log, `fetch(…)`, and what Node prints of Axios, got and undici.
    static func objects(at time: Double?) -> CaptureFormat {
        .pasted(id: "objects", title: "printed objects", at: time) { text in
            // The long way only where there is something to find.
            let bytes = Bytes(text)
            guard bytes.firstIndex(of: 0x7B) < bytes.count else { return [] }
            let lower = text.lowercased()
            guard lower.has("header") || lower.has("dpop") || lower.has("fetch(") else { return [] }
            var reader = PastedObjects()
            if let call = bytes.find("fetch(") { reader.fetchURL = Self.quoted(bytes, after: call + 6) }
            if let option = bytes.find("-Uri \"") {
                reader.fetchURL = Self.quoted(bytes, after: option + 5)
                reader.fetchMethod = bytes.find("-Method \"").flatMap { Self.quoted(bytes, after: $0 + 8) }
            }
            for value in LooseValue.all(in: text) { reader.visit(value, 0) }
            return reader.finished(PastedLines.of(text))
        }
    }

    /// The string literal that begins at or shortly after `at`.
    private static func quoted(_ bytes: Bytes, after at: Int) -> String? {
        var at = at
        while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
        guard at < bytes.count, bytes[at] == 0x22 || bytes[at] == 0x27 || bytes[at] == 0x60 else { return nil }
        let rest = bytes[SourceSpan(at + 1, bytes.count)]
        let end = rest.firstIndex(of: bytes[at])
        return end < rest.count ? rest[SourceSpan(0, end)].text : nil
    }
}

/// Finds requests and answers among printed objects. One request is often printed several times over.
private struct PastedObjects {
    /// The URL that stands outside the object.
    var fetchURL: String?
    var fetchMethod: String?
    private var list: [PastedExchange] = []
    private var waiting: PastedExchange?
    /// How many exchanges are whole: what comes next is none of them.
    private var repeatable = 0

    mutating func visit(_ value: LooseValue, _ depth: Int) {
        guard depth < 48 else { return }
        switch value {
        case .text, .word: break
        case .list(let items): for item in items { visit(item, depth + 1) }
        case .object(let members):
            // A pair is an exchange of its own, though its request be the one before it once more: a retry.
            if list.last?.status != nil, value["request"] != nil, value["response"] != nil, value["config"] == nil {
                repeatable = list.count
            }
            takeRequest(value)
            takeAnswer(value)
            for member in members where !Self.headerNames.contains(member.name.lowercased()) {
                visit(member.value, depth + 1)
            }
        }
    }

    /// What was found, with the URL of an error's first line where the objects have none.
    func finished(_ lines: [Substring]) -> [PastedExchange] {
        var list = list
        guard !list.isEmpty else { return [] }
        let last = list.count - 1
        if list[last].status == nil, let waiting {
            (list[last].status, list[last].reason) = (waiting.status, waiting.reason)
            (list[last].answer, list[last].answerBody) = (waiting.answer, waiting.answerBody)
        }
        // got: `HTTPError: Request failed with status code 400 (Bad Request): GET http://…`.
        let words = (lines.first ?? "").split(separator: " ")
        if list.count == 1, list[0].url == nil, words.count == 2, TranscriptLine.isRequest(Bytes(String(lines[0]))) {
            (list[0].method, list[0].url) = (String(words[0]), String(words[1]))
        }
        // A request line of its own beside the objects.
        if list.count == 1, list[0].method == nil,
            let line = lines.first(where: { $0.utf8.count < 4096 && TranscriptLine.isRequest(Bytes(String($0))) })
        {
            let parts = line.split(separator: " ")
            if list[0].url == nil { list[0].url = String(parts[1]) }
            if list[0].url == String(parts[1]) { list[0].method = String(parts[0]) }
        }
        if list.count == 1, list[0].status == nil {
            list[0].status =
                lines.lazy.filter { $0.utf8.count == 3 }
                .compactMap { Untrusted<Int>($0)?.within(100...599) }.first
        }
        if list[last].status == nil, words.count > 1, words[1] == "{" {
            list[last].status = Untrusted<Int>(words[0])?.within(100...599)
        }
        if list[last].status == nil, let at = words.firstIndex(of: "code"), at + 1 < words.count {
            list[last].status = Untrusted<Int>(words[at + 1])?.within(100...599)
        }
        return list
    }

    private static let headerNames: Set<String> = ["headers", "header", "request_headers", "response_headers"]
    private static let statusNames = ["response_status_code", "status", "statusCode", "code"]

    private mutating func takeRequest(_ object: LooseValue) {
        var found = PastedExchange()
        if let head = object["_header"]?.string {
            let lines = PastedLines.of(head)
            let words = (lines.first ?? "").split(separator: " ")
            guard words.count == 3 else { return }
            (found.method, found.url) = (String(words[0]), String(words[1]))
            found.fields = lines.dropFirst().compactMap { PastedLines.field($0) }
        } else {
            let headers = object.first(["request_headers", "headers", "header", "multiValueHeaders"])
            // A message's fields alone, as a program logs them.
            let inner = object["host"] == nil ? nil : object["request"]?["header"]?["headers"]
            guard let headers = headers ?? inner ?? (object["dpop"]?.string.map { $0.has(".") } == true ? object : nil)
            else {
                return
            }
            found.fields = Self.fields(headers)
        }
        let isAnswer = Self.statusNames.contains { object[$0]?.number != nil }
        guard !isAnswer || object["method"] != nil else { return }
        if found.method == nil {
            found.method = object.first(["method", "httpMethod", "request_method"])?.scalar?.uppercased()
            let context = object["requestContext"]
            if found.method == nil { found.method = context?["http"]?["method"]?.string }
            found.url = Self.url(object)
        }
        if found.url == nil, let fetchURL {
            found.url = fetchURL
            if found.method == nil { found.method = fetchMethod ?? "GET" }
        }
        let body = object.first(["request_body", "body", "data", "postData"])
        found.body = (body?.string ?? body?["text"]?.string ?? body?["raw"]?.string).flatMap { $0.isEmpty ? nil : $0 }
        guard
            found.first("dpop") != nil
                || (found.first("authorization") != nil || found.method != nil) && found.url != nil
        else { return }
        if let last = list.indices.last, last >= repeatable, Self.isSame(list[last], found) {
            if list[last].url?.has("://") != true { list[last].url = found.url ?? list[last].url }
            list[last].method = list[last].method ?? found.method
            list[last].body = list[last].body ?? found.body
            if list[last].first("host") == nil, let host = found.first("host") {
                list[last].fields.append(("Host", host))
            }
            return
        }
        list.append(found)
    }

    private static func isSame(_ one: PastedExchange, _ other: PastedExchange) -> Bool {
        if let proof = one.first("dpop") { return other.first("dpop") == proof }
        return other.first("dpop") == nil && one.url == other.url && one.method == other.method
    }

    private static func url(_ object: LooseValue) -> String? {
        let named = object.first(["url", "uri", "requestUri", "request_uri", "href", "rawPath", "path"])
        guard var url = named?.string ?? named?.first(["href", "raw"])?.string ?? named.flatMap(joined), !url.isEmpty
        else { return nil }
        if !url.has("://"), let base = object["baseURL"]?.string, base.has("://") {
            url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + (url.hasPrefix("/") ? url : "/" + url)
        }
        // Charles: the URL in its parts.
        if !url.has("://"), let scheme = object["scheme"]?.string, let host = object["host"]?.string {
            url = "\(scheme)://\(host)\(url)"
        }
        if let query = object.first(["rawQueryString", "query"])?.string, !query.isEmpty, !url.has("?") {
            return url + "?" + query
        }
        if case .object(let members)? = object["queryStringParameters"], !members.isEmpty, !url.has("?") {
            let pairs = members.compactMap { name, value in
                value.scalar.map { PercentEncoding.form(name) + "=" + PercentEncoding.form($0) }
            }
            return url + "?" + pairs.joined(separator: "&")
        }
        return url
    }

    /// A URL in its parts, each of them a list: Postman's and newman's.
    private static func joined(_ url: LooseValue) -> String? {
        func parts(_ name: String) -> [String] {
            guard case .list(let items)? = url[name] else { return url[name]?.string.map { [$0] } ?? [] }
            return items.compactMap(\.scalar)
        }
        let host = parts("host").joined(separator: ".")
        guard !host.isEmpty else { return nil }
        let scheme = url["protocol"]?.string ?? "https"
        let port = url["port"]?.scalar.map { ":" + $0 } ?? ""
        var text = scheme + "://" + host + port + "/" + parts("path").joined(separator: "/")
        if case .list(let items)? = url["query"], !items.isEmpty {
            let pairs = items.compactMap { item in
                item["key"]?.scalar.map {
                    PercentEncoding.form($0) + "=" + PercentEncoding.form(item["value"]?.scalar ?? "")
                }
            }
            text += "?" + pairs.joined(separator: "&")
        }
        return text
    }

    private mutating func takeAnswer(_ object: LooseValue) {
        guard let status = Self.statusNames.lazy.compactMap({ object[$0]?.number }).first else {
            if object["error"]?.string != nil { takeBody(object) }
            return
        }
        // A response tells the URL that it is of.
        if let last = list.indices.last, list[last].url == nil, let url = object["url"]?.string, url.has("://") {
            list[last].url = url
        }
        var found = PastedExchange()
        found.status = status
        found.reason = object.first(["statusText", "reason", "statusMessage"])?.string ?? ""
        // An object that is the request too has its answer's headers elsewhere.
        if object["method"] == nil {
            found.answer = object.first(["response_headers", "headers", "header"]).map(Self.fields) ?? []
            let body = object.first(["response_body", "body", "data", "_body", "text"])
            found.answerBody = body?.string ?? body.flatMap(Self.json)
        }
        guard let last = list.indices.last, list[last].status == nil else {
            if list.isEmpty { waiting = found }
            return
        }
        (list[last].status, list[last].reason) = (found.status, found.reason)
        (list[last].answer, list[last].answerBody) = (found.answer, found.answerBody)
    }

    /// An error that a server answered with, printed apart from its answer.
    private mutating func takeBody(_ object: LooseValue) {
        guard let body = Self.json(object) else { return }
        if let last = list.indices.last {
            if list[last].answerBody == nil { list[last].answerBody = body }
        } else if waiting == nil {
            waiting = PastedExchange()
            waiting?.answerBody = body
        }
    }

    /// An object, pairs with names, pairs in a row, or a head's text.
    private static func fields(_ value: LooseValue) -> [(name: String, value: String)] {
        switch value {
        case .word: []
        case .text(let text): PastedLines.of(text).compactMap { PastedLines.field($0) }
        case .object(let members):
            members.compactMap { name, value in value.scalar.map { (name, $0) } }
        case .list(let items):
            items.compactMap { item in
                if case .list(let pair) = item, pair.count == 2, let name = pair[0].scalar, let value = pair[1].scalar {
                    return (name, value)
                }
                guard let name = item.first(["name", "key"])?.string, let value = item["value"]?.scalar else {
                    return nil
                }
                return (name, value)
            }
        }
    }

    /// An object's texts as JSON: what an answer that was parsed had said.
    private static func json(_ value: LooseValue) -> String? {
        guard case .object(let members) = value, !members.isEmpty else { return nil }
        let pairs = members.compactMap { name, value in
            value.scalar.map { "\(JSONText.quote(name)):\(JSONText.quote($0))" }
        }
        return "{\(pairs.joined(separator: ","))}"
    }
}
