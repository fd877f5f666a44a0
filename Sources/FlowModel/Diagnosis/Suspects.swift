/// Causes that the server's words or the pattern of a refusal point to (why.md §2), one refusal at a time.
enum Suspects {
    /// One of them: why it is named, and how sure it is.
    struct Suspect {
        let cause: CauseID
        var certainty = Certainty.likely
        let words: String
        var evidence: [Evidence] = []
        /// Nil: the cause's own.
        var fix: String?
    }

    /// `seen`: what bytes show already.
    static func of(_ lead: Ranking.Lead, _ input: DiagnosisInput, seen: [Diagnosis.Entry]) -> [Diagnosis.Entry] {
        let at = SuspectScene(lead, input, seen)
        return at.named.map { suspect in
            let cause = Cause.with(suspect.cause)
            return Diagnosis.Entry(
                cause: cause, step: lead.refusal.request, check: nil, verdict: .fail, certainty: suspect.certainty,
                isFromWords: true, sentence: suspect.words, evidence: suspect.evidence,
                fix: suspect.fix ?? cause.fix)
        }
    }

    /// Where a cause is certain or likely, the general candidates are not named at all.
    static func pruned(_ entries: [Diagnosis.Entry], _ input: DiagnosisInput) -> [Diagnosis.Entry] {
        let isExplained = entries.contains(where: \.explains)
        return isExplained ? entries.filter { $0.certainty < .possible } : entries
    }

    /// The catalogue's candidates that fit the refused request and the words.
    static func candidates(_ lead: Ranking.Lead, _ input: DiagnosisInput) -> [Cause] {
        let at = SuspectScene(lead, input, [])
        guard lead.refusal.isJudged, !lead.words.isOwnReason else { return [] }
        let isKong = at.isKong
        return Cause.all.filter { cause in
            guard cause.sight == .candidate, cause.id != .nonceHeaderCase else { return false }
            if at.material.proof == nil, cause.id.presupposesProof { return false }
            if let subject = lead.words.subject { return cause.id.subjects.contains(subject) }
            // Nothing but "the grant is refused" says little of proxies.
            guard !at.isTokenEndpoint || lead.words.subject == nil else { return false }
            switch cause.id {
            case .gwIntrospectionCnf: return isKong && !at.isIdP && at.material.token?.jws == nil
            case .gwSchemeLb, .gwVersion, .gwValidationOff, .gwAuthMethods: return isKong && !at.isIdP
            case .htuForwardAuth: return !at.isIdP
            case .proofStripped: return false
            default: return true
            }
        }
    }
}

extension CauseID {
    /// Not named where no proof was sent.
    var presupposesProof: Bool {
        let family = rawValue.prefix { $0 != "." }
        return family == "htu" || family == "htm" || family == "jti" || self == .proofStripped || self == .gwSchemeLb
    }
}

/// One refused request, and what is known around it.
struct SuspectScene {
    let lead: Ranking.Lead
    let input: DiagnosisInput
    let seen: [Diagnosis.Entry]
    let material: ExchangeMaterial
    let step: Step
    var words: ServerWords { lead.words }

    init(_ lead: Ranking.Lead, _ input: DiagnosisInput, _ seen: [Diagnosis.Entry]) {
        (self.lead, self.input, self.seen) = (lead, input, seen)
        (material, step) = (lead.refusal.material, input.flow.steps[lead.refusal.request])
    }

    var isTokenEndpoint: Bool { step.kind == .tokenRequest || step.kind == .refresh }
    var isFront: Bool { step.kind == .pushedAuthorization || step.kind == .authorization }
    var isCall: Bool { step.kind == .resourceRequest || step.kind == .userinfo || step.kind == .unknown }
    var isIdP: Bool { step.to == .idp }
    var claims: JSONValue? { material.proof?.jws.payload?.root }

    /// Failures that bytes show at this request.
    var shown: [Diagnosis.Entry] {
        seen.filter { $0.verdict == .fail && ($0.step == lead.refusal.request || $0.step == lead.refusal.answer) }
            .filter { $0.check != .responseChallenge || $0.cause != nil }
    }

    /// Whether bytes show something that the words agree with.
    func shows(_ subject: WordSubject) -> Bool {
        seen.contains { $0.verdict == .fail && $0.subjects.contains(subject) && $0.step <= lead.refusal.answer }
    }

    func warns(_ prefix: String) -> Bool {
        seen.contains { $0.step == lead.refusal.request && $0.id.hasPrefix(prefix) }
    }

    var isKong: Bool {
        input.settings.profile.id == "kong"
            || (material.exchange.response?.headers.contains { $0.name.lowercased().hasPrefix("x-kong") } ?? false)
            || material.exchange.response?.headers.first("via")?.lowercased().has("kong") == true
            || material.exchange.response?.headers.first("server")?.lowercased().has("kong") == true
    }

