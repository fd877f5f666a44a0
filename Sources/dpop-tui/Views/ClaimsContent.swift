import FlowModel

/// Proof and Token: each header member and claim on its own row.
enum ClaimsContent {
    static func proof(
        _ model: Model, _ view: FlowView, _ material: ExchangeMaterial?, _ redactor: Redactor, _ width: Int
    ) -> [Row] {
        guard let material, let proof = material.proof else {
            return [Row("This step's request carries no proof.", .dim)]
        }
        let position = view.flow.requestStep(ofExchange: material.exchange.index) ?? model.step
        let section = Section(
            findings: Array(view.report.findings(at: position)), now: view.settings.time(of: material.exchange),
            redactor: redactor, width: width)
        var rows: [Row] = []
        if !view.flow.steps[model.step].kind.isRequest {
            rows += [Row("the proof sent with step \(view.flow.steps[position].label)", .dim)]
        }
        rows += section.faults(proof.jws)
        rows += section.object(
            "JOSE header", proof.jws.header, ClaimMeaning.proofHeader, .proofHeader, raw: proof.jws.headerBytes)
        rows += section.object(
            "Payload", proof.jws.payload, ClaimMeaning.proofPayload, .proofPayload, raw: proof.jws.payloadBytes)
        if proof.jws.payload?.root["ath"] == nil, let token = material.token {
            let verdict = section.verdict(.proofAth)
            rows += section.lines(
                "ath", "missing", nil, ClaimMeaning.proofPayload["ath"]!, verdict, nil,
                copy: token.fingerprint.base64url)
            rows += [
                Row(
                    [Span("         must be "), Span(token.fingerprint.base64url, .pass)],
                    copy: token.fingerprint.base64url)
            ]
        }
        return rows + section.signature(proof.jws, .proofSignature, .proofSignature)
    }

    static func token(
        _ model: Model, _ view: FlowView, _ step: Step, _ material: ExchangeMaterial?, _ redactor: Redactor,
        _ width: Int
    ) -> [Row] {
        guard let material else { return [Row("No token belongs to this step.", .dim)] }
        let section = Section(
            findings: view.findings(model.step), now: view.settings.time(of: material.exchange), redactor: redactor,
            width: width)
        let owner = TokenOwner.row(claims(view, step, material), redactor, width)
        var rows: [Row] = owner.map { [$0, Row()] } ?? []
        if step.kind == .introspection {
            return rows
                + section.object(
                    "Introspection answer", material.answer, ClaimMeaning.token, .responseBody, raw: Bytes([]))
        }
        if step.kind == .tokenResponse, let answer = material.answer {
            rows += section.object("Token answer", answer, ClaimMeaning.token, .responseBody, raw: Bytes([])) + [Row()]
        }
        guard let token = material.issued ?? material.token else {
            return rows.isEmpty ? [Row("No token belongs to this step.", .dim)] : rows
        }
        if material.isRecovered {
            rows += [Row("found by the proof's `ath`: the recorder left Authorization out", .warn)]
        }
        guard let jws = token.jws else {
            rows += [Row("Opaque access token: only the IdP can read it.", .dim)]
            rows += [
                Row(
                    [Span("  "), Span(token.text, .value)],
                    target: .place(Place(.token, SourceSpan(0, token.text.utf8.count))), copy: token.text)
            ]
            if let answer = view.story.bindings[token.fingerprint]?.introspection {
                rows +=
                    [Row()]
                    + section.object(
                        "Introspected in entry \(answer.exchange)", answer.answer, ClaimMeaning.token, nil,
                        raw: Bytes([]))
            }
            return rows
        }
        rows += section.faults(jws)
        rows += section.object(
            jws.isJWE ? "JWE header" : "JOSE header", jws.header, ClaimMeaning.token, .tokenHeader, raw: jws.headerBytes
        )
        if jws.isJWE { return rows + [Row("Encrypted (JWE, five parts): only the header can be read.", .dim)] }
        rows += section.object("Claims", jws.payload, ClaimMeaning.token, .tokenPayload, raw: jws.payloadBytes)
        return rows + section.signature(jws, .tokenSignature, .tokenSignature)
    }

    /// What says who the step's token is for: its claims, or what the IdP says of an opaque one.
    static func claims(_ view: FlowView, _ step: Step, _ material: ExchangeMaterial) -> JSONValue? {
        if step.kind == .introspection { return material.answer?.root }
        guard let token = material.issued ?? material.token else { return nil }
        return token.claims ?? view.story.bindings[token.fingerprint]?.introspection?.answer.root
    }
}

/// Lays out the members of one JSON object.
private struct Section {
    let findings: [Finding]
    let now: Moment?
    let redactor: Redactor
    let width: Int

    func verdict(_ check: CheckID?) -> Verdict? {
        guard let check else { return nil }
        return findings.filter { $0.check == check }.map(\.verdict).max()
    }

