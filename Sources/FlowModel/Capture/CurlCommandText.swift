extension CaptureFormat {
    /// `curl` commands as browsers copy them for bash, cmd and PowerShell, and what came of them.
    static func curlCommand(at time: Double?) -> CaptureFormat {
        .pasted(id: "curl-command", title: "curl command", at: time) { text in
            text.has("curl") ? CurlCommandText.read(text) : []
        }
    }
}

private enum CurlCommandText {
    static func read(_ text: String) -> [PastedExchange] {
        var list: [PastedExchange] = []
        let bytes = Array(text.utf8)
        var at = 0
        var answer: [Substring] = []
        func close() {
            guard !list.isEmpty else { return }
            takeAnswer(answer, &list[list.count - 1])
            answer = []
        }
        while at < bytes.count {
            let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.count
            if let command = start(bytes[at..<end]) {
                var words = ShellWords(bytes: bytes, at: command)
                let found = words.all()
                // Also where it is no request: no byte is read twice.
                at = max(words.at, at + 1)
                if let exchange = exchange(found) {
                    close()
                    list.append(exchange)
                }
                continue
            }
            if !list.isEmpty {
                let line = bytes[at..<end]
                answer.append(Substring(String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)))
            }
            at = end + 1
        }
        close()
        return list
    }

    /// Where the words behind `curl` begin; a shell's prompt may stand before it.
    private static func start(_ line: ArraySlice<UInt8>) -> Int? {
        var at = line.startIndex
        let curl = Array("curl".utf8)
        while at + 5 <= line.endIndex, at < line.startIndex + 120 {
            let before: UInt8 = at == line.startIndex ? 0x20 : line[at - 1]
            if before <= 0x20 || before == 0x3B || before == 0x26, line[at..<(at + 4)].elementsEqual(curl) {
                var after = at + 4
                if after + 4 <= line.endIndex, line[after..<(after + 4)].elementsEqual(Array(".exe".utf8)) {
                    after += 4
                }
                let prompt = String(decoding: line[line.startIndex..<at], as: UTF8.self).trimmed
                let isPrompt = prompt.isEmpty || ["$", "%", "#", ">", ";", "&", "|"].contains { prompt.hasSuffix($0) }
                if isPrompt, after < line.endIndex, line[after] <= 0x20 || line[after] == 0x5E { return after }
            }
            at += 1
        }
        return nil
    }

    /// Options of curl that take a word and say nothing of the request.
    private static let others: Set<String> = [
        "-o", "--output", "-w", "--write-out", "-m", "--max-time", "--connect-timeout", "--cacert", "--cert", "--key",
        "-E", "--proxy", "-x", "--resolve", "--retry", "-c", "--cookie-jar", "-F", "--form", "-D", "--dump-header",
        "--connect-to", "--ciphers", "--unix-socket", "-K", "--config", "--trace", "--trace-ascii", "--stderr",
    ]

    private static func exchange(_ words: [String]) -> PastedExchange? {
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

    /// What stands after the command: an answer with its head, or a body alone.
    private static func takeAnswer(_ lines: [Substring], _ exchange: inout PastedExchange) {
        var (isHead, isBegun) = (false, false)
        for line in lines {
            let words = line.hasPrefix("< ") ? line.dropFirst(2) : line
            if let (status, reason) = PastedLines.status(words) {
                (exchange.status, exchange.reason, exchange.answer, exchange.answerBody) = (status, reason, [], nil)
                (isHead, isBegun) = (true, false)
            } else if isHead {
                if let field = PastedLines.field(words) { exchange.answer.append(field) } else { isHead = false }
            } else if isBegun || words.hasPrefix("{") || words.hasPrefix("[") {
                isBegun = true
                exchange.addAnswer(words)
            }
        }
        if let body = exchange.answerBody, let end = body.lastIndex(of: "}") {
            exchange.answerBody = String(body[...end])
        }
    }
}

/// A command's words by the quoting of bash, cmd or PowerShell, up to the end of the command.
private struct ShellWords {
    let bytes: [UInt8]
    var at: Int

    init(bytes: [UInt8], at: Int) { (self.bytes, self.at) = (bytes, at) }

    private enum Shell { case bash, cmd, powerShell }

