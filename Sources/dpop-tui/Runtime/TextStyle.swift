import FlowModel

/// Marks and colours for text on standard output.
enum TextStyle {
    static func current() -> TextReport.Style {
        let ascii = !TerminalSettings.isUTF8
        let colour = TerminalSettings.usesColour(descriptor: 1)
        return TextReport.Style(
            mark: { verdict in
                let mark = ascii ? verdict.asciiMark : verdict.mark
                return colour ? "\u{1B}[\(verdict.sgr)m\(mark)\u{1B}[0m" : mark
            },
            strong: { colour ? "\u{1B}[1m\($0)\u{1B}[0m" : $0 })
    }

    /// A report in the looks that its marks' roles have in the theme.
    static func written(_ report: String) -> Harmless { Harmless(report: report, look: look) }

    private static func look(_ code: String) -> Harmless? { looks.first { $0.code == code }?.look }

    private static let looks: [(code: String, look: Harmless)] = {
        let (theme, colors) = (Self.theme, TerminalSettings.printedColors)
        let verdicts: [Verdict] = [.pass, .fail, .warn, .cannotTell, .notApplicable]
        return [("[1m", SGR.set(theme[.heading], colors: colors))]
            + verdicts.map { ("[\($0.sgr)m", SGR.set(theme[$0.role], colors: colors)) }
    }()

    /// The theme that was asked for, where it is for the terminal's own ground: that is what this text stands on.
    private static var theme: Theme {
        let wanted = environment("DPOP_TUI_THEME") ?? "dark"
        let shelf = ThemeShelf(file: ThemeShelf.isFile(wanted) ? wanted : nil)
        let theme = shelf.theme(named: shelf.given ?? wanted)
        return theme.background == .terminal ? theme : ThemeShelf.builtIn("dark")
    }
}

extension Verdict {
    var mark: String {
        switch self {
        case .pass: "✓"
        case .fail: "✗"
        case .warn: "!"
        case .cannotTell: "?"
        case .notApplicable: "·"
        }
    }

    var asciiMark: String {
        switch self {
        case .pass: "+"
        case .fail: "x"
        case .notApplicable: "."
        default: mark
        }
    }

    /// What stands for its look in reports (`Harmless(report:look:)`).
    fileprivate var sgr: String {
        switch self {
        case .pass: "32"
        case .fail: "31"
        case .warn: "33"
        case .cannotTell: "36"
        case .notApplicable: "2"
        }
    }
}
