extension CaptureFormat {
    /// The log of .NET's `HttpClient`, whose handlers each tell of the same request: `Sending HTTP request GET …`, fields
    /// under `Request Headers:`, `Received HTTP response headers after 48ms - 401`, fields under `Response Headers:`.
    static func dotNetLog(at time: Double?) -> CaptureFormat {
        .pasted(id: "dotnet-http", title: ".NET HttpClient log", at: time) { text in
            text.has("Sending HTTP request ") ? DotNetLog.read(text) : []
        }
    }
}

private enum DotNetLog {
    private enum Part { case none, request, answer }

    static func read(_ text: String) -> [PastedExchange] {
        var (list, part): ([PastedExchange], Part) = ([], .none)
        for line in PastedLines.of(text) {
            if let target = rest(of: "Sending HTTP request ", in: line) {
                let words = target.split(separator: " ")
                guard words.count > 1, words[1].has("://") else { continue }
                list.append(PastedExchange(method: String(words[0]), url: String(words[1])))
                part = .none
            } else if let answer = rest(of: "Received HTTP response", in: line) {
                if let status = status(answer), !list.isEmpty, list[list.count - 1].status == nil {
                    (list[list.count - 1].status, list[list.count - 1].reason) = (status, "")
                }
                part = .none
            } else if line.has("Request Headers:") {
                // Those of the handler before are the same request's.
                part = list.last.map { $0.status == nil } == true ? .request : .none
            } else if line.has("Response Headers:") {
                part = list.last.map { $0.status != nil } == true ? .answer : .none
            } else if part != .none, !list.isEmpty {
                guard line.utf8.first == 0x20, let field = PastedLines.field(Substring(String(line).trimmed)) else {
                    part = .none
                    continue
                }
                if part == .request { list[list.count - 1].fields.append(field) }
                if part == .answer { list[list.count - 1].answer.append(field) }
            }
        }
        return list
    }

    private static func rest(of words: String, in line: Substring) -> Substring? {
        line.firstRange(of: words).map { line[$0.upperBound...] }
    }

    /// `headers after 48.5ms - 401`, and `after 48.5ms - Unauthorized` of older ones.
    private static func status(_ text: Substring) -> Int? {
        guard let dash = text.firstRange(of: " - ") else { return nil }
        let word = String(text[dash.upperBound...]).trimmed
        if let number = Untrusted<Int>(word)?.within(100...599) { return number }
        return NamedWord.phrases.first { phrase in
            String(phrase.value.filter { $0 != " " }) == word
        }?.key
    }
}
