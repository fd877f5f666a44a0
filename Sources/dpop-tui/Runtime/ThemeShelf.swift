/// The themes there are: built in, and the user's own.
struct ThemeShelf {
    private(set) var themes: [Theme] = []
    /// What was wrong with theme files, for standard error and the first message.
    private(set) var problems: [ThemeError] = []

    init() {
        let order = ["dark", "light", "high-contrast", "colour-blind-safe", "solarized", "mono"]
        var base: Theme?
        for name in order {
            guard let text = Self.builtIn(name) else { continue }
            do throws(ThemeError) {
                let theme = try ThemeFile.parse(text, file: "themes/\(name).toml", base: base)
                base = base ?? theme
                themes.append(theme)
            } catch {
                problems.append(error)
            }
        }
        readUserThemes(base: base)
    }

    static var userFolder: String? {
        if let folder = environment("XDG_CONFIG_HOME"), !folder.isEmpty { return folder + "/dpop-tui/themes" }
        return environment("HOME").map { $0 + "/.config/dpop-tui/themes" }
    }

    private mutating func readUserThemes(base: Theme?) {
        guard let folder = Self.userFolder, let handle = opendir(folder) else { return }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".toml") { names.append(name) }
        }
        for name in names.sorted() {
            let path = folder + "/" + name
            do {
                let text = try FileBytes.read(path).text
                let theme = try ThemeFile.parse(text, file: path, base: base)
                themes.removeAll { $0.name == theme.name }
                themes.append(theme)
            } catch let error as ThemeError {
                problems.append(error)
            } catch {
                problems.append(ThemeError(file: path, place: nil, words: "\(error)"))
            }
        }
    }

    private static func builtIn(_ name: String) -> String? {
        let bytes: [UInt8]? =
            switch name {
            case "dark": PackageResources.dark_toml
            case "light": PackageResources.light_toml
            case "high-contrast": PackageResources.high_contrast_toml
            case "colour-blind-safe": PackageResources.colour_blind_safe_toml
            case "solarized": PackageResources.solarized_toml
            case "mono": PackageResources.mono_toml
            default: nil
            }
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    var names: [String] { themes.map(\.name) }

    func theme(named name: String) -> Theme { themes.first { $0.name == name } ?? themes.first ?? Theme(name: "plain") }
}
