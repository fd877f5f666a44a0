import FlowModel

/// One line of the inspector, and what it stands for.
struct Row: Sendable {
    /// What Enter and copying act on.
    enum Target: Equatable, Sendable {
        case check(CheckID)
        case place(Place)
        /// An object or array of a body: Enter folds it, and unfolds it. Where it begins in the body.
        case fold(Int)
        /// An entry of the table of thumbprints.
        case thumbprint(Int)
        /// Something that can be copied and nothing more.
        case text
    }

    var spans: [Span]
    /// At the right edge.
    var right: [Span] = []
    var target: Target?
    /// What `y` copies.
    var copy: String?
    /// Where a check looked that says no place of its own.
    var place: Place?
    /// True for lines whose bytes are the ones looked for.
    var isLit = false

    init(_ spans: [Span], right: [Span] = [], target: Target? = nil, copy: String? = nil, isLit: Bool = false) {
        (self.spans, self.right, self.target, self.copy, self.isLit) = (spans, right, target, copy, isLit)
    }

    init(_ text: String = "", _ role: Role = .text) { self.init(text.isEmpty ? [] : [Span(text, role)]) }

    var text: String { spans.map(\.text).joined() + (right.isEmpty ? "" : " " + right.map(\.text).joined()) }
}

/// A list of rows that may be made one at a time: a hex view of 100 MB is never laid out whole.
struct Rows {
    let count: Int
    let row: (Int) -> Row
    /// The first row whose bytes are the ones looked for.
    var lit: Int?

    init(_ rows: [Row]) {
        count = rows.count
        row = { rows[$0] }
    }

    init(count: Int, row: @escaping (Int) -> Row) { (self.count, self.row) = (count, row) }

    static func + (a: Rows, b: Rows) -> Rows {
        var both = Rows(count: a.count + b.count) { $0 < a.count ? a.row($0) : b.row($0 - a.count) }
        both.lit = a.lit ?? b.lit.map { a.count + $0 }
        return both
    }
}
