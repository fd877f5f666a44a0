/// What a plugin's settings do about DPoP.
enum KongRules {
    private static let capable: Set<String> = ["bearer", "introspection", "session"]

    static func examine(_ configuration: Configuration, kongVersion: [Int]?, _ list: inout AdviceList) {
        let shared = Dictionary(configuration.pluginConfigs.map { ($0.name, $0) }) { _, last in last }
        let secrets = Dictionary(configuration.secrets.map { ($0.name, $0) }) { _, last in last }
        for plugin in configuration.plugins {
            let resolved = resolve(plugin, configuration, shared, secrets, &list)
            KongSchemaRules.examine(resolved, &list)
            guard !resolved.isOff else {
                list.say(
                    .kongDisabled,
                    resolved.document.place(
                        (resolved.holder.entry("enabled") ?? resolved.holder.entry("disabled"))?.line),
                    "the plugin is disabled: no token and no proof is verified")
                continue
            }
            let version = kongVersion ?? configuration.kongs.compactMap(\.version).first { $0.count > 1 }
            examine(resolved, version, &list)
            versions(resolved, version, &list)
            openSource(resolved, configuration, &list)
        }
        for patch in configuration.pluginPatches { KongSchemaRules.examine(patch: patch, &list) }
        others(configuration, &list)
        sessions(configuration, &list)
        annotations(configuration, &list)
        clients(configuration, &list)
    }

    /// The plugin with the shared settings it names.
    private static func resolve(
        _ plugin: Configuration.Plugin, _ configuration: Configuration, _ shared: [String: Configuration.Item],
        _ secrets: [String: Configuration.Item], _ list: inout AdviceList
    ) -> Configuration.Plugin {
        var plugin = plugin
        // A how-to's example, and what Kong loads itself, need not pass through decK.
        plugin.isLoadedByDeck =
            plugin.document.origin.isFile
            && !configuration.kongs.contains { $0.environment["KONG_DECLARATIVE_CONFIG"] != nil }
        if configuration.patchFiles.contains(plugin.document.file.split(separator: "/").last.map(String.init) ?? "") {
            plugin.isPartial = true
        }
        let reference = plugin.holder.at("configFrom", "secretKeyRef") ?? plugin.holder.at("configFrom", "secretValue")
        let name = [reference?["name"]?.text, reference?["key"]?.text].compactMap { $0 }.joined(separator: "/")
        if plugin.comesFromSecret, let secret = secrets[name] {
            plugin = Configuration.Plugin(
                document: secret.document, name: plugin.name, holder: plugin.holder, config: secret.node,
                line: secret.line)
        } else if plugin.comesFromSecret {
            list.say(
                .kongUnseen, plugin.document.place(plugin.holder.entry("configFrom")?.line ?? plugin.line),
                "the settings come from a Secret (configFrom): what it holds cannot be seen here",
                fix: "give doctor the Secret's JSON or YAML as well")
        }
        for key in plugin.patched.sorted() where KongSchema.keys[key] != nil {
            list.say(
                .kongUnseen, plugin.document.place(plugin.holder.entry("configPatches")?.line ?? plugin.line),
                "\(key) comes from a Secret (configPatches): its value cannot be seen here")
        }
        guard let name = plugin.shared else { return plugin }
        if let shared = shared[name] {
            plugin.config = shared.node.merged(under: plugin.config)
        } else {
            let place = plugin.document.place(plugin.holder.entry("_config")?.line ?? plugin.line)
            if configuration.pluginConfigs.isEmpty {
                list.say(.kongUnseen, place, "the shared settings '\(name)' are not in the files given")
            } else {
                let known = configuration.pluginConfigs.prefix(200).map(\.name)
                list.say(
                    .kongSharedName, place,
                    "_config names '\(name)'; _plugin_configs has \(known.joined(separator: ", "))",
                    fix: NearMiss.nearest(name, among: known) ?? known[0])
            }
            plugin.isPartial = true
        }
        return plugin
    }

    // MARK: one plugin

