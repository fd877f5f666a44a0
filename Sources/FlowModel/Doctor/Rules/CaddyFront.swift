/// Caddy's sites with what they hand on. It keeps Host and sends `X-Forwarded-*` by itself.
enum CaddyFront {
    static func locations(_ root: Directive) -> [Fronts.Location] {
        let isWithoutTLS = root.children.contains { block in
            block.name.isEmpty && block.children.contains { $0.name == "auto_https" && $0.words.first == "off" }
        }
        var list: [Fronts.Location] = []
        for site in root.children where !site.name.isEmpty && !site.name.hasPrefix("(") {
            let addresses = ([site.name] + site.words).flatMap {
                $0.split(separator: ",").map { String($0.trimmedASCII) }
            }
            let isTLS =
                !site.all("tls").isEmpty
                || !isWithoutTLS && addresses.contains(where: isServedWithTLS)
            let scope = Scope(addresses: addresses, isTLS: isTLS)
            collect(site, scope, &list)
        }
        return list
    }

    /// What a proxy has from the blocks around it.
    private struct Scope {
        let addresses: [String]
        let isTLS: Bool
        var fields: [Fronts.Field] = []
        var mayHide = false
        var cut: (prefix: String, line: Int)?
    }

    private static func collect(_ block: Directive, _ outer: Scope, _ list: inout [Fronts.Location]) {
        var scope = outer
        if block.name == "handle_path", let prefix = block.words.first { scope.cut = (prefix, block.line) }
        for directive in block.children {
            switch directive.name {
            case "request_header": field(directive).map { scope.fields.append($0) }
            case "import": scope.mayHide = true
            case "uri" where directive.words.first == "strip_prefix":
                scope.cut = (directive.words.last ?? "", directive.line)
            default: break
            }
        }
        for directive in block.children {
            if directive.name == "reverse_proxy" {
                location(directive, scope).map { list.append($0) }
            } else if !directive.children.isEmpty {
                collect(directive, scope, &list)
            }
        }
    }

    private static func location(_ proxy: Directive, _ scope: Scope) -> Fronts.Location? {
        var targets = proxy.words.filter { !$0.hasPrefix("@") && !$0.hasPrefix("/") && $0 != "*" }
        targets += proxy.all("to").flatMap(\.words)
        guard let first = targets.first else { return nil }
        let isTLSBehind =
            first.hasPrefix("https://")
            || proxy.all("transport").contains {
                $0.words.first == "http" && $0.children.contains { $0.name.hasPrefix("tls") }
            }
        let bare = first.range(of: "://").map { String(first[$0.upperBound...]) } ?? first
        let fields = Fronts.implied(line: proxy.line) + scope.fields + proxy.all("header_up").compactMap(field)
        return Fronts.Location(
            path: scope.cut?.prefix ?? proxy.words.first { $0.hasPrefix("/") } ?? "/", line: proxy.line,
            target: "\(isTLSBehind ? "https" : "http")://\(bare)", headers: fields, isTLS: scope.isTLS,
            ports: scope.addresses.compactMap(port), names: scope.addresses.compactMap(host),
            mayHide: scope.mayHide || !proxy.all("import").isEmpty, cut: scope.cut)
    }

    /// `NAME VALUE`, `+NAME VALUE`, `-NAME`.
    private static func field(_ set: Directive) -> Fronts.Field? {
        let words = set.words.drop { $0.hasPrefix("@") || $0.hasPrefix("/") || $0 == "*" }
        guard let name = words.first else { return nil }
        if name.hasPrefix("-") { return .init(name: String(name.dropFirst()), value: "", line: set.line) }
        let bare = name.hasPrefix("+") || name.hasPrefix(">") || name.hasPrefix("?") ? String(name.dropFirst()) : name
        return .init(name: bare, value: words.count > 1 ? words.last ?? "" : "", line: set.line)
    }

    /// Names and addresses are served over TLS, a port alone or `http://` is not.
    private static func isServedWithTLS(_ address: String) -> Bool {
        if address.hasPrefix("http://") { return false }
        if address.hasPrefix("https://") { return true }
        if address.hasPrefix(":") { return address == ":443" }
        return address != "*" && !address.hasSuffix(":80") && !address.isEmpty
    }

    private static func bare(_ address: String) -> String {
        address.range(of: "://").map { String(address[$0.upperBound...]) } ?? address
    }

    private static func host(_ address: String) -> String? {
        let name = bare(address).prefix { $0 != ":" && $0 != "/" }
        return name.isEmpty ? nil : String(name)
    }

    private static func port(_ address: String) -> Int? {
        let bare = bare(address)
        guard let colon = bare.lastIndex(of: ":"), !bare.hasPrefix("{") else {
            return address.hasPrefix("http://") ? 80 : 443
        }
        return Untrusted<Int>(bare[bare.index(after: colon)...].prefix { $0 != "/" })?.within(1...65_535)
    }
}
