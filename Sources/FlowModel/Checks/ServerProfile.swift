/// What a server is known to accept: data, not code.
public struct ServerProfile: Sendable {
    public let id: String
    public let title: String
    /// Seconds a proof may be old.
    public let past: Double
    /// Seconds a proof may be ahead of the server's clock.
    public let future: Double
    /// Where the numbers are from.
    public let source: String
    /// True where a gateway must downgrade to Bearer and drop the proof.
    public let downgrades: Bool

    public static let all: [ServerProfile] = [
        ServerProfile(
            id: "rfc9449", title: "RFC 9449", past: 300, future: 60, source: "§11.1: seconds or minutes",
            downgrades: false),
        ServerProfile(
            id: "kong", title: "Kong ≥ 3.7", past: 300, future: 60, source: "dpop_proof_lifetime, default 300",
            downgrades: true),
        ServerProfile(
            id: "keycloak", title: "Keycloak", past: 25, future: 15, source: "DPoPUtil: lifetime 10 s, skew 15 s",
            downgrades: false),
        ServerProfile(
            id: "node-oidc-provider", title: "node-oidc-provider", past: 300, future: 300, source: "validate_dpop.js",
            downgrades: false),
        ServerProfile(
            id: "atproto", title: "atproto", past: 190, future: 180, source: "dpop-manager.ts", downgrades: false),
        ServerProfile(
            id: "spring", title: "Spring Security ≥ 6.5", past: 60, future: 60, source: "resource server",
            downgrades: false),
        ServerProfile(
            id: "auth0", title: "Auth0 SDK", past: 300, future: 30, source: "iatOffset 300, iatLeeway 30",
            downgrades: false),
        ServerProfile(
            id: "pingfederate", title: "PingFederate ≥ 11.3", past: 120, future: 60,
            source: "dpop_proof_lifetime_seconds 120", downgrades: false),
        ServerProfile(
            id: "okta", title: "Okta", past: 300, future: 60, source: "not published: the RFC's minutes",
            downgrades: false),
        ServerProfile(
            id: "curity", title: "Curity ≥ 11.4", past: 10, future: 10, source: "proof-token-clock-skew, 10 s",
            downgrades: false),
        ServerProfile(
            id: "fapi2", title: "FAPI 2", past: 60, future: 10, source: "accept 10 s ahead, refuse 60 s",
            downgrades: false),
    ]

    /// `−300 s … +60 s`
    var window: String { "−\(Interval(past).wholeSeconds) s … +\(Interval(future).wholeSeconds) s" }

    public static let rfc9449 = all[0]

    public static func named(_ id: String) -> ServerProfile? { all.first { $0.id == id } }
}

/// How the checks are to be run.
public struct CheckSettings: Sendable {
    public enum Clock: Sendable, Equatable {
        /// Each entry's own time, moved by some seconds.
        case capture(offset: Interval)
        case fixed(Moment)

        /// `capture`, an RFC 3339 time, or an offset such as `+40s` or `-5m`.
        public init?(_ text: String) {
            if text == "capture" {
                self = .capture(offset: 0)
                return
            }
            if let time = Timestamp.moment(text) {
                self = .fixed(time)
                return
            }
            guard let sign = text.first, sign == "+" || sign == "-", let unit = text.last else { return nil }
            let scale: Double? = ["s": 1, "m": 60, "h": 3600][unit]
            let digits = scale == nil ? text.dropFirst() : text.dropFirst().dropLast()
            guard let number = Untrusted<Double>(digits)?.within(0...1e10) else { return nil }
            self = .capture(offset: Interval((sign == "-" ? -1 : 1) * number * (scale ?? 1)))
        }
    }

    public var profile = ServerProfile.rfc9449
    public var clock = Clock.capture(offset: 0)
    /// Seconds of grace for a token's `exp` and `nbf`.
    public var leeway = 5.0
    /// What becomes of checks that find nothing wrong.
    public enum Passes: Sendable {
        /// They are findings that say what they found.
        case explained
        /// They are findings without words.
        case listed
        /// They are counted: enough for a batch run that prints what is wrong.
        case counted
    }

    public var passes = Passes.explained

    public init() {}

    /// The time to judge an exchange at.
    public func time(of exchange: Exchange) -> Moment? {
        switch clock {
        case .fixed(let time): return time
        case .capture(let offset):
            let own = exchange.started ?? exchange.response?.headers.first("date").flatMap(Timestamp.parseHTTPDate)
            return own.map { $0 + offset }
        }
    }
}
