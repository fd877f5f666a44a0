import FlowModel

/// A page: in the inspector's place where the diagram stands beside it, on the whole screen otherwise.
enum PageView {
    /// Title and an empty line.
    private static let headerHeight = 2

    static func area(_ model: Model) -> Area {
        let layout = Layout(model)
        if layout.isBeside, let inspector = layout.inspector, model.page?.kind != .keys { return inspector }
        return Area(row: 1, column: 0, width: model.width, height: max(0, model.height - 1 - HintBar.rows(model)))
    }

    /// Rows of text that fit.
    static func height(_ model: Model) -> Int { max(0, area(model).height - headerHeight) }

    static func rows(_ model: Model) -> [Row] {
        guard let page = model.page else { return [] }
        let width = max(8, area(model).width - 3)
        if page.kind == .keys { return HelpView.rows(width: width) }
        return page.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().flatMap {
            rows(String($0), page.kind, width)
        }
    }

    static func draw(_ canvas: inout Canvas, _ model: Model) {
        guard let page = model.page else { return }
        let area = area(model)
        let end = area.column + area.width
        let (rows, height) = (rows(model), height(model))
        let top = max(0, min(page.top, rows.count - height))
        for row in area.row..<max(area.row, area.row + area.height) {
            canvas.fill(.text, row: row, from: area.column, to: end)
        }
        canvas.put(page.title, .heading, row: area.row, column: area.column + 1, limit: end)
        if rows.count > height, area.width > 20 {
            let share = " \(min(100, (top + height) * 100 / rows.count)) % "
            canvas.put(share, .dim, row: area.row, column: end - share.count)
        }
        for offset in 0..<height where top + offset < rows.count {
            let row = area.row + headerHeight + offset
            canvas.put(rows[top + offset].spans, row: row, column: area.column + 1, limit: end)
            if let search = model.search {
                InspectorView.highlight(&canvas, search, row: row, from: area.column + 1, to: end)
            }
        }
    }

    // MARK: lines

    private static let marks: [Character: Role] = ["✓": .pass, "!": .warn, "✗": .fail, "?": .unsure]

    /// A line of a text as rows: headings stand at the margin, names before two blanks, and what is too long hangs
    /// below its value.
    private static func rows(_ line: String, _ kind: Page.Kind, _ width: Int) -> [Row] {
        guard let first = line.first else { return [Row()] }
        if kind == .diff, line.hasPrefix("+ ") || line.hasPrefix("- ") {
            return hanging(String(line.prefix(2)), String(line.dropFirst(2)), first == "+" ? .accent : .dim, width)
        }
        if let role = marks[first], line.dropFirst().first == " " {
            return fitting(String(line.dropFirst(2)), width - 2).enumerated().map { index, part in
                Row([Span(index == 0 ? "\(first) " : "  ", role), Span(part, .heading)])
            }
        }
        if first != " " { return fitting(line, width).map { Row($0, .heading) } }
        return hanging("  ", String(line.dropFirst(2)), nil, width)
    }

    /// `name   value`, the value's further lines below its first; a role for all of it where there is one.
    private static func hanging(_ margin: String, _ text: String, _ role: Role?, _ width: Int) -> [Row] {
        let blank = String(repeating: " ", count: margin.count)
        func row(_ index: Int, _ name: String, _ value: String) -> Row {
            Row([
                Span(index == 0 ? margin : blank, role ?? .text), Span(name, role ?? .label),
                Span(value, role ?? .text),
            ])
        }
        let (name, value) = cut(text)
        guard let value else {
            let indent = String(text.prefix { $0 == " " })
            return fitting(String(text.dropFirst(indent.count)), width - margin.count - indent.count).enumerated().map {
                row($0, "", indent + $1)
            }
        }
        let gap = name.columns
        // A long name stands alone, what it stands for below it.
        if gap > width / 2, margin.count + gap + value.columns > width {
            return fitting(name.trimmedEnd, width - margin.count).enumerated().map { row($0, $1, "") }
                + fitting(value, width - margin.count - 2).map { row(1, "  ", $0) }
        }
        return fitting(value, width - margin.count - gap).enumerated().map {
            row($0, $0 == 0 ? name : String(repeating: " ", count: gap), $1)
        }
    }

    /// A line as it is where it fits: a table keeps its gaps.
    private static func fitting(_ text: String, _ width: Int) -> [String] {
        text.columns <= width ? [text] : text.wrapped(max(8, width))
    }

    /// A name with the blanks behind it, and the value; no value where no two blanks follow a word.
    private static func cut(_ text: String) -> (name: String, value: String?) {
        let characters = Array(text)
        var at = 0
        while at < characters.count, characters[at] != " " { at += 1 }
        guard at > 0, at + 1 < characters.count, characters[at + 1] == " " else { return (text, nil) }
        while at < characters.count, characters[at] == " " { at += 1 }
        return (String(characters[..<at]), String(characters[at...]))
    }
}
