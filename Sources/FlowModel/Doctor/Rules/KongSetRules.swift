/// Rules about several plugins, and about plugins that are not openid-connect.
extension KongRules {
    static func others(_ configuration: Configuration, _ list: inout AdviceList) {
        for plugin in configuration.otherPlugins {
            let stray = plugin.config.entries.first { Recogniser.ourKeys.contains($0.name) }
            if Recogniser.cousins.contains(plugin.name) {
                list.say(
                    .kongCousin, plugin.place,
                    "the plugin '\(plugin.name)' is open source and knows no DPoP: it takes Bearer alone")
                if let stray {
                    list.say(
                        .kongCousin, plugin.document.place(stray.line),
                        "'\(plugin.name)' has no \(stray.name); that is a setting of openid-connect (Enterprise)")
                }
            } else if NearMiss.isNear(plugin.name, "openid-connect") {
                list.say(
                    .kongPluginName, plugin.place, "Kong has no plugin '\(plugin.name)'", fix: "openid-connect")
            } else if let stray {
                list.say(
                    .kongMisplaced, plugin.document.place(stray.line),
                    "'\(plugin.name)' has no \(stray.name); that is a setting of openid-connect")
            }
        }
    }

    static func sessions(_ configuration: Configuration, _ list: inout AdviceList) {
        var seen: [String: ConfigPlace] = [:]
        for plugin in configuration.plugins where !plugin.isAnswer && !plugin.isOff {
            guard case .text(let secret)? = plugin.config["session_secret"]?.value, !secret.isEmpty,
                plugin.config["auth_methods"]?.texts.contains("session") ?? true
            else { continue }
            let place = plugin.place("session_secret")
            if let other = seen[secret], other != place {
                list.say(
                    .kongSessionShared, place,
                    "the session_secret of \(other.shown): a session made there passes here without a proof")
            }
            seen[secret] = place
        }
    }

    static func annotations(_ configuration: Configuration, _ list: inout AdviceList) {
        let names = Set(configuration.manifests.map(\.value))
        let known = configuration.manifests.prefix(50).map(\.value)
        guard !known.isEmpty else { return }
        for annotation in configuration.annotations.prefix(100) where !names.contains(annotation.value) {
            guard !ConfigNode.isPlaceholder(annotation.value),
                let meant = NearMiss.nearest(annotation.value, among: known)
            else { continue }
            list.say(
                .kongAnnotation, annotation.place,
                "konghq.com/plugins names '\(annotation.value)', and the KongPlugin is '\(meant)'", fix: meant)
        }
    }

    /// Client ids of plugins against those of the IdP.
    static func clients(_ configuration: Configuration, _ list: inout AdviceList) {
        let known = configuration.clients.map(\.id).filter { !$0.isEmpty }
        guard !known.isEmpty, !configuration.realms.isEmpty || known.count > 1 else { return }
        let (folded, exact) = (Set(known.map(NearMiss.folded)), Set(known))
        for plugin in configuration.plugins where !plugin.isOff {
            for id in plugin.config["client_id"]?.texts ?? []
            where !exact.contains(id) && !folded.contains(NearMiss.folded(id)) {
                let shown = known.filter { !KeycloakNames.builtIn.contains($0) }.prefix(6).joined(separator: ", ")
                list.say(
                    .kongClientUnknown, plugin.place("client_id"),
                    "client '\(id)' is not among the IdP's clients given here: \(shown)")
            }
        }
    }
}
