/// Where an issuer's metadata may be found, and what was found there so far.
///
/// From a bare issuer four addresses are asked, one after the other, until one of them answers with metadata:
///
/// 1. `ISSUER/.well-known/openid-configuration` (OIDC Discovery §4.1),
/// 2. `/.well-known/oauth-authorization-server` between host and path (RFC 8414 §3.1),
/// 3. `/.well-known/openid-configuration` between host and path (RFC 8414 §5),
/// 4. `ISSUER/.well-known/oauth-authorization-server`, which some servers have.
///
/// Without a path 3 is 1, and 4 is 2. The whole address of a document is asked alone.
struct MetadataSearch: Sendable {
    /// Where the document is looked for now.
    private(set) var url: HTTPURL
    private let issuer: String
    private var left: [HTTPURL]
    private var tried: [(url: String, words: String)] = []
    /// The server knows the address and not the realm.
    private var knowsPlace = false

    init(issuer: String) {
        var forms = Self.addresses(of: issuer)
        self.issuer = issuer
        url = forms.removeFirst()
        left = forms
    }

    /// The addresses of an issuer's metadata in the order they are asked; one at least.
    static func addresses(of issuer: String) -> [HTTPURL] {
        if issuer.has("/.well-known/") { return [HTTPURL(issuer)] }
        let parts = HTTPURL(issuer)
        let front = String(parts.text[..<parts.path.startIndex])
        var path = String(parts.path)
        while path.hasSuffix("/") { path.removeLast() }
        let end = parts.query.map { "?" + $0 } ?? ""
        let (oidc, oauth) = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
        var list: [HTTPURL] = []
        for place in [path + oidc, oauth + path, oidc + path, path + oauth] {
            let address = HTTPURL(front + place + end)
            if !list.contains(address) { list.append(address) }
        }
        return list
    }

    /// The address led elsewhere on its server.
    mutating func follow(to target: HTTPURL) { url = target }

    /// There is no metadata at the address: goes to the next one. False where that was the last.
    mutating func miss(_ words: String) -> Bool {
        tried.append((url.text, words))
        if words.has("ealm does not exist") { knowsPlace = true }
        guard !left.isEmpty else { return false }
        url = left.removeFirst()
        return true
    }

    /// What was asked and how it was answered, and where else an issuer of Keycloak's may be.
    var words: String {
        let hint = knowsPlace ? nil : KeycloakBasePath.hint(HTTPURL(issuer).path).map { "; \($0)" }
        if tried.count == 1 { return "no metadata at \(tried[0].url): \(tried[0].words)\(hint ?? "")" }
        let list = tried.map { "\($0.url): \($0.words)" }.joined(separator: "; ")
        return "no metadata of the issuer \(issuer), which was looked for at \(list)\(hint ?? "")"
    }
}
