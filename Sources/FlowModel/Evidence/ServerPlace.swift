/// Where a server thinks it is: what it says of its own URL, against the URL that was called.
enum ServerPlace {
    /// The causes that the server's own URLs prove; empty where it says nothing, or the same.
    static func of(_ scene: SuspectScene) -> [Suspects.Suspect] {
        let called = scene.material.exchange.request.url
        for (source, url) in believed(scene.input, called, toIdP: scene.isIdP) where url.origin != called.origin {
            return suspects(source, url, called, scene.quote)
        }
        return []
    }

    /// The server takes itself for `own`, and `called` was called.
    static func suspects(_ source: String, _ own: HTTPURL, _ called: HTTPURL, _ quote: String) -> [Suspects.Suspect] {
        let text = "\(quote); \(source) says \(own.withoutQuery), and \(called.withoutQuery) was called"
        let evidence = [
            Evidence("URL that the server compares", expected: called.withoutQuery, actual: own.withoutQuery)
        ]
        var list = [Suspects.Suspect(cause: .htuProxyInternal, words: text, evidence: evidence)]
        guard own.host.lowercased() == called.host.lowercased() else { return list }
        if own.scheme.lowercased() != called.scheme.lowercased() {
            list.append(Suspects.Suspect(cause: .htuScheme, words: "the server takes itself for \(own.scheme)"))
        } else if own.effectivePort != called.effectivePort {
            list.append(
                Suspects.Suspect(
                    cause: .htuPortLost, words: "the server takes itself for port \(own.effectivePort ?? "default")"))
        } else if own.path != called.path, called.path.hasSuffix(own.path) {
            list.insert(
                Suspects.Suspect(cause: .htuPathPrefix, words: text, evidence: evidence), at: 0)
        }
        return list
    }

    /// What tokens, metadata and redirects of the flow say of the server's URL.
    static func believed(_ input: DiagnosisInput, _ called: HTTPURL, toIdP: Bool) -> [(source: String, url: HTTPURL)] {
        var list: [(source: String, url: HTTPURL)] = []
        for (index, material) in input.story.materials.entries {
            let exchange = material.exchange
            if exchange.request.url.path.has("/.well-known/"), exchange.request.url.origin == called.origin,
                let root = exchange.response?.body?.json?.root
            {
                for name in ["issuer", "token_endpoint", "pushed_authorization_request_endpoint", "resource"] {
                    if let text = root[named: name]?.string {
                        list.append(("`\(name)` of its metadata (entry \(index))", HTTPURL(text)))
                    }
                }
            }
            if exchange.request.url.origin == called.origin {
                for challenge in exchange.response?.headers.all("www-authenticate") ?? [] {
                    for one in (try? Challenge.parse(challenge.value)) ?? [] {
                        if let text = one["resource_metadata"] {
                            list.append(("`resource_metadata` (entry \(index))", HTTPURL(text)))
                        }
                    }
                }
                if toIdP, let issuer = material.issued?.claims?["iss"]?.string {
                    list.append(("`iss` of the token it issued (entry \(index))", HTTPURL(issuer)))
                }
            }
            if toIdP, let issuer = material.token?.claims?["iss"]?.string, called.path.hasPrefix(HTTPURL(issuer).path),
                exchange.request.url.origin == called.origin
            {
                list.append(("`iss` of its token (entry \(index))", HTTPURL(issuer)))
            }
        }
        return list
    }
}

/// A JWT that is handed in inside a body: what it says of itself.
struct HandedToken {
    let jws: CompactJWS

    init?(_ text: String) {
        guard CompactJWS.looksLike(text) else { return nil }
        jws = CompactJWS(Bytes(text), headers: nil)
    }

    var claims: JSONValue? { jws.payload?.root }
    var jkt: String? { claims?["cnf"]?["jkt"]?.string }
}
