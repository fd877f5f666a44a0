extension CaptureFormat {
    /// `curl --trace` and `--trace-ascii`, with times and ids or without.
    static func curlTrace(at time: Double?) -> CaptureFormat {
        .pasted(id: "curl-trace", title: "curl trace", at: time) { text in
            text.has("=> Send header") ? CurlTrace.read(text) : []
        }
    }
}

private struct CurlTrace {
    private enum Part { case none, head, data, answer, answerData }

    private var (list, part): ([PastedExchange], Part) = ([], .none)
    /// The bytes of the block that is being read.
    private var block: [UInt8] = []
    /// Where the next line's bytes begin if this one's go on.
    private var expected: Int?
    private var scheme: String?

    static func read(_ text: String) -> [PastedExchange] {
        var trace = CurlTrace()
        for line in PastedLines.of(text) { trace.take(line) }
        trace.close()
        return trace.list.filter { $0.method != "CONNECT" }
    }

    private static let marks: [(String, Part)] = [
        ("=> Send header", .head), ("=> Send data", .data), ("<= Recv header", .answer), ("<= Recv data", .answerData),
        ("=> Send SSL data", .none), ("<= Recv SSL data", .none),
    ]

    private mutating func take(_ line: Substring) {
        let front = Substring(line.utf8.prefix(64))
        if let mark = Self.marks.first(where: { front.firstRange(of: $0.0) != nil }) {
            let same = mark.1 == part && (part == .data || part == .answerData)
            if !same { close() }
            (part, expected) = (mark.1, nil)
        } else if String(front).has("== Info:") {
            close()
            part = .none
            if line.has("SSL connection") || line.has("TLSv1") || line.has("port 443") {
                scheme = "https"
            } else if line.has("Connected to"), scheme == nil {
                scheme = "http"
            }
        } else if part != .none {
            takeBytes(line)
        }
    }

    /// `0000: …`: the bytes in hexadecimal with what they spell, or what they spell alone.
    private mutating func takeBytes(_ line: Substring) {
        let bytes = Array(line.utf8)
        guard let colon = bytes.prefix(9).firstIndex(of: 0x3A), colon >= 4, let offset = Self.hex(bytes[..<colon])
        else {
            return
        }
        let content = bytes[min(colon + 2, bytes.count)...]
        if let spelled = Self.hexadecimal(content) {
            block += spelled
            return
        }
        if let expected, expected != offset, !block.isEmpty { block.append(0x0A) }
        block += content
        // A full line goes on in the next one; a shorter one ended with a line end.
        expected = content.count == 64 ? offset + 64 : -1
        if content.isEmpty { block.append(0x0A) }
    }

    private static func hex(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.reduce(0 as Int?) { number, digit in
            guard let number else { return nil }
            if digit &- 0x30 < 10 { return number << 4 | Int(digit &- 0x30) }
            return (digit | 0x20) &- 0x61 < 6 ? number << 4 | Int((digit | 0x20) &- 0x57) : nil
        }
    }

    /// `47 45 54 20 …  GET …`.
    private static func hexadecimal(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        var (out, at): ([UInt8], Int) = ([], line.startIndex)
        while out.count < 16, at + 2 < line.endIndex, line[at + 2] == 0x20, let byte = hex(line[at..<(at + 2)]) {
            out.append(UInt8(clamping: byte))
            at += 3
        }
        // Sixteen pairs, or fewer with blanks in place of the rest.
        guard !out.isEmpty, out.count == 16 || line.endIndex - at > 3,
            line[at..<line.endIndex].prefix(48 - out.count * 3).allSatisfy({ $0 == 0x20 })
        else { return nil }
        return line.count >= 48 ? out : nil
    }

    private mutating func close() {
        defer { (block, expected) = ([], nil) }
        guard !block.isEmpty else { return }
        let text = String(decoding: block, as: UTF8.self)
        let lines = PastedLines.of(text)
        switch part {
        case .none: break
        case .head:
            let words = (lines.first ?? "").split(separator: " ")
            guard words.count > 1 else { return }
            var exchange = PastedExchange()
            (exchange.method, exchange.url) = (String(words[0]), String(words[1]))
            exchange.fields = lines.dropFirst().compactMap { PastedLines.field($0) }
            if let scheme { exchange.fields.append((":scheme", scheme)) }
            list.append(exchange)
        case .data: change { $0.addBody(text) }
        case .answer:
            for line in lines {
                if let (status, reason) = PastedLines.status(line) {
                    change { ($0.status, $0.reason, $0.answer) = (status, reason, []) }
                } else if let field = PastedLines.field(line) {
                    change { $0.answer.append(field) }
                }
            }
        case .answerData: change { $0.addAnswer(text) }
        }
    }

    private mutating func change(_ body: (inout PastedExchange) -> Void) {
        guard !list.isEmpty else { return }
        body(&list[list.count - 1])
    }
}
