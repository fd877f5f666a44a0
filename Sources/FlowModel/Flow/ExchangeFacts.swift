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

    private struct Handed {
        enum Role: UInt8 { case issued, issuedRefresh, issuedCode, spent, introspected, announcedKey, join }

        let role: Role
        let tag: Fingerprint.Tag
    }

    private subscript(_ role: Handed.Role) -> Fingerprint.Tag? {
        get { handed.isEmpty ? nil : handed.first { $0.role == role }?.tag }
        set {
            if !handed.isEmpty { handed.removeAll { $0.role == role } }
            if let newValue { handed.append(Handed(role: role, tag: newValue)) }
        }
    }
}

extension ExchangeFacts {
    /// The access token it got.
    public var issued: Fingerprint.Tag? {
        get { self[.issued] }
        set { self[.issued] = newValue }
    }

    public var issuedRefresh: Fingerprint.Tag? {
        get { self[.issuedRefresh] }
        set { self[.issuedRefresh] = newValue }
    }

    /// An authorization code handed out, or a PAR `request_uri`.
    public var issuedCode: Fingerprint.Tag? {
        get { self[.issuedCode] }
        set { self[.issuedCode] = newValue }
    }

    /// The refresh token or code a token request spends; the `request_uri` an authorization request names.
    public var spent: Fingerprint.Tag? {
        get { self[.spent] }
        set { self[.spent] = newValue }
    }

    public var introspected: Fingerprint.Tag? {
        get { self[.introspected] }
        set { self[.introspected] = newValue }
    }

    /// `dpop_jkt`, as the 32 bytes it names.
    public var announcedKey: Fingerprint.Tag? {
        get { self[.announcedKey] }
        set { self[.announcedKey] = newValue }
    }

    /// What it hands on besides: PKCE, `state`, a token inside of a body. Equal where two exchanges belong together.
    public var joins: [Fingerprint.Tag] {
        get { handed.isEmpty ? [] : handed.filter { $0.role == .join }.map(\.tag) }
        set {
            handed.removeAll { $0.role == .join }
            handed += newValue.map { Handed(role: .join, tag: $0) }
        }
    }
}
