/// Suspects that are not the proof's.
extension SuspectScene {
    /// A cause that the sentence names by itself, where the request can have it; nil: the subject decides.
    func named(by cause: CauseID) -> [Suspects.Suspect]? {
        switch cause {
        case .serverFailed: return failed
        case .tokenExpired, .tokenRevoked: return isCall ? inactive : nil
        case .tokenScope: return isCall ? scope : nil
        case .proofAbsent: return missingProof
        case .serverBearerOnly: return scheme
        case .schemeBearer, .schemeDpopUnbound, .schemeBoth: return shows(.scheme) ? [] : scheme
        case .nonceUnwanted: return []
        case .tokenAltered:
            return shows(.signature)
                ? [] : likely(.tokenAltered, "\(quote): the token's signature is meant, the proof's own is right")
        case .grantRefused:
            if isCall { return words.code?.lowercased() == "expired_token" ? inactiveToken : nil }
            return isFront ? front : grantRefused
        case .grantForbidden: return likely(.grantForbidden, "\(quote): this client may not use this grant")
        case .iatSkewBehind, .iatSkewAhead: return shows(.time) ? [] : time
        case .iatFraction: return shows(.time) || warns("iat.") ? [] : nil
        case .serverWantsExp:
            let claim =
                MissedClaim.named(by: words.sentence ?? "")
                ?? WantedClaim.named(by: words.sentence ?? "", code: words.code) ?? "exp"
            guard let claims, claims[named: claim] == nil else { return nil }
            return likely(
                .serverWantsExp, "\(quote): RFC 9449 asks for no `\(claim)` in a proof",
                [Evidence(claim, expected: "what this server wants", actual: nil)])
        case .asHybrid: return seen.contains { $0.cause?.id == .asHybrid } ? [] : likely(.authorizationRefused, quote)
        case .requestRepeatedParameter: return seen.contains { $0.cause?.id == cause } ? [] : likely(cause, quote)
        case .jwkPrivate: return []
        case .jwkMalformed, .jwkSet: return keyForm
        case .proofDuplicated: return duplicated
        // Another key, or a digest in another form: the bytes tell.
        case .keyDpopJkt: return nil
        case .vciKeyproof:
            if seen.contains(where: { $0.cause?.id == .vciKeyproof }) { return [] }
            return isCall ? likely(.vciKeyproof, "\(quote): the credential's key proof is meant") : nil
        case .gwNotReached, .requestTooLarge, .serverThrottled, .bindingMtlsRequired: return nil
        case .clientAttestation: return likely(.clientAttestation, "\(quote): the attestation is meant, not the proof")
        default:
            return seen.contains { $0.cause?.id == cause && $0.verdict == .fail }
                ? [] : likely(cause, "\(quote): that is not about the proof")
        }
    }

    var clientAuthentication: [Suspects.Suspect] {
        if seen.contains(where: {
            [.assertionReused, .assertionClock].contains($0.cause?.id) && $0.step == lead.refusal.request
        }) {
            return []
        }
        let form = material.form
        let said = (words.sentence ?? "").lowercased()
        if form?["client_assertion"] != nil, said.has("not active") || said.has("future") || said.has("expired") {
            return likely(.assertionClock, "\(quote): the times of the client assertion are meant")
        }
        let basic = material.exchange.request.headers.first("authorization")?.lowercased().hasPrefix("basic ") == true
        if let reason = publicClient {
            return likely(
                .clientAuthFailed,
                "\(quote), and \(reason): what it authenticates with is not wrong, a public client must send none",
                [Evidence("client authentication", expected: nil, actual: basic ? "Basic" : "in the form")])
        }
        let how =
            form?["client_assertion"] != nil
            ? "a client assertion was sent"
            : basic || form?["client_secret"] != nil
                ? "a secret was sent"
                : material.exchange.request.headers.has("authorization")
                    ? "" : "no client authentication of any kind was sent"
        return likely(
            .clientAuthFailed,
            "\(quote): client authentication failed\(how.isEmpty ? "" : " (\(how))"), the proof is not to blame")
    }

