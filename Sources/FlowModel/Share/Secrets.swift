/// Finds the secrets of an exchange or a document, by `SecretNames`.
public struct Secrets {
    private var found: Set<[UInt8]> = []
    /// More than that no exchange has; a document of nothing else does not make masking slow.
    private static let most = 4000
    /// Larger bodies are not looked through: they are shown neither as JSON nor as a form, and in part at most.
    private static let largestBody = 1 << 24
    /// What of a form, a query or a fragment is looked through.
    private static let largestForm = 1 << 20

    public init() {}

    /// What hides them.
    public var mask: Mask { Mask(found) }

    /// What hides the secrets of an exchange.
    public static func mask(of exchange: Exchange, proof: CompactJWS? = nil) -> Mask {
        var secrets = Secrets()
        secrets.add(exchange)
        if let proof { secrets.add(keyOf: proof) }
        return secrets.mask
    }

    /// What hides the secrets of a JSON document: private key members, passwords, what becomes a token.
    public static func mask(of document: JSONDocument) -> Mask {
        var secrets = Secrets()
        secrets.add(document.root)
        return secrets.mask
    }

    private mutating func add(_ text: some StringProtocol) {
        guard text.utf8.count >= Mask.shortest, found.count < Self.most else { return }
        found.insert(Array(text.utf8))
    }

    // MARK: exchanges

    public mutating func add(_ exchange: Exchange) {
        let request = exchange.request
        add(request.url)
        for field in request.headers { add(field) }
        if let body = request.body, body.storedCount < Self.largestBody {
            if let form = request.formBytes {
                add(parameters: form[SourceSpan(0, Self.largestForm)].text)
            } else if let json = body.json {
                add(json.root)
            }
        }
        guard let response = exchange.response else { return }
        for field in response.headers { add(field) }
        if let body = response.body, body.storedCount < Self.largestBody, let json = body.json { add(json.root) }
    }

    /// The password of a URL, and the secrets among its parameters.
    public mutating func add(_ url: HTTPURL) {
        if let user = url.userinfo {
            // A name alone may be a token: some servers take one in its place.
            let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            add(parts.count > 1 ? parts[1] : user)
            if user.utf8.count < 2 * Mask.shortest { add("//\(user)@") }
        }
        if let query = url.query { add(parameters: query) }
        if let fragment = url.fragment { add(parameters: fragment) }
    }

    /// Members of a form or a query, as written and as meant.
    private mutating func add(parameters text: some StringProtocol) {
        guard text.utf8.count <= Self.largestForm else { return }
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, SecretNames.isSecret(parameter: Form.decode(parts[0])) else { continue }
            let value = Form.decode(parts[1])
            add(parts[1])
            add(value)
            add(PercentEncoding.form(value))
        }
    }

    private mutating func add(_ field: Header) {
        let name = field.name.lowercased()
        if name == "location" || name == "referer" || name == "content-location" { return add(HTTPURL(field.value)) }
        guard SecretNames.isSecret(field: name) else { return }
        let value = field.value
        switch name {
        case "cookie": for pair in value.split(separator: ";") { add(cookie: pair) }
        case "set-cookie": if let pair = value.split(separator: ";").first { add(cookie: pair) }
        case "authorization", "proxy-authorization":
            let parts = value.trimmed.split(separator: " ", maxSplits: 1)
            let isToken = parts.first.map { $0.equalsIgnoringCase("dpop") || $0.equalsIgnoringCase("bearer") } ?? false
            if name == "authorization", isToken, parts.count > 1 { return }
            add(String(parts.last ?? "").trimmed)
        default: add(value)
        }
    }

    /// A short value is hidden with its name: alone it stands everywhere.
    private mutating func add(cookie pair: Substring) {
        let pair = String(pair).trimmed
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return }
        if parts[1].utf8.count < 2 * Mask.shortest { add(pair) } else { add(parts[1]) }
    }

    // MARK: documents

    /// Everything in a value, however deep.
    public mutating func add(_ value: JSONValue) {
        for object in value.objects {
            let isKey = object["kty"] != nil
            for (name, member) in object.members {
                let name = name.string ?? ""
                guard SecretNames.isSecret(member: name) || (isKey && SecretNames.keyMembers.contains(name)) else {
                    continue
                }
                for text in [member] + member.elements { add(text: text) }
            }
        }
    }

    /// As written and as meant: `\/` is a slash.
    private mutating func add(text value: JSONValue) {
        guard value.kind == .string, let text = value.string else { return }
        add(text)
        if value.hasEscapes { add(value.document.bytes[value.innerSpan].text) }
    }

    /// The private half of a key that a proof carries, and the part of the proof it stands in.
    public mutating func add(keyOf proof: CompactJWS) {
        guard let jwk = proof.head.jwk, !jwk.privateMembers.isEmpty else { return }
        add(jwk.value)
        add(proof.compact[proof.segments[0]].text)
    }
}

extension JSONValue {
    /// This value and all in it that are objects, in the order they stand in the text.
    var objects: [JSONValue] {
        let nodes = document.nodes
        return (index..<max(index + 1, Int(nodes[index].next))).compactMap {
            nodes[$0].kind == .object ? JSONValue(document: document, index: $0) : nil
        }
    }
}
