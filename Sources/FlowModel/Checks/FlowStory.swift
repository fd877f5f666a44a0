/// What happened in a flow, in order: who gave which nonce, which `jti` was used where, who bound which token.
public final class FlowStory {
    struct Nonce {
        let value: String
        let exchange: Int
        let origin: String
        /// Whether the authorization server gave it, which may share its origin with a resource; nil when it is not
        /// known which of the two answered.
        let isOfIdP: Bool?
        /// Whether it was asked for; else a success merely offered it.
        let isDemanded: Bool
        /// When the answer that carried it was there; nil without times.
        let known: Moment?
    }

    /// What is known of an access token in this flow.
    public final class Binding {
        public let token: TokenMaterial
        /// The token request that got it.
        public fileprivate(set) var issuedBy: Int?
        /// True when it was announced as `token_type: DPoP` for a request with a proof: it is bound, opaque or not.
        public fileprivate(set) var isIssuedAsDPoP = false
        /// True when it came as another type for a request without a proof.
        public fileprivate(set) var isIssuedUnbound = false
        /// The key of the request that it was issued for.
        public fileprivate(set) var issuedFor: Fingerprint?
        public fileprivate(set) var introspection: (exchange: Int, answer: JSONDocument)?

        init(token: TokenMaterial) {
            self.token = token
            jkt = token.jkt.map { ($0, false) }
        }

        /// The thumbprint it is bound to, and which document says so.
        public fileprivate(set) var jkt: (value: JSONValue, fromIntrospection: Bool)?

        fileprivate func learn(_ exchange: Int, _ answer: JSONDocument) {
            introspection = (exchange, answer)
            if jkt == nil { jkt = answer.root["cnf"]?["jkt"].map { ($0, true) } }
        }
    }

    public let materials: ExchangeTable<ExchangeMaterial>
    let nonces: [Nonce]
    /// `jti` → the first exchange that used it, and those after it.
    private let firstUses: [Bytes: Int]
    private let laterUses: [Bytes: [Int]]
    public let bindings: [Fingerprint: Binding]
    /// Refresh token or code → the exchange that handed it out.
    let grants: [Fingerprint: Int]
    /// `code_challenge`, or the redirect URI with the state → the authorization or pushed request that sent it.
    let fronts: [String: Int]
    /// What its requests came to, read when a refusal is looked at.
    private(set) lazy var others = OtherRequests(materials.values)

    init(flow: Flow, exchange: (Int) -> Exchange?, crypto: CheckCrypto) {
        var draft = Draft(count: flow.exchanges.count)
        let kinds = Self.kinds(flow)
        var known: [Fingerprint: TokenMaterial] = [:]
        // Of the client and of its gateway: calls to the gateway and to the upstream take turns.
        var recent: (ExchangeMaterial?, ExchangeMaterial?)
        for index in flow.exchanges {
            guard let entry = exchange(index) else { continue }
            let kind = kinds[index] ?? .unknown
            let last = Self.repeats(entry, recent.0) ?? Self.repeats(entry, recent.1)
            let material = ExchangeMaterial(
                entry, wantsAnswer: Self.answered.contains(kind), last: last, known: known, crypto: crypto)
            if material.presented != nil, material.presented !== recent.0?.presented { recent = (material, recent.0) }
            if let token = material.issued { known[token.fingerprint] = token }
            draft.record(material, kind)
        }
        (materials, nonces, firstUses, laterUses) = (
            ExchangeTable(draft.materials), draft.nonces, draft.firstUses, draft.laterUses
        )
        (bindings, grants, fronts) = (draft.bindings, draft.grants, draft.fronts)
    }

    /// What the exchanges' requests are for.
    private static func kinds(_ flow: Flow) -> ExchangeTable<StepKind> {
        var kinds: [(Int, StepKind)] = []
        kinds.reserveCapacity(flow.exchanges.count)
        for step in flow.steps.indices where flow.steps[step].kind.isRequest {
            if let index = flow.steps[step].exchange { kinds.append((index, flow.steps[step].kind)) }
        }
        return ExchangeTable(kinds)
    }

    /// `before` when an exchange presents the same token.
    private static func repeats(_ exchange: Exchange, _ before: ExchangeMaterial?) -> ExchangeMaterial? {
        before?.presented?.isRepeated(in: exchange.request) == true ? before : nil
    }

    /// Steps whose answer is JSON that checks read.
    private static let answered: StepKinds = [.tokenRequest, .refresh, .introspection, .pushedAuthorization]

    /// Where a browser comes back to, and with which state.
    static func wayBack(_ url: HTTPURL, _ state: String) -> String { url.withoutQuery + " " + state }

    /// Endpoints of the authorization server, whose nonces are its own.
    static func isAtIdP(_ kind: StepKind) -> Bool {
        [.tokenRequest, .refresh, .pushedAuthorization, .authorization, .revocation, .introspection].contains(kind)
    }

