/// One entry of a HAR as an exchange.
struct HAREntry: ~Copyable {
    static func read(_ file: Bytes, _ span: SourceSpan, _ index: Int) throws(CaptureProblem) -> Exchange {
        try read(file, span, index, forFacts: false)
    }

    static func glance(_ file: Bytes, _ span: SourceSpan, _ index: Int) throws(CaptureProblem) -> Exchange {
        try read(file, span, index, forFacts: true)
    }

    private static func read(_ file: Bytes, _ span: SourceSpan, _ index: Int, forFacts: Bool) throws(CaptureProblem)
        -> Exchange
    {
        var entry = HAREntry(cursor: JSONCursor(file[span]), base: span.offset, forFacts: forFacts)
        entry.readEntry()
        guard !entry.cursor.isBroken, entry.cursor.isAtEnd(), let request = entry.request else {
            throw explain(file, span, index)
        }
        return Exchange(
            index: index, request: request, response: entry.response, started: entry.started, duration: entry.duration,
            fileSpan: span, provenance: entry.provenance,
            notes: entry.notes)
    }

    private var cursor: JSONCursor
    /// Where the entry begins in the file.
    private let base: Int
    /// The fields of an answer that only succeeds say nothing of which facts are made.
    private let forFacts: Bool
    private var started: Moment?
    private var duration: Interval?
    private var request: Request?
    private var response: Response?
    private var notes: [String] = []
    /// Why there is no answer; nil where there is one, or where the entry says nothing of an answer.
    private var silence: String?
    private var (isByWorker, hasAddress) = (false, false)

    private var provenance: Provenance? {
        let isPageHalf = isByWorker && !hasAddress
        guard silence != nil || isPageHalf else { return nil }
        return Provenance(origin: silence.map { .unanswered($0) } ?? .captured, isPageHalf: isPageHalf)
    }

    private init(cursor: consuming JSONCursor, base: Int, forFacts: Bool) {
        self.cursor = cursor
        (self.base, self.forFacts) = (base, forFacts)
    }

    private mutating func readEntry() {
        guard cursor.enter(0x7B) else { return }
        while cursor.hasMember() {
            if cursor.takes("request") {
                readRequest()
            } else if cursor.takes("response") {
                readResponse()
            } else if cursor.takes("startedDateTime") {
                started = cursor.content { Timestamp.moment($0) } ?? nil
            } else if cursor.takes("serverIPAddress") {
                hasAddress = cursor.word()?.isEmpty == false
            } else if cursor.takes("time") {
                duration = (cursor.number()?.interval.ifNotNegative).map { $0 / 1000 }
            } else {
                cursor.skipMember()
            }
        }
    }

    private mutating func readRequest() {
        guard cursor.enter(0x7B) else { return cursor.skip() }
        var (method, url, version, headers, body): (String?, String?, String, [Header], Body?) = (nil, nil, "", [], nil)
        while cursor.hasMember() {
            if cursor.takes("method") {
                method = cursor.word()
            } else if cursor.takes("url") {
                url = cursor.content()
            } else if cursor.takes("httpVersion") {
                version = cursor.word() ?? ""
            } else if cursor.takes("headers") {
                headers = readHeaders()
            } else if cursor.takes("postData") {
                body = readPostData()
            } else {
                cursor.skipMember()
            }
        }
        guard let method, !method.isEmpty, let url else { return }
        request = Request(method: method, url: HTTPURL(url), version: version, headers: headers, body: body)
    }

    private mutating func readResponse() {
        guard cursor.enter(0x7B) else { return cursor.skip() }
        var (status, reason, version, headers, body): (Int, String, String, [Header], Body?) = (0, "", "", [], nil)
        var (left, failure): (Untrusted<Double>?, String?) = (nil, nil)
        while cursor.hasMember() {
            if cursor.takes("status") {
                status = cursor.number()?.whole(in: 0...999) ?? 0
            } else if cursor.takes("statusText") {
                reason = cursor.word() ?? ""
            } else if cursor.takes("httpVersion") {
                version = cursor.word() ?? ""
            } else if cursor.takes("headers") {
                if forFacts, (200..<300).contains(status) { cursor.skip() } else { headers = readHeaders() }
            } else if cursor.takes("content") {
                let content = readContent()
                left = content.size
                let claimed = left?.whole(in: 0...Int(1e15))
                body = content.text.map { self.body($0, content.isBase64, claimed: claimed) }
            } else if cursor.takes("_fetchedViaServiceWorker") {
                isByWorker = cursor.isTrue()
            } else if cursor.takes("_error") || cursor.takes("_failureText") {
                if let error = cursor.content(), !error.isEmpty { failure = error }
            } else {
                cursor.skipMember()
            }
        }
        guard status > 0 else {  // browsers write status 0 for "no answer", Playwright −1
            silence = failure ?? ""
            return
        }
        if let failure { notes.append(failure) }
        if body == nil, let count = left?.whole(in: 0...Int(1e15)), count > 0 {
            notes.append("the recorder left the answer's body out (\(count) bytes)")
        }
        response = Response(status: status, reason: reason, version: version, headers: headers, body: body)
    }

