/// What a server says when it refuses: read once, out of everything an answer can say it in.
public struct ServerWords: Sendable, Equatable {
    /// Where the words stand.
    public enum Source: String, Sendable { case answer, redirect, log }

    public let status: Int?
    /// The OAuth error code, or what stands in its place.
    public let code: String?
    /// For people: `error_description`, `message`, a page's title.
    public let sentence: String?
    public let subject: WordSubject?
    public let source: Source
    /// The cause that the words name by themselves.
    let cause: CauseID?
    /// True where only the code or the status tells the subject: then what the bytes show counts more.
    let isVague: Bool
    /// What kind of a Keycloak's event it is, where it is one.
    let event: KeycloakEvent?

    init(
        status: Int?, code: String?, sentence: String?, source: Source = .answer, more: [String] = [],
        event: KeycloakEvent? = nil
    ) {
        (self.status, self.code, self.sentence, self.source) = (status, code, sentence, source)
        self.event = event
        (subject, cause, isVague) = Self.classify(
            status, code, ([sentence].compactMap { $0 } + more).joined(separator: " · "))
    }

    /// Why nothing was answered, in this program's own words: no server said them, so they tell nothing of what it wants.
    init(transport words: String) {
        (status, code, sentence, source) = (nil, nil, words, .answer)
        (subject, cause, isVague, event) = (nil, nil, false, nil)
    }

    /// Whether the code is one that says what is wrong, and it is nothing that proxies or shared stores do.
    var isOwnReason: Bool {
        guard let code = code?.lowercased(), code.hasPrefix("invalid_") || code.hasPrefix("unsupported_") else {
            return false
        }
        return !["invalid_token", "invalid_dpop_proof", "invalid_request", "invalid_grant"].contains(code)
    }

    /// A log's words beside what the client was told.
    func answered(_ answer: ServerWords) -> ServerWords {
        ServerWords(
            status: answer.status, code: code ?? answer.code, sentence: sentence, source: source,
            event: event)
    }

    /// True where the answer says nothing but its status.
    public var isSilent: Bool { code == nil && sentence == nil }

    /// `401 invalid_token: Token verification failed`.
    public var text: String {
        let said = [code, sentence].compactMap { $0 }.joined(separator: ": ")
        let status = status.map(String.init) ?? ""
        return [status, said.isEmpty ? (status.isEmpty ? "nothing" : "without a word") : said].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    // MARK: what they are about

    /// Codes of the RFCs that decide alone; sentences count within what they allow.
    private static let deciding: [String: WordSubject] = [
        "invalid_client": .clientAuthentication, "insufficient_scope": .scope, "use_dpop_nonce": .nonce,
        "invalid_target": .audience, "invalid_scope": .scope,
    ]

    /// What codes mean where no sentence says more.
    private static let codes: [String: (WordSubject, CauseID?)] = [
        "unauthorized_client": (.grant, .grantForbidden), "unsupported_grant_type": (.grant, .grantForbidden),
        "invalid_grant": (.grant, nil), "access_denied": (.grant, .grantRefused),
        "expired_token": (.grant, .grantRefused),
        "grpc-status-7": (.scope, .tokenScope), "forbidden": (.scope, .tokenScope),
        "invalid_scope": (.scope, nil), "invalid_client_metadata": (.clientMetadata, nil),
        "invalid_redirect_uri": (.redirectURI, nil), "unsupported_response_type": (.clientMetadata, nil),
        "login_required": (.grant, nil), "interaction_required": (.grant, nil), "consent_required": (.grant, nil),
        "temporarily_unavailable": (.overload, .serverThrottled), "server_error": (.crash, .serverFailed),
        "expiredtoken": (.expired, .tokenExpired), "invalid_auth_header": (.scheme, .serverBearerOnly),
    ]

    /// `dpop_htu_mismatch`, `dpop-htu-mismatch` and `dpop.htu.mismatch` as words.
    private static func spelled(_ code: String) -> String {
        String(code.map { $0 == "_" || $0 == "-" || $0 == "." ? " " : $0 })
    }

    /// A phrase's subject and cause, as the code and the rest of the words allow.
    private static func told(_ phrase: Phrase, _ code: String?, _ words: String) -> (WordSubject?, CauseID?, Bool) {
        // `jwt expired` under this code: the proof is the JWT.
        if phrase.subject == .expired, code == "invalid_dpop_proof" { return (.time, .iatSkewBehind, false) }
        if phrase.subject == .time, phrase.cause == nil, let times = PrintedTimes(words) {
            return (.time, times.cause, false)
        }
        let folded = words.lowercased()
        switch phrase.cause {
        // Both ways at once tell none.
        case .iatSkewBehind where folded.has("future") || folded.has("ahead") || folded.has("not yet"),
            .iatSkewAhead where folded.has("too old") || folded.has("expired") || folded.has("stale"):
            return (phrase.subject, nil, false)
        default: return (phrase.subject, phrase.cause, false)
        }
    }

    private static func classify(_ status: Int?, _ code: String?, _ words: String) -> (
        WordSubject?, CauseID?, Bool
    ) {
        let code = code?.lowercased()
        let phrase = Phrase.of(words, code: code)
        // Codes of one endpoint: whatever the sentence speaks of, it speaks of that.
        switch code {
        case "invalid_proof", "invalid_nonce", "invalid_or_missing_proof": return (nil, .vciKeyproof, false)
        case "invalid_client_attestation": return (.clientAuthentication, .clientAttestation, false)
        default: break
        }
        if let subject = code.flatMap({ deciding[$0] }) {
            // A sentence that is known under this very code says more than the code.
            if let phrase, phrase.code == code { return (phrase.subject, phrase.cause, false) }
            return (subject, phrase?.subject == subject ? phrase?.cause : nil, false)
        }
        if phrase?.cause == nil, WantedClaim.named(by: words, code: code) != nil {
            return (nil, .serverWantsExp, false)
        }
        if let phrase { return told(phrase, code, words) }
        if let known = code.flatMap({ codes[$0] }) { return (known.0, known.1, known.1 == nil) }
        if let known = code.flatMap({ KeycloakEvent.errors[$0] }) { return (known.subject, known.cause, false) }
        if let code, let phrase = Phrase.of(spelled(code), code: code) { return told(phrase, code, code) }
        switch status {
        case 429: return (.overload, .serverThrottled, false)
        case 413, 414, 431: return (.size, .requestTooLarge, false)
        case let status? where status >= 500: return (.crash, .serverFailed, false)
        default: return (nil, nil, true)
        }
    }
}
