/// A colour as a theme names it.
enum ThemeColor: Equatable, Sendable {
    case terminal
    /// One of the 16 colours the terminal's own palette gives.
    case ansi(Int)
    case indexed(Int)
    case rgb(UInt8, UInt8, UInt8)

    static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

    /// `default` or `terminal`, `red`, `bright-red`, `0`…`255`, `#rrggbb`.
    init?(_ text: String) {
        let name = text.lowercased()
        if name == "default" || name == "terminal" {
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

    /// What it looks like where xterm's palette is the terminal's; nil for the terminal's own.
    var rgb: RGB? {
        switch self {
        case .terminal: nil
        case .ansi(let index), .indexed(let index): XtermPalette.rgb(index)
        case .rgb(let red, let green, let blue): RGB(red, green, blue)
        }
    }

    /// Its number on a terminal with that many colours; -1 is the terminal's own.
    func index(colors: Int) -> Int {
        switch self {
        case .terminal: return -1
        case .ansi(let index): return colors >= 16 ? index : colors >= 8 ? index % 8 : -1
        case .indexed(let index):
            return colors >= 256 ? index : XtermPalette.nearest(XtermPalette.rgb(index), colors: colors)
        case .rgb(let red, let green, let blue):
            let color = RGB(red, green, blue)
            guard colors >= TerminalLook.direct else { return XtermPalette.nearest(color, colors: colors) }
            // What is below 256 is an entry of the palette: black is one, and a trace of red makes others a colour.
            return color.value == 0 ? 16 : color.value < 256 ? color.value | 0x10000 : color.value
        }
    }
}

/// How a role looks.
struct Style: Equatable, Sendable {
    var foreground = ThemeColor.terminal
    var background = ThemeColor.terminal
    var attributes: Set<Attribute> = []

    enum Attribute: String, CaseIterable, Sendable { case bold, dim, underline, reverse, italic }
}

/// The same as a theme's file has it: what it leaves out is the theme's.
struct RoleLook: Equatable, Sendable {
    /// nil: that of `text`.
    var foreground: ThemeColor?
    /// nil: the theme's.
    var background: ThemeColor?
    var attributes: Set<Style.Attribute> = []
}

/// A look for every role.
struct Theme: Equatable, Sendable {
    var name: String
    var about = ""
    /// What everything stands on; the terminal's own where it follows that.
    var background = ThemeColor.terminal
    /// Its colours are somebody else's and published, whatever their contrast is.
    var isAsPublished = false
    var looks: [Role: RoleLook] = [:]

    subscript(_ role: Role) -> Style {
        let look = looks[role] ?? RoleLook()
        return Style(
            foreground: look.foreground ?? looks[.text]?.foreground ?? .terminal,
            background: look.background ?? background, attributes: look.attributes)
    }
}
