/// Where the bytes a finding points at stand in the capture file.
public enum PlaceLocator {
    /// The span in the file; of the whole entry when the part was stored in another form.
    public static func fileSpan(_ place: Place, in material: ExchangeMaterial, isAnswer: Bool) -> SourceSpan {
        exact(place, material, isAnswer) ?? material.exchange.fileSpan
    }

    /// Line and column of a place in a pasted text; nil where its bytes do not stand there, or nothing was pasted.
    public static func position(_ place: Place, in material: ExchangeMaterial, isAnswer: Bool) -> (
        line: Int, column: Int
    )? {
        guard let lines = material.exchange.lines, let span = exact(place, material, isAnswer) else { return nil }
        return lines.position(span.offset)
    }

    /// Where a place is, in words: `line 4, column 17 of the text`; of a recording `byte 4711 of the file`.
    public static func words(_ place: Place, in material: ExchangeMaterial, isAnswer: Bool) -> String {
        if let (line, column) = position(place, in: material, isAnswer: isAnswer) {
            return "line \(line), column \(column) of the text"
        }
        guard material.exchange.lines == nil else { return "not in the text as it was sent" }
        return "byte \(fileSpan(place, in: material, isAnswer: isAnswer).offset) of the file"
    }

    private static func exact(_ place: Place, _ material: ExchangeMaterial, _ isAnswer: Bool) -> SourceSpan? {
        let exchange = material.exchange
        switch place.part {
        case .proof, .proofHeader, .proofPayload, .proofSignature:
            guard let proof = material.proof, let base = proof.field.valueSpan else { return nil }
            return compact(place, proof.jws).moved(by: base.offset + proof.leading)
        case .token, .tokenHeader, .tokenPayload, .tokenSignature:
            let token = isAnswer ? material.issued : material.token
            guard let token, let start = tokenOffset(token, material, isAnswer) else { return nil }
            return (token.jws.map { compact(place, $0) } ?? place.span).moved(by: start)
        case .request: return header(place, exchange.request.headers)
        case .response: return exchange.response.flatMap { header(place, $0.headers) }
        case .requestBody: return body(place, exchange.request.body)
        case .responseBody: return body(place, exchange.response?.body)
        case .url: return nil
        }
    }

    private static func compact(_ place: Place, _ jws: CompactJWS) -> SourceSpan {
        switch place.part {
        case .proofHeader, .tokenHeader: jws.compactSpan(place.span, of: .header)
        case .proofPayload, .tokenPayload: jws.compactSpan(place.span, of: .payload)
        case .proofSignature, .tokenSignature: jws.compactSpan(place.span, of: .signature)
        default: place.span
        }
    }

    private static func header(_ place: Place, _ headers: [Header]) -> SourceSpan? {
        guard headers.indices.contains(place.span.offset) else { return nil }
        return headers[place.span.offset].valueSpan
    }

    private static func body(_ place: Place, _ body: Body?) -> SourceSpan? {
        guard let body, let span = body.fileSpan else { return nil }
        return body.isVerbatim ? place.span.moved(by: span.offset) : span
    }

    private static func tokenOffset(_ token: TokenMaterial, _ material: ExchangeMaterial, _ isAnswer: Bool) -> Int? {
        if !isAnswer, let field = material.presented?.field.map({ material.exchange.request.headers[$0] }),
            let base = field.valueSpan
        {
            return base.offset + max(0, field.bytes.count - token.text.utf8.count)
        }
        guard isAnswer, let body = material.exchange.response?.body, let span = body.fileSpan else { return nil }
        let needle = Array(token.text.utf8)
        return body.stored.withBytes { stored -> Int? in
            guard needle.count > 0, stored.count >= needle.count else { return nil }
            for at in 0...(stored.count - needle.count) where stored[at] == needle[0] {
                if stored[at..<at + needle.count].elementsEqual(needle) { return span.offset + at }
            }
            return nil
        }
    }
}
