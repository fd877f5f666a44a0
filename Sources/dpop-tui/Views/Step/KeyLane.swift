import FlowModel

/// The key lane: every thumbprint of the flow up to a step, one under the other, what differs reversed.
enum KeyLane {
    /// A thumbprint on its line.
    struct Line {
        let label: String
        let value: String
        let group: Int
        /// Its place in the table; nil for a key that only its thumbprint is known of.
        let entry: Int?
        let step: Int
        var word = ThumbprintTable.Comparison.first
    }

    private static let nouns = ["proof", "token", "dpop_jkt", "introspected", "key file"]

    /// More lines than that are in the Keys tab.
    private static let most = 6

    static func section(_ scene: StepScene) -> [Row] {
        let lines = lines(scene)
        guard let first = lines.first else { return [] }
        let label = lines.reduce(scene.isTiny ? 0 : FactLayout.usualLabel + 2) { max($0, min($1.label.columns, 20)) }
        // In ASCII `≠` is two characters.
        let width = scene.width - (scene.model.ascii ? 1 : 0)
        let rows = lines.map { row($0, scene.table.role($0.group), against: first.value, label: label, width: width) }
        if scene.isTiny { return rows }
        let rule = String(repeating: "─", count: max(0, scene.width - 4))
        return [Row([Span("KEY ", .heading), Span(rule, .border)])] + rows
    }

    /// The client's key first, then what names a key up to this step; at the key's own step all that the flow shows.
    static func lines(_ scene: StepScene) -> [Line] {
        let (table, here) = (scene.table, scene.model.step)
        let steps = scene.view.flow.steps
        let isKeygen = scene.step.kind == .keygen
        var list: [Line] = []
        let keygen = steps.firstIndex { $0.kind == .keygen }
        let own = scene.view.flow.keys.first?.base64url
        if let keygen, let own, keygen <= here {
            let entry = table.entries.firstIndex { $0.value == own }
            list.append(
                Line(
                    label: "\(steps[keygen].label) client", value: own,
                    group: entry.map { table.entries[$0].group } ?? 0, entry: entry, step: keygen))
        }
        // Of the same kind and key the latest is enough.
        var seen = Set<Int>()
        var later: [Line] = []
        for (index, entry) in table.entries.enumerated().reversed() {
            let step = entry.step ?? -1
            guard step <= here || isKeygen else { continue }
            let isHere = entry.step.map { steps[$0].exchange == scene.step.exchange } == true
            // The proof that the client's key was read from says nothing new elsewhere.
            if let first = list.first, first.entry == index, !isHere, !isKeygen { continue }
            guard seen.insert(entry.group << 3 | (nouns.firstIndex(of: entry.noun) ?? 7)).inserted else { continue }
            let label = entry.step.map { "\(steps[$0].label) \(entry.noun)" } ?? entry.noun
            later.append(Line(label: label, value: entry.value, group: entry.group, entry: index, step: step))
        }
        list += later.reversed()
        if list.count > most { list = [list[0]] + list.suffix(most - 1) }
        guard let first = list.first else { return [] }
        for index in list.indices.dropFirst() {
            list[index].word = table.comparison(
                list[index].value, first.value, isMadeWrongly: isMadeWrongly(list[index], scene))
        }
        return list
    }

    /// Whether a finding says that this value was made by a wrong recipe: then it is no other key.
    private static func isMadeWrongly(_ line: Line, _ scene: StepScene) -> Bool {
        guard let entry = line.entry, !scene.table.entries[entry].isOfKey, line.step >= 0 else { return false }
        return (scene.findings + scene.view.findings(line.step)).contains {
            $0.verdict >= .warn && $0.outcome.cause?.rawValue.hasPrefix("jkt.") == true
        }
    }

    static func row(_ line: Line, _ role: Role, against first: String, label: Int, width: Int) -> Row {
        let letter = ThumbprintTable.letter(line.group)
        let room = width - label - 3
        let differs = Thumbprint.differences(line.value, first)
        var spans = [Span(line.label.fitted(label) + " "), Span(letter + " ", role)]
        let full = min(line.value.columns, 43)
        if let words = line.word.words.first(where: { full + 1 + $0.columns <= room }) {
            spans += Thumbprint.spans(line.value, differs, role)
            spans += [Span(" "), Span(words, line.word.role)]
        } else if full <= room, line.word == .first {
            spans += Thumbprint.spans(line.value, differs, role)
        } else {
            spans += Thumbprint.spans(line.value, differs, role, ends: 8)
            // Where the words have no room either, the first character that differs is named.
            let place = line.word == .first || line.word == .same ? [] : ["≠ at \((differs.first ?? 0) + 1)"]
            let words = (line.word.words.prefix(1) + place).first { 18 + $0.columns <= room } ?? line.word.words.last
            spans.append(Span(words.map { " " + $0 } ?? "", line.word.role))
        }
        return Row(spans, target: line.entry.map { .thumbprint($0) } ?? .text, copy: line.value)
    }
}

/// A thumbprint drawn so that what differs is seen.
enum Thumbprint {
    /// The places at which a value is not the other one, in order; nothing where they are the same.
    static func differences(_ value: String, _ other: String) -> [Int] {
        guard value != other else { return [] }
        let (a, b) = (Array(value.utf8.prefix(256)), Array(other.utf8.prefix(256)))
        return (0..<max(a.count, b.count)).filter { $0 >= a.count || $0 >= b.count || a[$0] != b[$0] }
    }

    /// The value in the key's colour, what differs reversed; with `ends` only so many characters of each end.
    static func spans(_ value: String, _ differs: [Int], _ role: Role, ends: Int? = nil) -> [Span] {
        let characters = Array(value.prefix(256))
        let different = Set(differs)
        let limit = ends ?? 21
        var spans: [Span] = []
        func add(_ range: Range<Int>) {
            for index in range {
                let own: Role = different.contains(index) ? .lit : role
                if spans.last?.role == own {
                    spans[spans.count - 1].text.append(characters[index])
                } else {
                    spans.append(Span(String(characters[index]), own))
                }
            }
        }
        guard characters.count > 2 * limit + 1 else {
            add(0..<characters.count)
            return spans
        }
        add(0..<limit)
        spans.append(Span("…", role))
        add(characters.count - limit..<characters.count)
        return spans
    }
}
