/// Rules over one request that was recorded at two hops: in front of a proxy and behind it.
extension DiagnosisRule {
    static let hops: [DiagnosisRule] = [
        DiagnosisRule(cause: .htuPathPrefix) { input in
            rebuilt(input).compactMap { hop in
                hop.isPrefix ? Sighting(step: hop.step, words: hop.words, evidence: hop.evidence) : nil
            }
        },
        DiagnosisRule(cause: .htuProxyInternal) { input in
            rebuilt(input).compactMap { hop in
                Sighting(step: hop.step, words: hop.words, evidence: hop.evidence)
            }
        },
        DiagnosisRule(cause: .htuForwardedStyle) { input in
            rebuilt(input).compactMap { hop in
                hop.isTold
                    ? Sighting(
                        step: hop.step, words: "the proxy sends what is needed, and the server does not read it",
                        certainty: .likely)
                    : nil
            }
        },
        DiagnosisRule(cause: .htuPathPrefix) { input in moved(input) },
        DiagnosisRule(cause: .proofStripped) { input in stripped(input) },
    ]

    private struct RebuiltHop {
        let step: Int
        let words: String
        let evidence: [Evidence]
        let isPrefix: Bool
        /// Whether the proxy told the server the right URL.
        let isTold: Bool
    }

    /// Refused requests whose inner hop has another URL than the proof.
    private static func rebuilt(_ input: DiagnosisInput) -> [RebuiltHop] {
        input.leads.compactMap { lead in
            guard lead.words.subject == nil || lead.words.subject == .htu, lead.refusal.isJudged,
                let htu = lead.refusal.material.proof?.jws.payload?.root["htu"]?.string.map({ HTTPURL($0) }),
                htu.normalised == lead.refusal.exchange.request.url.normalised,
                let inner = input.hop(of: lead.refusal)
            else { return nil }
            let own = inner.exchange.request.url
            let seen = ForwardedURL.of(inner.exchange.request)
            guard own.normalised != htu.normalised else { return nil }
            let isTold = seen.normalised == htu.normalised
            let isPrefix =
                !isTold && seen.path != htu.path && htu.path.hasSuffix(seen.path)
                && seen.host.lowercased() == htu.host.lowercased()
            let missing = ForwardedURL.missing(inner.exchange.request, to: htu)
            let words =
                isTold
                ? "behind the proxy the server is called by \(own.withoutQuery); the proxy says \(seen.withoutQuery), which the server does not read"
                : "behind the proxy the server is called by \(seen.withoutQuery), and the proof says \(htu.withoutQuery): \(missing) missing"
            return RebuiltHop(
                step: lead.refusal.request, words: words,
                evidence: [Evidence("URL at the inner hop", expected: htu.withoutQuery, actual: seen.withoutQuery)],
                isPrefix: isPrefix, isTold: isTold)
        }
    }

    /// Refused requests whose proof is not in the request that went on.
    private static func stripped(_ input: DiagnosisInput) -> [Sighting] {
        input.leads.compactMap { lead in
            let outer = lead.refusal.material
            guard outer.proof != nil, lead.refusal.isJudged else { return nil }
            let hop = input.flow.steps.indices.first { step in
                guard step > lead.refusal.request, input.flow.steps[step].kind == .upstreamRequest,
                    let inner = input.material(step), inner.proof == nil,
                    inner.token?.fingerprint == outer.token?.fingerprint,
                    inner.presented?.scheme.equalsIgnoringCase("dpop") ?? (outer.presented == nil)
                else { return false }
                let (one, other) = (inner.exchange.request, outer.exchange.request)
                return one.method == other.method
                    && (one.url.path.hasSuffix(other.url.path) || other.url.path.hasSuffix(one.url.path))
            }
            return hop.map { hop in
                Sighting(
                    step: lead.refusal.request,
                    words:
                        "the client sent a proof, and the request that went on in step \(input.flow.steps[hop].label) has none",
                    evidence: [Evidence("DPoP header behind the proxy", expected: "the client's proof", actual: nil)])
            }
        }
    }

