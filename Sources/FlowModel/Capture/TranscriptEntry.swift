/// One exchange of a transcript while it is being put together.
struct TranscriptEntry {
    private var method = ""
    private var target = ""
    /// Nil where nothing tells it.
    private var scheme: String?
    private var fields: [Header] = []
    private var body = BodyLines()
    private var commandBody: Body?
    private var status: Int?
    /// What curl says of a connection that brought no answer.
    private var silence: String?
    private var reason = ""
    private var answer: [Header] = []
    private var answerBody = BodyLines()

    static func read(_ file: Bytes, _ span: SourceSpan, _ index: Int, at time: Double?) -> Exchange {
        var entry = TranscriptEntry()
        var line = TranscriptLine.at(span.offset, of: file)
        let isCurl = TranscriptLine.isCurlRequest(line.bytes)
        entry.begin(isCurl ? line.cut(2) : line)
        if isCurl { entry.scheme = scheme(before: span.offset, of: file) }
        var place = Place.request
        while line.next < span.end {
            line = TranscriptLine.at(line.next, of: file)
            if isCurl { entry.takeCurl(line) } else { entry.takeRaw(line, &place) }
        }
        if isCurl, entry.body.isEmpty, entry.method != "GET" {
            entry.commandBody = Self.body(before: span.offset, of: file)
        }
        return entry.exchange(index, span, time)
    }

    /// What the command in front of its transcript sends: curl does not print it.
    private static func body(before offset: Int, of file: Bytes) -> Body? {
        var (start, lines) = (offset, 0)
        while lines < 64, let line = TranscriptLine.before(start, of: file), !line.begins("> "), !line.begins("< ") {
            (start, lines) = (line.offset, lines + 1)
        }
        let text = file[SourceSpan(start, offset - start)]
        guard text.find("curl") != nil, text.count < 1 << 18 else { return nil }
        // `@` names a file, whose text is not here.
        guard let body = CommandText.read(text.text, [.curl]).last?.body, !body.hasPrefix("@") else { return nil }
        return Body(Bytes(body))
    }

    private mutating func begin(_ line: TranscriptLine) {
        let words = line.bytes.text.split(separator: " ")
        (method, target) = (String(words[0]), String(words[1]))
    }

    private mutating func takeStatus(_ line: TranscriptLine) {
        let words = line.bytes.text.split(separator: " ", maxSplits: 2)
        status = words.count > 1 ? Untrusted<Int>(words[1])?.clamped(to: 0...999) : nil
        reason = words.count > 2 ? String(words[2]) : ""
    }

    private func exchange(_ index: Int, _ span: SourceSpan, _ time: Double?) -> Exchange {
        var guesses: [String] = []
        let url = target.has("://") ? target : guessed(&guesses) + target
        let date = answer.first("date").flatMap(Timestamp.parseHTTPDate)
        return Exchange(
            index: index,
            request: Request(method: method, url: HTTPURL(url), headers: fields, body: body.body ?? commandBody),
            response: status.map {
                Response(status: $0, reason: reason, headers: answer, body: answerBody.body)
            },
            started: (time.map { Moment($0) } ?? date).map { $0 + Interval(Double(index) / 1000) }, fileSpan: span,
            provenance: guesses.isEmpty && (silence == nil || status != nil)
                ? nil
                : Provenance(
                    origin: status == nil ? silence.map { .unanswered($0) } ?? .captured : .captured, guesses: guesses))
    }

    /// Scheme and host as the text says them; where it does not, as the proof says them, so that a guess is no finding.
    private func guessed(_ guesses: inout [String]) -> String {
        let proof = fields.firstIndex(of: "dpop").map { CompactJWS(fields[$0].bytes.trimmed, headers: nil) }
        let htu = proof?.payload?.root["htu"]?.string.map { HTTPURL($0) }
        let signed = htu.flatMap { $0.scheme.isEmpty || $0.host.isEmpty ? nil : $0 }
        let named = (fields.first("host") ?? fields.first(":authority")).flatMap {
            HostField.isWellFormed($0) ? $0 : nil
        }
        guard let host = named else {
            guesses.append("host unknown")
            let authority = signed.map { String($0.host) + ($0.port.map { ":\($0)" } ?? "") } ?? "unknown.invalid"
            return "\(scheme ?? signed.map { String($0.scheme) } ?? "https")://\(authority)"
        }
        if let scheme { return "\(scheme)://\(host)" }
        let own = signed.map { $0.scheme.equalsIgnoringCase("http") } ?? Self.isPlain(host) ? "http" : "https"
        guesses.append("scheme \(own)")
        return "\(own)://\(host)"
    }

