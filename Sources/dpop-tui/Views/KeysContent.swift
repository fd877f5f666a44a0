import FlowModel

/// The thumbprint view: aligned rows, a picture and a colour for each distinct key, and the arithmetic.
enum KeysContent {
    static func rows(_ table: ThumbprintTable, width: Int) -> [Row] {
        let bound = certificates(table, width)
        guard !table.entries.isEmpty else { return bound.isEmpty ? [Row("No thumbprint in this flow.", .dim)] : bound }
        var rows = [verdict(table), Row()]
        let nameWidth = (table.entries.map { $0.place.columns }.max() ?? 0) + 2
        let isWide = width >= nameWidth + 3 + 43 + 10
        for index in table.entries.indices {
            rows += isWide ? wide(index, table, nameWidth) : narrow(index, table)
        }
        if !bound.isEmpty { rows += [Row()] + bound }
        for group in table.groups { rows += [Row()] + arithmetic(group, table, width) }
        return rows + [Row()] + pictures(table, width)
    }

    /// The other binding: what the token says of a certificate beside the certificates that were shown.
    private static func certificates(_ table: ThumbprintTable, _ width: Int) -> [Row] {
        guard let first = table.certificates.first else { return [] }
        let reference =
            table.certificates.first { $0.place.hasPrefix("token") || $0.place.hasPrefix("introspection") }?.value
            ?? first.value
        let nameWidth = (table.certificates.map { $0.place.columns }.max() ?? 0) + 2
        return [Row([Span("Certificates", .heading), Span("  x5t#S256, the binding of mutual TLS (RFC 8705)", .dim)])]
            + table.certificates.flatMap { entry -> [Row] in
                let same = entry.value == reference
                let word =
                    table.certificates.count == 1
                    ? Span("ALONE", .dim) : Span(same ? "MATCH" : "MISMATCH", same ? .pass : .fail)
                let value = Span(entry.value.fitted(44), same ? .value : .fail)
                if width >= nameWidth + 3 + 43 + 10 {
                    return [
                        Row(
                            [Span("   "), Span(entry.place.fitted(nameWidth)), value, word], target: .text,
                            copy: entry.value)
                    ]
                }
                return [
                    Row([Span("   "), Span(entry.place)], right: [word], target: .text, copy: entry.value),
                    Row([Span("   "), value]),
                ]
            }
    }

    private static func verdict(_ table: ThumbprintTable) -> Row {
        if table.entries.count == 1 { return Row("One thumbprint; nothing to compare it with.", .dim) }
        if table.isMatch {
            return Row([
                Span("✓ MATCH  ", .pass), Span("all \(table.entries.count) thumbprints are the same key", .heading),
            ])
        }
        return Row([Span("✗ MISMATCH  ", .fail), Span("\(table.groups.count) different keys", .heading)])
    }

    /// The value, what the reference has otherwise reversed.
    private static func value(_ entry: ThumbprintTable.Entry, _ table: ThumbprintTable, width: Int = 0) -> [Span] {
        let differs = Thumbprint.differences(entry.value, table.referenceValue)
        let pad = String(repeating: " ", count: max(0, width - min(entry.value.count, 43)))
        return Thumbprint.spans(entry.value, differs, table.role(entry.group)) + [Span(pad)]
    }

    private static func wide(_ index: Int, _ table: ThumbprintTable, _ nameWidth: Int) -> [Row] {
        let entry = table.entries[index]
        let word = table.word(entry)
        let role = table.role(entry.group)
        var rows = [
            Row(
                [Span(entry.letter + "  ", role), Span(entry.place.fitted(nameWidth))]
                    + value(entry, table, width: 44) + [Span(word.text, word.role)],
                target: .thumbprint(index), copy: entry.value)
        ]
        if let difference = table.difference(entry) {
            rows.append(
                Row([
                    Span(String(repeating: " ", count: 3 + nameWidth)), Span(difference.carets.fitted(44), .fail),
                    Span(difference.words, .fail),
                ]))
        }
        return rows
    }

    private static func narrow(_ index: Int, _ table: ThumbprintTable) -> [Row] {
        let entry = table.entries[index]
        let word = table.word(entry)
        let role = table.role(entry.group)
        var rows = [
            Row(
                [Span(entry.letter + "  ", role), Span(entry.place)], right: [Span(word.text, word.role)],
                target: .thumbprint(index), copy: entry.value),
            Row([Span("   ")] + value(entry, table)),
        ]
        if let difference = table.difference(entry) {
            rows.append(Row([Span("   "), Span(difference.carets, .fail)]))
            rows.append(Row([Span("   "), Span(difference.words, .fail)]))
        }
        return rows
    }

    /// The groups' pictures side by side, as many as fit in a line.
    private static func pictures(_ table: ThumbprintTable, _ width: Int) -> [Row] {
        let drawable = table.groups.compactMap { group -> (Int, [String])? in
            guard let value = table.entries.first(where: { $0.group == group })?.value,
                let digest = try? Base64URL.decode(value)
            else { return nil }
            let letter = table.entries.first { $0.group == group }!.letter
            let kind = table.jwk(of: group)?.summary ?? "jkt"
            return (group, Randomart.draw(digest, title: "\(letter) \(kind)", foot: "SHA-256"))
        }
        let perLine = max(1, width / (Randomart.width + 4))
        var rows: [Row] = []
        for start in stride(from: 0, to: drawable.count, by: perLine) {
            let line = drawable[start..<min(start + perLine, drawable.count)]
            for index in 0..<(Randomart.height + 2) {
                rows.append(Row(line.flatMap { [Span($0.1[index], table.role($0.0)), Span("  ")] }))
            }
        }
        return rows
    }

    private static func arithmetic(_ group: Int, _ table: ThumbprintTable, _ width: Int) -> [Row] {
        let entry = table.entries.first { $0.group == group }!
        let role = table.role(group)
        guard let jwk = table.jwk(of: group), let canonical = jwk.canonicalJSON, let digest = jwk.thumbprint() else {
            return [
                Row([Span(entry.letter + "  ", role), Span("only this thumbprint was seen, not the key itself", .dim)])
            ]
        }
        var rows = [
            Row([
                Span(entry.letter + "  ", role),
                Span("\(jwk.summary): how the thumbprint is made (RFC 7638)", .heading),
            ])
        ]
        rows += step("canonical", canonical, width, .value, copy: canonical)
        rows += step("sha-256", Hex.text(digest, separator: " "), width, .value, copy: Hex.text(digest))
        rows += step("base64url", Base64URL.encode(digest), width, role, copy: Base64URL.encode(digest))
        return rows
    }

    private static func step(_ label: String, _ text: String, _ width: Int, _ role: Role, copy: String) -> [Row] {
        // Whole bytes of hexadecimal in every line.
        let room = label == "sha-256" ? max(9, (width - 14) / 3 * 3) : max(8, width - 14)
        let glyphs = Array(text)
        return stride(from: 0, to: glyphs.count, by: room).map { start in
            Row(
                [
                    Span("   "), Span(start == 0 ? label.fitted(11) : String(repeating: " ", count: 11), .label),
                    Span(String(glyphs[start..<min(start + room, glyphs.count)]), role),
                ],
                target: start == 0 ? .text : nil, copy: copy)
        }
    }
}
