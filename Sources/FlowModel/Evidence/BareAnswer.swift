/// What a server said, pasted without the request: an answer's body, its challenge, its head, or the sentence alone.
enum BareAnswer {
    /// Nil for a text that says nothing of the kind.
    static func read(_ text: String) -> ServerWords? {
        guard text.utf8.count < 1 << 16 else { return nil }
        let lines = text.lines.map { unquoted(String($0)) }
        let status = lines.lazy.compactMap(status).first
        let challenge = lines.lazy.compactMap(challenge).first
        let body = ErrorObject.inside(lines.joined(separator: "\n")) ?? lines.lazy.compactMap(ErrorObject.inside).first
        if challenge != nil || body != nil {
            let words = ServerWords(
                status: status, code: challenge?.code ?? body?.code, sentence: challenge?.sentence ?? body?.sentence,
                more: [body?.sentence].compactMap { $0 })
            return words.isTelling ? words : nil
        }
        // A sentence that somebody copied.
        let said = lines.filter { !$0.isEmpty }
        guard said.count <= 3, let first = said.first, first.utf8.count < 400, LogWords.names(first),
            first.first.map({ "{[<".contains($0) }) != true
        else { return nil }
        let words = ServerWords(status: nil, code: nil, sentence: first)
        return words.subject == nil && words.cause == nil ? nil : words
    }

    /// Without the marks of a quoted mail and of a fence.
    private static func unquoted(_ line: String) -> String {
        let bare = line.drop { $0 == ">" || $0 == " " || $0 == "\t" || $0 == "<" || $0 == "`" }
        return String(bare).trimmed
    }

    private static func status(_ line: String) -> Int? {
        guard line.hasPrefix("HTTP/") else { return nil }
        let words = line.split(separator: " ")
        return words.count > 1 ? Untrusted<Int>(words[1])?.within(400...599) : nil
    }

    private static func challenge(_ line: String) -> (code: String?, sentence: String?)? {
        guard line.lowercased().hasPrefix("www-authenticate:") else { return nil }
        let value = Bytes(String(line.dropFirst("www-authenticate:".count))).trimmed
        guard let parsed = try? Challenge.parse(value.text) else { return nil }
        return parsed.lazy.filter { $0["error"] != nil }.map { ($0["error"], $0["error_description"]) }.first
    }
}

/// An OAuth error as JSON, alone or at the end of a line.
enum ErrorObject {
    static func inside(_ text: String) -> (code: String?, sentence: String?)? {
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            let root = (try? JSONDocument(Bytes(String(text[start...end]))))?.root, root.isObject
        else { return nil }
        let code = root["error"]?.string
        let sentence =
            (root["error_description"] ?? root["message"] ?? root["detail"] ?? root["err"] ?? root["msg"])?.string
        guard let code else { return sentence.map(LogWords.names) == true ? (nil, sentence) : nil }
        return code.has(" ") ? (nil, sentence ?? code) : (code, sentence)
    }
}

extension ServerWords {
    /// Whether they speak of something that is known.
    fileprivate var isTelling: Bool { subject != nil || cause != nil || code?.has("_") == true }
}
