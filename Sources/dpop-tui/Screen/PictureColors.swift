import FlowModel

/// A theme's colours where no terminal gives them: those of xterm's palette.
struct PictureColors {
    /// What the whole screen stands on, and what is written where the theme names no colour.
    let ground: RGB
    let ink: RGB

    private static let (black, white) = (RGB(0), RGB(0xFFFFFF))

    /// A theme that leaves its ground to the terminal gets the one that its colours are read better on.
    init(_ theme: Theme) {
        let named = Role.allCases.filter { theme[$0].background == .terminal }.compactMap { theme[$0].foreground.rgb }
        let forDark = named.filter { $0.contrast(with: Self.black) >= $0.contrast(with: Self.white) }.count
        ground = theme[.text].background.rgb ?? (forDark * 2 >= named.count ? Self.black : Self.white)
        let isDark = Self.white.contrast(with: ground) >= Self.black.contrast(with: ground)
        ink = theme[.text].foreground.rgb ?? (isDark ? XtermPalette.rgb(7) : Self.black)
    }

    func ink(_ style: Style) -> RGB { style.attributes.contains(.reverse) ? behind(style) : before(style) }
    func ground(_ style: Style) -> RGB { style.attributes.contains(.reverse) ? before(style) : behind(style) }

    private func before(_ style: Style) -> RGB { style.foreground.rgb ?? ink }
    private func behind(_ style: Style) -> RGB { style.background.rgb ?? ground }
}

extension RGB {
    /// As style sheets write it: `#rrggbb`.
    var hex: String { "#" + Hex.text([red, green, blue]) }
}
