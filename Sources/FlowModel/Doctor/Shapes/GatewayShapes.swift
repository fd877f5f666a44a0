/// Other gateways: Istio, Envoy, Traefik, APISIX, KrakenD.
extension Recogniser {
    mutating func gatewayMap(_ node: ConfigNode, _ path: [String]) {
        if let forward = node["forwardAuth"], forward.isMap, node["kind"] == nil, path.first != "spec" {
            forwardAuth(forward)
        }
        // Envoy's provider, in a listener or an EnvoyFilter.
        if node["remote_jwks"] != nil || node["local_jwks"] != nil || node["remoteJwks"] != nil {
            jwtRule(node, "JWT provider of Envoy")
        }
        for name in ["auth/validator", "github.com/devopsfaith/krakend-jose/validator"] {
            guard let entry = node.entry(name) else { continue }
            stranger(entry, name: "KrakenD")
        }
        if node["api_id"] != nil || node["use_keyless"] != nil, let entry = node.entry("enable_jwt"),
            entry.node.bool == true
        {
            stranger(.init(name: "Tyk", line: entry.line, node: node), name: "Tyk's JWT check", words: "API of Tyk")
        }
        if path.last == "plugins", let entry = node.entry("openid-connect"), entry.node.isMap {
            stranger(entry, name: "APISIX")
        } else if let plugins = node["plugins"], plugins.isMap, let entry = plugins.entry("openid-connect"),
            path.last != "plugins"
        {
            stranger(entry, name: "APISIX")
        }
        if node["plugin_config"] == nil, node["apiVersion"]?.text?.has("apisix") == true {
            for plugin in node.at("spec", "plugins")?.elements ?? [] where plugin["name"]?.text == "openid-connect" {
                if let entry = plugin.entry("config") { stranger(entry, name: "APISIX") }
            }
        }
    }

    mutating func stranger(_ entry: ConfigNode.Entry, name: String, words: String? = nil) {
        guard takenLines.insert(entry.line).inserted else { return }
        configuration.strangers.append(.init(document: document, node: entry.node, line: entry.line, name: name))
        read(entry.line, words ?? "OpenID Connect of \(name)")
    }

    mutating func forwardAuth(_ node: ConfigNode) {
        configuration.forwardAuths.append(.init(document: document, node: node, line: node.line))
        read(node.line, "Traefik's forward authentication")
    }

    mutating func jwtManifest(_ node: ConfigNode, _ kind: String) {
        let rules = node.at("spec", "jwtRules")?.elements ?? node.at("spec", "jwt", "providers")?.elements ?? []
        for rule in rules where rule.isMap {
            jwtRule(rule, kind == "SecurityPolicy" ? "JWT rule of Envoy Gateway" : "JWT rule of Istio")
        }
    }

    private mutating func jwtRule(_ node: ConfigNode, _ words: String) {
        let line = node.entry("issuer")?.line ?? node.line
        guard takenLines.insert(line).inserted else { return }
        configuration.jwtRules.append(.init(document: document, node: node, line: line, name: words))
        read(line, words)
    }
}
