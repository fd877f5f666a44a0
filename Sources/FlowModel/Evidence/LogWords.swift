/// What servers write into their logs, pasted beside a transcript or alone.
enum LogWords {
    /// A log that is longer is none that somebody pastes.
    private static let limit = 1 << 26

    /// The last lines that name a fault, in their order: back to the one that says what it is about. What came before
    /// is another request's.
    static func read(_ text: String) -> [ServerWords] {
        guard text.utf8.count < limit else { return [] }
        var found: [ServerWords] = []
        for part in text.lines.reversed()
        where part.utf8.count > 16 && part.utf8.count < 8192 && LogFilter.mayTell(part) {
            guard let words = line(String(part)) else { continue }
            found.append(words)
            if words.subject != nil { break }
        }
        return found.reversed()
    }

    private static func line(_ line: String) -> ServerWords? {
        if line.hasPrefix("{") { return StructuredLog.words(line) }
        guard !isWire(line) else { return nil }
        // Keycloak's events: type="USER_INFO_REQUEST_ERROR", … error="invalid_token", reason="…".
        let event = KeycloakEvent(line)
        let code = quoted("error=", line)
        if let reason = quoted("reason=", line) ?? quoted("detail=", line), line.has("error=") {
            return ServerWords(status: nil, code: code, sentence: reason, source: .log, event: event)
        }
        if let event, let code {
            return KeycloakEvent.waiting.contains(code)
                ? nil : ServerWords(status: nil, code: code, sentence: nil, source: .log, event: event)
        }
        // .NET: Message contains error: 'CODE', error_description: 'WORDS', …, status code '400'.
        if let code = value("contains error: '", line) {
            let words = value("error_description: '", line).flatMap { $0 == "error_description is null" ? nil : $0 }
            let status = value("status code '", line).flatMap { Untrusted<Int>($0)?.within(400...599) }
            return ServerWords(status: status, code: code, sentence: words, source: .log)
        }
        if line.has("{\"error\"") || line.has("{ \"error\""), let error = ErrorObject.inside(line) {
            return ServerWords(status: nil, code: error.code, sentence: error.sentence, source: .log)
        }
        // Spring: … failed with provider X since REASON.
        if let range = line.firstRange(of: " since "), line.has("failed with provider") {
            return ServerWords(status: nil, code: nil, sentence: String(line[range.upperBound...]), source: .log)
        }
        guard names(line), isLog(line) || complains(line) else { return nil }
        let words = ServerWords(status: nil, code: nil, sentence: message(line), source: .log)
        return words.subject == nil ? nil : words
    }

    /// A line of a request or an answer, not of a log.
    private static func isWire(_ line: String) -> Bool {
        let first = line.utf8.first!
        return first == UInt8(ascii: ">") || first == UInt8(ascii: "<") || line.hasPrefix("* ")
            || first == UInt8(ascii: "{")
            || line.hasPrefix("HTTP/") || line.lowercased().hasPrefix("www-authenticate")
    }

    /// Lines that begin with a time, a level or a bracket.
    private static func isLog(_ line: String) -> Bool {
        let head = line.prefix(80)
        let levels = [
            "ERROR", "WARN", "DEBUG", "INFO", "error]", "warn]", "[error", "[warn", "[debug", "level=", "oidc-provider",
        ]
        let first = line.utf8.first!
        return levels.contains { head.firstRange(of: $0) != nil } || (first &- 0x30 < 10 && head.has(":"))
            || first == UInt8(ascii: "[")
    }

    /// Lines that say by themselves that something went wrong.
    private static func complains(_ line: String) -> Bool {
        let folded = line.lowercased()
        return ["error", "fail", "exception", "mismatch", "rejected"].contains { folded.firstRange(of: $0) != nil }
    }

    /// Whether a line speaks of DPoP or of one of its claims.
    static func names(_ line: String) -> Bool {
        let folded = line.lowercased()
        return [
            "dpop", "\"iat\"", "\"htu\"", "\"htm\"", "\"jti\"", "\"ath\"", "htu claim", "proof", "jkt", "jwt_authn",
            "bearer token",
        ].contains {
            folded.firstRange(of: $0) != nil
        }
    }

    static func quoted(_ name: String, _ line: String) -> String? {
        var rest = line[...]
        while let start = rest.firstRange(of: name + "\"") {
            let before = line[..<start.lowerBound].utf8.last
            rest = rest[start.upperBound...]
            // `grant_type=` is no `type=`.
            if let before, before == UInt8(ascii: "_") || (before | 0x20) &- 0x61 < 26 { continue }
            return rest.firstIndex(of: "\"").map { String(rest[..<$0]) }
        }
        return nil
    }

    /// What stands behind a name that ends with an apostrophe, up to the next one.
    private static func value(_ name: String, _ line: String) -> String? {
        guard let start = line.firstRange(of: name) else { return nil }
        let rest = line[start.upperBound...]
        return rest.firstIndex(of: "'").map { String(rest[..<$0]) }
    }

    /// Without time, level and logger.
    private static func message(_ line: String) -> String {
        guard let range = line.firstRange(of: ": ") else { return line }
        let rest = String(line[range.upperBound...])
        return rest.utf8.count > 8 ? rest : line
    }
}
