/// Keycloak's representations: clients, realms, client profiles and policies.
extension Recogniser {
    private static let clientKeys: Set<String> = [
        "publicClient", "attributes", "protocol", "redirectUris", "standardFlowEnabled", "serviceAccountsEnabled",
        "bearerOnly", "clientAuthenticatorType", "webOrigins", "directAccessGrantsEnabled", "implicitFlowEnabled",
        "protocolMappers", "defaultClientScopes", "fullScopeAllowed",
    ]

    /// What Ansible's modules for Keycloak call a client's fields.
    private static let playbookKeys: Set<String> = [
        "auth_keycloak_url", "public_client", "service_accounts_enabled", "standard_flow_enabled",
        "direct_access_grants_enabled",
    ]

    mutating func keycloakMap(_ node: ConfigNode, _ path: [String]) {
        if node["realm"] != nil,
            node["clients"] != nil || node["clientPolicies"] != nil || node["clientProfiles"] != nil
                || node["enabled"] != nil
        {
            isRealmFile = true
            configuration.realms.append(
                .init(
                    document: document, node: node, line: node.entry("realm")?.line ?? node.line,
                    name: node["realm"]?.text ?? ""))
            read(node.entry("realm")?.line ?? node.line, "Keycloak realm '\(node["realm"]?.text ?? "…")'")
        }
        if let id = node.entry("clientId"), id.node.scalar != nil || id.node.isOpaque, path.last != "config" {
            let isListed = path.last == "clients"
            let hasKeys = node.entries.contains { Self.clientKeys.contains($0.name) || KeycloakNames.isNear($0.name) }
            if isListed || hasKeys {
                configuration.clients.append(
                    .init(document: document, node: node, line: id.line, isPartial: false, isImported: isRealmFile))
                read(id.line, "Keycloak client '\(id.node.scalar ?? "…")'")
            }
        }
        if node["clientId"] == nil, let id = node.entry("client_id"), node["attributes"] != nil,
            node.entries.contains(where: { Self.playbookKeys.contains($0.name) })
        {
            configuration.clients.append(.init(document: document, node: node, line: id.line, isPartial: false))
            return read(id.line, "Keycloak client '\(id.node.scalar ?? "…")'")
        }
        stray(node, path)
        policies(node, path)
    }

    /// The attribute where no client is: a part of one when it is alone, else the wrong level.
    private mutating func stray(_ node: ConfigNode, _ path: [String]) {
        guard node["clientId"] == nil, let attributes = node["attributes"],
            let entry = attributes.entries.first(where: {
                $0.name == KeycloakNames.attribute || KeycloakNames.isNear($0.name)
            })
        else { return }
        if path.isEmpty, node["realm"] == nil, node["name"] == nil, node["kind"] == nil {
            configuration.clients.append(.init(document: document, node: node, line: node.line, isPartial: true))
            return read(node.line, "Keycloak client in part")
        }
        let holder = node["realm"] != nil ? "the realm" : path.last.map { "an entry of \($0)" } ?? "this object"
        configuration.found.say(
            .kcLevel, document.place(entry.line),
            "'\(entry.name)' is an attribute of \(holder); Keycloak reads it at a client only",
            fix: "move it into the attributes of the client")
        read(entry.line, "attributes of \(holder)")
    }

    private mutating func policies(_ node: ConfigNode, _ path: [String]) {
        if let entry = node.entry("profiles"), entry.node.elements.contains(where: { $0["executors"] != nil }) {
            let isMisplaced = path.last == "clientPolicies"
            if isMisplaced {
                configuration.found.say(
                    .kcPolicyLevel, document.place(entry.line),
                    "client profiles stand under clientPolicies, where Keycloak does not read them",
                    fix: "move them to clientProfiles.profiles")
            } else {
                for profile in entry.node.elements { takeProfile(profile, isGlobal: false) }
            }
            read(entry.line, "client profiles")
        }
        for profile in node["globalProfiles"]?.elements ?? [] { takeProfile(profile, isGlobal: true) }
        if let entry = node.entry("policies"), entry.node.elements.contains(where: Self.isPolicy) {
            let isMisplaced = path.last == "clientProfiles"
            if isMisplaced {
                configuration.found.say(
                    .kcPolicyLevel, document.place(entry.line),
                    "client policies stand under clientProfiles, where Keycloak does not read them",
                    fix: "move them to clientPolicies.policies")
            } else {
                for policy in entry.node.elements {
                    configuration.policies.append(
                        .init(
                            document: document, node: policy, line: policy.entry("name")?.line ?? policy.line,
                            name: policy["name"]?.text ?? "…"))
                }
            }
            read(entry.line, "client policies")
        } else if path.isEmpty, Self.isPolicy(node), node["profiles"] != nil, node["config"] == nil {
            configuration.policies.append(
                .init(document: document, node: node, line: node.line, name: node["name"]?.text ?? "…"))
            read(node.line, "client policy")
        } else if path.isEmpty, node["executors"]?.isList == true {
            takeProfile(node, isGlobal: false)
            read(node.line, "client profile")
        }
    }

