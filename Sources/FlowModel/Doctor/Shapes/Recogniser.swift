/// Walks a document and takes out what it knows.
struct Recogniser {
    /// A configuration as a text inside another: a ConfigMap's file, a patch, a chart's values.
    struct Embedded {
        let text: String
        let firstLine: Int
        let hint: DocumentHint
    }

    let document: ConfigDocument
    let hint: DocumentHint
    var configuration: Configuration
    private(set) var texts: [Embedded] = []
    private(set) var isAnything = false
    /// Whether the file is decK's or Kong's own declarative one.
    private var isDeck = false
    private var isRealm = false
    private var isKonnectAnswer = false

    init(document: ConfigDocument, hint: DocumentHint, configuration: Configuration) {
        (self.document, self.hint, self.configuration) = (document, hint, configuration)
    }

    mutating func read(_ line: Int, _ words: String) {
        isAnything = true
        configuration.accounts.append(.read(document.place(line), words + document.origin.words))
    }

    /// What was taken already, by its line: rules that several shapes lead to.
    var takenLines: Set<Int> = []

    /// Something that is known, and none of ours.
    mutating func leave(_ line: Int, _ words: String) {
        isAnything = true
        configuration.accounts.append(.ignored(document.place(line), words))
    }

    /// Something was recognised that is accounted for where it was taken.
    mutating func anything() { isAnything = true }

    mutating func recognise() {
        isDeck = document.root["_format_version"] != nil
        if takeHinted() { return }
        if Self.isPatch(document.root) {
            patchOperations(document.root)
            if isAnything { return }
        }
        environmentList()
        var found: [(ConfigNode, [String])] = []
        var cut: Int?
        document.root.walk { node, path in
            switch node.value {
            case .map: found.append((node, path))
            case .opaque("too deep"): cut = node.line
            case .text(let text) where text.utf8.contains(0x0A) || text.hasPrefix("{\""): found.append((node, path))
            default: break
            }
        }
        if let cut {
            let words = "nested more than \(ConfigNode.depthLimit) levels deep: what is below is not looked at"
            configuration.accounts.append(.ignored(document.place(cut), words))
        }
        for (node, path) in found {
            if case .text(let text) = node.value {
                embedded(text, node, path)
            } else {
                map(node, path)
            }
        }
    }

    private mutating func takeHinted() -> Bool {
        switch hint {
        case .none: return false
        case .keycloakClient(let isNew):
            guard document.root.isMap else { return false }
            configuration.clients.append(
                .init(
                    document: document, node: document.root,
                    line: document.root.entry("clientId")?.line ?? document.root.line,
                    isPartial: !isNew))
            read(document.root.line, "Keycloak client")
            return true
        case .kongPatch:
            guard let config = document.root["config"] else { return false }
            takePlugin(
                document.root, name: document.root["name"]?.text ?? "openid-connect", config: config,
                line: document.root.entry("config")?.line ?? document.root.line, isPartial: true)
            return true
        case .kongPlugin: return false
        case .kongSettings:
            guard document.root["config"] == nil, document.root["name"] == nil, Self.isPluginConfig(document.root)
            else {
                return false
            }
            takePlugin(
                ConfigNode(.map([]), line: document.root.line), name: "openid-connect", config: document.root,
                line: document.root.line,
                isPartial: document.root.entries.count < 40)
            return true
        case .secret(let name):
            guard document.root.isMap, Self.isPluginConfig(document.root) else { return true }
            configuration.secrets.append(
                .init(document: document, node: document.root, line: document.root.line, name: name))
            read(document.root.line, "settings in a Secret")
            return true
        case .patchOperations:
            patchOperations(document.root)
            return isAnything
        }
    }

    /// A file of RFC 6902, as Kustomize takes it beside its target.
    private static func isPatch(_ root: ConfigNode) -> Bool {
        root.elements.contains { $0["op"] != nil && $0["path"]?.text?.hasPrefix("/") ?? false }
    }

    /// A list of `{name, value}` alone, as charts take it in a text.
    private mutating func environmentList() {
        let settings = Self.environment(document.root.isList ? document.root : nil)
        guard let first = settings.first(where: { $0.name.hasPrefix("KC_") }) else { return }
        ServerFlags.take(
            into: &configuration, image: "", isOwn: true, settings: settings, arguments: [], ports: [], service: nil,
            place: document.place(first.line), words: "environment of Keycloak")
        anything()
    }

    // MARK: texts inside

