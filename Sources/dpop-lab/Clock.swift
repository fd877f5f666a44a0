import FlowModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The only place that asks for the time.
enum Clock {
    /// Seconds since 1970.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Seconds of a clock that nobody sets: for how long something took.
    static func elapsed() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// `Wed, 25 Nov 2026 01:20:47 GMT`: IMF-fixdate (RFC 9110 §5.6.7).
    static func httpDate(_ moment: Moment) -> String {
        var (seconds, parts) = (time_t(moment.wholeSeconds), tm())
        guard gmtime_r(&seconds, &parts) != nil else { return "" }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "\(day) \(Int(parts.tm_year) + 1900) \(time) GMT"
    }
}

/// The `Date` of a server's answers, on the server's clock.
struct ServerDate: Sendable {
    let isSent: Bool

    /// The field, under the faults of a request; without a value for a server that sends none.
    func header(_ faults: Faults) -> Header { Header("Date", isSent ? Clock.httpDate(faults.told()) : "") }
}
