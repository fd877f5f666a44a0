/// What an arrow of the sequence diagram is for. The names are part of the JSON contract.
public enum StepKind: String, Sendable, CaseIterable {
    case discovery, jwks, keygen, pushedAuthorization, authorization, tokenRequest, tokenResponse, refresh
    case introspection, resourceRequest, gatewayValidation, upstreamRequest, upstreamResponse, resourceResponse
    case userinfo, revocation, unknown

    /// Its place among the kinds.
    var position: Int {
        switch self {
        case .discovery: 0
        case .jwks: 1
        case .keygen: 2
        case .pushedAuthorization: 3
        case .authorization: 4
        case .tokenRequest: 5
        case .tokenResponse: 6
        case .refresh: 7
        case .introspection: 8
        case .resourceRequest: 9
        case .gatewayValidation: 10
        case .upstreamRequest: 11
        case .upstreamResponse: 12
        case .resourceResponse: 13
        case .userinfo: 14
        case .revocation: 15
        case .unknown: 16
        }
    }

    /// Whether the request of its exchange is the step's subject (of two steps that share one exchange).
    public var isRequest: Bool {
        switch self {
        case .tokenResponse, .upstreamResponse, .resourceResponse, .gatewayValidation, .keygen: false
        default: true
        }
    }
}

extension StepKind {
    /// Whether the answer of its exchange is told at this step: at one of its own, or at the request's.
    public var showsAnswer: Bool {
        switch self {
        case .tokenRequest, .refresh, .resourceRequest, .upstreamRequest, .gatewayValidation, .keygen: false
        default: true
        }
    }
}

/// A set of step kinds that costs nothing to copy.
struct StepKinds: Sendable, ExpressibleByArrayLiteral {
    private let bits: UInt32

    init(arrayLiteral kinds: StepKind...) { bits = kinds.reduce(0) { $0 | 1 << UInt32($1.position) } }
    private init(bits: UInt32) { self.bits = bits }

    func contains(_ kind: StepKind) -> Bool { bits & 1 << UInt32(kind.position) != 0 }
    func union(_ other: StepKinds) -> StepKinds { StepKinds(bits: bits | other.bits) }
}

/// One numbered arrow of the sequence diagram.
public struct Step: Sendable, Equatable {
    /// Its number in the sequence. Steps that serve another one share its number and have a `part`.
    public internal(set) var number: Int
    /// `a`, `b`, … for what happened on behalf of step `number`: discovery, keys, introspection.
    public let part: Character?
    public let kind: StepKind
    public let from: Party
    public let to: Party
    /// The entry's index in the file; nil when the step was not captured.
    public let exchange: Int?
    public let status: Int?
    public let title: String
    /// What an uncaptured step is inferred from; nil for captured ones.
    public let inferred: String?
    /// The step this one repeats after a nonce challenge, or the retry a challenge led to.
    public var related: Int?
    /// True for an answer that only asks for a nonce: part of the protocol, not a failure.
    public let isNonceChallenge: Bool
    /// True for an answer that only says that nobody approved the device yet (RFC 8628 §3.5).
    public var isPending = false

    public var label: String { "\(number)\(part.map(String.init) ?? "")" }
}

/// Everything that belongs to one client key.
public struct Flow: Sendable {
    /// From 1, in order of the first exchange.
    public let id: Int
    public let steps: [Step]
    /// The entries it is made of, in order of time.
    public let exchanges: [Int]
    /// Thumbprints of the proofs' keys, in order of appearance.
    public let keys: [Fingerprint]
    /// Numbers that did not happen, and why: "6 and 7 did not happen: the gateway refused".
    public let gaps: [Gap]
    /// False for the collection of entries that belong to no flow.
    public let isFlow: Bool

    public struct Gap: Sendable, Equatable {
        public let afterStep: Int
        public let words: String
    }

    /// The step that shows this entry's request.
    public func requestStep(ofExchange index: Int) -> Int? {
        steps.firstIndex { $0.exchange == index && $0.kind.isRequest }
    }
}

extension Flow {
    /// The same flow with some of its exchanges only, for measuring and for cutting examples out of captures.
    public func keeping(_ kept: [Int]) -> Flow {
        let set = Set(kept)
        return Flow(
            id: id, steps: steps.filter { $0.exchange.map(set.contains) ?? true },
            exchanges: exchanges.filter(set.contains), keys: keys,
            gaps: [], isFlow: isFlow)
    }
}