    var challenges: [Challenge] {
        material.exchange.response?.headers.all("www-authenticate").flatMap { (try? Challenge.parse($0.value)) ?? [] }
            ?? []
    }

    /// What the server said, for the sentences.
    var quote: String { words.isSilent ? "\(words.text)" : "the server says '\(words.sentence ?? words.code ?? "")'" }

    func likely(_ cause: CauseID, _ text: String, _ evidence: [Evidence] = []) -> [Suspects.Suspect] {
        [Suspects.Suspect(cause: cause, words: text, evidence: evidence)]
    }

    func possible(_ cause: CauseID, _ text: String) -> Suspects.Suspect {
        Suspects.Suspect(cause: cause, certainty: .possible, words: text)
    }

    /// The suspects; of an authorization request, which carries no proof, any refusal is the request's.
    var named: [Suspects.Suspect] {
        let list = suspects
        guard list.isEmpty, step.kind == .authorization, shown.isEmpty, !words.isSilent else { return list }
        return front
    }

    /// A browser's question, which carries neither a token nor a proof.
    private var isPreflight: Bool {
        material.exchange.request.method == "OPTIONS"
            && material.exchange.request.headers.has("access-control-request-method")
    }

    private var suspects: [Suspects.Suspect] {
        if isPreflight, lead.refusal.isJudged { return [] }
        guard lead.refusal.kind != .challenge else {
            return shows(.nonce)
                ? []
                : [
                    Suspects.Suspect(
                        cause: .nonceUnhandled, certainty: .certain,
                        words: "the server asks for a nonce and the client does not come back")
                ]
        }
        if words.status == 407 {
            return likely(
                .gwNotReached, "\(words.text): a proxy wants a user and a password, and the server saw nothing")
        }
        // The code alone says it where no proof was sent.
        if words.code?.lowercased() == "invalid_dpop_proof", material.proof == nil, step.kind != .authorization {
            return missingProof
        }
        // RFC 6749 §5.2: 401 is about the client. Auth0 says `access_denied` then.
        if isTokenEndpoint, !isCall, words.status == 401, words.code?.lowercased() == "access_denied" {
            return clientAuthentication
        }
        if let cause = words.cause, let own = named(by: cause) { return own }
        switch words.subject {
        case .clientAuthentication: return clientAuthentication
        case .clientMetadata:
            return likely(
                isTokenEndpoint ? .clientAuthFailed : .authorizationRefused,
                "\(quote): that is about the client's registration, not about the proof")
        case .pkce, .redirectURI: return front
        case .grant: return grant
        case .scope: return scope
        case .audience:
            let whom = isTokenEndpoint ? "whom the token is asked for" : "whom the token is for"
            return likely(.tokenAudience, "\(quote): that is about \(whom), not about the proof")
        case .issuer: return likely(.tokenIssuer, "\(quote): that is about who issued the token, not about the proof")
        case .expired, .revoked: return inactive
        case .certificate: return likely(.bindingMtlsRequired, "\(quote): a client certificate is meant, not the proof")
        case .size: return likely(.requestTooLarge, "\(quote): \(sizes)")
        case .front: return likely(.gwNotReached, "\(quote): something in front answered, and the server saw nothing")
        case .overload: return likely(.serverThrottled, "\(quote): nothing was judged")
        case .crash: return failed
        case .scheme: return scheme
        case .missingProof: return missingProof
        case .htu: return shows(.htu) ? [] : htu
        case .htm:
            return shows(.htm)
                ? []
                : likely(
                    .htuForwardAuth, "\(quote), and `htm` is the method: an authoriser compares its own subrequest")
        case .time: return shows(.time) ? [] : time
        case .nonce: return nonce
        case .replay: return shows(.replay) ? [] : replay
        case .key: return shows(.key) ? [] : key
        case .alg:
            return shows(.alg)
                ? [] : likely(.algUnsupported, "\(quote), and the proof says `\(material.proof?.jws.alg ?? "no alg")`")
        case .typ: return []
        case .signature:
            // The proof's own is right, and the code speaks of the token.
            return words.code == "invalid_token" && !shows(.signature) && isCall
                ? likely(.tokenAltered, "\(quote): the proof's signature is right, so that the token's is meant") : []
        case .ath: return []
        case nil: return silent
        }
    }

    /// What the request's fields take up.
    var headSize: Int {
        material.exchange.request.headers.reduce(0) { $0 + $1.name.utf8.count + $1.bytes.count + 4 }
    }

    private var sizes: String {
        "the request's head has \(headSize) bytes, its body \(material.exchange.request.body?.bytes.count ?? 0)"
    }
}
