/// Kong's plugins in decK files, Admin API objects, manifests, OpenAPI documents and patches.
extension Recogniser {
    static let cousins: Set<String> = ["oidc", "kong-oidc", "oidcify", "jwt-keycloak", "kong-plugin-jwt-keycloak"]
    /// Names that no other plugin's settings have.
    static let ourKeys = ["proof_of_possession_dpop", "dpop_use_nonce", "dpop_proof_lifetime"]

    mutating func kongMap(_ node: ConfigNode, _ path: [String]) {
        sharedConfigs(node)
        openAPI(node)
        bareSettings(node, path)
        guard let name = (node["name"] ?? node["plugin"])?.text, node["kind"] == nil else { return }
        let shared = node["_config"]?.text
        let config = node["config"]
        let isListed = path.last == "plugins"
        guard config != nil || shared != nil || isListed || hasStraySettings(node) else { return }
        let line = node.entry("config")?.line ?? node.entry("_config")?.line ?? node.entry("name")?.line ?? node.line
        let bare = name.split(separator: "/").last.map(String.init) ?? name
        if bare == "openid-connect", let entry = node.entry("config"), isApisix(entry.node) {
            return stranger(entry, name: "APISIX")
        }
        if bare == "openid-connect" {
            let isKong =
                config.map { Self.isPluginConfig($0) || isListed || isDeckFile || $0.isOpaque }
                ?? (isListed || shared != nil)
                || hasStraySettings(node)
            guard isKong else { return }
            takePlugin(
                node, name: bare, config: config ?? ConfigNode(.map([]), line: line), line: line,
                isPartial: node["config"] == nil && shared == nil && !isListed && !hasStraySettings(node),
                shared: shared)
        } else if Self.cousins.contains(bare), config != nil || isListed {
            takePlugin(
                node, name: bare, config: config ?? ConfigNode(.map([]), line: line),
                line: node.entry("name")?.line ?? line)
        } else if let config, Self.ourKeys.contains(where: { config[$0] != nil }) {
            takePlugin(node, name: bare, config: config, line: node.entry("name")?.line ?? line)
        } else if let config, NearMiss.isNear(bare, "openid-connect"), Self.isPluginConfig(config) || isListed {
            takePlugin(node, name: bare, config: config, line: node.entry("name")?.line ?? line)
        } else if isListed || isDeckFile, config != nil {
            leave(line, "Kong plugin \(bare), which has nothing to do with DPoP")
        }
    }

    /// APISIX has a plugin of the same name, with other settings.
    private func isApisix(_ config: ConfigNode) -> Bool {
        guard !Self.ourKeys.contains(where: { config[$0] != nil }) else { return false }
        return document.root["apiVersion"]?.text?.has("apisix") ?? false
            || config["discovery"] != nil && config["issuer"] == nil
    }

    /// Settings with neither a plugin nor its name around them, as how-tos show a part.
    private mutating func bareSettings(_ node: ConfigNode, _ path: [String]) {
        guard path.isEmpty, !["name", "plugin", "kind", "_config", "plugins"].contains(where: { node[$0] != nil })
        else {
            return
        }
        let config = node["config"] ?? node
        guard config.isMap, Self.ourKeys.contains(where: { config[$0] != nil }) else { return }
        takePlugin(
            ConfigNode(.map([]), line: node.line), name: "openid-connect", config: config,
            line: node.entry("config")?.line ?? node.line, isPartial: true)
    }

    private func hasStraySettings(_ node: ConfigNode) -> Bool { Self.ourKeys.contains { node[$0] != nil } }

    /// Whether a map has settings of the plugin: at least one that is rare elsewhere.
    static func isPluginConfig(_ config: ConfigNode) -> Bool {
        config.entries.contains { entry in
            ourKeys.contains(entry.name)
                || ["issuer", "auth_methods", "client_id", "client_secret", "bearer_token_param_type"].contains(
                    entry.name)
                || NearMiss.isNear(entry.name, "proof_of_possession_dpop")
        }
    }

    private mutating func sharedConfigs(_ node: ConfigNode) {
        for entry in node["_plugin_configs"]?.entries ?? [] {
            configuration.pluginConfigs.append(
                .init(document: document, node: entry.node, line: entry.line, name: entry.name))
            read(entry.line, "shared settings '\(entry.name)' (decK)")
        }
    }

