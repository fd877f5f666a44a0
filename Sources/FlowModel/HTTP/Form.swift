/// Members of an `application/x-www-form-urlencoded` text, in order, repeats kept.
public struct Form: Sendable {
    public let members: [(name: String, value: String)]

    public init(_ text: some StringProtocol) { self.init(Bytes(String(text))) }

    public init(_ bytes: Bytes) {
        var (members, at): ([(name: String, value: String)], Int) = ([], 0)
        while at < bytes.count {
            let pair = bytes[SourceSpan(at, bytes[SourceSpan(at, bytes.count)].firstIndex(of: UInt8(ascii: "&")))]
            let equal = pair.firstIndex(of: UInt8(ascii: "="))
            if !pair.isEmpty {
                members.append(
                    (
                        Self.decode(pair[SourceSpan(0, equal)].text),
                        Self.decode(pair[SourceSpan(equal + 1, pair.count)].text)
                    ))
            }
            at += pair.count + 1
        }
        self.members = members
    }

    /// Where the value of each member stands in the text, as it is written there.
    public static func places(_ bytes: Bytes) -> [SourceSpan] {
        var (places, at): ([SourceSpan], Int) = ([], 0)
        while at < bytes.count {
            let pair = bytes[SourceSpan(at, bytes[SourceSpan(at, bytes.count)].firstIndex(of: UInt8(ascii: "&")))]
            let value = pair[SourceSpan(pair.firstIndex(of: UInt8(ascii: "=")) + 1, pair.count)]
            if !pair.isEmpty { places.append(SourceSpan(at + pair.count - value.count, value.count)) }
            at += pair.count + 1
        }
        return places
    }

    public subscript(_ name: String) -> String? { members.first { $0.name == name }?.value }

    static func decode(_ text: some StringProtocol) -> String { PercentEncoding.decode(text, plusIsBlank: true) }
}
