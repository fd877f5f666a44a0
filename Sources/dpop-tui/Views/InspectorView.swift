import FlowModel

/// The step on the right: what it is, tabs, and the rows of the tab in front.
enum InspectorView {
    static func draw(_ canvas: inout Canvas, _ area: Area, _ model: Model) {
        guard area.height > 0, let view = model.view, let step = model.currentStep else { return }
        let end = area.column + area.width
        let layout = Layout(model)
        if !layout.isStrip { drawHeading(&canvas, area, step, view, model) }
        let tabRow = tabRow(area, layout)
        for (tab, column, text) in layout.hasTabs ? tabs(area, model) : [] {
            let role: Role = tab == model.tab ? (model.pane == .inspector ? .accent : .heading) : .dim
            canvas.put(text, role, row: tabRow, column: column, limit: end)
        }
        let rows = model.rows(of: model.tab)
        let top = max(0, min(model.scrolls[model.tab] ?? 0, max(0, rows.count - 1)))
        let headerHeight = layout.headerHeight
        let height = max(0, area.height - headerHeight)
        for offset in 0..<height where top + offset < rows.count {
            let selected = model.pane == .inspector && model.cursors[model.tab] == top + offset
            drawRow(&canvas, rows.row(top + offset), area.row + headerHeight + offset, area, selected, model)
        }
        if rows.count > height, area.width > 20 {
            let share = " \(min(100, (top + height) * 100 / rows.count)) % "
            let row = layout.isStrip ? tabRow : area.row + 2
            if layout.hasTabs { canvas.put(share, .dim, row: row, column: end - share.count) }
        }
    }

    private static func tabRow(_ area: Area, _ layout: Layout) -> Int { layout.isStrip ? area.row : area.row + 1 }

    private static func drawHeading(
        _ canvas: inout Canvas, _ area: Area, _ step: Step, _ view: FlowView, _ model: Model
    ) {
        let exchange = view.material(model.step)?.exchange
        let way = step.from == step.to ? step.from.title : "\(step.from.title) → \(step.to.title)"
        var text = "\(step.label) · \(way) · \(StepWords.title(step, exchange))"
        if step.kind.isRequest, let status = step.status { text += " · \(status)" }
        let verdict = view.mark(model.step)
        let column = canvas.put(verdict.mark + " ", verdict.role, row: area.row, column: area.column + 1)
        let end = area.column + area.width
        canvas.put(Elision.title(text, end - column), .heading, row: area.row, column: column, limit: end)
    }

    private static func tabs(_ area: Area, _ model: Model) -> [(Tab, Int, String)] {
        var column = area.column + 1
        let long = Tab.allCases.map { "\($0.rawValue + 1) \($0.title)" }
        let fits = long.reduce(0) { $0 + $1.count + 1 } <= area.width - 2
        return Tab.allCases.map { tab in
            let text = fits || tab == model.tab ? long[tab.rawValue] : "\(tab.rawValue + 1) \(tab.title.prefix(3))"
            defer { column += text.count + 1 }
            return (tab, column, text)
        }
    }

    private static func drawRow(
        _ canvas: inout Canvas, _ row: Row, _ at: Int, _ area: Area, _ selected: Bool, _ model: Model
    ) {
        let start = area.column + 1
        let end = area.column + area.width
        let rightWidth = row.right.reduce(0) { $0 + $1.text.columns }
        let limit = rightWidth > 0 ? end - rightWidth - 2 : end
        canvas.put(row.spans, row: at, column: start, limit: limit)
        if rightWidth > 0 { canvas.put(row.right, row: at, column: max(start, end - rightWidth - 1), limit: end) }
        if let search = model.search { highlight(&canvas, search, row: at, from: start, to: end) }
        guard selected else { return }
        canvas.put("▌", .accent, row: at, column: area.column)
        canvas.paint(.selected, row: at, from: start, to: end) { $0 != .lit && $0 != .found && $0 != .fail }
    }

    static func highlight(_ canvas: inout Canvas, _ search: String, row: Int, from: Int, to: Int) {
        let needle = Array(search.lowercased())
        guard !needle.isEmpty, to - from >= needle.count else { return }
        let cells = (from..<to).map { String(canvas[row, $0].text).lowercased() }
        for start in 0...(cells.count - needle.count)
        where zip(cells[start...], needle).allSatisfy({ $0 == String($1) }) {
            canvas.paint(.found, row: row, from: from + start, to: from + start + needle.count)
        }
    }

    /// The tab whose name stands at a place of the screen.
    static func tab(at row: Int, _ column: Int, in area: Area, model: Model) -> Tab? {
        let layout = Layout(model)
        guard layout.hasTabs, row == tabRow(area, layout) else { return nil }
        return tabs(area, model).first { column >= $0.1 && column < $0.1 + $0.2.count }?.0
    }
}