    private mutating func openAPI(_ node: ConfigNode) {
        for entry in node.entries where entry.name.hasPrefix("x-kong-plugin-") {
            let name = String(entry.name.dropFirst(14))
            let config = entry.node["config"]
            if name == "openid-connect" || Self.cousins.contains(name) {
                takePlugin(
                    entry.node, name: name, config: config ?? ConfigNode(.map([]), line: entry.line),
                    line: entry.node.entry("config")?.line ?? entry.line)
            } else if NearMiss.isNear(name, "openid-connect") {
                takePlugin(
                    entry.node, name: name, config: config ?? ConfigNode(.map([]), line: entry.line), line: entry.line)
            }
        }
    }

    // MARK: Kubernetes

    mutating func manifest(_ node: ConfigNode) {
        let line = node.entry("plugin")?.line ?? node.entry("kind")?.line ?? node.line
        let name = node["plugin"]?.text
        if let manifestName = node.at("metadata", "name")?.text {
            configuration.manifests.append(.init(value: manifestName, place: document.place(line)))
        }
        var (config, place) = (node["config"], node.entry("config")?.line ?? line)
        if config == nil, let spec = node["spec"], spec["config"] != nil || spec["plugin"] != nil {
            configuration.found.say(
                .kongMisplaced, document.place(node.entry("spec")?.line ?? line),
                "a \(node["kind"]?.text ?? "KongPlugin") has no spec: plugin and config stand at the top level",
                fix: "take `spec:` away")
            (config, place) = (spec["config"], spec.entry("config")?.line ?? line)
            if name == nil, let inner = spec["plugin"]?.text {
                return takeManifest(node, inner, config, place, isPartial: false)
            }
        }
        guard let name else {
            guard let config, Self.isPluginConfig(config) else {
                return read(line, "KongPlugin in part")
            }
            return takeManifest(node, "openid-connect", config, place, isPartial: true)
        }
        let isOurs = name == "openid-connect" || Self.cousins.contains(name) || NearMiss.isNear(name, "openid-connect")
        guard isOurs || Self.ourKeys.contains(where: { config?[$0] != nil }) else {
            return leave(line, "KongPlugin \(name), which has nothing to do with DPoP")
        }
        takeManifest(node, name, config, place, isPartial: false)
    }

    private mutating func takeManifest(
        _ node: ConfigNode, _ name: String, _ config: ConfigNode?, _ line: Int, isPartial: Bool
    ) {
        var patched: Set<String> = []
        for patch in node["configPatches"]?.elements ?? [] {
            guard let entry = patch.entry("path"), let path = entry.node.text else { continue }
            let key = path.split(separator: "/").first.map(String.init) ?? ""
            patched.insert(key)
            configuration.pluginPatches.append(
                .init(document: document, node: patch, line: entry.line, name: key))
        }
        takePlugin(
            node, name: name, config: config ?? ConfigNode(.map([]), line: line), line: line, isPartial: isPartial,
            patched: patched, comesFromSecret: node["configFrom"] != nil)
    }

    mutating func kustomization(_ node: ConfigNode) {
        var isRead = false
        for list in ["patches", "patchesStrategicMerge", "patchesJson6902"] {
            for patch in node[list]?.elements ?? [] {
                if let path = patch["path"]?.text ?? patch.text, !path.contains("\n") {
                    configuration.patchFiles.insert(path.split(separator: "/").last.map(String.init) ?? path)
                    isRead = true
                }
                isRead = isRead || patch["patch"] != nil
            }
        }
        if isRead { read(node.line, "Kustomize patches") }
    }

    /// RFC 6902 on a plugin.
    mutating func patchOperations(_ node: ConfigNode) {
        for operation in node.elements {
            guard let entry = operation.entry("path"), let path = entry.node.text else { continue }
            let parts = path.split(separator: "/").map(String.init)
            guard parts.first == "config", parts.count >= 2 else { continue }
            let value = operation["value"]
            if parts.count == 2, let value {
                let line = operation.entry("value")?.line ?? entry.line
                takePlugin(
                    operation, name: "openid-connect",
                    config: ConfigNode(
                        .map([ConfigNode.Entry(name: parts[1], line: line, node: value)]), line: line),
                    line: line, isPartial: true)
            } else {
                configuration.pluginPatches.append(
                    .init(document: document, node: operation, line: entry.line, name: parts[1]))
                read(entry.line, "patch of a plugin")
            }
        }
    }
}