    func faults(_ jws: CompactJWS) -> [Row] {
        jws.problems.map { problem in
            let part: BytePart =
                problem.isInDecodedPart ? (problem.part == .header ? .proofHeader : .proofPayload) : .proof
            return Row([Span("✗ ", .fail), Span(problem.words, .fail)], target: .place(Place(part, problem.span)))
        }
    }

    func object(
        _ title: String, _ document: JSONDocument?, _ meanings: [String: ClaimMeaning], _ part: BytePart?, raw: Bytes
    ) -> [Row] {
        guard let document else {
            let bytes = redactor.mask(raw)
            return [Row(title, .heading), Row([Span("  not JSON: "), Span(String(bytes.text.prefix(200)), .value)])]
        }
        var rows = [Row(title, .heading)]
        if document.root.isObject {
            members(document.root, meanings, part, depth: 0, &rows)
        } else {
            rows.append(Row([Span("  "), Span(redactor.mask(document.root.source), .value)]))
        }
        return rows
    }

    private func members(
        _ object: JSONValue, _ meanings: [String: ClaimMeaning], _ part: BytePart?, depth: Int, _ rows: inout [Row]
    ) {
        for (name, value) in object.members {
            let text = name.string ?? ""
            let meaning = meanings[text] ?? ClaimMeaning(words: "", spec: "")
            let place = part.map { Place($0, value.span) }
            let isNested = value.isObject && depth < 4
            // The token itself is laid out below; here its beginning says which one it is.
            let isToken = text == "access_token" && value.span.length > 48
            let source = isToken ? "\(value.source.prefix(24))… \(value.span.length - 2) bytes" : value.source
            let shown = isNested ? "" : Redactor.short(redactor.mask(source))
            rows += lines(
                text, shown, human(text, value), meaning, verdict(meaning.check), place, depth: depth,
                copy: value.string.map { redactor.mask($0) } ?? redactor.mask(value.source))
            if isNested { members(value, text == "cnf" ? ClaimMeaning.token : [:], part, depth: depth + 1, &rows) }
        }
    }

    private func human(_ name: String, _ value: JSONValue) -> String? {
        guard ClaimMeaning.times.contains(name), let time = value.number?.moment else { return nil }
        if time > 1e11 { return "milliseconds? \(Timestamp.text(Moment(time.seconds / 1000)))" }
        let relation = now.map { now in
            let gap = time - now
            return gap > 0 ? ", in \(Timestamp.distance(gap))" : ", \(Timestamp.distance(gap)) before"
        }
        return Timestamp.text(time) + (relation ?? "")
    }

    /// Name, value and verdict; under it the time and the meaning.
    func lines(
        _ name: String, _ value: String, _ human: String?, _ meaning: ClaimMeaning, _ verdict: Verdict?,
        _ place: Place?, depth: Int = 0, copy: String?
    ) -> [Row] {
        let indent = String(repeating: " ", count: 2 + depth * 2)
        let nameWidth = max(7, name.columns + 1)
        let mark = verdict.map { [Span($0.mark + " ", $0.role)] } ?? []
        let right = mark + (meaning.spec.isEmpty ? [] : [Span(meaning.spec, .dim)])
        let room = max(8, width - indent.count - nameWidth - right.reduce(0) { $0 + $1.text.columns } - 2)
        let chunks = value.cut(room, most: 40)
        var rows = [
            Row(
                [Span(indent), Span(name.fitted(nameWidth), .label), Span(chunks[0], .value)], right: right,
                target: place.map { .place($0) } ?? .text, copy: copy)
        ]
        for chunk in chunks.dropFirst() {
            rows.append(Row([Span(indent + String(repeating: " ", count: nameWidth)), Span(chunk, .value)]))
        }
        let words = [human, meaning.words.isEmpty ? nil : meaning.words].compactMap { $0 }.joined(separator: " · ")
        if !words.isEmpty {
            for line in words.wrapped(max(8, width - indent.count - nameWidth)) {
                rows.append(Row([Span(indent + String(repeating: " ", count: nameWidth)), Span(line, .dim)]))
            }
        }
        return rows
    }

    func signature(_ jws: CompactJWS, _ check: CheckID, _ part: BytePart) -> [Row] {
        guard jws.segments.count == 3 else { return [] }
        let verdict = verdict(check)
        let finding = findings.first { $0.check == check }
        let words = "\(jws.signature.count) bytes" + (jws.alg.map { ", \($0)" } ?? "")
        let right = verdict.map { [Span("\($0.mark) \(finding?.outcome.found ?? "")", $0.role)] } ?? []
        return [
            Row("Signature", .heading),
            Row(
                [Span("  "), Span(words, .value)], right: right,
                target: .place(Place(part, SourceSpan(0, jws.signature.count))),
                copy: Base64URL.encode(jws.signature.array)),
        ]
    }
}
