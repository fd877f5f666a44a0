/// The themes there are: built in, and the user's own. A built-in one is read when it is wanted.
struct ThemeShelf {
    /// In the order of the key `t`.
    static let builtInNames = [
        "dark", "light", "high-contrast", "colour-blind-safe", "solarized", "mono", "solarized-light",
        "high-contrast-light", "deuteranopia", "tritanopia", "pastel", "ember", "fjord", "nocturne",
    ]

    private struct OwnTheme {
        let name: String
        let path: String
        var theme: Theme
    }

    private var own: [OwnTheme] = []
    /// What was wrong with theme files, for standard error and the first message.
    private(set) var problems: [ThemeError] = []
    /// The name of the theme out of the file that was asked for.
    private(set) var given: String?

    /// `file` is a theme that stands anywhere. One that cannot be read is there all the same, with the default's look:
    /// once it is mended it is read again.
    init(file: String? = nil) {
        readUserThemes()
        guard let file else { return }
        do throws(ThemeError) { given = put(try Self.read(file), path: file) } catch {
            problems.append(error)
            var theme = Self.builtIn("dark")
            theme.name = ThemeFile.name(of: file)
            given = put(theme, path: file)
        }
    }

    /// Whether somebody who asked for that theme meant a file and not a name.
    static func isFile(_ wanted: String) -> Bool { wanted.has("/") || wanted.hasSuffix(".toml") }

    static var userFolder: String? {
        if let folder = environment("XDG_CONFIG_HOME"), !folder.isEmpty { return folder + "/dpop-tui/themes" }
        return environment("HOME").map { $0 + "/.config/dpop-tui/themes" }
    }

    private mutating func readUserThemes() {
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
            do throws(ThemeError) { _ = put(try Self.read(path), path: path) } catch { problems.append(error) }
        }
    }

    private mutating func put(_ theme: Theme, path: String) -> String {
        own.removeAll { $0.name == theme.name }
        own.append(OwnTheme(name: theme.name, path: path, theme: theme))
        return theme.name
    }

    private static func read(_ path: String) throws(ThemeError) -> Theme {
        let text: String
        do throws(FileError) { text = try FileBytes.read(path).text } catch {
            throw ThemeError(file: path, place: nil, words: "\(error)")
        }
        return try ThemeFile.parse(text, file: path, base: base)
    }

    /// For what a theme does not name: colours for a ground as dark or as light as its own.
    private static func base(_ background: ThemeColor) -> Theme {
        builtIn((background.rgb?.luminance ?? 0) > 0.18 ? "light" : "dark")
    }

    /// Those of ours are right: a test reads every one.
    static func builtIn(_ name: String) -> Theme {
        let text = String(decoding: bytes(name), as: UTF8.self)
        let theme = try? ThemeFile.parse(text, file: "themes/\(name).toml") { _ in
            name == "dark" ? Theme(name: name) : builtIn("dark")
        }
        return theme ?? Theme(name: name)
    }

    private static func bytes(_ name: String) -> [UInt8] {
        switch name {
        case "light": PackageResources.light_toml
        case "high-contrast": PackageResources.high_contrast_toml
        case "colour-blind-safe": PackageResources.colour_blind_safe_toml
        case "solarized": PackageResources.solarized_toml
        case "mono": PackageResources.mono_toml
        case "solarized-light": PackageResources.solarized_light_toml
        case "high-contrast-light": PackageResources.high_contrast_light_toml
        case "deuteranopia": PackageResources.deuteranopia_toml
        case "tritanopia": PackageResources.tritanopia_toml
        case "pastel": PackageResources.pastel_toml
        case "ember": PackageResources.ember_toml
        case "fjord": PackageResources.fjord_toml
        case "nocturne": PackageResources.nocturne_toml
        default: PackageResources.dark_toml
        }
    }

    var names: [String] {
        let mine = own.map(\.name)
        return Self.builtInNames.filter { !mine.contains($0) } + mine
    }

    func theme(named name: String) -> Theme {
        if let mine = own.first(where: { $0.name == name }) { return mine.theme }
        return Self.builtIn(Self.builtInNames.contains(name) ? name : "dark")
    }

    /// The file of a theme that is the user's own.
    func path(of name: String) -> String? { own.first { $0.name == name }?.path }

    /// Reads a theme's file again; what it was stays where the file is broken.
    mutating func reload(_ name: String) throws(ThemeError) {
        guard let index = own.firstIndex(where: { $0.name == name }) else { return }
        own[index].theme = try Self.read(own[index].path)
    }
}
