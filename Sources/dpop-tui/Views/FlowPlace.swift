import FlowModel

/// Where a flow's tokens come from: `idp.example.com/realms/demo`.
enum FlowPlace {
    /// Steps that are looked through: metadata and the token stand among the first.
    private static let most = 200

    /// The issuer as the metadata or a token names it, else the host that tokens are asked of; nil where neither is.
    static func words(_ view: FlowView) -> String? {
        var host: String?
        for index in view.flow.steps.indices.prefix(most) {
            guard let material = view.material(index) else { continue }
            let isMetadata = view.flow.steps[index].kind == .discovery
            let named =
                isMetadata
                ? material.exchange.response?.body?.json?.root["issuer"]
                : (material.issued ?? material.token)?.claims?["iss"]
            if let issuer = named?.string, let words = short(issuer) { return words }
            if host == nil, view.flow.steps[index].to == .idp { host = short(material.exchange.request.url.origin) }
        }
        return host
    }

    /// An issuer without its scheme and without a slash at its end.
    static func short(_ issuer: String) -> String? {
        let url = HTTPURL(issuer)
        guard !url.host.isEmpty else { return nil }
        let port = url.effectivePort.map { ":\($0)" } ?? ""
        return "\(url.host)\(port)\(url.path.hasSuffix("/") ? url.path.dropLast() : url.path)"
    }
}
