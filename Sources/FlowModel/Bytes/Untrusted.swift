/// A number that a file, a server or a folder wrote.
///
/// It has no operators and is no `Int` or `Double`: only the members below open it, and each says what becomes of a
/// value that is out of range. Arithmetic that could trap on it does not compile; `make lint` keeps other files from
/// reading such numbers out of texts themselves.
public struct Untrusted<Number: Comparable & Sendable>: Sendable {
    private let claimed: Number

    public init(_ claimed: Number) { self.claimed = claimed }

    /// The number when it lies in the range.
    public func within(_ range: ClosedRange<Number>) -> Number? { range.contains(claimed) ? claimed : nil }

    /// The number, or the end of the range that it lies beyond; what is no number at all is the lower end.
    public func clamped(to range: ClosedRange<Number>) -> Number {
        claimed >= range.lowerBound ? min(claimed, range.upperBound) : range.lowerBound
    }
}

extension Untrusted<Int> {
    /// Decimal digits, with a sign or without; nil for any other text. Beyond what an `Int` holds it is the last one.
    public init?(_ text: some StringProtocol) {
        if let number = Int(text) {
            self.init(number)
            return
        }
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let digits = isNegative || text.utf8.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        self.init(isNegative ? .min : .max)
    }
}

extension Untrusted<Double> {
    /// A number as most languages write it; beyond what a `Double` holds it is infinite.
    public init?(_ text: some StringProtocol) {
        guard let number = Double(text) else { return nil }
        self.init(number)
    }

    /// The whole number nearest to it, or the end of the range that it lies beyond.
    public func whole(in range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(Int(clamping: clamped(to: -1e18...1e18).rounded()), range.lowerBound), range.upperBound)
    }

    /// The number when it is a whole one of the range.
    public func whole(within range: ClosedRange<Int>) -> Int? {
        let found = whole(in: range)
        return within(Double(found)...Double(found)) == nil ? nil : found
    }

    /// As seconds since 1970.
    public var moment: Moment { Moment(clamped(to: -Interval.bound...Interval.bound)) }
    /// As seconds between two moments.
    public var interval: Interval { Interval(clamped(to: -Interval.bound...Interval.bound)) }
}

extension Int {
    /// The number without its fraction; the nearest `Int` where it is beyond all, and 0 where it is no number.
    package init(clamping number: Double) {
        if number.isNaN {
            self = 0
        } else {
            self = number >= 0x1p63 ? .max : number <= -0x1p63 ? .min : Int(number)
        }
    }
}
