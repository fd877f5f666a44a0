/// What stands in front of Keycloak, and whether Keycloak reads what it sends: that decides which URL `htu` is
/// compared with.
enum KeycloakProxyRules {
    typealias Reaching = [(front: Front, location: Fronts.Location)]

    static func examine(
        _ server: KeycloakServer, _ reaching: Reaching, _ configuration: Configuration, _ list: inout AdviceList
    ) {
        headers(server, reaching, &list)
        family(server, reaching, configuration, &list)
        scheme(server, reaching, &list)
        guard server.text("proxy-headers") == "xforwarded" else { return }
        let url = server.text("hostname").map { HTTPURL($0) }
        let isPublic = url.flatMap { Fronts.port(of: $0) }
        for (front, location) in reaching {
            Fronts.port(location, front, isPublic: isPublic, published: configuration.published, &list)
        }
    }

    // MARK: KC_PROXY_HEADERS

    private static func headers(_ server: KeycloakServer, _ reaching: Reaching, _ list: inout AdviceList) {
        guard !server.has("proxy-headers") else { return }
        if let mode = server.options["proxy"] {
            // Passthrough and reencrypt mean that Keycloak ends TLS itself.
            let isOld = server.isBefore([26])
            guard !isOld else { return }
            if let text = mode.text?.lowercased(), text != "edge" {
                list.say(
                    .kcOldOption, server.place("proxy"), "Keycloak 26 ignores KC_PROXY (\(text))",
                    fix: "remove it; KC_PROXY_HEADERS where a proxy ends TLS")
            } else {
                list.say(
                    .kcProxyHeaders, server.place("proxy"),
                    "Keycloak 26 ignores KC_PROXY: without KC_PROXY_HEADERS it compares htu with its inner http "
                        + "URL and refuses every proof", level: level(server))
            }
            return
        }
        if server.isBefore([24]), server.version?.first ?? 0 < 24 { return }
        let hostname = server.text("hostname") ?? server.text("hostname-url") ?? ""
        let isPublicTLS =
            hostname.hasPrefix("https://")
            || !hostname.isEmpty && !hostname.has("://") && !server.isDevelopment
                && !IssuerRules.isInner(HTTPURL("https://\(hostname)"))
        // A request that comes by http although TLS ended in front.
        let front = reaching.first { $0.location.isTLS && !$0.location.target.hasPrefix("https:") }
        let isBehindTLS = front != nil && (!server.hasCertificate || server.text("http-enabled") == "true")
        guard isBehindTLS || server.speaksPlainHTTP && isPublicTLS else { return }
        let place = server.has("hostname") ? server.place("hostname") : server.place
        let which = front.map { " (TLS ends at \($0.front.kind.shown), \($0.front.file):\($0.location.line))" } ?? ""
        let hidden = server.unseen.isEmpty ? "" : "; not seen here: \(server.unseen[0])"
        list.say(
            .kcProxyHeaders, place,
            "no KC_PROXY_HEADERS behind TLS\(which): KC_HOSTNAME does not decide htu, and Keycloak compares it "
                + "with its inner http URL\(hidden)", level: level(server))
    }

    /// What cannot be seen may hold the setting.
    private static func level(_ server: KeycloakServer) -> Advice.Level? { server.unseen.isEmpty ? nil : .warn }

    // MARK: what the proxy sends

    /// One family of headers at both ends.
    private static func family(
        _ server: KeycloakServer, _ reaching: Reaching, _ configuration: Configuration, _ list: inout AdviceList
    ) {
        guard let value = server.text("proxy-headers") else { return }
        let place = server.place("proxy-headers")
        let other = configuration.images.first { image in
            image.place.file == server.file && (image.value.has("traefik") || image.value.has("caddy"))
        }
        if value == "forwarded", let other, reaching.isEmpty {
            list.say(
                .kcProxyFamily, place,
                "KC_PROXY_HEADERS is forwarded, and \(other.value) (\(other.place.shown)) sends X-Forwarded-*",
                fix: "KC_PROXY_HEADERS: xforwarded")
        }
        for (front, location) in reaching where !location.mayHide {
            let names = Set(location.headers.map { $0.name.lowercased() })
            let hasX = names.contains { $0.hasPrefix("x-forwarded-") && $0 != "x-forwarded-for" }
            let at = "\(front.kind.shown), \(front.file):\(location.line)"
            if value == "xforwarded", names.contains("forwarded"), !hasX {
                list.say(
                    .kcProxyFamily, place, "KC_PROXY_HEADERS is xforwarded, and the proxy (\(at)) sends Forwarded",
                    fix: "KC_PROXY_HEADERS: forwarded")
            } else if value == "forwarded", hasX, !names.contains("forwarded") {
                // Which controller serves an Ingress is not in the file.
                list.say(
                    .kcProxyFamily, place, "KC_PROXY_HEADERS is forwarded, and the proxy (\(at)) sends X-Forwarded-*",
                    fix: "KC_PROXY_HEADERS: xforwarded", level: front.kind == .ingress ? .warn : nil)
            }
        }
    }

    /// A proxy that is asked by http says http, where TLS ended before it.
    private static func scheme(_ server: KeycloakServer, _ reaching: Reaching, _ list: inout AdviceList) {
        guard server.text("proxy-headers") == "xforwarded", server.text("hostname")?.hasPrefix("https://") ?? false,
            !reaching.contains(where: { $0.location.isTLS })
        else { return }
        for (front, location) in reaching where !location.mayHide {
            guard front.kind != .ingress, let proto = location.header("x-forwarded-proto"),
                ["$scheme", "{scheme}", "http"].contains(proto.value), front.kind != .traefik
            else { continue }
            list.say(
                .frontHost, ConfigPlace(front.file, proto.line),
                "this proxy is asked by http and says so in X-Forwarded-Proto, and KC_HOSTNAME is https: where TLS "
                    + "ends in front of it, Keycloak compares htu with http",
                fix: front.kind.setting("X-Forwarded-Proto", "https"))
        }
    }
}
