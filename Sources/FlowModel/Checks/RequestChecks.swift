extension Check {
    static let requestScheme = Check(
        id: .requestScheme, title: "a bound token is sent with the DPoP scheme", spec: "RFC 9449 §7.1, §7.2",
        kinds: [.resourceRequest, .userinfo]
    ) { input in
        guard let shown = input.material.presented else {
            return input.material.isRecovered
                ? input.cannotTell("the recorder left Authorization out") : input.skip("no access token")
        }
        let fields = input.request.headers.count(of: "authorization")
        var place: Place? { shown.field.map { Place(.request, SourceSpan($0, 0)) } }
        if fields > 1 {
            return input.fail(
                "the request has \(fields) Authorization fields", cause: .schemeBoth, found: "\(fields) fields",
                [Evidence("Authorization", expected: "one field", actual: "\(fields) fields", at: place)],
                fix: "send the token once, as `Authorization: DPoP`")
        }
        if shown.hasSchemeInside, let second = shown.text.split(separator: " ").first {
            return input.fail(
                "the token itself begins with a scheme: `\(shown.scheme) \(second) …`", cause: .schemeInToken,
                found: "\(shown.scheme) \(second)",
                [Evidence("Authorization", expected: "DPoP <token>", actual: "\(shown.scheme) \(second) …", at: place)],
                fix: "hand over the bare token; the scheme is added once")
        }
        // A JWT is a value, and most tokens are.
        if input.material.token?.jws == nil, let nothing = valueOfNothing(input, shown, place) { return nothing }
        if !shown.isKnownScheme { return otherScheme(input, shown, place) }
        let binding = input.material.token.flatMap { input.scene.binding(of: $0) }
        let isBound = input.material.token.map(input.isBound) ?? false
        if shown.scheme.equalsIgnoringCase("dpop") {
            let isOpaque = binding?.token.jws == nil || binding?.token.claims == nil
            if isBound || (isOpaque && binding?.isIssuedUnbound != true) {
                guard shown.scheme == "DPoP" else {
                    return input.differ(
                        "the scheme is written `\(shown.scheme)`: servers that compare letter by letter refuse",
                        cause: .schemeCase, found: shown.scheme,
                        [Evidence("scheme", expected: "DPoP", actual: shown.scheme, at: place)], fix: "write it `DPoP`",
                        deviation: shown.scheme == "DPOP" ? "scheme-upper" : "scheme-lower")
                }
                return input.pass("DPoP")
            }
            return input.fail(
                "an unbound token is presented as DPoP", cause: .schemeDpopUnbound, found: "DPoP, no cnf.jkt",
                [Evidence("Authorization", expected: "a token with cnf.jkt", actual: "a token without", at: place)],
                fix: "get a bound token: send a proof with the token request, and turn DPoP on at the IdP")
        }
        guard isBound || input.proof != nil else { return input.pass(shown.scheme) }
        // The placement says it; there is no scheme to find fault with.
        if shown.place != .authorization { return input.skip("no Authorization field") }
        if !isBound, input.material.token?.claims != nil || binding?.isIssuedUnbound == true {
            return input.warn(
                "a proof is sent beside an unbound \(shown.scheme) token: it protects nothing", found: shown.scheme,
                [
                    Evidence(
                        "Authorization", expected: "DPoP <bound token>", actual: "\(shown.scheme) <token>", at: place)
                ],
                fix: "send the proof with the token request too, so that the token is bound")
        }
        return input.fail(
            isBound
                ? "a bound token is presented as \(shown.scheme)"
                : "a proof is sent but the token is presented as \(shown.scheme)",
            cause: .schemeBearer, found: shown.scheme,
            [Evidence("Authorization", expected: "DPoP <token>", actual: "\(shown.scheme) <token>", at: place)],
            fix: "send `Authorization: DPoP <token>`")
    }

    /// What a program or a person wrote where the token belongs.
    private static func valueOfNothing(_ input: CheckInput, _ shown: PresentedToken, _ place: Place?) -> Outcomes? {
        guard input.proof != nil || shown.scheme.equalsIgnoringCase("dpop") else { return nil }
        let evidence = [Evidence("Authorization", expected: "an access token", actual: shown.text, at: place)]
        if StringifiedValue.isPlaceholder(shown.text) {
            return input.fail(
                "the access token is the placeholder '\(shown.text)'", cause: .valuePlaceholder, found: shown.text,
                evidence, fix: "put the token in; with a service worker, see that it is active before the request")
        }
        guard StringifiedValue.isOne(shown.text) else { return nil }
        return input.fail(
            "the access token is the text '\(shown.text)': a program wrote it that had no token",
            cause: .valueStringified, found: shown.text, evidence,
            fix: "wait for the token before the request is made (a missing `await`, an empty variable)")
    }

    /// A token under a scheme that is neither DPoP nor Bearer, or under none.
    private static func otherScheme(_ input: CheckInput, _ shown: PresentedToken, _ place: Place?) -> Outcomes {
        let claims = input.material.token?.claims
        let isSHR = claims?["at"] != nil && (claims?["m"] != nil || claims?["u"] != nil || claims?["p"] != nil)
        let name = shown.scheme.isEmpty ? "no scheme" : "the scheme \(shown.scheme)"
        let actual = shown.scheme.isEmpty ? "<token>" : "\(shown.scheme) <token>"
        return input.fail(
            isSHR
                ? "the request carries Microsoft's older signed HTTP request under \(name), which is not DPoP"
                : "the access token is presented under \(name): servers see no token",
            cause: isSHR ? .schemeShr : .schemeUnknown, found: shown.scheme.isEmpty ? "no scheme" : shown.scheme,
            [Evidence("Authorization", expected: "DPoP <token>", actual: actual, at: place)],
            fix: isSHR
                ? "ask for a DPoP-bound token and send `Authorization: DPoP` with a proof in its own header"
                : "send `Authorization: DPoP <token>`", deviation: isSHR ? nil : "scheme-token")
    }

    static let requestPlacement = Check(
        id: .requestPlacement, title: "the token is in the Authorization field", spec: "RFC 9449 §7.1, RFC 6750 §2",
        kinds: [.resourceRequest, .userinfo]
    ) { input in
        let inQuery = input.request.url.query?.has("access_token=") == true
        let inBody = input.material.form?["access_token"] != nil
        guard inQuery || inBody else {
            return input.material.token == nil ? input.skip("no access token") : input.pass("header")
        }
        let part = inQuery ? "query" : "body"
        return input.fail(
            "the access token is in the \(part)", cause: .gwTokenInQuery, found: "in the \(part)",
            [
                Evidence(
                    "access_token", expected: "Authorization: DPoP <token>", actual: "in the \(part)",
                    at: Place(inQuery ? .url : .requestBody, SourceSpan(0, 0)))
            ],
            fix: "send the token in the Authorization field: URLs end up in logs")
    }

    static let transportSecure = Check(
        id: .transportSecure, title: "https, or loopback", spec: "RFC 9449 §11",
        kinds: [
            .tokenRequest, .refresh, .resourceRequest, .userinfo, .pushedAuthorization, .authorization, .revocation,
        ]
    ) { input in
        let url = input.request.url
        if !url.scheme.equalsIgnoringCase("http") { return input.pass(url.scheme.lowercased()) }
        if url.isLoopback { return input.pass("loopback") }
        return input.warn(
            "plain HTTP to \(url.host): everybody on the way can read the token", found: "plain http",
            [Evidence("URL", expected: "https", actual: "http://\(url.host)", at: Place(.url, SourceSpan(0, 0)))],
            fix: "use https; DPoP keeps a stolen token from being used, not from being read")
    }
}
