/// Keycloak's client policies: what they do, and when.
enum KeycloakPolicyRules {
    private static let enforcer = "dpop-bind-enforcer"

    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for profile in configuration.profiles { examine(profile: profile, &list) }
        for policy in configuration.policies.prefix(200) { examine(policy, configuration, &list) }
    }

    // MARK: profiles

    private static func examine(profile: Configuration.Item, _ list: inout AdviceList) {
        let node = profile.node
        for entry in node.entries where ["conditions", "condition"].contains(entry.name) {
            list.say(
                .kcPolicyLevel, profile.document.place(entry.line),
                "the profile '\(profile.name)' has conditions; those belong to the policy",
                fix: "move them to clientPolicies.policies[].conditions")
        }
        for executor in node["executors"]?.elements ?? [] {
            let entry = executor.entry("executor")
            guard let name = entry?.node.text ?? executor.text else {
                if let stray = executor.entry("name") ?? executor.entry("condition") ?? executor.entries.first {
                    list.say(
                        .kcExecutor, profile.document.place(stray.line),
                        "an executor without `executor`: '\(stray.name)' is not read",
                        fix: "\"executor\": \"dpop-bind-enforcer\"")
                }
                continue
            }
            let place = profile.document.place(entry?.line ?? executor.line)
            if !KeycloakNames.executors.contains(name) {
                let meant =
                    NearMiss.nearest(name, among: KeycloakNames.executors.sorted())
                    ?? (NearMiss.folded(name).has("dpop") ? enforcer : nil)
                guard let meant else {
                    list.say(
                        .kcExecutor, place,
                        "Keycloak has no executor '\(name)' of its own: without an extension it refuses the file",
                        level: .warn)
                    continue
                }
                list.say(.kcExecutor, place, "Keycloak has no executor '\(name)'; '\(meant)' is meant", fix: meant)
                if meant != enforcer { continue }
            } else if name != enforcer {
                continue
            }
            settings(executor, profile, &list)
        }
    }

    private static func settings(_ executor: ConfigNode, _ profile: Configuration.Item, _ list: inout AdviceList) {
        for name in ["config", "configurations", "configuration "] {
            guard let entry = executor.entry(name) else { continue }
            list.say(
                .kcExecutorKey, profile.document.place(entry.line), "an executor's settings stand in '\(name)'",
                fix: "configuration")
        }
        for entry in executor.entries
        where KeycloakNames.executorKeys.contains(entry.name) || NearMiss.isNear(entry.name, "auto-configure") {
            list.say(
                .kcPolicyLevel, profile.document.place(entry.line),
                "\(entry.name) stands beside configuration, not in it", fix: "move it into configuration")
        }
        for entry in executor["configuration"]?.entries ?? [] where !KeycloakNames.executorKeys.contains(entry.name) {
            let meant = NearMiss.nearest(entry.name, among: KeycloakNames.executorKeys)
            list.say(
                .kcExecutorKey, profile.document.place(entry.line),
                "dpop-bind-enforcer has no setting '\(entry.name)': Keycloak stores it, and creating a "
                    + "client then fails",
                fix: meant ?? KongSchema.joined(KeycloakNames.executorKeys))
        }
        if let only = executor["configuration"]?.entry("allow-only-refresh-token-binding"),
            only.node.scalar?.lowercased() == "true"
        {
            list.say(
                .kcRefreshOnly, profile.document.place(only.line),
                "allow-only-refresh-token-binding is true: access tokens stay Bearer, and a strict gateway refuses them"
            )
        }
        if let auto = executor["configuration"]?.entry("auto-configure"), let text = auto.node.scalar,
            !["true", "false"].contains(text.lowercased())
        {
            list.say(
                .kcExecutorKey, profile.document.place(auto.line), "auto-configure is '\(text)'; it is true or false",
                fix: "\"auto-configure\": \"true\"")
        }
    }

    // MARK: policies

    private static func executors(_ profile: Configuration.Item) -> [ConfigNode] {
        profile.node["executors"]?.elements.filter { $0["executor"]?.text == enforcer } ?? []
    }

    private static func examine(
        _ policy: Configuration.Item, _ configuration: Configuration, _ list: inout AdviceList
    ) {
        let node = policy.node
        for entry in node.entries where ["executors", "executor"].contains(entry.name) {
            list.say(
                .kcPolicyLevel, policy.document.place(entry.line),
                "the policy '\(policy.name)' has executors; those belong to a profile",
                fix: "move them to clientProfiles.profiles[].executors and name the profile")
        }
        let names = Array((node["profiles"]?.texts ?? []).prefix(200))
        let known = Array(configuration.profiles.prefix(500))
        unknown(names, policy, known, &list)
        let used = known.filter { names.contains($0.name) && !executors($0).isEmpty }
        let isGlobal = names.contains { $0.has("dpop") && KeycloakNames.globalProfiles.contains($0) }
        let mayBind = !used.isEmpty || isGlobal || known.isEmpty
        conditions(policy, &list)
        let isHidden =
            node["profiles"]?.isOpaque ?? false || node["profiles"]?.elements.contains(where: \.isOpaque) ?? false
        if names.isEmpty, !isHidden {
            list.say(
                .kcPolicyProfiles, policy.place("profiles"),
                "the policy '\(policy.name)' names no profile: it does nothing")
        }
        guard mayBind else { return }
        if let enabled = node.entry("enabled"), enabled.node.scalar?.lowercased() == "false" {
            list.say(
                .kcPolicyOff, policy.document.place(enabled.line),
                "the policy '\(policy.name)' is disabled: it asks nobody for proofs")
            return
        }
        guard let profile = used.first else { return }
        sayWhen(policy, profile, configuration, &list)
    }

    private static func unknown(
        _ names: [String], _ policy: Configuration.Item, _ known: [Configuration.Item], _ list: inout AdviceList
    ) {
        for name in names
        where !KeycloakNames.globalProfiles.contains(name) && !known.contains(where: { $0.name == name }) {
            let isRealm = policy.document.root["clientProfiles"] != nil || policy.document.root["realm"] != nil
            guard !known.isEmpty || isRealm else { continue }
            let candidates = known.map(\.name) + KeycloakNames.globalProfiles.sorted()
            list.say(
                .kcProfileUnknown, policy.place("profiles"),
                "the policy '\(policy.name)' names the profile '\(name)', which does not exist: Keycloak "
                    + "refuses the file",
                fix: NearMiss.nearest(name, among: candidates) ?? known.first?.name ?? "define the profile")
        }
    }

    private static func conditions(_ policy: Configuration.Item, _ list: inout AdviceList) {
        let conditions = policy.node["conditions"]?.elements ?? []
        if conditions.isEmpty, policy.node["conditions"]?.isOpaque != true {
            list.say(
                .kcPolicyConditions, policy.place("conditions"),
                "the policy '\(policy.name)' has no condition: it applies to nobody")
        }
        for condition in conditions {
            guard let entry = condition.entry("condition"), let name = entry.node.text else {
                if let stray = condition.entry("executor") ?? condition.entry("name") {
                    list.say(
                        .kcExecutor, policy.document.place(stray.line), "a condition without `condition`",
                        fix: "\"condition\": \"any-client\"")
                }
                continue
            }
            guard !KeycloakNames.conditions.contains(name), !entry.node.isOpaque else { continue }
            guard let meant = NearMiss.nearest(name, among: KeycloakNames.conditions.sorted()) else {
                list.say(
                    .kcExecutor, policy.document.place(entry.line),
                    "Keycloak has no condition '\(name)' of its own: without an extension it refuses the file",
                    fix: "any-client, client-roles or another that is there", level: .warn)
                continue
            }
            list.say(
                .kcExecutor, policy.document.place(entry.line),
                "Keycloak has no condition '\(name)'; '\(meant)' is meant",
                fix: meant)
        }
    }

    /// A policy acts when a client is created or edited: clients that are imported with it stay as they are.
    private static func sayWhen(
        _ policy: Configuration.Item, _ profile: Configuration.Item, _ configuration: Configuration,
        _ list: inout AdviceList
    ) {
        let bare = configuration.clients.filter { client in
            client.document.file == policy.document.file && !KeycloakNames.builtIn.contains(client.id)
                && client.node["bearerOnly"]?.bool != true
                && client.node["attributes"]?[KeycloakNames.attribute]?.scalar?.lowercased() != "true"
        }
        guard !bare.isEmpty else {
            list.say(
                .kcPolicyImport, policy.place,
                "the policy '\(policy.name)' acts when a client is created or edited; clients that are there "
                    + "already stay as they are"
            )
            return
        }
        for client in bare.prefix(20) {
            list.say(
                .kcPolicyImport, client.place,
                "client '\(client.id)' is imported beside the policy '\(policy.name)', which acts only when a "
                    + "client is created or edited: it stays without the attribute",
                fix: "\"attributes\": {\"dpop.bound.access.tokens\": \"true\"} in the client as well")
        }
    }
}
