import FlowModel

/// A theme's colours where no terminal gives them: those of xterm's palette.
struct PictureColors {
    struct Color: Equatable {
        let red: Int, green: Int, blue: Int

        static let black = Color(red: 0, green: 0, blue: 0)
        static let white = Color(red: 255, green: 255, blue: 255)

        var hex: String { "#" + Hex.text([red, green, blue].map { UInt8(clamping: $0) }) }
        /// How bright it looks, of 255: the weights of ITU-R BT.709.
        var brightness: Int { (2126 * red + 7152 * green + 722 * blue) / 10_000 }
    }

    /// What the whole screen stands on, and what is written where the theme names no colour.
    let ground: Color
    let ink: Color

    /// A theme that leaves its ground to the terminal gets the one that its colours are made for.
    init(_ theme: Theme) {
        let named = Role.allCases.filter { theme[$0].background == .terminal }
            .compactMap { Self.color(theme[$0].foreground) }
        let isForDark = named.count { $0.brightness >= Self.middle } * 2 >= named.count
        ground = Self.color(theme[.text].background) ?? (isForDark ? .black : .white)
        let plain: Color = ground.brightness < 128 ? Color(red: 229, green: 229, blue: 229) : .black
        ink = Self.color(theme[.text].foreground) ?? plain
    }

    /// Brighter colours are read better on black, darker ones on white (WCAG 2.2: equal contrast at a luminance of 0.18).
    private static let middle = 118

    func ink(_ style: Style) -> Color { style.attributes.contains(.reverse) ? behind(style) : before(style) }
    func ground(_ style: Style) -> Color { style.attributes.contains(.reverse) ? before(style) : behind(style) }

    private func before(_ style: Style) -> Color { Self.color(style.foreground) ?? ink }
    private func behind(_ style: Style) -> Color { Self.color(style.background) ?? ground }

    private static func color(_ color: ThemeColor) -> Color? {
        let rgb: (Int, Int, Int)
        switch color {
        case .terminal: return nil
        case .ansi(let index), .indexed(let index): rgb = Palette.rgb(index)
        case .rgb(let red, let green, let blue): rgb = (Int(red), Int(green), Int(blue))
        }
        return Color(red: rgb.0, green: rgb.1, blue: rgb.2)
    }
}
