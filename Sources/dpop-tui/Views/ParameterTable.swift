import FlowModel

/// Names and decoded values beside each other: a form, the query of a URL, the fragment of a redirect.
enum ParameterTable {
    private static let mostRows = 200
    /// Longer texts stay in the URL.
    private static let longest = 1 << 18

    /// `targets` are what Enter leads to, one for each of the members.
    static func rows(_ members: [(name: String, value: String)], _ targets: [Place], width: Int) -> [Row] {
        let names = min(members.map { $0.name.columns }.max() ?? 0, max(8, width / 3))
        let room = max(8, width - names - 4)
        return zip(members, targets).flatMap { member, target in
            let lines = CutValue(Redactor.short(member.value), room, then: room, most: mostRows).lines
            return lines.enumerated().map { index, line in
                let name = index == 0 ? member.name : ""
                var row = Row([Span("  "), Span(name.fitted(names), .label), Span("  ")] + line)
                if index == 0 { (row.target, row.copy) = (.place(target), member.value) }
                return row
            }
        }
    }

    /// Whether what a URL carries behind `?` and `#` stands in a table and not in the URL: one parameter is read as
    /// easily there.
    static func isWanted(_ url: HTTPURL) -> Bool {
        let text = carried(url)
        return text.utf8.count < longest && text.utf8.count { $0 == UInt8(ascii: "=") } > 1
    }

    /// The URL without the parameters that the table has.
    static func short(_ url: HTTPURL) -> String { isWanted(url) ? url.withoutQuery + "?…" : url.text }

    /// A row a parameter, its value decoded; `code`, `state` and other secrets are masked until they are revealed.
    static func rows(of url: HTTPURL, _ title: String, _ place: Place, _ redactor: Redactor, width: Int) -> [Row] {
        guard isWanted(url) else { return [] }
        let members = Form(carried(url)).members.map { member in
            let isHidden = member.name == "state" && !redactor.reveals
            let hidden = String(repeating: "*", count: member.value.utf8.count)
            return (name: member.name, value: isHidden ? hidden : redactor.mask(member.value))
        }
        let heading = Row([Span(title, .heading), Span("  \(members.count) parameters", .dim)])
        return [heading] + rows(members, members.map { _ in place }, width: width)
    }

    private static func carried(_ url: HTTPURL) -> String {
        [url.query, url.fragment].compactMap { $0 }.joined(separator: "&")
    }
}
