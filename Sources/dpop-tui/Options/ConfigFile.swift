import Arguments
import FlowModel

/// Profiles out of `$XDG_CONFIG_HOME/dpop-tui/config.toml` and `./dpop-tui.toml`.
struct ConfigFile {
    let path: String
    private let root: TOMLValue

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
        let text: String
        do throws(FileError) { text = try FileBytes.read(path).text } catch {
            throw ConfigError(place: path, words: error.reason)
        }
        do throws(TOMLProblem) { root = try TOMLText.parse(text) } catch {
            throw ConfigError(place: path.at(error.place), words: "expected TOML: \(error.words)")
        }
        try check()
    }

    var defaultProfile: String? { root["default"]?.string }
    var profileNames: [String] { profiles.map(\.key).sorted() }
    private var profiles: [TOMLValue.Member] { root["profiles"]?.members ?? [] }

    /// Every profile's every key.
    private func check() throws {
        for member in root.members {
            switch member.key {
            case "default":
                guard member.value.string != nil else {
                    throw problem("expected the name of a profile for default", member.value.place)
                }
            case "profiles":
                guard member.value.isTable else {
                    throw problem("expected tables named [profiles.NAME]", member.value.place)
                }
            default: throw problem("unknown key '\(member.key)'; expected default or [profiles.NAME]", member.place)
            }
        }
        for profile in profiles { _ = try own(profile) }
        if let wanted = defaultProfile, !profileNames.contains(wanted) {
            let words = "there is no profile '\(wanted)'; there are \(profileNames.joined(separator: ", "))"
            throw problem(words, root["default"]?.place)
        }
    }

    /// A profile's own settings, without what it inherits.
    private func own(_ profile: TOMLValue.Member) throws -> (values: Values, parent: String?) {
        guard profile.value.isTable else {
            throw problem("expected a table [profiles.\(profile.key)]", profile.value.place)
        }
        var (values, parent): (Values, String?) = (Values(), nil)
        for member in profile.value.members {
            if member.key == "inherits" {
                parent = member.value.string
                guard parent != nil else {
                    throw problem("expected the name of a profile for inherits", member.value.place)
                }
                continue
            }
            guard let setting = RunOptions.setting(member.key) else {
                let near = NearName.of(member.key, among: RunOptions.settings.compactMap(\.key))
                let hint = near.map { "did you mean '\($0)'?" } ?? "`dpop-tui config example` lists them"
                throw problem("unknown setting '\(member.key)'; \(hint)", member.place)
            }
            let place = path.at(member.value.place)
            do {
                let said = "\(place): \(member.key)"
                let texts = try texts(member.value, setting).flatMap { try setting.texts($0, saidAt: said) }
                values.say(setting, texts, .file(place))
            } catch let error as UsageError {
                throw ConfigError(place: place, words: String("\(error)".dropFirst(place.count + 2)))
            }
        }
        return (values, parent)
    }

    private func texts(_ value: TOMLValue, _ setting: OptionSpec) throws -> [String] {
        switch value.content {
        case .text(let text): return [text]
        case .boolean(let flag): return [flag ? "true" : "false"]
        case .integer(let number): return ["\(number)"]
        case .float(let number): return ["\(number)"]
        case .array(let items):
            guard setting.isRepeated else { break }
            return try items.map { item in
                guard let text = item.string else {
                    throw problem("expected texts in the list \(setting.key ?? setting.name)", item.place)
                }
                return text
            }
        default: break
        }
        throw problem("expected a text for \(setting.key ?? setting.name)", value.place)
    }

    private func problem(_ words: String, _ place: TOMLValue.Place?) -> ConfigError {
        ConfigError(place: path.at(place), words: words)
    }

    /// A profile with what it inherits.
    static func profile(_ name: String, in files: [ConfigFile]) throws -> Values {
        var values = Values()
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
                guard let profile = file.profiles.first(where: { $0.key == current }) else { continue }
                let own = try file.own(profile)
                values.fill(from: own.values)
                next = next ?? own.parent
            }
        }
        return values
    }
}
