import FlowModel

/// Raw: hex and text of one part of the exchange, the looked-for bytes lit.
enum RawContent {
    static func parts(_ model: Model) -> [BytePart] {
        guard let view = model.view, let step = model.currentStep,
            let material = view.material(view.subject(model.step))
        else { return [] }
        return parts(
            material, isAnswer: !step.kind.isRequest && step.kind != .gatewayValidation && step.kind != .keygen)
    }

    private static func parts(_ material: ExchangeMaterial, isAnswer: Bool) -> [BytePart] {
        var list: [BytePart] = isAnswer ? [.response] : [.request]
        let body = isAnswer ? material.exchange.response?.body : material.exchange.request.body
        if body?.isEmpty == false { list.append(isAnswer ? .responseBody : .requestBody) }
        if !isAnswer || material.issued != nil, material.proof != nil {
            list += [.proof, .proofHeader, .proofPayload, .proofSignature]
        }
        if let token = isAnswer ? material.issued : material.token {
            list.append(.token)
            if token.jws != nil { list += [.tokenHeader, .tokenPayload, .tokenSignature] }
        }
        return list
    }

    /// The part on screen.
    static func part(_ model: Model) -> BytePart {
        model.rawPart.map { $0 == .url ? .request : $0 } ?? parts(model).first ?? .request
    }

    static func rows(_ model: Model, _ material: ExchangeMaterial?, _ redactor: Redactor, _ width: Int) -> Rows {
        guard let material, let step = model.currentStep else { return Rows([Row("Not captured.", .dim)]) }
        let part = part(model)
        let isAnswer = !step.kind.isRequest && step.kind != .gatewayValidation && step.kind != .keygen
        let source = bytes(part, material, isAnswer)
        let bytes = redactor.mask(source)
        let lit = model.lit.flatMap {
            $0.part == part || ($0.part == .url && part == .request) ? span($0, material, isAnswer) : nil
        }
        let list = parts(material, isAnswer: isAnswer)
        let names = list.flatMap { [Span($0.rawValue, $0 == part ? .accent : .dim), Span(" ")] }
        var head = wrap(names, width)
        let place = Place(part, lit ?? SourceSpan(0, 0))
        let inFile = PlaceLocator.fileSpan(place, in: material, isAnswer: isAnswer)
        let whereabouts =
            material.exchange.lines == nil
            ? "in the file from byte \(inFile.offset)" : PlaceLocator.words(place, in: material, isAnswer: isAnswer)
        head.append(
            Row(
                "\(bytes.count) bytes · \(whereabouts)"
                    + (lit.map { " · lit: \($0.offset), \($0.length) bytes" } ?? ""), .dim))
        if let loss = loss(part, material, shown: bytes.count) {
            head += loss.wrapped(max(8, width)).map { Row($0, .warn) }
        }
        return Rows(story(model, width) + head) + hex(bytes, lit, width)
    }

    private static func loss(_ part: BytePart, _ material: ExchangeMaterial, shown: Int) -> String? {
        let exchange = material.exchange
        let body = part == .requestBody ? exchange.request.body : part == .responseBody ? exchange.response?.body : nil
        return body.flatMap { BodyContent.loss($0, shown: shown) }
    }

    /// The finding whose bytes these are: the cause, expected above found, the fix, who minds it and who has met it.
    private static func story(_ model: Model, _ width: Int) -> [Row] {
        guard let id = model.explained, let view = model.view,
            let finding = view.findings(model.step).filter({ $0.check == id }).max(by: { $0.verdict < $1.verdict })
        else { return [] }
        let entry = view.diagnosis.entries.first { $0.step == finding.step && $0.check == id }
        let cause = entry?.cause
        var rows = (entry?.sentence ?? finding.outcome.title).wrapped(max(8, width - 8)).enumerated().map {
            index, line in
            Row(
                index == 0
                    ? [
                        Span("\(finding.verdict.mark) \(finding.verdict.word)  ", finding.verdict.role),
                        Span(line, .heading),
                    ] : [Span("        "), Span(line, .heading)])
        }
        for evidence in entry?.evidence ?? finding.outcome.evidence {
            rows += InspectorContent.labelled(
                "expected", "\(evidence.label) = \(evidence.expected ?? "nothing")", width: width, role: .pass,
                copy: evidence.expected)
            rows += InspectorContent.labelled(
                "found", evidence.actual.map { "\(evidence.label) = \($0)" } ?? "no \(evidence.label)", width: width,
                role: finding.verdict.role, copy: evidence.actual)
        }
        if let fix = finding.outcome.fix ?? cause?.fix { rows += InspectorContent.labelled("fix", fix, width: width) }
        rows += InspectorContent.labelled(
            "source", Check.with(id).spec + (cause.map { " · \($0.id) · \($0.severity.rawValue)" } ?? ""), width: width,
            role: .dim)
        if let reports = cause?.reports, !reports.isEmpty {
            rows += InspectorContent.labelled("reports", reports, width: width, role: .dim)
        }
        return rows + [Row()]
    }

