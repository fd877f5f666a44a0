/// Servers in compose files, Kubernetes workloads, playbooks, task definitions and Keycloak's operator.
extension Recogniser {
    mutating func serverMap(_ node: ConfigNode, _ path: [String]) {
        if path.isEmpty, let services = node["services"], services.isMap {
            let known = Dictionary(services.entries.map { ($0.name, $0.node) }) { _, last in last }
            for service in services.entries where service.node.isMap {
                container(extended(service.node, known), service: service)
            }
        } else if path.last == "containers" || path.last == "initContainers" {
            container(node, service: nil)
        } else if path.first != "services", path.first?.hasPrefix("x-") != true, rawText(node["image"]) != nil,
            hasSettings(node)
        {
            // A playbook's task, a task definition of ECS, a container of another tool.
            container(node, service: nil)
        }
        if node["kind"]?.text == "ConfigMap" { source(node) }
        routes(node)
        chart(node, path)
    }

    private func hasSettings(_ node: ConfigNode) -> Bool {
        ["env", "environment", "command", "args", "envFrom", "env_file"].contains { node[$0] != nil }
    }

    /// A compose service with the one of the same file that it extends.
    private func extended(_ node: ConfigNode, _ services: [String: ConfigNode]) -> ConfigNode {
        var made = node
        for _ in 0..<8 {
            guard let extends = made["extends"] else { break }
            guard let name = extends.text ?? extends["service"]?.text, extends["file"] == nil, let base = services[name]
            else { break }
            var joined = base.merged(
                under: ConfigNode(.map(made.entries.filter { $0.name != "extends" }), line: made.line))
            let settings = [base["environment"], made["environment"]].compactMap { $0 }
            if settings.count == 2, let below = Self.pairs(settings[0]), let above = Self.pairs(settings[1]) {
                let both = below.merged(under: above)
                joined = joined.merged(
                    under: ConfigNode(
                        .map([.init(name: "environment", line: settings[1].line, node: both)]), line: joined.line))
            }
            made = joined
        }
        return made
    }

    /// An environment as a map, however it is written.
    private static func pairs(_ node: ConfigNode) -> ConfigNode? {
        if node.isMap { return node }
        return ConfigNode(
            .map(
                environment(node).map { .init(name: $0.name, line: $0.line, node: ConfigNode($0.value, line: $0.line)) }
            ),
            line: node.line)
    }

    /// One container: `image`, `environment` or `env`, `command` and `args`.
    private mutating func container(_ node: ConfigNode, service: ConfigNode.Entry?) {
        labels(node, service: service)
        let name = service?.name
        let ports = Self.ports(node)
        if service != nil { publish(ports) }
        let words = ["command", "args", "entrypoint"].flatMap { Self.words(node[$0]) }
        var settings = Self.environment(node["environment"] ?? node["env"])
        settings += ServerFlags.settings(words)
        var (references, unseen) = Self.references(node)
        let line = node.entry("image")?.line ?? service?.line ?? node.line
        guard let image = rawText(node["image"]) ?? (node["build"] != nil ? "" : nil) else {
            if service != nil { part(settings, words, ports, references, service) }
            return
        }
        configuration.images.append(
            .init(value: image, place: document.place(node.entry("image")?.line ?? node.line)))
        let isOwn =
            ServerFlags.isKeycloak(image)
            || image.isEmpty && (service.map { ["keycloak", "kc"].contains($0.name) } ?? false)
        guard isOwn || image.has("kong") || settings.contains(where: { ServerFlags.isOption($0.name) }) else { return }
        if node["build"] != nil {
            references.append(.init(kind: .dockerfile, name: "Dockerfile"))
        } else if isOwn, ServerFlags.version(of: image) == nil, !image.has("keycloak/keycloak") {
            unseen.append("what the image \(image) sets")
        }
        let isTaken = ServerFlags.take(
            into: &configuration, image: image, isOwn: isOwn, settings: settings, arguments: words.map(\.0),
            ports: ports,
            service: name, place: document.place(line), references: references, unseen: unseen)
        if isTaken { anything() }
    }