    private static func examine(_ plugin: Configuration.Plugin, _ version: [Int]?, _ list: inout AdviceList) {
        let config = plugin.config
        let mode = config["proof_of_possession_dpop"]
        let isKnownMode = mode?.text.map { ["strict", "optional", "off"].contains($0) } ?? false
        if mode?.text == "off" || mode?.bool == false {
            list.say(
                .kongOff, plugin.place("proof_of_possession_dpop"),
                "proof_of_possession_dpop is off: a bound token passes as plain Bearer")
        } else if mode == nil || mode?.isNull == true, !plugin.mayHide("proof_of_possession_dpop"), !hasNearMode(config)
        {
            list.say(
                .kongOff, plugin.place,
                "proof_of_possession_dpop is not set: off, and a bound token passes as plain Bearer")
        }
        if mode?.text == "optional" {
            list.say(
                .kongOptional, plugin.place("proof_of_possession_dpop"),
                "proof_of_possession_dpop is optional: an unbound token passes without a proof")
        }
        let isStrict =
            mode?.text == "strict"
            || mode != nil && !isKnownMode && mode?.isOpaque != true
                && mode?.bool != false && mode?.isNull != true
        methods(plugin, isStrict: isStrict || mode?.text == "optional", &list)
        smaller(plugin, &list)
        upstream(plugin, version, &list)
        issuer(plugin, &list)
        if plugin.isDeck, config["cache_tokens_salt"] == nil, !plugin.mayHide("cache_tokens_salt") {
            list.say(
                .kongSalt, plugin.place, "no cache_tokens_salt: decK 1.59 and newer refuse the file in `file validate`",
                level: plugin.isLoadedByDeck ? nil : .warn)
        }
    }

    /// A misspelt mode is told once, as the unknown key that it is.
    private static func hasNearMode(_ config: ConfigNode) -> Bool {
        config.entries.contains {
            KongSchema.keys[$0.name] == nil && KongSchema.meant(by: $0.name) == "proof_of_possession_dpop"
        }
    }

    private static func methods(_ plugin: Configuration.Plugin, isStrict: Bool, _ list: inout AdviceList) {
        let config = plugin.config
        guard let methods = methodNames(plugin) else { return }
        let isSet = config["auth_methods"] != nil
        let incapable = methods.filter { !capable.contains($0) && KongSchema.methods.contains($0) }
        let validation = config["proof_of_possession_auth_methods_validation"]
        let validates = validation?.bool ?? (validation?.scalar.map { $0 == "true" } ?? true)
        let place = plugin.place("auth_methods")
        if isStrict, validates, !incapable.isEmpty {
            let which = isSet ? "auth_methods has" : "auth_methods is not set, and its default has"
            list.say(
                .kongMethods, place,
                "\(which) \(incapable.joined(separator: ", ")), which cannot prove possession: Kong refuses "
                    + "this configuration"
            )
        }
        if isStrict, methods == ["session"] {
            list.say(.kongSessionAlone, place, "session proves possession only beside bearer or introspection")
        }
        if !validates {
            let names = incapable.isEmpty ? "other methods" : incapable.joined(separator: ", ")
            list.say(
                .kongValidation, plugin.place("proof_of_possession_auth_methods_validation"),
                "proof_of_possession_auth_methods_validation is false: \(names) skip the proof")
        }
        if methods.contains("session"), isSet, config["session_secret"] == nil, !plugin.mayHide("session_secret") {
            list.say(.kongSessionSecret, place, "session without a session_secret of its own")
        }
    }

    /// The methods, Kong's default included; nil when they cannot be seen.
    private static func methodNames(_ plugin: Configuration.Plugin) -> [String]? {
        guard let node = plugin.config["auth_methods"], !node.isNull else {
            return plugin.mayHide("auth_methods") ? nil : KongSchema.methods
        }
        guard !node.isOpaque, !node.elements.contains(where: \.isOpaque) else { return nil }
        if plugin.document.origin.isForm, let text = node.scalar {
            return text.split(separator: ",").map { String($0.trimmedASCII) }
        }
        return node.texts
    }

    private static func smaller(_ plugin: Configuration.Plugin, _ list: inout AdviceList) {
        let config = plugin.config
        if config["dpop_use_nonce"]?.bool == true, config["client_jwk"] == nil, !plugin.mayHide("client_jwk") {
            list.say(.kongNonceKey, plugin.place("dpop_use_nonce"), "dpop_use_nonce without client_jwk")
        }
        if let anonymous = config["anonymous"], !anonymous.isNull, anonymous.text?.isEmpty != true {
            list.say(
                .kongAnonymous, plugin.place("anonymous"),
                "an anonymous consumer lets a failed authentication pass: a request without a proof looks like success")
        }
        if config["proof_of_possession_mtls"]?.text == "strict", config["proof_of_possession_dpop"]?.text == "strict" {
            list.say(
                .kongCertificate, plugin.place("proof_of_possession_mtls"),
                "proof_of_possession_mtls is strict as well: each request needs a client certificate and a "
                    + "certificate-bound token too"
            )
        }
        let places = config["bearer_token_param_type"]?.texts ?? []
        if !places.isEmpty, !places.contains("header") {
            list.say(
                .kongTokenPlace, plugin.place("bearer_token_param_type"),
                "bearer_token_param_type has no header: a token in the Authorization field is not found",
                level: .fail)
        }
        let loose = (config["bearer_token_param_type"]?.texts ?? []).filter { $0 == "query" || $0 == "body" }
        if !loose.isEmpty {
            list.say(
                .kongTokenPlace, plugin.place("bearer_token_param_type"),
                "tokens are also taken from the \(loose.joined(separator: " and "))")
        }
        if let node = config["dpop_proof_lifetime"],
            let seconds = node.scalar.flatMap({ Untrusted<Double>($0) })?.clamped(to: -1e15...1e15),
            seconds > 300 || seconds < 10
        {
            let asMilliseconds = seconds >= 10_000 ? " (milliseconds were meant?)" : ""
            list.say(
                .kongLifetime, plugin.place("dpop_proof_lifetime"),
                "dpop_proof_lifetime is \(node.scalar ?? "") seconds\(asMilliseconds): a stolen proof "
                    + "\(seconds > 300 ? "lives that long" : "is no danger, and slow clients fail")",
                fix: seconds >= 10_000 ? "dpop_proof_lifetime: 60 (it counts seconds)" : nil)
        }
    }

