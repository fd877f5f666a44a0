/// Environments, keycloak.conf and Dockerfiles.
extension ConfigReader {
    mutating func readEnvironment(_ piece: Piece) {
        let before = configuration.accounts.count
        if let document = FlatTOML.document(piece.text, firstLine: piece.firstLine) { return take([document], piece) }
        var settings: [KeycloakSetting] = []
        var isKeycloakFile = piece.file.hasSuffix("keycloak.conf")
        var isKongFile = piece.file.hasSuffix("kong.conf")
        for (index, raw) in piece.text.lines.enumerated() {
            var line = raw.trimmedASCII
            guard !line.isEmpty, !line.hasPrefix("#"), !line.hasPrefix("[") else { continue }
            if line.hasPrefix("export ") { line = line.dropFirst(7) }
            guard let pair = line.pair(by: "=") else { continue }
            let name = String(pair.name.trimmedASCII)
            settings.append(
                .init(name: name, value: .text(Self.bare(pair.value)), line: piece.firstLine + index))
            if name.lowercased().hasSuffix("authrequestheaders") { takeForwardAuth(pair.value, piece, index) }
            if ServerFlags.marks.contains(name) { isKeycloakFile = true }
            if ["trusted_ips", "proxy_listen", "admin_listen", "real_ip_header"].contains(name) { isKongFile = true }
        }
        if piece.origin.isFile, !isKeycloakFile, !isKongFile {
            configuration.sources.append(
                .init(kind: .environmentFile, name: piece.file, file: piece.file, settings: settings))
        }
        if isKongFile {
            let named = settings.map { setting in
                KeycloakSetting(name: "KONG_" + setting.name.uppercased(), value: setting.value, line: setting.line)
            }
            takeServer(
                image: "kong", isOwn: false, settings: named, arguments: [], ports: [], service: nil,
                place: piece.at(piece.firstLine), words: "kong.conf")
        } else if isKeycloakFile, !settings.contains(where: { $0.name.hasPrefix("KC_") }) {
            configuration.sources.append(
                .init(kind: .configFile, name: "keycloak.conf", file: piece.file, settings: settings))
            takeServer(
                image: "", isOwn: true, settings: settings, arguments: [], ports: [], service: nil,
                place: piece.at(piece.firstLine), words: "keycloak.conf", isSource: true)
            markFragment(piece)
        } else {
            takeEnvironment(settings, piece, words: "environment of Keycloak", isSource: piece.origin.isFile)
        }
        configuration.takeFramework(settings, piece.file)
        if configuration.accounts.count == before { ignore(piece.place, Self.nothing) }
    }

    /// The server just taken is a listing of a text.
    private mutating func markFragment(_ piece: Piece) {
        guard case .fence = piece.origin, let last = configuration.keycloaks.indices.last else { return }
        configuration.keycloaks[last].isFragment = true
    }

    /// Traefik's forward authentication in TOML.
    private mutating func takeForwardAuth(_ value: String, _ piece: Piece, _ index: Int) {
        let line = piece.firstLine + index
        let names = value.split { "[]\"', ".contains($0) }.map { ConfigNode(.text(String($0)), line: line) }
        let node = ConfigNode.map([("authRequestHeaders", ConfigNode(.list(names), line: line))], line: line)
        let document = ConfigDocument(file: piece.file, origin: piece.origin, root: node)
        configuration.forwardAuths.append(.init(document: document, node: node, line: line))
        configuration.accounts.append(.read(piece.at(line), "Traefik's forward authentication"))
    }