    private mutating func embedded(_ text: String, _ node: ConfigNode, _ path: [String]) {
        guard let last = path.last, !last.has("last-applied-configuration"), texts.count < 200 else { return }
        // A chart's environment, which is read with the values beside it.
        if last == "extraEnv" || last == "extraEnvVars" { return }
        if document.root["kind"]?.text == "Secret", path.count == 2 { return }
        let bare = text.trimmedASCII
        let isPatch = last == "patch" || last == "patches" || last == "patchesStrategicMerge"
        guard
            bare.hasPrefix("{") || bare.hasPrefix("[") || text.has(": ") || text.has("KC_") || text.has("resource \"")
                || text.has("OAuth2") || text.has("OIDC") || text.has("ProxyPass") || text.has("proxy_pass")
                || text.has("reverse_proxy") || text.has("http-request") || text.has("trusted_ips")
        else { return }
        let isList = bare.hasPrefix("- op") || bare.hasPrefix("- path") || bare.hasPrefix("[")
        texts.append(
            Embedded(text: text, firstLine: node.line, hint: isPatch && isList ? .patchOperations : .none))
    }

    /// The values of a Secret, which KongPlugin manifests name.
    private mutating func secret(_ node: ConfigNode) {
        let name = node.at("metadata", "name")?.text ?? ""
        for (list, isEncoded) in [("stringData", false), ("data", true)] {
            for entry in node[list]?.entries ?? [] where texts.count < 200 {
                guard case .text(var text) = entry.node.value else { continue }
                if isEncoded {
                    let decoded = Base64.decode(Bytes(text))
                    guard decoded.badOffset == nil else { continue }
                    text = String(decoding: decoded.bytes, as: UTF8.self)
                }
                texts.append(
                    Embedded(
                        text: text, firstLine: isEncoded ? entry.line : entry.node.line,
                        hint: .secret("\(name)/\(entry.name)")))
            }
        }
    }

    // MARK: one map

    private mutating func map(_ node: ConfigNode, _ path: [String]) {
        // A schema says what members are, and has none.
        if path.last == "properties", node.entries.allSatisfy({ $0.node.isMap }) { return }
        let kind = node["kind"]?.text
        switch kind {
        case "KongPlugin"?, "KongClusterPlugin"?: return path.last == "target" ? () : manifest(node)
        case "RequestAuthentication"?, "SecurityPolicy"?, "EnvoyFilter"?: jwtManifest(node, kind ?? "")
        case "Kustomization"?: kustomization(node)
        case "Secret"?:
            source(node)
            return secret(node)
        case "Keycloak"? where node["spec"] != nil: operatorKeycloak(node)
        case "Middleware"?:
            if let forward = node.at("spec", "forwardAuth") { forwardAuth(forward) }
        default: break
        }
        if path.isEmpty, kind == nil, node["resources"] != nil || node["patches"] != nil { kustomization(node) }
        annotations(node)
        kongMap(node, path)
        keycloakMap(node, path)
        documentMap(node, path)
        serverMap(node, path)
        gatewayMap(node, path)
        frameworkMap(node, path)
    }

    private mutating func annotations(_ node: ConfigNode) {
        guard let entry = node.at("metadata", "annotations")?.entry("konghq.com/plugins"), let names = entry.node.text
        else { return }
        for name in names.split(separator: ",") {
            configuration.annotations.append(
                .init(value: String(name.trimmedASCII), place: document.place(entry.line)))
        }
        read(entry.line, "\(node["kind"]?.text ?? "object") with plugins of Kong")
    }

    // MARK: plugins

    mutating func takePlugin(
        _ holder: ConfigNode, name: String, config: ConfigNode, line: Int, isPartial: Bool = false,
        shared: String? = nil, patched: Set<String> = [], comesFromSecret: Bool = false
    ) {
        let config = document.origin.isForm ? KongSchema.typed(config) : config
        var plugin = Configuration.Plugin(
            document: document, name: name, holder: holder, config: config, line: line)
        (plugin.isPartial, plugin.shared, plugin.patched) = (isPartial, shared, patched)
        plugin.comesFromSecret = comesFromSecret
        plugin.isAnswer = holder["id"] != nil && holder["created_at"] != nil || isAnswerShape(holder)
        plugin.isDeck = isDeck
        let isOurs = name == "openid-connect"
        if isOurs { configuration.plugins.append(plugin) } else { configuration.otherPlugins.append(plugin) }
        let suffix = isPartial ? " (a part of its settings)" : isDeck ? " (decK)" : ""
        read(line, "Kong plugin \(name)\(suffix)")
    }

    private func isAnswerShape(_ holder: ConfigNode) -> Bool {
        holder["id"] != nil && (holder["config"]?.entries.count ?? 0) > 40
    }

    var isDeckFile: Bool { isDeck }
    var isRealmFile: Bool {
        get { isRealm }
        set { isRealm = newValue }
    }
}
