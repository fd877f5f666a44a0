/// How a check ended.
public enum Verdict: String, Sendable, Comparable, CaseIterable {
    case notApplicable, pass, cannotTell, warn, fail

    public static func < (a: Verdict, b: Verdict) -> Bool { a.weight < b.weight }
    /// Its place among the verdicts, the worst last.
    var weight: Int {
        switch self {
        case .notApplicable: 0
        case .pass: 1
        case .cannotTell: 2
        case .warn: 3
        case .fail: 4
        }
    }

    /// `✓ PASS`: never colour alone.
    public var word: String {
        switch self {
        case .pass: "PASS"
        case .warn: "WARN"
        case .fail: "FAIL"
        case .notApplicable: "n/a"
        case .cannotTell: "CANNOT TELL"
        }
    }
}

/// A part of an exchange that a finding can point into.
public enum BytePart: String, Sendable, Hashable {
    case url, request, response
    case requestBody = "request.body"
    case responseBody = "response.body"
    case proof
    case proofHeader = "proof.header"
    case proofPayload = "proof.payload"
    case proofSignature = "proof.signature"
    case token
    case tokenHeader = "token.header"
    case tokenPayload = "token.payload"
    case tokenSignature = "token.signature"
}

/// The bytes that show something: a span of one part of the step's exchange.
public struct Place: Sendable, Hashable {
    public let part: BytePart
    public let span: SourceSpan

    public init(_ part: BytePart, _ span: SourceSpan) { (self.part, self.span) = (part, span) }
}

/// One thing a check looked at: what had to be there and what was.
public struct Evidence: Sendable, Equatable {
    public let label: String
    public let expected: String?
    public let actual: String?
    public let place: Place?

    public init(_ label: String, expected: String?, actual: String?, at place: Place? = nil) {
        (self.label, self.expected, self.actual, self.place) = (label, expected, actual, place)
    }
}

/// What a check says of one step. Passes are many and small; what is wrong carries its story along.
public struct Outcome: Sendable, Equatable {
    /// Everything that is said about a finding that is no pass.
    final class Story: Sendable, Equatable {
        let cause: CauseID?
        let title: String
        let evidence: [Evidence]
        let fix: String?
        /// The row of the table of verifiers that was measured with these bytes.
        let deviation: String?

        init(cause: CauseID?, title: String, evidence: [Evidence], fix: String?, deviation: String? = nil) {
            (self.cause, self.title, self.evidence, self.fix) = (cause, title, evidence, fix)
            self.deviation = deviation
        }

        static func == (a: Story, b: Story) -> Bool {
            a.cause == b.cause && a.title == b.title && a.evidence == b.evidence && a.fix == b.fix
                && a.deviation == b.deviation
        }
    }

    public let verdict: Verdict
    /// A few words for the list of checks: what was found.
    public let found: String
    let story: Story?

    init(_ verdict: Verdict, found: String, story: Story? = nil) {
        (self.verdict, self.found, self.story) = (verdict, found, story)
    }

    /// The finer reason, an id of the catalogue.
    public var cause: CauseID? { story?.cause }
    /// One sentence for findings that are no pass.
    public var title: String { story?.title ?? "" }
    public var evidence: [Evidence] { story?.evidence ?? [] }
    public var fix: String? { story?.fix }
    /// Which row of `VerifierTable` says what servers do about it.
    public var deviation: String? { story?.deviation }
}

/// What one check says of one step: nearly always one thing.
public enum Outcomes: Sendable {
    case none
    case one(Outcome)
    case several([Outcome])

    init() { self = .none }
    init(_ outcome: Outcome) { self = .one(outcome) }

    var isEmpty: Bool { if case .none = self { true } else { false } }

    /// Whether one of them fails.
    var isWrong: Bool { list.contains { $0.verdict == .fail } }

    private var list: [Outcome] {
        switch self {
        case .none: []
        case .one(let outcome): [outcome]
        case .several(let outcomes): outcomes
        }
    }

    static func += (all: inout Outcomes, more: Outcomes) { all = all.isEmpty ? more : .several(all.list + more.list) }

    @inline(__always)
    func visit(_ body: (Outcome) -> Void) {
        switch self {
        case .none: break
        case .one(let outcome): body(outcome)
        case .several(let outcomes): outcomes.forEach(body)
        }
    }
}

/// A check's outcome at its place in a flow.
public struct Finding: Sendable, Equatable {
    public let check: CheckID
    /// The step's position in `Flow.steps`.
    public let step: Int
    public let outcome: Outcome

    public var verdict: Verdict { outcome.verdict }

    /// Which to mend first at one step, lower first: the check's place in the order of diagnosis, but for causes that
    /// other findings follow from.
    public var diagnosisRank: Int { Self.rank(check, outcome.cause) }

    static func rank(_ check: CheckID?, _ cause: CauseID?) -> Int {
        switch cause {
        case .schemeUnknown, .schemeShr: 1
        case .valueStringified, .valuePlaceholder: 2
        case .typOtherJwt: 3
        default: check?.diagnosisRank ?? 50
        }
    }
}
