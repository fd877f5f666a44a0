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
                list.append(.init(name: pair.name, value: .text(pair.value), line: word.1))
            } else if index + 1 < words.count, !words[index + 1].0.hasPrefix("-"), name != "optimized" {
                list.append(.init(name: String(name), value: .text(words[index + 1].0), line: word.1))
            }
        }
        return list
    }

    static func version(of image: String) -> [Int]? {
        let name = image.split(separator: "@").first.map(String.init) ?? image
        guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return nil }
        var numbers: [Int] = []
        for part in name[name.index(after: colon)...].split(whereSeparator: { $0 == "." || $0 == "-" }) {
            guard let number = Untrusted<Int>(part)?.within(0...100_000) else { break }
            numbers.append(number)
        }
        return numbers.isEmpty ? nil : numbers
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

    @discardableResult
    static func take(
        into configuration: inout Configuration, image: String, isOwn: Bool, settings: [KeycloakSetting],
        arguments: [String], ports: [String], service: String?, place: ConfigPlace, words: String? = nil
    ) -> Bool {
        let hasOptions = settings.contains { $0.name.hasPrefix("KC_") }
        if isOwn || hasOptions || image.has("keycloak") && !image.has("keycloak-config-cli") {
            var options: [String: (text: String?, line: Int)] = [:]
            var written: [Configuration.Mention] = []
            for setting in settings {
                let node = ConfigNode(setting.value, line: setting.line)
                options[option(setting.name)] = (node.scalar, setting.line)
                written.append(.init(value: setting.name, place: ConfigPlace(place.file, setting.line)))
            }
            configuration.keycloaks.append(
                KeycloakServer(
                    place: place, file: place.file, version: version(of: image),
                    isDevelopment: arguments.contains("start-dev"), options: options, written: written, ports: ports,
                    service: service))
            configuration.accounts.append(.read(place, words ?? "Keycloak server"))
            return true
        }
        guard isKong(image) else { return false }
        var environment: [String: String] = [:]
        for setting in settings {
            environment[setting.name] = ConfigNode(setting.value, line: setting.line).scalar ?? ""
        }
        configuration.kongs.append(
            KongServer(
                place: place, image: image, version: version(of: image), service: service, environment: environment))
        configuration.accounts.append(.read(place, "Kong server"))
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