    static func isFromClient(_ kind: StepKind) -> Bool {
        kind != .upstreamRequest && kind != .introspection && kind != .jwks && kind != .discovery
    }

    /// The story while it is told.
    private struct Draft {
        var materials: [ExchangeTable<ExchangeMaterial>.Entry] = []
        var nonces: [Nonce] = []
        var firstUses: [Bytes: Int] = [:]
        var laterUses: [Bytes: [Int]] = [:]
        var bindings: [Fingerprint: Binding] = [:]
        var grants: [Fingerprint: Int] = [:]
        var fronts: [String: Int] = [:]
        /// The binding met last: a client presents one token many times.
        private var latest: Binding?

        init(count: Int) {
            materials.reserveCapacity(count)
            firstUses.reserveCapacity(count)
        }

        mutating func record(_ material: ExchangeMaterial, _ kind: StepKind) {
            let exchange = material.exchange
            materials.append((exchange.index, material))
            if FlowStory.isFromClient(kind) { recordClient(material, kind) }
            if kind == .authorization || kind == .pushedAuthorization {
                let form = material.form ?? exchange.request.url.query.map { Form($0) }
                if let challenge = form?["code_challenge"] { fronts[challenge] = exchange.index }
                if let state = form?["state"], let back = form?["redirect_uri"] {
                    fronts[FlowStory.wayBack(HTTPURL(back), state)] = exchange.index
                }
            }
            if let token = material.issued {
                let own = binding(of: token)
                let isDPoP = material.answer?.root["token_type"]?.string?.equalsIgnoringCase("dpop") == true
                own.issuedBy = exchange.index
                own.isIssuedAsDPoP = isDPoP && material.proof != nil
                own.isIssuedUnbound = !isDPoP && material.proof == nil
                if isDPoP { own.issuedFor = material.proof?.fingerprint }
            }
            if let token = material.token { _ = binding(of: token) }
            if let answer = material.answer { recordAnswer(answer, material, kind) }
            if let location = exchange.response?.headers.first("location"), let query = HTTPURL(location).query,
                let code = Form(query)["code"]
            {
                grants[Fingerprint(of: code)] = exchange.index
            }
        }

        private mutating func recordClient(_ material: ExchangeMaterial, _ kind: StepKind) {
            let exchange = material.exchange
            if let nonce = exchange.response?.headers.first("dpop-nonce") {
                nonces.append(
                    Nonce(
                        value: nonce, exchange: exchange.index, origin: exchange.request.url.origin,
                        isOfIdP: kind == .unknown ? nil : FlowStory.isAtIdP(kind),
                        isDemanded: exchange.response.map { $0.status >= 400 || ContentRefusal.grpcStatus($0) != nil }
                            ?? false,
                        known: exchange.ended))
            }
            if let jti = material.proof?.jws.payload?.root["jti"]?.stringBytes {
                if firstUses[jti] == nil {
                    firstUses[jti] = exchange.index
                } else {
                    laterUses[jti, default: []].append(exchange.index)
                }
            }
        }

        private mutating func recordAnswer(_ answer: JSONDocument, _ material: ExchangeMaterial, _ kind: StepKind) {
            let index = material.exchange.index
            if material.issued != nil, let refresh = answer.root["refresh_token"]?.string {
                grants[Fingerprint(of: refresh)] = index
            }
            if kind == .introspection, let text = material.form?["token"] {
                binding(of: TokenMaterial(text, headers: nil)).learn(index, answer)
            }
            if let uri = answer.root["request_uri"]?.string { grants[Fingerprint(of: uri)] = index }
        }

        private mutating func binding(of token: TokenMaterial) -> Binding {
            if let latest, latest.token === token { return latest }
            if let known = bindings[token.fingerprint] { return known }
            let new = Binding(token: token)
            bindings[token.fingerprint] = new
            latest = new
            return new
        }
    }

    /// The exchanges that used a `jti` in the flow before this one.
    func earlierUses(of jti: Bytes, before index: Int) -> [Int] {
        guard let later = laterUses[jti], let first = firstUses[jti], first != index else { return [] }
        return [first] + later.prefix { $0 != index }
    }

    /// The nonces an origin had given when a request was sent, the newest last.
    func nonces(from url: HTTPURL, before exchange: Exchange) -> [Nonce] {
        guard !nonces.isEmpty else { return [] }
        let origin = url.origin
        return nonces.filter { nonce in
            guard nonce.origin == origin, nonce.exchange != exchange.index else { return false }
            if let known = nonce.known, let started = exchange.started { return known <= started }
            return nonce.exchange < exchange.index
        }
    }
}

extension FlowStory {
    /// Whether there is a proof or a token to judge.
    var hasSubject: Bool {
        materials.values.contains { $0.proof != nil || $0.presented != nil || $0.issued != nil }
    }
}
