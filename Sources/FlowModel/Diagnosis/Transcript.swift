/// What a person has at hand: a `curl -v` transcript, or requests and answers as raw text.
public enum Transcript {
    /// The exchanges of a text, in order; empty when there is no request line in it.
    public static func read(_ text: String, at time: Double?) -> [Exchange] {
        let lines = text.lines
        return lines.contains(where: isCurlRequest) ? curl(lines, time) : raw(lines, time)
    }

    private static func isCurlRequest(_ line: Substring) -> Bool {
        line.hasPrefix("> ") && isRequestLine(line.dropFirst(2))
    }

    private static func isRequestLine(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        guard words.count >= 2, words.count <= 3, words[0].utf8.allSatisfy({ $0 &- 0x41 < 26 }) else { return false }
        return (words[1].hasPrefix("/") || words[1].has("://")) && (words.count == 2 || words[2].hasPrefix("HTTP/"))
    }

    /// One exchange while it is being put together.
    private struct Draft {
        var method = ""
        var target = ""
        var scheme = "https"
        var fields: [Header] = []
        var body = ""
        var status: Int?
        var reason = ""
        var answer: [Header] = []
        var answerBody = ""

        func exchange(_ index: Int, _ time: Double?) -> Exchange {
            let host = fields.first("host") ?? "unknown.invalid"
            let url = target.has("://") ? target : "\(scheme)://\(host)\(target)"
            let date = answer.first("date").flatMap(Timestamp.parseHTTPDate)
            return Exchange(
                index: index,
                request: Request(
                    method: method, url: HTTPURL(url), headers: fields, body: body.isEmpty ? nil : Body(Bytes(body))),
                response: status.map {
                    Response(
                        status: $0, reason: reason, headers: answer,
                        body: answerBody.isEmpty ? nil : Body(Bytes(answerBody)))
                },
                started: (time ?? date).map { $0 + Double(index) / 1000 })
        }
    }

    private static func field(_ line: Substring) -> Header? {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[0].has(" ") else { return nil }
        return Header(String(parts[0]), String(parts[1]).trimmed)
    }

    private static func curl(_ lines: [Substring], _ time: Double?) -> [Exchange] {
        var (list, draft, scheme): ([Draft], Draft?, String?) = ([], nil, nil)
        for line in lines {
            if line.hasPrefix("* ") {
                if line.has("SSL connection") || line.has("TLSv1") || line.has("port 443") {
                    scheme = "https"
                } else if line.has("Connected to"), scheme == nil {
                    scheme = "http"
                }
                if line.has("Connection #"), line.has("left intact") { scheme = nil }
                continue
            }
            if isCurlRequest(line) {
                if let draft { list.append(draft) }
                let words = line.dropFirst(2).split(separator: " ")
                draft = Draft(method: String(words[0]), target: String(words[1]), scheme: scheme ?? "https")
            } else if line.hasPrefix("> "), draft?.status == nil {
                if let header = field(line.dropFirst(2)) { draft?.fields.append(header) }
            } else if line.hasPrefix("< HTTP/") {
                let words = line.dropFirst(2).split(separator: " ", maxSplits: 2)
                draft?.status = words.count > 1 ? Int(words[1]) : nil
                draft?.reason = words.count > 2 ? String(words[2]) : ""
                draft?.answer = []
            } else if line.hasPrefix("< ") {
                if let header = field(line.dropFirst(2)) { draft?.answer.append(header) }
            } else if draft?.status != nil, !line.hasPrefix("<"), !line.hasPrefix(">"), !line.hasPrefix("{ ["),
                !line.hasPrefix("} ["), !line.isEmpty
            {
                draft?.answerBody += line
            }
        }
        if let draft { list.append(draft) }
        return list.enumerated().map { $1.exchange($0, time) }
    }

    private enum Place { case before, request, requestBody, answer, answerBody }

    private static func raw(_ lines: [Substring], _ time: Double?) -> [Exchange] {
        var (list, draft, place): ([Draft], Draft?, Place) = ([], nil, .before)
        for line in lines {
            if isRequestLine(line) {
                if let draft { list.append(draft) }
                let words = line.split(separator: " ")
                draft = Draft(method: String(words[0]), target: String(words[1]))
                place = .request
            } else if line.hasPrefix("HTTP/"), draft != nil {
                let words = line.split(separator: " ", maxSplits: 2)
                draft?.status = words.count > 1 ? Int(words[1]) : nil
                draft?.reason = words.count > 2 ? String(words[2]) : ""
                place = .answer
            } else if line.isEmpty {
                place = place == .request ? .requestBody : place == .answer ? .answerBody : place
            } else {
                switch place {
                case .before: break
                case .request: if let header = field(line) { draft?.fields.append(header) }
                case .answer: if let header = field(line) { draft?.answer.append(header) }
                case .requestBody: draft?.body += line
                case .answerBody: draft?.answerBody += line
                }
            }
        }
        if let draft { list.append(draft) }
        return list.enumerated().map { $1.exchange($0, time) }
    }
}
