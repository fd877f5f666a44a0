extension DiagnosisRule {
    /// A challenge, and the client's next request to the same origin of the same kind.
    private static func challenges(_ input: DiagnosisInput) -> [(
        step: Int, challenge: ExchangeMaterial, next: (step: Int, material: ExchangeMaterial)?
    )] {
        let all = input.requests
        let answers = challengeSteps(input)
        return all.enumerated().compactMap { place, item in
            guard let response = item.material.exchange.response, NonceChallenge.isOne(response) else { return nil }
            if let answer = answers[item.material.exchange.index]?.first(where: { $0 >= item.step }) {
                let related = input.flow.steps[answer].related.flatMap { step in
                    let place = all.partitioningIndex { $0.step >= step }
                    return place < all.count && all[place].step == step ? all[place] : nil
                }
                return (item.step, item.material, related)
            }
            let origin = item.material.origin
            let next = all[(place + 1)...].first {
                $0.material.origin == origin && input.flow.steps[$0.step].kind == input.flow.steps[item.step].kind
            }
            return (item.step, item.material, next)
        }
    }

    /// The steps that ask for a nonce, by their exchange.
    private static func challengeSteps(_ input: DiagnosisInput) -> [Int: [Int]] {
        var found: [Int: [Int]] = [:]
        for (index, step) in input.flow.steps.enumerated() where step.isNonceChallenge {
            if let exchange = step.exchange { found[exchange, default: []].append(index) }
        }
        return found
    }

    private static func spent(_ input: DiagnosisInput, _ name: String) -> [Sighting] {
        challenges(input).compactMap { _, challenge, next in
            guard let next, let value = challenge.form?[name], next.material.form?[name] == value,
                next.material.answer?.root["error"]?.string == "invalid_grant"
            else { return nil }
            return Sighting(
                step: next.step,
                words:
                    "the same \(name) came with the retry, and the IdP says invalid_grant: the challenge had spent it")
        }
    }

    static let nonce: [DiagnosisRule] = [
        DiagnosisRule(cause: .nonceBurnsCode) { spent($0, "code") },
        DiagnosisRule(cause: .nonceBurnsRefresh) { spent($0, "refresh_token") },
        DiagnosisRule(cause: .nonceLoop) { input in
            let chain = challenges(input)
            let before = Dictionary(
                chain.compactMap { item in item.next.map { ($0.step, item.step) } },
                uniquingKeysWith: { first, _ in first })
            return chain.compactMap { item in
                // Each the repetition of the one before it.
                guard let second = before[item.step], let first = before[second], first != second else { return nil }
                return Sighting(step: item.step, words: "the third challenge in a row")
            }
        },
        DiagnosisRule(cause: .nonceOnlyIfNone) { input in
            challenges(input).compactMap { step, challenge, next in
                guard next == nil, challenge.proof?.jws.payload?.root["nonce"] != nil else { return nil }
                return Sighting(
                    step: step, words: "the proof had a nonce, it was refused, and the client did not try the new one")
            }
        },
        DiagnosisRule(cause: .nonceStaleCode) { input in
            input.requests.compactMap { step, material in
                guard let response = material.exchange.response, response.status == 400 || response.status == 401,
                    !NonceChallenge.isOne(response), let given = response.headers.first("dpop-nonce"),
                    let sent = material.proof?.jws.payload?.root["nonce"]?.string, sent != given,
                    response.body?.json?.root["error"]?.string == "invalid_dpop_proof"
                        || response.headers.all("www-authenticate").contains(where: {
                            $0.value.has("invalid_dpop_proof")
                        })
                else { return nil }
                return Sighting(
                    step: step, words: "the server answers invalid_dpop_proof and gives a new nonce with it",
                    evidence: [Evidence("nonce", expected: given, actual: sent)])
            }
        },
        DiagnosisRule(cause: .nonceUnwanted) { input in
            input.refusals.compactMap { refusal in
                guard input.material(refusal.request)?.proof?.jws.payload?.root["nonce"] != nil,
                    let words = description(input, refusal.answer)?.lowercased(), words.has("nonce"),
                    words.has("not supported")
                else { return nil }
                return Sighting(
                    step: refusal.request, words: "the server says that it knows no nonces, and the proof has one")
            }
        },
        DiagnosisRule(cause: .nonceCorsHidden) { input in
            input.requests.compactMap { step, material in
                guard let response = material.exchange.response, response.headers.first("dpop-nonce") != nil,
                    material.exchange.request.headers.first("origin") != nil
                else { return nil }
                let exposed = response.headers.all("access-control-expose-headers").map { $0.value.lowercased() }
                    .joined(separator: ",")
                guard !exposed.has("dpop-nonce"), !exposed.has("*") else { return nil }
                return Sighting(
                    step: step, words: "the answer to a browser carries a nonce that the page may not read",
                    evidence: [
                        Evidence(
                            "Access-Control-Expose-Headers", expected: "DPoP-Nonce",
                            actual: exposed.isEmpty ? nil : exposed)
                    ])
            }
        },
        DiagnosisRule(cause: .nonceCachedResponse) { input in
            input.requests.compactMap { step, material in
                guard let response = material.exchange.response, response.headers.first("dpop-nonce") != nil,
                    let control = response.headers.first("cache-control")?.lowercased(),
                    control.has("max-age") || control.has("public"), !control.has("no-store")
                else { return nil }
                return Sighting(step: step, words: "the answer with the nonce says Cache-Control: \(control)")
            }
        },
        DiagnosisRule(cause: .nonceOidcMixup) { input in
            let asked = Set(
                input.requests.compactMap { item in
                    Form(item.material.exchange.request.url.query ?? "")["nonce"] ?? item.material.form?["nonce"]
                })
            return input.proved.compactMap { step, _, claims in
                guard let nonce = claims["nonce"]?.string, asked.contains(nonce) else { return nil }
                return Sighting(step: step, words: "the proof's nonce is the one of the authorization request")
            }
        },
    ]
}
