/// Reads what people configured and says what cannot work, before the first request.
public struct Doctor: Sendable {
    public let configuration: Configuration
    /// The gateway's version, when it is known: 3.9.1 and the like.
    public let kongVersion: [Int]?

    public init(_ configuration: Configuration, kongVersion: [Int]? = nil) {
        (self.configuration, self.kongVersion) = (configuration, kongVersion)
    }

    public func examine() -> [Advice] {
        configuration.advice + configuration.plugins.flatMap(plugin) + sessions()
            + configuration.clients.flatMap(client) + configuration.metadata.flatMap(metadata) + issuers() + clientIDs()
            + across()
    }

    private static let capable: Set<String> = ["bearer", "introspection", "session"]
    private static let defaults = [
        "authorization_code", "bearer", "client_credentials", "introspection", "kong_oauth2", "password",
        "refresh_token", "session", "userinfo",
    ]
    private static let arrays = [
        "client_id", "client_secret", "auth_methods", "bearer_token_param_type", "audience_required", "scopes_required",
        "issuers_allowed", "scopes", "audience",
    ]
    private static let pop = ["proof_of_possession_dpop", "dpop_use_nonce", "dpop_proof_lifetime"]

    // MARK: the gateway

    private func plugin(_ plugin: Configuration.Plugin) -> [Advice] {
        let config = plugin.config
        var list: [Advice] = []
        func say(_ level: Advice.Level, _ key: String, _ cause: CauseID?, _ says: String, fix: String) {
            let line = config.line(of: key)
            let file = plugin.place.split(separator: ":").first.map(String.init) ?? plugin.place
            list.append(
                Advice(
                    level: level, cause: cause, place: line.map { "\(file):\($0)" } ?? plugin.place, says: says,
                    fix: fix))
        }
        let mode = config["proof_of_possession_dpop"]?.string
        if let mode, !["strict", "optional", "off"].contains(mode) {
            say(
                .fail, "proof_of_possession_dpop", nil, "proof_of_possession_dpop is '\(mode)'",
                fix: "strict, optional or off")
        }
        if mode == nil || mode == "off" {
            say(
                .warn, "proof_of_possession_dpop", .gwOff,
                "proof_of_possession_dpop is \(mode ?? "not set: off"): a bound token passes as plain Bearer",
                fix: "proof_of_possession_dpop: strict")
        }
        if mode == "optional" {
            say(
                .warn, "proof_of_possession_dpop", .gwOptionalBypass,
                "proof_of_possession_dpop is optional: an unbound token passes without a proof",
                fix: "strict, and bind tokens at the IdP")
        }
        let methods = config["auth_methods"]?.strings ?? Self.defaults
        let incapable = methods.filter { !Self.capable.contains($0) }
        let validates = config["proof_of_possession_auth_methods_validation"]?.value.bool ?? true
        if mode == "strict", validates, !incapable.isEmpty {
            let which =
                config["auth_methods"] == nil ? "auth_methods is not set, and its default has" : "auth_methods has"
            say(
                .fail, "auth_methods", .gwAuthMethods,
                "\(which) \(incapable.joined(separator: ", ")), which cannot prove possession: Kong refuses this configuration",
                fix: "auth_methods: [bearer]")
        }
        if mode == "strict", methods == ["session"] {
            say(
                .fail, "auth_methods", .gwAuthMethods,
                "session proves possession only beside bearer or introspection", fix: "auth_methods: [bearer, session]")
        }
        if !validates {
            say(
                .warn, "proof_of_possession_auth_methods_validation", .gwValidationOff,
                "proof_of_possession_auth_methods_validation is false: \(incapable.isEmpty ? "other methods" : incapable.joined(separator: ", ")) skip the proof",
                fix: "true")
        }
        if methods.contains("session"), config["auth_methods"] != nil, config["session_secret"] == nil {
            say(
                .warn, "auth_methods", .gwSessionShare, "session without a session_secret of its own",
                fix: "a session_secret for this instance alone")
        }
        if config["dpop_use_nonce"]?.value.bool == true, config["client_jwk"] == nil {
            say(
                .warn, "dpop_use_nonce", nil, "dpop_use_nonce without client_jwk",
                fix: "give the plugin a client_jwk to make nonces with")
        }
        if let anonymous = config["anonymous"]?.string, !anonymous.isEmpty {
            say(
                .warn, "anonymous", .gwAnonymous, "an anonymous consumer lets a failed authentication pass",
                fix: "unset anonymous")
        }
        let places = config["bearer_token_param_type"]?.strings ?? []
        let loose = places.filter { $0 == "query" || $0 == "body" }
        if !loose.isEmpty {
            say(
                .warn, "bearer_token_param_type", .gwTokenInQuery,
                "tokens are taken from \(loose.joined(separator: " and ")): no Authorization: DPoP there",
                fix: "bearer_token_param_type: [header]")
        }
        if let lifetime = config["dpop_proof_lifetime"]?.value.number?.interval, lifetime > 300 || lifetime < 10 {
            say(
                .warn, "dpop_proof_lifetime", nil,
                "dpop_proof_lifetime is \(config["dpop_proof_lifetime"]!.value.source) s: \(lifetime > 300 ? "a stolen proof lives that long" : "slow clients and clocks will fail")",
                fix: "between 10 and 300")
        }
        let upstream = config["upstream_access_token_header"]
        if config["hide_credentials"]?.value.bool == true, let upstream, upstream.string?.isEmpty ?? true {
            say(
                .fail, "upstream_access_token_header", .gwNoTokenUpstream,
                "hide_credentials is true and upstream_access_token_header is empty: the upstream gets no token",
                fix: "upstream_access_token_header: authorization:bearer")
        }
        for key in Self.arrays where config[key]?.string != nil && !plugin.isAnswer {
            say(
                .warn, key, nil, "\(key) is a single text; Kong's schema has an array",
                fix: "\(key): [\(config[key]!.string!)]")
        }
        list += versions(plugin, mode, methods)
        if let issuer = config["issuer"]?.string, HTTPURL(issuer).scheme == "http", !HTTPURL(issuer).isLoopback {
            say(.note, "issuer", nil, "the issuer is plain http: \(issuer)", fix: "https, unless this is a demo")
        }
        if config["issuer"] == nil {
            say(.fail, "issuer", nil, "no issuer", fix: "issuer: the URL tokens name in `iss`")
        }
        return list
    }

