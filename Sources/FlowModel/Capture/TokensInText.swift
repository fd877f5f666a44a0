extension CaptureFormat {
    /// The last resort: whatever proof and token stand in a text, with the method, URL and status beside them.
    public static func tokens(at time: Double?) -> CaptureFormat {
        .pasted(id: "tokens", title: "tokens in a text", at: time) { text in
            let bytes = Bytes(text)
            guard bytes.find("eyJ") != nil, !SingleProof.looksLikeProof(text.trimmed) else { return [] }
            return TokensInText.read(bytes)
        }
    }
}

private enum TokensInText {
    static func read(_ text: Bytes) -> [PastedExchange] {
        var (list, token): ([PastedExchange], (value: String, hash: String)?) = ([], nil)
        var ends: [Int] = []
        for span in spans(text).prefix(256) {
            let value = text[span].text
            let jws = CompactJWS(text[span], headers: nil)
            guard let header = jws.header?.root, let payload = jws.payload?.root else { continue }
            if header["typ"]?.string?.equalsIgnoringCase("dpop+jwt") == true
                || header["jwk"] != nil && payload["htu"] != nil
            {
                var exchange = PastedExchange()
                exchange.fields = [("DPoP", value)]
                list.append(exchange)
                ends.append(span.end)
            } else if payload["iss"] != nil || payload["cnf"] != nil {
                token = (value, Base64URL.encode(Array(HashFunction.sha256(value))))
            }
        }
        guard list.count == 1 else { return list }
        if let token { list[0].fields.append(("Authorization", "DPoP " + token.value)) }
        beside(text, &list[0])
        return list
    }

    /// Every run of three parts of base64url that begins as a JSON object's does.
    private static func spans(_ text: Bytes) -> [SourceSpan] {
        var (spans, at): ([SourceSpan], Int) = ([], 0)
        while let start = text.find("eyJ", from: at) {
            var (end, dots) = (start, 0)
            while end < text.count, PastedLines.isNameByte(text[end]) || text[end] == 0x2E {
                dots += text[end] == 0x2E ? 1 : 0
                end += 1
            }
            while end > start, text[end - 1] == 0x2E {
                end -= 1
                dots -= 1
            }
            let isWord = start == 0 || !PastedLines.isNameByte(text[start - 1])
            if dots == 2, isWord { spans.append(SourceSpan(start, end - start)) }
            at = max(end, start + 3)
        }
        return spans
    }

    private static let methods: Set<Substring> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    /// The first method with a URL after it, and the first status that is named as one.
    private static func beside(_ text: Bytes, _ exchange: inout PastedExchange) {
        let words = text.text.utf8.split { $0 <= 0x20 || $0 == 0x22 || $0 == 0x27 || $0 == 0x2C }.map { Substring($0) }
        for (at, word) in words.enumerated() where exchange.url == nil && methods.contains(word) {
            guard let next = words[(at + 1)...].first, next.has("://") || next.hasPrefix("/") else { continue }
            (exchange.method, exchange.url) = (String(word), String(next))
        }
        for (at, word) in words.enumerated().dropFirst() where exchange.status == nil {
            guard word.utf8.count == 3, let number = Untrusted<Int>(word)?.within(400...599) else { continue }
            let before = words[at - 1].lowercased()
            if before.has("status") || before.has("http/") || before == "code" { exchange.status = number }
        }
    }
}
