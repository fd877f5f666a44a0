/// Where a parsed thing stood: an offset and a length in the bytes it was parsed from.
public struct SourceSpan: Hashable, Sendable {
    public var offset: Int
    public var length: Int

    public init(_ offset: Int, _ length: Int) {
        (self.offset, self.length) = (offset, length)
    }

    public var end: Int { offset + length }

    /// The same bytes seen from `distance` bytes earlier.
    public func moved(by distance: Int) -> SourceSpan { SourceSpan(offset + distance, length) }
}