    /// The shell of a command whose words go on in the next line, or whose quotes are escaped.
    private func shell() -> Shell {
        var index = at
        while index + 1 < bytes.count {
            let (byte, next) = (bytes[index], bytes[index + 1])
            if byte == 0x5E, next == 0x22 || next == 0x0A || next == 0x0D { return .cmd }
            if byte == 0x60, next == 0x0A || next == 0x0D || next == 0x22 { return .powerShell }
            if byte == 0x5C, next == 0x0A || next == 0x0D { return .bash }
            if byte == 0x0A { break }
            index += 1
        }
        return .bash
    }

    mutating func all() -> [String] {
        let shell = shell()
        let escape: UInt8 = shell == .bash ? 0x5C : shell == .cmd ? 0x5E : 0x60
        var (words, word, isWord): ([String], [UInt8], Bool) = ([], [], false)
        var quote: UInt8 = 0
        func end(_ words: inout [String], _ word: inout [UInt8], _ isWord: inout Bool) {
            if isWord { words.append(String(decoding: word, as: UTF8.self)) }
            (word, isWord) = ([], false)
        }
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            let next: UInt8? = at < bytes.count ? bytes[at] : nil
            if byte == escape, quote == 0 || quote == 0x22 || shell == .cmd, let next {
                if next == 0x0D || next == 0x0A {
                    at += next == 0x0D && at + 1 < bytes.count && bytes[at + 1] == 0x0A ? 2 : 1
                    continue
                }
                // cmd: `^"` is a quote to the program, `^\^"` one in its argument.
                if shell == .cmd, next == 0x22 {
                    at += 1
                    quote = quote == 0 ? 0x22 : 0
                    isWord = true
                    continue
                }
                if shell == .cmd, next == 0x5C {
                    at += 1
                    if at + 1 < bytes.count, bytes[at] == 0x5E, bytes[at + 1] == 0x22 {
                        word.append(0x22)
                        at += 2
                    } else {
                        word.append(0x5C)
                    }
                    isWord = true
                    continue
                }
                if quote == 0 || shell != .bash || [0x22, 0x5C, 0x24, 0x60].contains(next) {
                    word.append(next)
                    at += 1
                    isWord = true
                    continue
                }
            }
            if quote != 0 {
                if byte == quote || quote == 0x24 && byte == 0x27 {
                    quote = 0
                } else if quote == 0x24, byte == 0x5C, let next {
                    at += 1
                    ansi(next, &word)
                } else if quote == 0x22, shell != .bash, byte == 0x5C, next == 0x22 {
                    word.append(0x22)
                    at += 1
                } else {
                    word.append(byte)
                }
                continue
            }
            switch byte {
            case 0x0A:
                end(&words, &word, &isWord)
                return words
            case 0x3B, 0x7C:
                // What follows is another command's: `| jq`.
                end(&words, &word, &isWord)
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
                at = min(at + 1, bytes.count)
                return words
            case 0x20, 0x09, 0x0D: end(&words, &word, &isWord)
            case 0x22: (quote, isWord) = (0x22, true)
            case 0x27 where shell != .cmd: (quote, isWord) = (0x27, true)
            case 0x24 where next == 0x27 && shell == .bash:
                at += 1
                (quote, isWord) = (0x24, true)
            default:
                word.append(byte)
                isWord = true
            }
        }
        end(&words, &word, &isWord)
        return words
    }

    /// What stands after a backslash in `$'…'`.
    private mutating func ansi(_ byte: UInt8, _ word: inout [UInt8]) {
        switch byte {
        case 0x6E: word.append(0x0A)
        case 0x72: word.append(0x0D)
        case 0x74: word.append(0x09)
        case 0x75:
            var (number, count): (UInt32, Int) = (0, 0)
            while count < 4, at < bytes.count {
                let digit = bytes[at]
                let isDecimal = digit &- 0x30 < 10
                guard isDecimal || (digit | 0x20) &- 0x61 < 6 else { break }
                number = number << 4 | UInt32(isDecimal ? digit &- 0x30 : (digit | 0x20) &- 0x57)
                (at, count) = (at + 1, count + 1)
            }
            word += Array(String(Unicode.Scalar(number) ?? "\u{FFFD}").utf8)
        default: word.append(byte)
        }
    }
}