    /// A compose service without an image: it overrides another file's.
    private mutating func part(
        _ settings: [KeycloakSetting], _ words: [(String, Int)], _ ports: [String], _ references: [SettingReference],
        _ service: ConfigNode.Entry?
    ) {
        guard let service, settings.contains(where: { ServerFlags.isOption($0.name) }) || !words.isEmpty else { return }
        var server = KeycloakServer(
            place: document.place(service.line), file: document.file, image: "", version: nil,
            isDevelopment: words.contains { $0.0 == "start-dev" }, ports: ports, service: service.name,
            references: references)
        server.add(settings, from: document.file, overriding: true)
        configuration.serviceParts.append(server)
        read(service.line, "part of the service \(service.name)")
    }

    /// `env_file`, `envFrom`, a mounted keycloak.conf, a service of another file.
    private static func references(_ node: ConfigNode) -> ([SettingReference], [String]) {
        var (list, unseen): ([SettingReference], [String]) = ([], [])
        let files = node["env_file"].map { $0.isList ? $0.elements : [$0] } ?? []
        for file in files {
            guard let path = (file["path"] ?? file).text else {
                unseen.append("an env_file")
                continue
            }
            list.append(.init(kind: .environmentFile, name: path))
        }
        for from in node["envFrom"]?.elements ?? [] {
            for (member, kind) in [("configMapRef", SettingReference.Kind.configMap), ("secretRef", .secret)] {
                if let name = from[member]?["name"] { list.append(.init(kind: kind, name: name.text ?? "…")) }
            }
        }
        for volume in node["volumes"]?.elements ?? [] {
            let text = volume.text ?? volume["target"]?.text ?? ""
            if text.has("keycloak.conf") { list.append(.init(kind: .configFile, name: "keycloak.conf")) }
        }
        if let extends = node["extends"] {
            list.append(.init(kind: .service, name: extends.text ?? extends["service"]?.text ?? "…"))
        }
        return (list, unseen)
    }

    private static func ports(_ node: ConfigNode) -> [String] {
        ((node["ports"] ?? node["published_ports"])?.elements ?? []).compactMap { port in
            guard let published = port["published"]?.scalar, let target = port["target"]?.scalar else {
                return port.scalar
            }
            return "\(published):\(target)"
        }
    }

    private mutating func publish(_ ports: [String]) {
        for text in ports {
            let parts = text.split(separator: ":").map { Untrusted<Int>($0.prefix { $0 != "/" })?.within(1...65_535) }
            guard parts.count > 1, let inside = parts[parts.count - 1], let outside = parts[parts.count - 2] else {
                continue
            }
            configuration.published[inside, default: []].append(outside)
        }
    }

    /// What a ConfigMap or a Secret gives to the workloads that name it.
    mutating func source(_ node: ConfigNode) {
        guard let name = node.at("metadata", "name")?.text else { return }
        let isSecret = node["kind"]?.text == "Secret"
        var settings: [KeycloakSetting] = []
        for (list, isEncoded) in [("data", isSecret), ("stringData", false)] {
            for entry in node[list]?.entries ?? [] {
                var value = entry.node.value
                if isEncoded, case .text(let text) = value, text.utf8.count < 4_096 {
                    let decoded = Base64.decode(Bytes(text))
                    guard decoded.badOffset == nil else { continue }
                    value = .text(String(decoding: decoded.bytes, as: UTF8.self))
                }
                settings.append(.init(name: entry.name, value: value, line: entry.line))
            }
        }
        configuration.sources.append(
            .init(kind: isSecret ? .secret : .configMap, name: name, file: document.file, settings: settings))
        if let first = settings.first(where: { ServerFlags.isOption($0.name) }) {
            read(first.line, "settings of Keycloak (\(isSecret ? "Secret" : "ConfigMap") \(name))")
        }
    }

    func rawText(_ node: ConfigNode?) -> String? {
        switch node?.value {
        case .text(let text)?, .opaque(let text)?: text
        default: nil
        }
    }

