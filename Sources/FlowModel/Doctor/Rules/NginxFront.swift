/// nginx's locations with what they hand on.
enum NginxFront {
    /// Includes that set no header.
    private static let harmless: [StaticString] = ["mime.types", "fastcgi", "ssl", "letsencrypt", "modules", "gzip"]

    /// What a block has from the blocks around it.
    private struct Scope {
        var fields: [Fronts.Field] = []
        var passesNoHeaders = false
        var authRequest: Directive?
        var mayHide = false
        var server: Server?
    }

    private struct Server {
        let isTLS: Bool
        let ports: [Int]
        let names: [String]
    }

    static func locations(_ root: Directive) -> [Fronts.Location] {
        var upstreams: [String: String] = [:]
        root.walk { directive, _ in
            if directive.name == "upstream", let name = directive.words.first {
                upstreams[name] = directive.all("server").first?.words.first
            }
        }
        var list: [Fronts.Location] = []
        collect(root, Scope(), upstreams, &list)
        return list
    }

    private static func collect(
        _ block: Directive, _ outer: Scope, _ upstreams: [String: String], _ list: inout [Fronts.Location]
    ) {
        var scope = outer
        var (fields, pass): ([Fronts.Field], Directive?) = ([], nil)
        for directive in block.children {
            switch directive.name {
            case "proxy_set_header":
                guard let name = directive.words.first else { break }
                fields.append(
                    .init(name: name, value: directive.words.dropFirst().first ?? "", line: directive.line))
            case "proxy_pass_request_headers" where directive.words == ["off"]: scope.passesNoHeaders = true
            case "auth_request": scope.authRequest = directive.words == ["off"] ? nil : directive
            case "include":
                let file = directive.words.first ?? ""
                if !harmless.contains(where: { file.has($0) }) { scope.mayHide = true }
            case "proxy_pass": pass = directive
            default: break
            }
        }
        // nginx inherits these from outside only where there are none inside.
        if !fields.isEmpty { scope.fields = fields }
        if block.name == "server" { scope.server = server(block) }
        if let pass, let target = pass.words.first {
            list.append(location(block, scope, pass, target, upstreams))
        }
        for inner in block.children where !inner.children.isEmpty { collect(inner, scope, upstreams, &list) }
    }

    private static func server(_ block: Directive) -> Server {
        let listens = block.all("listen")
        return Server(
            isTLS: listens.contains { $0.words.contains("ssl") || $0.words.first?.hasSuffix("443") ?? false }
                || block.children.contains { $0.name == "ssl_certificate" },
            ports: listens.compactMap(port), names: block.all("server_name").flatMap(\.words))
    }

    private static func location(
        _ block: Directive, _ scope: Scope, _ pass: Directive, _ target: String, _ upstreams: [String: String]
    ) -> Fronts.Location {
        let url = HTTPURL(target)
        let resolved = upstreams[String(url.host)].map { "\(url.scheme)://\($0)" } ?? target
        let prefix = prefix(of: block)
        // A URI behind proxy_pass takes the place of the location's.
        let isCut =
            prefix.hasPrefix("/") && prefix != "/" && !url.path.isEmpty && String(url.path) != prefix
            && !target.contains("$")
        return Fronts.Location(
            path: block.words.last ?? "/", line: pass.line, target: resolved, headers: scope.fields,
            isTLS: scope.server?.isTLS ?? false, ports: scope.server?.ports ?? [], names: scope.server?.names ?? [],
            group: upstreams[String(url.host)] == nil ? "" : String(url.host),
            passesNoHeaders: scope.passesNoHeaders, authRequest: scope.authRequest,
            isInternal: block.children.contains { $0.name == "internal" }, mayHide: scope.mayHide,
            cut: isCut ? (prefix, pass.line) : nil)
    }

    /// The path that a location is for, where it is one and no expression.
    private static func prefix(of location: Directive) -> String {
        guard location.name == "location", let last = location.words.last else { return "" }
        return location.words.count == 1 || location.words[0] == "^~" ? last : ""
    }

    private static func port(_ listen: Directive) -> Int? {
        guard let word = listen.words.first else { return nil }
        return Untrusted<Int>(word.split(separator: ":").last ?? "")?.within(1...65_535)
    }
}
