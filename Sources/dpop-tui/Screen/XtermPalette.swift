/// The xterm palette: what colours look like that a theme names by number, and what stands in for exact ones where a
/// terminal has fewer.
enum XtermPalette {
    private static let base = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
    private static let levels: [UInt8] = [0, 95, 135, 175, 215, 255]

    static func rgb(_ index: Int) -> RGB {
        if index < 16 { return RGB(base[index]) }
        if index >= 232 {
            let grey = UInt8(8 + 10 * (index - 232))
            return RGB(grey, grey, grey)
        }
        let cube = index - 16
        return RGB(levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6])
    }

    private static let labs = (0..<256).map { OKLab(rgb($0)) }

    /// The entry that looks most like a colour, of those that every palette of that size has alike; -1 where there are
    /// no colours.
    static func nearest(_ color: RGB, colors: Int) -> Int {
        guard colors >= 8 else { return -1 }
        let wanted = OKLab(color)
        let range = colors >= 256 ? 16..<256 : 0..<(colors >= 16 ? 16 : 8)
        return range.min { labs[$0].distanceSquared(to: wanted) < labs[$1].distanceSquared(to: wanted) } ?? -1
    }

    /// Of the six colours of eight that are no greys, the one with the nearest hue.
    static func nearestHue(_ color: OKLab) -> Int {
        func turn(_ index: Int) -> Double {
            let turn = abs(labs[index].hue - color.hue)
            return min(turn, 2 * Double.pi - turn)
        }
        return (1...6).min { turn($0) < turn($1) } ?? 7
    }
}