    private func versions(_ plugin: Configuration.Plugin, _ mode: String?, _ methods: [String]) -> [Advice] {
        guard let kongVersion, mode == "strict" || mode == "optional" else { return [] }
        let shown = kongVersion.map(String.init).joined(separator: ".")
        if kongVersion.lexicographicallyPrecedes([3, 7]) {
            return [
                Advice(
                    level: .fail, cause: .gwVersion, place: plugin.place,
                    says: "Kong \(shown) knows none of \(Self.pop.joined(separator: ", "))", fix: "3.7 or newer")
            ]
        }
        let fixed = [10: 10, 11: 9, 12: 5, 13: 3, 14: 2]
        let minor = kongVersion.count > 1 ? kongVersion[1] : 0
        let patch = kongVersion.count > 3 ? kongVersion[3] : 0
        let isFixed = minor >= 15 || fixed[minor].map { patch >= $0 } ?? false
        guard methods.contains("introspection"), !isFixed, kongVersion.first == 3 else { return [] }
        return [
            Advice(
                level: .fail, cause: .gwIntrospectionCnf, place: plugin.place,
                says: "Kong \(shown) does not read cnf.jkt out of introspection answers",
                fix: "3.10.0.10, 3.11.0.9, 3.12.0.5, 3.13.0.3, 3.14.0.2 or 3.15")
        ]
    }

    private func sessions() -> [Advice] {
        var seen: [String: String] = [:]
        return configuration.plugins.filter { !$0.isAnswer }.compactMap { plugin in
            guard let secret = plugin.config["session_secret"]?.string,
                plugin.config["auth_methods"]?.strings.contains("session") ?? true
            else { return nil }
            defer { seen[secret] = plugin.place }
            guard let other = seen[secret] else { return nil }
            return Advice(
                level: .fail, cause: .gwSessionShare, place: plugin.place,
                says: "the session_secret of \(other): a session made there passes here without a proof",
                fix: "a session_secret for each instance")
        }
    }

    // MARK: the IdP

    private func client(_ client: Configuration.Client) -> [Advice] {
        guard client.node["attributes"] != nil || client.node["publicClient"] != nil else { return [] }
        guard client.node["attributes"]?["dpop.bound.access.tokens"]?.string != "true" else { return [] }
        return [
            Advice(
                level: .note, cause: nil, place: client.place,
                says: "client '\(client.id)' does not require DPoP: dpop.bound.access.tokens is not \"true\"",
                fix: "\"attributes\": {\"dpop.bound.access.tokens\": \"true\"}")
        ]
    }

    private func metadata(_ metadata: Configuration.Metadata) -> [Advice] {
        guard metadata.node["dpop_signing_alg_values_supported"] == nil else { return [] }
        return [
            Advice(
                level: .fail, cause: .asFeatureOff, place: metadata.place,
                says: "the discovery document has no dpop_signing_alg_values_supported: this IdP does not bind tokens",
                fix: "Keycloak: 26.4, or --features=dpop before")
        ]
    }

    // MARK: one against the other

    private var allIssuers: [Configuration.Mention] {
        configuration.plugins.compactMap { plugin in
            plugin.config["issuer"]?.string.map {
                Configuration.Mention(value: Self.bare($0), place: Self.place(plugin, "issuer"))
            }
        }
            + configuration.metadata.compactMap { item in
                item.node["issuer"]?.string.map { Configuration.Mention(value: $0, place: item.place) }
            } + configuration.issuers
    }

    private static func place(_ plugin: Configuration.Plugin, _ key: String) -> String {
        let file = plugin.place.split(separator: ":").first.map(String.init) ?? plugin.place
        return plugin.config.line(of: key).map { "\(file):\($0)" } ?? plugin.place
    }

