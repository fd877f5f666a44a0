import Documents

/// What is wrong with a theme file, and where.
struct ThemeError: Error, CustomStringConvertible {
    let file: String
    let place: TOMLValue.Place?
    let words: String

    var description: String { "\(file.at(place)): \(words)" }
}

/// Reads themes: TOML, `[roles]` with a style each; what a theme does not name it takes from the default.
struct ThemeFile {
    private let file: String

    static func parse(_ text: String, file: String, base: Theme?) throws(ThemeError) -> Theme {
        try ThemeFile(file: file).theme(text, base: base)
    }

    private func theme(_ text: String, base: Theme?) throws(ThemeError) -> Theme {
        let root: TOMLValue
        do { root = try TOMLText.parse(text) } catch {
            throw problem("expected TOML: \(error.words)", error.place)
        }
        var theme = base ?? Theme(name: "")
        theme.name = Self.name(of: file)
        theme.about = ""
        for member in root.members {
            switch member.key {
            case "name": theme.name = try self.text(member)
            case "about": theme.about = try self.text(member)
            case "roles": try takeRoles(member, into: &theme)
            default: throw problem("unknown key '\(member.key)'; expected name, about or [roles]", member.place)
            }
        }
        return theme
    }

    private func takeRoles(_ roles: TOMLValue.Member, into theme: inout Theme) throws(ThemeError) {
        guard roles.value.isTable else { throw problem("expected a table as [roles]", roles.value.place) }
        for member in roles.value.members {
            guard let role = Role(rawValue: member.key) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw problem("unknown role '\(member.key)'; expected one of \(known)", member.place)
            }
            theme.styles[role] = try style(member)
        }
        let named = Set(roles.value.members.compactMap { Role(rawValue: $0.key) })
        for role in Role.allCases where !named.contains(role) {
            if let other = role.fallback, named.contains(other) { theme.styles[role] = theme.styles[other] }
        }
    }

    private func style(_ role: TOMLValue.Member) throws(ThemeError) -> Style {
        guard role.value.isTable else {
            throw problem(
                "expected a table such as { fg = \"green\", bold = true } for '\(role.key)'", role.value.place)
        }
        var style = Style()
        for member in role.value.members {
            let name = "\(role.key).\(member.key)"
            if member.key == "fg" {
                style.foreground = try colour(member.value, name)
            } else if member.key == "bg" {
                style.background = try colour(member.value, name)
            } else if let attribute = Style.Attribute(rawValue: member.key) {
                guard let isOn = member.value.boolean else {
                    throw problem("expected true or false for \(name)", member.value.place)
                }
                if isOn { style.attributes.insert(attribute) }
            } else {
                let known = "fg, bg, bold, dim, underline, reverse or italic"
                throw problem("unknown key '\(member.key)' in \(role.key); expected \(known)", member.place)
            }
        }
        return style
    }

    private func colour(_ value: TOMLValue, _ name: String) throws(ThemeError) -> ThemeColor {
        let written: String
        switch value.content {
        case .text(let text): written = text
        case .integer(let number): written = "\(number)"
        default: written = ""
        }
        guard let colour = ThemeColor(written) else {
            let expected = "default, a name (red, bright-red), 0-255 or #rrggbb"
            throw problem("'\(written)' is no colour for \(name); expected \(expected)", value.place)
        }
        return colour
    }

    private func text(_ member: TOMLValue.Member) throws(ThemeError) -> String {
        guard let text = member.value.string else {
            throw problem("expected a text for \(member.key)", member.value.place)
        }
        return text
    }

    private func problem(_ words: String, _ place: TOMLValue.Place?) -> ThemeError {
        ThemeError(file: file, place: place, words: words)
    }

    private static func name(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".toml") ? String(last.dropLast(5)) : last
    }
}
