/// A program that sends one request, as its command names it.
enum ShellTool: CaseIterable {
    case curl, wget
    /// HTTPie and xh; the ones with an s call https.
    case http, https, xh, xhs

    var name: String {
        switch self {
        case .curl: "curl"
        case .wget: "wget"
        case .http: "http"
        case .https: "https"
        case .xh: "xh"
        case .xhs: "xhs"
        }
    }

    /// The request that the command's words ask for; nil where they ask for none.
    func exchange(_ words: [String]) -> PastedExchange? {
        switch self {
        case .curl: CurlWords.exchange(words)
        case .wget: WgetCommand.exchange(words)
        case .http, .xh: HTTPieCommand.exchange(words, scheme: "http")
        case .https, .xhs: HTTPieCommand.exchange(words, scheme: "https")
        }
    }
}

/// `wget --header='…' URL`.
enum WgetCommand {
    static func exchange(_ words: [String]) -> PastedExchange? {
        var (exchange, at) = (PastedExchange(), 0)
        while at < words.count {
            var word = words[at]
            at += 1
            guard word.hasPrefix("-") else {
                if exchange.url == nil, word.has(".") || word.has("localhost") { exchange.url = word }
                continue
            }
            var value: String?
            if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
                value = String(word[word.index(after: equals)...])
                word = String(word[..<equals])
            }
            guard valued.contains(word) else { continue }
            if value == nil {
                value = at < words.count ? words[at] : ""
                at += 1
            }
            switch word {
            case "--header": if let field = PastedLines.field((value ?? "")[...]) { exchange.fields.append(field) }
            case "--method": exchange.method = value
            case "--post-data", "--body-data": exchange.body = value
            case "-U", "--user-agent": exchange.fields.append(("User-Agent", value ?? ""))
            default: break
            }
        }
        guard let url = exchange.url else { return nil }
        if !url.has("://") { exchange.url = "http://" + url }
        exchange.method = exchange.method ?? (exchange.body == nil ? "GET" : "POST")
        return exchange
    }

    private static let valued: Set<String> = [
        "--header", "--method", "--post-data", "--body-data", "-U", "--user-agent", "-O", "--output-document", "-o",
        "--output-file", "-T", "--timeout", "-t", "--tries", "--ca-certificate", "--certificate", "--private-key",
        "--user", "--password", "--post-file", "--body-file", "--referer",
    ]
}

/// `http POST URL Name:value name==value name=value`.
enum HTTPieCommand {
    static func exchange(_ words: [String], scheme: String) -> PastedExchange? {
        var (exchange, items, isForm, isOffline) = (PastedExchange(), [String](), false, false)
        var at = 0
        while at < words.count {
            let word = words[at]
            at += 1
            if word.hasPrefix("-") {
                isForm = isForm || word == "-f" || word == "--form"
                isOffline = isOffline || word == "--offline"
                let value = valued.contains(word) && at < words.count ? words[at] : nil
                if value != nil { at += 1 }
                if let value, word == "--raw" { exchange.body = value }
            } else if exchange.method == nil, exchange.url == nil, NamedWord.methods.contains(word.uppercased()) {
                exchange.method = word.uppercased()
            } else if exchange.url == nil {
                exchange.url = url(word, scheme)
            } else {
                items.append(word)
            }
        }
        guard let url = exchange.url, url.has(".") || url.has("localhost") || url.has("://:") else { return nil }
        take(items, &exchange, isForm)
        exchange.method = exchange.method ?? (exchange.body == nil ? "GET" : "POST")
        return exchange
    }

    private static let valued: Set<String> = [
        "-a", "--auth", "-A", "--auth-type", "-o", "--output", "-p", "--print", "-s", "--style", "--pretty",
        "--session", "--session-read-only", "--verify", "--cert", "--cert-key", "--timeout", "--raw", "--proxy",
        "--default-scheme", "--ssl", "--bearer",
    ]

    /// `:8080/path` is this machine's.
    private static func url(_ word: String, _ scheme: String) -> String {
        guard !word.has("://") else { return word }
        guard word.hasPrefix(":") else { return "\(scheme)://\(word)" }
        let rest = word.dropFirst()
        return "\(scheme)://localhost" + (rest.first?.isNumber == true ? ":" : "") + rest
    }

    private static func take(_ items: [String], _ exchange: inout PastedExchange, _ isForm: Bool) {
        var (members, query): ([(String, String, isRaw: Bool)], [String]) = ([], [])
        for item in items {
            let separator = item.utf8.firstIndex { [0x3A, 0x3D, 0x40].contains($0) } ?? item.utf8.endIndex
            guard separator < item.utf8.endIndex else { continue }
            let (name, rest) = (String(item[..<separator]), item[separator...])
            if rest.hasPrefix("==") {
                query.append("\(name)=\(PercentEncoding.form(String(rest.dropFirst(2))))")
            } else if rest.hasPrefix(":=") {
                members.append((name, String(rest.dropFirst(2)), true))
            } else if rest.hasPrefix("=") {
                members.append((name, String(rest.dropFirst()), false))
            } else if rest.hasPrefix(":") {
                exchange.fields.append((name, String(rest.dropFirst()).trimmed))
            }
        }
        if !query.isEmpty, let url = exchange.url {
            exchange.url = url + (url.has("?") ? "&" : "?") + query.joined(separator: "&")
        }
        guard !members.isEmpty else { return }
        if isForm {
            exchange.body =
                members.map { PercentEncoding.form($0.0) + "=" + PercentEncoding.form($0.1) }.joined(separator: "&")
        } else {
            let pairs = members.map { JSONText.quote($0.0) + ":" + ($0.isRaw ? $0.1 : JSONText.quote($0.1)) }
            exchange.body = "{\(pairs.joined(separator: ","))}"
        }
        exchange.fields.append(("Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/json"))
    }
}
