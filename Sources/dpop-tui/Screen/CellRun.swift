/// Neighbouring cells of a row that look the same: what pictures of the screen are made of.
struct CellRun: Equatable, Sendable {
    let column: Int
    /// Columns it takes.
    var width: Int
    var text: String
    let style: Style
}

extension Canvas {
    /// A row as runs from its first column on; blanks at its end that nobody sees are left out.
    func runs(_ row: Int, in theme: Theme) -> [CellRun] {
        let cells = self.row(row)
        let ground = theme[.text].background
        func isUnseen(_ cell: Cell) -> Bool { cell.text == " " && !theme[cell.role].showsOnBlanks(ground) }

        let end = cells.lastIndex { !isUnseen($0) } ?? cells.startIndex - 1
        var runs: [CellRun] = []
        // The second column of a wide character is counted with its first.
        for at in cells.startIndex..<end + 1 where cells[at].width > 0 {
            let (cell, style) = (cells[at], theme[cells[at].role])
            let goesOn =
                runs.last.map { run in
                    if isUnseen(cell) { return !run.style.showsOnBlanks(ground) }
                    return run.style == style && Self.isOneFont(run.text, cell.text)
                } ?? false
            if goesOn {
                runs[runs.count - 1].text.append(cell.text)
                runs[runs.count - 1].width += Int(cell.width)
            } else {
                let column = at - cells.startIndex
                runs.append(CellRun(column: column, width: Int(cell.width), text: String(cell.text), style: style))
            }
        }
        return runs
    }

    /// A character outside of ASCII may come from another font, with another width: nothing but blanks and its like
    /// stands in a run with it.
    private static func isOneFont(_ text: String, _ next: Character) -> Bool {
        guard let first = text.first else { return true }
        return next.isASCII ? first.isASCII : text.last == next
    }
}

extension Style {
    /// Whether a blank of this style is seen on that background.
    fileprivate func showsOnBlanks(_ ground: ThemeColor) -> Bool {
        (background != .terminal && background != ground) || attributes.contains(.reverse)
            || attributes.contains(.underline)
    }
}
