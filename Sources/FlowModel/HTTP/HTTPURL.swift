/// A URL cut into its components without changing a byte (RFC 3986 §3).
public final class HTTPURL: Hashable, Sendable {
    public let text: String
    private let cuts: Cuts

    public init(_ text: String) {
        var text = text
        cuts = text.withUTF8 { Cuts($0) }
        self.text = text
    }

    /// Empty when the text has none: then it is a path only.
    public var scheme: Substring { part(cuts.scheme) }
    public var userinfo: Substring? { optional(cuts.userinfo) }
    public var host: Substring { part(cuts.host) }
    /// The digits as written; nil without a colon.
    public var port: Substring? { optional(cuts.port) }
    public var path: Substring { part(cuts.path) }
    public var query: Substring? { optional(cuts.query) }
    public var fragment: Substring? { optional(cuts.fragment) }

    /// The bytes of scheme, host, port and path, without making texts of them; the port is nil where there is none but
    /// the scheme's own.
    func withComponents<R>(_ body: (_ scheme: Component, _ host: Component, _ port: Component?, _ path: Component) -> R)
        -> R
    {
        let cuts = cuts
        return text.utf8.withContiguousStorageIfAvailable { all in
            func slice(_ cut: Cut) -> Component { Component(rebasing: all[Int(cut.start)..<Int(cut.end)]) }
            let (scheme, port) = (slice(cuts.scheme), cuts.port.isThere ? slice(cuts.port) : nil)
            return body(
                scheme, slice(cuts.host), port.flatMap { Self.isDefault($0, scheme) ? nil : $0 }, slice(cuts.path))
        }!  // `init` made the text contiguous
    }

    typealias Component = UnsafeBufferPointer<UInt8>

    private func part(_ cut: Cut) -> Substring {
        let start = text.utf8.index(text.startIndex, offsetBy: Int(cut.start))
        return text[start..<text.utf8.index(start, offsetBy: Int(cut.end) - Int(cut.start))]
    }

    private func optional(_ cut: Cut) -> Substring? { cut.isThere ? part(cut) : nil }

    /// A component's place in bytes. A component that is not there begins where none can.
    private struct Cut {
        var start = UInt32.max
        var end = UInt32.max

        static let empty = Cut(0, 0)

        init() {}
        init(_ start: Int, _ end: Int) { (self.start, self.end) = (UInt32(start), UInt32(end)) }

        var isThere: Bool { start != .max }
    }

    /// Where the components stand.
    private struct Cuts {
        var scheme = Cut.empty
        var userinfo = Cut()
        var host = Cut.empty
        var port = Cut()
        var path = Cut.empty
        var query = Cut()
        var fragment = Cut()

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let base = bytes.baseAddress, bytes.count < Int(UInt32.max) else { return }
            let hash = base.next(UInt8(ascii: "#"), 0, bytes.count)
            if hash < bytes.count { fragment = Cut(hash + 1, bytes.count) }
            let mark = base.next(UInt8(ascii: "?"), 0, hash)
            if mark < hash { query = Cut(mark + 1, hash) }
            path = Cut(0, mark)
            let colon = base.next(UInt8(ascii: ":"), 0, mark)
            guard colon > 0, colon + 2 < mark, base[colon + 1] == UInt8(ascii: "/"),
                base[colon + 2] == UInt8(ascii: "/"),
                (0..<colon).allSatisfy({ Self.isSchemeCharacter(base[$0]) })
            else { return }
            scheme = Cut(0, colon)
            let start = colon + 3
            let slash = base.next(UInt8(ascii: "/"), start, mark)
            path = Cut(slash, mark)
            authority(base, start, slash)
        }

