import FlowModel

/// The screen as text with the theme's looks: Select Graphic Rendition of ECMA-48 (8.3.117).
enum ANSIPicture {
    /// The theme's exact colours, or the nearest of so many as a terminal has.
    static func lines(_ canvas: Canvas, _ theme: Theme, colors: Int?) -> [Harmless] {
        (0..<canvas.height).map { row in
            var (line, last): (Harmless, Style?) = ("", nil)
            for run in canvas.runs(row, in: theme) {
                if run.style != last { line += SGR.set(run.style, colors: colors, ground: theme.background) }
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

    /// Forgets what was set before. Without `colors` the theme's are exact.
    static func set(_ style: Style, colors: Int? = nil, ground: ThemeColor = .terminal) -> Harmless {
        let look = TerminalLook(style, colors: colors ?? TerminalLook.direct, ground: ground)
        var codes = ["0"]
        for (attribute, code) in attributes where look.attributes.contains(attribute) { codes.append(code) }
        if look.foreground >= 0 { codes.append(code(look.foreground, base: 30)) }
        if look.background >= 0 { codes.append(code(look.background, base: 40)) }
        return "\u{1B}[\(codes.joined(separator: ";"))m"
    }

    private static let attributes: [(Style.Attribute, String)] = [
        (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
    ]

    private static func code(_ index: Int, base: Int) -> String {
        if index < 16 { return "\(index < 8 ? base + index : base + 52 + index)" }
        if index < 256 { return "\(base + 8);5;\(index)" }
        let color = RGB(index)
        return "\(base + 8);2;\(color.red);\(color.green);\(color.blue)"
    }
}