    /// Whether a server of that name is called without TLS as a rule: this machine's, one of a compose file.
    private static func isPlain(_ host: String) -> Bool {
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } : host.prefix { $0 != ":" }
        let port = host.dropFirst(name.count).drop { $0 == "]" || $0 == ":" }
        guard port != "443", port != "8443" else { return false }
        return name == "localhost" || name.hasPrefix("127.") || name == "[::1" || (!name.has(".") && !port.isEmpty)
    }

    // MARK: curl -v

    private mutating func takeCurl(_ line: TranscriptLine) {
        let bytes = line.bytes
        if line.begins("* ") || line.begins("curl: (") {
            let words = line.bytes.text
            if status == nil, Self.silences.contains(where: { words.firstRange(of: $0) != nil }) {
                silence = silence ?? words.drop { $0 == "*" || $0 == " " }.description
            }
            return
        }
        if line.begins("> ") {
            if status == nil, let field = line.cut(2).field { fields.append(field) }
        } else if line.begins("< HTTP/") {
            takeStatus(line.cut(2))
            answer = []
        } else if line.begins("< ") {
            if let field = line.cut(2).field { answer.append(field) }
        } else if status == nil, line.isForm {
            // curl does not print what it sends; people paste it between request and answer.
            body.add(line)
        } else if status == nil, line.begins("| ") {
            // Insomnia's mark of what was sent.
            body.add(line.cut(2))
        } else if status != nil, !line.isMark, !line.begins("{ ["), !line.begins("} ["),
            !bytes.isEmpty, !line.isProgress
        {
            answerBody.add(line.begins("*{") ? line.cut(1) : line)
        }
    }

    private static let silences = [
        "Empty reply from server", "Recv failure", "Connection reset", "Operation timed out", "closed abruptly",
        "SSL_ERROR", "curl: (",
    ]

    /// What curl said of the connection before it sent the request at `offset`. Where it said nothing, the connection
    /// is the one of the request before; a few of those are looked at, so that a long text is read in linear time.
    private static func scheme(before offset: Int, of file: Bytes) -> String? {
        var (isPlain, requests, offset) = (false, 0, offset)
        while requests < 16, let line = TranscriptLine.before(offset, of: file) {
            offset = line.offset
            if line.begins("* ") {
                let bytes = line.bytes
                if bytes.find("Connection #") != nil, bytes.find("left intact") != nil { break }
                if ["SSL connection", "TLSv1", "port 443"].contains(where: { bytes.find($0) != nil }) {
                    return "https"
                }
                isPlain = isPlain || bytes.find("Connected to") != nil
            } else if TranscriptLine.isCurlRequest(line.bytes) {
                requests += 1
            }
        }
        return isPlain ? "http" : nil
    }

    // MARK: raw text

    private enum Place { case request, requestBody, answer, answerBody, between }

    private mutating func takeRaw(_ line: TranscriptLine, _ place: inout Place) {
        if line.begins("HTTP/") {
            takeStatus(line)
            place = .answer
        } else if line.begins("---re") || line.begins("---[ RE") {
            // wget's marks, and those of Go's providers: what follows is no message's until a first line comes.
            place = .between
        } else if place == .request, fields.isEmpty, let more = line.query {
            target += more
        } else if place == .between {
            return
        } else if line.bytes.isEmpty {
            place = place == .request ? .requestBody : place == .answer ? .answerBody : place
        } else {
            switch place {
            case .request: if let field = line.field { fields.append(field) }
            case .answer: if let field = line.field { answer.append(field) }
            case .requestBody: body.add(line)
            case .answerBody: answerBody.add(line)
            case .between: break
            }
        }
    }
}

/// A body's lines, one after the other without their ends; a single one is the file's own bytes.
private struct BodyLines {
    private var lines: [TranscriptLine] = []
    private var json = JSONEnd()

