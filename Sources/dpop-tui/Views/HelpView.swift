/// The key table as people read it.
enum HelpView {
    static func rows(width: Int) -> [Row] {
        var rows: [Row] = []
        for (title, bindings) in Binding.sections {
            rows += [Row(title, .heading)]
            for binding in bindings {
                for (index, line) in binding.words.wrapped(max(8, width - gap)).enumerated() {
                    rows.append(
                        Row([Span(" " + (index == 0 ? binding.title : "").fitted(gap - 1), .hintKey), Span(line)]))
                }
            }
            rows += [Row()]
        }
        rows += [Row("Marks", .heading)]
        for (mark, role, words) in [
            ("✓", Role.pass, "PASS: the check was made and holds"),
            ("!", .warn, "WARN: works here, refused by stricter servers"),
            ("✗", .fail, "FAIL: breaks the rule named beside it"),
            ("?", .unsure, "CANNOT TELL: the capture does not show what is needed"),
            ("·", .dim, "does not apply to this step"),
        ] { rows.append(Row([Span(" \(mark)  ", role), Span(words)])) }
        return rows
    }

    private static let gap = 22
}
