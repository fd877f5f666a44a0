import FlowModel

/// All flows at a glance: a row a flow, and the diagnosis of the selected one.
enum OverviewView {
    static func draw(_ canvas: inout Canvas, _ model: Model) {
        guard let overview = model.overview else { return }
        let layout = OverviewLayout(model)
        let source = SourceColumn(overview)
        let columns = OverviewColumns(overview, width: model.width, sourceWidth: source.width)
        if layout.hasHeader { header(&canvas, columns, source.title) }
        for offset in 0..<layout.listHeight where overview.top + offset < overview.lines.count {
            let line = overview.top + offset
            let row = layout.listTop + offset
            switch overview.lines[line] {
            case .flow(let index): flow(&canvas, row, index, overview, columns, source)
            case .group(let index): group(&canvas, row, overview.groups[index], overview, line)
            }
            guard line == overview.cursor else { continue }
            canvas.put("▸", .accent, row: row, column: 0)
            canvas.paint(.selected, row: row, from: 1, to: model.width) {
                $0 == .text || $0 == .dim || $0 == .value || $0 == .label
            }
        }
        if overview.lines.isEmpty { empty(&canvas, layout, overview) }
        detail(&canvas, layout, overview, model.width)
    }

    private static func empty(_ canvas: inout Canvas, _ layout: OverviewLayout, _ overview: Overview) {
        let words =
            overview.text.isEmpty
            ? "no flow fails" + (overview.unchecked > 0 ? " of those checked yet" : "; f shows all")
            : "no flow has this text; Esc shows all"
        canvas.put(words, .dim, row: layout.listTop, column: 3)
    }

    private static func header(_ canvas: inout Canvas, _ columns: OverviewColumns, _ source: String) {
        var column = 3
        func put(_ text: String, _ width: Int) {
            guard width > 0 else { return }
            canvas.put(text, .label, row: 1, column: column, limit: column + max(width, text.columns))
            column += width + OverviewColumns.gap
        }
        put(columns.number > 3 ? "flow" : "", columns.number)
        put(source, columns.source)
        put("key", columns.key)
        put("12345678", columns.cells)
        put("call", columns.call)
        put("", columns.status)
        if columns.cause > 0 { canvas.put("cause", .label, row: 1, column: column) }
        guard columns.status > 0 else { return }
        let answer = column - columns.status - 2 * OverviewColumns.gap - 4
        if columns.call > 12 { canvas.put("answer", .label, row: 1, column: answer + 1, limit: column - 1) }
    }

    private static func flow(
        _ canvas: inout Canvas, _ row: Int, _ index: Int, _ overview: Overview, _ columns: OverviewColumns,
        _ source: SourceColumn
    ) {
        let (flow, summary) = (overview.flows[index], overview.summaries[index])
        let isChecked = overview.isFresh[index]
        let mark = summary.map(\.verdict)
        canvas.put(mark.map(\.mark) ?? "…", isChecked ? mark?.role ?? .dim : .dim, row: row, column: 1)
        let number = "\(index + 1)"
        let pad = String(repeating: " ", count: max(0, columns.number - number.count))
        canvas.put(pad + number, .text, row: row, column: 3)
        var column = 3 + columns.number + OverviewColumns.gap
        func next(_ width: Int, _ draw: (inout Canvas, Int) -> Void) {
            guard width > 0 else { return }
            draw(&canvas, column)
            column += width + OverviewColumns.gap
        }
        next(columns.source) {
            $0.put(Elision.middle(source.text(flow, summary), columns.source), .value, row: row, column: $1)
        }
        next(columns.key) { key(&$0, row, $1, flow) }
        next(columns.cells) { cells(&$0, row, $1, columns.cells, summary) }
        next(columns.call) {
            let words = summary.map(OverviewWords.call) ?? "not checked yet"
            $0.put(Elision.title(words, columns.call), summary == nil ? .dim : .text, row: row, column: $1)
        }
        next(columns.status) { status(&$0, row, $1, summary) }
        guard let summary else { return }
        let role: Role = summary.cause.isEmpty ? .dim : isChecked ? summary.verdict.role : .dim
        canvas.put(OverviewWords.cause(summary), role, row: row, column: column)
    }

