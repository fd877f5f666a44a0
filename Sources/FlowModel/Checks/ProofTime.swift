extension Check {
    static let proofIat = Check(
        id: .proofIat, title: "made just now", spec: "RFC 9449 §4.3(11), §11.1", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            guard let member = claims["iat"], let iat = member.number?.moment else {
                return input.cannotTell("no numeric `iat`")
            }
            guard let now = input.time else { return input.cannotTell("the capture has no time for this request") }
            let profile = input.settings.profile
            let age = now - iat
            if age.seconds <= profile.past && age.seconds >= -profile.future {
                return input.pass(age < 0 ? "\(Timestamp.distance(age)) ahead" : "\(Timestamp.distance(age)) old")
            }
            let direction = age > 0 ? "old" : "ahead of the clock"
            let milliseconds = iat > 1e11 && (now - Moment(iat.seconds / 1000)).magnitude < 86400 * 366
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

    /// The same proof seen before: made once and kept. Otherwise the clock is slow.
    private static func staleCause(_ input: CheckInput, _ claims: JSONValue) -> CauseID {
        guard let jti = claims["jti"]?.stringBytes,
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
                guard let nonce = member?.string else { return input.skip("not asked for") }
                return unasked(input, nonce, Place(.proofPayload, member!.span))
            }
            let place = Place(.proofPayload, member?.span ?? claims.span)
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
        return input.cannotTell("the capture does not show who gave this nonce")
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
            guard let first = earlier.first else {
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
                return input.fail(
                    "the same proof was already sent in entry \(same)", cause: .jtiRetry,
                    found: "used in entry \(same)",
                    [
                        Evidence(
                            "jti", expected: "a value not used before",
                            actual: "\(member.source), first in entry \(same)", at: place)
                    ],
                    fix: "sign inside the retry loop: a new proof, with a new `jti`, for every request (RFC 9449 §7.3)")
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
