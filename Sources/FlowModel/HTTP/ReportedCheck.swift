/// One check that the server itself made on a request, as it reports it: dpop-lab does.
public struct ReportedCheck: Sendable, Hashable {
    /// The server's name of the check; dpop-lab uses those of `CheckID` and some of its own.
    public let check: String
    public let passes: Bool
    /// What it found, empty when there is nothing to say.
    public let words: String

    public init(check: String, passes: Bool, words: String) {
        (self.check, self.passes, self.words) = (check, passes, words)
    }
}
