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

    public init(
        origin: Origin = .captured, hop: Hop? = nil, timing: Timing? = nil, tls: TLS? = nil,
        reported: [ReportedCheck] = []
    ) {
        (self.origin, self.hop, self.timing, self.tls, self.reported) = (origin, hop, timing, tls, reported)
    }
}