    private static func key(_ canvas: inout Canvas, _ row: Int, _ column: Int, _ flow: Overview.Known) {
        guard let key = flow.key else {
            canvas.put(flow.isFlow ? "no key" : "", .dim, row: row, column: column)
            return
        }
        let end = canvas.put("■ ", .key(flow.keyNumber), row: row, column: column)
        let last = canvas.put(String(key.base64url.prefix(4)), .value, row: row, column: end)
        if flow.hasSecondKey { canvas.put("+", .warn, row: row, column: last) }
    }

    private static func cells(
        _ canvas: inout Canvas, _ row: Int, _ column: Int, _ width: Int, _ summary: FlowSummary?
    ) {
        guard let summary else { return }
        var at = column
        for cell in FlowCells.shared(summary.cells, by: width) {
            let isShown = cell != nil && cell != .notApplicable
            at = canvas.put(isShown ? cell!.mark : "–", isShown ? cell!.role : .dim, row: row, column: at)
        }
    }

    private static func status(_ canvas: inout Canvas, _ row: Int, _ column: Int, _ summary: FlowSummary?) {
        guard let summary, summary.verdict != .notApplicable else { return }
        guard let status = summary.status else {
            canvas.put("–", .dim, row: row, column: column)
            return
        }
        canvas.put(String("\(status)".prefix(3)), Role.status(status), row: row, column: column)
    }

    private static func group(
        _ canvas: inout Canvas, _ row: Int, _ group: FlowGroup, _ overview: Overview, _ line: Int
    ) {
        let next = line + 1 < overview.lines.count ? overview.lines[line + 1] : .group(0)
        let isOpen = if case .flow = next { true } else { false }
        let isKnown = group.kind != .unchecked
        canvas.put(isKnown ? group.kind.verdict.mark : "…", group.kind.verdict.role, row: row, column: 1)
        var column = canvas.put(isOpen ? "− " : "+ ", .hintKey, row: row, column: 3)
        column = canvas.put(group.kind.title, .heading, row: row, column: column)
        column = canvas.put(" ×\(group.flows.count)", .value, row: row, column: column)
        if let title = OverviewWords.title(group) { canvas.put("  " + title, .dim, row: row, column: column) }
    }

    /// The selected flow's diagnosis and fix: under a line where there is room, else in one row.
    private static func detail(
        _ canvas: inout Canvas, _ layout: OverviewLayout, _ overview: Overview, _ width: Int
    ) {
        guard layout.detailHeight > 0, let detail = OverviewWords.detail(overview) else { return }
        let row = layout.detailTop
        guard layout.detailHeight >= 3 else {
            let column = canvas.put("\(detail.heading): ", .heading, row: row, column: 1)
            let text = detail.sentence + (detail.fix.isEmpty ? "" : "  Fix: " + detail.fix)
            canvas.put(text.fitted(max(0, width - column)), .text, row: row, column: column)
            return
        }
        canvas.put(String(repeating: "─", count: width), .border, row: row, column: 0)
        canvas.put(" \(detail.heading) ", .heading, row: row, column: 2)
        canvas.put(detail.sentence.fitted(max(0, width - 2)), .text, row: row + 1, column: 1)
        guard !detail.fix.isEmpty else { return }
        let column = canvas.put("fix ", .label, row: row + 2, column: 1)
        canvas.put(detail.fix.fitted(max(0, width - column - 1)), .text, row: row + 2, column: column)
    }

    /// Where flows come from: the file, or within one file the host.
    struct SourceColumn {
        let title: String
        let width: Int
        private let sources: [String]

        init(_ overview: Overview) {
            let isOne = overview.sources.count == 1
            sources = isOne ? [] : overview.sources
            title = isOne ? "host" : "source"
            width = isOne ? 24 : min(40, sources.map(\.columns).max() ?? 0)
        }

        func text(_ flow: Overview.Known, _ summary: FlowSummary?) -> String {
            sources.isEmpty ? summary?.host ?? "" : sources[flow.file]
        }
    }
}
