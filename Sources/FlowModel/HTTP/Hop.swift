/// The stretch of a request's way that a recorder between client and upstream saw.
public struct Hop: Sendable, Hashable {
    /// Who sent the request.
    public let from: Party
    /// Who answered it.
    public let to: Party

    public init(from: Party, to: Party) { (self.from, self.to) = (from, to) }
}
