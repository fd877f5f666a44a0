/// Puts what was found in the order to mend it (why.md §2).
///
/// What the server's words agree with comes first; then what lies beside the proof, where the words speak of it; then
/// what the bytes of the refused request show; then what is wrong elsewhere. Within a place: earlier steps first, and at
/// a step the order of protocol.md 5.7.
struct Ranking {
    /// A refused request and what the server says of it.
    struct Lead {
        let refusal: Refusal
        let words: ServerWords
    }

    let leads: [Lead]

    /// Lower first.
    typealias Place = (tier: Int, step: Int, check: Int)

    func place(_ entry: Diagnosis.Entry) -> Place {
        let check = entry.check == nil ? entry.cause?.id.rank ?? 50 : Finding.rank(entry.check, entry.cause?.id)
        if entry.cause?.id == .serverUnenforced { return (7, entry.step, check) }
        // What servers say of themselves refuses no request.
        if entry.check == .metadataIssuer || entry.check == .devicePolling || entry.check == .idTokenNonce {
            return (6, entry.step, check)
        }
        if entry.certainty == .possible { return (8, entry.step, 0) }
        guard let lead = lead(of: entry) else {
            // Of a flow without a refusal, or elsewhere in it.
            return (leads.isEmpty ? 2 : 5, entry.step, check)
        }
        let isHere = entry.step == lead.refusal.request || entry.step == lead.refusal.answer
        if let unjudged = unjudged(entry, lead) { return (unjudged, entry.step, check) }
        // Whatever the words are about follows from it.
        if isHere, entry.cause?.id.leads == true { return (0, entry.step, 0) }
        if agrees(entry, lead.words) { return (lead.words.isVague ? 2 : 0, entry.step, check) }
        if entry.isFromWords {
            return (lead.words.subject?.isBesideTheProof == true ? 1 : isHere ? 3 : 4, entry.step, check)
        }
        return (isHere || entry.step < lead.refusal.request ? 2 : 5, entry.step, check)
    }

    /// Where what nobody judged stands: first of its own request (a server that crashed comes after what crashed it),
    /// behind the causes of requests that were judged.
    private func unjudged(_ entry: Diagnosis.Entry, _ lead: Lead) -> Int? {
        switch entry.cause?.id {
        case .serverFailed: 3
        case .serverThrottled, .requestTooLarge, .gwNotReached: leads.contains { $0.refusal.isJudged } ? 3 : 1
        default: nil
        }
    }

    /// The refusal that an entry may explain: its own, or the first one after it.
    private func lead(of entry: Diagnosis.Entry) -> Lead? {
        leads.first { $0.refusal.request == entry.step || $0.refusal.answer == entry.step }
            ?? leads.first { $0.refusal.request >= entry.step }
    }

    private func agrees(_ entry: Diagnosis.Entry, _ words: ServerWords) -> Bool {
        if let cause = entry.cause?.id, cause == words.cause { return true }
        guard let subject = words.subject else { return false }
        return entry.subjects.contains(subject)
    }
}

extension Diagnosis.Entry {
    /// What a server would speak of that saw this.
    var subjects: Set<WordSubject> { cause?.id.subjects ?? check?.subjects ?? [] }
}

extension CheckID {
    var subjects: Set<WordSubject> {
        switch self {
        case .proofPresent, .proofSingle: [.missingProof]
        case .proofTyp: [.typ]
        case .proofAlg: [.alg]
        case .proofJwk: [.key, .signature]
        case .proofSignature: [.signature]
        case .proofHtm: [.htm]
        case .proofHtu: [.htu]
        case .proofIat: [.time]
        case .proofNonce: [.nonce]
        case .proofJti: [.replay]
        case .proofAth: [.ath]
        case .proofBinding, .codeBinding, .refreshBinding, .tokenCnf: [.key]
        case .tokenSignature: [.signature]
        case .tokenTime: [.expired]
        case .requestScheme, .requestPlacement: [.scheme]
        default: []
        }
    }
}

extension CauseID {
    /// Nothing was there where a token or a proof belongs, or a server that looks for a token finds none.
    var leads: Bool {
        switch self {
        case .valueStringified, .valuePlaceholder, .schemeInToken, .schemeUnknown, .schemeShr: true
        default: false
        }
    }

    /// Which cause of one step comes first, where no check tells.
    var rank: Int {
        switch self {
        case .serverFailed, .serverThrottled, .gwNotReached, .requestTooLarge: 5
        case .captureRedacted: 6
        case .schemeUnknown, .schemeShr: 8
        case .nonceCNonce: 60
        case .nonceUnwanted: 99
        case .nonceOnlyIfNone: 71
        case .nonceLoop: 72
        case .valueStringified, .valuePlaceholder: 9
        case .typOtherJwt, .critUnknown: 13
        case .exchangeUnbound, .tokenNotAccess, .tokenAltered, .tokenExpired: 2
        case .keyDpopJkt, .keyTwoKeys: 90
        case .iatSkewBehind, .iatSkewAhead: 60
        case .grantSpent, .assertionReused, .assertionClock: 6
        default: 50
        }
    }

    /// What a server would speak of that saw this.
    var subjects: Set<WordSubject> {
        switch self {
        case .htuForwardAuth: return [.htu, .htm]
        case .proofAbsent, .proofDuplicated, .proofStripped, .clientNoDpop, .exchangeUnbound: return [.missingProof]
        case .proofQuoted, .typOtherJwt, .critUnknown: return [.typ, .signature]
        case .tokenExpired: return [.expired, .time]
        case .proofExpired: return [.time, .expired]
        case .jtiMissing: return []
        case .tokenNotAccess: return [.audience, .typ]
        case .tokenTyp: return [.typ]
        case .tokenAltered: return [.signature]
        case .tokenIssuer: return [.issuer]
        case .tokenAudience: return [.audience]
        case .tokenScope: return [.scope]
        case .tokenRevoked: return [.revoked, .expired]
        case .tokenAbsent: return [.scheme]
        case .serverBearerOnly, .gwTokenInQuery, .gwDowngradeRefused: return [.scheme]
        case .keyDpopJkt, .keyRefreshOther: return [.key, .grant]
        case .grantSpent, .grantRefused: return [.grant, .pkce, .redirectURI]
        case .grantForbidden: return [.grant]
        case .authorizationRefused: return [.scope, .clientMetadata, .pkce, .redirectURI]
        case .clientAuthFailed, .assertionReused, .assertionClock, .clientAttestation: return [.clientAuthentication]
        case .nonceBurnsCode, .nonceBurnsRefresh: return [.grant, .nonce]
        case .nonceRetrySameJti: return [.nonce, .replay]
        case .bindingMtlsRequired: return [.certificate]
        case .serverWantsExp: return [.time]
        default: break
        }
        switch rawValue.prefix(while: { $0 != "." }) {
        case "htu": return [.htu]
        case "htm": return [.htm]
        case "iat": return [.time]
        case "jti": return [.replay]
        case "ath": return [.ath]
        case "typ": return [.typ]
        case "alg": return [.alg, .signature]
        case "sig": return [.signature]
        case "jwk", "ec", "rsa": return [.key, .signature]
        case "jkt", "key", "cnf": return [.key]
        case "nonce": return [.nonce]
        case "scheme": return [.scheme]
        default: return []
        }
    }
}
