/// References to other URLs, as `Location` has them.
extension HTTPURL {
    /// What a reference means that stands in an answer of this URL (RFC 3986 §5.2). A reference of another scheme, such
    /// as `mailto:`, stays as it is.
    public func resolved(_ reference: String) -> HTTPURL {
        if Self.hasScheme(reference) { return HTTPURL(reference) }
        if reference.hasPrefix("//") { return HTTPURL("\(scheme):\(reference)") }
        let authority = text[..<path.startIndex]
        if reference.hasPrefix("/") { return HTTPURL(authority + Self.withoutDots(reference)) }
        if reference.isEmpty || reference.hasPrefix("#") { return HTTPURL(withoutFragment + reference) }
        if reference.hasPrefix("?") { return HTTPURL(authority + path + reference) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return HTTPURL(authority + Self.withoutDots(folder + reference))
    }

    private var withoutFragment: String { String(text.prefix { $0 != "#" }) }

    /// Whether the text begins with a scheme and a colon.
    private static func hasScheme(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(where: { ":/?#".utf8.contains($0) }), text[colon...].hasPrefix(":"),
            let first = text.utf8.first, (first | 0x20) &- 0x61 < 26
        else { return false }
        return text.utf8[..<colon].allSatisfy {
            ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "+-.".utf8.contains($0)
        }
    }

    private static func withoutDots(_ text: some StringProtocol) -> String {
        let end = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
        return removeDotSegments(String(text[..<end])) + text[end...]
    }
}
