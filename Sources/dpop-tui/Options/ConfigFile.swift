import Arguments
import Documents
import FlowModel

/// Profiles out of `$XDG_CONFIG_HOME/dpop-tui/config.toml`, the user's, and `./dpop-tui.toml`, the folder's.
///
/// A folder is not the user: its profiles are named `project:NAME`, inherit from each other only, and `FolderWish`es of
/// theirs wait until the person has allowed the file.
struct ConfigFile {
    enum Owner { case user, project }

    let path: String
    let owner: Owner
    /// Stands for the file as it is now.
    let seal: String
    private let root: TOMLValue

    /// What a folder's profiles are told apart by.
    static let prefix = "project:"

    static var userPath: String {
        environment("DPOP_TUI_CONFIG")
            ?? (environment("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? (environment("HOME") ?? "")
                + "/.config")
            + "/dpop-tui/config.toml"
    }

    static let projectPath = "dpop-tui.toml"

    /// The user's file, then the folder's, as far as they are there. A folder's file that is the user's is theirs.
    static func all() throws -> [ConfigFile] {
        var files: [ConfigFile] = []
        if access(userPath, F_OK) == 0 { files.append(try ConfigFile(userPath)) }
        if access(projectPath, F_OK) == 0, FilePath.real(projectPath) != FilePath.real(userPath) {
            files.append(try ConfigFile(projectPath, owner: .project))
        }
        return files
    }

    /// Of a folder's file, which anybody may have put there.
    private static let sizeLimit = 1 << 20

    init(_ path: String, owner: Owner = .user) throws {
        (self.path, self.owner) = (path, owner)
        var info = stat()
        if owner == .project, stat(path, &info) == 0,
            info.st_mode & S_IFMT != S_IFREG || info.st_size > Self.sizeLimit
        {
            throw ConfigError(place: path, words: "expected a file of at most 1 MB")
        }
        let content: Bytes
        do throws(FileError) { content = try FileBytes.read(path) } catch {
            throw ConfigError(place: path, words: error.reason)
        }
        do throws(TOMLProblem) { root = try TOMLText.parse(content.text) } catch {
            throw ConfigError(place: path.at(error.place), words: "expected TOML: \(error.words)")
        }
        seal = Allowances.seal(FilePath.real(path) ?? path, content)
        try check()
    }

    var defaultProfile: String? { root["default"]?.string }
    /// Where the default is written, for messages.
    var defaultPlace: String { path.at(root["default"]?.place) }
    var profileNames: [String] { profiles.map(\.key).sorted() }
    /// As they are called from outside.
    var shownNames: [String] { profileNames.map(shown) }
    func shown(_ name: String) -> String { owner == .project ? Self.prefix + name : name }
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

    /// The file a name leads to and the profile's own name there: the user's wins the bare name.
    static func find(_ name: String, in files: [ConfigFile]) throws -> (file: ConfigFile, name: String) {
        let bare = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
        for file in files {
            if file.profileNames.contains(name) { return (file, name) }
            if file.owner == .project, let bare, file.profileNames.contains(bare) { return (file, bare) }
        }
        if let hint = SchemelessURL.hint(name) { throw ConfigError(place: "'\(name)'", words: hint) }
        let known = files.flatMap(\.shownNames).joined(separator: ", ")
        throw ConfigError(
            place: files.last?.path ?? userPath,
            words: "there is no profile '\(name)'; there are \(known.isEmpty ? "none" : known)")
    }

    /// A profile with what it inherits, in its own file.
    static func profile(_ name: String, in files: [ConfigFile]) throws -> Values {
        let (file, name) = try find(name, in: files)
        return try file.profile(name)
    }

    func profile(_ name: String) throws -> Values {
        var values = Values()
        var (next, seen): (String?, [String]) = (name, [])
        while let current = next {
            guard !seen.contains(current) else {
                throw ConfigError(
                    place: path,
                    words: "profile '\(current)' inherits itself: \((seen + [current]).joined(separator: " → "))")
            }
            guard let profile = profiles.first(where: { $0.key == current }) else {
                let by = seen.last.map { ", which '\($0)' inherits" } ?? ""
                let known = profileNames.joined(separator: ", ")
                throw ConfigError(
                    place: path, words: "there is no profile '\(current)'\(by); there are \(known)")
            }
            seen.append(current)
            let own = try own(profile)
            values.fill(from: own.values)
            next = own.parent
        }
        return values
    }
}