    private static func upstream(_ plugin: Configuration.Plugin, _ version: [Int]?, _ list: inout AdviceList) {
        let config = plugin.config
        // The default is true from 3.14 on.
        let isNew = version.map { !$0.lexicographicallyPrecedes([3, 14]) } ?? false
        guard config["hide_credentials"]?.bool ?? isNew, let header = config["upstream_access_token_header"],
            header.isNull || header.text?.isEmpty == true
        else { return }
        let others = config.entries.contains { entry in
            entry.name.hasPrefix("upstream_") && entry.name != "upstream_access_token_header" && !entry.node.isNull
                && entry.node.text?.isEmpty != true && !(entry.node.isList && entry.node.elements.isEmpty)
        }
        guard !others, config["token_exchange"] == nil || config["token_exchange"]?.isNull == true else { return }
        list.say(
            .kongNoToken, plugin.place("upstream_access_token_header"),
            "hide_credentials is true\(config["hide_credentials"] == nil ? " (the default from 3.14 on)" : "") "
                + "and upstream_access_token_header is empty: the upstream gets no token"
        )
    }

    private static func issuer(_ plugin: Configuration.Plugin, _ list: inout AdviceList) {
        guard let issuer = plugin.config["issuer"] else {
            if !plugin.mayHide("issuer") { list.say(.kongNoIssuer, plugin.place, "no issuer") }
            return
        }
        guard let text = issuer.text else { return }
        let url = HTTPURL(text)
        if url.scheme.isEmpty {
            list.say(
                .kongIssuerURL, plugin.place("issuer"), "the issuer '\(text)' is no URL: it has no scheme",
                fix: "https://\(text)")
        } else if let range = text.range(of: "/protocol/openid-connect") {
            list.say(
                .kongIssuerURL, plugin.place("issuer"), "the issuer is an endpoint's URL: \(text)",
                fix: String(text[..<range.lowerBound]))
        } else if url.scheme == "http", !url.isLoopback {
            list.say(.kongHTTPIssuer, plugin.place("issuer"), "the issuer is plain http: \(text)")
        }
    }

    // MARK: versions

    private static func versions(_ plugin: Configuration.Plugin, _ version: [Int]?, _ list: inout AdviceList) {
        guard let version, let mode = plugin.config["proof_of_possession_dpop"]?.text,
            mode == "strict" || mode == "optional"
        else { return }
        let shown = version.map(String.init).joined(separator: ".")
        if version.lexicographicallyPrecedes([3, 7]) {
            list.say(
                .kongVersion, plugin.place("proof_of_possession_dpop"),
                "Kong \(shown) knows none of \(Recogniser.ourKeys.joined(separator: ", "))")
            return
        }
        let fixed = [10: 10, 11: 9, 12: 5, 13: 3, 14: 2]
        let minor = version.count > 1 ? version[1] : 0
        // An image such as 3.14 is the newest of its line.
        let patch = version.count > 3 ? version[3] : version.count == 2 && fixed[minor] != nil ? Int.max : 0
        let isFixed = minor >= 15 || fixed[minor].map { patch >= $0 } ?? false
        guard methodNames(plugin)?.contains("introspection") == true, plugin.config["auth_methods"] != nil, !isFixed,
            version.first == 3
        else { return }
        list.say(
            .kongIntrospection, plugin.place("auth_methods"),
            "Kong \(shown) does not read cnf.jkt out of introspection answers")
    }

    private static func openSource(
        _ plugin: Configuration.Plugin, _ configuration: Configuration, _ list: inout AdviceList
    ) {
        guard let server = configuration.kongs.first, configuration.kongs.count == 1 else { return }
        let name = server.image.split(separator: ":").first.map(String.init) ?? ""
        guard name == "kong" && server.version != nil || name == "library/kong" || name == "docker.io/kong" else {
            return
        }
        list.say(
            .kongOpenSource, server.place,
            "the image '\(server.image)' is open-source Kong, which has no openid-connect plugin "
                + "(\(plugin.place.shown))"
        )
    }
}
