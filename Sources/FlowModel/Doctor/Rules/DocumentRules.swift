/// Metadata of servers, resources and clients.
enum DocumentRules {
    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for item in configuration.metadata { server(item, &list) }
        for item in configuration.resources { resource(item, &list) }
    }

    // MARK: authorization servers

    private static func server(_ item: Configuration.Item, _ list: inout AdviceList) {
        let name = "dpop_signing_alg_values_supported"
        if let entry = item.node.entry(name) {
            algorithms(entry, item, .metadataAlgs, &list)
        } else {
            let near = item.node.entries.first { NearMiss.isNear($0.name, name) }
            // A page about something else shows a part of what its server serves.
            var isExcerpt = false
            if case .fence = item.document.origin { isExcerpt = near == nil && item.node.entries.count < 12 }
            list.say(
                .metadataNoAlgs, item.document.place(near?.line ?? item.line),
                "the metadata has no \(name)\(near.map { " ('\($0.name)' is another)" } ?? ""): this server "
                    + "does not bind tokens", level: isExcerpt ? .warn : nil
            )
        }
        if let url = item.document.url, let issuer = item.node["issuer"]?.text, let wanted = IssuerText.issuer(of: url),
            wanted != issuer
        {
            list.say(
                .metadataURL, item.place("issuer"),
                "the issuer is \(issuer), and the document was fetched for \(wanted)",
                fix: "use \(issuer) everywhere, or set the server's own name (Keycloak: KC_HOSTNAME)")
        }
        hosts(item, &list)
    }

    static func algorithms(
        _ entry: ConfigNode.Entry, _ item: Configuration.Item, _ kind: AdviceKind, _ list: inout AdviceList
    ) {
        let place = item.document.place(entry.line)
        guard entry.node.isList else {
            guard !entry.node.isOpaque else { return }
            let names = (entry.node.text ?? "").split { $0 == " " || $0 == "," }.map { "\"\($0)\"" }
            list.say(
                kind, place, "\(entry.name) is \(entry.node.shown); it is a list (a JSON array)",
                fix: "[\(names.isEmpty ? "\"ES256\"" : names.joined(separator: ", "))]")
            return
        }
        let names = entry.node.texts
        let unfit = names.filter { $0 == "none" || $0.hasPrefix("HS") }
        if names.isEmpty, !entry.node.elements.contains(where: \.isOpaque) {
            list.say(kind, place, "\(entry.name) names no algorithm")
        } else if !unfit.isEmpty {
            list.say(
                kind, place,
                "\(entry.name) has \(unfit.joined(separator: ", ")); a proof is signed with an asymmetric key",
                fix: "asymmetric algorithms only")
        }
    }

    /// Endpoints on a name that only the inside knows, or without TLS.
    private static func hosts(_ item: Configuration.Item, _ list: inout AdviceList) {
        guard let issuer = item.node["issuer"]?.text else { return }
        let own = HTTPURL(issuer)
        for entry in item.node.entries where entry.name.hasSuffix("_endpoint") || entry.name == "jwks_uri" {
            guard let text = entry.node.text, entry.name != "issuer" else { continue }
            let url = HTTPURL(text)
            guard !url.host.isEmpty else { continue }
            let isOther = url.host.lowercased() != own.host.lowercased()
            if isOther && IssuerRules.isInner(url) || !isOther && url.origin != own.origin {
                list.say(
                    .metadataHost, item.document.place(entry.line),
                    "\(entry.name) is at \(url.origin), and the issuer at \(own.origin): a proof for one host "
                        + "or scheme is refused at the other"
                )
                return
            }
        }
    }

    // MARK: protected resources

    private static func resource(_ item: Configuration.Item, _ list: inout AdviceList) {
        let node = item.node
        if let resource = node["resource"] {
            if let text = resource.text, HTTPURL(text).scheme != "https", !HTTPURL(text).isLoopback {
                list.say(
                    .resourceType, item.place("resource"), "resource is '\(text)', and must be an https URL",
                    fix: "https://…", level: .warn)
            } else if let text = resource.text, text.contains("#") {
                list.say(.resourceType, item.place("resource"), "resource has a fragment", fix: "cut it at '#'")
            } else if !resource.isOpaque, resource.text == nil {
                list.say(.resourceType, item.place("resource"), "resource is \(resource.shown); it is a text")
            }
        } else {
            list.say(.resourceMissing, item.place, "the metadata has no resource")
        }
        if let url = item.document.url, let wanted = IssuerText.issuer(of: url), let own = node["resource"]?.text,
            own != wanted, own != wanted + "/"
        {
            list.say(
                .metadataURL, item.place("resource"), "resource is \(own), and the document was fetched for \(wanted)",
                fix: "resource: \(wanted)")
        }
        if let entry = node.entry("dpop_bound_access_tokens_required"), entry.node.bool == nil, !entry.node.isOpaque {
            list.say(
                .resourceType, item.document.place(entry.line),
                "dpop_bound_access_tokens_required is \(entry.node.shown); it is a boolean", fix: "true, without quotes"
            )
        }
        if let entry = node.entry("dpop_signing_alg_values_supported") { algorithms(entry, item, .resourceType, &list) }
        for name in ["authorization_servers", "bearer_methods_supported", "scopes_supported"] {
            guard let entry = node.entry(name), !entry.node.isList, !entry.node.isOpaque else { continue }
            list.say(
                .resourceType, item.document.place(entry.line), "\(name) is \(entry.node.shown); it is a list",
                fix: "a JSON array")
        }
        names(item, &list)
    }

    private static func names(_ item: Configuration.Item, _ list: inout AdviceList) {
        let node = item.node
        let known = [
            "dpop_bound_access_tokens_required", "dpop_signing_alg_values_supported", "authorization_servers",
            "bearer_methods_supported", "resource",
        ]
        for entry in node.entries where !known.contains(entry.name) {
            let isClients = entry.name == "dpop_bound_access_tokens" || entry.name == "dpop_required"
            guard let meant = isClients ? known[0] : known.first(where: { NearMiss.isNear(entry.name, $0) }) else {
                continue
            }
            list.say(
                .resourceName, item.document.place(entry.line),
                "protected resource metadata has no '\(entry.name)'; '\(meant)' is meant", fix: meant)
        }
        let loose = (node["bearer_methods_supported"]?.texts ?? []).filter { $0 != "header" }
        if !loose.isEmpty, node["dpop_bound_access_tokens_required"]?.bool == true {
            list.say(
                .resourcePlaces, item.place("bearer_methods_supported"),
                "bearer_methods_supported has \(loose.joined(separator: ", ")); a bound token stands in the "
                    + "Authorization field only"
            )
        }
    }
}