    var front: [Suspects.Suspect] {
        // Where nothing came back, nobody refused: a login that was given up is no refusal.
        if isFront, material.exchange.response == nil { return [] }
        return isFront
            ? likely(.authorizationRefused, "\(quote): the authorization request was refused, not the proof")
            : likely(.grantRefused, "\(quote): the grant was refused, not the proof")
    }

    var grant: [Suspects.Suspect] {
        if seen.contains(where: { $0.cause?.id == .grantSpent && $0.step == lead.refusal.request }) { return [] }
        if isCall { return words.status == 403 ? scope : [] }
        if !isTokenEndpoint { return front }
        guard words.isVague else { return likely(.grantRefused, "\(quote): the grant was refused, not the proof") }
        guard shown.isEmpty else { return [] }
        var list: [Suspects.Suspect] = []
        if material.proof == nil {
            list.append(possible(.proofAbsent, "the request has no proof, and \(quote)"))
        } else if step.kind == .refresh {
            list.append(
                possible(.keyRefreshOther, "another key than the refresh token's is one reason for \(words.text)"))
        }
        list.append(possible(.grantRefused, "\(quote): code, verifier, refresh token or password may be wrong"))
        list.append(possible(.grantSpent, "the code or the refresh token may have been used before"))
        return list
    }

    var scope: [Suspects.Suspect] {
        if isCall {
            let wanted = challenges.compactMap { $0["scope"] }.first
            return likely(
                .tokenScope,
                "\(quote): the token lacks a scope or a right\(wanted.map { " (wanted: \($0))" } ?? ""); the proof is not to blame"
            )
        }
        return front
    }

    /// The token is not active any more: expired where times show it.
    var inactive: [Suspects.Suspect] {
        guard isCall else { return isTokenEndpoint ? grantRefused : inactiveToken }
        return inactiveToken
    }

    private var grantRefused: [Suspects.Suspect] {
        likely(.grantRefused, "\(quote): what was handed in is not valid any more")
    }

    private var inactiveToken: [Suspects.Suspect] {
        if seen.contains(where: {
            [.tokenExpired, .tokenRevoked, .tokenNotAccess].contains($0.cause?.id) && $0.verdict == .fail
                && $0.step == lead.refusal.request
        }) {
            return []
        }
        let isVaguelyOver = (words.sentence ?? "").lowercased().has("active") && isTokenAlive
        let cause: CauseID = words.subject == .expired && !isVaguelyOver ? .tokenExpired : .tokenRevoked
        return likely(cause, "\(quote): the access token is meant, the proof is not to blame")
    }

    /// Whether the token's own `exp` is still to come, by a clock.
    private var isTokenAlive: Bool {
        guard let exp = material.token?.claims?["exp"]?.number?.moment,
            let now = input.settings.time(of: material.exchange)
        else { return false }
        return exp - now > 5
    }

    var failed: [Suspects.Suspect] {
        let right =
            shown.isEmpty ? "what was sent is right as far as it is seen" : "what was sent is wrong all the same"
        return likely(
            .serverFailed,
            "\(words.text): the server failed; \(right). A proof that it had checked may be used up")
    }

    // MARK: neither words nor bytes

