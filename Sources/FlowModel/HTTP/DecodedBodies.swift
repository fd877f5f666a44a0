/// What a capture's coded bodies grow to, within one budget: a few kilobytes can claim to be gigabytes, and a capture
/// can hold many such bodies.
///
/// Bodies of ordinary size are decoded anew whenever they are looked at, and cost the budget nothing. Larger ones are
/// decoded once, and what the budget no longer holds of them is cut off.
struct DecodedBodies {
    /// More than that no body grows to.
    static let bodyLimit = 1 << 24
    /// More than that all large bodies of a capture together do not grow to.
    static let budget = 1 << 26

    private var bodies: [UnsafeRawPointer?: Bytes] = [:]
    private var left = budget

    /// What a body of that many coded bytes may grow to and still be ordinary.
    static func ordinary(_ coded: Int) -> Int { min(max(1 << 14, 16 * min(coded, bodyLimit)), bodyLimit) }

    /// A decoded body, known by where its coded bytes begin.
    mutating func body(coded: Bytes, _ decode: (Bytes, Int) -> Bytes) -> Bytes {
        let place = coded.withBytes { UnsafeRawPointer($0.baseAddress) }
        if let known = bodies[place] { return known }
        let ordinary = Self.ordinary(coded.count)
        let decoded = decode(coded, min(Self.bodyLimit, ordinary + left))
        left -= max(0, min(left, decoded.count - ordinary))
        bodies[place] = decoded
        return decoded
    }
}
