/// What the other requests of a flow came to, by origin: a refusal among them may say nothing. Read once for a flow, so
/// that thousands of refusals are not each compared with all the rest.
struct OtherRequests {
    private struct TokenPlace: Hashable {
        let token: Fingerprint
        let origin: String
    }

    private struct MetadataPlace: Hashable {
        let origin: String
        let isOfResource: Bool

        init(_ url: HTTPURL) {
            (origin, isOfResource) = (url.origin, url.path.has("oauth-protected-resource"))
        }
    }

    private var accepted: Set<TokenPlace> = []
    /// The documents got, without repeats.
    private var metadata: [MetadataPlace: [HTTPURL]] = [:]
    /// More documents of one origin than anybody asks for.
    private static let mostDocuments = 32
    private var lastCredentials: [String: Int] = [:]
    private var letIn: Set<String> = []

    init(_ materials: some Sequence<ExchangeMaterial>) {
        for material in materials {
            let origin = material.origin
            let hasCredentials = material.presented != nil || material.proof != nil
            if hasCredentials {
                lastCredentials[origin] = max(material.exchange.index, lastCredentials[origin] ?? 0)
            }
            guard let status = material.exchange.response?.status, (200..<300).contains(status) else { continue }
            if hasCredentials { letIn.insert(origin) }
            if let token = material.token {
                accepted.insert(TokenPlace(token: token.fingerprint, origin: origin))
            }
            if material.exchange.request.url.path.has("/.well-known/") { addDocument(material) }
        }
    }

    private mutating func addDocument(_ material: ExchangeMaterial) {
        let url = material.exchange.request.url
        let known = metadata[MetadataPlace(url)] ?? []
        guard known.count < Self.mostDocuments, material.exchange.request.method != "OPTIONS", material.isDocument,
            !known.contains(where: { $0.withoutQuery == url.withoutQuery })
        else { return }
        metadata[MetadataPlace(url), default: []].append(url)
    }

    /// Whether a request with that token was accepted there.
    func hasAccepted(_ token: Fingerprint, at origin: String) -> Bool {
        accepted.contains(TokenPlace(token: token, origin: origin))
    }

    /// Whether metadata of that kind, of an authorization server or of a resource, was got from there: of the same
    /// issuer, at another address.
    func hasAnsweredMetadata(like url: HTTPURL) -> Bool {
        metadata[MetadataPlace(url)]?.contains { WellKnown.isOneServer(url, $0) } ?? false
    }

    /// Whether a request with a token or a proof was accepted there.
    func hasLetIn(at origin: String) -> Bool { letIn.contains(origin) }

    /// The last exchange that presented a token or a proof there.
    func lastWithCredentials(at origin: String) -> Int? { lastCredentials[origin] }
}
