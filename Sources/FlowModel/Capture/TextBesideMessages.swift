extension Capture {
    /// A pasted text without the lines that hold a body or a challenge: they were read, and are no server's log.
    var textBesideMessages: String {
        let text = bytes.text
        var (bodies, nonces): ([String], [String]) = ([], [])
        for index in entries.indices.prefix(32) {
            guard let exchange = try? exchange(index) else { continue }
            if let sent = exchange.request.body?.bytes.text, sent.utf8.count > 16 { bodies.append(sent) }
            guard let answer = exchange.response else { continue }
            if let nonce = answer.headers.first("dpop-nonce"), nonce.utf8.count > 5 { nonces.append(nonce) }
            // An answer that a program printed is not written as it was sent: its sentence is.
            let sentence = answer.status >= 400 ? ServerWords.read(exchange).sentence : nil
            let values = [answer.body?.bytes.text, answer.headers.first("www-authenticate"), sentence].compactMap { $0 }
            for value in values where value.utf8.count > 16 && !bodies.contains(value) {
                // As it is, and as a quoted one.
                bodies += [value, value.replacing("\"", with: "\\\"")]
            }
        }
        guard !bodies.isEmpty || !nonces.isEmpty else { return text }
        return text.lines.filter { line in
            guard line.utf8.count > 16 else { return true }
            // A log may speak of a nonce; the field's name beside it is the field.
            let isField = nonces.contains { line.firstRange(of: $0) != nil } && line.lowercased().has("dpop-nonce")
            return !isField && !bodies.contains { line.firstRange(of: $0) != nil }
        }.joined(separator: "\n")
    }
}
