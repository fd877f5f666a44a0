/// An application that a framework makes a resource server of: Spring, Quarkus, oauth2-proxy.
struct FrameworkServer: Sendable {
    enum Kind: String, Sendable {
        case spring = "Spring Security"
        case quarkus = "Quarkus OIDC"
        case oauth2Proxy = "oauth2-proxy"
    }

    /// A setting under its whole name, `spring.security.oauth2.resourceserver.jwt.issuer-uri`.
    struct Setting: Sendable {
        let name: String
        /// Nil for what is filled in later.
        let text: String?
        let line: Int
    }

    let kind: Kind
    let file: String
    let settings: [Setting]

    var place: ConfigPlace { ConfigPlace(file, settings.first?.line) }

    /// Those whose names end so, in whatever profile.
    func all(_ end: String) -> [Setting] { settings.filter { $0.name.hasSuffix(end) } }

    /// Nil for settings of something else.
    init?(_ all: [Setting], file: String) {
        func have(_ part: String) -> Bool { all.contains { $0.name.hasPrefix(part) } }
        let names = all.map(\.name)
        if names.contains(where: { $0.firstRange(of: "quarkus.oidc.") != nil }) {
            kind = .quarkus
        } else if have("spring.security.oauth2.") {
            kind = .spring
        } else if have("oidc_issuer_url") || have("OAUTH2_PROXY_") {
            kind = .oauth2Proxy
        } else {
            return nil
        }
        self.file = file
        settings = all
    }
}

extension Configuration {
    /// Of settings in lines: `application.properties`, an environment, `oauth2-proxy.cfg`.
    mutating func takeFramework(_ settings: [KeycloakSetting], _ file: String) {
        let all = settings.map { setting in
            FrameworkServer.Setting(
                name: setting.name, text: ConfigNode(setting.value, line: setting.line).scalar, line: setting.line)
        }
        if let server = FrameworkServer(all, file: file) { take(server) }
    }

    mutating func take(_ server: FrameworkServer) {
        frameworks.append(server)
        accounts.append(.read(server.place, "settings of \(server.kind.rawValue)"))
        for name in ["issuer-uri", "auth-server-url", "oidc_issuer_url", "OIDC_ISSUER_URL"] {
            for setting in server.all(name) {
                guard let issuer = setting.text.flatMap(IssuerText.issuer) else { continue }
                mentions.append(.init(value: issuer, place: ConfigPlace(server.file, setting.line)))
            }
        }
    }
}

extension Recogniser {
    /// `application.yml`: the same names, one below the other.
    mutating func frameworkMap(_ node: ConfigNode, _ path: [String]) {
        let isSpring = node.at("spring", "security", "oauth2") != nil
        guard path.isEmpty, isSpring || node.at("quarkus", "oidc") != nil else { return }
        var settings: [FrameworkServer.Setting] = []
        node.walk { node, path in
            guard settings.count < 4096, path.count < 16 else { return }
            for entry in node.entries where !entry.node.isMap && !entry.node.isList {
                let name = (path + [entry.name]).joined(separator: ".")
                settings.append(.init(name: name, text: entry.node.scalar, line: entry.line))
            }
        }
        guard let server = FrameworkServer(settings, file: document.file) else { return }
        configuration.take(server)
        anything()
    }
}
