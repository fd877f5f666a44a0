/// Members of an `application/x-www-form-urlencoded` text, in order, repeats kept.
public struct Form: Sendable {
    public let members: [(name: String, value: String)]

    public init(_ text: some StringProtocol) {
        members = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(parts[0]), parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    public subscript(_ name: String) -> String? { members.first { $0.name == name }?.value }

    static func decode(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
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
