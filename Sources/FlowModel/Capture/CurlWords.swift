/// What curl's words ask for.
enum CurlWords {
    /// Options of curl that take a word and say nothing of the request.
    private static let others: Set<String> = [
        "-o", "--output", "-w", "--write-out", "-m", "--max-time", "--connect-timeout", "--cacert", "--cert", "--key",
        "-E", "--proxy", "-x", "--resolve", "--retry", "-c", "--cookie-jar", "-F", "--form", "-D", "--dump-header",
        "--connect-to", "--ciphers", "--unix-socket", "-K", "--config", "--trace", "--trace-ascii", "--stderr",
    ]

    static func exchange(_ words: [String]) -> PastedExchange? {
        var (exchange, data, isGet, isHead) = (PastedExchange(), [String](), false, false)
        var at = 0
        func value() -> String {
            at += 1
            return at < words.count ? words[at] : ""
        }
        while at < words.count {
            var word = words[at]
            var glued: String?
            if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
                (word, glued) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
            } else if word.utf8.count > 2, word.hasPrefix("-"), !word.hasPrefix("--"),
                ["-H", "-X", "-d", "-u", "-A", "-b", "-e"].contains(String(word.prefix(2)))
            {
                (word, glued) = (String(word.prefix(2)), String(word.dropFirst(2)))
            }
            func argument() -> String { glued ?? value() }
            switch word {
            case "-H", "--header":
                if let field = PastedLines.field(argument()[...]) { exchange.fields.append(field) }
            case "-X", "--request": exchange.method = argument()
            case "--url": exchange.url = argument()
            case "-d", "--data", "--data-raw", "--data-binary", "--data-ascii": data.append(argument())
            case "--data-urlencode":
                let pair = argument().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                data.append(
                    pair.count == 2 ? "\(pair[0])=\(PercentEncoding.form(String(pair[1])))" : String(pair.first ?? ""))
            case "--json":
                data.append(argument())
                exchange.fields.append(("Content-Type", "application/json"))
            case "-u", "--user":
                exchange.fields.append(("Authorization", "Basic " + Base64.encode(Array(argument().utf8))))
            case "--oauth2-bearer": exchange.fields.append(("Authorization", "Bearer " + argument()))
            case "-A", "--user-agent": exchange.fields.append(("User-Agent", argument()))
            case "-e", "--referer": exchange.fields.append(("Referer", argument()))
            case "-b", "--cookie": exchange.fields.append(("Cookie", argument()))
            case "-G", "--get": isGet = true
            case "-I", "--head": isHead = true
            case _ where others.contains(word): _ = argument()
            case _ where word.hasPrefix("-"): break
            default:
                if exchange.url == nil, word.has("://") || word.has(".") || word.has("localhost") {
                    exchange.url = word
                }
            }
            at += 1
        }
        guard var url = exchange.url else { return nil }
        if !url.has("://") { url = "http://" + url }
        let joined = data.joined(separator: "&")
        if isGet, !joined.isEmpty {
            url += (url.has("?") ? "&" : "?") + joined
        } else if !data.isEmpty {
            exchange.body = joined
            if exchange.first("content-type") == nil {
                exchange.fields.append(("Content-Type", "application/x-www-form-urlencoded"))
            }
        }
        exchange.url = url
        exchange.method = exchange.method ?? (isHead ? "HEAD" : data.isEmpty || isGet ? "GET" : "POST")
        return exchange
    }
}