    /// An endpoint that is not where the metadata say: the proxy has a prefix that the server does not know.
    private static func moved(_ input: DiagnosisInput) -> [Sighting] {
        input.leads.compactMap { lead in
            guard lead.words.status == 404, input.flow.steps[lead.refusal.request].to == .idp else { return nil }
            let url = lead.refusal.exchange.request.url
            for (index, material) in input.story.materials.entries {
                let asked = material.exchange.request.url
                guard asked.origin == url.origin, let cut = asked.path.firstRange(of: "/.well-known/"),
                    let root = material.exchange.response?.body?.json?.root, let issuer = root["issuer"]?.string
                else { continue }
                let (front, own) = (asked.path[..<cut.lowerBound], HTTPURL(issuer).path)
                guard front != own, front.hasSuffix(own), front.utf8.count > own.utf8.count else { continue }
                let prefix = front.dropLast(own.count)
                return Sighting(
                    step: lead.refusal.request,
                    words:
                        "the metadata were fetched under \(prefix) (entry \(index)), and the endpoints that they name are not: the server does not know the proxy's prefix",
                    evidence: [Evidence("issuer", expected: "…\(front)", actual: issuer)], certainty: .likely)
            }
            return nil
        }
    }
}

extension DiagnosisInput {
    /// The refused request as it went on behind a proxy; nil where that was not recorded.
    func hop(of refusal: Refusal) -> ExchangeMaterial? {
        let own = refusal.material.proof?.jws.compact
        return flow.steps.indices.lazy.compactMap { step -> ExchangeMaterial? in
            guard flow.steps[step].kind == .upstreamRequest, step > refusal.request, let inner = material(step),
                inner.proof?.jws.compact == own
            else { return nil }
            return inner
        }.first
    }

    /// Whether an accepted proof names the URL that the server has behind its proxy.
    func isRightBehind(_ step: Int) -> Bool {
        guard let outer = material(step), let status = outer.exchange.response?.status, (200..<300).contains(status),
            let htu = outer.proof?.jws.payload?.root["htu"]?.string
        else { return false }
        return flow.steps.indices.contains { index in
            index > step && flow.steps[index].kind == .upstreamRequest
                && material(index).map { inner in
                    inner.proof?.jws.compact == outer.proof?.jws.compact
                        && inner.exchange.request.url.normalised == HTTPURL(htu).normalised
                } == true
        }
    }

    /// Whether what is behind the proxy explains the refusal already.
    func isSeenBehind(_ refusal: Refusal) -> Bool {
        guard let inner = hop(of: refusal), let htu = refusal.material.proof?.jws.payload?.root["htu"]?.string else {
            return false
        }
        return inner.exchange.request.url.normalised != HTTPURL(htu).normalised
    }
}

/// The URL that a server rebuilds out of what a proxy says (X-Forwarded-*, RFC 7239).
enum ForwardedURL {
    static func of(_ request: Request) -> HTTPURL {
        let url = request.url
        let told = forwarded(request)
        let scheme = first(request, "x-forwarded-proto") ?? told["proto"] ?? String(url.scheme)
        var authority =
            first(request, "x-forwarded-host") ?? told["host"]
            ?? String(url.host) + (url.port.map { ":\($0)" } ?? "")
        if let port = first(request, "x-forwarded-port") {
            let host = authority.split(separator: ":").first.map(String.init) ?? authority
            authority =
                (scheme == "https" && port == "443") || (scheme == "http" && port == "80") ? host : "\(host):\(port)"
        }
        let prefix = first(request, "x-forwarded-prefix") ?? ""
        return HTTPURL("\(scheme)://\(authority)\(prefix == "/" ? "" : prefix)\(url.path)")
    }

    /// Which field would make it the wanted URL.
    static func missing(_ request: Request, to wanted: HTTPURL) -> String {
        let own = of(request)
        var list: [String] = []
        if own.scheme.lowercased() != wanted.scheme.lowercased() { list.append("X-Forwarded-Proto") }
        if own.host.lowercased() != wanted.host.lowercased() { list.append("X-Forwarded-Host") }
        if own.effectivePort != wanted.effectivePort { list.append("X-Forwarded-Port") }
        if own.path != wanted.path { list.append("X-Forwarded-Prefix") }
        return list.joined(separator: ", ") + (list.count == 1 ? " is" : " are")
    }

    private static func first(_ request: Request, _ name: StaticString) -> String? {
        request.headers.first(name)?.split(separator: ",").first.map { String($0).trimmed }
    }

    private static func forwarded(_ request: Request) -> [String: String] {
        var pairs: [String: String] = [:]
        for part in (request.headers.first("forwarded") ?? "").split(separator: ",").first?.split(separator: ";") ?? []
        {
            guard let equal = part.firstIndex(of: "=") else { continue }
            let value = String(part[part.index(after: equal)...]).trimmed.filter { $0 != "\"" }
            pairs[String(part[..<equal]).trimmed.lowercased()] = value
        }
        return pairs
    }
}
