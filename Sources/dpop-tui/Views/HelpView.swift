/// The key table as people read it.
enum HelpView {
    static func rows() -> [Row] {
        var rows = [Row("Keys", .heading), Row()]
        for binding in Binding.all {
            var keys = binding.keys.map(\.title).joined(separator: " ")
            if case .tab = binding.command { keys = "1 … 7" }
            rows.append(Row([Span("  " + keys.fitted(22), .hintKey), Span(binding.words)]))
        }
        rows += [Row(), Row("Marks", .heading), Row()]
        for (mark, role, words) in [
            ("✓", Role.pass, "PASS: the check was made and holds"), ("!", .warn, "WARN: works here, refused by stricter servers"),
            ("✗", .fail, "FAIL: breaks the rule named beside it"), ("?", .unsure, "CANNOT TELL: the capture does not show what is needed"),
            ("·", .dim, "does not apply to this step"),
        ] { rows.append(Row([Span("  \(mark)  ", role), Span(words)])) }
        return rows
    }

    static func draw(_ canvas: inout Canvas, top: Int) {
        for (offset, row) in rows().dropFirst(top).enumerated() where offset + 2 < canvas.height - 1 {
            canvas.put(row.spans, row: offset + 2, column: 2)
        }
    }
}
