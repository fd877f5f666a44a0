/// What the whole capture knows: issuers' keys and what servers say they support.
public struct CaptureContext: Sendable {
    public struct IssuerKey: Sendable {
        public let jwk: JWK
        /// The entry the key was served in.
        public let exchange: Int
    }

    public private(set) var issuerKeys: [IssuerKey] = []
    /// Who wrote the times down.
    public enum Recorder: Sendable {
        /// The client itself: a browser's HAR, a live run.
        case client
        case unknown
    }

    public internal(set) var recorder = Recorder.unknown
    /// A pasted request without any answer: whoever pastes one has been refused.
    public internal(set) var isAskedAbout = false
    /// What logs say that were pasted beside the exchanges.
    public internal(set) var logs: [ServerWords] = []

    /// `dpop_signing_alg_values_supported` of the discovery documents, each list once.
    public private(set) var supportedAlgorithms: [[String]] = []
    private(set) var credentialIssuers: [String] = []
    /// Issuers that metadata name, with the entry each stands in.
    private(set) var issuers: [(issuer: String, exchange: Int)] = []
    /// Of them, how many promise that the callback has their `iss` (RFC 9207 §3).
    private(set) var promisedIss = 0
    /// The entries all that was read from.
    public private(set) var sources: [Int] = []

    /// No more keys than that are tried on one token.
    private static let most = 64

    public init() {}

    /// Reads the metadata of a capture; `exchange` decodes an entry.
    public init(facts: [ExchangeFacts], exchange: (Int) -> Exchange?) {
        var seen = Set<Bytes>()
        for fact in facts where fact.kind == .jwks || fact.kind == .discovery {
            guard seen.count < 256, let entry = exchange(fact.index), let body = entry.response?.body else { continue }
            let bytes = body.bytes
            guard seen.insert(bytes).inserted, let root = (try? JSONDocument(bytes))?.root else { continue }
            sources.append(fact.index)
            if let issuer = root["credential_issuer"]?.string { credentialIssuers.append(issuer) }
            if fact.kind == .discovery, let issuer = root["issuer"]?.string {
                issuers.append((issuer, fact.index))
                if root["authorization_response_iss_parameter_supported"]?.bool == true { promisedIss += 1 }
            }
            if fact.kind == .jwks {
                issuerKeys += (root["keys"]?.elements ?? []).map { IssuerKey(jwk: JWK($0), exchange: fact.index) }
            } else if let list = root["dpop_signing_alg_values_supported"]?.elements.compactMap(\.string) {
                supportedAlgorithms.append(list)
            }
        }
    }

    /// Keys that could have signed the token, the one its `kid` names first; of nothing but that one when it is there.
    func keys(for jws: CompactJWS) -> [IssuerKey] {
        if let kid = jws.kid { return Array(issuerKeys.lazy.filter { $0.jwk.kid == kid }.prefix(Self.most)) }
        guard let algorithm = jws.alg.flatMap(SignatureAlgorithm.named) else { return [] }
        return Array(issuerKeys.lazy.filter { algorithm.fits($0.jwk) }.prefix(Self.most))
    }
}
