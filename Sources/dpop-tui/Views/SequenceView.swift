import FlowModel

/// The sequence diagram: four lifelines, an arrow a step.
enum SequenceView {
    /// One line of the diagram.
    private enum Line {
        case blank
        case arrow(Int)
        case label(Int)
        case gap(String)
    }

    private struct Geometry {
        let lifelines: [Int]
        let right: Int

        init(_ area: Area) {
            let first = 9
            let spacing = max(8, (area.width - first - 7) / 3)
            lifelines = (0..<4).map { area.column + first + $0 * spacing }
            right = area.column + area.width - 1
        }

        func column(_ party: Party) -> Int { lifelines[Party.allCases.firstIndex(of: party)!] }
    }

    static func draw(_ canvas: inout Canvas, _ area: Area, _ model: Model) {
        let geometry = Geometry(area)
        for party in Party.allCases {
            let title = party.title
            canvas.put(
                title, .heading, row: area.row, column: geometry.column(party) - title.count / 2,
                limit: geometry.right + 1)
        }
        guard let view = model.view, !view.flow.steps.isEmpty else {
            canvas.put("no flow in this capture", .dim, row: area.row + 2, column: area.column + 2)
            return
        }
        let (lines, top) = visible(area, view, model)
        for offset in 0..<max(0, area.height - 1) {
            let row = area.row + 1 + offset
            for column in geometry.lifelines { canvas.put("│", .border, row: row, column: column) }
            guard top + offset < lines.count else { continue }
            drawLine(&canvas, lines[top + offset], row, area, geometry, view, model)
        }
    }

    private static func visible(_ area: Area, _ view: FlowView, _ model: Model) -> (lines: [Line], top: Int) {
        let height = max(1, area.height - 1)
        var lines = layout(view, spacing: 1)
        if lines.count > height { lines = layout(view, spacing: 0) }
        guard lines.count > height else { return (lines, 0) }
        let here = lines.firstIndex { if case .arrow(model.step) = $0 { true } else { false } } ?? 0
        // Whole half-screens: the picture stands still while the step moves inside it.
        let half = max(1, height / 2)
        let page = max(0, here - half / 2) / half
        return (lines, max(0, min(page * half, lines.count - height)))
    }

    private static func layout(_ view: FlowView, spacing: Int) -> [Line] {
        var lines: [Line] = spacing > 0 ? [.blank] : []
        for (index, step) in view.flow.steps.enumerated() {
            lines.append(.arrow(index))
            if step.from != step.to { lines.append(.label(index)) }
            lines += Array(repeating: .blank, count: spacing)
            for gap in view.flow.gaps where gap.afterStep == index {
                lines.append(.gap(gap.words))
                lines += Array(repeating: .blank, count: spacing)
            }
        }
        return lines
    }

    /// What stands under an arrow; steps that stay at one lifeline carry it beside their dot.
    private static func label(_ step: Step, _ index: Int, _ view: FlowView, _ live: LiveStatus?) -> String {
        let waits = live?.pending != nil && live?.pending == step.exchange && step.kind.isRequest
        let title =
            StepWords.title(step, view.material(index)?.exchange)
            + (waits ? (live!.isSending ? "  on its way" : "  not sent yet") : "")
        return title + (credentials(step, view.material(index)).map { "  " + $0 } ?? "")
    }

