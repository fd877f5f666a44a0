/// One of the mistakes people make: a row of the catalogue. Ids are public.
public struct Cause: Sendable {
    public enum Severity: String, Sendable {
        case everywhere = "must be refused"
        case strict = "strict servers refuse"
        case wrong = "works, but is wrong"
        case tool = "about the capture"
    }

    /// How it can be told.
    public enum Sight: Sendable, Equatable {
        /// From the bytes of a capture or a live run.
        case diagnosed
        /// From the words of a refusal, or from its pattern, beside the bytes.
        case words
        /// Not from outside: named when every check passes and the server still refuses.
        case candidate
        /// From a configuration: `dpop-tui doctor`.
        case configuration
        /// Not at all, because …
        case hidden(String)
    }

    public let id: CauseID
    public let severity: Severity
    public let sight: Sight
    /// One sentence: what is wrong.
    public let says: String
    public let fix: String
    /// Public reports of it; empty when it follows from the specification.
    public let reports: String

    init(_ id: CauseID, _ severity: Severity, _ sight: Sight, _ says: String, fix: String, _ reports: String = "") {
        (self.id, self.severity, self.sight, self.says, self.fix, self.reports) = (
            id, severity, sight, says, fix, reports
        )
    }

    public static let all: [Cause] =
        target + time + token + form + keys + nonces + gateway + idp + answers + besides + servers + values

    public static func with(_ id: CauseID) -> Cause { byID[id]! }
    /// The cause that a person or a file names.
    public static func named(_ id: String) -> Cause? { CauseID(rawValue: id).map(with) }
    private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
}
