/// The times of a device authorization answer (RFC 8628 §3.2), clamped to what a person waits.
struct DeviceTimes: Sendable {
    /// Seconds between two questions.
    static let intervals = 1...60
    static let usualInterval = 5
    /// Seconds until the code expires: a day is more than anybody waits.
    static let lifetimes = 1...86_400
    static let usualLifetime = 1800

    let interval: Int
    let lifetime: Int
    /// What the answer says that cannot be meant so, with what is taken instead.
    let problems: [(member: String, expected: String, words: String)]

    init(_ answer: JSONValue) {
        var problems: [(member: String, expected: String, words: String)] = []
        func seconds(_ name: String, _ range: ClosedRange<Int>, usual: Int, isRequired: Bool) -> Int {
            guard let member = answer[named: name] else {
                if isRequired { problems.append((name, "a number of seconds", "is missing: \(usual) s are taken")) }
                return usual
            }
            guard let number = member.number, number.within(0.5...(.infinity)) != nil else {
                problems.append((name, "a positive number of seconds", "is no time: \(usual) s are taken"))
                return usual
            }
            let taken = number.whole(in: range)
            if number.within(0...Double(range.upperBound)) == nil {
                problems.append(
                    (name, "at most \(range.upperBound) s", "is longer than anybody waits: \(taken) s are taken"))
            }
            return taken
        }
        interval = seconds("interval", Self.intervals, usual: Self.usualInterval, isRequired: false)
        lifetime = seconds("expires_in", Self.lifetimes, usual: Self.usualLifetime, isRequired: true)
        self.problems = problems
    }
}

/// A device that waits for a person's approval.
struct DeviceGrant: Sendable {
    let code: String
    /// Where a person approves it, and what to type there.
    let url: String
    let userCode: String
    private let lifetime: Int
    private let expires: Moment?
    /// Seconds between two questions.
    private(set) var interval: Int
    /// Seconds that were waited for sure: what is known without a clock.
    private var waited = 0

    /// Nil where the answer has no device code.
    init?(_ answer: JSONValue, at now: Moment?) {
        guard let code = answer["device_code"]?.string else { return nil }
        let times = DeviceTimes(answer)
        self.code = code
        url = (answer["verification_uri_complete"] ?? answer["verification_uri"])?.string ?? ""
        userCode = answer["user_code"]?.string ?? ""
        (interval, lifetime) = (times.interval, times.lifetime)
        expires = now.map { $0 + Interval(Double(times.lifetime)) }
    }

    /// The server was asked too often (RFC 8628 §3.5).
    mutating func slowDown() { interval = min(interval + 5, DeviceTimes.intervals.upperBound) }

    mutating func wait() { waited += interval }

    /// Why it is in vain to ask again; nil while it is not.
    func expiry(at now: Moment?) -> String? {
        if let now, let expires { if now < expires { return nil } } else if waited < lifetime { return nil }
        return "the device code expired after \(lifetime) s, and nobody had approved it"
    }
}