    private static func bare(_ issuer: String) -> String {
        issuer.firstRange(of: "/.well-known/").map { String(issuer[..<$0.lowerBound]) } ?? issuer
    }

    private func issuers() -> [Advice] {
        let all = Self.distinct(allIssuers)
        var list: [Advice] = []
        for (index, one) in all.enumerated() {
            for other in all[..<index] where one.value != other.value && Self.isSameServer(one.value, other.value) {
                for (words, fix) in Self.differences(other.value, one.value) {
                    list.append(
                        Advice(
                            level: .fail, cause: nil, place: one.place,
                            says: "\(words), at \(other.place): \(other.value) against \(one.value)", fix: fix))
                }
            }
        }
        return list
    }

    /// Each mention once, and fifty of them: each is compared with each.
    private static func distinct(_ all: [Configuration.Mention]) -> [Configuration.Mention] {
        var seen = Set<String>()
        return Array(all.filter { seen.insert($0.place + " " + $0.value).inserted }.prefix(50))
    }

    private static func isSameServer(_ a: String, _ b: String) -> Bool {
        HTTPURL(a).host.lowercased() == HTTPURL(b).host.lowercased()
    }

    private static func differences(_ a: String, _ b: String) -> [(String, String)] {
        let (a, b) = (HTTPURL(a), HTTPURL(b))
        var list: [(String, String)] = []
        if a.scheme.lowercased() != b.scheme.lowercased() {
            list.append(
                (
                    "the issuer is \(b.scheme) here and \(a.scheme) elsewhere",
                    "one scheme everywhere: tokens name their issuer letter by letter"
                ))
        }
        if a.effectivePort != b.effectivePort {
            list.append(
                (
                    "the issuer's port is \(b.effectivePort ?? "the usual one") here and \(a.effectivePort ?? "the usual one") elsewhere",
                    "one port everywhere"
                ))
        }
        let (p, q) = (String(a.path), String(b.path))
        if p != q {
            if p == "/auth" + q || q == "/auth" + p {
                list.append(
                    (
                        "the issuer has the prefix /auth on one side only",
                        "Keycloak ≥ 17 has no /auth unless http-relative-path says so"
                    ))
            } else if p == q + "/" || q == p + "/" {
                list.append(
                    ("the issuer ends in '/' on one side only", "the very text of the discovery document's `issuer`"))
            } else {
                list.append(("the issuer's path is \(q) here and \(p) elsewhere", "the realm's own issuer everywhere"))
            }
        }
        return list
    }

    private func clientIDs() -> [Advice] {
        let plugins = configuration.plugins.flatMap { plugin in
            (plugin.config["client_id"]?.strings ?? []).map {
                Configuration.Mention(value: $0, place: Self.place(plugin, "client_id"))
            }
        }
        let all =
            plugins + configuration.clients.map { Configuration.Mention(value: $0.id, place: $0.place) }
            + configuration.clientIDs
        var list: [Advice] = []
        // By the letters alone: the first two spellings, one of which is another than any third.
        var spellings: [String: [Configuration.Mention]] = [:]
        for one in all {
            let letters = Self.folded(one.value)
            let known = spellings[letters] ?? []
            if known.count < 2, !known.contains(where: { $0.value == one.value }) {
                spellings[letters] = known + [one]
            }
            guard let other = known.first(where: { $0.value != one.value }) else { continue }
            list.append(
                Advice(
                    level: .fail, cause: nil, place: one.place,
                    says: "the client is '\(one.value)' here and '\(other.value)' at \(other.place)",
                    fix: "one spelling: client ids are compared letter by letter"))
        }
        return list
    }

    private static func folded(_ id: String) -> String { id.lowercased().filter { $0.isLetter || $0.isNumber } }

    private func across() -> [Advice] {
        var list: [Advice] = []
        let strict = configuration.plugins.filter { $0.config["proof_of_possession_dpop"]?.string == "strict" }
        if let gateway = strict.first, !configuration.clients.isEmpty,
            configuration.clients.allSatisfy({ $0.node["attributes"]?["dpop.bound.access.tokens"]?.string != "true" })
        {
            list.append(
                Advice(
                    level: .fail, cause: .cnfAbsent, place: configuration.clients[0].place,
                    says: "the gateway is strict (\(gateway.place)), and no client at the IdP binds its tokens",
                    fix: "dpop.bound.access.tokens: \"true\" at the client that gets the tokens"))
        }
        guard !configuration.clients.isEmpty else { return list }
        let known = Set(configuration.clients.map { Self.folded($0.id) })
        let shown = configuration.clients.prefix(10).map(\.id).joined(separator: ", ")
        let more = configuration.clients.count - 10
        for plugin in configuration.plugins {
            for id in plugin.config["client_id"]?.strings ?? [] where !known.contains(Self.folded(id)) {
                list.append(
                    Advice(
                        level: .warn, cause: nil, place: Self.place(plugin, "client_id"),
                        says:
                            "client '\(id)' is not among the IdP's clients given here: \(shown)\(more > 0 ? " and \(more) more" : "")",
                        fix: "create it, or name one that is there"))
            }
        }
        return list
    }
}