    private mutating func readHeaders() -> [Header] {
        guard cursor.enter(0x5B) else {
            cursor.skip()
            return []
        }
        var fields: [Header] = []
        fields.reserveCapacity(16)
        while cursor.nextElement() {
            var (name, value): (JSONCursor.Text?, JSONCursor.Text?)
            guard cursor.enter(0x7B) else {
                cursor.skip()
                continue
            }
            while cursor.hasMember() {
                if cursor.takes("name") {
                    name = cursor.string()
                    if name == nil { cursor.skip() }
                } else if cursor.takes("value") {
                    value = cursor.string()
                    if value == nil { cursor.skip() }
                } else {
                    cursor.skipMember()
                }
            }
            // HTTP/2 pseudo fields (":authority") repeat the request line and are no fields.
            guard let name, let value, name.span.length == 0 || cursor.bytes[name.span.offset] != UInt8(ascii: ":")
            else { continue }
            fields.append(
                name.hasEscapes || value.hasEscapes
                    ? Header(
                        cursor.decoded(name), cursor.decoded(value),
                        valueSpan: value.hasEscapes ? nil : value.span.moved(by: base))
                    : Header(
                        in: cursor.bytes, name: name.span, value: value.span, valueOffset: base + value.span.offset))
        }
        return Self.single(fields)
    }

    /// chrome-har lists what the page asked for and, after it, what went out: the recorder's doing, each was sent once.
    private static func single(_ fields: [Header]) -> [Header] {
        guard fields.count >= 6 else { return fields }
        func isSame(_ a: Header, _ b: Header) -> Bool {
            a.bytes == b.bytes && a.name.lowercased() == b.name.lowercased()
        }
        // Nearly always the first field says no at once.
        guard fields.dropFirst().contains(where: { isSame($0, fields[0]) }) else { return fields }
        let asked =
            fields.indices.first { at in !fields[(at + 1)...].contains { isSame($0, fields[at]) } } ?? fields.count
        return asked >= 3 ? Array(fields[asked...]) : fields
    }

    private mutating func readPostData() -> Body? {
        let content = readContent()
        if let text = content.text, text.span.length > 0 { return body(text, content.isBase64) }
        // Firefox and others may give the decoded members only.
        return content.pairs.isEmpty ? nil : Body(Bytes(content.pairs.joined(separator: "&")))
    }

    private mutating func readPairs() -> [String] {
        guard cursor.enter(0x5B) else {
            cursor.skip()
            return []
        }
        var pairs: [String] = []
        while cursor.nextElement() {
            var (name, value): (String?, String) = (nil, "")
            guard cursor.enter(0x7B) else {
                cursor.skip()
                continue
            }
            while cursor.hasMember() {
                if cursor.takes("name") {
                    name = cursor.content()
                } else if cursor.takes("value") {
                    value = cursor.content() ?? ""
                } else {
                    cursor.skipMember()
                }
            }
            if let name { pairs.append(PercentEncoding.form(name) + "=" + PercentEncoding.form(value)) }
        }
        return pairs
    }

    /// What `postData` and `content` have in common, and what either adds.
    private struct Content {
        var text: JSONCursor.Text?
        var isBase64 = false
        var pairs: [String] = []
        var size: Untrusted<Double>?
    }

    private mutating func readContent() -> Content {
        var content = Content()
        guard cursor.enter(0x7B) else {
            cursor.skip()
            return content
        }
        while cursor.hasMember() {
            if cursor.takes("text") {
                content.text = cursor.string()
                if content.text == nil { cursor.skip() }
            } else if cursor.takes("encoding") {
                content.isBase64 = cursor.word() == "base64"
            } else if cursor.takes("params") {
                content.pairs = readPairs()
            } else if cursor.takes("size") {
                content.size = cursor.number()
            } else {
                cursor.skipMember()
            }
        }
        return content
    }

    private func body(_ text: JSONCursor.Text, _ isBase64: Bool, claimed: Int? = nil) -> Body {
        let form: Body.Form = isBase64 ? .base64 : text.hasEscapes ? .jsonString : .raw
        return Body(cursor.bytes[text.span], form: form, fileSpan: text.span.moved(by: base), claimed: claimed)
    }

    /// What is wrong with an entry that could not be read: a full parse finds the place.
    private static func explain(_ file: Bytes, _ span: SourceSpan, _ index: Int) -> CaptureProblem {
        func missing(_ name: String, _ what: String, _ at: JSONValue) -> CaptureProblem {
            CaptureProblem(
                offset: span.offset + at.span.offset, entry: index, "expected \(what) as `\(name)` of the entry")
        }
        do throws(JSONError) {
            let entry = try JSONDocument(file[span]).root
            guard let request = entry["request"], request.isObject else {
                return missing("request", "an object", entry)
            }
            if request["method"]?.string?.isEmpty != false { return missing("request.method", "a string", request) }
            return missing("request.url", "a string", request)
        } catch {
            return CaptureProblem(
                offset: span.offset + error.offset, entry: index,
                "expected JSON: " + "\(error)".drop { $0 != ":" }.dropFirst(2))
        }
    }
}
