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

/// What a check says of one step.
public struct Outcome: Sendable, Equatable {
    public let verdict: Verdict
    /// The finer reason, an id of the catalogue.
    public var cause: String?
    /// One sentence for findings that are no pass.
    public var title = ""
    /// A few words for the list of checks: what was found.
    public var found = ""
    public var evidence: [Evidence] = []
    public var fix: String?
}

/// A check's outcome at its place in a flow.
public struct Finding: Sendable, Equatable {
    public let check: CheckID
    /// The step's position in `Flow.steps`.
    public let step: Int
    public let outcome: Outcome

    public var verdict: Verdict { outcome.verdict }
}
