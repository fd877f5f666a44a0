/// Values of the Helm charts of Keycloak and Kong.
extension Recogniser {
    mutating func chart(_ node: ConfigNode, _ path: [String]) {
        keycloakChart(node, path)
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

    /// The charts set KC_PROXY_HEADERS themselves, each from another value, and have usual values of their own.
    private mutating func keycloakChart(_ node: ConfigNode, _ path: [String]) {
        let extra = node.entry("extraEnv") ?? node.entry("extraEnvVars")
        var settings: [KeycloakSetting] = []
        switch extra?.node.value {
        case .list?: settings = Self.environment(extra?.node)
        case .text(let text)? where text.has("KC_") || text.has("PROXY_ADDRESS_FORWARDING"):
            let line = extra?.node.line ?? node.line
            settings = environmentText(text, firstLine: line)
        default: break
        }
        let repository = node.at("image", "repository")?.text ?? ""
        let isKeycloak = ServerFlags.isKeycloak(repository) || path.last == "keycloak" || node["proxyHeaders"] != nil
        guard
            settings.contains(where: { ServerFlags.isOption($0.name) }) || isKeycloak && !settings.isEmpty
                || isKeycloak && (node["proxyHeaders"] != nil || node.at("proxy", "mode") != nil)
        else { return }
        func take(_ option: String, _ entry: ConfigNode.Entry?) {
            guard let entry, let text = entry.node.scalar, !text.isEmpty, text != "none" else { return }
            settings.append(.init(name: option, value: .text(text), line: entry.line))
        }
        take("proxy-headers", node.entry("proxyHeaders"))
        if node.at("proxy", "enabled")?.bool != false { take("proxy-headers", node["proxy"]?.entry("mode")) }
        take("http-relative-path", node["http"]?.entry("relativePath") ?? node.entry("httpRelativePath"))
        take("hostname", node.entry("hostname"))
        let image = [repository, node.at("image", "tag")?.scalar ?? ""].filter { !$0.isEmpty }
        let words = Self.words(node["command"]) + Self.words(node["args"])
        settings += ServerFlags.settings(words)
        ServerFlags.take(
            into: &configuration, image: image.joined(separator: ":"), isOwn: true, settings: settings,
            arguments: words.map(\.0), ports: [], service: nil,
            place: document.place(extra?.line ?? node.entry("proxyHeaders")?.line ?? node.line),
            words: "values of Keycloak's chart", unseen: ["the chart's usual values"])
        anything()
    }
}
