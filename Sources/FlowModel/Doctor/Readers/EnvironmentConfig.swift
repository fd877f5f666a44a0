/// Environments, keycloak.conf and Dockerfiles.
extension ConfigReader {
    mutating func readEnvironment(_ piece: Piece) {
        let before = configuration.accounts.count
        var settings: [KeycloakSetting] = []
        var isKeycloakFile = piece.file.hasSuffix("keycloak.conf")
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
        }
        if isKeycloakFile, !settings.contains(where: { $0.name.hasPrefix("KC_") }) {
            takeServer(
                image: "", isOwn: true, settings: settings, arguments: [], ports: [], service: nil,
                place: piece.at(piece.firstLine), words: "keycloak.conf")
        } else {
            takeEnvironment(settings, piece, words: "environment of Keycloak")
        }
        if configuration.accounts.count == before { ignore(piece.place, Self.nothing) }
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
    mutating func takeEnvironment(_ settings: [KeycloakSetting], _ piece: Piece, words: String) {
        let place = settings.first { $0.name.hasPrefix("KC_") }.map { piece.at($0.line) } ?? piece.place
        if settings.contains(where: { $0.name.hasPrefix("KC_") }) {
            takeServer(
                image: "", isOwn: true, settings: settings, arguments: [], ports: [], service: nil, place: place,
                words: words)
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
    private static func bare(_ value: String) -> String {
        let value = value.trimmedASCII
        if let first = value.first, first == "\"" || first == "'" {
            let inner = value.dropFirst()
            return String(inner.prefix { $0 != first })
        }
        return String((value.firstRange(of: " #").map { value[..<$0.lowerBound] } ?? value).trimmedASCII)
    }

    mutating func readDockerfile(_ piece: Piece) {
        var (image, settings, arguments): (String, [KeycloakSetting], [String]) = ("", [], [])
        var place = piece.place
        for command in ShellReader(piece.text, firstLine: piece.firstLine).commands {
            guard let name = command.words.first?.text.uppercased() else { continue }
            let rest = command.words.dropFirst()
            switch name {
            case "FROM":
                image = rest.first { !$0.text.hasPrefix("--") }?.text ?? ""
                place = piece.at(command.words[0].line)
            case "ENV":
                if let first = rest.first, !first.text.contains("="), let second = rest.dropFirst().first {
                    settings.append(.init(name: first.text, value: .text(second.text), line: first.line))
                }
                for word in rest {
                    guard let pair = word.text.pair(by: "=") else { continue }
                    settings.append(.init(name: pair.name, value: .text(pair.value), line: word.line))
                }
            case "RUN", "CMD", "ENTRYPOINT":
                let words = rest.flatMap { word in
                    word.text.split { "[],\"".contains($0) }.map { (String($0), word.line) }
                }
                arguments += words.map(\.0)
                settings += ServerFlags.settings(words)
            default: break
            }
        }
        let isServer = takeServer(
            image: image, isOwn: false, settings: settings, arguments: arguments, ports: [], service: nil,
            place: place)
        if !isServer { ignore(piece.place, Self.nothing) }
    }

    // MARK: servers

    /// A container or process that may be Keycloak or Kong. Whether it was one.
    @discardableResult
    mutating func takeServer(
        image: String, isOwn: Bool, settings: [KeycloakSetting], arguments: [String], ports: [String],
        service: String?, place: ConfigPlace, words: String? = nil
    ) -> Bool {
        ServerFlags.take(
            into: &configuration, image: image, isOwn: isOwn, settings: settings, arguments: arguments, ports: ports,
            service: service, place: place, words: words)
    }

    // MARK: proxies

    mutating func readNginx(_ piece: Piece) {
        let root = DirectiveReader.nginx(piece.text, firstLine: piece.firstLine)
        var isProxy = false
        root.walk { directive, _ in
            isProxy = isProxy || directive.name.hasSuffix("_pass") || directive.name == "auth_request"
        }
        guard isProxy else { return ignore(piece.place, "nginx's file without a proxy in it") }
        configuration.nginx.append(.init(file: piece.file, root: root))
        configuration.accounts.append(.read(piece.place, "nginx proxy"))
    }

    mutating func readApache(_ piece: Piece) {
        let root = DirectiveReader.apache(piece.text, firstLine: piece.firstLine)
        var isKnown = false
        root.walk { directive, _ in
            let name = directive.name.lowercased()
            isKnown =
                isKnown || name.hasPrefix("oauth2") || name.hasPrefix("oidc") || name == "proxypass"
                || name == "proxypassmatch" || name == "requestheader"
        }
        guard isKnown else { return ignore(piece.place, "Apache's file without OAuth or a proxy in it") }
        configuration.apache.append(.init(file: piece.file, root: root))
        configuration.accounts.append(.read(piece.place, "Apache"))
    }
}
