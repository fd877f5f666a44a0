/// Metadata of servers, resources and clients: discovery, RFC 9728, RFC 7591, atproto.
extension Recogniser {
    private static let registrationKeys: Set<String> = [
        "redirect_uris", "grant_types", "response_types", "token_endpoint_auth_method", "client_name",
        "application_type",
    ]

    mutating func documentMap(_ node: ConfigNode, _ path: [String]) {
        if let issuer = node.entry("issuer"), issuer.node.text != nil || issuer.node.isOpaque,
            node["token_endpoint"] != nil || node["jwks_uri"] != nil && node["remote_jwks"] == nil,
            node["auth_methods"] == nil, node["proof_of_possession_dpop"] == nil, path.last != "config"
        {
            configuration.metadata.append(.init(document: document, node: node, line: issuer.line))
            return read(issuer.line, "metadata of an authorization server")
        }
        let isResource =
            node["authorization_servers"] != nil || node["bearer_methods_supported"] != nil
            || node["dpop_bound_access_tokens_required"] != nil
        if isResource, node["token_endpoint"] == nil, node["resource"] != nil || path.isEmpty {
            let line = node.entry("resource")?.line ?? node.line
            configuration.resources.append(.init(document: document, node: node, line: line))
            return read(line, "metadata of a protected resource (RFC 9728)")
        }
        guard node["clientId"] == nil, node["issuer"] == nil, node["auth_methods"] == nil,
            node["discovery"] == nil, path.last != "config"
        else { return }
        let known = node.entries.count { Self.registrationKeys.contains($0.name) }
        guard node["redirect_uris"]?.isList == true || known >= 2 else { return }
        let isRequest = node.entries.contains {
            $0.name.hasPrefix("dpop") || KeycloakNames.isNear($0.name) || $0.name == "redirect_uris"
                || $0.name == "client_id"
        }
        guard isRequest else { return }
        configuration.registrations.append(.init(document: document, node: node, line: node.line))
        read(node.line, "metadata of a client (RFC 7591)")
    }
}
