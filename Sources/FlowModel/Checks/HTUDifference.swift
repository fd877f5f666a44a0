/// How a signed `htu` differs from the requested URI, named by the catalogue's classes.
struct HTUDifference {
    let isEqualAfterNormalisation: Bool
    let cause: CauseID?
    let words: String
    /// The row of the table of verifiers, for what is equal after normalisation.
    var row = ""
    /// Whether nothing differs but what is not sent.
    var isTheSame: Bool { isEqualAfterNormalisation && row.isEmpty }
    /// Whether `htu` is no URI at all.
    let isUnreadable: Bool

    init(signed: HTTPURL, requested: HTTPURL) {
        let fault = Self.fault(signed)
        isUnreadable = fault != nil
        if let fault {
            (isEqualAfterNormalisation, cause, words) = (false, fault.0, fault.1)
            return
        }
        isEqualAfterNormalisation = Self.sameAuthority(signed, requested) && Self.path(signed) == Self.path(requested)
        if isEqualAfterNormalisation {
            (cause, words, row) = Self.small(signed, requested)
        } else {
            (cause, words) = Self.large(signed, requested)
        }
    }

    // MARK: no URI

    /// What keeps the text from being an absolute URI (RFC 3986 §4.3).
    private static func fault(_ signed: HTTPURL) -> (CauseID, String)? {
        let text = signed.text
        if text.isEmpty { return (.htuUnparsed, "it is empty") }
        if StringifiedValue.isOne(text) { return (.htuUnparsed, "it is the text '\(text)'") }
        if text.utf8.first! <= 0x20 || text.utf8.last! <= 0x20 {
            return (.htuUnparsed, "white space stands around it")
        }
        if signed.scheme.isEmpty {
            for word in ["undefined", "null", "None", "[object"] where text.hasPrefix(word) {
                return (.htuUnparsed, "it begins with '\(word)': the origin was missing when it was put together")
            }
            if text.hasPrefix("//") { return (.htuUnparsed, "its scheme is missing") }
            if text.hasPrefix("/") { return (.htuPathOnly, "a path without scheme and host") }
            if text.hasPrefix("\"") || text.hasPrefix("<") || text.hasPrefix("'") {
                return (.htuUnparsed, "quotes or brackets stand around it")
            }
            return (.htuUnparsed, text.has(":") ? "no http or https URI" : "its scheme is missing")
        }
        if !signed.scheme.equalsIgnoringCase("https"), !signed.scheme.equalsIgnoringCase("http") {
            return (.htuUnparsed, "the scheme \(signed.scheme) is neither http nor https")
        }
        if signed.host.isEmpty { return (.htuUnparsed, "its host is empty") }
        if text.has("{") || text.has("}") { return (.htuUnparsed, "a template whose variables were not filled in") }
        if signed.host == "undefined" || signed.host == "null" || signed.path.has("[object ") {
            return (.htuUnparsed, "a part of it was missing when it was put together")
        }
        if text.has("\\") { return (.htuUnparsed, "it has a backslash") }
        if text.utf8.contains(where: { $0 < 0x20 }) { return (.htuUnparsed, "it has a tab or a line break in it") }
        if let port = signed.port, !port.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
            let isBare = signed.host.utf8.filter { $0 == 0x3A }.count > 0 && !signed.host.hasPrefix("[")
            return (.htuUnparsed, isBare ? "an IPv6 address without brackets" : "its port '\(port)' is no number")
        }
        if signed.host.utf8.contains(0x3A), !signed.host.hasPrefix("[") {
            return (.htuUnparsed, "an IPv6 address without brackets")
        }
        return badEscape(text) ? (.htuUnparsed, "a '%' without two hexadecimal digits") : nil
    }

    private static func badEscape(_ text: String) -> Bool {
        guard text.has("%") else { return false }
        let bytes = Array(text.utf8)
        return bytes.indices.contains { at in
            bytes[at] == UInt8(ascii: "%")
                && (at + 2 >= bytes.count || JSONText.hexValue(bytes[at + 1]) == nil
                    || JSONText.hexValue(bytes[at + 2]) == nil)
        }
    }

    // MARK: equal once normalised

    private static func sameAuthority(_ a: HTTPURL, _ b: HTTPURL) -> Bool {
        guard a.scheme.equalsWithoutCase(b.scheme), a.userinfo == nil || a.userinfo == b.userinfo else { return false }
        return port(a) == port(b) && (a.host == b.host || HostForm.canonical(a.host) == HostForm.canonical(b.host))
    }

    /// The port as a number, the scheme's own where none is written.
    private static func port(_ url: HTTPURL) -> Int? {
        guard let port = url.port, !port.isEmpty else { return url.scheme.equalsIgnoringCase("https") ? 443 : 80 }
        return Int(port)
    }

    private static func path(_ url: HTTPURL) -> String {
        let steps = HTTPURL.removeDotSegments(HTTPURL.percentNormalised(url.path))
        return steps.isEmpty ? "/" : steps
    }

    private static func small(_ signed: HTTPURL, _ requested: HTTPURL) -> (CauseID?, String, String) {
        if let query = signed.query {
            let row =
                query.isEmpty
                ? "htu-query-empty"
                : requested.query == nil
                    ? "htu-query-only-in-htu" : query == requested.query ? "htu-query-same" : "htu-query-other"
            return (.htuQuery, "it holds the query", row)
        }
        if let fragment = signed.fragment {
            return (.htuFragment, "it holds the fragment", fragment.isEmpty ? "htu-fragment-empty" : "htu-fragment")
        }
        if signed.scheme != requested.scheme { return (.htuCase, "upper case in the scheme", "htu-scheme-upper") }
        if signed.host != requested.host { return host(signed, requested) }
        if signed.port != requested.port { return portForm(signed, requested) }
        // A user's name before the host is not sent: without it the two are one.
        if signed.path == requested.path { return (nil, "identical", "") }
        let (own, wanted) = (HTTPURL.percentNormalised(signed.path), HTTPURL.percentNormalised(requested.path))
        if own == wanted {
            if signed.path.lowercased() == requested.path.lowercased() {
                return (.htuPctEncoding, "percent-encoding in other letters", "htu-pct-hex-case")
            }
            return (
                .htuPctEncoding, "percent-encoding of unreserved characters",
                signed.path.has("%") ? "htu-pct-unreserved" : "htu-pct-tilde-reverse"
            )
        }
        if signed.path.isEmpty || requested.path.isEmpty {
            return (nil, "an empty path", signed.path.isEmpty ? "htu-empty-path" : "htu-slash-for-empty")
        }
        let row = own.has("/..") ? own == signed.path ? "htu-dotdot" : "htu-dotdot-pct" : "htu-dot-segment"
        return (.htuDotSegments, "dot segments", row)
    }

    private static func host(_ signed: HTTPURL, _ requested: HTTPURL) -> (CauseID?, String, String) {
        if signed.host.equalsWithoutCase(requested.host) {
            let isIPv6 = signed.host.hasPrefix("[")
            return (.htuCase, "upper case in the host", isIPv6 ? "htu-ipv6-upper" : "htu-host-upper")
        }
        if signed.host.has("%") || requested.host.has("%") {
            return (.htuPctEncoding, "percent-encoding in the host", "htu-pct-host")
        }
        return signed.host.hasPrefix("[")
            ? (.htuHostForm, "the same IPv6 address written otherwise", "htu-ipv6-long")
            : (.htuHostForm, "the same host's name, in Unicode on one side and in punycode on the other", "htu-idn")
    }

    private static func portForm(_ signed: HTTPURL, _ requested: HTTPURL) -> (CauseID?, String, String) {
        if signed.port?.hasPrefix("0") == true || requested.port?.hasPrefix("0") == true {
            return (.htuHostForm, "zeros in front of the port", "htu-port-zeros")
        }
        let row =
            signed.port == ""
            ? "htu-port-empty"
            : signed.port == nil
                ? "htu-port-443-request"
                : signed.scheme.equalsIgnoringCase("http") ? "htu-http-port-80" : "htu-port-443"
        return (.htuDefaultPort, "the default port in one of the two", row)
    }

    // MARK: another URI

    private static func large(_ signed: HTTPURL, _ requested: HTTPURL) -> (CauseID?, String) {
        if let user = signed.userinfo, requested.userinfo != user {
            let isFake = user.equalsWithoutCase(requested.host)
            return (
                .htuUserinfo,
                isFake
                    ? "\(user) is only a user's name before '@', the host is \(signed.host)"
                    : user.isEmpty ? "an '@' before the host" : "a user's name or password before the host"
            )
        }
        let sameHost = HostForm.canonical(signed.host) == HostForm.canonical(requested.host)
        let samePath = path(signed) == path(requested)
        if !sameHost && samePath && signed.isLoopback && requested.isLoopback {
            return (.htuLocalhostAlias, "another name of this machine: \(signed.host)")
        }
        if !sameHost {
            let isDotted = signed.host.hasSuffix(".") && signed.host.dropLast().equalsWithoutCase(requested.host)
            return (.htuClientInternal, isDotted ? "a dot behind the host" : "another host: \(signed.host)")
        }
        if !signed.scheme.equalsWithoutCase(requested.scheme) {
            return (.htuScheme, "another scheme: \(signed.scheme)")
        }
        if port(signed) != port(requested) {
            let words =
                "port \(signed.port.map { $0.isEmpty ? "none" : String($0) } ?? "none"), the request went to port \(requested.port ?? "none")"
            return (samePath ? .htuPortLost : .htuClientInternal, words)
        }
        return large(path: signed.path, requested.path)
    }

    private static func large(path signed: Substring, _ requested: Substring) -> (CauseID?, String) {
        if signed + "/" == requested || signed == requested + "/" { return (.htuTrailingSlash, "a trailing slash") }
        let (own, wanted) = (HTTPURL.percentNormalised(signed), HTTPURL.percentNormalised(requested))
        let bare = HTTPURL.removeDotSegments(own)
        if bare != own, bare == wanted + "/" || bare + "/" == wanted {
            return (.htuDotSegments, "dot segments at the end, which leave a trailing slash")
        }
        if signed.isEmpty || signed == "/" { return (.htuIssuerNotEndpoint, "no path: the origin only") }
        if withoutDoubleSlashes(signed) == withoutDoubleSlashes(requested) {
            return (.htuDoubleSlash, "a double slash")
        }
        if Form.decode(signed) == Form.decode(requested) { return (.htuPctEncoding, "percent-encoding") }
        if signed.lowercased() == requested.lowercased() { return (nil, "letter case in the path") }
        if let prefix = prefix(signed, requested) {
            return (.htuPathPrefix, "the two paths differ by the prefix '\(prefix)'")
        }
        return (nil, "another path: \(signed)")
    }

    /// What one path has in front of the other.
    private static func prefix(_ a: Substring, _ b: Substring) -> Substring? {
        let (long, short) = a.utf8.count > b.utf8.count ? (a, b) : (b, a)
        guard short.utf8.count > 1, long.hasSuffix(short) else { return nil }
        let prefix = long.dropLast(short.count)
        return prefix.isEmpty || prefix == "/" ? nil : prefix
    }

    private static func withoutDoubleSlashes(_ path: Substring) -> String {
        path.split(separator: "/").joined(separator: "/")
    }
}
