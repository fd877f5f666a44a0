/// A fault as it is typed: `htu=internal` for as long as the lab runs, `htu=internal:2` for the first two times.
public struct AskedFault: Sendable {
    /// How often a fault that is counted may happen.
    public static let counts = 1...1_000_000

    public let kind: FaultKind
    /// Empty for a fault that takes none.
    public let value: String
    /// How often it happens; nil for always.
    public let times: Int?

    /// Nil where there is no fault of that name or value, or no such count.
    public init?(_ text: String) {
        let (fault, count) = Self.parts(text)
        guard let (kind, value) = FaultKind.named(fault) else { return nil }
        let times = count.flatMap(Self.number)
        guard count == nil || times != nil else { return nil }
        (self.kind, self.value, self.times) = (kind, value, times)
    }

    /// The same as it would be typed, happening that many times.
    public func text(times: Int?) -> String {
        kind.name + (value.isEmpty ? "" : "=" + value) + (times.map { ":\($0)" } ?? "")
    }

    /// What is wrong with a fault as it was typed, and what was expected.
    public static func complaint(_ text: String) -> String {
        let (fault, count) = parts(text)
        guard FaultKind.named(fault) != nil, let count else { return FaultKind.complaint(fault) }
        return "fault '\(fault)' happens from \(counts.lowerBound) to \(counts.upperBound) times; found '\(count)'"
    }

    /// The fault, and what stands behind its last colon. No name and no value has one.
    private static func parts(_ text: String) -> (fault: String, count: String?) {
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 7, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text).flatMap { counts.contains($0) ? $0 : nil }
    }
}
