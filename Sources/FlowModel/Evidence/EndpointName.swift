/// The last part of an OAuth endpoint's path, as servers name them.
enum EndpointName {
    private static let known: Set<String> = [
        "token", "par", "authorize", "authorization", "auth", "userinfo", "introspect", "introspection", "revoke",
        "revocation", "device", "device_authorization", "register", "jwks", "certs", "credential", "nonce", "logout",
        "me",
    ]

    /// Keycloak's `…/ext/par/request` is a `par`, its `…/token/introspect` an `introspect`.
    static func of(_ path: Substring) -> String {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        return parts.last == "request" && parts.dropLast().last == "par" ? "par" : parts.last ?? ""
    }

    static func isOne(_ path: Substring) -> Bool { known.contains(of(path)) }
}

/// `Host` as RFC 9110 §7.2 has it: nothing in it that belongs to another part of a URL.
enum HostField {
    static func isWellFormed(_ host: String) -> Bool {
        !host.utf8.contains { "/?#@\\, \t".utf8.contains($0) }
    }
}

extension DiagnosisInput {
    /// Endpoints that the flow's metadata name, and those that it called.
    var endpoints: [(name: String, url: HTTPURL)] {
        var list: [(name: String, url: HTTPURL)] = []
        for material in story.materials.values {
            let exchange = material.exchange
            guard exchange.request.url.path.has("/.well-known/"), let root = exchange.response?.body?.json?.root else {
                continue
            }
            for member in root.members {
                guard let name = member.name.string, name.hasSuffix("_endpoint"), let text = member.value.string else {
                    continue
                }
                list.append(("`\(name)`", HTTPURL(text)))
            }
        }
        for item in requests {
            let step = flow.steps[item.step]
            guard [.tokenRequest, .refresh, .pushedAuthorization, .authorization, .userinfo].contains(step.kind) else {
                continue
            }
            list.append(("the URL of step \(step.label)", item.material.exchange.request.url))
        }
        return list
    }
}