    static func words(_ node: ConfigNode?) -> [(String, Int)] {
        guard let node else { return [] }
        if node.isList {
            return node.elements.flatMap { element in
                (element.scalar ?? rawWord(element)).split { $0 == " " || $0 == "\n" }.map {
                    (unquoted($0), element.line)
                }
            }
        }
        guard case .text(let text) = node.value else { return [] }
        return text.lines.enumerated().flatMap { index, line in
            line.split { $0 == " " || $0 == "\t" }.map { (unquoted($0), node.line + index) }
        }
    }

    /// A word that a variable is part of.
    private static func rawWord(_ node: ConfigNode) -> String {
        if case .text(let text) = node.value { return text }
        return ""
    }

    private static func unquoted(_ word: Substring) -> String {
        var word = word
        while let first = word.first, first == "\"" || first == "'" { word = word.dropFirst() }
        while let last = word.last, last == "\"" || last == "'" { word = word.dropLast() }
        return String(word)
    }

    /// A map, a list of `NAME=value`, or Kubernetes' list of `{name, value}`.
    static func environment(_ node: ConfigNode?) -> [KeycloakSetting] {
        guard let node else { return [] }
        if node.isMap {
            return node.entries.map { entry in
                .init(
                    name: entry.name, value: entry.node.isNull ? .text("${\(entry.name)}") : entry.node.value,
                    line: entry.line)
            }
        }
        return node.elements.compactMap { element in
            if element.isMap {
                guard let name = element["name"]?.text else { return nil }
                let value = element.entry("value")
                let from = value == nil ? reference(element["valueFrom"] ?? element["value_from"]) : nil
                return .init(
                    name: name, value: value?.node.value ?? .opaque("valueFrom \(from?.key ?? "")"),
                    line: value?.line ?? element.entry("name")?.line ?? element.line, reference: from)
            }
            guard case .text(let text) = element.value else { return nil }
            guard let pair = text.pair(by: "=") else {
                // Without a value it is handed on from the shell, or from `.env`.
                guard ConfigReader.isVariable(text) else { return nil }
                return .init(name: text, value: .text("${\(text)}"), line: element.line)
            }
            return .init(name: pair.name, value: .text(pair.value), line: element.line)
        }
    }

    /// The object and the key that a variable's value is in.
    private static func reference(_ from: ConfigNode?) -> SettingReference? {
        for (member, kind) in [("configMapKeyRef", SettingReference.Kind.configMap), ("secretKeyRef", .secret)] {
            guard let key = from?[member], let name = key["name"]?.text else { continue }
            return .init(kind: kind, name: name, key: key["key"]?.text ?? "")
        }
        return nil
    }

    /// A list of `{name, value}` as a text, templates and all.
    func environmentText(_ text: String, firstLine: Int) -> [KeycloakSetting] {
        var list: [KeycloakSetting] = []
        var name: (text: String, line: Int)?
        for (index, raw) in text.lines.enumerated() {
            let line = raw.trimmedASCII
            let bare = line.hasPrefix("- ") ? line.dropFirst(2).trimmedASCII : line
            guard let pair = bare.pair(by: ":") else { continue }
            let value = Self.unquoted(pair.value.trimmedASCII)
            switch pair.name {
            case "name":
                if let name { list.append(.init(name: name.text, value: .opaque("valueFrom"), line: name.line)) }
                name = line.hasPrefix("- ") ? (value, firstLine + index) : nil
            case "value":
                guard let known = name else { continue }
                list.append(.init(name: known.text, value: .text(value), line: firstLine + index))
                name = nil
            default: break
            }
        }
        if let name { list.append(.init(name: name.text, value: .opaque("valueFrom"), line: name.line)) }
        return list
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
        settings += Self.environment(spec["additionalOptions"]) + Self.environment(spec["env"])
        ServerFlags.take(
            into: &configuration, image: spec["image"]?.text ?? "", isOwn: true, settings: settings, arguments: [],
            ports: [], service: nil, place: document.place(node.entry("kind")?.line ?? node.line),
            words: "Keycloak of the operator")
        anything()
    }
}
