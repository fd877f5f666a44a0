extension CaptureFormat {
    /// Commands of curl as browsers copy them for bash, cmd and PowerShell, of HTTPie, xh and wget, and what came of
    /// them.
    static func command(at time: Double?) -> CaptureFormat {
        CaptureFormat(id: "command", title: "command") { _, bytes in
            for (id, title, tools) in kinds {
                let format = CaptureFormat.pasted(id: id, title: title, at: time) { CommandText.read($0, tools) }
                if let opened = format.opening(format, bytes) { return opened }
            }
            return nil
        }
    }

    private static let kinds: [(id: String, title: String, tools: [ShellTool])] = [
        ("curl-command", "curl command", [.curl]), ("wget-command", "wget command", [.wget]),
        ("httpie-command", "HTTPie command", [.http, .https, .xh, .xhs]),
    ]
}

enum CommandText {
    static func read(_ text: String, _ tools: [ShellTool]) -> [PastedExchange] {
        guard tools.contains(where: { text.firstRange(of: $0.name) != nil }) else { return [] }
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
            if let (tool, command) = start(bytes[at..<end], tools) {
                var words = ShellWords(bytes: bytes, at: command)
                let found = words.all()
                // Also where it is no request: no byte is read twice.
                at = max(words.at, at + 1)
                if let exchange = tool.exchange(found) {
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

    /// Where the words behind a tool's name begin; a shell's prompt may stand before it.
    private static func start(_ line: ArraySlice<UInt8>, _ tools: [ShellTool]) -> (ShellTool, Int)? {
        var at = line.startIndex
        while at < line.endIndex, at < line.startIndex + 120 {
            let before: UInt8 = at == line.startIndex ? 0x20 : line[at - 1]
            if before <= 0x20 || before == 0x3B || before == 0x26 {
                for tool in tools where line[at...].starts(with: tool.name.utf8) {
                    if let after = words(line, at, tool) { return (tool, after) }
                }
            }
            at += 1
        }
        return nil
    }

    /// Where the tool's words begin; nil where its name is another word's beginning, or stands in a sentence.
    private static func words(_ line: ArraySlice<UInt8>, _ at: Int, _ tool: ShellTool) -> Int? {
        var after = at + tool.name.utf8.count
        if line[after...].starts(with: ".exe".utf8) { after += 4 }
        let prompt = String(decoding: line[line.startIndex..<at], as: UTF8.self).trimmed
        let isPrompt = prompt.isEmpty || ["$", "%", "#", ">", ";", "&", "|"].contains { prompt.hasSuffix($0) }
        return isPrompt && after < line.endIndex && (line[after] <= 0x20 || line[after] == 0x5E) ? after : nil
    }

    /// What stands after the command: an answer with its head, or a body alone.
    private static func takeAnswer(_ lines: [Substring], _ exchange: inout PastedExchange) {
        var (isHead, isBegun) = (false, false)
        for line in lines {
            // wget puts a head in, and tells the status of one that it does not show.
            let words = line.hasPrefix("< ") || line.hasPrefix("  HTTP/") || isHead ? unmarked(line) : line
            if exchange.status == nil, let start = line.firstRange(of: "awaiting response... ") {
                let told = line[start.upperBound...].split(separator: " ", maxSplits: 1)
                exchange.status = told.first.flatMap { Untrusted<Int>($0)?.within(100...599) }
                exchange.reason = told.count > 1 ? String(told[1]) : ""
                continue
            }
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

    private static func unmarked(_ line: Substring) -> Substring {
        line.hasPrefix("< ") ? line.dropFirst(2) : Substring(line.utf8.drop { $0 == 0x20 })
    }
}
