import FlowModel

/// The sequence in two lines, for screens too small for the diagram: the steps' numbers with their marks, and the
/// current step between its two parties.
enum StepStripView {
    static let height = 2

    private struct Cell {
        let text: String
        /// The step it stands for; nil for a number that did not happen.
        let step: Int?
    }

    static func draw(_ canvas: inout Canvas, _ area: Area, _ model: Model) {
        guard let view = model.view, let step = model.currentStep else {
            canvas.put("no flow in this capture", .dim, row: area.row, column: area.column + 1)
            return
        }
        drawNumbers(&canvas, area, view, model)
        if area.height > 1 { drawArrow(&canvas, area, view, step, model) }
    }

    // MARK: the numbers

    /// Of more steps than that those around the current one are laid out.
    private static let most = 64

    private static func cells(_ model: Model, _ view: FlowView) -> [Cell] {
        let (steps, here) = (view.flow.steps, model.step)
        let first = steps.count <= most ? 0 : here / (most / 2) * (most / 2)
        var cells: [Cell] = []
        for index in first..<min(steps.count, first + most) {
            let step = steps[index]
            let stop = model.hasBreakpoint(step) ? "●" : ""
            cells.append(Cell(text: step.label + view.mark(index).mark + stop, step: index))
            // Numbers that did not happen: "6 and 7 did not happen: refused".
            guard index + 1 < steps.count, steps[index + 1].number > step.number + 1 else { continue }
            let missing = step.number + 1..<min(steps[index + 1].number, step.number + 5)
            cells += missing.map { Cell(text: "\($0)–", step: nil) }
        }
        return cells
    }

    /// The cells on screen: whole screens of them, so that they stand still while the step moves among them.
    private static func visible(_ area: Area, _ model: Model) -> [(cell: Cell, column: Int)] {
        guard let view = model.view else { return [] }
        let all = cells(model, view)
        let room = area.width - (area.height < 2 ? 0 : tabWidth(area, model))
        var pages: [[(cell: Cell, column: Int)]] = [[]]
        var column = area.column + 1
        for cell in all {
            let width = cell.text.columns + 2
            if column + width > area.column + room, !pages[pages.count - 1].isEmpty {
                pages.append([])
                column = area.column + 1
            }
            pages[pages.count - 1].append((cell, column))
            column += width
        }
        return pages.first { $0.contains { $0.cell.step == model.step } } ?? pages[0]
    }

    private static func drawNumbers(_ canvas: inout Canvas, _ area: Area, _ view: FlowView, _ model: Model) {
        let end = area.column + area.width
        for (cell, column) in visible(area, model) {
            guard let index = cell.step else {
                canvas.put(" " + cell.text, .dim, row: area.row, column: column - 1, limit: end)
                continue
            }
            let isHere = index == model.step
            let verdict = view.mark(index)
            let number = view.flow.steps[index].label
            canvas.put(isHere ? "▸" : " ", .accent, row: area.row, column: column - 1, limit: end)
            let next = canvas.put(number, isHere ? .accent : .text, row: area.row, column: column, limit: end)
            let after = canvas.put(verdict.mark, verdict.role, row: area.row, column: next, limit: end)
            guard model.hasBreakpoint(view.flow.steps[index]) else { continue }
            canvas.put("●", .warn, row: area.row, column: after, limit: end)
        }
        guard !Layout(model).hasTabs, let inspector = Layout(model).inspector, inspector.height > 0 else { return }
        let name = "\(model.tab.rawValue + 1) \(model.tab.title)"
        canvas.put(
            name, model.pane == .inspector ? .accent : .heading, row: area.row, column: end - name.columns - 1,
            limit: end)
    }

    /// Columns that the name of the tab takes where no line of tabs is drawn.
    private static func tabWidth(_ area: Area, _ model: Model) -> Int { Layout(model).hasTabs ? 1 : 12 }

    /// The step whose number stands at a place of the screen.
    static func step(at row: Int, _ column: Int, in area: Area, model: Model) -> Int? {
        guard row == area.row else { return nil }
        return visible(area, model).first {
            column >= $0.column - 1 && column < $0.column + $0.cell.text.columns + 1
        }?.cell.step
    }

    // MARK: the arrow

    private static func drawArrow(
        _ canvas: inout Canvas, _ area: Area, _ view: FlowView, _ step: Step, _ model: Model
    ) {
        let row = area.row + 1
        let end = area.column + area.width
        let verdict = view.mark(model.step)
        let parties = area.width >= 70 ? Lanes(view).parties : [step.from, step.to]
        var columns: [(party: Party, column: Int)] = []
        var column = area.column + 1
        for party in parties where !columns.contains(where: { $0.party == party }) {
            columns.append((party, column))
            column += party.title.columns + (party != parties.last ? 7 : step.from == step.to ? 4 : 2)
        }
        for (party, at) in columns {
            let isEnd = party == step.from || party == step.to
            canvas.put(party.title, isEnd ? .accent : .text, row: row, column: at, limit: end)
        }
        func place(_ party: Party) -> Int { columns.first { $0.party == party }?.column ?? area.column + 1 }
        if step.from == step.to {
            canvas.put(" ●", .accent, row: row, column: place(step.from) + step.from.title.columns, limit: end)
        } else {
            let isRight = place(step.from) < place(step.to)
            let (left, right) = isRight ? (step.from, step.to) : (step.to, step.from)
            let start = place(left) + left.title.columns + 1
            let stop = place(right) - 1
            let shaft = String(repeating: step.part == nil ? "─" : "╌", count: max(1, stop - start - 1))
            let role: Role = verdict == .fail ? .fail : .accent
            let arrow = isRight ? " " + shaft + "▶ " : " ◀" + shaft + " "
            canvas.put(arrow, role, row: row, column: start - 1, limit: end)
            canvas.put(verdict.mark, verdict.role, row: row, column: (start + stop) / 2, limit: end)
        }
        let status = step.kind.isRequest ? step.status.map { "  \($0)" } ?? "" : ""
        let title = StepWords.title(step, view.material(model.step)?.exchange)
        let room = end - column - status.columns - 1
        let text = Elision.title(title, max(0, room))
        let next = canvas.put(text, .heading, row: row, column: column, limit: end)
        canvas.put(status, verdict == .fail ? .fail : .text, row: row, column: next, limit: end)
    }
}
