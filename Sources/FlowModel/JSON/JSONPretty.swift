/// A JSON document laid out for reading: one member a line, texts and numbers exactly as sent.
public enum JSONPretty {
    public struct Line: Equatable, Sendable {
        public let depth: Int
        public fileprivate(set) var text: String
        /// Where the line's value stands in the document.
        public let span: SourceSpan
        /// The member name in front of the value, for colouring.
        public let nameLength: Int
        /// Whether an object or array begins here that can be folded, or is.
        public var isFold = false
    }

    /// At most `limit` lines, of a longer document its beginning; deeper values than 64 stand on one line as written.
    ///
    /// Of objects and arrays that begin at the bytes of `folded` one line says how much is in them.
    public static func lines(_ document: JSONDocument, folded: Set<Int> = [], limit: Int = 100_000) -> [Line] {
        var layout = Layout(document: document, folded: folded, limit: limit)
        layout.value(document.root, name: nil, depth: 0, comma: false)
        return layout.lines
    }

    private struct Layout {
        let document: JSONDocument
        let folded: Set<Int>
        let limit: Int
        var lines: [Line] = []

        mutating func value(_ value: JSONValue, name: JSONValue?, depth: Int, comma: Bool) {
            guard lines.count < limit else { return }
            let prefix = name.map { $0.source + ": " } ?? ""
            let tail = comma ? "," : ""
            func line(_ text: String, _ span: SourceSpan) -> Line {
                Line(depth: depth, text: text, span: span, nameLength: name?.source.count ?? 0)
            }
            let isObject = value.kind == .object
            let children: [(JSONValue?, JSONValue)] =
                isObject ? value.members.map { ($0.name, $0.value) } : value.elements.map { (nil, $0) }
            guard isObject || value.kind == .array, !children.isEmpty, depth < 64 else {
                let text = value.span.length > 65_536 ? String(value.source.prefix(65_536)) + "…" : value.source
                lines.append(line(prefix + text + tail, value.span))
                return
            }
            var opening = line(prefix + (isObject ? "{" : "["), value.span)
            opening.isFold = true
            guard folded.isEmpty || !folded.contains(value.span.offset) else {
                let what = "\(children.count) \(isObject ? "member" : "element")\(children.count == 1 ? "" : "s")"
                opening.text += " … \(what) \(isObject ? "}" : "]")\(tail)"
                lines.append(opening)
                return
            }
            lines.append(opening)
            for (position, child) in children.enumerated() {
                self.value(child.1, name: child.0, depth: depth + 1, comma: position + 1 < children.count)
            }
            guard lines.count < limit else { return }
            lines.append(
                Line(
                    depth: depth, text: (isObject ? "}" : "]") + tail, span: SourceSpan(value.span.end - 1, 1),
                    nameLength: 0))
        }
    }
}
