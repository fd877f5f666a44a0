/// What starts Keycloak and Kong: images, environments, flags.
enum ServerFlags {
    /// Names that only keycloak.conf has.
    static let marks: Set<String> = ["proxy-headers", "hostname", "http-enabled", "hostname-strict", "features"]

    /// `--name=value`, `--name value` and bare flags among words.
    static func settings(_ words: [(String, Int)]) -> [KeycloakSetting] {
        var list: [KeycloakSetting] = []
        for (index, word) in words.enumerated() where word.0.hasPrefix("--") {
            let name = word.0.dropFirst(2)
            if let pair = name.pair(by: "=") {
                list.append(.init(name: pair.name, value: .text(pair.value), line: word.1, isFlag: true))
            } else if index + 1 < words.count, !words[index + 1].0.hasPrefix("-"), name != "optimized" {
                list.append(.init(name: String(name), value: .text(words[index + 1].0), line: word.1, isFlag: true))
            }
        }
        return list
    }

    /// Makers who number their images as Keycloak numbers its releases.
    private static let makers: [StaticString] = ["keycloak/keycloak", "bitnami", "jboss/", "rhbk/", "phasetwo"]

    /// The version that an image's tag names; nil where there is none, or where the numbers may be somebody's own.
    static func version(of image: String) -> [Int]? {
        let name = image.split(separator: "@").first.map(String.init) ?? image
        guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return nil }
        var numbers: [Int] = []
        for part in name[name.index(after: colon)...].split(whereSeparator: { $0 == "." || $0 == "-" }) {
            guard let number = Untrusted<Int>(part)?.within(0...100_000) else { break }
            numbers.append(number)
        }
        guard let first = numbers.first else { return nil }
        let repository = name[..<colon]
        let isKnown =
            !repository.contains("/") || isKong(String(repository)) || makers.contains { repository.has($0) }
        return isKnown || numbers.count > 1 && (17...99).contains(first) ? numbers : nil
    }

    static func option(_ name: String) -> String {
        let bare = name.hasPrefix("KC_") ? String(name.dropFirst(3)) : name
        return bare.lowercased().split(separator: "_", omittingEmptySubsequences: false).joined(separator: "-")
    }

    private static func isKong(_ image: String) -> Bool {
        let name = image.split(separator: ":").first.map(String.init) ?? image
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return last == "kong" || last == "kong-gateway" || last == "kong-ee" || last == "kong-gateway-dev"
    }

    /// Programs beside Keycloak that have its name in theirs.
    private static let companions: [StaticString] = [
        "proxy", "gatekeeper", "config-cli", "operator", "init", "export", "metrics", "cli", "backup", "migrat",
        "benchmark", "adapter", "test", "sync", "postgres:", "-db", "theme", "terraform", "mock",
    ]

    /// Whether an image is one of the server's.
    static func isKeycloak(_ image: String) -> Bool {
        let bare = image.split(separator: "@").first.map(String.init) ?? image
        let last = bare.split(separator: "/").last.map { $0.lowercased() } ?? bare.lowercased()
        let name = last.split(separator: ":").first.map(String.init) ?? last
        if name == "keycloak" || name == "keycloak-postgres" || name.hasPrefix("rhbk") { return true }
        return (image.has("keycloak") || last.has("keycloak")) && !companions.contains { last.has($0) }
    }

    /// What Keycloak's options begin with: other variables with `KC_` in front are a script's own.
    private static let beginnings = [
        "KC_DB", "KC_HOSTNAME", "KC_HTTP", "KC_HTTPS", "KC_PROXY", "KC_FEATURE", "KC_HEALTH", "KC_METRICS", "KC_LOG",
        "KC_CACHE", "KC_BOOTSTRAP", "KC_SPI", "KC_TRANSACTION", "KC_TRACING", "KC_TRUSTSTORE", "KC_MANAGEMENT",
        "KC_FIPS", "KC_CONFIG", "KC_OPTIMIZED", "KC_RUN_IN_CONTAINER", "KC_LEGACY",
    ]

    /// Whether a variable sets an option of the server's.
    static func isOption(_ name: String) -> Bool { name.hasPrefix("KC_") && beginnings.contains { name.hasPrefix($0) } }

    /// Bitnami's images have names of their own, which they hand on to Keycloak's.
    private static func ofBitnami(_ setting: KeycloakSetting) -> KeycloakSetting {
        let names = [
            "KEYCLOAK_PROXY_HEADERS": "KC_PROXY_HEADERS", "KEYCLOAK_HOSTNAME": "KC_HOSTNAME",
            "KEYCLOAK_PROXY": "KC_PROXY", "KEYCLOAK_HTTP_RELATIVE_PATH": "KC_HTTP_RELATIVE_PATH",
            "KEYCLOAK_HOSTNAME_STRICT": "KC_HOSTNAME_STRICT", "KEYCLOAK_FEATURES": "KC_FEATURES",
            "KEYCLOAK_HTTPS_CERTIFICATE_FILE": "KC_HTTPS_CERTIFICATE_FILE",
        ]
        guard let name = names[setting.name] else { return setting }
        return KeycloakSetting(name: name, value: setting.value, line: setting.line, reference: setting.reference)
    }

    @discardableResult
    static func take(
        into configuration: inout Configuration, image: String, isOwn: Bool, settings: [KeycloakSetting],
        arguments: [String], ports: [String], service: String?, place: ConfigPlace, words: String? = nil,
        references: [SettingReference] = [], unseen: [String] = [], isSource: Bool = false
    ) -> Bool {
        if isOwn || settings.contains(where: { isOption($0.name) }) || isKeycloak(image) {
            var server = KeycloakServer(
                place: place, file: place.file, image: image, version: version(of: image),
                isDevelopment: arguments.contains("start-dev"), ports: ports, service: service, references: references,
                unseen: unseen, isSource: isSource)
            let settings = image.has("bitnami") ? settings.map(ofBitnami) : settings
            // Of a setting that stands twice the last counts.
            server.add(settings, from: place.file, overriding: true)
            configuration.keycloaks.append(server)
            configuration.accounts.append(.read(place, words ?? "Keycloak server"))
            return true
        }
        guard isKong(image) else { return false }
        var environment: [String: String] = [:]
        for setting in settings {
            environment[setting.name] = ConfigNode(setting.value, line: setting.line).scalar ?? "?"
        }
        if !references.isEmpty, environment["KONG_TRUSTED_IPS"] == nil { environment["KONG_TRUSTED_IPS"] = "?" }
        configuration.kongs.append(
            KongServer(
                place: place, image: image, version: version(of: image), service: service, environment: environment))
        configuration.accounts.append(.read(place, words ?? "Kong server"))
        return true
    }
}

/// What of a URL is an issuer.
enum IssuerText {
    /// The issuer that a discovery URL, a realm's endpoint or an issuer itself names.
    static func issuer(of url: String) -> String? {
        guard url.has("://") else { return nil }
        if let range = url.range(of: "/.well-known/") {
            let before = String(url[..<range.lowerBound])
            // RFC 8414 inserts the well-known part before the path.
            let after = url[range.upperBound...].drop { $0 != "/" }
            return after.isEmpty ? before : before + after
        }
        guard let realms = url.range(of: "/realms/"), !url[..<realms.lowerBound].has("/admin") else { return nil }
        let name = url[realms.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\"" }
        guard !name.isEmpty else { return nil }
        let rest = url[realms.upperBound...].dropFirst(name.count)
        guard rest.isEmpty || rest == "/" || rest.hasPrefix("/protocol/") || rest.hasPrefix("/clients-registrations")
        else { return nil }
        return String(url[..<realms.upperBound]) + name + (rest == "/" ? "/" : "")
    }

    /// An issuer as a plugin's setting names it: its discovery URL is one as well.
    static func configured(_ text: String) -> String { text.has("/.well-known/") ? issuer(of: text) ?? text : text }
}
