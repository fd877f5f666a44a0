/// Puts the entries of a capture into flows: who called whom, on whose behalf, for which key.
public struct FlowAssembler {
    private let facts: [ExchangeFacts]
    /// Positions in `facts`, in order of time.
    private let order: [Int]
    /// For a call made on behalf of another one: the position of that call.
    private var parents: [Int?]
    private var flowOf: [Int?]
    private var flowCount = 0
    private var byKey: [Fingerprint.Tag: Int] = [:]
    private var byToken: [Fingerprint.Tag: Int] = [:]
    private var byGrant: [Fingerprint.Tag: Int] = [:]

    /// What the answer of an entry tells of the upstream.
    public typealias Echo = @Sendable (Int) -> UpstreamEcho

    /// The flows of a capture, the one that holds what belongs nowhere last.
    public static func flows(_ facts: [ExchangeFacts], echo: @escaping Echo = { _ in .none }) -> [Flow] {
        outlines(facts, echo: echo).made()
    }

    /// The same before their steps are numbered.
    static func outlines(_ facts: [ExchangeFacts], echo: @escaping Echo) -> FlowOutlines {
        var assembler = FlowAssembler(facts)
        assembler.findParents()
        assembler.placeTokens()
        assembler.placeCalls()
        assembler.placeAuthorizations()
        assembler.joinHanded()
        assembler.placeRest()
        return assembler.build(echo)
    }

    private init(_ facts: [ExchangeFacts]) {
        self.facts = facts
        var (times, last) = ([Moment](), Moment(0))
        times.reserveCapacity(facts.count)
        for fact in facts {
            last = fact.started ?? last
            times.append(last)
        }
        let sorted = facts.indices.sorted { times[$0] == times[$1] ? $0 < $1 : times[$0] < times[$1] }
        order = facts.contains(where: \.isPageHalf) ? sorted.filter { !Self.isShadow($0, facts) } : sorted
        parents = Array(repeating: nil, count: facts.count)
        flowOf = Array(repeating: nil, count: facts.count)
    }

    /// What a page asked its service worker for, where the worker's own entry is there: that one went out.
    private static func isShadow(_ position: Int, _ facts: [ExchangeFacts]) -> Bool {
        let page = facts[position]
        guard page.isPageHalf else { return false }
        return facts.contains { other in
            !other.isPageHalf && other.origin == page.origin && other.target == page.target
                && ((other.started ?? 0) - (page.started ?? 0)).magnitude < 5
        }
    }

    // MARK: on whose behalf

    /// A call that began and ended inside another one, at another server, was made by that one's server.
    private mutating func findParents() {
        var open: [Int] = []
        for position in order {
            let fact = facts[position]
            guard let started = fact.started else { continue }
            open.removeAll { (facts[$0].ended ?? 0) + Self.slack < started }
            parents[position] = open.last {
                (isInside(fact, facts[$0]) && pairs(fact, facts[$0])) || isForwarded(fact, facts[$0])
                    || isStripped(fact, facts[$0])
            }
            if fact.kind == .resource || fact.kind == .userinfo || fact.proofTail != 0
                || (fact.kind == .bearer && parents[position] == nil)
            {
                open.append(position)
            }
        }
        pairWithoutTimes()
    }

    /// Two recorders' clocks and rounding.
    private static let slack: Interval = 0.002

    private func isInside(_ inner: ExchangeFacts, _ outer: ExchangeFacts) -> Bool {
        guard let start = inner.started, let end = inner.ended, let from = outer.started, let to = outer.ended else {
            return false
        }
        // What begins after the answer was there is the client's next call, however soon it comes.
        return inner.origin != outer.origin && from - Self.slack <= start && start < max(to, from + Self.slack / 2)
            && end <= to + Self.slack
    }

    private func pairs(_ inner: ExchangeFacts, _ outer: ExchangeFacts) -> Bool {
        switch inner.kind {
        case .bearer, .resource:
            // A gateway may exchange the token and pass the proof on: the same key at the same target then.
            (inner.presented != nil && inner.presented == (outer.presented ?? outer.proofHash))
                || (inner.kind == .resource && inner.target == outer.target && inner.proofKey != nil
                    && inner.proofKey == outer.proofKey)
        case .introspection:
            inner[.introspected] == (outer.presented ?? outer.proofHash) || (outer.presented ?? outer.proofHash) == nil
        case .discovery, .jwks: true
        case .unknown: !inner.isPreflight && inner.target == outer.target
        default: false
        }
    }

    /// The same proof, nested in time: one request at two hops, whatever Host and path say.
    private func isForwarded(_ inner: ExchangeFacts, _ outer: ExchangeFacts) -> Bool {
        guard inner.proofTail != 0, inner.proofTail == outer.proofTail else { return false }
        return isNested(inner, outer)
    }

    /// The same without the proof: something on the way dropped the field.
    private func isStripped(_ inner: ExchangeFacts, _ outer: ExchangeFacts) -> Bool {
        guard inner.proofTail == 0, outer.proofTail != 0, inner.kind == outer.kind, inner.target == outer.target,
            inner.presented == outer.presented, inner[.spent] == outer[.spent],
            inner.presented != nil || inner[.spent] != nil
        else { return false }
        return isNested(inner, outer)
    }

