import Documents

/// What is wrong with a theme file, and where.
struct ThemeError: Error, CustomStringConvertible {
    let file: String
    let place: TOMLValue.Place?
    let words: String

    var description: String { "\(file.at(place)): \(words)" }
}

/// Reads themes: TOML, `[roles]` with a look each; what a theme does not name it takes from another.
struct ThemeFile {
    private let file: String

    /// `base` is told the background and has the theme for what the text does not name.
    static func parse(_ text: String, file: String, base: (ThemeColor) -> Theme) throws(ThemeError) -> Theme {
        try ThemeFile(file: file).theme(text, base: base)
    }

    private func theme(_ text: String, base: (ThemeColor) -> Theme) throws(ThemeError) -> Theme {
        let root: TOMLValue
        do { root = try TOMLText.parse(text) } catch {
            throw problem("expected TOML: \(error.words)", error.place)
        }
        var background = ThemeColor.terminal
        if let member = root.members.first(where: { $0.key == "background" }) {
            background = try colour(member.value, member.key)
        }
        var theme = base(background)
        (theme.name, theme.about) = (Self.name(of: file), "")
        (theme.background, theme.isAsPublished) = (background, false)
        for member in root.members {
            switch member.key {
            case "background": break
            case "name": theme.name = try self.text(member)
            case "about": theme.about = try self.text(member)
            case "contrast": theme.isAsPublished = try isAsPublished(member)
            case "roles": try takeRoles(member, into: &theme)
            default:
                let known = "name, about, background, contrast or [roles]"
                throw problem("unknown key '\(member.key)'; expected \(known)", member.place)
            }
        }
        return theme
    }

    private func isAsPublished(_ member: TOMLValue.Member) throws(ThemeError) -> Bool {
        guard member.value.string == "as published" else {
            throw problem("expected \"as published\" for contrast, or no such key", member.value.place)
        }
        return true
    }

    private func takeRoles(_ roles: TOMLValue.Member, into theme: inout Theme) throws(ThemeError) {
        guard roles.value.isTable else { throw problem("expected a table as [roles]", roles.value.place) }
        var named = Set<Role>()
        for member in roles.value.members {
            guard let role = Role(rawValue: member.key) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw problem("unknown role '\(member.key)'; expected one of \(known)", member.place)
            }
            theme.looks[role] = try look(member)
            named.insert(role)
        }
        for role in Role.allCases where !named.contains(role) {
            if let other = role.fallback, named.contains(other) { theme.looks[role] = theme.looks[other] }
        }
    }

    private func look(_ role: TOMLValue.Member) throws(ThemeError) -> RoleLook {
        guard role.value.isTable else {
            throw problem(
                "expected a table such as { fg = \"green\", bold = true } for '\(role.key)'", role.value.place)
        }
        var look = RoleLook()
        for member in role.value.members {
            let name = "\(role.key).\(member.key)"
            if member.key == "fg" {
                look.foreground = try colour(member.value, name)
            } else if member.key == "bg" {
                look.background = try colour(member.value, name)
            } else if let attribute = Style.Attribute(rawValue: member.key) {
                guard let isOn = member.value.boolean else {
                    throw problem("expected true or false for \(name)", member.value.place)
                }
                if isOn { look.attributes.insert(attribute) }
            } else {
                let known = "fg, bg, bold, dim, underline, reverse or italic"
                throw problem("unknown key '\(member.key)' in \(role.key); expected \(known)", member.place)
            }
        }
        return look
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

    static func name(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".toml") ? String(last.dropLast(5)) : last
    }
}
