/// Points in time as captures and tokens write them, without a calendar library: all of it is UTC.
public enum Timestamp {
    /// The moment of an RFC 3339 text (`2026-11-22T07:54:37.082807+00:00`, `…Z`); nil when it is none.
    public static func moment(_ text: String) -> Moment? {
        var text = text
        return text.withUTF8 { moment($0) }
    }

    /// The same as seconds since 1970: what a person types, of the years 0000 to 9999.
    public static func parse(_ text: String) -> Double? { moment(text)?.seconds }

    static func moment(_ bytes: UnsafeBufferPointer<UInt8>) -> Moment? {
        guard bytes.count >= 19, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = number(bytes, 0, 4), let month = number(bytes, 5, 2), let day = number(bytes, 8, 2),
            let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2), let second = number(bytes, 17, 2),
            (1...12).contains(month), (1...31).contains(day), isClock(hour, minute, second)
        else { return nil }
        var at = 19
        var (fraction, scale) = (0.0, 0.1)
        if at < bytes.count, bytes[at] == 0x2E || bytes[at] == 0x2C {
            at += 1
            while at < bytes.count, bytes[at] &- 0x30 < 10 {
                fraction += Double(bytes[at] - 0x30) * scale
                scale /= 10
                at += 1
            }
        }
        guard let zone = zone(bytes, at) else { return nil }
        let whole = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - zone
        return Moment(Double(whole) + fraction)
    }

    private static func zone(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
        guard at < bytes.count else { return 0 }
        if bytes[at] | 0x20 == 0x7A { return 0 }
        guard bytes[at] == 0x2B || bytes[at] == 0x2D, let hours = number(bytes, at + 1, 2) else { return nil }
        let minutes = number(bytes, at + 4, 2) ?? number(bytes, at + 3, 2) ?? 0
        return (bytes[at] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// An HTTP `Date` (`Sun, 22 Nov 2026 07:54:37 GMT`); nil for a text that names no second of the calendar.
    public static func parseHTTPDate(_ text: String) -> Moment? {
        let words = text.split(separator: " ")
        guard words.count >= 5, let day = Untrusted<Int>(words[1])?.within(1...31),
            let year = Untrusted<Int>(words[3])?.within(0...9999),
            let month = months.firstIndex(where: { $0 == words[2] })
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Untrusted<Int>($0)?.within(0...60) }
        guard clock.count == 3, isClock(clock[0], clock[1], clock[2]) else { return nil }
        return Moment(Double(days(year, month + 1, day) * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2]))
    }

    /// Whether a clock shows that; the second 60 is a leap second.
    @inline(__always)
    private static func isClock(_ hour: Int, _ minute: Int, _ second: Int) -> Bool {
        hour < 24 && minute < 60 && second <= 60
    }

    /// The years 0000 to 9999, which texts of four digits can name.
    private static let calendar = -62_167_219_200.0..<253_402_300_800

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    public static func text(_ moment: Moment, decimals: Int = 0, separator: String = " ", suffix: String = " UTC")
        -> String
    {
        calendar.contains(moment.seconds)
            ? text(moment.seconds, decimals: decimals, separator: separator, suffix: suffix) : "beyond any calendar"
    }

    /// `2026-11-22 07:54:37.083 UTC`; `decimals` of the second, at most 6. Times no calendar has come back as digits.
    public static func text(_ seconds: Double, decimals: Int = 0, separator: String = " ", suffix: String = " UTC")
        -> String
    {
        guard calendar.contains(seconds) else { return "\(seconds)" }
        let unit = [1, 10, 100, 1000, 10000, 100_000, 1_000_000][min(max(decimals, 0), 6)]
        let ticks = Int(clamping: (seconds * Double(unit)).rounded(.down))
        let whole = Int(clamping: (Double(ticks) / Double(unit)).rounded(.down))
        let day = Int(clamping: (Double(whole) / 86400).rounded(.down))
        let inDay = whole - day * 86400
        let (year, month, date) = civil(day)
        let clock = "\(pad(inDay / 3600)):\(pad(inDay / 60 % 60)):\(pad(inDay % 60))"
        let fraction = decimals > 0 ? "." + pad(ticks - whole * unit, decimals) : ""
        return "\(pad(year, 4))-\(pad(month))-\(pad(date))\(separator)\(clock)\(fraction)\(suffix)"
    }

    /// `07:54:37.083` of that day.
    public static func clock(_ seconds: Double, decimals: Int = 3) -> String {
        String(text(seconds, decimals: decimals, suffix: "").suffix(decimals > 0 ? 9 + decimals : 8))
    }

    public static func distance(_ interval: Interval) -> String { distance(interval.seconds) }

    /// A distance people read at once: `0.4 s`, `59 min`, `3 h 12 min`, `2.5 d`.
    public static func distance(_ seconds: Double) -> String {
        let size = abs(seconds)
        switch size {
        case ..<0.0995: return "\(Int(clamping: (size * 1000).rounded())) ms"
        case ..<9.95: return "\(Int(clamping: size)).\(Int(clamping: size * 10) % 10) s"
        case ..<119: return "\(Int(clamping: size.rounded())) s"
        case ..<3600:
            return "\(Int(clamping: size / 60)) min"
                + (Int(clamping: size) % 60 > 0 ? " \(Int(clamping: size) % 60) s" : "")
        case ..<86400:
            return "\(Int(clamping: size / 3600)) h"
                + (Int(clamping: size / 60) % 60 > 0 ? " \(Int(clamping: size / 60) % 60) min" : "")
        case ..<3.2e7: return "\(Int(clamping: size / 86400)) d"
        case ...1e15: return "\(Int(clamping: size / 31_557_600)) years"
        default: return "\(size) s"
        }
    }

    @inline(__always)
    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ count: Int) -> Int? {
        guard at + count <= bytes.count else { return nil }
        var value = 0
        for place in at..<at + count {
            let digit = bytes[place] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    private static func pad(_ value: Int, _ width: Int = 2) -> String {
        let digits = "\(value)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
    }

    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let z = days + 719468
        let era = (z >= 0 ? z : z - 146096) / 146097
        let dayOfEra = z - era * 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }
}
