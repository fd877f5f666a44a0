/// A request and its answer out of a text, while they are put together. What the text does not say is taken from the
/// proof, so that a guess is no finding, and is said to be guessed.
struct PastedExchange {
    var method: String?
    /// Absolute, or a path.
    var url: String?
    var fields: [(name: String, value: String)] = []
    var body: String?
    var status: Int?
    var reason = ""
    var answer: [(name: String, value: String)] = []
    var answerBody: String?

    /// The first field of that name, in whatever case.
    func first(_ name: String) -> String? { fields.first { PastedLines.isSame($0.name, name) }?.value }

    mutating func addAnswer(_ text: some StringProtocol) {
        if answerBody == nil { answerBody = "" }
        answerBody?.append(contentsOf: text)
    }

    mutating func addBody(_ text: String) {
        if body == nil { body = "" }
        body?.append(text)
    }

    /// The guess that says of an answer that its fields were not shown: nothing can be told from their absence.
    static let unknownFields = "fields of the answer unknown"

    /// Whether there is anything to judge.
    var isEvidence: Bool {
        first("dpop") != nil || (first("authorization") != nil && url != nil) || status != nil && url != nil
    }

    func exchange(_ index: Int, _ span: SourceSpan, at time: Double?) -> Exchange {
        var guesses: [String] = []
        let proof = first("dpop").map { CompactJWS(Bytes($0).trimmed, headers: nil) }?.payload?.root
        let method =
            first(":method") ?? method
            ?? {
                guesses.append("method")
                return proof?["htm"]?.string ?? "GET"
            }()
        let url = absolute(proof?["htu"]?.string, &guesses)
        let status = status ?? statusByBody(&guesses)
        let headers = answer.filter { !$0.name.hasPrefix(":") }.map { Header($0.name, $0.value) }
        if status != nil, headers.isEmpty { guesses.append(Self.unknownFields) }
        let date = headers.first("date").flatMap(Timestamp.parseHTTPDate)
        return Exchange(
            index: index,
            request: Request(
                method: method, url: HTTPURL(url),
                headers: fields.filter { !$0.name.hasPrefix(":") }.map { Header($0.name, $0.value) },
                body: body.map { Body(Bytes($0)) }),
            response: status.map {
                Response(status: $0, reason: reason, headers: headers, body: answerBody.map { Body(Bytes($0)) })
            },
            started: (time.map { Moment($0) } ?? date).map { $0 + Interval(Double(index) / 1000) }, fileSpan: span,
            provenance: guesses.isEmpty ? nil : Provenance(guesses: guesses))
    }

    private func absolute(_ htu: String?, _ guesses: inout [String]) -> String {
        let signed = htu.map { HTTPURL($0) }.flatMap { $0.scheme.isEmpty || $0.host.isEmpty ? nil : $0 }
        guard let target = first(":path") ?? url else {
            guesses.append("URL")
            return signed?.text ?? "https://unknown.invalid/"
        }
        if target.has("://") { return target }
        let named = (first("host") ?? first(":authority")).flatMap { HostField.isWellFormed($0) ? $0 : nil }
        var scheme = first(":scheme")
        if scheme == nil {
            scheme = signed.flatMap { $0.scheme.equalsIgnoringCase("http") ? "http" : nil } ?? "https"
            guesses.append("scheme \(scheme ?? "https")")
        }
        let path = target.hasPrefix("/") ? target : "/" + target
        if let named { return "\(scheme ?? "https")://\(named)\(path)" }
        guesses.append("host unknown")
        let authority = signed.map { String($0.host) + ($0.port.map { ":\($0)" } ?? "") } ?? "unknown.invalid"
        return "\(scheme ?? "https")://\(authority)\(path)"
    }

    /// What an answer's body says of its status where nothing else does.
    private func statusByBody(_ guesses: inout [String]) -> Int? {
        guard let text = answerBody, text.utf8.count < 1 << 20, let root = try? JSONDocument(Bytes(text)).root,
            root.isObject
        else { return nil }
        for name in ["statusCode", "status", "code"] {
            guard let number = root[named: name]?.number?.whole(in: 400...599) else { continue }
            guesses.append("status \(number)")
            return number
        }
        if root["error"]?.string != nil {
            // Only a resource and a client's authentication are answered with a challenge.
            let status = answer.contains { PastedLines.isSame($0.name, "www-authenticate") } ? 401 : 400
            guesses.append("status \(status)")
            return status
        }
        guard root["access_token"]?.string != nil else { return nil }
        guesses.append("status 200")
        return 200
    }
}

