extension Check {
    static let proofIat = Check(
        id: .proofIat, title: "made just now", spec: "RFC 9449 §4.3(11), §11.1", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            guard let member = claims["iat"], let iat = member.number?.moment else {
                return input.cannotTell("no numeric `iat`")
            }
            guard let now = input.judgedTime ?? (iat > 1e11 ? Moment(iat.seconds / 1000) : nil) else {
                return untimed(input, claims, member, iat)
            }
            let profile = input.settings.profile
            let milliseconds = iat > 1e11 && (now - Moment(iat.seconds / 1000)).magnitude < 86400 * 366
            if !milliseconds, !(iat >= 0 && iat < 253_402_300_800) { return impossible(input, member) }
            let age = now - iat
            if age.seconds <= profile.past && age.seconds >= -profile.future {
                let own = member.isPlainInteger ? Outcomes() : fraction(input, member)
                let lifetime = lifetime(input, claims, now: now, iat: iat)
                if !own.isEmpty || !lifetime.isEmpty {
                    return own.isEmpty ? lifetime : lifetime.isEmpty ? own : both(own, lifetime)
                }
                return input.pass(age < 0 ? "\(Timestamp.distance(age)) ahead" : "\(Timestamp.distance(age)) old")
            }
            let direction = age > 0 ? "old" : "ahead of the clock"
            let cause = milliseconds ? .iatMs : age > 0 ? staleCause(input, claims) : .iatSkewAhead
            return input.fail(
                milliseconds
                    ? "`iat` counts milliseconds, not seconds" : "the proof is \(Timestamp.distance(age)) \(direction)",
                cause: cause,
                found: milliseconds ? "milliseconds" : "\(Timestamp.distance(age)) \(direction)",
                [
                    Evidence(
                        "iat",
                        expected:
                            "\((now - Interval(profile.past)).wholeSeconds) … \((now + Interval(profile.future)).wholeSeconds) (\(profile.title): \(profile.window))",
                        actual: milliseconds ? member.source : "\(member.source) = \(Timestamp.text(iat))",
                        at: Place(.proofPayload, member.span))
                ],
                fix: milliseconds
                    ? "use whole seconds since 1970"
                    : "make the proof right before sending it, and set the clock by NTP")
        }
    }

    /// What is wrong with the proof's times whatever the time was: they are held against each other.
    private static func untimed(_ input: CheckInput, _ claims: JSONValue, _ member: JSONValue, _ iat: Moment)
        -> Outcomes
    {
        let own = member.isPlainInteger ? Outcomes() : fraction(input, member)
        let lifetime = lifetime(input, claims, now: iat, iat: iat)
        if own.isEmpty, lifetime.isEmpty { return input.cannotTell("the capture has no time for this request") }
        return own.isEmpty ? lifetime : lifetime.isEmpty ? own : both(own, lifetime)
    }

    private static func both(_ a: Outcomes, _ b: Outcomes) -> Outcomes {
        var all = a
        all += b
        return all
    }

    /// Negative, infinite, or after the year 9999: no time that a clock shows.
    private static func impossible(_ input: CheckInput, _ member: JSONValue) -> Outcomes {
        let source = member.source
        let shown = source.utf8.count <= 40 ? source : "\(source.prefix(40))…"
        return input.fail(
            "`iat` is no time: \(shown)", cause: .iatType, found: shown,
            [
                Evidence(
                    "iat", expected: "whole seconds since 1970", actual: shown, at: Place(.proofPayload, member.span))
            ], fix: "write whole seconds since 1970-01-01T00:00:00Z")
    }

    /// Legal (RFC 7519 §2), and refused by readers that want an integer.
    private static func fraction(_ input: CheckInput, _ member: JSONValue) -> Outcomes {
        let source = member.source
        let isExponent = source.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") }
        guard isExponent || source.utf8.contains(UInt8(ascii: ".")) else { return Outcomes() }
        let words = isExponent ? "an exponent" : "a fraction"
        return input.differ(
            "`iat` is written with \(words): legal, and refused by servers that want whole seconds",
            cause: .iatFraction, found: source,
            [Evidence("iat", expected: "whole seconds", actual: source, at: Place(.proofPayload, member.span))],
            fix: "round down to whole seconds",
            deviation: isExponent ? "iat-exponent" : source.hasSuffix(".0") ? "iat-point-zero" : "iat-fraction")
    }

    /// A proof may carry its own `exp` and `nbf`; nobody has to, and what is there holds (RFC 7519 §4.1.4, §4.1.5).
    private static func lifetime(_ input: CheckInput, _ claims: JSONValue, now: Moment, iat: Moment) -> Outcomes {
        let leeway = Interval(input.settings.leeway)
        if let member = claims["exp"], let exp = member.number?.moment {
            if now - leeway >= exp || exp < iat - leeway {
                let title =
                    now >= exp && now != iat
                    ? "the proof's own `exp` had passed \(Timestamp.distance(now - exp)) before it was sent"
                    : "the proof's own `exp` is before its `iat`"
                return expired(
                    input, "exp", member, title, expected: "later than \(now.wholeSeconds)",
                    deviation: exp < iat ? "exp-before-iat" : "exp-past")
            }
            if now >= exp || exp <= iat {
                return input.differ(
                    "the proof's own `exp` has just passed: servers without a leeway refuse it", cause: .proofExpired,
                    found: "`exp` \(member.source)",
                    [
                        Evidence(
                            "exp", expected: "later than \(now.wholeSeconds)", actual: member.source,
                            at: Place(.proofPayload, member.span))
                    ], fix: "leave `exp` out: the server judges a proof by its `iat`", deviation: "exp-past-2")
            }
        }
        if let member = claims["nbf"], let nbf = member.number?.moment, now + leeway < nbf {
            return expired(
                input, "nbf", member, "the proof's own `nbf` is \(Timestamp.distance(nbf - now)) ahead",
                expected: "at most \(now.wholeSeconds)", deviation: "nbf-future")
        }
        return Outcomes()
    }

    private static func expired(
        _ input: CheckInput, _ name: String, _ member: JSONValue, _ title: String, expected: String, deviation: String
    ) -> Outcomes {
        let time = member.number?.moment
        let isTime = time.map { $0 > -253_402_300_800 && $0 < 253_402_300_800 } ?? false
        return input.fail(
            title, cause: .proofExpired, found: "`\(name)` \(member.source)",
            [
                Evidence(
                    name, expected: expected,
                    actual: isTime ? "\(member.source) = \(Timestamp.text(time ?? 0))" : member.source,
                    at: Place(.proofPayload, member.span))
            ], fix: "leave `\(name)` out: the server judges a proof by its `iat`", deviation: deviation)
    }

    /// The same proof seen before: made once and kept. Otherwise the clock is slow.
    private static func staleCause(_ input: CheckInput, _ claims: JSONValue) -> CauseID {
        // It cannot be older than the token that its `ath` names.
        guard input.material.timesBeforeToken == nil, let jti = claims["jti"]?.stringBytes,
            !input.story.earlierUses(of: jti, before: input.exchange.index).isEmpty
        else {
            return .iatSkewBehind
        }
        return .iatCachedProof
    }

    static let proofNonce = Check(
        id: .proofNonce, title: "the nonce the server gave last", spec: "RFC 9449 §4.3(10), §8, §9", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            let member = claims["nonce"]
            let given = input.story.nonces(from: input.request.url, before: input.exchange)
            guard let last = given.last else {
                guard let member else { return input.skip("not asked for") }
                guard let nonce = member.string else { return mistyped(input, member) }
                return unasked(input, nonce, Place(.proofPayload, member.span))
            }
            let place = Place(.proofPayload, member?.span ?? claims.span)
            // Offered by a success, or for the other role of this origin: not asked for here.
            let isAsked = given.contains { $0.isDemanded && $0.isOfIdP != !FlowStory.isAtIdP(input.kind) }
            if member == nil, !isAsked || input.isAccepted { return input.skip("offered, not asked for") }
            // Asked for it again and answered: a round trip is wasted, nothing is wrong.
            if input.isAnsweredChallenge { return input.pass("asked for again, and sent then") }
            guard let nonce = member?.string else {
                return input.fail(
                    "the server asked for a nonce and the proof has none", cause: .nonceNotEchoed,
                    found: "no `nonce`",
                    [Evidence("nonce", expected: last.value, actual: member?.source, at: place)],
                    fix: "copy the last DPoP-Nonce of this server into the proof's `nonce`")
            }
            if nonce == last.value { return input.pass("the last given") }
            let evidence = [Evidence("nonce", expected: last.value, actual: "\(nonce)", at: place)]
            if given.contains(where: { $0.value == nonce }) {
                let title = "the proof uses an old nonce of this server"
                let fix = "keep the DPoP-Nonce of every answer, successes too"
                return input.isAccepted
                    ? input.warn(
                        title + ", which it still took", cause: .nonceNotUpdatedOn200, found: "an old one",
                        evidence, fix: fix)
                    : input.fail(title, cause: .nonceNotUpdatedOn200, found: "an old one", evidence, fix: fix)
            }
            let foreign = input.story.nonces.contains { $0.value == nonce && $0.origin != input.request.url.origin }
            return input.fail(
                foreign ? "the nonce was given by another server" : "the nonce is none this server gave",
                cause: foreign ? .nonceCrossOrigin : .nonceNotEchoed,
                found: foreign ? "another server's" : "unknown", evidence,
                fix: "keep nonces apart by origin, and use the newest")
        }
    }

    private static func unasked(_ input: CheckInput, _ nonce: String, _ place: Place) -> Outcomes {
        if let other = input.story.nonces.first(where: { $0.value == nonce && $0.origin != input.request.url.origin }) {
            return input.fail(
                "the nonce was given by another server", cause: .nonceCrossOrigin, found: "another server's",
                [
                    Evidence(
                        "nonce", expected: "no nonce: \(input.request.url.origin) gave none",
                        actual: "\(nonce) of \(other.origin)", at: place)
                ],
                fix: "keep nonces apart by origin")
        }
        if input.settings.profile.nonce == .refused {
            return input.fail(
                "\(input.settings.profile.title) gives no nonces and refuses a proof with one", cause: .nonceUnwanted,
                found: "`nonce` present", [Evidence("nonce", expected: "no `nonce`", actual: nonce, at: place)],
                fix: "leave `nonce` out for a server that gave none", deviation: "nonce-unasked")
        }
        return input.cannotTell("the capture does not show who gave this nonce")
    }

    private static func mistyped(_ input: CheckInput, _ member: JSONValue) -> Outcomes {
        input.differ(
            "`nonce` is a \(member.kind.name) and nobody asked for one: some servers refuse it",
            found: "`nonce` is a \(member.kind.name)",
            [
                Evidence(
                    "nonce", expected: "a string, or no `nonce`", actual: member.source,
                    at: Place(.proofPayload, member.span))
            ], fix: "leave `nonce` out until a server gives one",
            deviation: member.kind == .null ? "nonce-null" : "nonce-number")
    }

    static let proofJti = Check(
        id: .proofJti, title: "never used before", spec: "RFC 9449 §11.1", kinds: proofSteps
    ) { input in
        input.onClaims { proof, claims in
            guard let member = claims["jti"], let bytes = member.stringBytes else {
                return input.cannotTell("no `jti`")
            }
            let place = Place(.proofPayload, member.span)
            let earlier = input.story.earlierUses(of: bytes, before: input.exchange.index)
            // Sent along with a redirect: `proof.htu` says what is wrong with that.
            if let way = earlier.first.flatMap({ input.story.materials[$0] }),
                way.exchange.response.map({ (300..<400).contains($0.status) }) == true,
                way.proof?.jws.compact == proof.jws.compact, way.exchange.request.url.target != input.request.url.target
            {
                return input.skip("the proof of the redirected request")
            }
            guard let first = earlier.first else {
                if bytes.count == 0 { return input.cannotTell("an empty `jti`") }
                if bytes.count < 8 {
                    return input.warn(
                        "the `jti` is short: \(bytes.count) characters", cause: .jtiWeak, found: "short",
                        [Evidence("jti", expected: "at least 96 random bits", actual: member.source, at: place)],
                        fix: "use a UUIDv4 or 16 random bytes, base64url")
                }
                return input.pass("new")
            }
            let target = input.request.url.target
            let same = earlier.first { index in
                guard let other = input.story.materials[index], other.proof?.jws.compact == proof.jws.compact else {
                    return false
                }
                return other.exchange.request.method == input.request.method
                    && other.exchange.request.url.target == target
            }
            if let same {
                let evidence = [
                    Evidence(
                        "jti", expected: "a value not used before",
                        actual: "\(member.source), first in entry \(same)", at: place)
                ]
                let fix = "sign inside the retry loop: a new proof, with a new `jti`, for every request (RFC 9449 §7.3)"
                let title = "the same proof was already sent in entry \(same)"
                // A server that remembers nothing takes it; the next one will not.
                return input.settings.profile.replay == .none
                    ? input.warn(
                        "\(title), which \(input.settings.profile.title) does not notice", cause: .jtiRetry,
                        found: "used in entry \(same)", evidence, fix: fix)
                    : input.fail(title, cause: .jtiRetry, found: "used in entry \(same)", evidence, fix: fix)
            }
            return input.warn(
                "the `jti` was already used in entry \(first), in another proof; servers that remember only `jti` refuse",
                cause: input.step.related != nil ? .nonceRetrySameJti : nil, found: "used in entry \(first)",
                [
                    Evidence(
                        "jti", expected: "a value not used before", actual: "\(member.source), first in entry \(first)",
                        at: place)
                ],
                fix: "make a new `jti` for every proof")
        }
    }
}
