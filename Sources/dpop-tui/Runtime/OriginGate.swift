import FlowModel

/// Looks where a request is about to go: what an issuer's metadata names may lead a secret astray.
///
/// Endpoints that the person gave are theirs, and so is the resource.
struct OriginGate {
    private let policy: OriginPolicy?
    private let own: Endpoints

    /// `allowed`: origins that the person has named.
    init(_ plan: FlowPlan, allowed: [String]) {
        policy = plan.issuer.map { OriginPolicy(issuer: $0, allowed: allowed) }
        own = plan.endpoints
    }

    /// What the person is to be asked before a stage's request goes; nil when it may go.
    func question(before stage: LiveStage, _ endpoints: Endpoints) -> LiveStatus.Question? {
        guard let policy, let (name, path) = Self.endpoint(of: stage), own[keyPath: path] == nil,
            let url = endpoints[keyPath: path], case .ask(let words) = policy.judge(url, named: name)
        else { return nil }
        return LiveStatus.Question(
            words: words, origin: HTTPURL(url).origin, reason: policy.usualReason(url))
    }

    /// What stands before what a flow wants; nil where nothing does.
    func question(_ flow: LiveFlow) -> LiveStatus.Question? {
        switch flow.wanted {
        case .send(let stage): question(before: stage, flow.endpoints)
        case .visit: question(before: .authorization, flow.endpoints)
        default: nil
        }
    }

    /// What is to be remarked about this metadata: what it decides, and the endpoints that it names to a flow.
    func notes(of metadata: Exchange, _ flow: LiveFlow) -> [String] {
        guard let response = metadata.response else { return [] }
        var flow = flow
        flow.take(response, to: metadata.request, of: .discovery, at: Transfer.now())
        let said = flow.pushRemark.map { [$0] } ?? []
        guard let policy else { return said }
        let endpoints = flow.endpoints
        return said
            + Self.named.compactMap { name, path in
                guard own[keyPath: path] == nil, let url = endpoints[keyPath: path] else { return nil }
                switch policy.judge(url, named: name) {
                case .note(let words), .refused(let words): return words
                case .ask(let words): return policy.usualReason(url).map { "\(words): \($0)" } ?? words
                case .allowed: return nil
                }
            }
    }

    private static let named: [(String, KeyPath<Endpoints, String?> & Sendable)] = [
        ("jwks_uri", \.jwks), ("pushed_authorization_request_endpoint", \.pushedAuthorization),
        ("authorization_endpoint", \.authorization), ("device_authorization_endpoint", \.device),
        ("token_endpoint", \.token), ("introspection_endpoint", \.introspection),
        ("userinfo_endpoint", \.userinfo), ("revocation_endpoint", \.revocation),
    ]

    private static func endpoint(of stage: LiveStage) -> (String, KeyPath<Endpoints, String?> & Sendable)? {
        let index: Int? =
            switch stage {
            case .discovery, .resource: nil
            case .jwks: 0
            case .pushedAuthorization: 1
            case .authorization: 2
            case .device: 3
            case .token, .refresh: 4
            case .introspection: 5
            case .userinfo: 6
            case .revocation: 7
            }
        return index.map { named[$0] }
    }
}
