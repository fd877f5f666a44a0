import FlowModel

/// The checks of a proof that need no memory, each with what it has against the proof.
struct ProofInspection {
    let proofs: ProofGuard
    let log: (GuardCheck) -> Void
    private var judging: Judging { proofs.rules.judging }

    init(proofs: ProofGuard, log: @escaping (GuardCheck) -> Void) { (self.proofs, self.log) = (proofs, log) }

    func require(
        _ condition: Bool, _ id: String, _ complaint: @autoclosure () -> Complaint, _ words: @autoclosure () -> String,
        found: @autoclosure () -> String = ""
    ) throws(ProofRefusal) {
        if condition { return log(GuardCheck(id: id, passes: true, words: "")) }
        let objection = Objection(complaint(), found: found(), words: words())
        log(GuardCheck(id: id, passes: false, words: objection.words))
        throw ProofRefusal(objection: objection, check: id)
    }

    /// One proof, a JWT, with a header that can be used: the JWS, which has a header and a payload, and its key.
    func form(_ values: [String]) throws(ProofRefusal) -> (jws: CompactJWS, jwk: JWK) {
        try require(!values.isEmpty, "proof.present", .proofMissing, "no DPoP header")
        try require(
            values.count == 1 && !values[0].utf8.contains(UInt8(ascii: ",")), "proof.single", .proofSeveral,
            "more than one DPoP proof")
        let jws = CompactJWS(values[0])
        let known = jws.isWellFormed && jws.header != nil && jws.payload != nil
        try require(
            known, "proof.wellformed", values[0].isEmpty ? .proofEmpty : .proofMalformed, "not a well-formed JWT")
        let header = jws.header!.root
        // RFC 7515 §4.1.11: none of the extensions that may be critical is known here; RFC 7797 is one.
        let isPlain = header["crit"] == nil && header["b64"].map { $0.bool == true } ?? true
        try require(
            isPlain, "proof.wellformed", .proofExtension, "the header has an extension that is not known here",
            found: header["crit"]?.elements.first?.string ?? "b64")
        try require(isType(jws.typ), "proof.typ", .typ, "typ is not dpop+jwt", found: jws.typ ?? "null")
        let alg = jws.alg ?? ""
        try require(proofs.accepts(alg), "proof.alg", .alg, "algorithm '\(alg)' is not accepted", found: alg)
        return (jws, try key(header["jwk"]))
    }

    private func isType(_ typ: String?) -> Bool {
        guard let typ, judging.readsMediaType else { return typ == "dpop+jwt" }
        let folded = typ.lowercased()
        return folded == "dpop+jwt" || folded == "application/dpop+jwt"
    }

    private func key(_ value: JSONValue?) throws(ProofRefusal) -> JWK {
        try require(value != nil, "proof.jwk", .jwkMissing, "no jwk in the header")
        let jwk = JWK(value!)
        try require(jwk.privateMembers.isEmpty, "proof.jwk", .jwkPrivate, "the jwk holds a private key")
        try require(
            jwk.isUsable && jwk.fingerprint != nil, "proof.jwk", .jwkUnusable, "the jwk is no public key")
        let weakness = WeakKey.problem(jwk)
        try require(weakness == nil, "proof.jwk", .jwkUnusable, weakness ?? "")
        return jwk
    }

    func claims(_ claims: JSONValue) throws(ProofRefusal) {
        let texts: [(name: String, complaint: Complaint)] = [
            ("jti", .jtiMissing), ("htm", .htmMissing), ("htu", .htuMissing),
        ]
        let missing = texts.first { (claims[named: $0.name]?.string ?? "").isEmpty }
        try require(
            missing == nil && claims["iat"]?.number != nil, "proof.claims", missing?.complaint ?? .iatMissing,
            "jti, htm, htu or iat is missing", found: missing?.name ?? "iat")
    }

    // MARK: the request