    private func isNested(_ inner: ExchangeFacts, _ outer: ExchangeFacts) -> Bool {
        guard let start = inner.started, let end = inner.ended, let from = outer.started, let to = outer.ended else {
            return false
        }
        // What begins after the answer was there is the same proof once more: a replay.
        return from - Self.slack <= start && (start < to || start <= from) && end <= to + Self.slack
            && end - start < to - from
    }

    /// Captures without usable durations: the same token at another server, for the same target.
    private mutating func pairWithoutTimes() {
        guard facts.contains(where: { $0.started == nil || $0.ended == nil }) else { return }
        var calls: [Fingerprint.Tag: [Int]] = [:]
        for position in order where facts[position].kind == .resource {
            if let token = facts[position].presented { calls[token, default: []].append(position) }
        }
        var used = Set<Int>()
        for position in order where facts[position].kind == .bearer && parents[position] == nil {
            guard facts[position].started == nil || facts[position].ended == nil, let token = facts[position].presented
            else { continue }
            let match = calls[token]?.first {
                facts[$0].origin != facts[position].origin && facts[$0].target == facts[position].target
                    && !used.contains($0)
            }
            parents[position] = match
            if let match { used.insert(match) }
        }
    }

    // MARK: for which key

    private mutating func newFlow() -> Int {
        flowCount += 1
        return flowCount - 1
    }

    private mutating func placeTokens() {
        for position in order
        where parents[position] == nil && (facts[position].kind == .token || facts[position].kind == .refresh) {
            let fact = facts[position]
            let known = fact[.spent].flatMap { byGrant[$0] } ?? fact.proofKey.flatMap { byKey[$0.tag] }
            let flow = known ?? newFlow()
            flowOf[position] = flow
            if let key = fact.proofKey?.tag, byKey[key] == nil { byKey[key] = flow }
            if let token = fact[.issued] { byToken[token] = flow }
            if let grant = fact[.issuedRefresh] { byGrant[grant] = flow }
            if let grant = fact[.spent] { byGrant[grant] = flow }
        }
    }

    private mutating func placeCalls() {
        for position in order where flowOf[position] == nil && parents[position] == nil {
            let fact = facts[position]
            switch fact.kind {
            case .resource, .bearer, .userinfo:
                let flow =
                    fact.presented.flatMap { byToken[$0] } ?? fact.proofHash.flatMap { byToken[$0] }
                    ?? fact.proofKey.flatMap { byKey[$0.tag] } ?? newFlow()
                flowOf[position] = flow
                if let token = fact.presented, byToken[token] == nil { byToken[token] = flow }
                if let key = fact.proofKey?.tag, byKey[key] == nil { byKey[key] = flow }
            default: continue
            }
        }
    }

    private mutating func placeAuthorizations() {
        var byRequestURI: [Fingerprint.Tag: Int] = [:]
        for position in order where facts[position].kind == .authorization {
            let fact = facts[position]
            let flow = fact[.issuedCode].flatMap { byGrant[$0] } ?? fact[.announcedKey].flatMap { byKey[$0] }
            flowOf[position] = flow
            if let uri = fact[.spent], let flow { byRequestURI[uri] = flow }
        }
        for position in order where facts[position].kind == .pushedAuthorization && parents[position] == nil {
            let fact = facts[position]
            flowOf[position] =
                fact[.issuedCode].flatMap { byRequestURI[$0] } ?? fact.proofKey.flatMap { byKey[$0.tag] }
                ?? fact[.announcedKey].flatMap { byKey[$0] }
        }
        for position in order
        where parents[position] == nil
            && (facts[position].kind == .authorization || facts[position].kind == .pushedAuthorization)
        {
            guard flowOf[position] == nil, let key = facts[position][.announcedKey] ?? facts[position].proofKey?.tag
            else { continue }
            let flow = byKey[key] ?? newFlow()
            (flowOf[position], byKey[key]) = (flow, flow)
        }
    }

    /// Flows that hand something on to each other are one: a key that changes on the way is the finding, not a border.
    private mutating func joinHanded() {
        // Flows first, then what is handed on: the smallest number of a group is its flow.
        var groups = Array(0..<flowCount)
        var nodes: [Fingerprint.Tag: Int] = [:]
        func root(_ node: Int) -> Int {
            var node = node
            while groups[node] != node { node = groups[node] }
            return node
        }
        func node(_ tag: Fingerprint.Tag) -> Int {
            if let known = byToken[tag] ?? nodes[tag] { return known }
            nodes[tag] = groups.count
            groups.append(groups.count)
            return groups.count - 1
        }
        for position in order where parents[position] == nil {
            let nodes = facts[position].ties.map(node)
            guard let first = flowOf[position] ?? nodes.first else { continue }
            for other in nodes {
                let (a, b) = (root(first), root(other))
                groups[max(a, b)] = min(a, b)
            }
        }
        for position in facts.indices {
            if let flow = flowOf[position] {
                flowOf[position] = root(flow)
            } else if parents[position] == nil, let tag = facts[position].ties.first {
                let group = root(node(tag))
                if group < flowCount { flowOf[position] = group }
            }
        }
        for (tag, flow) in byToken { byToken[tag] = root(flow) }
    }

