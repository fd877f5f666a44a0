/// Numbers one flow's arrows in the order of the sequence diagram.
///
/// A call to the gateway always takes five numbers (request, validation, upstream, its answer, answer), so that
/// the eight steps of the plain flow keep their numbers whether or not each of them happened.
struct StepBuilder {
    /// Of this flow's exchanges, in order of time. A copy: threads that share an array share its reference count.
    let facts: [ExchangeFacts]
    /// For a call made on behalf of another one of this flow: that one's place in `facts`.
    let parents: [Int?]
    let roles: Roles
    let echo: FlowAssembler.Echo

    /// `positions`: which of a capture's facts are this flow's, in order of time; `parents` names positions too.
    init(facts: [ExchangeFacts], parents: [Int?], roles: Roles, positions: [Int], echo: @escaping FlowAssembler.Echo) {
        self.facts = positions.map { facts[$0] }
        let places = ExchangeTable(positions.enumerated().map { ($1, $0) })
        self.parents = positions.map { position in parents[position].flatMap { places[$0] } }
        (self.roles, self.echo) = (roles, echo)
    }

    private final class Progress {
        var steps: [Step] = []
        var gaps: [Flow.Gap] = []
        var number = 1

        init(exchanges: Int) { steps.reserveCapacity(3 * exchanges + 2) }
    }

    func flow(id: Int, isFlow: Bool) -> Flow {
        let progress = Progress(exchanges: facts.count)
        var keys: [Fingerprint] = []
        for fact in facts {
            if let key = fact.proofKey, !keys.contains(key) { keys.append(key) }
        }
        if isFlow { addKeygen(keys, progress) }
        let children = ExchangeTable(facts.indices.compactMap { position in parents[position].map { ($0, position) } })
        var (own, servedLater): ([Int], [Int]) = ([], [])
        for position in facts.indices where parents[position] == nil {
            if isGatewayMetadata(position) { servedLater.append(position) } else { own.append(position) }
        }
        for position in own { add(position, Array(children.all(position)), &servedLater, progress) }
        for position in servedLater { addSingle(position, .gateway, progress) }
        linkRetries(progress)
        return Flow(
            id: id, steps: progress.steps, exchanges: facts.map(\.index), keys: keys, gaps: progress.gaps,
            isFlow: isFlow)
    }

    private func isGatewayMetadata(_ position: Int) -> Bool {
        let fact = facts[position]
        switch fact.kind {
        case .discovery, .jwks: return roles.isGatewayFetch(fact)
        // A client seldom asks; one that does has shown its name when it asked for tokens.
        case .introspection:
            return !roles.clientAgents.contains(fact.agent) || !roles.askedByClient.contains(fact.origin)
        default: return false
        }
    }

    private func addKeygen(_ keys: [Fingerprint], _ progress: Progress) {
        if !keys.isEmpty {
            progress.steps.append(
                Step(
                    number: 1, part: nil, kind: .keygen, from: .client, to: .client, exchange: nil, status: nil,
                    title: "key pair", inferred: "the public key in the first proof", related: nil,
                    isNonceChallenge: false))
        }
        progress.number = 2
    }

    private func add(_ position: Int, _ children: [Int], _ servedLater: inout [Int], _ progress: Progress) {
        let fact = facts[position]
        switch fact.kind {
        case .token:
            addPair(position, .tokenRequest, .tokenResponse, progress)
            addHops(children, progress)
        case .refresh:
            addPair(position, .refresh, .tokenResponse, progress)
            addHops(children, progress)
        case .resource, .bearer:
            addCall(position, servedLater + children, progress)
            servedLater = []
        case .discovery, .jwks:
            // The client's own look-ups serve the step that follows.
            append(position, kind(of: fact), .client, .idp, part: partAfter(progress), progress)
        default:
            addSingle(position, .client, progress)
            let hops = children.filter { facts[$0].proofTail != 0 && facts[$0].proofTail == fact.proofTail }
            for child in children where !hops.contains(child) { addSingle(child, .gateway, progress) }
            addHops(hops, progress)
        }
    }

