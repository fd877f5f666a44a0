extension CaptureFormat {
    /// A browser's header panel, or a few header fields alone: `name: value`, or names and values in turns.
    static func headerPanel(at time: Double?) -> CaptureFormat {
        .pasted(id: "headers", title: "header fields", at: time) { text in
            let lower = text.lowercased()
            guard lower.has("dpop") else { return [] }
            return HeaderPanel.read(text)
        }
    }
}

private enum HeaderPanel {
    static func read(_ text: String) -> [PastedExchange] {
        var (exchange, isAnswer, isBody) = (PastedExchange(), false, false)
        let lines = PastedLines.of(text).map { String($0).trimmed }
        var at = 0
        while at < lines.count {
            defer { at += 1 }
            let line = lines[at]
            let lower = line.lowercased()
            if lower.hasPrefix("response headers") || lower.hasPrefix("request headers") {
                isAnswer = lower.hasPrefix("response")
                continue
            }
            if let (status, reason) = PastedLines.status(line) {
                (exchange.status, exchange.reason, isAnswer) = (status, reason, true)
                continue
            }
            if isAnswer, isBody || line.hasPrefix("{") {
                isBody = true
                exchange.addAnswer(line)
                continue
            }
            if let (name, value) = general(line, next: at + 1 < lines.count ? lines[at + 1] : "") {
                switch name {
                case "request url", "url": exchange.url = value
                case "request method", "method": exchange.method = value
                default:
                    let words = value.split(separator: " ", maxSplits: 1)
                    exchange.status = words.first.flatMap { Untrusted<Int>($0)?.within(100...599) }
                    exchange.reason = words.count > 1 ? String(words[1]) : ""
                }
                continue
            }
            var field = PastedLines.field(line[...])
            if field == nil || field?.value.isEmpty == true, at + 1 < lines.count, let name = name(line) {
                // A name alone: its value is the next line.
                let value = lines[at + 1]
                if !value.isEmpty,
                    ["dpop", "authorization", "dpop-nonce", "www-authenticate", "host"].contains(name)
                        || name.hasPrefix(":")
                {
                    field = (name, value)
                    at += 1
                }
            }
            guard let field, !field.value.isEmpty else { continue }
            if isAnswer || isAnswersOwn(field.name) {
                exchange.answer.append(field)
                if field.name == ":status" { exchange.status = Untrusted<Int>(field.value)?.within(100...599) }
            } else {
                exchange.fields.append(field)
            }
        }
        // In quotes and among braces it is a member of something printed.
        guard let proof = exchange.first("dpop"), proof.has(".") else { return [] }
        let isMember = (proof.hasPrefix("'") || proof.hasPrefix("\"")) && text.has("{")
        return isMember ? [] : [exchange]
    }

    private static func isAnswersOwn(_ name: String) -> Bool {
        [":status", "www-authenticate", "dpop-nonce", "set-cookie", "server"].contains(name.lowercased())
    }

    private static func name(_ line: String) -> String? {
        let name = line.hasSuffix(":") ? String(line.dropLast()) : line
        let rest = name.hasPrefix(":") ? String(name.dropFirst()) : name
        guard !rest.isEmpty, rest.utf8.count < 40, rest.utf8.allSatisfy(PastedLines.isNameByte) else { return nil }
        return name.lowercased()
    }

    /// The panel's first part: `Request URL: …`, or its name and value in turns.
    private static func general(_ line: String, next: String) -> (String, String)? {
        let lower = line.lowercased()
        for name in ["request url", "request method", "status code", "url", "method", "status"] {
            guard lower == name || lower == name + ":" || lower.hasPrefix(name + ": ") else { continue }
            let value = lower.hasPrefix(name + ": ") ? String(line.dropFirst(name.count + 2)).trimmed : next
            let isSound =
                name.hasSuffix("url")
                ? value.has("://")
                : name.hasPrefix("status") ? value.first?.isNumber == true : value == value.uppercased()
            return isSound && !value.isEmpty ? (name, value) : nil
        }
        return nil
    }
}
