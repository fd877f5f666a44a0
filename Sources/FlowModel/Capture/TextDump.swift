extension CaptureFormat {
    /// What libraries print of a message: OkHttp's arrows, .NET's braces, Python's and k6's escaped heads.
    static func printed(at time: Double?) -> CaptureFormat {
        .rewritten(id: "dump", title: "printed messages", at: time) { TextDump.rewritten($0) }
    }
}

private enum TextDump {
    static func rewritten(_ text: String) -> String? {
        if text.has("--> "), text.has("--> END") || text.has("<-- ") { return okHTTP(text) }
        if text.has("RequestUri: '") { return dotNet(text) }
        if text.has("HTTP/1.1\\r\\n") || text.has("HTTP/2.0\\r\\n") || text.has("HTTP/1.0\\r\\n") {
            return escaped(text)
        }
        return nil
    }

    private static func okHTTP(_ text: String) -> String {
        var lines: [String] = []
        for line in PastedLines.of(text) {
            guard let arrow = line.firstRange(of: "--> ") ?? line.firstRange(of: "<-- "),
                line[..<arrow.lowerBound].utf8.count < 120
            else {
                lines.append(String(line))
                continue
            }
            let isSent = line[arrow] == "--> "
            let words = line[arrow.upperBound...].split(separator: " ")
            let prefix = String(line[..<arrow.lowerBound])
            guard words.count > 1, words[0] != "END" else { continue }
            if isSent {
                lines.append("\(prefix)\(words[0]) \(words[1]) HTTP/1.1")
            } else if words[0] == "HTTP" {
                continue
            } else {
                let reason = words[1].has("://") ? "" : " " + words[1]
                lines.append("\(prefix)HTTP/1.1 \(words[0])\(reason)")
            }
        }
        let joined = lines.joined(separator: "\n")
        return PlainText.withoutPrefix(joined) ?? joined
    }

    /// `Method: GET, RequestUri: '…', …, Headers:` and `StatusCode: 401, ReasonPhrase: '…'`, each with a block.
    private static func dotNet(_ text: String) -> String {
        var lines: [String] = []
        for line in PastedLines.of(text) {
            let words = String(line).trimmed
            if let uri = value(of: "RequestUri: '", in: words) {
                let method = words.split(separator: ",").first.map { String($0.split(separator: " ").last ?? "GET") }
                lines.append("\(method ?? "GET") \(uri) HTTP/1.1")
            } else if let start = words.firstRange(of: "StatusCode: ") {
                let status = words[start.upperBound...].prefix { $0.isNumber }
                lines.append("HTTP/1.1 \(status) \(value(of: "ReasonPhrase: '", in: words) ?? "")")
            } else if words == "}" {
                lines.append("")
            } else if words != "{" {
                lines.append(words)
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func value(of name: String, in words: String) -> String? {
        guard let start = words.firstRange(of: name) else { return nil }
        let rest = words[start.upperBound...]
        return rest.firstRange(of: "'").map { String(rest[..<$0.lowerBound]) }
    }

    /// Heads in which line ends are written as `\r\n`.
    private static func escaped(_ text: String) -> String {
        var (out, isHead): ([String], Bool) = ([], false)
        for line in PastedLines.of(text) {
            var words = String(line)
            if words.hasPrefix("reply: '") {
                // Its head's fields follow, each in a line of its own.
                out.append(words.dropFirst(8).split(separator: "\\").first.map { String($0) } ?? "")
                continue
            } else if words.hasPrefix("header: ") {
                out.append(String(words.dropFirst(8)))
                isHead = true
                continue
            } else if isHead, !words.isEmpty {
                out.append("")
                isHead = false
            }
            // Ruby's arrows.
            if words.hasPrefix("-> \"") || words.hasPrefix("<- \"") {
                words = rubyLine(words)
            } else if words.hasPrefix("read") && words.hasSuffix("bytes") || words.hasPrefix("reading ") {
                continue
            }
            guard words.has("\\r\\n") || words.has("\\n") else {
                out.append(words)
                continue
            }
            words = words.replacing("\\r\\n", with: "\n").replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
            for piece in PastedLines.of(words) {
                // What a log writes in front of a request: `send: b'GET …`, `msg="HTTP/1.1 …`.
                let start = piece.utf8.lastIndex { $0 == 0x27 || $0 == 0x22 }
                if let start, start < piece.utf8.index(before: piece.utf8.endIndex) {
                    let rest = Substring(piece.utf8[piece.utf8.index(after: start)...])
                    out.append(
                        String(rest.hasPrefix("HTTP/") || TranscriptLine.isRequest(Bytes(String(rest))) ? rest : piece))
                } else {
                    out.append(piece == "'" || piece == "\"" ? "" : String(piece))
                }
            }
        }
        return out.joined(separator: "\n")
    }

    /// `-> "Date: …\r\n"`: one line of a head, or a piece of a body.
    private static func rubyLine(_ line: String) -> String {
        var words = String(line.dropFirst(4))
        if words.hasSuffix("\"") { words = String(words.dropLast()) }
        // One line end belongs to the line that is printed.
        return words.hasSuffix("\\r\\n") && !words.hasSuffix("\\r\\n\\r\\n") && words.utf8.count > 4
            ? String(words.dropLast(4)).replacing("\\\"", with: "\"") : words.replacing("\\\"", with: "\"")
    }
}
