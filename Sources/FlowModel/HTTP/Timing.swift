/// When the parts of a transfer were done, each in seconds from its start; nil where that part did not take place.
public struct Timing: Sendable, Hashable {
    /// The host's name is resolved.
    public let dns: Double?
    /// The connection stands.
    public let connect: Double?
    /// The TLS handshake is done.
    public let tls: Double?
    /// The first byte of the answer is here.
    public let firstByte: Double?
    /// The transfer is over.
    public let total: Double?

    public init(
        dns: Double? = nil, connect: Double? = nil, tls: Double? = nil, firstByte: Double? = nil, total: Double? = nil
    ) {
        (self.dns, self.connect, self.tls, self.firstByte, self.total) = (dns, connect, tls, firstByte, total)
    }
}