    /// What is unusual comes first; nothing that is unusual leaves the candidates.
    var silent: [Suspects.Suspect] {
        let status = words.status ?? 0
        if lead.refusal.kind == .silence { return [] }
        if lead.refusal.kind == .redirect, words.code == nil {
            return likely(
                .gwNotReached, "a sign-in page answers a request with a token: something in front does not know it")
        }
        if status == 400, words.code == nil, headSize > 8000 {
            return likely(.requestTooLarge, "400 without a reason, and the request's head has \(headSize) bytes")
        }
        if status == 404, let base = basePath { return [base] }
        if status == 426 || status == 404 || status == 405 || status == 421 { return [] }
        guard shown.isEmpty, !input.isSeenBehind(lead.refusal) else { return [] }
        if step.kind == .revocation || step.kind == .introspection, status == 401 || status == 403 {
            return likely(
                .clientAuthFailed, "\(words.text): this endpoint takes no such client; the proof is not to blame")
        }
        if let form = unusualForm, lead.refusal.isJudged { return form }
        if let clock = clockApart, lead.refusal.isJudged { return clock }
        if isIdP || material.proof != nil, lead.refusal.isJudged {
            let place = ServerPlace.of(self)
            if !place.isEmpty { return place }
        }
        if let rebuilt = rebuiltURL { return rebuilt }
        if isCall, material.presented == nil, material.proof == nil, status == 401 || status == 403 || status == 400 {
            return likely(
                .proofAbsent, "the request has neither an access token nor a proof, and \(quote)")
        }
        if isCall, material.token != nil {
            if let only = bearerOnly { return only }
            if status == 403 {
                return likely(
                    .tokenScope, "403 without a word about DPoP: the token, its user or its client lacks a right")
                    + [Suspects.Suspect(cause: .tokenAudience, words: "the token may be meant for another server")]
            }
        }
        if isFront, words.code != nil {
            return likely(.authorizationRefused, "\(quote): the authorization request was refused")
        }
        return []
    }

    /// Nobody knows a realm's URL: Keycloak may have it under another path.
    private var basePath: Suspects.Suspect? {
        let sentence = words.sentence?.lowercased() ?? ""
        // That server is Keycloak's, and what it lacks is the realm.
        guard !sentence.has("realm does not exist"),
            let hint = KeycloakBasePath.hint(material.exchange.request.url.path)
        else { return nil }
        // The words of Keycloak since 25, and of 17 (keycloak/keycloak#10615).
        let isKeycloak = sentence.has("matching target resource") || sentence.has("could not find resource")
        return Suspects.Suspect(
            cause: .asBasePath, certainty: isKeycloak ? .likely : .possible, words: "\(words.text): \(hint)")
    }

    /// A proof that is within the RFC's window, but not within every server's, by the Date of the refusal.
    private var clockApart: [Suspects.Suspect]? {
        guard let iat = material.proof?.jws.payload?.root["iat"]?.number?.moment, iat < 1e11,
            let date = material.exchange.response?.headers.first("date"), let now = Timestamp.parseHTTPDate(date),
            (now - iat).magnitude > 30
        else { return nil }
        let isBehind = now > iat
        let way = isBehind ? "old" : "ahead"
        return likely(
            isBehind ? .iatSkewBehind : .iatSkewAhead,
            "the proof is \(Timestamp.distance(now - iat)) \(way) by the refusal's own Date (\(date)), and some servers take less"
        )
    }

    /// All that is seen is right, and the only challenge is of another scheme.
    var bearerOnly: [Suspects.Suspect]? {
        if let gateway = BearerGateway.of(material.exchange), words.status == 401, challenges.isEmpty,
            material.presented?.scheme.equalsIgnoringCase("dpop") == true
        {
            return likely(
                .serverBearerOnly, "\(gateway) looks for `Authorization: Bearer` only, and what was sent is right")
        }
        guard material.presented?.scheme.equalsIgnoringCase("dpop") == true, material.proof != nil,
            words.status == 401 || words.status == 403 || words.status == 400, !challenges.isEmpty,
            !challenges.contains(where: { $0.scheme.equalsIgnoringCase("dpop") }),
            challenges.allSatisfy({ ($0["error"] ?? "invalid_token") == "invalid_token" }),
            !seen.contains(where: { $0.cause?.id == .gwDowngradeRefused })
        else { return nil }
        return likely(
            .serverBearerOnly,
            "the only challenge is `\(challenges[0].scheme)`: this endpoint looks for no DPoP, and what was sent is right",
            [Evidence("WWW-Authenticate", expected: "DPoP …", actual: challenges.map(\.scheme).joined(separator: ", "))]
        )
    }
}

/// Gateways that are known to look for Bearer only and to say nothing when they find none.
enum BearerGateway {
    private static let fields: [(name: String, title: String)] = [("x-krakend", "KrakenD")]

    static func of(_ exchange: Exchange) -> String? {
        exchange.response?.headers.lazy.compactMap { field in
            fields.first { field.name.lowercased() == $0.name }?.title
        }.first
    }
}
