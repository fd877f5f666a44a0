/// What servers hand out, besides what it says of DPoP.
extension Check {
    static let answerValues = Check(
        id: .answerValues, title: "values that the server gave are visible ASCII",
        spec: "RFC 6749 appendix A, RFC 9449 §8.1",
        kinds: [.tokenResponse, .resourceResponse, .userinfo, .pushedAuthorization, .authorization]
    ) { input in
        guard let response = input.exchange.response else { return input.skip("no answer") }
        var seen = false
        for index in response.headers.indices {
            let field = response.headers[index]
            if field.isNamed("dpop-nonce") {
                seen = true
                if let words = OutsideText.problem(field.value) {
                    return malformed(input, "DPoP-Nonce", field.value, words, Place(.response, SourceSpan(index, 0)))
                }
            } else if field.isNamed("set-cookie"), let control = field.value.unicodeScalars.first(where: isControl) {
                let words = "\(OutsideText.name(control)) in it"
                return malformed(input, "Set-Cookie", field.value, words, Place(.response, SourceSpan(index, 0)))
            }
        }
        if let code = input.kind == .authorization ? redirectedCode(response) : nil {
            seen = true
            if let words = OutsideText.problem(code) {
                let place = response.headers.firstIndex(of: "location").map { Place(.response, SourceSpan($0, 0)) }
                return malformed(input, "code", code, words, place)
            }
        }
        guard let answer = answer(input, response) else {
            return seen ? input.pass("visible ASCII") : input.skip("nothing")
        }
        for name in ["access_token", "token_type", "refresh_token", "request_uri", "device_code", "user_code"] {
            guard let member = answer[named: name], let text = member.string else { continue }
            seen = true
            // People read a user code aloud, in groups.
            let word = name == "user_code" ? String(text.filter { $0 != " " }) : text
            if let words = OutsideText.problem(word) {
                return malformed(input, name, member.source, words, Place(.responseBody, member.span))
            }
        }
        return seen ? input.pass("visible ASCII") : input.skip("nothing")
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar.value != 0x09) || (0x7F..<0xA0).contains(scalar.value)
    }

    private static func redirectedCode(_ response: Response) -> String? {
        response.headers.first("location").flatMap { HTTPURL($0).query }.flatMap { Form($0)["code"] }
    }

    /// The answer's JSON, where it is one that hands something out.
    private static func answer(_ input: CheckInput, _ response: Response) -> JSONValue? {
        if let answer = input.material.answer { return answer.root }
        guard input.kind == .authorization, let body = response.body, body.storedCount < 1 << 20,
            body.mayContain("device_code")
        else { return nil }
        return body.json?.root
    }

    private static func malformed(
        _ input: CheckInput, _ name: String, _ value: String, _ words: String, _ place: Place?
    )
        -> Outcomes
    {
        input.fail(
            "`\(name)` is malformed: \(words)", cause: .answerMalformed, found: words,
            [Evidence(name, expected: "visible ASCII characters", actual: String(value.prefix(400)), at: place)],
            fix: "the server must hand out visible ASCII characters; nothing is sent with this value")
    }

    static let metadataIssuer = Check(
        id: .metadataIssuer, title: "the metadata names the issuer it was asked of", spec: "RFC 8414 §3.3",
        kinds: [.discovery]
    ) { input in
        guard let body = input.exchange.response?.body, body.storedCount < 1 << 20, let root = body.json?.root,
            let member = root["issuer"]
        else { return input.skip("no issuer") }
        guard let expected = WellKnown.issuer(ofMetadataAt: input.request.url) else {
            return input.skip("no metadata of an issuer")
        }
        let issuer = member.string
        if issuer == expected || issuer == expected + "/" { return input.pass(expected) }
        if input.exchange.isSchemeGuessed, let issuer, HTTPURL(issuer).isOtherSchemeOnly(than: HTTPURL(expected)) {
            return input.cannotTell("the request's scheme is not known")
        }
        return input.fail(
            "the metadata names another issuer", cause: .metadataIssuer, found: issuer ?? member.kind.name,
            [Evidence("issuer", expected: expected, actual: member.source, at: Place(.responseBody, member.span))],
            fix: "make the server name the issuer it was asked for; behind a proxy, tell it its public name")
    }

    static let devicePolling = Check(
        id: .devicePolling, title: "a device's interval and expires_in are usable times", spec: "RFC 8628 §3.2",
        kinds: [.authorization]
    ) { input in
        guard let response = input.exchange.response, let root = answer(input, response), root["device_code"] != nil
        else { return input.skip("no device") }
        let times = DeviceTimes(root)
        guard let first = times.problems.first else {
            return input.pass("every \(times.interval) s for \(times.lifetime) s")
        }
        return input.warn(
            "`\(first.member)` \(first.words)", cause: .deviceTimes, found: first.words,
            times.problems.map { problem in
                let member = root[named: problem.member]
                return Evidence(
                    problem.member, expected: problem.expected, actual: member?.source,
                    at: Place(.responseBody, member?.span ?? root.span))
            },
            fix: "the server must send `expires_in`, and times of seconds to minutes")
    }
}

/// Where metadata is found, and whose it is.
enum WellKnown {
    private static let names = ["/openid-configuration", "/oauth-authorization-server"]

    /// The issuer whose metadata has that address, without a slash at its end: the well-known part stands behind it
    /// (OIDC Discovery §4.1) or behind its host (RFC 8414 §3.1). Nil for other documents.
    static func issuer(ofMetadataAt url: HTTPURL) -> String? {
        let text = url.withoutQuery
        guard let start = text.firstRange(of: "/.well-known/") else { return nil }
        let rest = text[text.index(before: start.upperBound)...]
        guard let name = names.first(where: { rest == $0 || rest.hasPrefix($0 + "/") }) else { return nil }
        let path = rest.dropFirst(name.count)
        return String(text[..<start.lowerBound]) + (path.hasSuffix("/") ? path.dropLast() : path)
    }

    /// Whether two addresses may be forms of one: of the same issuer, or one's path begins with the other's, as clients
    /// look at the root where the issuer's own path has nothing. Two realms are two.
    static func isOneServer(_ a: HTTPURL, _ b: HTTPURL) -> Bool {
        guard let a = issuer(ofMetadataAt: a), let b = issuer(ofMetadataAt: b) else { return true }
        return a == b || a.hasPrefix(b + "/") || b.hasPrefix(a + "/")
    }
}
