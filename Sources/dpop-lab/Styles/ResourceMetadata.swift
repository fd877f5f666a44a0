import FlowModel

/// A protected resource's own metadata (RFC 9728), as Spring Security 7 serves it unasked: at the well-known path, and
/// below it for every path that is protected.
enum ResourceMetadata {
    private static let path = "/.well-known/oauth-protected-resource"

    /// Nil for a request to anything else, and for a server that serves none.
    static func answer(_ request: LabRequest, _ manner: Manner?) -> LabResponse? {
        guard manner?.servesMetadata == true, request.method == "GET", request.path.hasPrefix(path) else { return nil }
        let resource = request.path.dropFirst(path.count)
        guard resource.isEmpty || resource.hasPrefix("/") else { return nil }
        let name = JSONText.quote(request.base + resource)
        return .json(
            "{\"resource\":\(name),\"bearer_methods_supported\":[\"header\"],\"tls_client_certificate_bound_access_tokens\":true}"
        )
    }
}
