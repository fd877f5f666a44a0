/// How Keycloak is started: whether it has DPoP, and whose URL it compares `htu` with.
enum KeycloakServerRules {
    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for server in configuration.keycloaks {
            feature(server, configuration, &list)
            names(server, &list)
            proxy(server, configuration, &list)
        }
        if configuration.keycloaks.isEmpty { return }
        family(configuration, &list)
        port(configuration, &list)
    }

    // MARK: the feature

    private static func feature(_ server: KeycloakServer, _ configuration: Configuration, _ list: inout AdviceList) {
        if server.disabledFeatures.contains("dpop") {
            list.say(
                .kcFeature, server.place("features-disabled"),
                "features-disabled has dpop: proofs are ignored, and tokens stay Bearer", fix: "take dpop out")
            return
        }
        let isOn = server.features.contains { $0 == "dpop" || $0.hasPrefix("dpop:") || $0 == "preview" }
        let isHidden = server.has("features") && server.text("features") == nil
        guard let version = server.version, version.count > 1 || version[0] < 26, server.isBefore([26, 4]), !isOn,
            !isHidden
        else { return }
        let shown = version.map(String.init).joined(separator: ".")
        let place = server.has("features") ? server.place("features") : server.place
        if version[0] < 23 {
            list.say(
                .kcFeature, place, "Keycloak \(shown) has no DPoP", fix: "26.4 or newer", level: level(configuration))
        } else {
            list.say(
                .kcFeature, place,
                "Keycloak \(shown) needs --features=dpop: without it proofs are ignored, and tokens stay Bearer",
                level: level(configuration))
        }
    }

    /// A failure where something of these files asks for DPoP.
    private static func level(_ configuration: Configuration) -> Advice.Level {
        let isAsked =
            configuration.clients.contains {
                $0.node["attributes"]?[KeycloakNames.attribute]?.scalar?.lowercased() == "true"
            }
            || configuration.plugins.contains {
                $0.config["proof_of_possession_dpop"]?.text.map { $0 != "off" } ?? false
            }
            || configuration.terraformClients.contains { $0.node["require_dpop_bound_tokens"]?.bool == true }
            || !configuration.profiles.isEmpty
        return isAsked ? .fail : .warn
    }

    // MARK: names and values

    private static let options = [
        "KC_PROXY_HEADERS", "KC_HOSTNAME", "KC_HTTP_ENABLED", "KC_FEATURES", "KC_FEATURES_DISABLED",
        "KC_HTTP_RELATIVE_PATH", "KC_PROXY_TRUSTED_ADDRESSES", "KC_HOSTNAME_STRICT", "KC_HOSTNAME_BACKCHANNEL_DYNAMIC",
        "KC_HOSTNAME_ADMIN", "KC_HTTPS_CERTIFICATE_FILE", "KC_HTTPS_CERTIFICATE_KEY_FILE", "KC_HTTP_PORT",
        "KC_HTTPS_PORT",
        "KC_PROXY", "KC_HOSTNAME_URL", "KC_HOSTNAME_ADMIN_URL", "KC_HOSTNAME_DEBUG", "KC_HTTP_HOST",
    ]

    private static func names(_ server: KeycloakServer, _ list: inout AdviceList) {
        for mention in server.written where mention.value.hasPrefix("KC_") && !options.contains(mention.value) {
            let bare = NearMiss.folded(mention.value)
            guard
                let meant = options.first(where: {
                    NearMiss.folded($0) == bare || NearMiss.distance(bare, NearMiss.folded($0), limit: 2) <= 1
                })
            else { continue }
            list.say(
                .kcOldOption, mention.place, "Keycloak has no \(mention.value); \(meant) is meant", fix: meant)
        }
        if let old = server.written.first(where: { $0.value == "PROXY_ADDRESS_FORWARDING" }) {
            list.say(
                .kcOldOption, old.place, "Keycloak 17 and newer ignore PROXY_ADDRESS_FORWARDING",
                fix: "KC_PROXY_HEADERS: xforwarded")
        }
        if let value = server.options["proxy-headers"], let text = value.text,
            !["forwarded", "xforwarded"].contains(text)
        {
            list.say(
                .kcProxyValue, server.place("proxy-headers"),
                "KC_PROXY_HEADERS is '\(text)'; Keycloak takes forwarded or xforwarded and does not start",
                fix: NearMiss.folded(text) == "forwarded" ? "forwarded" : "xforwarded")
        }
        let isNew = !server.isBefore([26])
        if isNew, server.has("hostname-url") || server.has("hostname-admin-url") {
            let old = server.has("hostname-url") ? "hostname-url" : "hostname-admin-url"
            let name = "KC_" + old.uppercased().split(separator: "-").joined(separator: "_")
            list.say(
                .kcOldOption, server.place(old), "Keycloak 26 ignores \(name)",
                fix: old == "hostname-url" ? "KC_HOSTNAME with the whole URL" : "KC_HOSTNAME_ADMIN")
        }
        if isNew, server.has("proxy"), server.has("proxy-headers") {
            list.say(
                .kcOldOption, server.place("proxy"),
                "Keycloak 26 ignores KC_PROXY; KC_PROXY_HEADERS is set and decides",
                fix: "remove KC_PROXY", level: .note)
        }
    }

    // MARK: what stands in front

    private static func proxy(_ server: KeycloakServer, _ configuration: Configuration, _ list: inout AdviceList) {
        guard !server.has("proxy-headers") else { return }
        let isOld = server.isBefore([24])
        if server.has("proxy") {
            if !isOld, !server.isBefore([26]) {
                list.say(
                    .kcProxyHeaders, server.place("proxy"),
                    "Keycloak 26 ignores KC_PROXY: without KC_PROXY_HEADERS it compares htu with its inner http "
                        + "URL and refuses every proof"
                )
            }
            return
        }
        let hostname = server.text("hostname") ?? server.text("hostname-url") ?? ""
        let isPublicTLS =
            hostname.hasPrefix("https://")
            || !hostname.isEmpty && !hostname.has("://") && !server.isDevelopment
                && !IssuerRules.isInner(HTTPURL("https://\(hostname)"))
        let front = configuration.nginx.first { file in
            Fronts.tlsServers(file.root).contains { Fronts.reaches($0, server) }
        }
        guard server.speaksPlainHTTP, isPublicTLS || front != nil else {
            if let front, !server.hasCertificate { say(server, front.file, &list) }
            return
        }
        say(server, front?.file, &list)
    }

    private static func say(_ server: KeycloakServer, _ front: String?, _ list: inout AdviceList) {
        let place = server.has("hostname") ? server.place("hostname") : server.place
        let which = front.map { " (TLS ends at the proxy of \($0))" } ?? ""
        list.say(
            .kcProxyHeaders, place,
            "no KC_PROXY_HEADERS behind TLS\(which): KC_HOSTNAME does not decide htu, and Keycloak compares it "
                + "with its inner http URL"
        )
    }

    /// One family of headers at both ends.
    private static func family(_ configuration: Configuration, _ list: inout AdviceList) {
        for server in configuration.keycloaks {
            guard let value = server.text("proxy-headers") else { continue }
            let other = configuration.images.first { $0.value.has("traefik") || $0.value.has("caddy") }
            if value == "forwarded", let other, other.place.file == server.file {
                list.say(
                    .kcProxyFamily, server.place("proxy-headers"),
                    "KC_PROXY_HEADERS is forwarded, and \(other.value) (\(other.place.shown)) sends X-Forwarded-*",
                    fix: "KC_PROXY_HEADERS: xforwarded")
            }
            for file in configuration.nginx {
                for location in Fronts.locations(file.root) where Fronts.reaches(location, server) {
                    let names = Set(location.headers.map { $0.name.lowercased() })
                    let hasX = names.contains { $0.hasPrefix("x-forwarded-") && $0 != "x-forwarded-for" }
                    if value == "xforwarded", names.contains("forwarded"), !hasX {
                        list.say(
                            .kcProxyFamily, server.place("proxy-headers"),
                            "KC_PROXY_HEADERS is xforwarded, and the proxy "
                                + "(\(file.file):\(location.line)) sends Forwarded",
                            fix: "KC_PROXY_HEADERS: forwarded")
                    } else if value == "forwarded", hasX, !names.contains("forwarded") {
                        list.say(
                            .kcProxyFamily, server.place("proxy-headers"),
                            "KC_PROXY_HEADERS is forwarded, and the proxy (\(file.file):\(location.line)) "
                                + "sends X-Forwarded-*",
                            fix: "KC_PROXY_HEADERS: xforwarded")
                    }
                }
            }
        }
    }

    /// X-Forwarded-Port against the public port.
    private static func port(_ configuration: Configuration, _ list: inout AdviceList) {
        for server in configuration.keycloaks where server.text("proxy-headers") == "xforwarded" {
            let url = server.text("hostname").map { HTTPURL($0) }
            for file in configuration.nginx {
                for location in Fronts.locations(file.root) where Fronts.reaches(location, server) {
                    Fronts.port(location, file.file, isPublic: url.flatMap { Fronts.port(of: $0) }, &list)
                }
            }
        }
    }
}
