import FlowModel

/// A JSON body: a member a line, objects and arrays that fold.
struct JSONContent {
    private let document: JSONDocument
    private let width: Int
    private let part: BytePart
    private let folded: Set<Int>

    init(_ document: JSONDocument, width: Int, part: BytePart, folded: Set<Int>) {
        (self.document, self.width, self.part, self.folded) = (document, width, part, folded)
    }

    var rows: Rows {
        let lines = JSONPretty.lines(document, folded: folded, limit: Self.mostLines)
        let end = Rows(rest(lines))
        // Of a long document a line is a row, made when it is looked at; the sentences of a short one are read to
        // their ends.
        guard document.bytes.count > Self.wrapped else {
            return Rows(lines.flatMap { rows($0, limit: Self.isSentence($0) ? 40 : 2) }) + end
        }
        return Rows(count: lines.count) { rows(lines[$0], limit: 1)[0] } + end
    }

    private static let wrapped = 1 << 17
    private static let mostLines = 100_000
    /// More than that of an object nobody copies out of a terminal.
    private static let mostCopied = 1 << 20

    /// What stands after the last line.
    private func rest(_ lines: [JSONPretty.Line]) -> [Row] {
        guard lines.count >= Self.mostLines, let last = lines.last else { return [] }
        let from = last.isFold ? last.span.offset + 1 : last.span.end
        let left = document.root.span.end - from
        guard left > 0 else { return [] }
        let words = "… \(left) bytes more: Enter shows them, or folds what stands above"
        return [Row([Span(words, .warn)], target: .place(Place(part, SourceSpan(from, left))))]
    }

    private static func isSentence(_ line: JSONPretty.Line) -> Bool {
        line.text.utf8.dropFirst(line.nameLength + 2).contains(UInt8(ascii: " "))
    }

    /// A line of JSON in at most `limit` rows; what does not fit is to be had by copying, and in Raw.
    private func rows(_ line: JSONPretty.Line, limit: Int) -> [Row] {
        let indent = String(repeating: "  ", count: min(line.depth + 1, 20))
        let name = String(line.text.prefix(line.nameLength))
        let value = String(line.text.dropFirst(line.nameLength))
        let (first, room) = (width - indent.count - name.columns, width - indent.count - 4)
        // Of a long value the line has the beginning only; the colon and the comma are the line's own.
        let total = line.isFold || line.span.length <= 65_536 ? nil : line.span.length + 3
        let cut = CutValue(value, max(8, first), then: max(8, room), most: limit, total: total)
        let isWhole = line.isFold && line.span.length <= Self.mostCopied
        let head = Row(
            [Span(indent), Span(name, .label)] + cut.lines[0],
            target: line.isFold ? .fold(line.span.offset) : .place(Place(part, line.span)),
            copy: isWhole ? document.bytes[line.span].text : value)
        return [head] + cut.lines.dropFirst().map { Row([Span(indent + "    ")] + $0) }
    }
}
