import FlowModel

/// Lays sections out in lines: a mark, the name of a value, the value, what it must be.
struct FactLayout {
    let scene: StepScene
    let width: Int
    /// Findings whose words are on the screen already.
    private(set) var told: [Finding]

    init(_ scene: StepScene, width: Int) {
        (self.scene, self.width) = (scene, width)
        told = scene.headline.map { [$0] } ?? []
    }

    /// Names are six columns wide in every section, so that values line up; longer ones move theirs to the right.
    static let usualLabel = 6
    private static let longestLabel = 17
    /// Fewer columns than that have no second one.
    private static let narrow = 40

    private struct Columns {
        let label: Int
        let value: Int
        let must: Int
    }

    private func columns(_ facts: [Fact]) -> Columns {
        let longest = facts.reduce(Self.usualLabel) { max($0, min($1.label.columns, Self.longestLabel)) }
        let label = width < Self.narrow ? min(longest, 10) : longest
        let room = max(0, width - label - 3)
        guard room >= Self.narrow else { return Columns(label: label, value: room, must: 0) }
        let value = room * 9 / 20
        return Columns(label: label, value: value, must: room - value - 2)
    }

    mutating func rows(_ section: FactSection) -> [Row] {
        let columns = columns(section.facts)
        var rows = [heading(section, columns)]
        for fact in section.facts { rows += lines(fact, columns) }
        return rows + section.lines
    }

    /// `PROOF ─────── must be ────────`
    private func heading(_ section: FactSection, _ columns: Columns) -> Row {
        var spans = [Span(section.title + " ", .heading)]
        var used = section.title.columns + 1
        func rule(to column: Int) {
            guard column > used else { return }
            spans.append(Span(String(repeating: "─", count: column - used), .border))
            used = column
        }
        func name(_ text: String, at column: Int) {
            guard !text.isEmpty, column > used + 1 else { return }
            rule(to: column - 1)
            spans.append(Span(" \(text) ", .label))
            used = column + text.columns + 1
        }
        name(section.valueTitle, at: columns.label + 3)
        if columns.must > 0, section.facts.contains(where: { !$0.must.isEmpty }) {
            name(section.mustTitle, at: columns.label + 3 + columns.value + 2)
        }
        rule(to: width)
        return Row(spans)
    }

    private mutating func lines(_ fact: Fact, _ columns: Columns) -> [Row] {
        let own = scene.findings(of: fact)
        let finding = scene.worst(own).flatMap { isAbout($0, fact) ? $0 : nil }
        let verdict = finding?.verdict ?? .notApplicable
        let isWrong = verdict >= .warn
        let mark = verdict == .notApplicable ? Span("  ") : Span(verdict.mark + " ", verdict.role)
        var spans = [mark, Span(fact.label.fitted(columns.label) + " ", .label)]
        let role: Role = fact.valueRole ?? (isWrong ? verdict.role : .value)
        var must = must(fact, finding, columns.must)
        let isUnclear = verdict == .cannotTell && must.columns > columns.must
        if isUnclear || (fact.isLong && !isWrong && fact.value.columns > columns.value) { must = "" }
        var more: [String] = []
        if fact.isText {
            let lines = fact.value.wrapped(max(8, width - columns.label - 3))
            spans.append(Span(lines[0], role))
            more = Array(lines.dropFirst().prefix(3))
        } else if columns.must == 0 || must.isEmpty {
            let text = fact.isPair && fact.value != must ? "\(fact.value) → \(must)" : fact.value
            spans.append(Span(text.squeezed(max(0, width - columns.label - 3)), role))
        } else {
            let value = Elision.value(fact.value, columns.value).fitted(columns.value + 2)
            spans.append(Span(value, fact.isPair ? .value : role))
            spans.append(
                Span(must.squeezed(columns.must), fact.mustRole ?? (fact.isPair ? role : isWrong ? .pass : .text)))
        }
        let check = finding.flatMap { $0.verdict == .notApplicable ? nil : $0.check } ?? nil
        var rows = [
            Row(
                spans, target: check.map { .check($0) } ?? fact.place.map { .place($0) } ?? .text,
                copy: fact.copy ?? fact.value)
        ]
        rows[0].place = fact.place
        let margin = columns.label + 3
        rows += more.map { Row([Span(String(repeating: " ", count: margin)), Span($0, role)]) }
        if isUnclear, let words = finding?.outcome.found {
            rows += paragraph("? " + words, margin, .unsure)
        }
        for finding in own where finding.verdict >= .warn && !told.contains(finding) {
            told.append(finding)
            rows += paragraph(finding.outcome.title.capitalizedFirst, margin, .text)
            if let fix = finding.outcome.fix { rows += paragraph("fix: " + fix, margin, .text) }
        }
        return rows
    }

    /// Whether a finding about two values is about this one.
    private func isAbout(_ finding: Finding, _ fact: Fact) -> Bool {
        guard fact.isPair, finding.verdict >= .warn else { return true }
        return finding.outcome.evidence.contains { $0.label == fact.evidence ?? fact.label }
    }

    /// What the second column says: what the check wanted where it fails, what it could not see, or what the value is
    /// held against.
    private func must(_ fact: Fact, _ finding: Finding?, _ width: Int) -> String {
        let own = fact.must.columns > width ? fact.short ?? fact.must : fact.must
        if fact.isPair { return fact.must }
        if fact.keepsMust { return own }
        switch finding?.verdict {
        case .fail?, .warn?:
            let name = fact.evidence ?? fact.label
            let evidence = finding?.outcome.evidence ?? []
            return (evidence.first { $0.label == name } ?? evidence.first)?.expected ?? fact.must
        case .cannotTell?: return finding?.outcome.found ?? ""
        default: return own
        }
    }

    private func paragraph(_ text: String, _ margin: Int, _ role: Role) -> [Row] {
        text.wrapped(max(8, width - margin)).map { Row([Span(String(repeating: " ", count: margin)), Span($0, role)]) }
    }
}
