/// Where an exchange comes from and what its recorder measured. Most captures say nothing of it, so that an exchange
/// holds it by reference.
public final class Provenance: Sendable {
    public let origin: Origin
    /// Nil when the recorder does not say where it stood.
    public let hop: Hop?
    public let timing: Timing?
    public let tls: TLS?
    /// The server's own checks, in the order it made them.
    public let reported: [ReportedCheck]
    /// What its reader guessed where the text does not say it: `scheme https`, `host unknown`.
    public let guesses: [String]
    /// A page's half of a request that a service worker sent: the worker's own entry is what went out.
    public let isPageHalf: Bool
    /// The lines of the text that a person pasted; nil where it was read from a recording.
    public let lines: TextLines?

    public init(
        origin: Origin = .captured, hop: Hop? = nil, timing: Timing? = nil, tls: TLS? = nil,
        reported: [ReportedCheck] = [], guesses: [String] = [], isPageHalf: Bool = false,
        lines: TextLines? = nil
    ) {
        (self.origin, self.hop, self.timing, self.tls, self.reported) = (origin, hop, timing, tls, reported)
        (self.guesses, self.isPageHalf, self.lines) = (guesses, isPageHalf, lines)
    }
}
