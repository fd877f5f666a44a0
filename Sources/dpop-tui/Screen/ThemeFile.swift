import FlowModel
import TOMLKit

/// What is wrong with a theme file, and on which line.
struct ThemeError: Error, CustomStringConvertible {
    let file: String
    let line: Int?
    let words: String

    var description: String { file + (line.map { ":\($0)" } ?? "") + ": " + words }
}

/// Reads themes: TOML, `[roles]` with a style each; what a theme does not name it takes from the default.
enum ThemeFile {
    static func parse(_ text: String, file: String, base: Theme?) throws(ThemeError) -> Theme {
        let table: TOMLTable
        do { table = try TOMLTable(string: text) } catch let error as TOMLParseError {
            throw ThemeError(file: file, line: error.source.begin.line, words: "expected TOML: \(error.description)")
        } catch {
            throw ThemeError(file: file, line: nil, words: "\(error)")
        }
        var theme = base ?? Theme(name: "")
        theme.name = table["name"]?.string ?? fileName(file)
        theme.about = table["about"]?.string ?? ""
        for key in table.keys where !["name", "about", "roles"].contains(key) {
            throw ThemeError(
                file: file, line: line(of: key, in: text),
                words: "unknown key '\(key)'; expected name, about or [roles]")
        }
        guard let value = table["roles"] else { return theme }
        guard let roles = value.table else {
            throw ThemeError(file: file, line: line(of: "roles", in: text), words: "expected a table as [roles]")
        }
        for key in roles.keys {
            guard let role = Role(rawValue: key) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw ThemeError(
                    file: file, line: line(of: key, in: text), words: "unknown role '\(key)'; expected one of \(known)")
            }
            theme.styles[role] = try style(roles[key], role, file, text)
        }
        return theme
    }

    private static func style(_ value: (any TOMLValueConvertible)?, _ role: Role, _ file: String, _ text: String)
        throws(ThemeError) -> Style
    {
        guard let table = value?.table else {
            throw ThemeError(
                file: file, line: line(of: role.rawValue, in: text),
                words: "expected a table such as { fg = \"green\", bold = true } for '\(role.rawValue)'")
        }
        var style = Style()
        for key in table.keys {
            if key == "fg" || key == "bg" {
                let written = table[key]?.string ?? table[key]?.int.map { "\($0)" } ?? ""
                guard let colour = ThemeColor(written) else {
                    throw ThemeError(
                        file: file, line: line(of: role.rawValue, in: text),
                        words:
                            "'\(written)' is no colour for \(role.rawValue).\(key); expected default, a name (red, bright-red), 0-255 or #rrggbb"
                    )
                }
                if key == "fg" { style.foreground = colour } else { style.background = colour }
            } else if let attribute = Style.Attribute(rawValue: key) {
                guard let on = table[key]?.bool else {
                    throw ThemeError(
                        file: file, line: line(of: role.rawValue, in: text),
                        words: "expected true or false for \(role.rawValue).\(key)")
                }
                if on { style.attributes.insert(attribute) }
            } else {
                throw ThemeError(
                    file: file, line: line(of: role.rawValue, in: text),
                    words:
                        "unknown key '\(key)' in \(role.rawValue); expected fg, bg, bold, dim, underline, reverse or italic"
                )
            }
        }
        return style
    }

    /// TOMLKit keeps places of syntax errors only: a key's line is where it is written first.
    private static func line(of key: String, in text: String) -> Int? {
        for (number, line) in text.lines.enumerated() {
            let start = line.drop { $0 == " " || $0 == "\t" || $0 == "[" || $0 == "\"" }
            if start.hasPrefix(key) { return number + 1 }
        }
        return nil
    }

    private static func fileName(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".toml") ? String(last.dropLast(5)) : last
    }
}
