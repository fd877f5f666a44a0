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

    public subscript(_ name: String) -> String? { members.first { $0.name == name }?.value }

    static func decode(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        let bytes = Array(text.utf8)
        var (out, at): ([UInt8], Int) = ([], 0)
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = JSONText.hexValue(bytes[at + 1]),
                let low = JSONText.hexValue(bytes[at + 2])
            {
                out.append(UInt8(high << 4 | low))
                at += 3
            } else {
                out.append(bytes[at] == UInt8(ascii: "+") ? 0x20 : bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
