extension DiagnosisRule {
    static let time: [DiagnosisRule] = [
        DiagnosisRule(cause: .iatSlowDelivery, refines: .proofIat) { input in
            input.proved.compactMap { step, material, claims in
                guard let iat = claims["iat"]?.number?.moment, let now = input.settings.time(of: material.exchange),
                    (now - iat).seconds > input.settings.profile.past, zoneHalves(now - iat, within: 30) == nil,
                    let right = input.rightClock(besides: step),
                    let jti = claims["jti"]?.stringBytes, material.timesBeforeToken == nil,
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
                guard input.context.recorder == .client, let iat = claims["iat"]?.number?.moment,
                    let started = material.exchange.started,
                    let skew = input.skew(of: material.exchange.request.url.origin), skew.magnitude < 5
                else { return nil }
                let age = started - iat
                guard age.seconds > input.settings.profile.past, age < 3600, zoneHalves(age, within: 30) == nil,
                    let jti = claims["jti"]?.stringBytes,
                    material.timesBeforeToken == nil,
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
                    // A client whose clock is right elsewhere has to be off by a zone as good as exactly.
                    let halves = zoneHalves(now - iat, within: input.isClockKnown(step) ? 30 : 90)
                else { return nil }
                let count = Int(clamping: abs(halves))
                let (hours, isHalf) = (count / 2, count % 2 == 1)
                return Sighting(
                    step: step,
                    words:
                        "`iat` is \(hours)\(isHalf ? "½" : "") hour\(hours == 1 && !isHalf ? "" : "s") \(halves > 0 ? "behind" : "ahead"): local time was taken for UTC"
                )
            }
        },
        DiagnosisRule(cause: .iatSkewBehind, refines: .proofIat) { skewed($0, isBehind: true) },
        DiagnosisRule(cause: .iatSkewAhead, refines: .proofIat) { skewed($0, isBehind: false) },
        DiagnosisRule(cause: .iatSkewBehind) { beforeToken($0) },
        DiagnosisRule(cause: .tokenExpired) { afterToken($0) },
        DiagnosisRule(cause: .jtiWindowGap) { input in accepted(input) { $0 > 60 } },
        DiagnosisRule(cause: .jtiNotShared) { input in accepted(input) { $0 <= 60 } },
    ]

    /// How many half hours a proof's age is, where it is whole ones but for so many seconds, and a zone's: from one hour
    /// to fourteen.
    private static func zoneHalves(_ age: Interval, within tolerance: Double) -> Double? {
        let halves = (age.seconds / 1800).rounded()
        return abs(halves) >= 2 && abs(halves) <= 28 && abs(age.seconds - halves * 1800) < tolerance ? halves : nil
    }

    /// Right by the recorder's clock and wrong by the server's: the client's clock is off.
    private static func skewed(_ input: DiagnosisInput, isBehind: Bool) -> [Sighting] {
        input.proved.compactMap { step, material, claims in
            guard let iat = claims["iat"]?.number?.moment, iat < 1e11, let started = material.exchange.started,
                let skew = input.skew(of: material.origin), skew.magnitude > 2, (skew > 0) == isBehind,
                (started - iat).magnitude < min(skew.magnitude, 60),
                let date = material.exchange.response?.headers.first("date")
            else { return nil }
            let way = isBehind ? "behind" : "ahead of"
            return Sighting(
                step: step,
                words:
                    "this machine's clock is \(Timestamp.distance(skew)) \(way) \(material.exchange.request.url.host) (its Date says \(date), the request left at \(Timestamp.text(started)))"
            )
        }
    }

    /// A proof cannot be older than the token that its `ath` names.
    private static func beforeToken(_ input: DiagnosisInput) -> [Sighting] {
        input.proved.compactMap { step, material, _ in
            guard input.isRefused(step), let (made, iat) = material.timesBeforeToken else { return nil }
            return Sighting(
                step: step,
                words:
                    "`iat` is \(Timestamp.distance(made - iat)) before the token that `ath` names was issued: the client's clock is behind the issuer's",
                evidence: [Evidence("iat", expected: "at least \(made.wholeSeconds)", actual: "\(iat.wholeSeconds)")])
        }
    }

    /// The token had ended; without a clock, when the proof says that it was made.
    private static func afterToken(_ input: DiagnosisInput) -> [Sighting] {
        input.proved.compactMap { step, material, claims in
            guard let iat = claims["iat"]?.number?.moment, iat < 1e11, input.isRefused(step),
                let exp = material.token?.claims?["exp"]?.number?.moment,
                // A clock tells more than a proof that may be from the future.
                (input.settings.time(of: material.exchange) ?? iat) >= exp,
                !input.report.findings(at: step).contains(where: { $0.check == .tokenTime && $0.verdict == .fail })
            else { return nil }
            return Sighting(
                step: step,
                words: iat > exp
                    ? "the token had expired \(Timestamp.distance(iat - exp)) before the proof was made"
                    : "the token expired as it was sent: a server without a leeway refuses it",
                evidence: [Evidence("exp", expected: "later than \(iat.wholeSeconds)", actual: "\(exp.wholeSeconds)")])
        }
    }

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
        return rightClocks.first(of: key, besides: step, self)
    }

    /// How far a server's clock is ahead of the recorder's; nil where no Date header tells.
    func skew(of origin: String) -> Interval? { clocks[origin].map { ($0.low + $0.high) / 2 } }
}

extension DiagnosisInput {
    /// Whether a clock other than the client's own tells when a request came.
    func hasClock(_ material: ExchangeMaterial) -> Bool {
        material.exchange.response?.headers.has("date") == true || material.exchange.started != nil
    }

    /// Whether the client's clock is known to agree with the server's: it recorded by itself, or an earlier proof of the
    /// same key was fresh. A proof that says it is older than the token it names has the clock wrong all the same.
    func isClockKnown(_ step: Int) -> Bool {
        guard let material = material(step), material.timesBeforeToken == nil else { return false }
        return rightClock(besides: step) != nil
            || (context.recorder == .client && skew(of: material.origin).map { $0.magnitude < 5 } == true)
    }
}

extension ExchangeMaterial {
    /// When the token that the proof's `ath` names was issued, and when the proof says that it was made, where that is
    /// before it.
    var timesBeforeToken: (made: Moment, iat: Moment)? {
        guard let claims = proof?.jws.payload?.root, let iat = claims["iat"]?.number?.moment, iat < 1e11,
            let token, claims["ath"]?.isString(token.ath) == true, let made = token.claims?["iat"]?.number?.moment,
            made - iat > 2
        else { return nil }
        return (made, iat)
    }
}