        private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2B || byte == 0x2D || byte == 0x2E
        }

        private mutating func authority(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
            var start = start
            if let at = (start..<end).last(where: { base[$0] == UInt8(ascii: "@") }) {
                userinfo = Cut(start, at)
                start = at + 1
            }
            host = Cut(start, end)
            guard
                let colon = (start..<end).last(where: { base[$0] == UInt8(ascii: ":") || base[$0] == UInt8(ascii: "]") }
                ),
                base[colon] == UInt8(ascii: ":")
            else { return }
            host = Cut(start, colon)
            port = Cut(colon + 1, end)
        }
    }

    public static func == (a: HTTPURL, b: HTTPURL) -> Bool { a.text == b.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// `scheme://host:port`, lower case, the default port left out: who answers.
    public var origin: String {
        "\(scheme.lowercased())://\(host.lowercased())" + (effectivePort.map { ":\($0)" } ?? "")
    }

    /// The port unless it is the scheme's own.
    public var effectivePort: Substring? {
        withComponents { _, _, port, _ in port != nil } ? port : nil
    }

    private static func isDefault(_ port: Component, _ scheme: Component) -> Bool {
        port.isEmpty || (ASCII.isEqualWithoutCase(scheme, "https") && ASCII.isEqualWithoutCase(port, "443"))
            || (ASCII.isEqualWithoutCase(scheme, "http") && ASCII.isEqualWithoutCase(port, "80"))
    }

    /// Scheme, authority and path as written, query and fragment cut off: what `htu` must name.
    public var withoutQuery: String { String(target) }

    /// The same without a copy.
    var target: Substring { cuts.query.isThere || cuts.fragment.isThere ? text[..<path.endIndex] : text[...] }

    /// Whether nothing but the scheme is another one.
    func isOtherSchemeOnly(than other: HTTPURL) -> Bool {
        host.equalsWithoutCase(other.host) && port == other.port && path == other.path
            && !scheme.equalsWithoutCase(other.scheme)
    }

    /// RFC 3986 §6.2.2 and §6.2.3 of scheme, authority and path; query and fragment left out.
    ///
    /// Made of what it gave it is the same again, of a malformed host too.
    public var normalised: String {
        // A path alone stays as it is: decoded it might begin as a URL does.
        guard !scheme.isEmpty else { return path.isEmpty ? "/" : String(path) }
        let steps = Self.removeDotSegments(Self.percentNormalised(path))
        let user = userinfo.map { "\($0)@" } ?? ""
        return "\(scheme.lowercased())://\(user)\(Self.normalised(host: host))"
            + (normalisedPort.map { ":\($0)" } ?? "") + (steps.isEmpty ? "/" : steps)
    }

    /// The port as it stands where the host has colons of its own: without it the next of them would be the port.
    private var normalisedPort: Substring? {
        let isAddress = host.hasPrefix("[") && host.hasSuffix("]")
        return !isAddress && host.utf8.contains(UInt8(ascii: ":")) ? port : effectivePort
    }

    public var isLoopback: Bool {
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" { return true }
        // An address: 127.example.test is anybody's.
        return name.hasPrefix("127.") && name.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 &- 0x30 < 10 }
    }

    /// In small letters, those among them that stood as `%41`.
    static func normalised(host: Substring) -> String {
        guard host.has("%") else { return host.lowercased() }
        return percentNormalised(Substring(percentNormalised(host).lowercased()))
    }

    /// `%7e` becomes `~`, `%3a` becomes `%3A`, everything else stays.
    static func percentNormalised(_ text: Substring) -> String {
        guard text.has("%") else { return String(text) }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = JSONText.hexValue(bytes[at + 1]),
                let low = JSONText.hexValue(bytes[at + 2])
            {
                let byte = UInt8(high << 4 | low)
                let unreserved =
                    ((byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~".utf8.contains(byte))
                    && !completes(byte, out)
                out += unreserved ? [byte] : Array("%\(Hex.two(byte).uppercased())".utf8)
                at += 3
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Whether a digit would make an escape of a percent sign that began none.
    private static func completes(_ byte: UInt8, _ out: [UInt8]) -> Bool {
        guard JSONText.hexValue(byte) != nil, let last = out.last else { return false }
        if last == UInt8(ascii: "%") { return true }
        let before = out.dropLast().last
        return before == UInt8(ascii: "%") && JSONText.hexValue(last) != nil
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
