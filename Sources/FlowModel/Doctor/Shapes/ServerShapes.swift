/// Servers in compose files, Kubernetes workloads, charts' values and Keycloak's operator.
extension Recogniser {
    mutating func serverMap(_ node: ConfigNode, _ path: [String]) {
        if path.isEmpty, let services = node["services"], services.isMap {
            for service in services.entries where service.node.isMap { container(service.node, service: service) }
        }
        if path.last == "containers" || path.last == "initContainers" { container(node, service: nil) }
        chart(node, path)
    }

    /// One container: `image`, `environment` or `env`, `command` and `args`.
    private mutating func container(_ node: ConfigNode, service: ConfigNode.Entry?) {
        labels(node)
        let image = node["image"]?.text ?? rawText(node["image"]) ?? (node["build"] != nil ? "" : nil)
        guard let image else { return }
        configuration.images.append(
            .init(value: image, place: document.place(node.entry("image")?.line ?? node.line)))
        let name = service?.name
        let words = ["command", "args", "entrypoint"].flatMap { Self.words(node[$0]) }
        let settings = Self.environment(node["environment"] ?? node["env"]) + ServerFlags.settings(words)
        let isKeycloak = image.has("keycloak") || name.map { $0 == "keycloak" || $0 == "kc" } ?? false
        guard isKeycloak || image.has("kong") || settings.contains(where: { $0.name.hasPrefix("KC_") }) else { return }
        let ports = (node["ports"]?.elements ?? []).compactMap { port in
            guard let published = port["published"]?.scalar, let target = port["target"]?.scalar else {
                return port.scalar
            }
            return "\(published):\(target)"
        }
        let line = node.entry("image")?.line ?? service?.line ?? node.line
        let isTaken = ServerFlags.take(
            into: &configuration, image: image, isOwn: isKeycloak && !image.has("config-cli"), settings: settings,
            arguments: words.map(\.0), ports: ports, service: name, place: document.place(line))
        if isTaken { anything() }
    }

    private func rawText(_ node: ConfigNode?) -> String? {
        switch node?.value {
        case .text(let text)?, .opaque(let text)?: text
        default: nil
        }
    }

    private static func words(_ node: ConfigNode?) -> [(String, Int)] {
        guard let node else { return [] }
        if node.isList {
            return node.elements.flatMap { element in
                (element.scalar ?? "").split { $0 == " " || $0 == "\n" }.map { (String($0), element.line) }
            }
        }
        guard case .text(let text) = node.value else { return [] }
        return text.lines.enumerated().flatMap { index, line in
            line.split { $0 == " " || $0 == "\t" }.map { (String($0), node.line + index) }
        }
    }

    /// A map, a list of `NAME=value`, or Kubernetes' list of `{name, value}`.
    static func environment(_ node: ConfigNode?) -> [KeycloakSetting] {
        guard let node else { return [] }
        if node.isMap { return node.entries.map { .init(name: $0.name, value: $0.node.value, line: $0.line) } }
        return node.elements.compactMap { element in
            if element.isMap {
                guard let name = element["name"]?.text else { return nil }
                let value = element.entry("value")
                return .init(
                    name: name, value: value?.node.value ?? .opaque("valueFrom"),
                    line: value?.line ?? element.entry("name")?.line ?? element.line)
            }
            guard case .text(let text) = element.value, let pair = text.pair(by: "=") else { return nil }
            return .init(name: pair.name, value: .text(pair.value), line: element.line)
        }
    }

    /// Traefik's labels of a compose service.
    private mutating func labels(_ node: ConfigNode) {
        for label in Self.environment(node["labels"]) {
            let name = label.name.lowercased()
            guard name.has("forwardauth.authrequestheaders"), case .text(let text) = label.value else { continue }
            let list = text.split(separator: ",").map { ConfigNode(.text(String($0.trimmedASCII)), line: label.line) }
            let made = ConfigNode.map(
                [("authRequestHeaders", ConfigNode(.list(list), line: label.line))], line: label.line)
            configuration.forwardAuths.append(.init(document: document, node: made, line: label.line))
            read(label.line, "Traefik's forward authentication")
        }
    }

    /// Values of the charts of Keycloak and Kong.
    private mutating func chart(_ node: ConfigNode, _ path: [String]) {
        if let extra = node.entry("extraEnv") ?? node.entry("extraEnvVars"), extra.node.isList {
            let settings = Self.environment(extra.node)
            if settings.contains(where: { $0.name.hasPrefix("KC_") }) {
                let image = [node.at("image", "repository")?.text, node.at("image", "tag")?.scalar].compactMap { $0 }
                ServerFlags.take(
                    into: &configuration, image: image.joined(separator: ":"), isOwn: true, settings: settings,
                    arguments: Self.words(node["command"]).map(\.0) + Self.words(node["args"]).map(\.0), ports: [],
                    service: nil, place: document.place(extra.line), words: "values of Keycloak's chart")
                anything()
            }
        }
        guard let repository = node.at("image", "repository")?.text, repository.has("kong") else { return }
        let image = repository + (node.at("image", "tag")?.scalar.map { ":" + $0 } ?? "")
        let settings = (node["env"]?.entries ?? []).map { entry in
            KeycloakSetting(name: "KONG_" + entry.name.uppercased(), value: entry.node.value, line: entry.line)
        }
        ServerFlags.take(
            into: &configuration, image: image, isOwn: false, settings: settings, arguments: [], ports: [],
            service: nil, place: document.place(node.entry("image")?.line ?? node.line))
        anything()
    }

    /// The operator's `kind: Keycloak`.
    mutating func operatorKeycloak(_ node: ConfigNode) {
        guard let spec = node["spec"], node["apiVersion"]?.text?.has("keycloak") ?? true else { return }
        var settings: [KeycloakSetting] = []
        func take(_ option: String, _ path: String...) {
            var found: ConfigNode.Entry?
            var at: ConfigNode? = spec
            for name in path {
                found = at?.entry(name)
                at = found?.node
            }
            if let found { settings.append(.init(name: option, value: found.node.value, line: found.line)) }
        }
        take("hostname", "hostname", "hostname")
        take("proxy-headers", "proxy", "headers")
        take("http-enabled", "http", "httpEnabled")
        take("https-certificate-file", "http", "tlsSecret")
        for (option, list) in [("features", "enabled"), ("features-disabled", "disabled")] {
            guard let entry = spec["features"]?.entry(list) else { continue }
            let text = entry.node.texts.joined(separator: ",")
            settings.append(.init(name: option, value: .text(text), line: entry.line))
        }
        settings += Self.environment(spec["additionalOptions"])
        ServerFlags.take(
            into: &configuration, image: spec["image"]?.text ?? "", isOwn: true, settings: settings, arguments: [],
            ports: [], service: nil, place: document.place(node.entry("kind")?.line ?? node.line),
            words: "Keycloak of the operator")
        anything()
    }
}
