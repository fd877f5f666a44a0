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
