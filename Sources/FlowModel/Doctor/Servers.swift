/// A setting of a server, as an environment, a flag or a file has it.
struct KeycloakSetting: Sendable {
    let name: String
    let value: ConfigNode.Value
    let line: Int
    /// Where the value is, when it is in another object: a ConfigMap's or a Secret's key.
    var reference: SettingReference?
    /// Whether it is one of the command line's, where Keycloak refuses what it does not know.
    var isFlag = false
}

/// What a server takes settings from, and where they are to be found.
struct SettingReference: Sendable, Equatable {
    enum Kind: Sendable { case environmentFile, configMap, secret, dockerfile, configFile, service }

    let kind: Kind
    /// A file's path or an object's name.
    let name: String
    /// One key of it; nil for all of it.
    var key: String?

    var shown: String {
        switch kind {
        case .environmentFile: "the file \(name)"
        case .configMap: "the ConfigMap \(name)"
        case .secret: "the Secret \(name)"
        case .dockerfile: "the image's Dockerfile"
        case .configFile: "the file \(name)"
        case .service: "the service that it extends, \(name)"
        }
    }
}

/// Settings that a server may name.
struct SettingSource: Sendable {
    let kind: SettingReference.Kind
    /// The file's path, or the object's name.
    let name: String
    let file: String
    let settings: [KeycloakSetting]
    /// The image that a Dockerfile begins with.
    var image = ""
    var isDevelopment = false
}

/// A Keycloak that is started somewhere in the files.
struct KeycloakServer: Sendable {
    struct Option: Sendable {
        /// Nil for what is filled in later.
        var text: String?
        let raw: ConfigNode.Value
        let file: String
        let line: Int
    }

    let place: ConfigPlace
    let file: String
    /// As written, with variables.
    var image: String
    /// 26, 3, 5; nil when the image has no numbers, or numbers of its maker's own.
    var version: [Int]?
    var isDevelopment: Bool
    /// By the option's name: `proxy-headers`.
    var options: [String: Option] = [:]
    /// Names as they were written, for near misses.
    var written: [Configuration.Mention] = []
    var flags: [Configuration.Mention] = []
    var ports: [String]
    /// Its name among the services of a compose file, or the workload's.
    let service: String?
    /// What it takes more settings from.
    var references: [SettingReference] = []
    /// What of it cannot be seen in the files given.
    var unseen: [String] = []
    /// Whether it is a file of variables, which another server may name.
    var isSource = false
    /// Whether it is one listing of a text, which may have others of the same server.
    var isFragment = false

    func text(_ option: String) -> String? { options[option]?.text }
    func has(_ option: String) -> Bool { options[option] != nil }
    func place(_ option: String) -> ConfigPlace {
        options[option].map { ConfigPlace($0.file, $0.line) } ?? place
    }

    /// Whether the version is known and older.
    func isBefore(_ numbers: [Int]) -> Bool { version.map { $0.lexicographicallyPrecedes(numbers) } ?? false }

    var features: [String] { Self.list(text("features")) }
    var disabledFeatures: [String] { Self.list(text("features-disabled")) }
    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.trimmedASCII.lowercased() }
    }

    /// The host of KC_HOSTNAME, in small letters.
    var publicHost: String? {
        guard let name = text("hostname") ?? text("hostname-url"), !name.isEmpty else { return nil }
        let url = HTTPURL(name)
        return (url.host.isEmpty ? name[...] : url.host).lowercased()
    }
    /// Whether it ends TLS itself.
    var hasCertificate: Bool {
        options.keys.contains { $0.hasPrefix("https-certificate") || $0.hasPrefix("https-key-store") }
    }
    /// Whether somebody else must end TLS.
    var speaksPlainHTTP: Bool {
        guard !hasCertificate else { return false }
        if let enabled = options["http-enabled"] { return enabled.text.map { $0.lowercased() == "true" } ?? false }
        return isDevelopment || text("proxy") == "edge"
    }

    /// Takes settings over; what is there already stays.
    mutating func add(_ settings: [KeycloakSetting], from file: String, overriding: Bool = false) {
        for setting in settings {
            let node = ConfigNode(setting.value, line: setting.line)
            let option = ServerFlags.option(setting.name)
            if overriding || options[option] == nil {
                options[option] = Option(text: node.scalar, raw: setting.value, file: file, line: setting.line)
            }
            let mention = Configuration.Mention(value: setting.name, place: ConfigPlace(file, setting.line))
            if setting.isFlag { flags.append(mention) } else { written.append(mention) }
            if let reference = setting.reference { references.append(reference) }
        }
    }
}

struct KongServer: Sendable {
    let place: ConfigPlace
    let image: String
    let version: [Int]?
    let service: String?
    let environment: [String: String]
}
