extension CaptureFormat {
    /// What oauth2c writes to its terminal, which prints a request as no transcript does.
    static func oauth2c(at time: Double?) -> CaptureFormat {
        .pasted(id: "oauth2c", title: "oauth2c's output", at: time) { text in
            guard text.has("Headers:"), text.has("Form post:") || text.has("Response:") || text.has("Query params:")
            else { return [] }
            return OAuth2CText.read(text)
        }
    }
}

/// Requests with `Headers:`, `Form post:` and `Response:` below them; an `ERROR 400: code` ends one.
private enum OAuth2CText {
    private enum Part { case none, headers, form, response }

    static func read(_ text: String) -> [PastedExchange] {
        var (list, part): ([PastedExchange], Part) = ([], .none)
        var form: [(name: String, value: String)] = []
        func close() {
            guard !list.isEmpty, !form.isEmpty else { return }
            list[list.count - 1].body =
                form.map { PercentEncoding.form($0.name) + "=" + PercentEncoding.form($0.value) }.joined(separator: "&")
            form = []
        }
        for raw in PastedLines.of(PlainText.withoutColours(text)) {
            // A spinner's line is written over: what stands last is what was seen.
            let line =
                raw.utf8.split(separator: 0x0D).last { !String(Substring($0)).trimmed.isEmpty }
                .map { Substring($0) } ?? ""
            let words = String(line).trimmed
            if TranscriptLine.isRequest(Bytes(words)), words.has("://") {
                close()
                let parts = words.split(separator: " ")
                var exchange = PastedExchange()
                (exchange.method, exchange.url) = (String(parts[0]), String(parts[1]))
                list.append(exchange)
                part = .none
                continue
            }
            guard !list.isEmpty else { continue }
            let last = list.count - 1
            switch words {
            case "Headers:": part = .headers
            case "Form post:", "Query params:": part = words == "Form post:" ? .form : .none
            case "Response:":
                close()
                part = .response
            case _ where words.hasPrefix("ERROR") || words.has(" ERROR "):
                takeError(words, &list[last])
                part = .none
            case _ where part == .headers || part == .form:
                if line.hasPrefix("  "), let field = PastedLines.field(Substring(words)), !isWrapped(words) {
                    if part == .headers { list[last].fields.append(field) } else { form.append(field) }
                } else if part == .headers, PastedLines.isTokenPart(words), !list[last].fields.isEmpty {
                    list[last].fields[list[last].fields.count - 1].value += words
                } else if part == .form, !form.isEmpty, !words.isEmpty {
                    form[form.count - 1].value += words
                }
            case _ where part == .response:
                if !words.isEmpty { list[last].addAnswer(words) }
                if words == "}" { part = .none }
            default: break
            }
        }
        close()
        return list
    }

    /// A piece of a value that happens to have a colon in it has no blank after it.
    private static func isWrapped(_ words: String) -> Bool { !words.has(": ") && !words.hasSuffix(":") }

    private static func takeError(_ words: String, _ exchange: inout PastedExchange) {
        guard let colon = words.firstRange(of: ":"),
            let number = words[..<colon.lowerBound].split(separator: " ").last,
            let status = Untrusted<Int>(number)?.within(100...599)
        else { return }
        exchange.status = status
        if exchange.answerBody == nil {
            let code = String(words[colon.upperBound...]).trimmed
            exchange.answerBody = "{\"error\":\(JSONText.quote(code))}"
        }
    }
}
