extension ServerWords {
    /// The words of an answer that refuses.
    static func read(_ exchange: Exchange) -> ServerWords {
        guard let response = exchange.response, response.status >= 400 || !exchange.isCutShort else {
            if case .sent(let sent) = exchange.origin, let failure = sent.failure {
                return ServerWords(transport: failure.description)
            }
            return ServerWords(status: nil, code: nil, sentence: exchange.silence)
        }
        var reader = WordReader()
        reader.take(challengesOf: response)
        if (300..<400).contains(response.status), let location = response.headers.first("location") {
            reader.take(redirect: location)
            return ServerWords(
                status: response.status, code: reader.code, sentence: reader.sentence, source: .redirect,
                more: reader.more)
        }
        if RefusedRedirect.isCallback(exchange.request), response.status < 400 {
            reader.take(redirect: exchange.request.url.text)
            return ServerWords(
                status: response.status, code: reader.code, sentence: reader.sentence, source: .redirect,
                more: reader.more)
        }
        reader.take(fieldsOf: response)
        if let body = response.body { reader.take(body, response.headers.first("content-type") ?? "") }
        return ServerWords(
            status: response.status, code: reader.code, sentence: reader.sentence, more: reader.more)
    }
}

extension Exchange {
    /// The connection ended before the answer was whole.
    var isCutShort: Bool {
        if case .sent(let sent) = origin { sent.failure != nil && response != nil } else { false }
    }

    /// Why there is no answer, as far as it is known.
    var silence: String? {
        if case .sent(let sent) = origin { return sent.failure?.description ?? "no answer" }
        if case .unanswered(let words) = origin { return words.isEmpty ? "no answer" : words }
        return nil
    }
}

/// Gathers what an answer says: the first code and the first sentence lead, everything counts.
private struct WordReader {
    private(set) var code: String?
    private(set) var sentence: String?
    /// Words besides the sentence.
    private(set) var more: [String] = []

    private mutating func add(code: String) {
        let code = code.trimmed
        guard !code.isEmpty, code.utf8.count < 200 else { return }
        // A code is one word; people put sentences there too.
        if code.has(" ") {
            add(sentence: code)
        } else if self.code == nil {
            self.code = code
        } else if code.lowercased() != self.code?.lowercased() {
            more.append(code)
        }
    }

    private mutating func add(sentence text: String) {
        let text = text.trimmed
        guard !text.isEmpty, text != sentence else { return }
        let short = text.utf8.count > 400 ? String(text.prefix(400)) : text
        if sentence == nil { sentence = short } else { more.append(short) }
    }

    // MARK: fields

    /// Parameters that say where to go, not what is wrong.
    private static let silent: Set<String> = [
        "realm", "authorization_uri", "resource_metadata", "algs", "scope", "resource", "authorization", "charset",
    ]

    mutating func take(challengesOf response: Response) {
        let challenges = response.headers.all("www-authenticate").flatMap { (try? Challenge.parse($0.value)) ?? [] }
        for challenge in challenges {
            for (name, value) in challenge.parameters {
                switch name {
                case "error": add(code: value)
                case "error_description": add(sentence: value)
                case _ where Self.silent.contains(name): continue
                default: more.append(value)
                }
            }
        }
    }

    mutating func take(fieldsOf response: Response) {
        if let status = ContentRefusal.grpcStatus(response) {
            add(code: "grpc-status-\(status)")
            let trailer = response.body.map { ContentRefusal.trailer($0.bytes) } ?? []
            if let message = trailer.first(where: { $0.name == "grpc-message" })?.value {
                add(sentence: Form.decode(message))
            }
            if let message = response.headers.first("grpc-message") { add(sentence: Form.decode(message)) }
        }
        if response.headers.first("cf-mitigated") != nil { more.append("just a moment") }
    }

    mutating func take(redirect location: String) {
        let url = HTTPURL(location)
        for part in [url.query, url.fragment] {
            guard let part else { continue }
            let form = Form(part)
            if let error = form["error"] { add(code: error) }
            if let text = form["error_description"] { add(sentence: text) }
        }
    }

    // MARK: the body

    mutating func take(_ body: Body, _ type: String) {
        guard body.storedCount > 0, body.storedCount < 1 << 18 else { return }
        if let root = body.json?.root {
            take(root, depth: 0)
            return
        }
        let text = body.bytes.text
        if text.utf8.count < 8192, text.has("="), !text.has("<"), let error = Form(text)["error"] {
            add(code: error)
            if let words = Form(text)["error_description"] { add(sentence: words) }
            return
        }
        let plain = text.utf8.count > 16384 ? String(text.prefix(16384)) : text
        for sentence in PageWords.read(plain) { add(sentence: sentence) }
    }

    private static let codeNames: Set<String> = ["error", "code", "errorcode", "error_code", "type", "reason"]
    private static let sentenceNames: Set<String> = [
        "error_description", "message", "detail", "title", "description", "errorsummary", "error_message", "msg",
        "errordescription", "details", "error_detail",
    ]

    private mutating func take(_ value: JSONValue, depth: Int) {
        guard depth < 4 else { return }
        if value.isObject {
            let members = value.members
            // Codes and sentences of an object before those inside of it.
            for member in members {
                guard let name = member.name.string?.lowercased(), let text = member.value.string else { continue }
                if name == "error" || (Self.codeNames.contains(name) && code == nil) {
                    add(code: text)
                } else if Self.sentenceNames.contains(name) {
                    add(sentence: text)
                }
            }
            for member in members where member.value.string == nil { take(member.value, depth: depth + 1) }
        } else {
            for element in value.elements.prefix(8) {
                if let text = element.string, depth > 0 { add(sentence: text) } else { take(element, depth: depth + 1) }
            }
        }
    }
}

/// The title and the first sentence of a page or of a plain text.
enum PageWords {
    static func read(_ text: String) -> [String] {
        guard text.has("<") else {
            let lines = text.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
            return Array(lines.prefix(2))
        }
        let titles = ["title", "h1", "p"].compactMap { inside($0, of: text) }
        return titles.isEmpty ? Array([stripped(text)].filter { !$0.isEmpty }) : titles
    }

    private static func inside(_ tag: String, of text: String) -> String? {
        let folded = text.lowercased()
        guard let open = folded.firstRange(of: "<\(tag)"), let start = folded[open.upperBound...].firstIndex(of: ">")
        else { return nil }
        // A paragraph need not be closed.
        guard let end = folded[start...].firstRange(of: "</\(tag)")?.lowerBound ?? folded[start...].firstIndex(of: "<")
        else { return nil }
        let from = folded.distance(from: folded.startIndex, to: folded.index(after: start))
        let count = folded.distance(from: folded.index(after: start), to: end)
        let words = stripped(String(text.dropFirst(from).prefix(count)))
        return words.isEmpty ? nil : words
    }

    private static func stripped(_ text: String) -> String {
        var (out, depth) = ("", 0)
        for character in text {
            switch character {
            case "<": depth += 1
            case ">": depth = max(0, depth - 1)
            case "\n", "\r", "\t": if depth == 0 { out += " " }
            default: if depth == 0 { out.append(character) }
            }
            if out.utf8.count > 300 { break }
        }
        return out.split(separator: " ").joined(separator: " ")
    }
}
