import FlowModel

/// The screen as text with the theme's looks: Select Graphic Rendition of ECMA-48 (8.3.117).
enum ANSIPicture {
    /// The theme's exact colours, or the nearest of so many as a terminal has.
    static func lines(_ canvas: Canvas, _ theme: Theme, colors: Int?) -> [Harmless] {
        (0..<canvas.height).map { row in
            var (line, last): (Harmless, Style?) = ("", nil)
            for run in canvas.runs(row, in: theme) {
                if run.style != last { line += SGR.set(run.style, colors: colors) }
                line += "\(run.text)"
                last = run.style
            }
            return last == nil ? line : line + SGR.reset
        }
    }
}

/// What makes a terminal write in a style.
enum SGR {
    static let reset: Harmless = "\u{1B}[0m"

    /// Forgets what was set before.
    static func set(_ style: Style, colors: Int? = nil) -> Harmless {
        var codes = ["0"]
        for (attribute, code) in attributes where style.attributes.contains(attribute) { codes.append(code) }
        if let code = code(style.foreground, colors, base: 30) { codes.append(code) }
        if let code = code(style.background, colors, base: 40) { codes.append(code) }
        return "\u{1B}[\(codes.joined(separator: ";"))m"
    }

    private static let attributes: [(Style.Attribute, String)] = [
        (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
    ]

    private static func code(_ color: ThemeColor, _ colors: Int?, base: Int) -> String? {
        var color = color
        if let colors {
            let index = color.index(colors: colors)
            color = index < 0 ? .terminal : index < 16 ? .ansi(index) : .indexed(index)
        }
        switch color {
        case .terminal: return nil
        case .ansi(let index): return "\(index < 8 ? base + index : base + 52 + index)"
        case .indexed(let index): return "\(base + 8);5;\(index)"
        case .rgb(let red, let green, let blue): return "\(base + 8);2;\(red);\(green);\(blue)"
        }
    }
}
