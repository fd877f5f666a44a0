/// A URL cut into its components without changing a byte (RFC 3986 §3).
public struct HTTPURL: Hashable, Sendable {
    public let text: String
    /// Empty when the text has none: then it is a path only.
    public let scheme: Substring
    public let userinfo: Substring?
    public let host: Substring
    /// The digits as written; nil without a colon.
    public let port: Substring?
    public let path: Substring
    public let query: Substring?
    public let fragment: Substring?

    public init(_ text: String) {
        self.text = text
        var rest = Substring(text)
        fragment = Self.cut(&rest, at: "#")
        query = Self.cut(&rest, at: "?")
        var (scheme, userinfo, host, port): (Substring, Substring?, Substring, Substring?) = ("", nil, "", nil)
        if let mark = Self.schemeEnd(rest) {
            scheme = rest[..<mark]
            rest = rest[rest.utf8.index(mark, offsetBy: 3)...]
            let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            var authority = rest[..<slash]
            rest = rest[slash...]
            if let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) {
                userinfo = authority[..<at]
                authority = authority[authority.utf8.index(after: at)...]
            }
            let bracket = authority.utf8.lastIndex(of: UInt8(ascii: "]"))
            if let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")), bracket == nil || colon > bracket! {
                port = authority[authority.utf8.index(after: colon)...]
                authority = authority[..<colon]
            }
            host = authority
        }
        (self.scheme, self.userinfo, self.host, self.port, path) = (scheme, userinfo, host, port, rest)
    }

    private static func schemeEnd(_ text: Substring) -> Substring.Index? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
            text[colon...].utf8.starts(with: "://".utf8),
            text[..<colon].utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "+-.".utf8.contains($0) })
        else { return nil }
        return colon
    }

    private static func cut(_ rest: inout Substring, at mark: Unicode.Scalar) -> Substring? {
        guard let found = rest.utf8.firstIndex(of: UInt8(ascii: mark)) else { return nil }
        let tail = rest[rest.utf8.index(after: found)...]
        rest = rest[..<found]
        return tail
    }

    /// `scheme://host:port`, lower case, the default port left out: who answers.
    public var origin: String {
        "\(scheme.lowercased())://\(host.lowercased())" + (effectivePort.map { ":\($0)" } ?? "")
    }

    /// The port unless it is the scheme's own.
    private var effectivePort: Substring? {
        guard let port, !port.isEmpty, port != defaultPort else { return nil }
        return port
    }

    private var defaultPort: Substring {
        scheme.lowercased() == "https" ? "443" : scheme.lowercased() == "http" ? "80" : ""
    }

    /// Scheme, authority and path as written, query and fragment cut off: what `htu` must name.
    public var withoutQuery: String {
        guard query != nil || fragment != nil else { return text }
        return String(text[..<path.endIndex])
    }

    /// RFC 3986 §6.2.2 and §6.2.3 of scheme, authority and path; query and fragment left out.
    public var normalised: String {
        let steps = Self.removeDotSegments(Self.percentNormalised(path))
        let user = userinfo.map { "\($0)@" } ?? ""
        return "\(scheme.lowercased())://\(user)\(Self.percentNormalised(Substring(host.lowercased())))"
            + (effectivePort.map { ":\($0)" } ?? "") + (steps.isEmpty ? "/" : steps)
    }

    public var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" || name.hasPrefix("127.")
    }

    /// `%7e` becomes `~`, `%3a` becomes `%3A`, everything else stays.
    static func percentNormalised(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = JSONText.hexValue(bytes[at + 1]),
                let low = JSONText.hexValue(bytes[at + 2])
            {
                let byte = UInt8(high << 4 | low)
                let unreserved = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~".utf8.contains(byte)
                out += unreserved ? [byte] : Array("%\(Hex.two(byte).uppercased())".utf8)
                at += 3
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// RFC 3986 §5.2.4.
    static func removeDotSegments(_ path: String) -> String {
        guard path.has("/.") else { return path }
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for (position, segment) in segments.enumerated() {
            let last = position == segments.count - 1
            if segment == "." {
                if last { kept.append("") }
            } else if segment == ".." {
                if kept.count > 1 { kept.removeLast() }
                if last { kept.append("") }
            } else {
                kept.append(segment)
            }
        }
        return kept.joined(separator: "/")
    }
}
