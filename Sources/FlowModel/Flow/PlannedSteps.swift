/// A live run on the diagram: what happened, the request about to go, and the steps still to come.
extension Flow {
    /// Before anything was sent: the key, and what is planned.
    public static func planned(_ stages: [LiveStage], resource: String?) -> Flow {
        let empty = Flow(id: 1, steps: [], exchanges: [], keys: [], gaps: [], isFlow: true)
        return empty.planning(stages, pending: nil, resource: resource)
    }

    /// The flow with the planned steps behind it. `pending` is the exchange that is on screen before it is sent.
    public func planning(
        _ stages: [LiveStage], pending: Int?, resource: String?,
        key: (algorithm: String, thumbprint: Fingerprint)? = nil
    ) -> Flow {
        // What belongs to no flow yet has no key yet either, and began to count at 1.
        var steps = self.steps
        if !isFlow { for index in steps.indices { steps[index].number += 1 } }
        let keygen = Step(
            number: 1, part: nil, kind: .keygen, from: .client, to: .client, exchange: nil, status: nil,
            title: "key pair" + (key.map { " " + $0.algorithm } ?? ""), inferred: nil, related: nil,
            isNonceChallenge: false)
        if let at = steps.firstIndex(where: { $0.kind == .keygen }) {
            steps[at] = keygen
        } else {
            steps.insert(keygen, at: 0)
        }
        for (index, step) in steps.enumerated()
        where step.exchange == pending && pending != nil && !(step.kind.isRequest) {
            steps[index] = Self.step(step.number, step.kind, step.from, step.to, "to come", exchange: pending)
        }
        let kept = gaps.filter { gap in
            pending == nil || steps.indices.contains(gap.afterStep) && self.steps[gap.afterStep].exchange != pending
        }
        // Metadata has the number of the step it serves, which is still to come.
        var number = steps.last.map { $0.number + ($0.part == nil ? 1 : 0) } ?? 2
        for stage in stages {
            for planned in Self.arrows(stage, resource) {
                steps.append(Self.step(number, planned.kind, planned.from, planned.to, planned.title))
                number += 1
            }
        }
        let moved = self.steps.contains { $0.kind == .keygen } ? 0 : 1
        return Flow(
            id: id, steps: Self.withGatewaySteps(steps, pending: pending), exchanges: exchanges,
            keys: keys.isEmpty ? key.map { [$0.thumbprint] } ?? [] : keys,
            gaps: kept.map { Gap(afterStep: $0.afterStep + moved, words: $0.words) }, isFlow: true)
    }

    private static func step(
        _ number: Int, _ kind: StepKind, _ from: Party, _ to: Party, _ title: String, exchange: Int? = nil
    ) -> Step {
        Step(
            number: number, part: nil, kind: kind, from: from, to: to, exchange: exchange, status: nil, title: title,
            inferred: Step.planned, related: nil, isNonceChallenge: false)
    }

    /// A pending call to the gateway takes its five numbers already.
    private static func withGatewaySteps(_ steps: [Step], pending: Int?) -> [Step] {
        guard let pending,
            let last = steps.lastIndex(where: { $0.exchange == pending && $0.kind == .resourceResponse }),
            let validation = steps.lastIndex(where: { $0.exchange == pending && $0.kind == .gatewayValidation }),
            last == validation + 1
        else { return steps }
        var steps = steps
        let number = steps[validation].number
        steps.insert(step(number + 2, .upstreamResponse, .upstream, .gateway, "to come"), at: last)
        steps.insert(step(number + 1, .upstreamRequest, .gateway, .upstream, "to come"), at: last)
        return steps
    }

    private static func arrows(_ stage: LiveStage, _ resource: String?) -> [(
        kind: StepKind, from: Party, to: Party, title: String
    )] {
        switch stage {
        case .discovery: [(.discovery, .client, .idp, "GET metadata")]
        case .jwks: [(.jwks, .client, .idp, "GET the IdP's keys")]
        case .pushedAuthorization: [(.pushedAuthorization, .client, .idp, "POST authorization request")]
        case .authorization: [(.authorization, .client, .idp, "log in with a browser")]
        case .device: [(.authorization, .client, .idp, "POST device authorization")]
        case .token: [(.tokenRequest, .client, .idp, "POST token request"), (.tokenResponse, .idp, .client, "to come")]
        case .refresh: [(.refresh, .client, .idp, "POST refresh"), (.tokenResponse, .idp, .client, "to come")]
        case .introspection: [(.introspection, .client, .idp, "POST introspection")]
        case .userinfo: [(.userinfo, .client, .idp, "GET userinfo")]
        case .revocation: [(.revocation, .client, .idp, "POST revocation")]
        case .resource:
            [
                (.resourceRequest, .client, .gateway, resource ?? "GET resource"),
                (.gatewayValidation, .gateway, .gateway, "validates token and proof"),
                (.upstreamRequest, .gateway, .upstream, "to come"), (.upstreamResponse, .upstream, .gateway, "to come"),
                (.resourceResponse, .gateway, .client, "to come"),
            ]
        }
    }
}

extension Step {
    /// Part of a live run that has not happened yet.
    public var isPlanned: Bool { inferred == Self.planned }
    fileprivate static let planned = "the plan of this run: it has not happened yet"
}

extension LiveFlow {
    /// The steps after the wanted one, as far as they can be foreseen.
    public var ahead: [LiveStage] {
        let login: [LiveStage] =
            switch plan.grant {
            case .authorizationCode: (pushesAuthorization ? [.pushedAuthorization] : []) + [.authorization]
            case .device: [.device]
            default: []
            }
        let whole: [LiveStage] =
            (plan.issuer == nil ? [] : [.discovery]) + (plan.fetchesKeys ? [.jwks] : []) + login + [.token]
            + (plan.resource == nil ? [] : [.resource])
            + plan.afterwards
        func after(_ stage: LiveStage) -> [LiveStage] {
            whole.firstIndex(of: stage).map { Array(whole[($0 + 1)...]) } ?? []
        }
        switch wanted {
        case .send(let stage): return stage == .token || whole.contains(stage) ? after(stage) : []
        case .visit: return [.authorization] + after(.authorization)
        case .approve: return [.token] + after(.token)
        case .decide: return after(undecided)
        case .finished, .stopped: return []
        }
    }
}
