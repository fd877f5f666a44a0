/// How Keycloak is started: whether it has DPoP, and whose URL it compares `htu` with.
enum KeycloakServerRules {
    static func examine(_ configuration: Configuration, _ fronts: [Front], _ list: inout AdviceList) {
        for server in configuration.keycloaks.prefix(2_000) {
            feature(server, configuration, &list)
            names(server, &list)
            let reaching = reaching(server, fronts)
            KeycloakProxyRules.examine(server, reaching, configuration, &list)
        }
    }

    /// The locations that lead to a server, with their fronts.
    private static func reaching(
        _ server: KeycloakServer, _ fronts: [Front]
    ) -> [(front: Front, location: Fronts.Location)] {
        fronts.prefix(200).flatMap { front in
            front.locations.prefix(500).filter { Fronts.reaches($0, server) }.map { (front, $0) }
        }
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
        let level = server.unseen.isEmpty ? level(configuration) : .warn
        if version[0] < 23 {
            list.say(
                .kcFeature, place, "Keycloak \(shown) has no DPoP", fix: "26.4 or newer", level: level)
        } else {
            list.say(
                .kcFeature, place,
                "Keycloak \(shown) needs --features=dpop: without it proofs are ignored, and tokens stay Bearer",
                level: level)
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

    /// Flags that Keycloak does not know stop its start; lines of keycloak.conf are passed over.
    private static func flags(_ server: KeycloakServer, _ list: inout AdviceList) {
        let known = options.map { $0.dropFirst(3).lowercased().split(separator: "_").joined(separator: "-") }
        func meant(_ name: String) -> String? {
            guard name.contains("-"), !known.contains(name), name == name.lowercased() else { return nil }
            let bare = NearMiss.folded(name)
            return known.first { NearMiss.distance(bare, NearMiss.folded($0), limit: 2) <= 1 }
        }
        for flag in server.flags.prefix(1_000) {
            guard let meant = meant(flag.value) else { continue }
            list.say(
                .kcOldOption, flag.place, "Keycloak has no option --\(flag.value) and does not start with it",
                fix: "--\(meant)", level: .fail)
        }
        for mention in server.written.prefix(1_000) where !mention.value.hasPrefix("KC_") {
            guard let meant = meant(mention.value) else { continue }
            list.say(
                .kcOldOption, mention.place, "Keycloak has no option \(mention.value); \(meant) is meant", fix: meant)
        }
    }

    private static func names(_ server: KeycloakServer, _ list: inout AdviceList) {
        for mention in server.written.prefix(1_000)
        where mention.value.hasPrefix("KC_") && !options.contains(mention.value) {
            let bare = NearMiss.folded(mention.value)
            guard
                let meant = options.first(where: {
                    NearMiss.folded($0) == bare || NearMiss.distance(bare, NearMiss.folded($0), limit: 2) <= 1
                })
            else { continue }
            list.say(
                .kcOldOption, mention.place, "Keycloak has no \(mention.value); \(meant) is meant", fix: meant)
        }
        flags(server, &list)
        let isLegacy = server.isBefore([17]) || server.image.has("jboss/") || server.image.has("-legacy")
        if !isLegacy, let old = server.written.first(where: { $0.value == "PROXY_ADDRESS_FORWARDING" }) {
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
}
