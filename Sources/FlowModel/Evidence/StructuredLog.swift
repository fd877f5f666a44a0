/// One line of a log whose lines are JSON objects, as zap, slog, pino, Serilog and Logstash write them.
enum StructuredLog {
    /// Members that only a log's line has. (An answer's body has a `timestamp` too.)
    static let marks: Set<String> = [
        "level", "lvl", "severity", "@t", "@l", "loglevel", "log_level", "log.level",
    ]
    private static let sentences: Set<String> = [
        "msg", "message", "err", "error", "reason", "detail", "details", "@m", "@mt", "error_description", "exception",
        "cause", "description", "stack_trace",
    ]

    /// What the line says is wrong with a proof or a token; nil for a line that is none of a log, or names no fault.
    static func words(_ line: String) -> ServerWords? {
        guard let root = (try? JSONDocument(Bytes(line)))?.root, root.isObject else { return nil }
        var (isLog, code, said): (Bool, String?, [String]) = (false, nil, [])
        for member in root.members {
            guard let name = member.name.string?.lowercased() else { continue }
            if marks.contains(name) { isLog = true }
            guard sentences.contains(name) else { continue }
            let text = member.value.string ?? member.value["message"]?.string ?? member.value["msg"]?.string
            guard let text = text.map({ $0.trimmed }), !text.isEmpty else { continue }
            if text.has(" ") || !text.has("_") { said.append(text) } else { code = code ?? text }
        }
        guard isLog, !said.isEmpty || code != nil, LogWords.names((said + [code ?? ""]).joined(separator: " ")) else {
            return nil
        }
        // The first sentence says what was done, the last why it failed.
        let words = ServerWords(
            status: nil, code: code, sentence: said.last, source: .log, more: Array(said.dropLast()))
        return words.subject == nil && words.cause == nil ? nil : words
    }
}
