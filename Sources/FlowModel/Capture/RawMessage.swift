/// A request or an answer as it went over the wire: its first line, its fields, its body.
struct RawMessage {
    let first: Substring
    let fields: [(name: String, value: String)]
    let body: String?

    init(_ text: String) {
        let lines = PastedLines.of(text)
        first = lines.first ?? ""
        let head = lines.dropFirst().prefix { !$0.isEmpty }
        fields = head.compactMap { PastedLines.field($0) }
        let rest = lines.dropFirst(1 + head.count + 1).joined(separator: "\n").trimmed
        body = rest.isEmpty ? nil : rest
    }
}

extension PastedExchange {
    /// Out of both messages; nil where the first is no request.
    init?(request: String, answer: String?) {
        let sent = RawMessage(request)
        let words = sent.first.split(separator: " ")
        guard words.count > 1, TranscriptLine.isRequest(Bytes(String(sent.first))) else { return nil }
        self.init(method: String(words[0]), url: String(words[1]), fields: sent.fields, body: sent.body)
        guard let answer else { return }
        let received = RawMessage(answer)
        guard let (status, reason) = PastedLines.status(received.first) else { return }
        (self.status, self.reason, self.answer, answerBody) = (status, reason, received.fields, received.body)
    }
}