/// Entries that were read all at once, when their form was recognised.
struct ReadyScanner: EntryScanner {
    let count: Int
    let span: SourceSpan
    private var at = 0

    init(count: Int, span: SourceSpan) { (self.count, self.span) = (count, span) }

    mutating func next() -> ScanResult {
        guard at < count else { return .end }
        at += 1
        return .entry(span)
    }
}

extension CaptureFormat {
    /// The most of a pasted text that is read.
    static let pastedLimit = 1 << 22

    /// A form whose few exchanges are read all at once.
    static func pasted(
        id: String, title: String, at time: Double?, read: @escaping @Sendable (String) -> [PastedExchange]
    ) -> CaptureFormat {
        CaptureFormat(id: id, title: title) { _, bytes in
            guard bytes.count <= pastedLimit, bytes.withBytes({ !$0.prefix(4096).contains(0) }) else { return nil }
            let span = SourceSpan(0, bytes.count)
            let list = read(bytes.text).filter(\.isEvidence).enumerated().map { $1.exchange($0, span, at: time) }
            guard !list.isEmpty else { return nil }
            let ready = CaptureFormat(
                id: id, title: title, isPasted: true, recognises: { _ in true },
                scanner: { _ in ReadyScanner(count: list.count, span: span) },
                decode: { (_, _, index) throws(CaptureProblem) in
                    guard list.indices.contains(index) else {
                        throw CaptureProblem(offset: 0, entry: index, "no such entry")
                    }
                    return list[index]
                })
            return (ready, bytes)
        }
    }

    /// A form that becomes a transcript's text.
    static func rewritten(
        id: String, title: String, at time: Double?, _ rewrite: @escaping @Sendable (String) -> String?
    ) -> CaptureFormat {
        CaptureFormat(id: id, title: title) { _, bytes in
            guard bytes.count <= pastedLimit, bytes.withBytes({ !$0.prefix(4096).contains(0) }),
                let text = rewrite(bytes.text)
            else { return nil }
            let (raw, made) = (CaptureFormat.transcript(at: time), Bytes(text))
            guard raw.opening(raw, made) != nil else { return nil }
            return (
                CaptureFormat(
                    id: id, title: title, isPasted: true, recognises: { _ in true }, scanner: raw.scanner,
                    decode: raw.decode), made
            )
        }
    }
}

/// A pasted text's lines, without their ends.
enum PastedLines {
    /// Whether they are the same but for ASCII letters' case.
    static func isSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        for (a, b) in zip(one.utf8, other.utf8) where a != b {
            let letter: UInt8 = a | 0x20
            guard letter == b | 0x20, letter &- 0x61 < 26 else { return false }
        }
        return true
    }

    static func of(_ text: String) -> [Substring] { text.lines }

    /// `name: value`; nil where the line is no field.
    static func field(_ line: Substring) -> (name: String, value: String)? {
        let utf8 = line.utf8
        guard let first = utf8.first, let colon = utf8.dropFirst().firstIndex(of: 0x3A) else { return nil }
        let name = utf8[..<colon]
        guard !name.isEmpty, first == 0x3A || isNameByte(first), name.dropFirst().allSatisfy(isNameByte) else {
            return nil
        }
        return (String(Substring(name)), String(Substring(utf8[utf8.index(after: colon)...])).trimmed)
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x5F
    }

    /// Whether it is all of base64url and dots: a part of a JWS.
    static func isTokenPart(_ line: some StringProtocol) -> Bool {
        !line.isEmpty && line.utf8.allSatisfy { isNameByte($0) || $0 == 0x2E }
    }

    /// A status line's number and words: `HTTP/1.1 401 Unauthorized`.
    static func status(_ line: some StringProtocol) -> (Int, String)? {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count > 1, words[0].hasPrefix("HTTP/"), let number = Untrusted<Int>(words[1])?.within(100...599)
        else { return nil }
        return (number, words.count > 2 ? String(words[2]) : "")
    }
}
