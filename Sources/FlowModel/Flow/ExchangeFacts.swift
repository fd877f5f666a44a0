/// What one exchange is, before anybody knows the others.
public enum ExchangeKind: UInt8, Sendable {
    case discovery, jwks, pushedAuthorization, authorization, token, refresh, introspection, revocation, userinfo
    /// A call with `Authorization: DPoP` or with a proof.
    case resource
    /// A call with `Authorization: Bearer` and no proof: a gateway's to its upstream, or a client's.
    case bearer
    case unknown

    /// Only an IdP answers these.
    var marksIdP: Bool {
        switch self {
        case .discovery, .jwks, .pushedAuthorization, .authorization, .token, .refresh, .introspection, .revocation:
            true
        default: false
        }
    }
}

/// What an httpbin-like upstream says it was sent, as seen in the gateway's answer.
public enum UpstreamEcho: UInt8, Sendable {
    case none
    /// `Authorization: Bearer`, and no `Dpop`.
    case downgraded
    /// The proof got through.
    case proofKept
    /// Another scheme, or no `Authorization` at all.
    case other

    var words: String {
        switch self {
        case .none: ""
        case .downgraded: "the upstream's echo shows Authorization: Bearer and no Dpop"
        case .proofKept: "the upstream's echo shows the proof (Dpop)"
        case .other: "the upstream's echo shows no Bearer token"
        }
    }
}

/// The few words of an exchange that flows are made from: small, so that a hundred thousand fit.
public struct ExchangeFacts: Sendable {
    public let index: Int
    public var started: Moment?
    public var ended: Moment?
    /// A hash of `scheme://host:port`, equal for equal origins.
    public var origin: UInt64 = 0
    /// A hash of method and path, for pairing a gateway's call with its client's.
    public var target: UInt64 = 0
    public var agent: UInt64 = 0
    /// A hash of the end of the proof: equal for the same proof.
    public var proofTail: UInt64 = 0
    public var proofKey: Fingerprint?
    /// The token an `ath` names.
    public var proofHash: Fingerprint.Tag?
    public var presented: Fingerprint.Tag?
    /// What few exchanges have.
    private var handed: [Handed] = []
    public var status: Int = 0
    public var kind: ExchangeKind = .unknown
    public var isNonceChallenge = false
    /// A device is told to ask again later.
    public var isPending = false
    /// A script, a font, a picture: what a page needs besides.
    public var isAsset = false
    /// Metadata of a resource (RFC 9728): the one kind of metadata that is not an IdP's.
    public var isResourceMetadata = false
    /// A browser's question whether it may send a token or a proof; its `target` is that of the call it asks for.
    public var isPreflight = false
    /// A page's half of what a service worker sent.
    public var isPageHalf = false

    public init(index: Int) { self.index = index }

    /// What an exchange can have to do with a token, a code or a key besides.
    public enum Role: UInt8, Sendable {
        /// The access token it got, the refresh token that came with it.
        case issued, issuedRefresh
        /// An authorization code handed out, or a PAR `request_uri`.
        case issuedCode
        /// The refresh token or code a token request spends; the `request_uri` an authorization request names.
        case spent
        case introspected
        /// `dpop_jkt`, as the 32 bytes it names.
        case announcedKey
        /// PKCE, `state`, a token inside of a body.
        case join

        /// Whether two exchanges that have the same of it belong together.
        var ties: Bool {
            switch self {
            case .issuedRefresh, .issuedCode, .spent, .join: true
            case .issued, .introspected, .announcedKey: false
            }
        }
    }

    private struct Handed {
        let role: Role
        let tag: Fingerprint.Tag
    }

    /// The first of that role.
    public subscript(_ role: Role) -> Fingerprint.Tag? {
        get { handed.first { $0.role == role }?.tag }
        set {
            handed.removeAll { $0.role == role }
            if let newValue { handed.append(Handed(role: role, tag: newValue)) }
        }
    }

    /// More of what it hands on.
    mutating func join(_ tags: [Fingerprint.Tag]) { handed += tags.map { Handed(role: .join, tag: $0) } }

    /// What ties it to others: the same tag there, the same flow.
    var ties: [Fingerprint.Tag] { handed.lazy.filter(\.role.ties).map(\.tag) }
}
