import FlowModel

/// How long a login or the approval of a device is waited for.
struct LoginWait {
    let seconds: Double
    /// When it began, and when it ends; by the clock that nobody sets back.
    private(set) var begun: Double?
    var end: Double? { begun.map { $0 + seconds } }

    init(seconds: Double) { self.seconds = seconds }

    /// A run wants this now: the time goes on over the questions whether a device was approved.
    mutating func follow(_ wanted: LiveFlow.Wanted, at now: Double) {
        switch wanted {
        case .visit, .approve: begun = begun ?? now
        case .send(.token): break
        default: begun = nil
        }
    }

    mutating func reset() { begun = nil }

    /// Why it is over; nil while it is not.
    func verdict(_ wanted: LiveFlow.Wanted, at now: Double) -> String? {
        guard let end, now >= end else { return nil }
        let limit =
            "within \(seconds == seconds.rounded() ? "\(Int(clamping: seconds))" : "\(seconds)") s (--login-timeout)"
        switch wanted {
        case .visit: return "nobody came back from the login \(limit)"
        case .approve: return "nobody approved the device \(limit)"
        default: return nil
        }
    }
}
