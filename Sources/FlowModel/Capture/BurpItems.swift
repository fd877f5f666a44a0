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
        var (list, at): ([PastedExchange], Int) = ([], 0)
        while let start = text.find("<request", from: at) {
            guard let request = content(text, start) else { break }
            at = request.end
            let next = text.find("<request", from: at) ?? text.count
            let answer = text.find("<response", from: at).flatMap { $0 < next ? content(text, $0) : nil }
            guard var exchange = PastedExchange(request: request.text, answer: answer?.text) else { continue }
            // The item tells the scheme, which the request's head does not.
            if let mark = text[SourceSpan(0, start)].last("<url>"), let url = content(text, mark)?.text, url.has("://")
            {
                exchange.url = url.trimmed
            }
            if exchange.status == nil, let mark = text.find("<status>", from: at), mark < next {
                exchange.status = content(text, mark).flatMap { Untrusted<Int>($0.text.trimmed)?.within(100...599) }
            }
            list.append(exchange)
        }
        return list
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

extension Bytes {
    /// Where the word stands last in the final 64 KB.
    fileprivate func last(_ word: StaticString) -> Int? {
        var (found, at): (Int?, Int) = (nil, Swift.max(0, count - 1 << 16))
        while let next = find(word, from: at) { (found, at) = (next, next + 1) }
        return found
    }
}
