import FlowModel

/// The sequence diagram: a lifeline for each party that takes part, an arrow a step.
enum SequenceView {
    /// One line of the diagram.
    private enum Line {
        case blank
        case arrow(Int)
        case label(Int)
        case gap(String)
    }

    private struct Geometry {
        let lanes: Lanes
        let lifelines: [Int]
        let spacing: Int
        let right: Int

        init(_ area: Area, _ lanes: Lanes) {
            let first = 9
            let room = area.width - first - (lanes.lastHasWords ? 20 : 7)
            spacing = max(8, min(widest, room / max(1, lanes.parties.count - 1)))
            let step = spacing
            lifelines = lanes.parties.indices.map { area.column + first + $0 * step }
            right = area.column + area.width - 1
            self.lanes = lanes
        }

        /// More columns between two lifelines only part what belongs together.
        private let widest = 60

        func column(_ party: Party) -> Int { lifelines[lanes.parties.firstIndex(of: party) ?? 0] }
    }

    static func draw(_ canvas: inout Canvas, _ area: Area, _ model: Model) {
        guard let view = model.view, !view.flow.steps.isEmpty else {
            canvas.put("no flow in this capture", .dim, row: area.row + 2, column: area.column + 2)
            return
        }
        let geometry = Geometry(area, Lanes(view))
        drawHeads(&canvas, area, geometry)
        let heads = geometry.lanes.headRows
        let (lines, top) = visible(area, heads, view, model)
        for offset in 0..<max(0, area.height - heads) {
            let row = area.row + heads + offset
            for column in geometry.lifelines { canvas.put("│", .border, row: row, column: column) }
            guard top + offset < lines.count else { continue }
            drawLine(&canvas, lines[top + offset], row, area, geometry, view, model)
        }
    }

    /// Each lifeline's party, and the host it has: as much of it as its neighbours leave room for.
    private static func drawHeads(_ canvas: inout Canvas, _ area: Area, _ geometry: Geometry) {
        let lanes = geometry.lanes
        var taken = area.column - 1
        for (index, party) in lanes.parties.enumerated() {
            let middle = geometry.lifelines[index]
            canvas.put(
                party.title, .heading, row: area.row, column: middle - party.title.count / 2, limit: geometry.right + 1)
            let last = index + 1 == lanes.parties.count ? geometry.right : middle + (geometry.spacing - 1) / 2
            let host = Lanes.fitted(lanes.hosts[index], last - taken - 1)
            guard !host.isEmpty else { continue }
            let start = max(taken + 2, min(middle - host.columns / 2, last + 1 - host.columns))
            taken = canvas.put(host, .label, row: area.row + 1, column: start, limit: geometry.right + 1) - 1
        }
    }

    private static func visible(_ area: Area, _ heads: Int, _ view: FlowView, _ model: Model) -> (
        lines: [Line], top: Int
    ) {
        let height = max(1, area.height - heads)
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
        // Gaps stand in the order of the steps they follow.
        var gaps = view.flow.gaps[...]
        for (index, step) in view.flow.steps.enumerated() {
            lines.append(.arrow(index))
            if step.from != step.to { lines.append(.label(index)) }
            lines += Array(repeating: .blank, count: spacing)
            while let gap = gaps.first, gap.afterStep <= index {
                gaps.removeFirst()
                guard gap.afterStep == index else { continue }
                lines.append(.gap(gap.words))
                lines += Array(repeating: .blank, count: spacing)
            }
        }
        return lines
    }

    /// What stands under an arrow; steps that stay at one lifeline carry it beside their dot. Of a request that waits
    /// the path is worth more than what it carries.
    private static func label(_ step: Step, _ index: Int, _ view: FlowView, _ model: Model, room: Int) -> String {
        let material = view.material(index)
        let title = StepWords.title(step, material?.exchange)
        let carried = credentials(step, material).map { "  " + $0 } ?? ""
        guard let live = model.live, let pending = live.pending, pending == step.exchange, step.kind.isRequest else {
            return title + carried
        }
        let state = live.isSending ? "  on its way" : "  not sent yet"
        return (title + state + carried).columns > room ? title + state : title + state + carried
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
            let start = min(geometry.column(step.from), geometry.column(step.to)) + 2
            let text = label(step, index, view, model, room: geometry.right + 1 - start)
            put(&canvas, text, index == model.step ? .text : .dim, row, start, geometry)
        case .arrow(let index): drawArrow(&canvas, index, row, area, geometry, view, model)
        }
    }

    /// Words over the lifelines, a space after them, a long path cut where they do not fit.
    private static func put(
        _ canvas: inout Canvas, _ text: String, _ role: Role, _ row: Int, _ column: Int, _ geometry: Geometry
    ) {
        let room = geometry.right + 1 - column
        let text = Elision.title(text, room)
        canvas.put(
            text.columns < room ? text + " " : text, role, row: row, column: column, limit: geometry.right + 1)
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
        if model.hasBreakpoint(step) { canvas.put("●", .warn, row: row, column: area.column + 2) }
        canvas.put(step.label, isHere ? .accent : .text, row: row, column: area.column + 3)
        let role: Role = isHere ? .accent : verdict == .fail ? .fail : .text
        let (from, to) = (geometry.column(step.from), geometry.column(step.to))
        guard from != to else {
            canvas.put("●", role, row: row, column: from)
            var column = from + 2
            for span in ownWords(step, index, view, model) {
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

    private static func ownWords(_ step: Step, _ index: Int, _ view: FlowView, _ model: Model) -> [Span] {
        switch step.kind {
        case .keygen:
            let key = view.flow.keys.first?.base64url ?? ""
            let alg = view.material(view.subject(index))?.proof?.jws.alg ?? ""
            let words = Span((alg.isEmpty ? step.title : "key pair \(alg)") + " ", .text)
            if key.isEmpty { return [words] }
            return [
                words, Span("jkt \(key.prefix(4))…\(key.suffix(4))", model.contents.thumbprints(model).role(of: key)),
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
            let more = failed.count > 1 ? " +\(failed.count - 1)" : ""
            return [Span("fails \(failed[0])\(more) ✗ ", .fail)]
        default: return [Span(StepWords.title(step, view.material(index)?.exchange) + " ", .text)]
        }
    }

    /// The step drawn at a screen row.
    static func step(at row: Int, _ column: Int, in area: Area, model: Model) -> Int? {
        if Layout(model).isStrip { return StepStripView.step(at: row, column, in: area, model: model) }
        if !Layout(model).isDiagram { return StepListView.step(at: row, in: area, model: model) }
        guard let view = model.view else { return nil }
        let heads = Lanes(view).headRows
        let (lines, top) = visible(area, heads, view, model)
        let at = top + row - area.row - heads
        guard lines.indices.contains(at) else { return nil }
        switch lines[at] {
        case .arrow(let index), .label(let index): return index
        default: return nil
        }
    }
}
