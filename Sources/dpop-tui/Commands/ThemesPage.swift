import FlowModel

/// docs/themes.md: the themes there are, and how to write one.
enum ThemesPage {
    static func text() -> String {
        var out = """
            # Themes

            Generated from themes/ and the list of roles (`dpop-tui docs themes`). `t` walks through them, `:theme NAME`, `--theme` and `DPOP_TUI_THEME` choose; `dpop-tui themes` shows a step in each.

            | theme | what it is | stands on | contrast |
            | --- | --- | --- | --- |

            """
        for name in ThemeShelf.builtInNames {
            let theme = ThemeShelf.builtIn(name)
            out += "| `\(name)` | \(theme.about) | \(ground(theme)) | \(contrast(theme)) |\n"
        }
        return out + "\n" + rules + "\n| role | what it is for | where it is left out |\n| --- | --- | --- |\n"
            + Role.allCases.map { role in
                let other = role.fallback.map { "as `\($0.rawValue)`, where the file names that" } ?? ""
                return "| `\(role.rawValue)` | \(role.purpose) | \(other) |\n"
            }.joined()
    }

    private static func ground(_ theme: Theme) -> String {
        guard case .rgb(let red, let green, let blue) = theme.background else { return "the terminal's ground" }
        return "`#\(Hex.text([red, green, blue]))`"
    }

    private static func contrast(_ theme: Theme) -> String {
        if theme.isAsPublished { return "as published" }
        return theme.name.hasPrefix("high-contrast") ? "7" : theme.name == "mono" ? "the terminal's" : "4.5"
    }

    private static let rules = """
        The contrast is the least that any role has on its ground (WCAG 2.2), with exact colours and with their stand-ins among 256; of `dark` with xterm's palette on black. A test computes it. `deuteranopia` and `tritanopia` are tested with such eyes simulated (Machado, Oliveira and Fernandes 2009): verdicts and keys stay apart. Verdicts always have a mark and a word too.

        ## Your own

        A TOML file in `$XDG_CONFIG_HOME/dpop-tui/themes`, or anywhere: `--theme ./mine.toml`. While it is on screen it is read again whenever it is saved; a mistake is said with its line and column, and the theme stays as it was.

        ```toml
        name = "mine"                          # else the file's name
        about = "What dpop-tui themes says of it."
        background = "#1d2021"                 # or "terminal", the default: it follows the terminal's

        [roles]
        text = { fg = "#ebdbb2" }
        pass = { fg = "#8ec07c" }
        fail = { fg = "bright-red", bold = true }
        lit  = { fg = "black", bg = "#fabd2f" }
        ```

        - A colour is `#rrggbb`, a number of the palette (0 to 255), a name (`red`, `bright-red`: the terminal's own sixteen) or `default`, which is the terminal's. Exact colours are exact where the terminal takes them (`COLORTERM=truecolor`, a description with `RGB` or `Tc`, or `--colors 16777216`), else the nearest of 256, 16 or 8.
        - `bold`, `dim`, `underline`, `reverse` and `italic` are true or left out.
        - A role without `fg` has that of `text`, one without `bg` the theme's `background`.
        - A role that is not named is as the table says, else as in `dark`, or in `light` where the background is a light one.
        - `contrast = "as published"` says that the colours are somebody else's, whatever their contrast.
        - Where there are no colours, or `NO_COLOR` is set, the theme is `mono`.

        """
}

extension Role {
    /// What the role is for, in a sentence without its end.
    fileprivate var purpose: String {
        switch self {
        case .text: "Everything that has no role of its own"
        case .dim: "What may be passed over: places in files, measures, what does not apply"
        case .heading: "Headings and verdicts in words"
        case .label: "Names of fields, headers and claims"
        case .value: "Values"
        case .border: "Lines between panes, and lanes"
        case .accent: "Where the focus is, and the current step"
        case .selected: "The selected row"
        case .pass: "A check that passes"
        case .warn: "A check that warns"
        case .fail: "A check that fails"
        case .unsure: "A check that cannot tell"
        case .title: "The first row of the screen"
        case .hintKey: "Keys in the last row"
        case .hint: "What those keys do"
        case .key1, .key2, .key3, .key4, .key5, .key6: "A key wherever it is seen: the first of a document is `key1`"
        case .lit: "Bytes that a finding points at"
        case .found: "What a search found"
        case .escape: "Stand-ins for characters that a terminal would obey, and masked secrets"
        case .method: "The method of a request"
        case .path: "The path and query of a request"
        case .status2xx: "A status from 200 to 299"
        case .status3xx: "A status from 300 to 399"
        case .status4xx: "A status from 400 to 499"
        case .status5xx: "A status from 500 to 599"
        case .time: "When something happened, and how long it took"
        }
    }
}
