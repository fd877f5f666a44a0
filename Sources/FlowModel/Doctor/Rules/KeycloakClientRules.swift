/// Keycloak's clients: whether they require proofs, and what was meant to.
enum KeycloakClientRules {
    private static let fix = "\"attributes\": {\"dpop.bound.access.tokens\": \"true\"}"

    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for realm in configuration.realms {
            guard let enabled = realm.node.entry("enabled"), isFalse(enabled.node) else { continue }
            list.say(
                .kcDisabled, realm.document.place(enabled.line),
                "the realm '\(realm.name)' is disabled: it refuses every request")
        }
        let around = Surroundings(configuration)
        for client in configuration.clients { examine(client, around, &list) }
    }

    /// What of the other files bears on a client.
    private struct Surroundings {
        let strict: ConfigPlace?
        /// The gateway's own clients, where there are others too.
        var gateways: Set<String> = []
        /// Files in which a later command mends a client.
        let mended: Set<String>

        init(_ configuration: Configuration) {
            strict =
                configuration.plugins.first {
                    $0.config["proof_of_possession_dpop"]?.text == "strict" && !$0.isOff
                }?.place
            mended = Set(
                configuration.clients.filter { other in
                    other.isPartial && KeycloakClientRules.isTrue(other.node["attributes"]?[KeycloakNames.attribute])
                }.map(\.document.file))
            guard Set(configuration.clients.map(\.id)).count > 1 else { return }
            for plugin in configuration.plugins { gateways.formUnion(plugin.config["client_id"]?.texts ?? []) }
        }

        func spares(_ client: Configuration.Client) -> Bool {
            gateways.contains(client.id)
                || client.document.origin.isCommand && mended.contains(client.document.file)
        }
    }

    /// What JSON, YAML and kcadm make false.
    private static func isFalse(_ node: ConfigNode) -> Bool { node.scalar?.lowercased() == "false" }
    private static func isTrue(_ node: ConfigNode?) -> Bool { node?.scalar?.lowercased() == "true" }

    private static func examine(
        _ client: Configuration.Client, _ around: Surroundings, _ list: inout AdviceList
    ) {
        let node = client.node
        let isLeftAlone =
            KeycloakNames.builtIn.contains(client.id) || isTrue(node["bearerOnly"])
            || node["protocol"]?.text.map { $0 != "openid-connect" } ?? false
        let mistakes = levels(client, &list)
        let isRequired = attributes(client, mistakes, &list)
        certificate(client, isRequired == true, &list)
        guard !isLeftAlone else { return }
        if let enabled = node.entry("enabled"), isFalse(enabled.node) {
            list.say(
                .kcDisabled, client.place(enabled),
                "client '\(client.id)' is disabled: 401 invalid_client whatever the proof")
        }
        if isRequired == true { implicit(client, &list) }
        guard isRequired == false, mistakes == 0, !client.isPartial, !around.spares(client) else { return }
        let isService =
            node["attributes"] != nil || node["publicClient"] != nil || node["redirectUris"] != nil
            || node["serviceAccountsEnabled"] != nil || node["secret"] != nil || client.document.origin.isCommand
        guard isService else { return }
        let beside = around.strict.map { " (the gateway, \($0.shown), is strict: it takes bound tokens alone)" } ?? ""
        list.say(
            .kcNotRequired, client.place,
            "client '\(client.id)' does not require proofs: its tokens are bound only when the token request "
                + "carries one\(beside)",
            fix: fix)
    }

    /// The attribute where Keycloak does not look. The number of mistakes.
    private static func levels(_ client: Configuration.Client, _ list: inout AdviceList) -> Int {
        var count = 0
        for entry in client.node.entries where entry.name != "attributes" {
            if entry.name == KeycloakNames.attribute || KeycloakNames.isNear(entry.name) {
                count += 1
                list.say(
                    .kcLevel, client.place(entry),
                    "'\(entry.name)' stands beside attributes: Keycloak knows no such field and refuses the client",
                    fix: fix)
            } else if ["attribute", "Attributes", "attrs"].contains(entry.name), entry.node.isMap {
                count += 1
                list.say(
                    .kcLevel, client.place(entry), "'\(entry.name)' is no field of a client", fix: "attributes")
            } else if entry.name == "dpop", entry.node.isMap {
                count += 1
                list.say(
                    .kcNested, client.place(entry), "'dpop' is an object: the attribute's dots are part of its name",
                    fix: fix)
            } else if entry.node.isMap, entry.name == "config" || entry.name == "settings" {
                for inner in entry.node.entries where inner.name == KeycloakNames.attribute {
                    count += 1
                    list.say(
                        .kcLevel, client.place(inner), "'\(inner.name)' stands in \(entry.name), not in attributes",
                        fix: fix)
                }
            }
        }
        if let attributes = client.node.entry("attributes"), attributes.node.isList {
            count += 1
            list.say(
                .kcNested, client.place(attributes), "attributes is a list; Keycloak has an object of texts", fix: fix)
        }
        return count
    }

    /// Near misses and values in `attributes`. Whether proofs are required; nil when it cannot be seen.
    private static func attributes(_ client: Configuration.Client, _ mistakes: Int, _ list: inout AdviceList) -> Bool? {
        let attributes = client.node["attributes"]
        if attributes?.isOpaque == true { return nil }
        var misses = 0
        for entry in attributes?.entries ?? [] where entry.name != KeycloakNames.attribute {
            let isSplit = entry.name == "dpop" || KeycloakNames.attribute.hasPrefix(entry.name + ".")
            if isSplit, entry.node.isMap {
                misses += 1
                let isCommand = client.document.origin.isCommand
                list.say(
                    .kcNested, client.place(entry),
                    isCommand
                        ? "the dotted attribute has lost its quotes: this sets \(entry.name) as an object, "
                            + "which is refused"
                        : "'\(entry.name)' is an object: the dots are part of the name dpop.bound.access.tokens",
                    fix: isCommand ? "-s 'attributes.\"dpop.bound.access.tokens\"=true'" : nil)
            } else if KeycloakNames.isNear(entry.name) {
                misses += 1
                list.say(
                    .kcName, client.place(entry),
                    "Keycloak does not know the attribute '\(entry.name)': it is stored without effect; "
                        + "dpop.bound.access.tokens is meant"
                )
            }
        }
        guard let entry = attributes?.entry(KeycloakNames.attribute) else {
            return misses > 0 || mistakes > 0 ? nil : false
        }
        return value(entry, client, &list)
    }

    private static func value(_ entry: ConfigNode.Entry, _ client: Configuration.Client, _ list: inout AdviceList)
        -> Bool?
    {
        let node = entry.node
        if node.isOpaque { return nil }
        if node.isMap || node.isList {
            list.say(
                .kcNested, client.place(entry), "dpop.bound.access.tokens is \(node.shown); Keycloak has one text",
                fix: "\"dpop.bound.access.tokens\": \"true\"")
            return nil
        }
        let text: String
        switch node.value {
        case .text(let value): text = value
        default: text = node.scalar ?? "null"
        }
        switch text.lowercased() {
        case "true": return true
        case "false", "null", "": return false
        default:
            list.say(
                .kcValue, client.place(entry),
                "dpop.bound.access.tokens is \(node.shown), which means false: proofs are not required",
                fix: "\"dpop.bound.access.tokens\": \"true\"")
            return nil
        }
    }

    private static func certificate(_ client: Configuration.Client, _ isRequired: Bool, _ list: inout AdviceList) {
        guard let entry = client.node["attributes"]?.entry(KeycloakNames.certificate), isTrue(entry.node) else {
            return
        }
        list.say(
            .kcCertificate, client.place(entry),
            "client '\(client.id)' has \(KeycloakNames.certificate): without a client certificate its token "
                + "requests are refused\(isRequired ? ", and DPoP is required as well" : ", whatever their proof")"
        )
    }

    private static func implicit(_ client: Configuration.Client, _ list: inout AdviceList) {
        guard let entry = client.node.entry("implicitFlowEnabled"), isTrue(entry.node) else { return }
        let isAlone = client.node["standardFlowEnabled"].map(isFalse) ?? false
        list.say(
            .kcImplicit, client.place(entry),
            "client '\(client.id)' requires proofs and allows the implicit flow: Keycloak refuses implicit and "
                + "hybrid requests of it",
            fix: "\"implicitFlowEnabled\": false", level: isAlone ? .fail : nil)
    }
}
