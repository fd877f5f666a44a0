extension DiagnosisRule {
    private static func accepts(_ exchange: Exchange) -> Bool { (200..<300).contains(exchange.response?.status ?? 0) }

    static let token: [DiagnosisRule] = [
        DiagnosisRule(cause: .typeCase) { input in
            input.requests.compactMap { step, material in
                guard input.flow.steps[step].kind == .resourceRequest,
                    material.presented?.scheme.equalsIgnoringCase("bearer") == true, let token = material.token,
                    let issued = input.story.bindings[token.fingerprint]?.issuedBy,
                    let type = input.story.materials[issued]?.answer?.root["token_type"]?.string,
                    type.equalsIgnoringCase("dpop"), type != "DPoP"
                else { return nil }
                return Sighting(
                    step: step, words: "the IdP said '\(type)', and the client took it for something else than DPoP",
                    evidence: [Evidence("token_type", expected: "compared without case", actual: type)])
            }
        },
        DiagnosisRule(cause: .cnfExtra) { input in
            tokens(input).compactMap { step, token in
                // Other members than the methods of RFC 7800 and its kin are notes of the issuer.
                let methods: Set = ["jkt", "x5t#S256", "jwk", "jwe", "kid", "jku"]
                let members = (token.claims?["cnf"]?.members.compactMap(\.name.string) ?? []).filter(methods.contains)
                return members.count > 1
                    ? Sighting(
                        step: step, words: "the token's `cnf` has \(members.map { "`\($0)`" }.joined(separator: ", "))")
                    : nil
            }
        },
        DiagnosisRule(cause: .cnfUnchecked) { input in
            input.requests.compactMap { step, material in
                guard input.flow.steps[step].kind == .resourceRequest, accepts(material.exchange),
                    input.report.findings(at: step).contains(where: { $0.check == .proofBinding && $0.verdict == .fail }
                    )
                else { return nil }
                return Sighting(step: step, words: "the proof's key is not the token's, and the server accepted it")
            }
        },
        DiagnosisRule(cause: .atChangedByGateway) { input in
            input.flow.steps.indices.compactMap { index in
                guard input.flow.steps[index].kind == .upstreamRequest, let upstream = input.material(index),
                    upstream.proof != nil, let shown = upstream.token,
                    let client = input.flow.steps[..<index].last(where: { $0.kind == .resourceRequest })?.exchange
                        .flatMap({ input.story.materials[$0] }), let sent = client.token,
                    sent.fingerprint != shown.fingerprint
                else { return nil }
                return Sighting(
                    step: index, words: "the upstream gets another token than the client sent, with the client's proof")
            }
        },
        DiagnosisRule(cause: .jwkKidInside) { input in
            input.refusals.compactMap { refusal in
                guard let jwk = input.material(refusal.request)?.proof?.jwk,
                    jwk.value.members.contains(where: {
                        ["kid", "use", "exp", "alg", "key_ops"].contains($0.name.string ?? "")
                    }),
                    let words = description(input, refusal.answer)?.lowercased(), words.has("jwk") || words.has("kid"),
                    !input.report.findings(at: refusal.request).contains(where: { $0.verdict == .fail })
                else { return nil }
                return Sighting(
                    step: refusal.request,
                    words:
                        "the key in the proof carries more than its required members, and the server complains about the key"
                )
            }
        },
        DiagnosisRule(cause: .asHybrid) { input in
            input.requests.compactMap { step, material in
                guard input.flow.steps[step].kind == .authorization,
                    let type = Form(material.exchange.request.url.query ?? "")["response_type"],
                    type.split(separator: " ").contains("token")
                else { return nil }
                return Sighting(step: step, words: "response_type is '\(type)': that token cannot be bound")
            }
        },
        DiagnosisRule(cause: .asFeatureOff) { input in
            guard input.context.supportedAlgorithms.isEmpty,
                input.story.materials.values.contains(where: {
                    $0.exchange.request.url.path.has("/.well-known/") && accepts($0.exchange)
                })
            else { return [] }
            return input.flow.steps.indices.compactMap { index in
                input.report.findings(at: index).contains { $0.check == .tokenType && $0.verdict == .fail }
                    ? Sighting(
                        step: index,
                        words: "the IdP's metadata has no dpop_signing_alg_values_supported, and it answered Bearer")
                    : nil
            }
        },
        DiagnosisRule(cause: .asConfidentialNoProof) { input in
            input.refusals.compactMap { refusal in
                guard input.flow.steps[refusal.request].kind == .refresh,
                    let material = input.material(refusal.request), material.proof == nil, material.isConfidential,
                    description(input, refusal.answer)?.lowercased().has("dpop") == true
                else { return nil }
                return Sighting(
                    step: refusal.request, words: "the refresh request has no proof, and the IdP asks for one")
            }
        },
        DiagnosisRule(cause: .captureSanitised) { input in
            input.requests.prefix { _ in true }.compactMap { step, material in
                material.isRecovered
                    ? Sighting(
                        step: step, words: "the recorder left Authorization out; the token is the one `ath` names")
                    : nil
            }
        },
        DiagnosisRule(cause: .captureTruncated) { input in
            input.requests.compactMap { step, material in
                guard input.flow.steps[step].kind == .tokenRequest, let response = material.exchange.response,
                    response.status == 200, response.body == nil
                else { return nil }
                return Sighting(
                    step: step, words: "the token answer's body was not recorded: the token in it is unknown")
            }
        },
    ]

    private static func tokens(_ input: DiagnosisInput) -> [(step: Int, token: TokenMaterial)] {
        input.flow.steps.indices.compactMap { index in
            guard input.flow.steps[index].kind == .tokenResponse, let token = input.material(index)?.issued else {
                return nil
            }
            return (index, token)
        }
    }

    /// What a refusal says in words: never decides alone.
    static func description(_ input: DiagnosisInput, _ answer: Int) -> String? {
        guard let response = input.material(answer)?.exchange.response else { return nil }
        if let text = response.body?.json?.root["error_description"]?.string { return text }
        let challenges = response.headers.all("www-authenticate").flatMap { (try? Challenge.parse($0.value)) ?? [] }
        return challenges.compactMap { $0["error_description"] }.first
    }

    /// Whether Kong answered, or its words did.
    private static func isKongs(_ exchange: Exchange, _ input: DiagnosisInput) -> Bool {
        guard let response = exchange.response else { return false }
        return input.settings.profile.id == "kong"
            || response.headers.contains { $0.name.lowercased().hasPrefix("x-kong") }
            || response.headers.first("server")?.lowercased().has("kong") == true
            || response.body?.mayContain("Please use HTTPS protocol") == true
    }

    static let server: [DiagnosisRule] = [
        DiagnosisRule(cause: .gwDowngradeRefused) { input in
            let isSeenBehind = input.flow.steps.contains { $0.kind == .upstreamResponse && $0.status == 401 }
            return input.requests.compactMap { step, material in
                guard input.flow.steps[step].kind == .resourceRequest, let response = material.exchange.response,
                    response.status == 401, material.presented?.scheme.equalsIgnoringCase("dpop") == true
                else { return nil }
                let challenges = response.headers.all("www-authenticate").flatMap {
                    (try? Challenge.parse($0.value)) ?? []
                }
                let passed = isSeenBehind || response.headers.firstIndex(of: "x-kong-upstream-latency") != nil
                guard passed, let bearer = challenges.first(where: { $0.scheme.equalsIgnoringCase("bearer") }),
                    !challenges.contains(where: { $0.scheme.equalsIgnoringCase("dpop") })
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the gateway passed the request on, and the upstream refused the Bearer it got: \(bearer["error_description"] ?? bearer["error"] ?? "no reason")",
                    evidence: [
                        Evidence(
                            "WWW-Authenticate", expected: "a DPoP challenge if the gateway had refused",
                            actual: "Bearer")
                    ])
            }
        },
        DiagnosisRule(cause: .gwOptionalBypass) { input in
            input.requests.compactMap { step, material in
                guard input.flow.steps[step].kind == .resourceRequest, accepts(material.exchange),
                    material.proof == nil, material.presented?.scheme.equalsIgnoringCase("bearer") == true,
                    let token = material.token, token.jws != nil, input.story.bindings[token.fingerprint]?.jkt == nil,
                    input.proved.first.map({ $0.step < step }) == true
                else { return nil }
                return Sighting(step: step, words: "an unbound token passed without a proof")
            }
        },
        DiagnosisRule(cause: .gwOff) { input in
            input.requests.compactMap { step, material in
                guard input.flow.steps[step].kind == .resourceRequest, accepts(material.exchange),
                    material.presented?.scheme.equalsIgnoringCase("bearer") == true, material.proof == nil,
                    let token = material.token, input.story.bindings[token.fingerprint]?.jkt != nil || token.jkt != nil
                else { return nil }
                return Sighting(step: step, words: "a bound token passed as Bearer, without a proof")
            }
        },
        DiagnosisRule(cause: .gwSessionShare) { input in
            input.requests.compactMap { step, material in
                guard accepts(material.exchange), material.proof == nil, material.presented == nil,
                    let cookie = material.exchange.request.headers.first("cookie"),
                    input.flow.steps[step].to == .gateway,
                    // Only one that an answer to a DPoP request of this server has set.
                    input.proved.contains(where: { item in
                        item.step < step && item.material.origin == material.origin
                            && (item.material.exchange.response?.headers.all("set-cookie") ?? []).contains { field in
                                let name = field.value.prefix { $0 != "=" }
                                return !name.isEmpty && cookie.firstRange(of: name + "=") != nil
                            }
                    })
                else { return nil }
                return Sighting(step: step, words: "a session cookie passed without token and proof")
            }
        },
        DiagnosisRule(cause: .gwPreflight) { input in
            input.requests.compactMap { step, material in
                guard material.exchange.request.method == "OPTIONS", let response = material.exchange.response,
                    response.status == 401,
                    response.headers.contains(where: { $0.name.lowercased().hasPrefix("x-kong") })
                else { return nil }
                return Sighting(step: step, words: "Kong authenticates the preflight request")
            }
        },
        DiagnosisRule(cause: .gwHttpsOnly) { input in
            input.requests.compactMap { step, material in
                material.exchange.response?.status == 426 && isKongs(material.exchange, input)
                    ? Sighting(
                        step: step,
                        words:
                            "the gateway wants https: 426 \(material.exchange.response?.body?.json?.root["message"]?.string ?? "")"
                    ) : nil
            }
        },
    ]
}