    /// The same request as it went on behind a proxy.
    private func addHops(_ children: [Int], _ progress: Progress) {
        for child in children {
            append(child, .upstreamRequest, .gateway, .idp, progress)
            append(child, .upstreamResponse, .idp, .gateway, progress)
        }
    }

    private func kind(of fact: ExchangeFacts) -> StepKind {
        switch fact.kind {
        case .discovery: .discovery
        case .jwks: .jwks
        case .pushedAuthorization: .pushedAuthorization
        case .authorization: .authorization
        case .introspection: .introspection
        case .revocation: .revocation
        case .userinfo: .userinfo
        default: .unknown
        }
    }

    private func partAfter(_ progress: Progress) -> Character {
        let used = progress.steps.reversed().prefix { $0.number == progress.number }.count { $0.part != nil }
        return Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(min(used, 25))))
    }

    private func append(
        _ position: Int, _ kind: StepKind, _ from: Party, _ to: Party, part: Character? = nil, _ progress: Progress
    ) {
        let fact = facts[position]
        progress.steps.append(
            Step(
                number: progress.number, part: part, kind: kind, from: from, to: to, exchange: fact.index,
                status: fact.status == 0 ? nil : fact.status, title: "", inferred: nil, related: nil,
                isNonceChallenge: fact.isNonceChallenge && kind.showsAnswer,
                isPending: fact.isPending && kind.showsAnswer
            ))
        if part == nil { progress.number += 1 }
    }

    private func addPair(_ position: Int, _ request: StepKind, _ answer: StepKind, _ progress: Progress) {
        append(position, request, .client, .idp, progress)
        append(position, answer, .idp, .client, progress)
    }

    private func addSingle(_ position: Int, _ from: Party, _ progress: Progress) {
        let fact = facts[position]
        let to: Party =
            roles.idp.contains(fact.origin) || (fact.kind.marksIdP && !fact.isResourceMetadata)
                || fact.kind == .userinfo
            ? .idp : from == .gateway ? .upstream : .gateway
        append(position, kind(of: fact), from, to, progress)
    }

    private func addCall(_ position: Int, _ children: [Int], _ progress: Progress) {
        let fact = facts[position]
        append(position, .resourceRequest, .client, .gateway, progress)
        let passed = (200..<400).contains(fact.status)
        let upstream = children.filter { [.bearer, .unknown, .resource].contains(facts[$0].kind) }
        let echo = upstream.isEmpty && fact.kind == .resource ? echo(fact.index) : .none
        let evidence =
            !upstream.isEmpty
            ? "its call to the upstream"
            : echo != .none
                ? "its answer \(fact.status): \(echo.words)"
                : fact.status == 0 ? "nothing: no answer was captured" : "its answer \(fact.status)"
        progress.steps.append(
            Step(
                number: progress.number, part: nil, kind: .gatewayValidation, from: .gateway, to: .gateway,
                exchange: fact.index,
                status: fact.status == 0 ? nil : fact.status, title: "", inferred: evidence, related: nil,
                isNonceChallenge: false))
        for child in children where !upstream.contains(child) {
            append(child, kind(of: facts[child]), .gateway, .idp, part: partAfter(progress), progress)
        }
        progress.number += 1
        for call in upstream.prefix(1) {
            append(call, .upstreamRequest, .gateway, .upstream, progress)
            append(call, .upstreamResponse, .upstream, .gateway, progress)
        }
        if upstream.isEmpty, echo != .none {
            // Not captured, but the upstream told what it got.
            for (kind, from, to) in [
                (StepKind.upstreamRequest, Party.gateway, Party.upstream), (.upstreamResponse, .upstream, .gateway),
            ] {
                progress.steps.append(
                    Step(
                        number: progress.number, part: nil, kind: kind, from: from, to: to, exchange: nil, status: nil,
                        title: kind == .upstreamRequest
                            ? (echo == .downgraded
                                ? "as Bearer, no proof" : echo == .proofKept ? "with the proof" : "without Bearer")
                            : "its echo",
                        inferred: echo.words, related: nil, isNonceChallenge: false))
                progress.number += 1
            }
        } else if upstream.isEmpty {
            let (first, second) = (progress.number, progress.number + 1)
            let words =
                passed
                ? "\(first) and \(second) were not captured"
                : "\(first) and \(second) did not happen: refused"
            progress.gaps.append(
                Flow.Gap(
                    afterStep: progress.steps.count - 1,
                    words: fact.isNonceChallenge ? "\(first) and \(second) did not happen: nonce wanted" : words))
            progress.number += 2
        }
        append(position, .resourceResponse, .gateway, .client, progress)
        for extra in upstream.dropFirst() { addSingle(extra, .gateway, progress) }
    }

    /// A challenge and its repetition are one conversation: the next request of the same kind, method and URL that was
    /// sent after it and answers no other challenge.
    private func linkRetries(_ progress: Progress) {
        guard progress.steps.contains(where: \.isNonceChallenge) else { return }
        let places = Dictionary(facts.enumerated().map { ($1.index, $0) }, uniquingKeysWith: { first, _ in first })
        var taken = Set<Int>()
        for at in progress.steps.indices where progress.steps[at].isNonceChallenge {
            let exchange = progress.steps[at].exchange
            guard let own = exchange.flatMap({ places[$0] }),
                let request = progress.steps[...at].lastIndex(where: { $0.exchange == exchange && $0.kind.isRequest })
            else { continue }
            let kind = progress.steps[request].kind
            func isRetry(_ step: Step) -> Bool {
                step.kind == kind && step.exchange.flatMap { places[$0] }.map { repeats(facts[$0], facts[own]) } == true
            }
            func isChallenged(_ step: Step) -> Bool {
                step.exchange.flatMap { places[$0] }.map { facts[$0].isNonceChallenge } == true
            }
            if facts[own].ended == facts[own].started,
                let parallel = parallelRetry(at + 1, taken, progress, isRetry, isChallenged)
            {
                taken.insert(parallel)
                progress.steps[at].related = parallel
                progress.steps[parallel].related = at
                continue
            }
            let retry = progress.steps[(at + 1)...].prefix(Self.farthestRetry).firstIndex(where: isRetry)
            // Sent at the same time, answered in another order: each repetition answers one challenge.
            var next = retry
            while let at = next, taken.contains(at) {
                next = progress.steps[(at + 1)...].prefix(Self.farthestRetry).firstIndex(where: isRetry)
            }
            guard let next else { continue }
            taken.insert(next)
            progress.steps[at].related = next
            progress.steps[next].related = at
        }
    }

    /// The repetition of a challenge where no times tell: of so many challenges in a row and at least as many answers
    /// that are none behind them, each has its own. Nil where the challenges follow from one another.
    private func parallelRetry(
        _ start: Int, _ taken: Set<Int>, _ progress: Progress, _ isRetry: (Step) -> Bool,
        _ isChallenged: (Step) -> Bool
    ) -> Int? {
        var (challenges, answers, first): (Int, Int, Int?) = (1, 0, nil)
        for at in progress.steps[start...].prefix(Self.farthestRetry).indices
        where isRetry(progress.steps[at]) && !taken.contains(at) {
            if isChallenged(progress.steps[at]) {
                guard first == nil else { break }
                challenges += 1
            } else {
                first = first ?? at
                answers += 1
                if answers >= challenges { break }
            }
        }
        return challenges > 1 && answers >= challenges ? first : nil
    }

    /// How many steps behind a challenge its repetition is looked for.
    private static let farthestRetry = 1024

    private func repeats(_ later: ExchangeFacts, _ challenged: ExchangeFacts) -> Bool {
        guard later.origin == challenged.origin, later.target == challenged.target, later.index != challenged.index
        else {
            return false
        }
        guard let sent = later.started, let told = challenged.ended else { return true }
        return sent >= told - 0.002
    }
}
