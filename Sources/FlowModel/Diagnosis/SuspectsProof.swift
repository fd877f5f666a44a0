/// Suspects that are about the proof, where the words speak of it and the bytes show nothing.
extension SuspectScene {
    var missingProof: [Suspects.Suspect] {
        guard let proof = material.proof else {
            if shows(.missingProof) { return [] }
            return [
                Suspects.Suspect(
                    cause: .proofAbsent, certainty: .certain, words: "the request has no proof, and \(quote)",
                    evidence: [Evidence("DPoP header", expected: "one proof", actual: nil)])
            ]
        }
        if words.cause == nil || proof.count > 1 || !shown.isEmpty || proof.jws.compact.isEmpty { return [] }
        return likely(
            .proofStripped, "\(quote), and the request has one: something between client and server dropped the field")
    }

    /// Words about the target over a proof that equals the request.
    var htu: [Suspects.Suspect] {
        guard material.proof != nil, !input.isSeenBehind(lead.refusal) else { return [] }
        if let form = unusualForm { return form }
        let called = material.exchange.request.url
        let printed = ServerURLs.inside(words.sentence ?? "")
        if let own = printed.first(where: { $0.normalised != called.normalised }) {
            return ServerPlace.suspects("its sentence", own, called, quote)
        }
        if printed.count > 1, let cause = ServerURLs.difference(words.sentence ?? "") {
            return likely(cause, "\(quote): the server compares another form of the URL")
        }
        let place = ServerPlace.of(self)
        return place.isEmpty
            ? likely(
                .htuProxyInternal,
                "\(quote), and `htu` is the URL that was called: the server takes itself for another URL")
                + [
                    Suspects.Suspect(
                        cause: .htuForwardedStyle,
                        words: "the proxy may send one family of forwarded fields, and the server read the other")
                ] : place
    }

    /// A URL that may be written in another way too, which the server may do.
    var unusualForm: [Suspects.Suspect]? {
        guard material.proof != nil else { return nil }
        let url = material.exchange.request.url
        let path = String(url.path)
        if path.has("%") {
            return likely(
                .htuPctEncoding, "\(quote), and the path has percent-encoding: it compares another form of the URL")
        }
        if url.port != nil, url.effectivePort == nil {
            return likely(
                .htuDefaultPort, "\(quote), and the default port is written out: it compares another form of the URL")
        }
        if url.scheme.lowercased() != url.scheme || url.host.lowercased() != url.host {
            return likely(.htuCase, "\(quote), and scheme or host have capitals: it compares another form of the URL")
        }
        return nil
    }

    /// Words about time, and nothing that a clock shows.
    var time: [Suspects.Suspect] {
        let said = words.cause
        if said == .iatSkewBehind || said == .iatSkewAhead {
            let distance =
                PrintedTimes(words.sentence ?? "").map { " by \(Timestamp.distance($0.age.magnitude))" } ?? ""
            return likely(
                said!,
                "\(quote): by the server's clock `iat` is \(said == .iatSkewBehind ? "too old" : "in the future")\(distance)"
            )
        }
        guard let iat = claims?["iat"]?.number?.moment else { return [] }
        // A proof that is younger than a token of just now is rather ahead than behind.
        if let made = material.token?.claims?["iat"]?.number?.moment, iat - made > 15, !input.hasClock(material) {
            return likely(
                .iatSkewAhead,
                "\(quote), and `iat` is \(Timestamp.distance(iat - made)) after the token was issued: rather ahead than behind"
            )
        }
        let text = "\(quote), and there is no clock here that tells the direction"
        return likely(.iatSkewBehind, text)
            + [Suspects.Suspect(cause: .iatSkewAhead, words: text)]
    }

    var replay: [Suspects.Suspect] {
        guard shown.isEmpty else { return [] }
        return likely(
            .jtiDoubleConsume,
            "\(quote), and this proof is seen once: it may be checked twice, or was sent before what is seen here")
    }

