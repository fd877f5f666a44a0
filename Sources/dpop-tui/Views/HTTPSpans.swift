/// Start lines of HTTP messages in the colours of their parts, so that rows of requests and answers scan.
enum HTTPSpans {
    /// `GET https://host/path?query HTTP/1.1`; a secret in it is masked before.
    static func request(_ method: String, _ target: String, _ version: String = "") -> [Span] {
        [Span(method, .method), Span(" ")] + self.target(target) + rest(version)
    }

    /// `HTTP/1.1 401 Unauthorized`, or `401 Unauthorized` without a version.
    static func answer(_ version: String, _ status: Int, _ reason: String) -> [Span] {
        (version.isEmpty ? [] : [Span(version + " ", .value)]) + [Span("\(status)", .status(status))] + rest(reason)
    }

    /// A step's title (`StepWords.title`) where it is such a line: `GET /get?a=1`, `401 invalid_token`. Others as they
    /// are.
    static func title(_ title: String, _ plain: Role) -> [Span] {
        guard plain != .accent, let space = title.firstIndex(of: " ") else { return [Span(title, plain)] }
        let (first, after) = (title[..<space], String(title[title.index(after: space)...]))
        if after.hasPrefix("/"), first.utf8.allSatisfy({ (65...90).contains($0) }) {
            return request(String(first), after)
        }
        guard first.utf8.count == 3, let status = Int(first), (100...599).contains(status) else {
            return [Span(title, plain)]
        }
        return [Span(String(first), .status(status)), Span(" " + after, plain)]
    }

    /// Scheme and host as any value, the path and its query as what differs from row to row.
    private static func target(_ text: String) -> [Span] {
        var slashes = 0
        for index in text.utf8.indices where text.utf8[index] == UInt8(ascii: "/") {
            slashes += 1
            // A path alone, or what follows `scheme://host`.
            guard slashes == (text.hasPrefix("/") ? 1 : 3) else { continue }
            let host = String(text[..<index])
            return (host.isEmpty ? [] : [Span(host, .value)]) + [Span(String(text[index...]), .path)]
        }
        return [Span(text, .value)]
    }

    private static func rest(_ text: String) -> [Span] { text.isEmpty ? [] : [Span(" " + text, .value)] }
}

extension Role {
    /// By the class of a status: success, redirection, refusal or a server's fault (RFC 9110, section 15).
    static func status(_ status: Int) -> Role {
        switch status / 100 {
        case 2: .status2xx
        case 3: .status3xx
        case 4: .status4xx
        case 5: .status5xx
        default: .value
        }
    }
}

extension [Span] {
    /// Cut into rows of at most `width` columns, no more than `most` of them, the last with an ellipsis then.
    func rows(_ width: Int, most: Int) -> [Row] {
        let width = Swift.max(1, width)
        var (rows, line, used) = ([Row](), [Span](), 0)
        for span in self {
            // Every character is a column at least, but for those that draw nothing.
            for glyph in Glyph.of(span.text.prefix(most * width + 1)) {
                if used + glyph.width > width, used > 0 {
                    if rows.count == most - 1 {
                        line[line.count - 1].text.removeLast()
                        return rows + [Row(line + [Span("…", .value)])]
                    }
                    rows.append(Row(line))
                    (line, used) = ([], 0)
                }
                if line.last?.role == span.role {
                    line[line.count - 1].text.append(glyph.text)
                } else {
                    line.append(Span(String(glyph.text), span.role))
                }
                used += glyph.width
            }
        }
        return rows + [Row(line)]
    }
}
