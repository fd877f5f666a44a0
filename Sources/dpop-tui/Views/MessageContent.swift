import FlowModel

/// Request and Response: start line, headers in order, and the body laid out for reading.
enum MessageContent {
    /// `folded` are the places in the body of what is folded.
    static func request(
        _ material: ExchangeMaterial?, _ redactor: Redactor, _ width: Int, folded: Set<Int> = []
    ) -> Rows {
        guard let request = material?.exchange.request else { return Rows([Row("Not captured.", .dim)]) }
        let target = redactor.mask(ParameterTable.short(request.url))
        let (method, version) = (redactor.mask(request.method), redactor.mask(request.version))
        var head = HTTPSpans.request(method, target, version).rows(width, most: mostRows)
        head += ParameterTable.rows(of: request.url, "Query", Place(.url, SourceSpan(0, 0)), redactor, width: width)
        head += headers(request.headers, redactor, width, .request)
        let body = BodyContent(
            headers: request.headers, redactor: redactor, width: width, part: .requestBody, folded: folded)
        return Rows(head) + body.rows(request.body)
    }

    static func response(
        _ material: ExchangeMaterial?, _ redactor: Redactor, _ width: Int, folded: Set<Int> = []
    ) -> Rows {
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
        // Answers that say how long a body is that they do not have (RFC 9110 §9.3.2, §15.4.5).
        let isBare = material.exchange.request.method == "HEAD" || response.status == 304
        let body = BodyContent(
            headers: response.headers, redactor: redactor, width: width, part: .responseBody, folded: folded,
            isBare: isBare)
        return Rows(head + notes) + body.rows(response.body)
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
                + (callback.map {
                    ParameterTable.rows(of: $0, "Location", Place(part, SourceSpan(index, 0)), redactor, width: width)
                } ?? [])
        }
    }

    /// A value longer than that is read in Raw.
    private static let mostRows = 200
}