    /// Words about a nonce that no challenge with its field stands for.
    var nonce: [Suspects.Suspect] {
        guard !shows(.nonce), let response = material.exchange.response else { return [] }
        let isTold = response.headers.has("dpop-nonce")
        if words.code == "use_dpop_nonce" || claims?["nonce"] == nil {
            let unhandled = likely(.nonceUnhandled, "\(quote), and the client does not come back with one")
            // A text without any field tells nothing of fields.
            return isTold || response.headers.isEmpty
                ? unhandled
                : likely(.nonceInBody, "\(quote), and the answer has no DPoP-Nonce field") + unhandled
        }
        return likely(.nonceNotEchoed, "\(quote): the proof's nonce is not the one that the server wants")
    }

    /// Words about the key's form, and the key is well-formed: of a kind that not every server takes.
    var keyForm: [Suspects.Suspect] {
        guard shown.isEmpty, let jwk = material.proof?.jwk?.value else { return [] }
        let curve = jwk["crv"]?.string
        guard curve != "P-256", curve != nil || material.proof?.jws.alg != "RS256" else { return [] }
        let kind = [jwk["kty"]?.string, curve].compactMap { $0 }.joined(separator: " ")
        return likely(.algUnsupported, "\(quote), and the key is well-formed: the server may not take \(kind) keys")
    }

    /// Words about several proofs, and one is seen.
    var duplicated: [Suspects.Suspect] {
        guard shown.isEmpty, material.proof != nil else { return material.proof == nil ? missingProof : [] }
        return likely(
            .proofDuplicated, "\(quote), and one is seen here: something on the way may add a second field or join two")
    }

    /// Words about another key, and every thumbprint is the same.
    var key: [Suspects.Suspect] {
        guard let own = material.proof?.fingerprint?.base64url else { return [] }
        if [.jwkMalformed, .jwkSet, .algUnsupported].contains(where: { id in seen.contains { $0.cause?.id == id } }) {
            return []
        }
        let known = input.thumbprints(for: material)
        guard !known.isEmpty, known.allSatisfy({ $0 == own }) else { return [] }
        return likely(
            .serverBindingLost, "\(quote), and every thumbprint that is seen is this key's",
            [Evidence("jkt", expected: own, actual: known.joined(separator: ", "))])
    }

    var scheme: [Suspects.Suspect] {
        guard !shows(.scheme), shown.isEmpty else { return [] }
        guard isCall || step.to != .idp else { return [] }
        if material.presented == nil, material.proof == nil {
            return likely(.proofAbsent, "the request has neither an access token nor a proof, and \(quote)")
        }
        guard material.presented?.scheme.equalsIgnoringCase("dpop") == true,
            !challenges.contains(where: { $0.scheme.equalsIgnoringCase("dpop") })
        else { return [] }
        var list = likely(.serverBearerOnly, "\(quote): this endpoint looks for no DPoP, and what was sent is right")
        if (words.sentence ?? "").lowercased().has("rbac") {
            list.append(
                Suspects.Suspect(cause: .tokenScope, words: "or the token's claims do not fit the server's policy"))
        }
        return list
    }
}

extension DiagnosisInput {
    /// Every thumbprint that says which key a request must be signed with.
    func thumbprints(for material: ExchangeMaterial) -> [String] {
        var list: [String] = []
        if let token = material.token {
            if let jkt = (story.bindings[token.fingerprint]?.jkt?.value ?? token.jkt)?.string { list.append(jkt) }
            if let issued = story.bindings[token.fingerprint]?.issuedBy,
                let key = story.materials[issued]?.proof?.fingerprint
            {
                list.append(key.base64url)
            }
        }
        for name in ["refresh_token", "subject_token", "code"] {
            guard let text = material.form?[name] else { continue }
            if let jkt = HandedToken(text)?.jkt { list.append(jkt) }
            if let from = story.grants[Fingerprint(of: text)], let key = story.materials[from]?.proof?.fingerprint {
                list.append(key.base64url)
            }
        }
        for item in requests {
            let form = item.material.form ?? item.material.exchange.request.url.query.map { Form($0) }
            if let jkt = form?["dpop_jkt"] { list.append(jkt) }
        }
        return list
    }
}