    func target(_ claims: JSONValue, _ aim: ProofGuard.Aim) throws(ProofRefusal) {
        let htm = claims["htm"]?.string ?? ""
        try require(
            htm == aim.method || (judging.foldsMethod && htm.uppercased() == aim.method.uppercased()), "proof.htm",
            .htm, "htm is not the request's method", found: htm)
        let (htu, url) = (HTTPURL(claims["htu"]?.string ?? ""), HTTPURL(aim.url))
        try require(
            isSame(htu, url) && proofs.takesSpelling(htu, url), "proof.htu",
            htu.scheme.isEmpty || htu.host.isEmpty ? .htuMalformed : .htu,
            "htu is '\(claims["htu"]?.string ?? "")', this is '\(url.withoutQuery)'", found: htu.text)
    }

    private func isSame(_ htu: HTTPURL, _ url: HTTPURL) -> Bool {
        switch judging.target {
        case .letters: htu.text == url.withoutQuery
        case .text: htu.withoutQuery == url.withoutQuery
        case .javaURI:
            htu.scheme.lowercased() == url.scheme.lowercased() && htu.host.lowercased() == url.host.lowercased()
                && htu.port == url.port && htu.path == url.path && htu.userinfo == url.userinfo
        case .whatwg:
            htu.scheme.lowercased() == url.scheme.lowercased() && htu.host.lowercased() == url.host.lowercased()
                && htu.effectivePort == url.effectivePort
                && Self.resolved(htu.path) == Self.resolved(url.path)
        case .normalised: htu.normalised == url.normalised
        }
    }

    /// A path without dot segments, which may be percent-encoded (WHATWG URL, "path state"); an empty one is `/`.
    private static func resolved(_ path: Substring) -> String {
        var kept: [String] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (at, segment) in segments.enumerated() {
            let isLast = at == segments.count - 1
            switch segment.lowercased().replacing("%2e", with: ".") {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(String(segment))
            }
        }
        return "/" + kept.joined(separator: "/")
    }

    // MARK: time

    /// - Parameter isToldByNonce: A nonce tells the proof's age instead of `iat` (RFC 9449 §4.3(11)), which must be a
    ///   time all the same.
    func time(_ claims: JSONValue, _ now: Moment, isToldByNonce: Bool) throws(ProofRefusal) {
        let iat = claims["iat"]?.number?.moment ?? now
        let isTime = claims["iat"]?.number?.within(ProofGuard.times) != nil
        let isJudged = !isToldByNonce || judging.judgesTimeOfNonces
        let isOld = isJudged && judging.past.map { iat < now - $0 } ?? false
        let isEarly = isJudged && judging.past != nil && iat > now + judging.future
        let complaint: Complaint = !isTime ? .iatNoTime : isOld ? .iatPast : .iatFuture
        try require(
            isTime && !isOld && !isEarly, "proof.iat", complaint,
            isTime ? Self.distance(now - iat) : "iat is no time of these days")
        // RFC 7519 §4.1.4, §4.1.5: nobody has to write them, and who does means them.
        let (ends, starts) = (claims["exp"], claims["nbf"])
        let isOver = !(ends.map { $0.number.map { $0.moment > now } ?? false } ?? true)
        let isToCome = !(starts.map { $0.number.map { $0.moment <= now + judging.future } ?? false } ?? true)
        try require(
            !isOver && !isToCome, "proof.iat", isOver ? .proofOver : .proofEarly,
            "the proof's own exp or nbf says that it is not valid now")
    }

    private static func distance(_ age: Interval) -> String {
        age < 0
            ? "iat is \((0 - age).wholeSeconds) s ahead of this server's time"
            : "iat is \(age.wholeSeconds) s before this server's time"
    }

    // MARK: the token

    func token(
        _ claims: JSONValue, _ aim: ProofGuard.Aim, _ fingerprint: String
    ) throws(ProofRefusal) {
        guard let token = aim.token else {
            if judging.forbidsHash {
                try require(claims["ath"] == nil, "proof.ath", .athUnwanted, "ath without a token")
            }
            return
        }
        try require(claims["ath"] != nil, "proof.ath", .athMissing, "no ath")
        try require(
            claims["ath"]?.string == Fingerprint(of: token).base64url, "proof.ath", .athWrong,
            "ath is not this token's hash")
        guard proofs.comparesKeys(isSame: aim.jkt == fingerprint) else { return }
        try require(aim.jkt != nil, "token.cnf", .tokenUnbound, "the token has no cnf.jkt")
        try require(
            aim.jkt == fingerprint, "proof.binding", .keyMismatch, "the proof's key is not the token's")
    }
}