    private mutating func placeRest() {
        for position in order where flowOf[position] == nil {
            if let parent = parents[position] { flowOf[position] = flowOf[parent] }
        }
        let calls = flowCount > 1 ? flowsOfAskedCalls() : [:]
        let latest = order.last { flowOf[$0] != nil }.flatMap { flowOf[$0] }
        var next: Int?
        for position in order.reversed() {
            // What is fetched once for everybody goes to the flow that came next.
            if facts[position].kind != .unknown, let flow = flowOf[position] { next = flow }
            guard flowOf[position] == nil else { continue }
            let fact = facts[position]
            switch fact.kind {
            case .discovery, .jwks: flowOf[position] = next ?? (flowCount > 0 ? 0 : nil)
            case .unknown where fact.isPreflight:
                flowOf[position] = calls[Self.place(of: fact)] ?? next ?? latest
            case .introspection, .revocation:
                flowOf[position] = fact[.introspected].flatMap { byToken[$0] } ?? (flowCount == 1 ? 0 : nil)
            default: flowOf[position] = flowCount == 1 && !fact.isAsset ? 0 : nil
            }
        }
    }

    /// Where there are preflights: the flow of the first call to each place, by `place`.
    private func flowsOfAskedCalls() -> [UInt64: Int] {
        guard facts.contains(where: \.isPreflight) else { return [:] }
        var calls: [UInt64: Int] = [:]
        for position in order where !facts[position].isPreflight && parents[position] == nil {
            if let flow = flowOf[position], calls[Self.place(of: facts[position])] == nil {
                calls[Self.place(of: facts[position])] = flow
            }
        }
        return calls
    }

    /// Server, method and path of a call, and of the preflight that asks for it.
    private static func place(of fact: ExchangeFacts) -> UInt64 { fact.origin &* 31 &+ fact.target }

    // MARK: the flows

    private func build(_ echo: @escaping Echo) -> FlowOutlines {
        var members: [[Int]] = Array(repeating: [], count: flowCount)
        var homeless: [Int] = []
        for position in order {
            if let flow = flowOf[position] { members[flow].append(position) } else { homeless.append(position) }
        }
        var sequence = members.filter { !$0.isEmpty }.sorted { rank($0[0]) < rank($1[0]) }
        let named = sequence.count
        if !homeless.isEmpty { sequence.append(homeless) }
        let (facts, parents, roles, groups) = (facts, parents, Roles(facts: facts, parents: parents), sequence)
        return FlowOutlines(sizes: groups.map(\.count)) { id in
            StepBuilder(facts: facts, parents: parents, roles: roles, positions: groups[id], echo: echo).flow(
                id: id + 1, isFlow: id < named)
        }
    }

    private func rank(_ position: Int) -> (Moment, Int) { (facts[position].started ?? 0, position) }
}

/// Numbers in order, each once: some servers of a capture, looked up for every exchange of it.
struct NumberSet {
    private var numbers: [UInt64] = []

    init(_ all: [UInt64]) {
        for number in all.sorted() where number != numbers.last { numbers.append(number) }
    }

    var isEmpty: Bool { numbers.isEmpty }

    func contains(_ number: UInt64) -> Bool {
        let place = numbers.partitioningIndex(where: { $0 >= number })
        return place < numbers.count && numbers[place] == number
    }
}

/// Which origins are the IdP's, which the gateway's, seen over the whole capture.
struct Roles {
    let idp: NumberSet
    /// Origins a gateway called on its own behalf.
    let calledByGateway: NumberSet
    /// Origins a client was seen to ask for tokens.
    let askedByClient: NumberSet
    let clientAgents: NumberSet

    init(facts: [ExchangeFacts], parents: [Int?]) {
        var (idp, called, asked, agents): ([UInt64], [UInt64], [UInt64], [UInt64]) = ([], [], [], [])
        for (position, fact) in facts.enumerated() {
            if fact.kind.marksIdP, !fact.isResourceMetadata { idp.append(fact.origin) }
            if parents[position] != nil { called.append(fact.origin) }
            if fact.kind == .token || fact.kind == .refresh || fact.kind == .authorization {
                asked.append(fact.origin)
                agents.append(fact.agent)
            }
        }
        (self.idp, calledByGateway, askedByClient, clientAgents) = (
            NumberSet(idp), NumberSet(called), NumberSet(asked), NumberSet(agents)
        )
    }

    /// Whether a gateway, not the client, fetched this metadata, although no call of a client waited for it.
    func isGatewayFetch(_ fact: ExchangeFacts) -> Bool {
        if clientAgents.contains(fact.agent), askedByClient.contains(fact.origin) { return false }
        return calledByGateway.contains(fact.origin) || (!askedByClient.isEmpty && !askedByClient.contains(fact.origin))
    }
}