    private static func wrap(_ spans: [Span], _ width: Int) -> [Row] {
        var rows: [Row] = []
        var (line, used) = ([Span](), 0)
        for span in spans {
            if used + span.text.count > width, !line.isEmpty {
                rows.append(Row(line))
                (line, used) = ([], 0)
            }
            line.append(span)
            used += span.text.count
        }
        return rows + [Row(line)]
    }

    private static func hex(_ bytes: Bytes, _ lit: SourceSpan?, _ width: Int) -> Rows {
        let digits = bytes.count > 0xFFFFFF ? 8 : 6
        let perRow = max(4, min(32, (width - digits - 3) / 4 / 4 * 4))
        let count = (bytes.count + perRow - 1) / perRow
        var rows = Rows(count: count) { index in
            let from = index * perRow
            let part = bytes[SourceSpan(from, perRow)]
            var spans = [Span(offset(from, digits) + "  ", .dim)]
            var texts: [Span] = []
            for column in 0..<perRow {
                guard column < part.count else {
                    append(&spans, "   ", .value)
                    continue
                }
                let byte = part[column]
                let isLit = lit.map { from + column >= $0.offset && from + column < $0.end } ?? false
                append(&spans, Hex.two(byte), isLit ? .lit : .value)
                append(&spans, " ", isLit && from + column + 1 < lit!.end ? .lit : .value)
                let printable = byte >= 0x20 && byte < 0x7F
                append(&texts, printable ? String(UnicodeScalar(byte)) : "·", isLit ? .lit : printable ? .value : .dim)
            }
            let touched = lit.map { $0.offset < from + perRow && max($0.end, $0.offset + 1) > from } ?? false
            return Row(spans + [Span(" ")] + texts, target: .text, copy: Hex.text(part.array), isLit: touched)
        }
        rows.lit = lit.map { $0.offset / perRow }.flatMap { (0..<count).contains($0) ? $0 : nil }
        return rows
    }

    private static func append(_ spans: inout [Span], _ text: String, _ role: Role) {
        if spans.last?.role == role { spans[spans.count - 1].text += text } else { spans.append(Span(text, role)) }
    }

    private static func offset(_ value: Int, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func bytes(_ part: BytePart, _ material: ExchangeMaterial, _ isAnswer: Bool) -> Bytes {
        let token = isAnswer ? material.issued : material.token
        switch part {
        case .url, .request: return MessageHead(material.exchange.request).bytes
        case .response: return material.exchange.response.map { MessageHead($0).bytes } ?? Bytes([])
        case .requestBody: return material.exchange.request.body?.bytes ?? Bytes([])
        case .responseBody: return material.exchange.response?.body?.bytes ?? Bytes([])
        case .proof: return material.proof?.jws.compact ?? Bytes([])
        case .proofHeader: return material.proof?.jws.headerBytes ?? Bytes([])
        case .proofPayload: return material.proof?.jws.payloadBytes ?? Bytes([])
        case .proofSignature: return material.proof?.jws.signature ?? Bytes([])
        case .token: return token.map { Bytes($0.text) } ?? Bytes([])
        case .tokenHeader: return token?.jws?.headerBytes ?? Bytes([])
        case .tokenPayload: return token?.jws?.payloadBytes ?? Bytes([])
        case .tokenSignature: return token?.jws?.signature ?? Bytes([])
        }
    }

    /// A header's place is its number: here it becomes the bytes of its line.
    private static func span(_ place: Place, _ material: ExchangeMaterial, _ isAnswer: Bool) -> SourceSpan {
        switch place.part {
        case .url: return MessageHead(material.exchange.request).target
        case .request: return MessageHead(material.exchange.request).line(place.span.offset) ?? place.span
        case .response:
            return material.exchange.response.flatMap { MessageHead($0).line(place.span.offset) } ?? place.span
        default: return place.span
        }
    }
}

/// Start line and header fields as HTTP/1.1 writes them: recorders keep the fields, not the bytes.
struct MessageHead {
    let bytes: Bytes
    let target: SourceSpan
    private let lines: [SourceSpan]

    init(_ request: Request) {
        self.init(
            "\(request.method) \(request.url.text) \(request.version)", request.headers,
            target: SourceSpan(request.method.utf8.count + 1, request.url.text.utf8.count))
    }

    init(_ response: Response) {
        self.init(
            "\(response.version) \(response.status) \(response.reason)", response.headers, target: SourceSpan(0, 0))
    }

    private init(_ start: String, _ headers: [Header], target: SourceSpan) {
        var text = start + "\r\n"
        var lines: [SourceSpan] = []
        for header in headers {
            let line = "\(header.name): \(header.value)"
            lines.append(SourceSpan(text.utf8.count, line.utf8.count))
            text += line + "\r\n"
        }
        (self.bytes, self.lines, self.target) = (Bytes(text + "\r\n"), lines, target)
    }

    func line(_ index: Int) -> SourceSpan? { lines.indices.contains(index) ? lines[index] : nil }
}