    private static func isPolicy(_ node: ConfigNode) -> Bool {
        node["conditions"] != nil || node["profiles"] != nil && node["name"] != nil
            || node["executors"] != nil && node["enabled"] != nil
    }

    private mutating func takeProfile(_ profile: ConfigNode, isGlobal: Bool) {
        configuration.profiles.append(
            .init(
                document: document, node: profile, line: profile.entry("name")?.line ?? profile.line,
                name: profile["name"]?.text ?? "…"))
    }
}

/// The names that Keycloak reads, and what people write instead.
enum KeycloakNames {
    static let attribute = "dpop.bound.access.tokens"
    static let certificate = "tls.client.certificate.bound.access.tokens"

    /// Whether a name was meant to be the attribute (or is RFC 7591's name of it).
    static func isNear(_ name: String) -> Bool {
        guard name != attribute, name.utf8.count < 60 else { return false }
        let folded = NearMiss.folded(name)
        let wanted = "dpopboundaccesstokens"
        if folded == wanted || NearMiss.distance(folded, wanted, limit: 3) <= 3 { return true }
        // Words of it in other company: require.dpop.bound.tokens, dpop.bound, use.dpop.
        return folded.has("dpop") && (folded.has("bound") || folded.has("require") || folded.has("enable"))
    }

    /// Clients that every realm has.
    static let builtIn: Set<String> = [
        "account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console",
        "master-realm",
    ]
    /// Keycloak 26.7's own; extensions may add others.
    static let executors: Set<String> = [
        "auth-flow-enforcer", "ca-subject-dn", "client-id-metadata-document", "confidential-client", "consent-required",
        "dpop-bind-enforcer", "downscope-assertion-grant-enforcer", "full-scope-disabled", "holder-of-key-enforcer",
        "intent-client-bind-checker", "jwt-claim-enforcer", "oid4vci-policy-executor", "pkce-enforcer",
        "registration-access-token-rotation-disabled", "reject-implicit-grant", "reject-request", "reject-ropc-grant",
        "saml-avoid-redirect", "saml-secure-client-uris", "saml-signature-enforcer", "secret-rotation",
        "secure-ciba-req-sig-algorithm", "secure-ciba-session", "secure-ciba-signed-authn-req",
        "secure-client-authentication-assertion", "secure-client-authenticator", "secure-client-uris",
        "secure-client-uris-pattern", "secure-logout", "secure-par-content", "secure-redirect-uris-enforcer",
        "secure-request-object", "secure-response-type", "secure-session", "secure-signature-algorithm",
        "secure-signature-algorithm-signed-jwt", "suppress-refresh-token-rotation", "tls-client-auth-ca-subject-dn",
        "use-lightweight-access-token",
    ]
    static let conditions: Set<String> = [
        "acr-condition", "any-client", "client-access-type", "client-attributes", "client-id-uri", "client-roles",
        "client-scopes", "client-type", "client-updater-context", "client-updater-source-groups",
        "client-updater-source-host", "client-updater-source-roles", "grant-type", "identity-provider-alias",
    ]
    static let executorKeys = [
        "auto-configure", "enforce-authorization-code-binding-to-dpop", "allow-only-refresh-token-binding",
    ]
    static let globalProfiles: Set<String> = [
        "fapi-1-baseline", "fapi-1-advanced", "fapi-ciba", "fapi-2-security-profile", "fapi-2-message-signing",
        "fapi-2-dpop-security-profile", "fapi-2-dpop-message-signing", "oauth-2-1-for-confidential-client",
        "oauth-2-1-for-public-client", "saml-security-profile",
    ]
}
