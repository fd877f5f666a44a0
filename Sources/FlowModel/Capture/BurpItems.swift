extension CaptureFormat {
    /// Burp's saved items: XML with both messages of each, as text or in base64.
    static func burp(at time: Double?) -> CaptureFormat {
        .pasted(id: "burp", title: "Burp items", at: time) { text in
            text.has("<request") ? BurpItems.read(Bytes(text)) : []
        }
    }
}

private enum BurpItems {
    static func read(_ text: Bytes) -> [PastedExchange] {
        var (list, at, url): ([PastedExchange], Int, String?) = ([], 0, nil)
        var next = text.find("<request")
        while let start = next {
            // What stands before a request tells its scheme, which the request's head does not.
            url = told("<url>", in: text[SourceSpan(at, start - at)])
            guard let request = content(text, start) else { break }
            at = request.end
            next = text.find("<request", from: at)
            let rest = text[SourceSpan(at, (next ?? text.count) - at)]
            let answer = rest.find("<response").flatMap { content(rest, $0)?.text }
            guard var exchange = PastedExchange(request: request.text, answer: answer) else { continue }
            if let url, url.has("://") { exchange.url = url }
            if exchange.status == nil {
                exchange.status = told("<status>", in: rest).flatMap { Untrusted<Int>($0)?.within(100...599) }
            }
            list.append(exchange)
        }
        return list
    }

    /// What the first element of that name holds.
    private static func told(_ element: StaticString, in text: Bytes) -> String? {
        text.find(element).flatMap { content(text, $0)?.text.trimmed }
    }

    /// What stands in the element that begins there, and where that ends.
    private static func content(_ text: Bytes, _ start: Int) -> (text: String, end: Int)? {
        let rest = text[SourceSpan(start, text.count)]
        let open = rest.firstIndex(of: 0x3E)
        guard open < rest.count else { return nil }
        let isCoded = rest[SourceSpan(0, open)].find("base64=\"true\"") != nil
        let body = rest[SourceSpan(open + 1, rest.count)]
        let (from, to): (Int, Int)
        if body.find("<![CDATA[") == 0 {
            guard let end = body.find("]]>") else { return nil }
            (from, to) = (9, end)
        } else {
            (from, to) = (0, body.firstIndex(of: 0x3C))
        }
        let inner = body[SourceSpan(from, to - from)]
        let plain = isCoded ? String(decoding: Base64.decode(inner).bytes, as: UTF8.self) : inner.text
        return (plain, start + open + 1 + to)
    }
}
