/// What a piece of the screen means. Themes give roles their looks; views never name a colour.
enum Role: String, CaseIterable, Sendable {
    case text, dim, heading, label, value, border
    /// The one accent: where the focus is and which step is current.
    case accent
    case selected
    case pass, warn, fail, unsure
    case title
    case hintKey = "hint-key"
    case hint
    case key1, key2, key3, key4, key5, key6
    /// Bytes a finding or a claim points at, and what a search found.
    case lit, found
    /// Stand-ins for characters a terminal would obey, and masked secrets.
    case escape
    /// Of a request's line.
    case method, path
    case status2xx = "status-2xx"
    case status3xx = "status-3xx"
    case status4xx = "status-4xx"
    case status5xx = "status-5xx"
    /// When something happened, or how long it took.
    case time

    /// The role of the n-th distinct key.
    static func key(_ number: Int) -> Role { [.key1, .key2, .key3, .key4, .key5, .key6][number % 6] }

    /// Whose look a role has in a theme file that names that one and not the role itself.
    var fallback: Role? {
        switch self {
        case .method: .heading
        case .path, .time: .value
        case .status2xx: .pass
        case .status3xx: .label
        case .status4xx, .status5xx: .fail
        default: nil
        }
    }

    /// One letter each, for the second block of golden screens.
    var letter: Character {
        switch self {
        case .text: "."
        case .dim: "-"
        case .heading: "H"
        case .label: "l"
        case .value: "v"
        case .border: "|"
        case .accent: "A"
        case .selected: "S"
        case .pass: "P"
        case .warn: "W"
        case .fail: "F"
        case .unsure: "?"
        case .title: "T"
        case .hintKey: "K"
        case .hint: "h"
        case .key1: "1"
        case .key2: "2"
        case .key3: "3"
        case .key4: "4"
        case .key5: "5"
        case .key6: "6"
        case .lit: "L"
        case .found: "f"
        case .escape: "e"
        case .method: "M"
        case .path: "/"
        case .status2xx: "G"
        case .status3xx: "B"
        case .status4xx: "R"
        case .status5xx: "X"
        case .time: "t"
        }
    }
}
