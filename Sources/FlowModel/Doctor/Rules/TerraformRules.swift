/// Clients of Terraform's Keycloak provider.
enum TerraformRules {
    private static let name = "require_dpop_bound_tokens"

    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for client in configuration.terraformClients { examine(client, configuration, &list) }
    }

    private static func examine(_ client: Configuration.Item, _ configuration: Configuration, _ list: inout AdviceList)
    {
        let id = client.node["client_id"]?.text ?? client.name
        var isTold = false
        for entry in client.node.entries where entry.name != name {
            guard entry.name == "attributes" || KeycloakNames.isNear(entry.name) || NearMiss.isNear(entry.name, name)
            else { continue }
            isTold = true
            list.say(
                .tfArgument, client.document.place(entry.line),
                "keycloak_openid_client has no argument '\(entry.name)'; \(name) is meant", fix: "\(name) = true")
        }
        let isOlder = configuration.terraformVersion.map { isBelow($0.value) } ?? false
        for inner in client.node["extra_config"]?.entries ?? [] {
            guard inner.name == KeycloakNames.attribute || KeycloakNames.isNear(inner.name) else { continue }
            isTold = true
            if inner.name != KeycloakNames.attribute {
                list.say(
                    .kcName, client.document.place(inner.line),
                    "Keycloak does not know '\(inner.name)' in extra_config; \(name) is meant", fix: "\(name) = true")
            } else {
                list.say(
                    .tfExtraConfig, client.document.place(inner.line),
                    isOlder
                        ? "extra_config holds dpop.bound.access.tokens: from provider 5.6 on that is refused, "
                            + "and \(name) takes its place"
                        : "extra_config holds dpop.bound.access.tokens: provider 5.6 and newer refuse it; "
                            + "\(name) is the argument",
                    level: isOlder ? .note : .warn)
            }
        }
        if let entry = client.node.entry(name) {
            if let version = configuration.terraformVersion, isOlder {
                list.say(
                    .tfVersion, client.document.place(entry.line),
                    "\(name) needs provider 5.6, and \"\(version.value)\" is pinned (\(version.place.shown))")
            }
            let value = entry.node
            if let text = value.text, !["true", "false"].contains(text) {
                list.say(
                    .tfArgument, client.document.place(entry.line), "\(name) is \"\(text)\"; it is true or false",
                    fix: "true")
            }
            if value.bool == false { isTold = notRequired(client, id, entry.line, &list) }
            return
        }
        let isBearerOnly = client.node["access_type"]?.text == "BEARER-ONLY"
        if !isTold, !isBearerOnly { _ = notRequired(client, id, client.line, &list) }
    }

    private static func notRequired(
        _ client: Configuration.Item, _ id: String, _ line: Int, _ list: inout AdviceList
    ) -> Bool {
        list.say(
            .kcNotRequired, client.document.place(line),
            "client '\(id)' does not require proofs: its tokens are bound only when the token request carries one",
            fix: "\(name) = true")
        return true
    }

    /// Whether a version constraint keeps the provider below 5.6.
    static func isBelow(_ constraint: String) -> Bool {
        constraint.split(separator: ",").contains { part in
            let text = part.trimmedASCII
            let sign = text.prefix { "=<>~! ".contains($0) }
            let numbers = text.dropFirst(sign.count).split(separator: ".").map {
                Untrusted<Int>($0)?.within(0...100_000) ?? 0
            }
            guard let major = numbers.first else { return false }
            let minor = numbers.count > 1 ? numbers[1] : nil
            let isLow = major < 5 || major == 5 && (minor.map { $0 < 6 } ?? false)
            switch sign.trimmedASCII {
            case "~>": return numbers.count > 2 ? isLow : major < 5
            case "<": return major < 5 || major == 5 && (minor ?? 0) <= 6
            case "<=": return isLow || major == 5 && minor == nil
            case ">=", ">", "!=": return false
            default: return isLow
            }
        }
    }
}
