/// Whether secrets may go to an endpoint that an issuer's metadata names.
///
/// Whoever can change the metadata could send a client's secret to a plain connection, or into the network the client
/// stands in. A person is asked before that happens.
public struct OriginPolicy: Sendable {
    public enum Answer: Sendable, Equatable {
        case allowed
        /// Goes on, and says so: another public origin, which mTLS aliases and a server apart are.
        case note(String)
        /// A person decides before a secret goes there; a run without one stops.
        case ask(String)
        /// Nothing is ever sent there.
        case refused(String)
    }

    private let issuer: HTTPURL
    private let allowed: Set<String>

    /// `allowed`: origins the person has named, as URLs.
    public init(issuer: String, allowed: [String] = []) {
        self.issuer = HTTPURL(issuer)
        self.allowed = Set(allowed.map { HTTPURL($0).origin })
    }

    public func judge(_ endpoint: String, named name: String) -> Answer {
        let url = HTTPURL(endpoint)
        if let words = OutsideURL.problem(url) { return .refused("\(name) cannot be sent to: \(words)") }
        if url.origin == issuer.origin || allowed.contains(url.origin) { return .allowed }
        if issuer.scheme.lowercased() == "https", url.scheme.lowercased() == "http" {
            return .ask("\(name) is plain http at \(url.origin), and the issuer is https")
        }
        let (own, other) = (NetworkPlace(host: issuer.host), NetworkPlace(host: url.host))
        if own == .everywhere, other != .everywhere {
            return .ask("\(name) is at \(url.origin), \(other.words), and the issuer is public")
        }
        return .note("\(name) is at \(url.origin), another origin than the issuer's \(issuer.origin)")
    }

    /// What usually makes a server name such an endpoint: below its own issuer's path, and at a place that only the
    /// proxy in front of it knows. Nil where the endpoint is another server's.
    public func usualReason(_ endpoint: String) -> String? {
        guard case .ask = judge(endpoint, named: ""), issuer.scheme.lowercased() == "https" else { return nil }
        let url = HTTPURL(endpoint)
        let isOwn = issuer.path.utf8.count > 1 ? url.path.hasPrefix(issuer.path) : url.host == issuer.host
        guard isOwn else { return nil }
        return "a server behind a proxy that ends TLS names such URLs when it is not told its own: forward "
            + "X-Forwarded-Proto and Host, and let the server believe them (Keycloak: --proxy-headers=xforwarded)"
    }

    /// What is to be said of all the endpoints, the gravest first.
    public func judge(_ endpoints: Endpoints) -> [Answer] {
        let named: [(String, String?)] = [
            ("token_endpoint", endpoints.token), ("authorization_endpoint", endpoints.authorization),
            ("pushed_authorization_request_endpoint", endpoints.pushedAuthorization),
            ("device_authorization_endpoint", endpoints.device), ("introspection_endpoint", endpoints.introspection),
            ("userinfo_endpoint", endpoints.userinfo), ("revocation_endpoint", endpoints.revocation),
            ("jwks_uri", endpoints.jwks),
        ]
        let answers = named.compactMap { name, url in url.map { judge($0, named: name) } }.filter { $0 != .allowed }
        return answers.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(
            \.element)
    }
}

extension OriginPolicy.Answer {
    fileprivate var rank: Int {
        switch self {
        case .refused: 0
        case .ask: 1
        case .note: 2
        case .allowed: 3
        }
    }
}

/// From where a host can be reached, by its name or address alone: nothing is looked up.
public enum NetworkPlace: Sendable, Equatable {
    case thisMachine
    case thisNetwork
    case everywhere

    var words: String {
        switch self {
        case .thisMachine: "this machine"
        case .thisNetwork: "a private network"
        case .everywhere: "the internet"
        }
    }

