import FlowModel

/// The screen as a picture: SVG whose text can be selected and searched. It has no script, and needs no font and no
/// file besides.
struct SVGPicture {
    private let canvas: Canvas
    private let theme: Theme
    private let colors: PictureColors
    private var styles: [Style] = []
    private var rows = ""

    /// A cell in pixels. The fonts named are 0.6 of their size wide, as the cell is; any other is stretched to it.
    private static let cell = (width: 9, height: 18, baseline: 14)
    private static let fonts =
        "font-family=\"'DejaVu Sans Mono', Menlo, 'Lucida Console', 'Liberation Mono', 'Courier New', monospace\""
        + " font-size=\"15\""
    private static let margin = 9

    static func document(_ canvas: Canvas, _ theme: Theme, title: String) -> String {
        var picture = SVGPicture(canvas, theme)
        for row in 0..<canvas.height { picture.draw(row) }
        return picture.document(title)
    }

    private init(_ canvas: Canvas, _ theme: Theme) {
        (self.canvas, self.theme, colors) = (canvas, theme, PictureColors(theme))
    }

    private func document(_ title: String) -> String {
        let width = canvas.width * Self.cell.width + 2 * Self.margin
        let height = canvas.height * Self.cell.height + 2 * Self.margin
        var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\""
        out += " viewBox=\"0 0 \(width) \(height)\" \(Self.fonts)>\n"
        out += "<title>\(Markup.escape(title))</title>\n<style>\nrect { shape-rendering: crispEdges }\n"
        for (index, style) in styles.enumerated() { out += ".s\(index) { \(rules(style)) }\n" }
        out += "</style>\n<rect width=\"\(width)\" height=\"\(height)\" fill=\"\(colors.ground.hex)\"/>\n"
        return out + rows + "</svg>\n"
    }

    private func rules(_ style: Style) -> String {
        var rules = "fill: \(colors.ink(style).hex)"
        if style.attributes.contains(.bold) { rules += "; font-weight: bold" }
        if style.attributes.contains(.dim) { rules += "; fill-opacity: 0.7" }
        if style.attributes.contains(.italic) { rules += "; font-style: italic" }
        if style.attributes.contains(.underline) { rules += "; text-decoration: underline" }
        return rules
    }

    /// A row is one text, so that copying gives lines as they are on the screen; what looks the same is a piece of it,
    /// put in its columns and made as wide as they are.
    private mutating func draw(_ row: Int) {
        let runs = canvas.runs(row, in: theme)
        guard !runs.isEmpty else { return }
        let top = Self.margin + row * Self.cell.height
        rows += grounds(runs, top)
        rows += "<text xml:space=\"preserve\" y=\"\(top + Self.cell.baseline)\">"
        for run in runs {
            rows += "<tspan x=\"\(Self.x(run.column))\" textLength=\"\(run.width * Self.cell.width)\""
            rows += " lengthAdjust=\"spacingAndGlyphs\" class=\"s\(number(run.style))\">"
            rows += Markup.escape(run.text) + "</tspan>"
        }
        rows += "</text>\n"
    }

    /// Rectangles behind what has a background of its own; neighbours of one colour are one.
    private func grounds(_ runs: [CellRun], _ top: Int) -> String {
        var list: [(from: Int, to: Int, color: RGB)] = []
        for run in runs {
            let color = colors.ground(run.style)
            guard color != colors.ground else { continue }
            if let last = list.last, last.to == run.column, last.color == color {
                list[list.count - 1].to += run.width
            } else {
                list.append((run.column, run.column + run.width, color))
            }
        }
        var out = ""
        for (from, to, color) in list {
            out += "<rect x=\"\(Self.x(from))\" y=\"\(top)\" width=\"\((to - from) * Self.cell.width)\""
            out += " height=\"\(Self.cell.height)\" fill=\"\(color.hex)\"/>\n"
        }
        return out
    }

    private mutating func number(_ style: Style) -> Int {
        if let known = styles.firstIndex(of: style) { return known }
        styles.append(style)
        return styles.count - 1
    }

    private static func x(_ column: Int) -> Int { margin + column * cell.width }
}
