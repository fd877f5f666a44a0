/// One issuer against the other, and one client id against the other: both are compared letter by letter.
enum IssuerRules {
    private enum Source { case plugin, metadata, mention }

    private struct Named {
        let value: String
        let url: HTTPURL
        let place: ConfigPlace
        let source: Source

        init(_ value: String, _ place: ConfigPlace, _ source: Source) {
            (self.value, url, self.place, self.source) = (value, HTTPURL(value), place, source)
        }
    }

    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        let all = gather(configuration)
        // What issuers_allowed names is another issuer on purpose.
        let allowed = Set(configuration.plugins.flatMap { $0.config["issuers_allowed"]?.texts ?? [] })
        let servers = configuration.keycloaks.filter { $0.text("hostname") != nil }
        // What Keycloak calls itself, whatever name it is called by.
        let fixed = Set(servers.compactMap { $0.text("hostname")?.has("://") ?? false ? $0.publicHost : nil })
        for (index, one) in all.enumerated() {
            for other in all[..<index]
            where other.value != one.value && !(allowed.contains(one.value) || allowed.contains(other.value)) {
                compare(other, one, all, fixed, &list)
            }
            let isCalled =
                one.source == .mention
                && all.contains { $0.source != .mention && fixed.contains($0.url.host.lowercased()) }
            for server in servers where !isCalled { hostname(server, one, allowed, &list) }
        }
        realms(configuration, &list)
        dynamic(configuration, all, &list)
        clientIDs(configuration, &list)
    }

    /// Every issuer that is named, each text once a kind.
    private static func gather(_ configuration: Configuration) -> [Named] {
        var all: [Named] = []
        for plugin in configuration.plugins where !plugin.isOff {
            guard let issuer = plugin.config["issuer"]?.text else { continue }
            all.append(Named(IssuerText.configured(issuer), plugin.place("issuer"), .plugin))
        }
        for shared in configuration.pluginConfigs {
            guard let issuer = shared.node["issuer"]?.text else { continue }
            all.append(Named(IssuerText.configured(issuer), shared.place("issuer"), .plugin))
        }
        for item in configuration.metadata {
            if let issuer = item.node["issuer"]?.text { all.append(Named(issuer, item.place("issuer"), .metadata)) }
        }
        for item in configuration.resources {
            for server in item.node["authorization_servers"]?.elements ?? [] {
                if let text = server.text { all.append(Named(text, item.document.place(server.line), .mention)) }
            }
        }
        for rule in configuration.jwtRules {
            if let issuer = rule.node["issuer"]?.text { all.append(Named(issuer, rule.place("issuer"), .plugin)) }
        }
        for stranger in configuration.strangers
            + configuration.otherPlugins.map({
                Configuration.Item(document: $0.document, node: $0.config, line: $0.line)
            })
        {
            if let url = stranger.node["discovery"]?.text, let issuer = IssuerText.issuer(of: url) {
                all.append(Named(issuer, stranger.place("discovery"), .plugin))
            } else if let issuer = stranger.node["issuer"]?.text, issuer.has("://") {
                all.append(Named(issuer, stranger.place("issuer"), .plugin))
            }
        }
        // A command that sends a plugin's settings names its issuer as well.
        all += configuration.mentions.filter { mention in
            !all.contains {
                $0.place.file == mention.place.file
                    && ($0.value == mention.value || $0.value.hasPrefix(mention.value + "/"))
            }
        }.map { Named($0.value, $0.place, .mention) }
        var seen: Set<String> = []
        return Array(
            all.filter { !$0.url.host.isEmpty && seen.insert("\($0.source) \($0.value)").inserted }.prefix(200))
    }

    private static func compare(
        _ a: Named, _ b: Named, _ all: [Named], _ fixed: Set<String>, _ list: inout AdviceList
    ) {
        let isSameHost = a.url.host.lowercased() == b.url.host.lowercased()
        func say(_ kind: AdviceKind, _ words: String, level: Advice.Level? = nil) {
            guard !list.all.contains(where: { $0.id == kind.id && $0.place == b.place }) else { return }
            list.say(kind, b.place, "\(words), at \(a.place.shown): \(a.value) against \(b.value)", level: level)
        }
        guard isSameHost else {
            guard let realm = realm(a.url), realm == Self.realm(b.url) else { return }
            // A command may call a server by another name than the one it gives itself.
            let isCalled = a.source == .mention || b.source == .mention
            let hosts = [a, b].filter { $0.source != .mention }.map { $0.url.host.lowercased() }
            if isCalled, !hosts.isEmpty, hosts.allSatisfy(fixed.contains) { return }
            let isSure =
                (isInner(a.url) || isInner(b.url) || a.source == .metadata || b.source == .metadata)
                && !(isCalled && (a.source == .metadata || b.source == .metadata))
            say(
                .issuerHost, "one realm has the host \(b.url.host) here and \(a.url.host) elsewhere",
                level: isSure ? nil : .warn)
            return
        }
        let (p, q) = (String(a.url.path), String(b.url.path))
        if p == q || p == "/auth" + q || q == "/auth" + p || p == q + "/" || q == p + "/" {
            if a.url.scheme.lowercased() != b.url.scheme.lowercased() {
                say(.issuerScheme, "the issuer is \(b.url.scheme) here and \(a.url.scheme) elsewhere")
            }
            if a.url.effectivePort != b.url.effectivePort {
                let (here, there) = (b.url.effectivePort ?? "the usual one", a.url.effectivePort ?? "the usual one")
                say(.issuerPort, "the issuer's port is \(here) here and \(there) elsewhere")
            }
        }
        if p == q { return }
        if p == "/auth" + q || q == "/auth" + p {
            say(.issuerAuth, "the issuer has the prefix /auth on one side only")
        } else if p == q + "/" || q == p + "/" {
            say(.issuerSlash, "the issuer ends in '/' on one side only")
        } else if p.lowercased() == q.lowercased() {
            say(.issuerPath, "the issuer's path is \(q) here and \(p) elsewhere")
        } else if a.source != b.source, !isMatched(a, all), !isMatched(b, all) {
            // Two plugins may well serve two realms.
            say(.issuerPath, "the issuer's path is \(q) here and \(p) elsewhere")
        }
    }

    /// Whether another kind of file names the very same issuer.
    private static func isMatched(_ one: Named, _ all: [Named]) -> Bool {
        all.contains { $0.value == one.value && $0.source != one.source }
    }

    private static func realm(_ url: HTTPURL) -> String? {
        let path = String(url.path)
        guard let range = path.range(of: "/realms/") else { return nil }
        let name = path[range.upperBound...].prefix { $0 != "/" }
        return name.isEmpty ? nil : String(name)
    }

    /// A name that only one network knows.
    static func isInner(_ url: HTTPURL) -> Bool {
        let host = url.host.lowercased()
        if !host.contains(".") || url.isLoopback { return true }
        if host.hasSuffix(".lan") || host.hasSuffix(".home") || host.hasSuffix(".home.arpa") { return true }
        if host.hasSuffix(".local") || host.hasSuffix(".internal") || host.hasSuffix(".svc") || host.has(".svc.") {
            return true
        }
        return host.hasPrefix("10.") || host.hasPrefix("192.168.") || host.hasPrefix("172.1") || host.hasPrefix("172.2")
    }

    // MARK: Keycloak's own name

    private static func hostname(
        _ server: KeycloakServer, _ issuer: Named, _ allowed: Set<String>, _ list: inout AdviceList
    ) {
        guard let hostname = server.text("hostname"), realm(issuer.url) != nil else { return }
        let host = HTTPURL(hostname).host.isEmpty ? hostname[...] : HTTPURL(hostname).host
        if allowed.contains(where: { HTTPURL($0).host.lowercased() == host.lowercased() }) { return }
        // The gateway fetches discovery inside, and that document names the public issuer.
        let isInside = server.text("hostname-backchannel-dynamic")?.lowercased() == "true" && isInner(issuer.url)
        // Two public names may be those of two servers, unless one is nearly the other.
        let isOther =
            !isInner(issuer.url) && !isInner(HTTPURL("https://\(host)"))
            && !NearMiss.isNear(issuer.url.host.lowercased(), host.lowercased())
        let level: Advice.Level? = isInside || issuer.source == .mention ? .note : isOther ? .warn : nil
        let place = server.place("hostname")
        guard hostname.has("://") else {
            guard hostname.lowercased() != issuer.url.host.lowercased() else { return }
            list.say(
                .issuerHost, issuer.place,
                "Keycloak names itself \(hostname) (\(place.shown)), and this issuer has the host "
                    + "\(issuer.url.host): \(issuer.value)", level: level
            )
            return
        }
        let own = HTTPURL(hostname)
        if own.host.lowercased() != issuer.url.host.lowercased() {
            list.say(
                .issuerHost, issuer.place,
                "Keycloak names itself \(hostname) in every token (\(place.shown)), and this issuer is "
                    + "another: \(issuer.value)", level: level
            )
        } else if own.scheme.lowercased() != issuer.url.scheme.lowercased() {
            list.say(
                .issuerScheme, issuer.place,
                "KC_HOSTNAME is \(hostname) (\(place.shown)), and this issuer is \(issuer.url.scheme): \(issuer.value)",
                level: level)
        } else if own.effectivePort != issuer.url.effectivePort {
            list.say(
                .issuerPort, issuer.place,
                "KC_HOSTNAME is \(hostname) (\(place.shown)), and this issuer has another port: \(issuer.value)",
                level: level)
        }
    }

    /// Realm names of plugins against the realms given.
    private static func realms(_ configuration: Configuration, _ list: inout AdviceList) {
        let known = configuration.realms.map(\.name).filter { !$0.isEmpty }
        guard !known.isEmpty else { return }
        for plugin in configuration.plugins where !plugin.isOff {
            guard let text = plugin.config["issuer"]?.text, let name = realm(HTTPURL(IssuerText.configured(text))),
                !known.contains(name)
            else { continue }
            let meant = NearMiss.nearest(name, among: known)
            list.say(
                .issuerRealm, plugin.place("issuer"),
                "the issuer names the realm '\(name)', and the realm given is "
                    + "\(known.prefix(4).map { "'\($0)'" }.joined(separator: ", "))",
                fix: meant, level: meant == nil ? .warn : nil)
        }
    }

    /// Without KC_HOSTNAME Keycloak names the host that the client used.
    private static func dynamic(_ configuration: Configuration, _ all: [Named], _ list: inout AdviceList) {
        for server in configuration.keycloaks where !server.has("hostname") && !server.has("hostname-url") {
            guard let service = server.service?.lowercased(),
                let inside = all.first(where: { $0.url.host.lowercased() == service && $0.source == .plugin })
            else { continue }
            let mapped = server.ports.compactMap { text -> String? in
                let parts = text.split(separator: ":")
                return parts.count >= 2 ? String(parts[parts.count - 2]) : nil
            }
            guard let port = mapped.first else { continue }
            // With another port not even a hosts entry makes one name of the two.
            let isOther = port != (inside.url.port.map(String.init) ?? (inside.url.scheme == "https" ? "443" : "80"))
            list.say(
                .issuerDynamic, inside.place,
                "Keycloak has no KC_HOSTNAME (\(server.place.shown)): a token that is asked for at localhost:\(port) "
                    + "names that host in iss, not \(inside.value)", level: isOther ? .fail : nil)
        }
    }

    // MARK: client ids

    private static func clientIDs(_ configuration: Configuration, _ list: inout AdviceList) {
        var all: [Configuration.Mention] = []
        for plugin in configuration.plugins {
            for id in plugin.config["client_id"]?.texts ?? [] {
                all.append(.init(value: id, place: plugin.place("client_id")))
            }
        }
        all += configuration.clients.map { .init(value: $0.id, place: $0.place) } + configuration.clientIDs
        var first: [String: Configuration.Mention] = [:]
        var exact: Set<String> = []
        for one in all where !one.value.isEmpty {
            let folded = NearMiss.folded(one.value)
            if let other = first[folded], other.value != one.value {
                guard exact.insert(one.value).inserted else { continue }
                list.say(
                    .clientSpelling, one.place,
                    "the client is '\(one.value)' here and '\(other.value)' at \(other.place.shown)",
                    fix: "one spelling: client ids are compared letter by letter")
            } else if first[folded] == nil {
                first[folded] = one
            }
        }
    }
}