    /// What follows a whole JSON value is no body any more: the next line of a log, what curl says.
    mutating func add(_ line: TranscriptLine) {
        guard !json.isReached else { return }
        lines.append(json.end(in: line.bytes).map { line.first($0) } ?? line)
    }

    var isEmpty: Bool { lines.isEmpty }

    var body: Body? {
        guard let first = lines.first else { return nil }
        guard lines.count > 1 else {
            return Body(first.bytes, fileSpan: SourceSpan(first.offset, first.bytes.count))
        }
        return Body(Bytes(lines.flatMap { $0.bytes.array }))
    }
}

/// Finds where a JSON object or array ends that begins with a text's first byte.
private struct JSONEnd {
    private var (depth, isBegun, isText, isEscaped) = (0, false, false, false)
    private(set) var isReached = false

    /// How many bytes of the line belong to it; nil where all do.
    mutating func end(in line: Bytes) -> Int? {
        if !isBegun {
            isBegun = true
            let first = line.isEmpty ? 0 : line[0]
            guard first == 0x7B || first == 0x5B else {
                depth = -1
                return nil
            }
        }
        guard depth >= 0 else { return nil }
        for at in 0..<line.count {
            let byte = line[at]
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isText = false
                }
                continue
            }
            switch byte {
            case 0x22: isText = true
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                depth -= 1
                if depth == 0 {
                    isReached = true
                    return at + 1
                }
            default: break
            }
        }
        return nil
    }
}

extension TranscriptLine {
    /// Its first bytes alone.
    fileprivate func first(_ count: Int) -> TranscriptLine {
        TranscriptLine(bytes: bytes[SourceSpan(0, count)], offset: offset, next: next)
    }

    /// Members of a form in one line.
    fileprivate var isForm: Bool {
        guard !bytes.isEmpty, (bytes[0] | 0x20) &- 0x61 < 26 else { return false }
        return bytes.firstIndex(of: 0x3D) < bytes.count && bytes.firstIndex(of: 0x20) == bytes.count
    }

    /// curl's meter, whose columns are written over one another, and hurl's empty mark.
    fileprivate var isProgress: Bool {
        if bytes.count == 1, bytes[0] == 0x2A { return true }
        guard bytes.count > 60, bytes.count < 2000 else { return false }
        return bytes.find("--:--:--") != nil || bytes.find("% Total ") != nil || bytes.find("Dload  Upload") != nil
    }

    /// A further line of a URL's query, as `.http` files may have: `    &page=2`.
    fileprivate var query: String? {
        guard !bytes.isEmpty, bytes[0] <= 0x20 else { return nil }
        let words = bytes.trimmed
        guard words.hasFirst(0x3F) || words.hasFirst(0x26), words.firstIndex(of: 0x20) == words.count else {
            return nil
        }
        return words.text
    }

    /// `<` or `>` for the empty line behind a head; `<html>` is a body's.
    fileprivate var isMark: Bool {
        guard !bytes.isEmpty, bytes[0] == 0x3C || bytes[0] == 0x3E else { return false }
        return bytes.count == 1 || bytes[1] <= 0x20
    }

    func begins(_ word: StaticString) -> Bool { bytes[SourceSpan(0, word.utf8CodeUnitCount)].find(word) == 0 }

    /// Without the first `count` bytes.
    fileprivate func cut(_ count: Int) -> TranscriptLine {
        TranscriptLine(bytes: bytes[SourceSpan(count, bytes.count)], offset: offset + count, next: next)
    }

    /// The field that the line is, with where its value stands in the file.
    fileprivate var field: Header? {
        let colon = bytes.firstIndex(of: 0x3A)
        guard colon > 0, colon < bytes.count, bytes.firstIndex(of: 0x20) > colon else { return nil }
        var (from, to) = (colon + 1, bytes.count)
        while from < to, bytes[from] <= 0x20 { from += 1 }
        while to > from, bytes[to - 1] <= 0x20 { to -= 1 }
        let value = SourceSpan(from, to - from)
        return Header(in: bytes, name: SourceSpan(0, colon), value: value, valueOffset: offset + from)
    }
}
