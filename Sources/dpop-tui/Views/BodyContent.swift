import FlowModel

/// The body of a message laid out for reading. What is not shown is said, with how much it is and where it is to be had.
struct BodyContent {
    let headers: [Header]
    let redactor: Redactor
    let width: Int
    let part: BytePart
    /// Where what is folded begins.
    let folded: Set<Int>
    /// Whether the message has no body, whatever its Content-Length.
    var isBare = false

    func rows(_ body: Body?) -> Rows {
        guard let body, !body.isEmpty else { return Rows(absent) }
        let bytes = body.bytes
        let type = field("content-type")
        let kind = BodyKind(bytes, contentType: type)
        guard case .text(let coding) = kind else {
            return Rows(heading("\(bytes.count) bytes") + missing(body, bytes) + named(kind, type, bytes))
        }
        let words = "\(bytes.count) bytes" + (coding.words.map { ", \($0)" } ?? "")
        return Rows(heading(words) + missing(body, bytes)) + text(bytes, coding, type)
    }

    private func field(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    private func heading(_ words: String) -> [Row] {
        [Row(), Row([Span("Body", .heading), Span("  " + words, .dim)])]
    }

    private func warning(_ words: String) -> [Row] {
        words.wrapped(max(8, width - 2)).map { Row([Span("  "), Span($0, .warn)]) }
    }

    // MARK: what is missing

    private var absent: [Row] {
        guard let length = declaredLength, length > 0 else { return [] }
        return heading("none") + warning("Content-Length says \(length) bytes: the capture has none of them")
    }

    private func missing(_ body: Body, _ bytes: Bytes) -> [Row] {
        if let words = Self.loss(body, shown: bytes.count) { return warning(words) }
        guard let length = declaredLength, length > bytes.count else { return [] }
        return warning("Content-Length says \(length) bytes: \(length - bytes.count) of them are not in the capture")
    }

    /// Nil where it says nothing of the bytes that a capture keeps.
    private var declaredLength: Int? {
        guard !isBare, field("content-encoding") == nil, field("transfer-encoding") == nil else { return nil }
        // A recorder writes such a text in fewer bytes.
        guard field("content-type").map({ $0.lowercased().has("utf-16") }) != true else { return nil }
        return field("content-length").flatMap { Untrusted<Int>($0) }?.within(0...1 << 50)
    }

    /// Why the bytes on screen are not the whole body, and where its own are.
    static func loss(_ body: Body, shown: Int) -> String? {
        let place = body.fileSpan.map { " The coded bytes: \($0.length) from byte \($0.offset) of the file." } ?? ""
        switch body.loss {
        case nil: return nil
        case .cut: return "Cut after \(shown) bytes: its content coding gives more than is decoded at most.\(place)"
        case .damaged: return "Its content coding is damaged or ends early: this is what could be decoded.\(place)"
        case .stillCoded(let name): return "Still coded: '\(name)' is not decoded here."
        case .badBase64(let offset): return "The recorder's base64 is broken at byte \(offset) of it."
        }
    }

    // MARK: what is no text

    private func named(_ kind: BodyKind, _ type: String?, _ bytes: Bytes) -> [Row] {
        let words = kind.words(contentType: type) ?? ""
        let place = Place(part, SourceSpan(0, min(8, bytes.count)))
        return [
            Row([Span("  "), Span(words, .value)], target: .place(place), copy: words),
            Row("  Enter shows its bytes", .dim),
        ]
    }

    // MARK: text

    private func text(_ bytes: Bytes, _ coding: TextCoding, _ type: String?) -> Rows {
        if coding == .utf8, isForm(bytes, type) { return form(redactor.mask(bytes)) }
        if coding == .utf8, bytes.count <= 1 << 24, let document = try? JSONDocument(redactor.mask(bytes)) {
            return JSONContent(document, width: width, part: part, folded: folded).rows
        }
        let shown = redactor.mask(coding.utf8(bytes[SourceSpan(0, Self.textLimit)]))
        return lines(shown) + Rows(rest(bytes, after: Self.textLimit))
    }

    /// By its Content-Type; a request without one is a form when it looks like one.
    private func isForm(_ bytes: Bytes, _ type: String?) -> Bool {
        if let type = type.flatMap({ MediaType.essence($0) }) { return type == "application/x-www-form-urlencoded" }
        guard part == .requestBody else { return false }
        let head = bytes[SourceSpan(0, 1024)].array
        let isWord = head.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "<") }
        return isWord && head.contains(UInt8(ascii: "="))
    }

    /// More text than this nobody reads line by line; laying it out would take seconds.
    private static let textLimit = 1 << 22

    private func rest(_ bytes: Bytes, after shown: Int) -> [Row] {
        guard bytes.count > shown else { return [] }
        let place = Place(part, SourceSpan(shown, bytes.count - shown))
        let words = "… \(bytes.count - shown) bytes more: Enter shows them"
        return [Row([Span(words, .warn)], target: .place(place))]
    }

    /// A form as a table.
    private func form(_ bytes: Bytes) -> Rows {
        let shown = bytes[SourceSpan(0, Self.formLimit)]
        let places = Form.places(shown).map { Place(part, $0) }
        let rows = ParameterTable.rows(Form(shown).members, places, width: width)
        return Rows(rows + rest(bytes, after: shown.count))
    }

    private static let formLimit = 1 << 18

    /// Anything else as text, a line of the body a row; long lines are cut at the width when shown.
    private func lines(_ bytes: Bytes) -> Rows {
        let starts = Self.lineStarts(bytes, max(8, width))
        return Rows(count: starts.count) { index in
            let from = starts[index]
            let to = index + 1 < starts.count ? starts[index + 1] : bytes.count
            let text = bytes[SourceSpan(from, to - from)].text
            return Row([Span(text.hasSuffix("\n") ? String(text.dropLast()) : text, .value)])
        }
    }

    private static func lineStarts(_ bytes: Bytes, _ step: Int) -> [Int] {
        bytes.withBytes { text in
            var (starts, start) = ([0], 0)
            for at in 0..<text.count {
                if text[at] == 0x0A, at + 1 < text.count {
                    start = at + 1
                    starts.append(start)
                } else if at - start >= step {
                    start = at
                    starts.append(start)
                }
            }
            return starts
        }
    }
}
