/// Texts that servers hand out and a request carries on: tokens, nonces, codes.
public enum OutsideText {
    /// Why a value cannot be sent on as one word: it would end a header field or begin another. Nil when it can.
    ///
    /// RFC 6749 appendix A and RFC 9449 §8.1 allow visible ASCII in all of them; some of them a blank too, which no
    /// header field carries.
    public static func problem(_ text: String) -> String? {
        if text.isEmpty { return "it is empty" }
        if text.utf8.count > CompactJWS.limit { return "it has \(text.utf8.count) bytes" }
        let scalars = text.unicodeScalars
        guard let place = scalars.firstIndex(where: { !(0x21...0x7E).contains($0.value) }) else { return nil }
        return "\(name(scalars[place])) at character \(scalars[..<place].count)"
    }

    static func name(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x09: "a tab"
        case 0x0A: "a line feed"
        case 0x0D: "a carriage return"
        case 0x20: "a blank"
        case 0..<0x20, 0x7F..<0xA0: "a control character"
        default: "U+" + String(scalar.value, radix: 16, uppercase: true)
        }
    }
}

/// The last look at a request's head before it goes: nothing in it may end a line.
public enum RequestHead {
    /// Why the request cannot be sent; nil when it can.
    public static func problem(_ request: Request) -> String? {
        if let words = token(request.method) { return "the method cannot be sent: \(words)" }
        if let words = OutsideURL.problem(request.url) ?? HostForm.problem(request.url.host) {
            return "the URL cannot be sent to: \(words)"
        }
        for field in request.headers {
            if let words = token(field.name) { return "a field's name cannot be sent: \(words)" }
            if let words = value(field.bytes) { return "the field \(field.name) cannot be sent: \(words)" }
        }
        return nil
    }

    private static func token(_ text: String) -> String? {
        if text.isEmpty { return "it is empty" }
        for (place, scalar) in text.unicodeScalars.enumerated() {
            let isPlain =
                scalar.isASCII && ((scalar.value | 0x20) &- 0x61 < 26 || scalar.value &- 0x30 < 10)
                || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar)
            if !isPlain { return "\(OutsideText.name(scalar)) at character \(place)" }
        }
        return nil
    }

    /// Visible characters, blanks, tabs and bytes beyond ASCII (RFC 9110 §5.5).
    private static func value(_ bytes: Bytes) -> String? {
        bytes.withBytes { text in
            text.firstIndex { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }.map { place in
                "\(OutsideText.name(Unicode.Scalar(text[place]))) at byte \(place)"
            }
        }
    }
}

/// URLs that a server names.
public enum OutsideURL {
    /// Why nothing may be sent to a URL; nil when something may.
    public static func problem(_ url: HTTPURL) -> String? {
        let scheme = url.scheme.lowercased()
        guard scheme == "https" || scheme == "http" else {
            return scheme.isEmpty ? "it has no scheme, http or https" : "its scheme is '\(scheme)', not http or https"
        }
        for (place, scalar) in url.text.unicodeScalars.enumerated()
        where scalar == " " || scalar == "\\" || HostileText.isHostile(scalar) {
            return (scalar == "\\" ? "a backslash" : OutsideText.name(scalar)) + " at character \(place)"
        }
        if url.host.isEmpty { return "it names no host" }
        if let port = url.port, !port.isEmpty, Untrusted<Int>(port)?.within(1...65_535) == nil {
            return "its port '\(port)' is none of 1 to 65535"
        }
        return nil
    }
}

/// A URL that a browser may be given: http or https, and nothing that an option parser or a shell could take for its
/// own. Nothing else is opened.
public struct BrowserURL: Sendable, Hashable {
    public let text: String

    public init?(_ text: String) {
        guard OutsideURL.problem(HTTPURL(text)) == nil else { return nil }
        self.text = text
    }
}
