/// A value in at most so many lines; where its end does not fit, the last one says how much is missing.
struct CutValue {
    let lines: [[Span]]

    /// `total` is the value's length in bytes, where `text` is only its beginning. The first line is `width` columns
    /// wide, the others `rest`.
    init(_ text: String, _ width: Int, then rest: Int, most: Int, total: Int? = nil) {
        var chunks = text.cut(width, then: rest, most: most)
        let total = total ?? text.utf8.count
        let shown = chunks.reduce(0) { $0 + $1.utf8.count }
        guard chunks.count == most, chunks[most - 1].hasSuffix("…"), !text.hasSuffix("…") || total > shown else {
            lines = chunks.map { [Span($0, .value)] }
            return
        }
        let last = chunks.removeLast().dropLast()
        // The ellipsis of the cut has a column already.
        let note = "… \(total) bytes more".count - 1
        let kept = String(last.prefix(max(0, last.count - note)))
        let left = max(1, total - chunks.reduce(kept.utf8.count) { $0 + $1.utf8.count })
        lines = chunks.map { [Span($0, .value)] } + [[Span(kept, .value), Span("… \(left) bytes more", .dim)]]
    }
}
