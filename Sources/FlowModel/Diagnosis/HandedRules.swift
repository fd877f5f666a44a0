/// Rules over what is handed on: codes, refresh tokens, assertions, tokens.
extension DiagnosisRule {
    private static func accepts(_ material: ExchangeMaterial) -> Bool {
        material.exchange.response.map { (200..<300).contains($0.status) } ?? false
    }

    private static func isTokenRequest(_ input: DiagnosisInput, _ step: Int) -> Bool {
        [.tokenRequest, .refresh].contains(input.flow.steps[step].kind)
    }

    static let handed: [DiagnosisRule] = [
        DiagnosisRule(cause: .grantSpent) { input in spent(input) },
        DiagnosisRule(cause: .assertionReused) { input in
            var seen: [String: Int] = [:]
            return input.requests.compactMap { step, material in
                guard let text = material.form?["client_assertion"] else { return nil }
                let id = HandedToken(text)?.claims?["jti"]?.string ?? text
                guard let first = seen[id] else {
                    seen[id] = step
                    return nil
                }
                guard let lead = input.lead(at: step),
                    lead.words.subject == .clientAuthentication
                        || lead.words.subject == .replay
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the client assertion was sent before, in step \(input.flow.steps[first].label): servers take each once",
                    evidence: [Evidence("client_assertion", expected: "a new `jti`", actual: String(id.prefix(60)))])
            }
        },
        DiagnosisRule(cause: .assertionClock) { input in
            input.requests.compactMap { step, material in
                guard input.lead(at: step)?.words.subject == .clientAuthentication,
                    let claims = material.form?["client_assertion"].flatMap({ HandedToken($0) })?.claims,
                    let now = input.settings.time(of: material.exchange)
                else { return nil }
                let server = now + (input.skew(of: material.origin) ?? 0)
                if let exp = claims["exp"]?.number?.moment, server >= exp {
                    return Sighting(
                        step: step,
                        words: "the client assertion expired \(Timestamp.distance(server - exp)) before it was sent",
                        evidence: [
                            Evidence(
                                "exp", expected: "later than \(server.wholeSeconds)", actual: "\(exp.wholeSeconds)")
                        ])
                }
                if let from = (claims["nbf"] ?? claims["iat"])?.number?.moment, from - server > 5 {
                    return Sighting(
                        step: step,
                        words:
                            "the client assertion is \(Timestamp.distance(from - server)) ahead of the server's clock",
                        evidence: [
                            Evidence("iat", expected: "at most \(server.wholeSeconds)", actual: "\(from.wholeSeconds)")
                        ])
                }
                return nil
            }
        },
        DiagnosisRule(cause: .keyTwoKeys) { input in
            input.requests.compactMap { step, material in
                guard input.isRefused(step), let own = material.proof?.fingerprint?.base64url,
                    let subject = material.form?["subject_token"] ?? material.form?["assertion"],
                    let jkt = HandedToken(subject)?.jkt, jkt != own
                else { return nil }
                return Sighting(
                    step: step, words: "the token that is exchanged is bound to another key than the proof's",
                    evidence: [Evidence("jkt", expected: jkt, actual: own)])
            }
        },
        DiagnosisRule(cause: .exchangeUnbound) { input in unbound(input) },
        DiagnosisRule(cause: .tokenNotAccess) { input in notAccess(input) },
        DiagnosisRule(cause: .tokenAltered) { input in altered(input) },
        DiagnosisRule(cause: .tokenRevoked) { input in
            input.requests.compactMap { step, material in
                guard input.isRefused(step), let token = material.token,
                    let by = input.requests.first(where: { $0.step < step && revokes($0, token, input) })
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the token, or the refresh token of its session, was revoked in step \(input.flow.steps[by.step].label)"
                )
            }
        },
        DiagnosisRule(cause: .clientNoDpop) { input in
            guard input.proved.isEmpty, input.requests.allSatisfy({ $0.material.proof == nil }) else { return [] }
            return input.leads.compactMap { lead in
                guard let token = lead.refusal.material.token, lead.refusal.isJudged,
                    input.story.bindings[token.fingerprint]?.issuedBy != nil,
                    input.story.bindings[token.fingerprint]?.jkt == nil,
                    lead.words.subject == .missingProof || asksForDPoP(lead.refusal.exchange)
                else { return nil }
                return Sighting(
                    step: lead.refusal.request,
                    words:
                        "no request of this client has a proof, its token is a Bearer token, and the resource demands DPoP"
                )
            }
        },
        DiagnosisRule(cause: .tokenAbsent) { input in
            input.leads.compactMap { lead in
                let material = lead.refusal.material
                guard input.flow.steps[lead.refusal.request].kind == .resourceRequest, material.proof != nil,
                    material.presented == nil, lead.refusal.isJudged,
                    !material.isRecovered || asksForToken(lead.refusal.exchange),
                    !material.exchange.request.headers.has("authorization")
                else { return nil }
                return Sighting(
                    step: lead.refusal.request, words: "the request has a proof and no access token",
                    evidence: [Evidence("Authorization", expected: "DPoP <token>", actual: nil)],
                    certainty: material.isRecovered ? .likely : .certain)
            }
        },
        DiagnosisRule(cause: .tokenAudience) { input in
            input.flow.steps.indices.compactMap { step in
                guard input.flow.steps[step].kind == .introspection, let material = input.material(step),
                    material.exchange.response?.status == 200, material.answer?.root["active"]?.bool == false,
                    let text = material.form?["token"]
                else { return nil }
                let binding = input.story.bindings[Fingerprint(of: text)]
                let now = input.settings.time(of: material.exchange)
                let isFresh = (HandedToken(text)?.claims?["exp"]?.number?.moment).flatMap { exp in now.map { $0 < exp }
                }
                guard binding?.issuedBy != nil || isFresh == true else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "introspection calls a token inactive that is fresh: the client that asks may not be in its `aud`, or the token was revoked",
                    evidence: [Evidence("active", expected: "true", actual: "false")], certainty: .likely)
            }
        },
        DiagnosisRule(cause: .tokenIssuer) { input in
            input.leads.compactMap { lead in
                guard let issuer = lead.refusal.material.token?.claims?["iss"]?.string, lead.refusal.isJudged,
                    input.flow.steps[lead.refusal.request].kind == .resourceRequest
                else { return nil }
                let known = input.context.issuers
                guard !known.contains(where: { $0.issuer == issuer }),
                    let other = known.first(where: {
                        HTTPURL($0.issuer).path == HTTPURL(issuer).path || $0.issuer + "/" == issuer
                    })
                else { return nil }
                return Sighting(
                    step: lead.refusal.request,
                    words:
                        "the token's issuer is \(issuer), and the metadata of entry \(other.exchange) is of \(other.issuer)",
                    evidence: [Evidence("iss", expected: other.issuer, actual: issuer)], certainty: .likely)
            }
        },
        DiagnosisRule(cause: .tokenIssuer) { input in
            input.leads.compactMap { lead in
                let url = lead.refusal.exchange.request.url
                guard input.flow.steps[lead.refusal.request].kind == .userinfo, lead.refusal.isJudged,
                    let issuer = lead.refusal.material.token?.claims?["iss"]?.string.map({ HTTPURL($0) }),
                    issuer.origin == url.origin, issuer.path.utf8.count > 1, !url.path.hasPrefix(issuer.path + "/")
                else { return nil }
                return Sighting(
                    step: lead.refusal.request,
                    words: "the token is of \(issuer.text), and \(url.path) of the same server was called",
                    evidence: [Evidence("iss", expected: "the issuer of \(url.withoutQuery)", actual: issuer.text)])
            }
        },
        DiagnosisRule(cause: .algUnsupported) { input in
            input.leads.compactMap { lead in
                guard let alg = lead.refusal.material.proof?.jws.alg, SignatureAlgorithm.named(alg) != nil,
                    lead.refusal.isJudged, lead.words.subject == nil || lead.words.subject == .alg,
                    !input.report.findings(at: lead.refusal.request).contains(where: {
                        $0.check == .proofAlg && $0.verdict == .fail
                    })
                else { return nil }
                let guess = ServerGuess.of(input, step: lead.refusal.request).flatMap {
                    ServerProfile.named($0.profile)
                }
                let told = lead.refusal.exchange.response?.headers.all("www-authenticate").flatMap {
                    (try? Challenge.parse($0.value)) ?? []
                }.compactMap { $0["algs"] }.first.map { $0.split(separator: " ").map(String.init) }
                if let told, !told.contains(alg) {
                    return Sighting(
                        step: lead.refusal.request, words: "the challenge does not list \(alg)",
                        evidence: [Evidence("alg", expected: told.joined(separator: ", "), actual: alg)])
                }
                guard let list = guess?.algorithms, !list.contains(alg) else { return nil }
                return Sighting(
                    step: lead.refusal.request, words: "\(guess?.title ?? "this server") does not take \(alg)",
                    evidence: [Evidence("alg", expected: list.joined(separator: ", "), actual: alg)], certainty: .likely
                )
            }
        },
    ]

    /// A challenge without an error is for a request without credentials (RFC 6750 §3.1): no recorder left them out.
    private static func asksForToken(_ exchange: Exchange) -> Bool {
        guard let response = exchange.response, response.status == 401, response.body?.storedCount ?? 0 == 0 else {
            return false
        }
        let challenges = response.headers.all("www-authenticate").flatMap { (try? Challenge.parse($0.value)) ?? [] }
        return !challenges.isEmpty && challenges.allSatisfy { !$0.parameters.isEmpty && $0["error"] == nil }
    }

    private static func asksForDPoP(_ exchange: Exchange) -> Bool {
        exchange.response?.headers.all("www-authenticate").contains { field in
            ((try? Challenge.parse(field.value)) ?? []).contains { $0.scheme.equalsIgnoringCase("dpop") }
        } ?? false
    }

    /// Codes, refresh tokens and device codes that were handed in before.
    private static func spent(_ input: DiagnosisInput) -> [Sighting] {
        var seen: [String: (step: Int, material: ExchangeMaterial)] = [:]
        var list: [Sighting] = []
        for (step, material) in input.requests where isTokenRequest(input, step) {
            for name in ["code", "refresh_token", "pre-authorized_code"] {
                guard let value = material.form?[name] else { continue }
                guard let first = seen[value] else {
                    seen[value] = (step, material)
                    continue
                }
                guard let lead = input.lead(at: step), lead.refusal.kind != .challenge,
                    lead.words.subject == .grant || lead.words.subject == nil,
                    accepts(first.material)
                        || !isChallenge(first.material)
                else { continue }
                let word = name.split { $0 == "_" || $0 == "-" }.joined(separator: " ")
                list.append(
                    Sighting(
                        step: step,
                        words:
                            "the \(word) was sent before, in step \(input.flow.steps[first.step].label): each is good for once",
                        evidence: [Evidence(name, expected: "one that was not used", actual: "\(value.prefix(12))…")]))
            }
        }
        return list
    }

    private static func isChallenge(_ material: ExchangeMaterial) -> Bool {
        material.exchange.response.map(NonceChallenge.isOne) ?? false
    }

    /// Bound tokens that were exchanged or refreshed without a proof, for an unbound one.
    private static func unbound(_ input: DiagnosisInput) -> [Sighting] {
        input.requests.compactMap { step, material in
            guard isTokenRequest(input, step), material.proof == nil, accepts(material), let issued = material.issued,
                issued.jkt == nil, input.story.bindings[issued.fingerprint]?.jkt == nil,
                material.answer?.root["token_type"]?.string?.equalsIgnoringCase("dpop") != true,
                let text = material.form?["subject_token"] ?? material.form?["refresh_token"]
            else { return nil }
            let from = input.story.grants[Fingerprint(of: text)].flatMap { input.story.materials[$0] }
            let isBound =
                HandedToken(text)?.jkt != nil || input.story.bindings[Fingerprint(of: text)]?.jkt != nil
                || input.story.bindings[Fingerprint(of: text)]?.isIssuedAsDPoP == true
                || (from?.proof != nil && from?.answer?.root["token_type"]?.string?.equalsIgnoringCase("dpop") == true)
            guard isBound else { return nil }
            let what = material.form?["subject_token"] != nil ? "exchanged" : "refreshed"
            return Sighting(
                step: step, words: "a bound token was \(what) without a proof, and the new token is unbound",
                evidence: [Evidence("DPoP header", expected: "one proof", actual: nil)])
        }
    }

    /// Another token of the same answer in the access token's place.
    private static func notAccess(_ input: DiagnosisInput) -> [Sighting] {
        let others = otherTokens(input)
        return input.requests.compactMap { step, material in
            guard let token = material.token, let shown = material.presented else { return nil }
            if let other = others[shown.token] {
                return Sighting(
                    step: step, words: "\(other.words) of entry \(other.entry) is presented instead of the access token"
                )
            }
            let kind = token.claims?["typ"]?.string ?? ""
            guard kind == "ID" || kind == "Refresh" else { return nil }
            return Sighting(step: step, words: "the token says of itself that it is of type \(kind): no access token")
        }
    }

    /// The ID and refresh tokens of all answers, and in which entry each came first.
    private static func otherTokens(_ input: DiagnosisInput) -> [String: (entry: Int, words: String)] {
        var found: [String: (entry: Int, words: String)] = [:]
        for (index, material) in input.story.materials.entries {
            guard let answer = material.answer?.root else { continue }
            for (name, words) in [("id_token", "the ID token"), ("refresh_token", "the refresh token")] {
                if let text = answer[named: name]?.string, found[text] == nil { found[text] = (index, words) }
            }
        }
        return found
    }

    /// A token that differs in a few characters from one that was issued, or is a part of it.
    private static func altered(_ input: DiagnosisInput) -> [Sighting] {
        let issued = input.story.bindings.values.filter { $0.issuedBy != nil }
        return input.requests.compactMap { step, material in
            guard input.isRefused(step), let token = material.token,
                input.story.bindings[token.fingerprint]?.issuedBy == nil,
                let original = issued.first(where: { TokenLikeness.isAltered(token.text, of: $0.token.text) })
            else { return nil }
            let at = zip(token.text.utf8, original.token.text.utf8).prefix { $0 == $1 }.reduce(0) { count, _ in
                count + 1
            }
            return Sighting(
                step: step,
                words:
                    "the token differs from the one that entry \(original.issuedBy ?? 0) issued, from character \(at + 1) on",
                evidence: [
                    Evidence(
                        "access token", expected: "…\(original.token.text.suffix(12))",
                        actual: "…\(token.text.suffix(12))")
                ])
        }
    }

    /// Whether an accepted revocation, or a logout, ended a token.
    private static func revokes(
        _ item: (step: Int, material: ExchangeMaterial), _ token: TokenMaterial, _ input: DiagnosisInput
    ) -> Bool {
        guard input.flow.steps[item.step].kind == .revocation, accepts(item.material),
            let text = item.material.form?["token"]
        else { return false }
        if text == token.text { return true }
        guard let issued = input.story.bindings[token.fingerprint]?.issuedBy,
            let answer = input.story.materials[issued]?.answer?.root
        else { return false }
        return answer["refresh_token"]?.string == text
            || (token.claims?["sid"]?.string).map { HandedToken(text)?.claims?["sid"]?.string == $0 } == true
    }
}

/// How much two tokens are one.
enum TokenLikeness {
    static func isAltered(_ text: String, of original: String) -> Bool {
        guard text != original, original.utf8.count >= 24, text.utf8.count >= 24 else { return false }
        let (a, b) = (Array(text.utf8), Array(original.utf8))
        let same = zip(a, b).prefix { $0 == $1 }.reduce(0) { count, _ in count + 1 }
        let end = zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.reduce(0) { count, _ in count + 1 }
        let rest = max(a.count, b.count) - min(same + end, max(a.count, b.count))
        // Cut off, lengthened, or other in a few places.
        if same == min(a.count, b.count) { return same >= 40 }
        if rest <= 24, same + end >= 24 { return true }
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) } <= 24
    }
}
