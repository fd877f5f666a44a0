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
