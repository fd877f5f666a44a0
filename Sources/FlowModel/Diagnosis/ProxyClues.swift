/// What the servers believe their own URLs are, held against the one that was called: the proxy rewrite that would
/// explain a refusal.
enum ProxyClues {
    static func find(_ input: DiagnosisInput, step: Int) -> [(cause: CauseID, words: String)] {
        guard let url = input.material(step)?.exchange.request.url else { return [] }
        var list: [(cause: CauseID, words: String)] = []
        for believed in believedURLs(input, step)
        where believed.url.path == url.path || url.path.hasSuffix(believed.url.path) {
            let differing = differences(url, believed.url)
            guard !differing.isEmpty else { continue }
            list.append(
                (
                    .htuProxyInternal,
                    "\(believed.source) says \(believed.url.withoutQuery), the client called \(url.withoutQuery): \(differing.joined(separator: ", "))"
                ))
        }
        let headers = input.flow.steps.indices.filter { input.flow.steps[$0].kind == .upstreamRequest }.flatMap {
            input.material($0)?.exchange.request.headers ?? []
        }
        let (standard, common) = (
            headers.contains { $0.name.lowercased() == "forwarded" },
            headers.contains { $0.name.lowercased().hasPrefix("x-forwarded-") }
        )
        if standard != common {
            list.append((.htuForwardedStyle, "the proxy sends \(standard ? "Forwarded" : "X-Forwarded-*") only"))
        }
        return list
    }

    /// Scheme, host, port and path, each on its own.
    private static func differences(_ called: HTTPURL, _ believed: HTTPURL) -> [String] {
        var list: [String] = []
        if called.scheme.lowercased() != believed.scheme.lowercased() {
            list.append("scheme \(called.scheme) → \(believed.scheme), TLS ends before the server")
        }
        if called.host.lowercased() != believed.host.lowercased() {
            list.append("host \(called.host) → \(believed.host)")
        }
        if called.effectivePort != believed.effectivePort {
            list.append("port \(called.effectivePort ?? "default") → \(believed.effectivePort ?? "default")")
        }
        if called.path != believed.path { list.append("path \(called.path) → \(believed.path), a prefix is stripped") }
        return list
    }

    private static func believedURLs(_ input: DiagnosisInput, _ step: Int) -> [(source: String, url: HTTPURL)] {
        var list: [(source: String, url: HTTPURL)] = []
        let toIdP = input.flow.steps[step].to == .idp
        for (index, material) in input.story.materials.entries {
            let request = material.exchange.request
            if toIdP, request.url.path.has("/.well-known/"), let root = material.exchange.response?.body?.json?.root {
                for name in ["token_endpoint", "userinfo_endpoint", "pushed_authorization_request_endpoint"] {
                    if let text = root[named: name]?.string {
                        list.append(("the discovery document (entry \(index))", HTTPURL(text)))
                    }
                }
            }
            if !toIdP, let text = material.exchange.response?.body?.json?.root["url"]?.string, text.has("://") {
                list.append(("the upstream's echo (entry \(index))", HTTPURL(text)))
            }
        }
        return list
    }
}
