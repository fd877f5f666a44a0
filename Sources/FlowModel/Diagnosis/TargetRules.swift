extension DiagnosisRule {
    /// Pairs of `htu` and the URL requested.
    private static func targets(_ input: DiagnosisInput) -> [(
        step: Int, htu: HTTPURL, url: HTTPURL, evidence: [Evidence]
    )] {
        input.proved.compactMap { step, material, claims in
            guard let member = claims["htu"], let text = member.string else { return nil }
            let url = material.exchange.request.url
            return (
                step, HTTPURL(text), url,
                [Evidence("htu", expected: url.withoutQuery, actual: text, at: Place(.proofPayload, member.span))]
            )
        }
    }

    static let target: [DiagnosisRule] = [
        DiagnosisRule(cause: .htuRedirect, refines: .proofHtu) { input in
            targets(input).compactMap { step, htu, url, _ in
                guard
                    let earlier = input.proved.first(where: { other in
                        other.step < step && (300..<400).contains(other.material.exchange.response?.status ?? 0)
                            && other.material.proof?.jws.compact == input.material(step)?.proof?.jws.compact
                    })
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the proof of step \(input.flow.steps[earlier.step].label) was sent again after its redirect, to \(url.withoutQuery)"
                )
            }
        },
        DiagnosisRule(cause: .htuWrongService, refines: .proofHtu) { input in
            let all = targets(input)
            return all.compactMap { step, htu, url, _ in
                guard htu.origin != url.origin,
                    let other = all.first(where: { $0.url.origin == htu.origin && $0.url.normalised == htu.normalised })
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "`htu` is the URL of step \(input.flow.steps[other.step].label): a proof made for the other server"
                )
            }
        },
        DiagnosisRule(cause: .htmPreflight) { input in
            input.requests.compactMap { step, material in
                guard material.exchange.request.method == "OPTIONS",
                    material.exchange.request.headers.firstIndex(of: "access-control-request-method") != nil,
                    let status = material.exchange.response?.status, status == 401 || status == 400
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the preflight request was refused with \(status): browsers send no token and no proof with it")
            }
        },
        DiagnosisRule(cause: .proofCors) { input in
            input.requests.compactMap { step, material in
                let request = material.exchange.request
                guard request.method == "OPTIONS",
                    request.headers.first("access-control-request-headers")?.lowercased().has("dpop") == true,
                    let response = material.exchange.response,
                    (200..<300).contains(response.status)
                else { return nil }
                let allowed = response.headers.all("access-control-allow-headers").map { $0.value.lowercased() }.joined(
                    separator: ",")
                guard !allowed.has("dpop"),
                    !allowed.split(separator: ",").contains(where: { String($0).trimmed == "*" })
                else { return nil }
                return Sighting(
                    step: step, words: "the preflight answer allows '\(allowed)', and DPoP is not among it",
                    evidence: [Evidence("Access-Control-Allow-Headers", expected: "DPoP", actual: allowed)])
            }
        },
    ]

    static let time: [DiagnosisRule] = [
        DiagnosisRule(cause: .iatSlowDelivery, refines: .proofIat) { input in
            input.proved.compactMap { step, material, claims in
                guard let iat = claims["iat"]?.number?.moment, let now = input.settings.time(of: material.exchange),
                    (now - iat).seconds > input.settings.profile.past, let right = input.rightClock(besides: step),
                    let jti = claims["jti"]?.stringBytes,
                    input.story.earlierUses(of: jti, before: material.exchange.index).isEmpty
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the client's clock was right in step \(input.flow.steps[right].label): this proof was made \(Timestamp.distance(now - iat)) before it was sent"
                )
            }
        },
        DiagnosisRule(cause: .iatSlowDelivery, refines: .proofIat) { input in
            input.proved.compactMap { step, material, claims in
                guard let iat = claims["iat"]?.number?.moment, let started = material.exchange.started,
                    let skew = input.skew(of: material.exchange.request.url.origin), skew.magnitude < 5
                else { return nil }
                let age = started - iat
                guard age.seconds > input.settings.profile.past, age < 3600, let jti = claims["jti"]?.stringBytes,
                    input.story.earlierUses(of: jti, before: material.exchange.index).isEmpty,
                    input.rightClock(besides: step) == nil
                else { return nil }
                return Sighting(
                    step: step,
                    words: "the clocks agree, and the proof was sent \(Timestamp.distance(age)) after it was made")
            }
        },
        DiagnosisRule(cause: .iatTz, refines: .proofIat) { input in
            input.proved.compactMap { step, material, claims in
                guard let iat = claims["iat"]?.number?.moment, let now = input.settings.time(of: material.exchange),
                    input.rightClock(besides: step) == nil
                else { return nil }
                let age = (now - iat).seconds
                let hours = (age / 3600).rounded()
                guard abs(hours) >= 1, abs(hours) <= 14, abs(age - hours * 3600) < 90 else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "`iat` is \(Int(clamping: abs(hours))) hour\(abs(hours) == 1 ? "" : "s") \(hours > 0 ? "behind" : "ahead"): local time was taken for UTC"
                )
            }
        },
        DiagnosisRule(cause: .jtiWindowGap) { input in accepted(input) { $0 > 60 } },
        DiagnosisRule(cause: .jtiNotShared) { input in accepted(input) { $0 <= 60 } },
    ]

    /// The same proof, accepted twice, so many seconds apart.
    private static func accepted(_ input: DiagnosisInput, _ fits: (Interval) -> Bool) -> [Sighting] {
        let proofs = input.proved.filter { (200..<300).contains($0.material.exchange.response?.status ?? 0) }
        var first: [Bytes: [(step: Int, exchange: Exchange)]] = [:]
        return proofs.compactMap { item in
            guard let proof = item.material.proof?.jws.compact else { return nil }
            let exchange = item.material.exchange
            let earlier = first[proof]?.first { $0.exchange.request.url.origin == exchange.request.url.origin }
            guard let earlier else {
                first[proof, default: []].append((item.step, exchange))
                return nil
            }
            guard let a = earlier.exchange.started, let b = exchange.started, fits(b - a) else { return nil }
            return Sighting(
                step: item.step,
                words:
                    "the proof of step \(input.flow.steps[earlier.step].label) was accepted once more, \(Timestamp.distance(b - a)) later"
            )
        }
    }
}

extension DiagnosisInput {
    /// A step whose proof by the same key has the right time: then the client's clock is not to blame.
    func rightClock(besides step: Int) -> Int? {
        guard let key = material(step)?.proof?.fingerprint else { return nil }
        return proved.first { other in
            other.step != step && other.material.proof?.fingerprint == key
                && report.findings(at: other.step).contains { $0.check == .proofIat && $0.verdict == .pass }
        }?.step
    }

    /// How far a server's clock is ahead of the recorder's; nil where no Date header tells.
    func skew(of origin: String) -> Interval? { clocks[origin].map { ($0.low + $0.high) / 2 } }
}
