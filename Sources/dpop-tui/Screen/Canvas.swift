/// One place on the screen. The second column of a wide character holds a cell of width 0.
struct Cell: Equatable, Sendable {
    var text: Character = " "
    var role = Role.text
    var width: Int8 = 1
}

/// A piece of text with one meaning.
struct Span: Equatable, Sendable {
    var text: String
    var role: Role

    init(_ text: String, _ role: Role = .text) { (self.text, self.role) = (text, role) }
}

/// A grid of cells, always full: what the terminal, golden tests and `render` show.
struct Canvas: Equatable, Sendable {
    let width: Int
    let height: Int
    let ascii: Bool
    private(set) var cells: [Cell]
    /// Where typed text goes while a prompt is open.
    var cursor: (row: Int, column: Int)?

    init(width: Int, height: Int, ascii: Bool = false) {
        (self.width, self.height, self.ascii) = (max(width, 0), max(height, 0), ascii)
        cells = Array(repeating: Cell(), count: self.width * self.height)
    }

    static func == (a: Canvas, b: Canvas) -> Bool {
        a.width == b.width && a.height == b.height && a.cells == b.cells
    }

    func row(_ row: Int) -> ArraySlice<Cell> { cells[row * width..<(row + 1) * width] }

    subscript(_ row: Int, _ column: Int) -> Cell { cells[row * width + column] }

    /// Writes a text into a row between two columns; what does not fit is cut. Returns the column after it.
    @discardableResult
    mutating func put(_ text: some StringProtocol, _ role: Role = .text, row: Int, column: Int, limit: Int? = nil)
        -> Int
    {
        guard row >= 0, row < height else { return column }
        var column = column
        let end = min(limit ?? width, width)
        for glyph in Glyph.of(text, ascii: ascii) {
            guard column + glyph.width <= end else { break }
            if column >= 0 { set(row, column, glyph.text, glyph.isEscape ? .escape : role, glyph.width) }
            column += glyph.width
        }
        return column
    }

    @discardableResult
    mutating func put(_ spans: [Span], row: Int, column: Int, limit: Int? = nil) -> Int {
        spans.reduce(column) { put($1.text, $1.role, row: row, column: $0, limit: limit) }
    }

    private mutating func set(_ row: Int, _ column: Int, _ text: Character, _ role: Role, _ width: Int) {
        let at = row * self.width + column
        // Half of a wide character that stood here goes with it.
        if cells[at].width == 0, column > 0 { cells[at - 1] = Cell(role: cells[at - 1].role) }
        if cells[at].width == 2, column + 1 < self.width { cells[at + 1] = Cell(role: cells[at + 1].role) }
        cells[at] = Cell(text: text, role: role, width: Int8(width))
        if width == 2 {
            if cells[at + 1].width == 2, column + 2 < self.width { cells[at + 2] = Cell(role: cells[at + 2].role) }
            cells[at + 1] = Cell(text: " ", role: role, width: 0)
        }
    }

    /// Gives cells of a row another role without changing their text.
    mutating func paint(_ role: Role, row: Int, from: Int, to: Int, where test: (Role) -> Bool = { _ in true }) {
        guard row >= 0, row < height else { return }
        for column in max(from, 0)..<max(max(from, 0), min(to, width)) where test(cells[row * width + column].role) {
            cells[row * width + column].role = role
        }
    }

    mutating func fill(_ role: Role, row: Int, from: Int = 0, to: Int? = nil) {
        guard row >= 0, row < height else { return }
        for column in max(from, 0)..<max(max(from, 0), min(to ?? width, width)) { set(row, column, " ", role, 1) }
    }

    /// The screen as text, spaces at line ends cut.
    var lines: [String] {
        (0..<height).map { index in
            let text = String(row(index).compactMap { $0.width == 0 ? nil : $0.text })
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The same with a letter for each cell's role.
    var roleLines: [String] { (0..<height).map { String(row($0).map(\.role.letter)) } }
}

extension String {
    /// Columns it takes on the screen.
    var columns: Int { Glyph.of(self).reduce(0) { $0 + $1.width } }

    /// Filled up with spaces to a width, or cut to it with an ellipsis.
    func fitted(_ width: Int) -> String {
        let glyphs = Glyph.of(self)
        let total = glyphs.reduce(0) { $0 + $1.width }
        if total <= width { return self + String(repeating: " ", count: width - total) }
        guard width > 0 else { return "" }
        var (out, used) = ("", 0)
        for glyph in glyphs {
            guard used + glyph.width <= width - 1 else { break }
            out.append(glyph.text)
            used += glyph.width
        }
        return out + "…" + String(repeating: " ", count: width - used - 1)
    }

    /// Cut into lines of exactly as many columns as fit, the first of `width`, the others of `rest`; no more than
    /// `most`, the last with an ellipsis then.
    func cut(_ width: Int, then rest: Int? = nil, most: Int) -> [String] {
        var (lines, line, used, room) = ([String](), "", 0, Swift.max(1, width))
        // Every character is a column at least, but for those that draw nothing.
        for glyph in Glyph.of(prefix(most * Swift.max(room, rest ?? 0) + 1)) {
            if used + glyph.width > room, used > 0 {
                lines.append(line)
                (line, used, room) = ("", 0, Swift.max(1, rest ?? width))
                if lines.count == most {
                    lines[most - 1] = String(lines[most - 1].dropLast()) + "…"
                    return lines
                }
            }
            line.append(glyph.text)
            used += glyph.width
        }
        return lines + [line]
    }

    /// Broken at spaces into lines of at most `width` columns; longer words are cut.
    func wrapped(_ width: Int) -> [String] {
        guard width > 0 else { return [] }
        var (lines, line, used) = ([String](), "", 0)
        for word in split(separator: " ", omittingEmptySubsequences: true) {
            var rest = Glyph.of(word)
            let length = rest.reduce(0) { $0 + $1.width }
            if used > 0, used + 1 + length <= width {
                line += " " + word
                used += 1 + length
                continue
            }
            if used > 0 {
                lines.append(line)
                (line, used) = ("", 0)
            }
            while !rest.isEmpty {
                var count = 0
                while count < rest.count, used + rest[count].width <= width {
                    used += rest[count].width
                    count += 1
                }
                if count == 0 { count = 1 }
                line = String(rest[..<count].map(\.text))
                rest.removeFirst(count)
                if !rest.isEmpty {
                    lines.append(line)
                    (line, used) = ("", 0)
                }
            }
        }
        if used > 0 || lines.isEmpty { lines.append(line) }
        return lines
    }
}
