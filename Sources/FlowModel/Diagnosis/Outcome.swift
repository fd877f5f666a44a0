/// What became of a flow, in one word (why.md §1).
public enum FlowOutcome: String, Sendable, CaseIterable, Comparable {
    /// Something was refused, or is known alone and breaks the rules, and the first cause is certain or likely.
    case cause
    /// What must be refused was let through.
    case accepted
    /// Something was refused, and nothing but candidates explains it.
    case refused
    /// Nothing is wrong, and nobody refused anything.
    case clean

    /// What is told first comes first.
    public static func < (a: FlowOutcome, b: FlowOutcome) -> Bool { a.place < b.place }
    private var place: Int { Self.allCases.firstIndex(of: self)! }
}

/// How sure a cause is.
public enum Certainty: String, Sendable, Comparable {
    /// Bytes show it.
    case certain
    /// Only the words or the pattern say it.
    case likely
    /// One candidate of several.
    case possible

    public static func < (a: Certainty, b: Certainty) -> Bool { a.place < b.place }
    private var place: Int { self == .certain ? 0 : self == .likely ? 1 : 2 }
}
