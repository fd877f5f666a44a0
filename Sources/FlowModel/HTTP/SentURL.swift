/// A URL as it goes over the wire.
extension HTTPURL {
    /// The URL as it is sent: no user's name before the host, the host in punycode, bytes beyond ASCII of path and query
    /// percent-encoded. The same as what curl makes of the text, so that `htu` names what the server sees.
    ///
    /// Everything else stays as it is written: letters, dot segments, an explicit port, other percent-encoding.
    public var sent: HTTPURL {
        let isPlain = !text.utf8.contains { $0 >= 0x80 } && userinfo == nil && !host.utf8.contains(UInt8(ascii: "%"))
        guard !scheme.isEmpty, !isPlain else { return self }
        var out = "\(scheme)://\(Self.wired(host: host))"
        if let port { out += ":\(port)" }
        out += PercentEncoding.beyondASCII(path)
        if let query { out += "?" + PercentEncoding.beyondASCII(query) }
        if let fragment { out += "#" + PercentEncoding.beyondASCII(fragment) }
        return HTTPURL(out)
    }

    /// The user's name and password that stand before the host, decoded; nil where there are none (RFC 3986 §3.2.1).
    public var credentials: String? {
        guard let userinfo, !userinfo.isEmpty else { return nil }
        let parts = userinfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let decoded = parts.map { PercentEncoding.decode($0) }
        return decoded[0] + ":" + (decoded.count > 1 ? decoded[1] : "")
    }

    private static func wired(host: Substring) -> String {
        if host.hasPrefix("[") { return String(host) }
        guard host.utf8.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "%") }) else { return String(host) }
        let name = HostForm.canonical(host)
        // An encoded `/` or `@` must not become one: such a host stays as it is, and is refused.
        return name.utf8.allSatisfy(isOfName) ? name : String(host)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~".utf8.contains(byte)
    }
}

extension Request {
    /// The request as it goes out: to `HTTPURL.sent`, and with the user of the URL in a Basic field where nothing else
    /// authenticates it (RFC 7617), as curl does it.
    public var sent: Request {
        let target = url.sent
        guard target != url else { return self }
        var headers = headers
        if let credentials = url.credentials, !headers.has("authorization") {
            headers.insert(Header("Authorization", "Basic " + Base64.encode(Array(credentials.utf8))), at: 0)
        }
        return Request(method: method, url: target, version: version, headers: headers, body: body)
    }
}

extension HostForm {
    /// Why a host's name has no one form in the DNS that could be sent; nil where it has.
    ///
    /// What IDNA maps to other characters (RFC 5895) or composes first, people write out or in punycode.
    static func problem(_ host: Substring) -> String? {
        guard !host.hasPrefix("["), host.utf8.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "%") }) else {
            return nil
        }
        for scalar in PercentEncoding.decode(host.lowercased()).lowercased().unicodeScalars where !scalar.isASCII {
            let isKept = scalar == "\u{DF}" || scalar == "\u{3C2}"
            let isMapped = scalar.properties.changesWhenNFKCCaseFolded && !isKept || scalar == "\u{3002}"
            if isMapped || (0x300...0x36F).contains(scalar.value) {
                return "\(OutsideText.name(scalar)) in its host has another form in the DNS; write the host in punycode"
            }
        }
        return HTTPURL("http://\(host)").sent.host.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "%") }
            ? nil : "its host '\(host)' is no name of the DNS"
    }
}
