/// One key press, by the name people know it under.
enum Key: Hashable, Sendable {
    case character(Character)
    case control(Character)
    case enter, escape, tab, backTab, backspace, delete
    case up, down, left, right, home, end, pageUp, pageDown
    case f1, wheelUp, wheelDown

    static let names: [(String, Key)] = [
        ("enter", .enter), ("cr", .enter), ("esc", .escape), ("tab", .tab), ("s-tab", .backTab), ("backtab", .backTab),
        ("bs", .backspace), ("del", .delete), ("up", .up), ("down", .down), ("left", .left), ("right", .right),
        ("home", .home), ("end", .end), ("pageup", .pageUp), ("pagedown", .pageDown), ("f1", .f1),
        ("space", .character(" ")),
        ("lt", .character("<")), ("wheelup", .wheelUp), ("wheeldown", .wheelDown),
    ]

    /// How help and hints write it.
    var title: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let character): "C-\(character)"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .f1: "F1"
        case .wheelUp: "wheel up"
        case .wheelDown: "wheel down"
        }
    }
}

/// A key script that cannot be read: `render --keys`.
struct KeyScriptError: Error, CustomStringConvertible {
    let description: String
}

extension Key {
    /// `n<tab>3/ath<enter>`: characters as they are, others by name in angle brackets, `<c-d>` for Ctrl-D.
    static func script(_ text: String) throws(KeyScriptError) -> [Key] {
        var (keys, rest) = ([Key](), Substring(text))
        while let first = rest.first {
            guard first == "<" else {
                keys.append(.character(first))
                rest.removeFirst()
                continue
            }
            guard let close = rest.firstIndex(of: ">") else {
                throw KeyScriptError(description: "'\(rest)' has no closing '>'; write <lt> for the character '<'")
            }
            let name = rest[rest.index(after: rest.startIndex)..<close].lowercased()
            if let known = names.first(where: { $0.0 == name }) {
                keys.append(known.1)
            } else if name.hasPrefix("c-"), name.count == 3 {
                keys.append(.control(name.last!))
            } else {
                throw KeyScriptError(
                    description:
                        "unknown key '<\(name)>'; expected <c-x> or one of \(names.map { "<\($0.0)>" }.joined(separator: " "))"
                )
            }
            rest = rest[rest.index(after: close)...]
        }
        return keys
    }
}
