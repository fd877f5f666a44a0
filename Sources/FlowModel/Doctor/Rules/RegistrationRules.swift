/// Client metadata: RFC 7591 registrations and atproto's documents.
enum RegistrationRules {
    private static let name = "dpop_bound_access_tokens"

    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for item in configuration.registrations {
            if isAtproto(item.node) { atproto(item, &list) } else { registration(item, &list) }
        }
    }

    private static func isAtproto(_ node: ConfigNode) -> Bool {
        let scopes = node["scope"]?.text?.split(separator: " ") ?? []
        return scopes.contains { $0 == "atproto" || $0.hasPrefix("transition:") }
    }

    private static func near(_ item: Configuration.Item) -> ConfigNode.Entry? {
        item.node.entries.first {
            $0.name != name && (KeycloakNames.isNear($0.name) || $0.name == KeycloakNames.attribute)
        }
    }

    private static func registration(_ item: Configuration.Item, _ list: inout AdviceList) {
        var isBound = false
        if let entry = item.node.entry(name) {
            let place = item.document.place(entry.line)
            if let value = entry.node.bool {
                isBound = value
            } else if let text = entry.node.scalar {
                isBound = text.lowercased() == "true" || text == "1"
                if isBound {
                    list.say(
                        .registrationText, place,
                        "\(name) is \(entry.node.shown); RFC 9449 has a boolean (Keycloak takes it, others refuse it)")
                } else if text.lowercased() != "false" {
                    list.say(.registrationValue, place, "\(name) is \(entry.node.shown), which servers refuse")
                }
            } else if !entry.node.isOpaque, !entry.node.isNull {
                list.say(.registrationValue, place, "\(name) is \(entry.node.shown); it is a boolean")
            }
        } else if let near = near(item) {
            list.say(
                .registrationName, item.document.place(near.line),
                "client metadata has no '\(near.name)'; dpop_bound_access_tokens is meant (Keycloak refuses "
                    + "unknown members)"
            )
            return
        } else {
            list.say(
                .registrationOff, item.place, "the registration has no \(name): proofs are not required of this client")
        }
        if let near = near(item), isBound {
            list.say(
                .registrationName, item.document.place(near.line), "client metadata has no '\(near.name)'",
                fix: "remove it")
        }
        if isBound { implicit(item, &list) }
    }

    private static func implicit(_ item: Configuration.Item, _ list: inout AdviceList) {
        let types = item.node["response_types"]?.texts ?? []
        if let type = types.first(where: { text in
            text.split(separator: " ").contains { $0 == "token" || $0 == "id_token" }
        }) {
            let isAll = types.allSatisfy { $0 != "code" }
            list.say(
                .registrationImplicit, item.place("response_types"),
                "response_types has '\(type)': no tokens are bound in the implicit and hybrid flows, and "
                    + "Keycloak refuses them for such a client",
                level: isAll ? nil : .warn)
        } else if item.node["grant_types"]?.texts.contains("implicit") == true {
            let isAlone = item.node["grant_types"]?.texts == ["implicit"]
            list.say(
                .registrationImplicit, item.place("grant_types"),
                "grant_types has implicit: no tokens are bound in that flow",
                fix: "\"grant_types\": [\"authorization_code\"]", level: isAlone ? nil : .warn)
        }
    }

    // MARK: atproto

    private static func atproto(_ item: Configuration.Item, _ list: inout AdviceList) {
        let node = item.node
        let entry = node.entry(name)
        if entry?.node.bool != true, entry?.node.isOpaque != true {
            let near = near(item)
            let place = item.document.place(entry?.line ?? near?.line ?? item.line)
            let found =
                entry.map { "is \($0.node.shown)" } ?? near.map { "is missing ('\($0.name)' is another)" }
                ?? "is missing"
            list.say(.atprotoDPoP, place, "dpop_bound_access_tokens \(found); atproto wants it there, and true")
        }
        func demand(_ member: String, _ words: String, fix: String) {
            list.say(.atprotoMember, item.place(member), words, fix: fix)
        }
        if let types = node["response_types"], !types.isOpaque, !types.texts.contains("code") {
            demand("response_types", "response_types has no code", fix: "\"response_types\": [\"code\"]")
        } else if let types = node["response_types"]?.texts, types.contains(where: { $0 != "code" }) {
            demand(
                "response_types", "response_types has more than code: atproto has the code flow alone",
                fix: "[\"code\"]")
        }
        if let grants = node["grant_types"], !grants.isOpaque, !grants.texts.contains("authorization_code") {
            demand("grant_types", "grant_types has no authorization_code", fix: "add authorization_code")
        }
        if node["scope"]?.text?.split(separator: " ").contains("atproto") == false {
            demand("scope", "the scope has no atproto", fix: "\"scope\": \"atproto …\"")
        }
        if node["redirect_uris"]?.texts.contains(where: { HTTPURL($0).host.lowercased() == "localhost" }) == true {
            demand(
                "redirect_uris", "a redirect URI has the host localhost; atproto takes a loopback address",
                fix: "http://127.0.0.1/…")
        }
        if let id = node["client_id"]?.text { identifier(id, item, &list) }
        guard let method = node["token_endpoint_auth_method"]?.text else { return }
        if method == "private_key_jwt" {
            if node["jwks"] == nil, node["jwks_uri"] == nil {
                demand(
                    "token_endpoint_auth_method", "private_key_jwt without jwks or jwks_uri",
                    fix: "jwks_uri: the keys' URL")
            }
            if node["token_endpoint_auth_signing_alg"]?.text == nil {
                demand(
                    "token_endpoint_auth_method", "private_key_jwt without token_endpoint_auth_signing_alg",
                    fix: "\"ES256\"")
            }
        } else if method != "none" {
            demand(
                "token_endpoint_auth_method", "atproto knows none and private_key_jwt, not \(method)",
                fix: "none, or private_key_jwt")
        }
    }

    private static func identifier(_ id: String, _ item: Configuration.Item, _ list: inout AdviceList) {
        let url = HTTPURL(id)
        if url.isLoopback, url.scheme == "http" {
            guard let port = url.port else { return }
            list.say(
                .atprotoMember, item.place("client_id"),
                "client_id has the port \(port): the development client is http://localhost without one",
                fix: "http://localhost")
        } else if url.scheme != "https" {
            list.say(
                .atprotoMember, item.place("client_id"),
                "client_id is '\(id)'; it is the https URL of this very document",
                fix: "the document's URL")
        } else if let fetched = item.document.url, fetched != id {
            list.say(
                .atprotoMember, item.place("client_id"),
                "client_id is \(id), and the document was fetched from \(fetched)",
                fix: fetched)
        }
    }
}
