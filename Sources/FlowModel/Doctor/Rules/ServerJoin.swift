/// Puts the settings of a server together that stand in several files: environment files, ConfigMaps, Secrets,
/// Dockerfiles, the parts of a compose service, and the variables of `.env`.
enum ServerJoin {
    static func joined(_ configuration: Configuration) -> [KeycloakServer] {
        var servers = configuration.keycloaks
        guard servers.count <= 2_000 else { return servers }
        overrides(configuration.serviceParts, &servers)
        fragments(&servers)
        let sources = Sources(configuration.sources)
        var used: Set<String> = []
        for index in servers.indices where !servers[index].isSource {
            interpolate(&servers[index], sources, &used)
            resolve(&servers[index], sources, &used)
        }
        // A file of variables that a server takes is no server of its own.
        let isNamed = servers.contains { !$0.isSource }
        return servers.filter { !$0.isSource || !isNamed || !used.contains($0.file) }
    }

    // MARK: parts of one service

    /// A service without an image belongs to the one of its name in another file.
    private static func overrides(_ parts: [KeycloakServer], _ servers: inout [KeycloakServer]) {
        for part in parts.prefix(500) {
            for index in servers.indices where servers[index].service == part.service && part.service != nil {
                for (name, option) in part.options { servers[index].options[name] = option }
                servers[index].written += part.written
                servers[index].flags += part.flags
                servers[index].ports += part.ports
                servers[index].references += part.references
                servers[index].isDevelopment = servers[index].isDevelopment || part.isDevelopment
            }
        }
    }

    /// The listings of a text show one server bit by bit.
    private static func fragments(_ servers: inout [KeycloakServer]) {
        var first: [String: Int] = [:]
        var dropped: Set<Int> = []
        for index in servers.indices where servers[index].isFragment {
            guard let other = first[servers[index].file] else {
                first[servers[index].file] = index
                continue
            }
            for (name, option) in servers[index].options { servers[other].options[name] = option }
            servers[other].written += servers[index].written
            dropped.insert(index)
        }
        for index in servers.indices where !servers[index].isFragment {
            guard let other = first[servers[index].file], servers[other].has("proxy-headers") else { continue }
            servers[index].unseen.append("what the other listings set")
        }
        if !dropped.isEmpty {
            servers = servers.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
        }
    }

    // MARK: sources

    private struct Sources {
        private var files: [String: [SettingSource]] = [:]
        private var objects: [String: SettingSource] = [:]
        private(set) var dockerfiles: [SettingSource] = []
        private(set) var configFiles: [SettingSource] = []

        init(_ all: [SettingSource]) {
            for source in all {
                switch source.kind {
                case .environmentFile: files[Self.last(source.name), default: []].append(source)
                case .configMap: objects["c \(source.name)"] = source
                case .secret: objects["s \(source.name)"] = source
                case .dockerfile: dockerfiles.append(source)
                case .configFile: configFiles.append(source)
                case .service: break
                }
            }
        }

        private static func last(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

        /// The file whose path ends as the reference does.
        func file(_ path: String) -> SettingSource? {
            let all = files[Self.last(path)] ?? []
            let bare = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
            return all.first { $0.name.hasSuffix(bare) } ?? (all.count == 1 ? all[0] : nil)
        }

        /// The variables that Compose fills in: `.env` beside the file.
        func variables(beside file: String) -> SettingSource? {
            let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            return files[".env"]?.first {
                $0.name.split(separator: "/", omittingEmptySubsequences: false).dropLast() == folder
            }
        }

        func object(_ reference: SettingReference) -> SettingSource? {
            objects["\(reference.kind == .secret ? "s" : "c") \(reference.name)"]
        }
    }

    private static func resolve(_ server: inout KeycloakServer, _ sources: Sources, _ used: inout Set<String>) {
        for reference in server.references.prefix(500) {
            var found: SettingSource?
            switch reference.kind {
            case .environmentFile: found = sources.file(reference.name)
            case .configMap, .secret: found = sources.object(reference)
            case .dockerfile: found = sources.dockerfiles.count == 1 ? sources.dockerfiles[0] : nil
            case .configFile: found = sources.configFiles.first
            case .service: break
            }
            guard let found else {
                if reference.key == nil { server.unseen.append(reference.shown) }
                continue
            }
            used.insert(found.file)
            if let key = reference.key {
                fill(&server, key, found)
            } else {
                server.add(found.settings, from: found.file)
                if server.version == nil, !found.image.isEmpty { server.version = ServerFlags.version(of: found.image) }
                server.isDevelopment = server.isDevelopment || found.isDevelopment
            }
        }
    }

    /// One value that a ConfigMap has: the options that wait for its key.
    private static func fill(_ server: inout KeycloakServer, _ key: String, _ source: SettingSource) {
        guard let setting = source.settings.last(where: { $0.name == key }) else { return }
        for (name, option) in server.options {
            guard option.text == nil, case .opaque(let word) = option.raw, word == "valueFrom \(key)" else { continue }
            server.options[name] = .init(
                text: ConfigNode(setting.value, line: setting.line).scalar, raw: setting.value, file: source.file,
                line: setting.line)
        }
    }

    // MARK: variables

    /// Fills `${NAME}` and `${NAME:-usual}` in, where `.env` stands beside the compose file.
    private static func interpolate(_ server: inout KeycloakServer, _ sources: Sources, _ used: inout Set<String>) {
        let source = sources.variables(beside: server.file)
        var values: [String: String] = [:]
        for setting in source?.settings ?? [] {
            if let text = ConfigNode(setting.value, line: setting.line).scalar { values[setting.name] = text }
        }
        var isUsed = false
        for (name, option) in server.options where option.text == nil {
            guard case .text(let text) = option.raw, let made = filled(text, values, hasFile: source != nil) else {
                continue
            }
            server.options[name] = .init(text: made, raw: .text(made), file: option.file, line: option.line)
            isUsed = true
        }
        if server.version == nil, server.image.contains("$"),
            let made = filled(server.image, values, hasFile: source != nil)
        {
            server.version = ServerFlags.version(of: made)
            isUsed = true
        }
        if isUsed, let source { used.insert(source.file) }
    }

    /// Nil where a variable has no value. Without the file a usual value is what Compose takes, unless the shell that
    /// starts it says otherwise; it is not relied on.
    static func filled(_ text: String, _ values: [String: String], hasFile: Bool) -> String? {
        guard hasFile else { return nil }
        var (made, rest) = ("", text[...])
        while let dollar = rest.firstIndex(of: "$") {
            made += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                made += "$"
                rest = rest.dropFirst()
                continue
            }
            let isBraced = rest.first == "{"
            if isBraced { rest = rest.dropFirst() }
            let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
            guard !name.isEmpty else { return nil }
            rest = rest[name.endIndex...]
            var usual: Substring?
            if isBraced {
                guard let end = rest.firstIndex(of: "}") else { return nil }
                let inner = rest[..<end]
                if inner.hasPrefix(":-") { usual = inner.dropFirst(2) }
                if inner.hasPrefix("-") { usual = inner.dropFirst() }
                if usual?.contains("$") ?? false { return nil }
                rest = rest[rest.index(after: end)...]
            }
            guard let value = values[String(name)] ?? usual.map(String.init) else { return nil }
            made += value
        }
        return made + rest
    }
}
