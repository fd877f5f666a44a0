import FlowModel

/// Where a browser may be sent with a code: a URI that can carry one, and that the client registered.
struct RedirectURI {
    /// What a client registers that says nothing: any path at any port of this machine (RFC 8252 §7.3).
    static let usual = ["http://127.0.0.1/*", "http://localhost/*", "http://[::1]/*"]

    let text: String
    /// In lower case.
    private let scheme: String

    /// Nil for what no browser is sent to: `javascript:` and its like, fragments, credentials, control characters.
    ///
    /// http and https have a host; every other scheme is a private-use one, with a dot in its name (RFC 8252 §7.1).
    init?(_ text: String) {
        guard text.utf8.count <= 2048, OutsideText.problem(text) == nil,
            !text.utf8.contains(where: { "#\\\"<>".utf8.contains($0) }),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        let scheme = text[..<colon].lowercased()
        guard let first = scheme.utf8.first, first &- 0x61 < 26,
            scheme.utf8.allSatisfy({ $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || "+-.".utf8.contains($0) })
        else { return nil }
        if scheme == "http" || scheme == "https" {
            let url = HTTPURL(text)
            guard !url.scheme.isEmpty, !url.host.isEmpty, url.userinfo == nil else { return nil }
        } else {
            guard scheme.utf8.contains(UInt8(ascii: ".")) else { return nil }
        }
        var path = HTTPURL(text).path.lowercased()
        for (coded, plain) in [("%2e", "."), ("%2f", "/")] {
            while let range = path.firstRange(of: coded) { path.replaceSubrange(range, with: plain) }
        }
        guard !(path + "/").has("/../"), !(path + "/").has("/./") else { return nil }
        (self.text, self.scheme) = (text, scheme)
    }

    /// Whether it is what was registered: the same text, or one that begins as a pattern does before its `*`.
    func fits(_ pattern: String) -> Bool {
        if pattern == "*" || pattern == text { return true }
        let isOpen = pattern.hasSuffix("*")
        let wanted = HTTPURL(isOpen ? String(pattern.dropLast()) : pattern)
        guard scheme == "http" || scheme == "https", scheme == wanted.scheme.lowercased() else {
            // A private-use scheme belongs to the one application.
            return isOpen && !wanted.text.isEmpty && text.hasPrefix(wanted.text)
                && wanted.text.utf8.contains(UInt8(ascii: ":"))
        }
        let own = HTTPURL(text)
        let isOwnMachine = Self.isLoopback(own.host) && Self.isLoopback(wanted.host)
        guard own.origin == wanted.origin || (isOwnMachine && wanted.port == nil && own.host == wanted.host) else {
            return false
        }
        let (there, here) = (after(own), after(wanted))
        return isOpen ? there.hasPrefix(here) : there == here
    }

    /// Whether pages of an origin are among those that a registered URI names: of a loopback one without a port, at
    /// every port. `*` alone names no origin.
    static func isOrigin(_ origin: String, of pattern: String) -> Bool {
        guard pattern != "*" else { return false }
        let (own, wanted) = (HTTPURL(origin), HTTPURL(pattern.hasSuffix("*") ? String(pattern.dropLast()) : pattern))
        guard !own.host.isEmpty, own.origin == origin, own.scheme == "http" || own.scheme == "https" else {
            return false
        }
        if own.origin == wanted.origin { return true }
        return own.scheme == wanted.scheme && own.host == wanted.host && wanted.port == nil && isLoopback(own.host)
    }

    /// Path and query.
    private func after(_ url: HTTPURL) -> String {
        (url.path.isEmpty ? "/" : String(url.path)) + (url.query.map { "?\($0)" } ?? "")
    }

    /// This machine by name or number. `127.evil.test` is somebody else's.
    static func isLoopback(_ host: Substring) -> Bool {
        let name = host.lowercased()
        if name == "localhost" || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { $0 &- 0x30 < 10 } }
    }
}
