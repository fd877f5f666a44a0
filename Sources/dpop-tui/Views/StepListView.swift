import FlowModel

/// The sequence as a list, a line a step: for screens too small for the diagram.
enum StepListView {
    private enum Line {
        case step(Int)
        case gap(String)
    }

    static func draw(_ canvas: inout Canvas, _ area: Area, _ model: Model) {
        guard let view = model.view, area.height > 0 else {
            canvas.put("no flow in this capture", .dim, row: area.row, column: area.column + 1)
            return
        }
        let lines = lines(view)
        let here = lines.firstIndex { if case .step(model.step) = $0 { true } else { false } } ?? 0
        let top = max(0, min(here - area.height / 2, lines.count - area.height))
        for offset in 0..<area.height where top + offset < lines.count {
            let row = area.row + offset
            switch lines[top + offset] {
            case .gap(let words):
                canvas.put("       " + words, .dim, row: row, column: area.column, limit: area.column + area.width)
            case .step(let index): drawStep(&canvas, row, area, index, view, model)
            }
        }
    }

    private static func lines(_ view: FlowView) -> [Line] {
        var lines: [Line] = []
        for index in view.flow.steps.indices {
            lines.append(.step(index))
            lines += view.flow.gaps.filter { $0.afterStep == index }.map { .gap($0.words) }
        }
        return lines
    }

    private static func drawStep(
        _ canvas: inout Canvas, _ row: Int, _ area: Area, _ index: Int, _ view: FlowView, _ model: Model
    ) {
        let step = view.flow.steps[index]
        let isHere = index == model.step
        let verdict = view.mark(index)
        let end = area.column + area.width
        let sign = isHere ? Span("▸", .accent) : model.hasBreakpoint(step) ? Span("●", .warn) : Span(" ")
        var column = canvas.put([sign], row: row, column: area.column)
        column = canvas.put(verdict.mark, verdict.role, row: row, column: column)
        column = canvas.put(" " + step.label.fitted(4), isHere ? .accent : .text, row: row, column: column)
        let way = step.from == step.to ? step.from.title : "\(step.from.title) → \(step.to.title)"
        column = canvas.put(way.fitted(20), isHere ? .accent : .dim, row: row, column: column, limit: end)
        var title = StepWords.title(step, view.material(index)?.exchange)
        if model.hasBreakpoint(step) { title += "  breakpoint" }
        let spans = HTTPSpans.title(Elision.title(title, end - column), isHere ? .accent : .text)
        column = canvas.put(spans, row: row, column: column, limit: end)
        if step.inferred != nil {
            canvas.put(step.isPlanned ? "  (planned)" : "  (inferred)", .dim, row: row, column: column, limit: end)
        }
    }

    static func step(at row: Int, in area: Area, model: Model) -> Int? {
        guard let view = model.view else { return nil }
        let lines = lines(view)
        let here = lines.firstIndex { if case .step(model.step) = $0 { true } else { false } } ?? 0
        let top = max(0, min(here - area.height / 2, lines.count - area.height))
        guard lines.indices.contains(top + row - area.row), case .step(let index) = lines[top + row - area.row] else {
            return nil
        }
        return index
    }
}

extension Verdict {
    var role: Role {
        switch self {
        case .pass: .pass
        case .fail: .fail
        case .warn: .warn
        case .cannotTell: .unsure
        case .notApplicable: .dim
        }
    }
}
