import FlowModel

/// The parameters of a URL as a table of decoded values: authorization requests, and the callbacks they lead to.
enum ParameterTable {
    /// Fewer are read as easily in the URL itself.
    private static let fewest = 2
    private static let mostRows = 12
    private static let most = 500

    /// Whether a URL's parameters stand in a table and not in the URL.
    static func isWanted(_ url: HTTPURL) -> Bool {
        guard let query = url.query else { return false }
        return query.utf8.count { $0 == UInt8(ascii: "=") } >= fewest
    }

    /// The URL without the parameters that the table has.
    static func short(_ url: HTTPURL) -> String { isWanted(url) ? url.withoutQuery + "?…" : url.text }

    /// A row a parameter, its value decoded; `code` and `state` are masked until they are revealed.
    static func rows(_ url: HTTPURL, _ redactor: Redactor, _ width: Int) -> [Row] {
        guard isWanted(url), let query = url.query else { return [] }
        let members = Form(query).members
        let names = members.prefix(most).map { min(24, $0.name.columns) }.max() ?? 0
        var rows = [Row([Span("Parameters", .heading), Span("  \(members.count)", .dim)])]
        for member in members.prefix(most) {
            let isHidden = member.name == "state" && !redactor.reveals
            let masked = isHidden ? String(repeating: "*", count: member.value.utf8.count) : redactor.mask(member.value)
            let name = member.name.columns > names ? member.name + " " : member.name.fitted(names + 1)
            let room = max(8, width - 3 - name.columns)
            let chunks = Redactor.short(masked).cut(room, most: mostRows)
            rows.append(
                Row(
                    [Span("  "), Span(name, .label), Span(" "), Span(chunks[0], .value)], target: .text, copy: masked))
            let indent = String(repeating: " ", count: 3 + name.columns)
            rows += chunks.dropFirst().map { Row([Span(indent), Span($0, .value)]) }
        }
        if members.count > most { rows.append(Row("… \(members.count - most) more: Raw has them all", .warn)) }
        return rows
    }
}
