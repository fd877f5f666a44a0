/// A colour as a theme names it.
enum ThemeColor: Equatable, Sendable {
    case terminal
    /// One of the 16 colours the terminal's own palette gives.
    case ansi(Int)
    case indexed(Int)
    case rgb(UInt8, UInt8, UInt8)

    static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

    /// `default`, `red`, `bright-red`, `0`…`255`, `#rrggbb`.
    init?(_ text: String) {
        let name = text.lowercased()
        if name == "default" {
            self = .terminal
            return
        }
        if let index = Self.names.firstIndex(of: name) {
            self = .ansi(index)
            return
        }
        if name.hasPrefix("bright-"), let index = Self.names.firstIndex(of: String(name.dropFirst(7))) {
            self = .ansi(index + 8)
            return
        }
        if name.hasPrefix("#"), name.utf8.count == 7, let value = UInt32(name.dropFirst(), radix: 16) {
            self = .rgb(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
            return
        }
        guard let index = Int(name), (0...255).contains(index) else { return nil }
        self = index < 16 ? .ansi(index) : .indexed(index)
    }

    /// The palette entry for it on a terminal with that many colours; -1 is the terminal's own.
    func index(colors: Int) -> Int {
        switch self {
        case .terminal: return -1
        case .ansi(let index): return colors >= 16 ? index : colors >= 8 ? index % 8 : -1
        case .indexed(let index):
            return colors >= 256 ? index : Palette.nearest(Palette.rgb(index), colors: colors)
        case .rgb(let red, let green, let blue):
            return Palette.nearest((Int(red), Int(green), Int(blue)), colors: colors)
        }
    }
}

/// The xterm palette, for terminals with fewer colours than a theme names.
enum Palette {
    private static let base: [(Int, Int, Int)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]

    static func rgb(_ index: Int) -> (Int, Int, Int) {
        if index < 16 { return base[index] }
        if index >= 232 { return (8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)) }
        let levels = [0, 95, 135, 175, 215, 255]
        let cube = index - 16
        return (levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6])
    }

    static func nearest(_ colour: (Int, Int, Int), colors: Int) -> Int {
        guard colors >= 8 else { return -1 }
        let range = colors >= 256 ? 16..<256 : 0..<(colors >= 16 ? 16 : 8)
        return range.min { distance(colour, rgb($0)) < distance(colour, rgb($1)) } ?? -1
    }

    private static func distance(_ a: (Int, Int, Int), _ b: (Int, Int, Int)) -> Int {
        let (r, g, b) = (a.0 - b.0, a.1 - b.1, a.2 - b.2)
        return 2 * r * r + 4 * g * g + 3 * b * b
    }
}

/// How a role looks.
struct Style: Equatable, Sendable {
    var foreground = ThemeColor.terminal
    var background = ThemeColor.terminal
    var attributes: Set<Attribute> = []

    enum Attribute: String, CaseIterable, Sendable { case bold, dim, underline, reverse, italic }
}

/// A look for every role.
struct Theme: Equatable, Sendable {
    var name: String
    var about = ""
    var styles: [Role: Style] = [:]

    subscript(_ role: Role) -> Style { styles[role] ?? Style() }
}