    private static func credentials(_ step: Step, _ material: ExchangeMaterial?) -> String? {
        guard step.kind.isRequest, let material else { return nil }
        let scheme = material.presented.map { $0.scheme } ?? (material.isRecovered ? "(DPoP)" : nil)
        let proof = material.proof == nil ? nil : "proof"
        let parts = [scheme, proof].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " + ")
    }

    private static func drawLine(
        _ canvas: inout Canvas, _ line: Line, _ row: Int, _ area: Area, _ geometry: Geometry, _ view: FlowView,
        _ model: Model
    ) {
        switch line {
        case .blank: return
        case .gap(let words):
            let column = geometry.column(.client) + 2
            put(&canvas, words, .dim, row, column, geometry)
        case .label(let index):
            let step = view.flow.steps[index]
            let text = label(step, index, view, model.live)
            let start = min(geometry.column(step.from), geometry.column(step.to)) + 2
            put(&canvas, text, index == model.step ? .text : .dim, row, start, geometry)
        case .arrow(let index): drawArrow(&canvas, index, row, area, geometry, view, model)
        }
    }

    /// Words over the lifelines, a space after them, an ellipsis where they do not fit.
    private static func put(
        _ canvas: inout Canvas, _ text: String, _ role: Role, _ row: Int, _ column: Int, _ geometry: Geometry
    ) {
        let room = geometry.right + 1 - column
        let text = text.columns > room ? shortened(text) : text
        canvas.put(
            text.columns > room ? text.fitted(room) : text + " ", role, row: row, column: column,
            limit: geometry.right + 1)
    }

    /// `POST /realms/demo/…/token  proof` as `POST …/token  proof`: the path's end says more than its beginning.
    private static func shortened(_ text: String) -> String {
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, words[1].first == "/" else { return text }
        let path = words[1].prefix { $0 != " " && $0 != "?" }
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return text }
        return "\(words[0]) …\(words[1][slash...])"
    }

    private static func drawArrow(
        _ canvas: inout Canvas, _ index: Int, _ row: Int, _ area: Area, _ geometry: Geometry, _ view: FlowView,
        _ model: Model
    ) {
        let step = view.flow.steps[index]
        let isHere = index == model.step
        let verdict = view.mark(index)
        canvas.put(isHere ? "▸" : " ", .accent, row: row, column: area.column)
        canvas.put(verdict.mark, verdict.role, row: row, column: area.column + 1)
        canvas.put(step.label, isHere ? .accent : .text, row: row, column: area.column + 3)
        let role: Role = isHere ? .accent : verdict == .fail ? .fail : .text
        let (from, to) = (geometry.column(step.from), geometry.column(step.to))
        guard from != to else {
            canvas.put("●", role, row: row, column: from)
            var column = from + 2
            for span in ownWords(step, index, view) {
                column = canvas.put(
                    span.text, isHere && span.role == .text ? .text : span.role, row: row, column: column,
                    limit: geometry.right + 1)
            }
            return
        }
        let stroke = step.part != nil ? "╌" : "─"
        let (left, right) = (min(from, to), max(from, to))
        // The shaft keeps its role when the step changes; its ends, the number and the words are lit.
        canvas.put(
            String(repeating: stroke, count: right - left - 1), verdict == .fail ? .fail : .text, row: row,
            column: left + 1)
        canvas.put(from < to ? "├" : "┤", role, row: row, column: from)
        canvas.put(from < to ? "▶" : "◀", role, row: row, column: to)
    }

    private static func ownWords(_ step: Step, _ index: Int, _ view: FlowView) -> [Span] {
        switch step.kind {
        case .keygen:
            let key = view.flow.keys.first?.base64url ?? ""
            let alg = view.material(view.subject(index))?.proof?.jws.alg ?? ""
            let words = Span((alg.isEmpty ? step.title : "key pair \(alg)") + " ", .text)
            if key.isEmpty { return [words] }
            return [
                words, Span("jkt \(key.prefix(4))…\(key.suffix(4))", .key1),
                Span(step.inferred == nil ? " " : " inferred ", .dim),
            ]
        case .gatewayValidation:
            let failed = view.findings(index).filter { $0.verdict == .fail }.map {
                $0.check.rawValue.split(separator: ".").last.map(String.init) ?? ""
            }
            if step.status == nil { return [Span(step.title.isEmpty ? "no answer " : "to come ", .dim)] }
            if view.asksForNonce(index) { return [Span("wants a nonce ", .text)] }
            if view.mark(index) == .pass {
                return [Span(failed.isEmpty ? "validates " : "passes ", .text)]
                    + failed.prefix(1).map { Span($0 + " ✗ ", .fail) }
            }
            if failed.isEmpty { return [Span("refuses ", .fail)] }
            return [Span("validates ", .text), Span(failed.prefix(2).joined(separator: " ") + " ✗ ", .fail)]
        default: return [Span(StepWords.title(step, view.material(index)?.exchange) + " ", .text)]
        }
    }

    /// The step drawn at a screen row.
    static func step(at row: Int, in area: Area, model: Model) -> Int? {
        if !Layout(model).isDiagram { return StepListView.step(at: row, in: area, model: model) }
        guard let view = model.view else { return nil }
        let (lines, top) = visible(area, view, model)
        let at = top + row - area.row - 1
        guard lines.indices.contains(at) else { return nil }
        switch lines[at] {
        case .arrow(let index), .label(let index): return index
        default: return nil
        }
    }
}
