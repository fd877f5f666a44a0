import FlowModel

/// What a server takes: its window, how it compares, what it does not look at.
struct Judging: Sendable {
    /// How `htu` is compared with the URL that was called, which has no query then.
    enum Target: Sendable {
        /// Letter by letter, with a query or fragment that should not be in it.
        case letters
        /// Letter by letter, without them, as the rest.
        case text
        /// `java.net.URI`: scheme and host without case, the rest letter by letter.
        case javaURI
        /// As a browser reads URLs: scheme, host, default port and dot segments; percent-encoding stays.
        case whatwg
        /// After RFC 3986 §6.2.2 and §6.2.3.
        case normalised
    }

    /// What it does about nonces.
    enum Nonces: Sendable {
        /// Asks when it is told to; one that came unasked is passed over.
        case optional
        /// The same, but one that came unasked is refused.
        case refused
        case always
    }

    /// Seconds that a proof may be old and ahead; nil where any `iat` passes.
    var past: Interval?
    var future: Interval = 60
    var target = Target.normalised
    var algorithms = IdP.announced
    /// Whether `typ` is a media type (any case, `application/` before it) instead of a text.
    var readsMediaType = false
    /// Whether `htm` is compared without case.
    var foldsMethod = false
    var refusesReplay = true
    var nonces = Nonces.optional
    /// Whether `iat` counts where a nonce tells the time.
    var judgesTimeOfNonces = false
    /// Whether a proof that comes without a token must have no `ath`.
    var forbidsHash = false
    /// Seconds that a token may be over.
    var leeway: Interval = 0
    /// How long a nonce counts, and for how many seconds everybody gets the same one.
    var nonceLifetime: Interval = 300
    var nonceRotation: Int?

    static let rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
    static let nist = ["ES256", "ES384", "ES512"]
}
