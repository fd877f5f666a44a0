/// What a style becomes on a terminal with so many colours. -1 is the terminal's own; with direct colours, numbers from
/// 256 on are the colours themselves.
struct TerminalLook: Equatable, Sendable {
    var foreground: Int
    var background: Int
    var attributes: Set<Style.Attribute>

    /// From so many on a terminal takes colours as they are.
    static let direct = 1 << 24

    init(_ style: Style, colors: Int) {
        foreground = style.foreground.index(colors: colors)
        background = style.background.index(colors: colors)
        attributes = style.attributes
        if colors >= 8, colors < 256 { makeReadable(style, colors) }
    }

    /// Few colours: what is dim or exact elsewhere must not vanish in what stands in for it.
    private mutating func makeReadable(_ style: Style, _ colors: Int) {
        if colors < 16 { takeEight(style.foreground) }
        guard background >= 0, foreground >= 0 else { return }
        let ground = XtermPalette.rgb(background)
        guard XtermPalette.rgb(foreground).contrast(with: ground) < 3 else { return }
        let black = XtermPalette.rgb(0).contrast(with: ground)
        foreground = black > XtermPalette.rgb(7).contrast(with: ground) ? 0 : 7
    }

    /// Eight colours have no grey: it is the usual colour, dim. Bright ones are the usual ones, bold.
    private mutating func takeEight(_ color: ThemeColor) {
        switch color {
        case .terminal, .ansi(0..<8): return
        case .ansi(8): makeGrey(isDim: true)
        case .ansi: attributes.insert(.bold)
        case .indexed, .rgb:
            guard let exact = color.rgb.map({ OKLab($0) }) else { return }
            if exact.chroma < 0.04 {
                makeGrey(isDim: exact.lightness > 0.35 && exact.lightness < 0.75)
            } else {
                foreground = XtermPalette.nearestHue(exact)
            }
        }
    }

    private mutating func makeGrey(isDim: Bool) {
        // On a ground of its own black or white follows, whichever is read there.
        foreground = background
        if isDim { attributes.insert(.dim) }
    }
}
