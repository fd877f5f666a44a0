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
        return LiveStatus.Question(words: words, origin: HTTPURL(url).origin)
    }

    private static func endpoint(of stage: LiveStage) -> (String, KeyPath<Endpoints, String?>)? {
        switch stage {
        case .discovery, .resource: nil
        case .jwks: ("jwks_uri", \.jwks)
        case .pushedAuthorization: ("pushed_authorization_request_endpoint", \.pushedAuthorization)
        case .authorization: ("authorization_endpoint", \.authorization)
        case .device: ("device_authorization_endpoint", \.device)
        case .token, .refresh: ("token_endpoint", \.token)
        case .introspection: ("introspection_endpoint", \.introspection)
        case .userinfo: ("userinfo_endpoint", \.userinfo)
        case .revocation: ("revocation_endpoint", \.revocation)
        }
    }
}

extension LiveDriver {
    /// What stands before the request that waits, or before the login.
    var question: LiveStatus.Question? {
        let gate = OriginGate(plan, allowed: allowedOrigins)
        switch flow.wanted {
        case .send(let stage): return gate.question(before: stage, flow.endpoints)
        case .visit: return gate.question(before: .authorization, flow.endpoints)
        default: return nil
        }
    }
}
