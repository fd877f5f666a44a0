import FlowModel

/// Request and Response: start line, headers in order, and the body laid out for reading.
enum MessageContent {
    static func request(_ material: ExchangeMaterial?, _ redactor: Redactor, _ width: Int) -> Rows {
        guard let request = material?.exchange.request else { return Rows([Row("Not captured.", .dim)]) }
        let target = redactor.mask(ParameterTable.short(request.url))
        let (method, version) = (redactor.mask(request.method), redactor.mask(request.version))
        var head = HTTPSpans.request(method, target, version).rows(width, most: mostRows)
        head += ParameterTable.rows(request.url, redactor, width)
        head += headers(request.headers, redactor, width, .request)
        return Rows(head) + body(request.body, request.headers, redactor, width, .requestBody)
    }

    static func response(_ material: ExchangeMaterial?, _ redactor: Redactor, _ width: Int) -> Rows {
        guard let material else { return Rows([Row("Not captured.", .dim)]) }
        guard let response = material.exchange.response else {
            let notes = material.exchange.remarks.map { Row($0.text, .warn) }
            return Rows([Row("No answer was captured.", .dim)] + notes)
        }
        let (version, reason) = (redactor.mask(response.version), redactor.mask(response.reason))
        var head = HTTPSpans.answer(version, response.status, reason).rows(width, most: mostRows)
        head += headers(response.headers, redactor, width, .response)
        let notes = material.exchange.remarks.flatMap {
            $0.text.wrapped(max(8, width - 2)).map { Row("· " + $0, .dim) }
        }
        return Rows(head + notes) + body(response.body, response.headers, redactor, width, .responseBody)
    }

    private static func headers(_ list: [Header], _ redactor: Redactor, _ width: Int, _ part: BytePart) -> [Row] {
        list.enumerated().flatMap { index, header -> [Row] in
            let value = redactor.mask(header.value)
            let callback = header.name.lowercased() == "location" ? HTTPURL(header.value) : nil
            let shown = callback.map { redactor.mask(ParameterTable.short($0)) } ?? Redactor.short(value)
            let chunks = shown.cut(max(8, width - header.name.columns - 2), then: max(8, width - 4), most: mostRows)
            let first = Row(
                [Span(header.name, .label), Span(": "), Span(chunks[0], .value)],
                target: .place(Place(part, SourceSpan(index, 0))), copy: value)
            return [first] + chunks.dropFirst().map { Row([Span("    "), Span($0, .value)]) }
                + (callback.map { ParameterTable.rows($0, redactor, width) } ?? [])
        }
    }

    private static func body(_ body: Body?, _ headers: [Header], _ redactor: Redactor, _ width: Int, _ part: BytePart)
        -> Rows
    {
        guard let body, !body.isEmpty else { return Rows([]) }
        let bytes = redactor.mask(body.bytes)
        var rows = [
            Row(),
            Row([
                Span("Body", .heading),
                Span(
                    "  \(bytes.count) bytes" + (body.badBase64Offset.map { ", its base64 is broken at \($0)" } ?? ""),
                    .dim),
            ]),
        ]
        let type = headers.first { $0.name.lowercased() == "content-type" }?.value.lowercased() ?? ""
        if type.hasPrefix("application/x-www-form-urlencoded") {
            for member in Form(bytes.text).members {
                let chunks = Redactor.short(member.value).cut(
                    max(8, width - member.name.columns - 5), then: max(8, width - 6), most: mostRows)
                rows.append(
                    Row(
                        [Span("  "), Span(member.name, .label), Span(" = "), Span(chunks[0], .value)], target: .text,
                        copy: member.value))
                rows += chunks.dropFirst().map { Row([Span("      "), Span($0, .value)]) }
            }
            return Rows(rows)
        }
        if bytes.count <= 1 << 24, let document = try? JSONDocument(bytes) {
            return Rows(rows) + json(document, width, part)
        }
        let shown = bytes[SourceSpan(0, textLimit)]
        let rest = bytes.count - shown.count
        let note = rest > 0 ? [Row("… \(rest) bytes more: Raw shows every one of them", .warn)] : []
        return Rows(rows) + text(shown, width) + Rows(note)
    }

    private static func json(_ document: JSONDocument, _ width: Int, _ part: BytePart) -> Rows {
        let lines = JSONPretty.lines(document)
        // Of a long document a line is a row, made when it is looked at; the sentences of a short one are read to their
        // ends.
        guard lines.count > wrappedLines else {
            return Rows(lines.flatMap { json($0, width, part, limit: isSentence($0) ? 40 : 2) })
        }
        return Rows(count: lines.count) { json(lines[$0], width, part, limit: 1)[0] }
    }

    private static let wrappedLines = 2000
    /// A value longer than that is read in Raw.
    private static let mostRows = 200

    private static func isSentence(_ line: JSONPretty.Line) -> Bool {
        line.text.utf8.dropFirst(line.nameLength + 2).contains(UInt8(ascii: " "))
    }

    /// A line of JSON in at most `limit` rows; what does not fit is to be had by copying, and in Raw.
    private static func json(_ line: JSONPretty.Line, _ width: Int, _ part: BytePart, limit: Int) -> [Row] {
        let indent = String(repeating: "  ", count: min(line.depth + 1, 20))
        let name = String(line.text.prefix(line.nameLength))
        let rest = String(line.text.dropFirst(line.nameLength))
        let chunks = Redactor.short(rest).cut(
            max(8, width - indent.count - name.columns), then: max(8, width - indent.count - 4), most: limit)
        return [
            Row(
                [Span(indent), Span(name, .label), Span(chunks[0], .value)], target: .place(Place(part, line.span)),
                copy: rest)
        ]
            + chunks.dropFirst().map { Row([Span(indent + "    "), Span($0, .value)]) }
    }

    /// More text than this nobody reads line by line; laying it out would take seconds.
    private static let textLimit = 1 << 22

    /// Anything else as text, a line of the body a row; long lines are cut at the width when shown.
    private static func text(_ bytes: Bytes, _ width: Int) -> Rows {
        let step = max(8, width)
        let starts = lineStarts(bytes, step)
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