    public init(host: Substring) {
        var name = HTTPURL.percentNormalised(host).lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if name.hasPrefix("["), name.hasSuffix("]") {
            let inside = name.dropFirst().dropLast().prefix { $0 != "%" }
            self = IPAddress.six(inside).map(Self.init(six:)) ?? .thisNetwork
        } else if let address = IPAddress.four(name[...]) {
            self.init(four: address)
        } else if name == "localhost" || name.hasSuffix(".localhost") {
            self = .thisMachine
        } else if name.unicodeScalars.contains(where: { !$0.isASCII && $0.properties.numericType != nil })
            || name.unicodeScalars.contains(where: { ["\u{3002}", "\u{FF0E}", "\u{FF61}"].contains($0) })
        {
            // Other alphabets' digits and dots become an address when the name is looked up.
            self = .thisNetwork
        } else {
            let isLocal = [".local", ".internal", ".lan", ".intranet", ".home.arpa"].contains { name.hasSuffix($0) }
            self = isLocal || !name.utf8.contains(UInt8(ascii: ".")) ? .thisNetwork : .everywhere
        }
    }

    private init(four address: UInt32) {
        let (a, b) = (address >> 24, address >> 16 & 255)
        switch (a, b) {
        case (0, _), (127, _): self = .thisMachine
        case (10, _), (172, 16...31), (192, 168), (169, 254), (100, 64...127), (198, 18...19), (224..., _):
            self = .thisNetwork
        default: self = .everywhere
        }
    }

    private init(six groups: [UInt32]) {
        let embedded = groups[6] << 16 | groups[7]
        if groups[..<7].allSatisfy({ $0 == 0 }) {
            self = .thisMachine  // :: and ::1, and what is left of the oldest forms
        } else if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF || groups[5] == 0 {
            self.init(four: embedded)
        } else if groups[0] == 0x64, groups[1] == 0xFF9B {
            self.init(four: embedded)
        } else if groups[0] & 0xFE00 == 0xFC00 || groups[0] & 0xFFC0 == 0xFE80 || groups[0] & 0xFF00 == 0xFF00 {
            self = .thisNetwork
        } else {
            self = .everywhere
        }
    }
}

/// Addresses as the resolver reads them: shorter, octal and hexadecimal forms too.
enum IPAddress {
    static func four(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        let numbers = parts.compactMap { part -> UInt32? in
            if part.hasPrefix("0x") { return part.count == 2 ? 0 : UInt32(part.dropFirst(2), radix: 16) }
            guard part.utf8.first.map({ $0 &- 0x30 < 10 }) == true else { return nil }
            return part.count > 1 && part.hasPrefix("0") ? UInt32(part, radix: 8) : UInt32(part, radix: 10)
        }
        guard numbers.count == parts.count, numbers.dropLast().allSatisfy({ $0 < 256 }) else { return nil }
        let room = UInt64(1) << UInt64(8 * (5 - numbers.count))
        guard UInt64(numbers[numbers.count - 1]) < room else { return nil }
        return numbers.dropLast().enumerated().reduce(numbers[numbers.count - 1]) { value, part in
            value | part.element << UInt32(24 - 8 * part.offset)
        }
    }

    /// Eight groups of 16 bits (RFC 4291 §2.2).
    static func six(_ text: Substring) -> [UInt32]? {
        var text = String(text)
        // The last two groups may be an IPv4 address.
        if let colon = text.lastIndex(of: ":"), text[colon...].contains("."),
            let address = four(text[text.index(after: colon)...])
        {
            text =
                text[...colon] + String(address >> 16, radix: 16) + ":" + String(address & 0xFFFF, radix: 16)
        }
        func groups(_ part: Substring) -> [UInt32]? {
            if part.isEmpty { return [] }
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            let numbers = words.compactMap { $0.count <= 4 ? UInt32($0, radix: 16) : nil }
            return numbers.count == words.count ? numbers : nil
        }
        guard let gap = text.firstRange(of: "::") else {
            let all = groups(text[...])
            return all?.count == 8 ? all : nil
        }
        guard let front = groups(text[..<gap.lowerBound]), let back = groups(text[gap.upperBound...]),
            front.count + back.count < 8
        else { return nil }
        return front + [UInt32](repeating: 0, count: 8 - front.count - back.count) + back
    }
}
