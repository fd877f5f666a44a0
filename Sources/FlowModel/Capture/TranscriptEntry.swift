/// One exchange of a transcript while it is being put together.
struct TranscriptEntry {
    private var method = ""
    private var target = ""
    private var scheme = "https"
    private var fields: [Header] = []
    private var body = BodyLines()
    private var status: Int?
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
        return entry.exchange(index, span, time)
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
        let host = fields.first("host") ?? "unknown.invalid"
        let url = target.has("://") ? target : "\(scheme)://\(host)\(target)"
        let date = answer.first("date").flatMap(Timestamp.parseHTTPDate)
        return Exchange(
            index: index,
            request: Request(method: method, url: HTTPURL(url), headers: fields, body: body.body),
            response: status.map {
                Response(status: $0, reason: reason, headers: answer, body: answerBody.body)
            },
            started: (time.map { Moment($0) } ?? date).map { $0 + Interval(Double(index) / 1000) }, fileSpan: span)
    }

    // MARK: curl -v

    private mutating func takeCurl(_ line: TranscriptLine) {
        let bytes = line.bytes
        if line.begins("* ") { return }
        if line.begins("> ") {
            if status == nil, let field = line.cut(2).field { fields.append(field) }
        } else if line.begins("< HTTP/") {
            takeStatus(line.cut(2))
            answer = []
        } else if line.begins("< ") {
            if let field = line.cut(2).field { answer.append(field) }
        } else if status != nil, !line.begins("<"), !line.begins(">"), !line.begins("{ ["), !line.begins("} ["),
            !bytes.isEmpty
        {
            answerBody.add(line)
        }
    }

    /// What curl said of the connection before it sent the request at `offset`. Where it said nothing, the connection
    /// is the one of the request before; a few of those are looked at, so that a long text is read in linear time.
    private static func scheme(before offset: Int, of file: Bytes) -> String {
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
        return isPlain ? "http" : "https"
    }

    // MARK: raw text

    private enum Place { case request, requestBody, answer, answerBody }

    private mutating func takeRaw(_ line: TranscriptLine, _ place: inout Place) {
        if line.begins("HTTP/") {
            takeStatus(line)
            place = .answer
        } else if line.bytes.isEmpty {
            place = place == .request ? .requestBody : place == .answer ? .answerBody : place
        } else {
            switch place {
            case .request: if let field = line.field { fields.append(field) }
            case .answer: if let field = line.field { answer.append(field) }
            case .requestBody: body.add(line)
            case .answerBody: answerBody.add(line)
            }
        }
    }
}

/// A body's lines, one after the other without their ends; a single one is the file's own bytes.
private struct BodyLines {
    private var lines: [TranscriptLine] = []

    mutating func add(_ line: TranscriptLine) { lines.append(line) }

    var body: Body? {
        guard let first = lines.first else { return nil }
        guard lines.count > 1 else {
            return Body(first.bytes, fileSpan: SourceSpan(first.offset, first.bytes.count))
        }
        return Body(Bytes(lines.flatMap { $0.bytes.array }))
    }
}

extension TranscriptLine {
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
