import FlowModel
import TOMLKit

/// Profiles out of `$XDG_CONFIG_HOME/dpop-tui/config.toml` and `./dpop-tui.toml`.
struct ConfigFile {
    let path: String
    private let text: String
    private let root: TOMLTable

    /// The user's file, then the project's: the second wins.
    static var paths: [String] {
        let user =
            environment("DPOP_TUI_CONFIG")
            ?? (environment("XDG_CONFIG_HOME").flatMap { $0.isEmpty ? nil : $0 } ?? (environment("HOME") ?? "")
                + "/.config")
            + "/dpop-tui/config.toml"
        return [user, "dpop-tui.toml"]
    }

    static func all() throws -> [ConfigFile] {
        try paths.filter { access($0, F_OK) == 0 }.map { try ConfigFile($0) }
    }

    init(_ path: String) throws {
        self.path = path
        do throws(FileError) { text = try FileBytes.read(path).text } catch {
            throw ConfigError(place: path, words: error.reason)
        }
        do { root = try TOMLTable(string: text) } catch let error as TOMLParseError {
            throw ConfigError(place: "\(path):\(error.source.begin.line)", words: "expected TOML: \(error.description)")
        }
        try check()
    }

    var defaultProfile: String? { root["default"]?.string }
    var profileNames: [String] { root["profiles"]?.table?.keys.sorted() ?? [] }

    /// Every profile's every key.
    private func check() throws {
        for key in root.keys where key != "default" && key != "profiles" {
            throw ConfigError(
                place: place(key, in: nil), words: "unknown key '\(key)'; expected default or [profiles.NAME]")
        }
        guard let profiles = root["profiles"] else { return }
        guard let table = profiles.table else {
            throw ConfigError(place: place("profiles", in: nil), words: "expected tables named [profiles.NAME]")
        }
        for name in table.keys { _ = try own(name) }
        if let wanted = defaultProfile, table[wanted] == nil {
            throw ConfigError(
                place: place("default", in: nil),
                words: "there is no profile '\(wanted)'; there are \(profileNames.joined(separator: ", "))")
        }
    }

    /// A profile's own settings, without what it inherits.
    private func own(_ name: String) throws -> (values: SettingValues, parent: String?) {
        guard let table = root["profiles"]?.table?[name]?.table else {
            throw ConfigError(place: path, words: "expected a table [profiles.\(name)]")
        }
        var values = SettingValues()
        for key in table.keys where key != "inherits" {
            guard let setting = Setting.named(key) else {
                let near = Setting.all.map(\.name).min { Self.distance($0, key) < Self.distance($1, key) } ?? ""
                throw ConfigError(
                    place: place(key, in: name), words: "unknown setting '\(key)'; did you mean '\(near)'?")
            }
            values.set(key, try texts(table[key], setting, name), SettingSource(words: place(key, in: name)))
            try values.check(setting)
        }
        return (values, table["inherits"]?.string)
    }

    private func texts(_ value: (any TOMLValueConvertible)?, _ setting: Setting, _ profile: String) throws -> [String] {
        if let text = value?.string { return [text] }
        if let flag = value?.bool { return [flag ? "true" : "false"] }
        if let number = value?.int { return ["\(number)"] }
        if let number = value?.double { return ["\(number)"] }
        if case .list = setting.kind, let array = value?.array {
            return try array.map { item in
                guard let text = item.string else {
                    throw ConfigError(
                        place: place(setting.name, in: profile), words: "expected texts in the list \(setting.name)")
                }
                return text
            }
        }
        throw ConfigError(place: place(setting.name, in: profile), words: "expected a text for \(setting.name)")
    }

    /// A profile with what it inherits.
    static func profile(_ name: String, in files: [ConfigFile]) throws -> SettingValues {
        var values = SettingValues()
        var (next, seen): (String?, [String]) = (name, [])
        while let current = next {
            guard !seen.contains(current) else {
                throw ConfigError(
                    place: files.last?.path ?? "config",
                    words: "profile '\(current)' inherits itself: \((seen + [current]).joined(separator: " → "))")
            }
            seen.append(current)
            let holders = files.filter { $0.profileNames.contains(current) }
            guard !holders.isEmpty else {
                let known = Set(files.flatMap(\.profileNames)).sorted().joined(separator: ", ")
                let by = seen.count > 1 ? ", which '\(seen[seen.count - 2])' inherits" : ""
                throw ConfigError(
                    place: files.last?.path ?? paths[0],
                    words: "there is no profile '\(current)'\(by); there are \(known.isEmpty ? "none" : known)")
            }
            next = nil
            for file in holders.reversed() {
                let own = try file.own(current)
                values.fill(from: own.values)
                next = next ?? own.parent
            }
        }
        return values
    }

    /// `file:line` of a key; TOMLKit keeps places of syntax errors only.
    private func place(_ key: String, in profile: String?) -> String {
        var isInside = profile == nil
        for (number, line) in text.lines.enumerated() {
            let bare = line.drop { $0 == " " || $0 == "\t" }
            if let profile, bare.hasPrefix("[") {
                isInside = bare.hasPrefix("[profiles.\(profile)]") || bare.hasPrefix("[profiles.\"\(profile)\"]")
            }
            let start = bare.drop { $0 == "\"" || $0 == "[" }
            if isInside, start.hasPrefix(key),
                !start.dropFirst(key.count).prefix(1).contains(where: { $0.isLetter || $0 == "-" })
            {
                return "\(path):\(number + 1)"
            }
        }
        return path
    }

    /// Edits between two names, for suggestions.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var row = Array(0...b.count)
        for i in 0..<a.count {
            var corner = row[0]
            row[0] = i + 1
            for j in 0..<b.count {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, corner + (a[i] == b[j] ? 0 : 1))
                corner = above
            }
        }
        return row[b.count]
    }
}
