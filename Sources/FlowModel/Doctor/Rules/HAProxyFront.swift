/// HAProxy's frontends with the backends that they use. It leaves Host as it is, and sends `X-Forwarded-*` only where
/// it is told to.
enum HAProxyFront {
    static func locations(_ root: Directive) -> [Fronts.Location] {
        var defaults = Directive(name: "defaults", words: [], line: 0)
        var backends: [String: (section: Directive, defaults: Directive)] = [:]
        var entries: [(section: Directive, defaults: Directive)] = []
        for section in root.children {
            switch section.name {
            case "defaults": defaults = section
            case "backend": backends[section.words.first ?? ""] = (section, defaults)
            case "listen", "frontend": entries.append((section, defaults))
            default: break
            }
        }
        // Each location reads the sections it belongs to: their number is bounded, not their size.
        var list: [Fronts.Location] = []
        for entry in entries where list.count < 500 {
            list += locations(entry.section, entry.defaults, backends)
        }
        return list
    }

    private static func locations(
        _ section: Directive, _ defaults: Directive,
        _ backends: [String: (section: Directive, defaults: Directive)]
    ) -> [Fronts.Location] {
        if section.name == "listen" {
            return location(section, section, [defaults, section], names: []).map { [$0] } ?? []
        }
        var uses: [(name: String, line: Int, names: [String])] = []
        let lists = Array(section.all("acl").prefix(200))
        for use in section.all("use_backend").prefix(200) {
            if let name = use.words.first { uses.append((name, use.line, names(of: use, among: lists))) }
        }
        let last = section.all("default_backend").last ?? defaults.all("default_backend").last
        if let name = last?.words.first { uses.append((name, last?.line ?? section.line, [])) }
        var seen: Set<String> = []
        return uses.compactMap { use in
            guard let backend = backends[use.name], seen.insert("\(use.name) \(use.names)").inserted else { return nil }
            return location(
                section, backend.section, [defaults, section, backend.section], names: use.names)
        }
    }

    private static func location(
        _ entry: Directive, _ backend: Directive, _ chain: [Directive], names: [String]
    ) -> Fronts.Location? {
        guard let server = backend.all("server").first ?? backend.all("server-template").first,
            server.words.count > 1
        else { return nil }
        let address = server.words[server.name.lowercased() == "server" ? 1 : min(2, server.words.count - 1)]
        let binds = entry.all("bind")
        let isTLS = binds.contains { $0.words.contains("ssl") }
        guard isTLS || mode(chain) == "http" else { return nil }
        let scheme = server.words.dropFirst(2).contains("ssl") ? "https" : "http"
        return Fronts.Location(
            path: "", line: server.line, target: "\(scheme)://\(address)",
            headers: mode(chain) == "http"
                ? fields(chain, line: server.line)
                : [Fronts.Field(name: "Host", value: "{host}", line: server.line, isImplied: true)],
            isTLS: isTLS, ports: binds.flatMap(ports), names: names, group: backend.words.first ?? "",
            cut: cut(chain))
    }

    /// The last `mode` counts; without one it is tcp, but a part of a file does not show its defaults.
    private static func mode(_ chain: [Directive]) -> String {
        let named = chain.lazy.compactMap { $0.all("mode").last?.words.first }.last(where: { _ in true })
        if let named { return named }
        return chain.contains { !$0.all("http-request").isEmpty || !$0.all("option").isEmpty } ? "http" : "tcp"
    }

    private static func fields(_ chain: [Directive], line: Int) -> [Fronts.Field] {
        var list = [Fronts.Field(name: "Host", value: "{host}", line: line, isImplied: true)]
        for block in chain {
            for directive in block.children {
                let words = directive.words
                switch directive.name.lowercased() {
                case "http-request": field(directive).map { list.append($0) }
                case "reqadd", "reqset":
                    if let pair = words.first?.pair(by: ":") {
                        list.append(
                            .init(name: pair.name, value: String(pair.value.trimmedASCII), line: directive.line))
                    }
                case "option" where words.first == "forwarded":
                    list.append(.init(name: "Forwarded", value: "proto", line: directive.line))
                case "option" where words.first == "forwardfor":
                    list.append(.init(name: "X-Forwarded-For", value: "%[src]", line: directive.line))
                default: break
                }
            }
        }
        return list
    }

    /// `set-header NAME VALUE …`, `add-header`, `replace-header NAME MATCH VALUE`, `del-header NAME`.
    private static func field(_ directive: Directive) -> Fronts.Field? {
        let words = directive.words
        guard words.count > 1 else { return nil }
        let name = words[1]
        switch words[0] {
        case "set-header", "add-header":
            return .init(name: name, value: words.count > 2 ? words[2] : "", line: directive.line)
        case "replace-header" where words.count > 3:
            return .init(name: name, value: words[3], line: directive.line)
        case "del-header":
            // A condition, or another's field before it is set anew, is no loss of the client's.
            let isClients = ["dpop", "authorization"].contains(name.lowercased()) && words.count == 2
            return isClients ? .init(name: name, value: "", line: directive.line) : nil
        default: return nil
        }
    }

    private static func cut(_ chain: [Directive]) -> (prefix: String, line: Int)? {
        for block in chain {
            for directive in block.all("http-request")
            where ["replace-path", "replace-uri"].contains(directive.words.first) {
                return (directive.words.dropFirst().first ?? "", directive.line)
            }
        }
        return nil
    }

    private static func ports(_ bind: Directive) -> [Int] {
        (bind.words.first ?? "").split(separator: ",").compactMap { address in
            Untrusted<Int>(address.split(separator: ":").last ?? "")?.within(1...65_535)
        }
    }

    /// The hosts that a `use_backend` is for: in its condition, or in the lists that it names.
    private static func names(of use: Directive, among lists: [Directive]) -> [String] {
        let condition = use.words.dropFirst()
        var names = condition.filter { $0.contains(".") }
        for list in lists {
            guard let name = list.words.first, condition.contains(name),
                list.words.dropFirst().first?.has("hdr") ?? false
            else { continue }
            names += list.words.dropFirst(2).filter { $0.contains(".") }
        }
        return names
    }
}