    /// Variables of no server in particular: Keycloak's are known by their names.
    mutating func takeEnvironment(
        _ settings: [KeycloakSetting], _ piece: Piece, words: String, isSource: Bool = false, unseen: [String] = []
    ) {
        if let first = settings.first(where: { ServerFlags.isOption($0.name) }) {
            takeServer(
                image: "", isOwn: true, settings: settings, arguments: [], ports: [], service: nil,
                place: piece.at(first.line), words: words, unseen: unseen, isSource: isSource)
            markFragment(piece)
        } else if let kong = settings.first(where: { $0.name.hasPrefix("KONG_") }) {
            takeServer(
                image: "kong", isOwn: false, settings: settings, arguments: [], ports: [], service: nil,
                place: piece.at(kong.line))
        }
        for setting in settings where setting.name.hasSuffix("ISSUER") || setting.name.hasSuffix("ISSUER_URL") {
            guard case .text(let text) = setting.value, let issuer = IssuerText.issuer(of: text) else { continue }
            configuration.mentions.append(.init(value: issuer, place: piece.at(setting.line)))
            ignore(piece.at(setting.line), "configures nothing known here; the issuer that it names is compared")
        }
    }

    /// A value without its quotes and the comment behind it.
    static func bare(_ value: String) -> String {
        let value = value.trimmedASCII
        if let first = value.first, first == "\"" || first == "'" {
            let inner = value.dropFirst()
            return String(inner.prefix { $0 != first })
        }
        return String((value.firstRange(of: " #").map { value[..<$0.lowerBound] } ?? value).trimmedASCII)
    }

    mutating func readDockerfile(_ piece: Piece) {
        var (image, settings, arguments): (String, [KeycloakSetting], [String]) = ("", [], [])
        var (stages, usual): (Set<String>, [String: String]) = ([], [:])
        var place = piece.place
        for command in ShellReader(piece.text, firstLine: piece.firstLine).commands {
            guard let name = command.words.first?.text.uppercased() else { continue }
            let rest = command.words.dropFirst()
            switch name {
            case "FROM":
                let named = rest.first { !$0.text.hasPrefix("--") }?.text ?? ""
                let isStage = stages.contains(named)
                if let at = rest.firstIndex(where: { $0.text.lowercased() == "as" }), at + 1 < rest.endIndex {
                    stages.insert(rest[at + 1].text)
                }
                if isStage { continue }
                image = ServerJoin.filled(named, usual, hasFile: true) ?? named
                place = piece.at(command.words[0].line)
            case "ENV":
                if let first = rest.first, !first.text.contains("="), let second = rest.dropFirst().first {
                    settings.append(.init(name: first.text, value: .text(second.text), line: first.line))
                }
                for word in rest {
                    guard let pair = word.text.pair(by: "=") else { continue }
                    settings.append(.init(name: pair.name, value: .text(pair.value), line: word.line))
                }
            case "ARG":
                if let pair = rest.first?.text.pair(by: "=") { usual[pair.name] = pair.value }
            case "RUN", "CMD", "ENTRYPOINT":
                // The shell's words of a text that is one word are those of its own.
                let words = rest.flatMap { word in
                    word.text.split { "[],\" ".contains($0) }.map { (String($0), word.line) }
                }
                arguments += words.map(\.0)
                settings += ServerFlags.settings(words)
            default: break
            }
        }
        let isServer = takeServer(
            image: image, isOwn: false, settings: settings, arguments: arguments, ports: [], service: nil,
            place: place, isSource: true)
        if isServer {
            configuration.sources.append(
                .init(
                    kind: .dockerfile, name: piece.file, file: piece.file, settings: settings, image: image,
                    isDevelopment: arguments.contains("start-dev")))
        }
        if !isServer { ignore(piece.place, Self.nothing) }
    }

    // MARK: servers

    /// A container or process that may be Keycloak or Kong. Whether it was one.
    @discardableResult
    mutating func takeServer(
        image: String, isOwn: Bool, settings: [KeycloakSetting], arguments: [String], ports: [String],
        service: String?, place: ConfigPlace, words: String? = nil, references: [SettingReference] = [],
        unseen: [String] = [], isSource: Bool = false
    ) -> Bool {
        ServerFlags.take(
            into: &configuration, image: image, isOwn: isOwn, settings: settings, arguments: arguments, ports: ports,
            service: service, place: place, words: words, references: references, unseen: unseen, isSource: isSource)
    }
}
