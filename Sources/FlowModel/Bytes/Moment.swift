/// Seconds between two moments, never more than 10¹⁵ of them (31 million years) either way: sums and conversions to
/// whole numbers are always possible.
public struct Interval: Hashable, Comparable, Sendable {
    public static let bound = 1e15

    public let seconds: Double

    /// Takes what is beyond the bound for the bound, and what is no number for none at all.
    @inline(__always)
    public init(_ seconds: Double) {
        self.seconds = seconds.isNaN ? 0 : max(-Self.bound, min(seconds, Self.bound))
    }

    /// Whole seconds, without the fraction.
    public var wholeSeconds: Int { Int(seconds) }
    /// Nil for one that runs backwards.
    var ifNotNegative: Interval? { seconds >= 0 ? self : nil }
    public var magnitude: Interval { Interval(abs(seconds)) }

    @inline(__always)
    public static func < (a: Interval, b: Interval) -> Bool { a.seconds < b.seconds }
    public static func + (a: Interval, b: Interval) -> Interval { Interval(a.seconds + b.seconds) }
    public static func - (a: Interval, b: Interval) -> Interval { Interval(a.seconds - b.seconds) }
    public static prefix func - (a: Interval) -> Interval { Interval(-a.seconds) }
    public static func / (a: Interval, b: Double) -> Interval { Interval(a.seconds / b) }
    public static func * (a: Interval, b: Double) -> Interval { Interval(a.seconds * b) }
}

/// A point in time in seconds since 1970, UTC, as far from there as an `Interval` reaches.
public struct Moment: Hashable, Comparable, Sendable {
    private let since1970: Interval

    @inline(__always)
    public init(_ seconds: Double) { since1970 = Interval(seconds) }

    /// Since 1970.
    @inline(__always)
    public var seconds: Double { since1970.seconds }
    public var wholeSeconds: Int { since1970.wholeSeconds }

    @inline(__always)
    public static func < (a: Moment, b: Moment) -> Bool { a.since1970 < b.since1970 }
    public static func - (a: Moment, b: Moment) -> Interval { a.since1970 - b.since1970 }
    @inline(__always)
    public static func + (a: Moment, b: Interval) -> Moment { Moment(a.seconds + b.seconds) }
    public static func - (a: Moment, b: Interval) -> Moment { Moment(a.seconds - b.seconds) }
}

extension Interval: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral seconds: Double) { self.init(seconds) }
    public init(integerLiteral seconds: Int) { self.init(Double(seconds)) }
}

extension Moment: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral seconds: Double) { self.init(seconds) }
    public init(integerLiteral seconds: Int) { self.init(Double(seconds)) }
}
