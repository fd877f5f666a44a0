/// A diagnosis out of a server's words alone: a log, or a sentence that somebody copied, without any request.
public struct LogDiagnosis: Sendable {
    public let words: ServerWords
    /// In the order to look at them.
    public let causes: [(cause: Cause, certainty: Certainty, sentence: String)]

    /// Nil for a text that says nothing of the kind.
    public init?(_ text: String) {
        let lines = LogWords.read(text)
        guard
            let words = PrintedError.read(text) ?? lines.last(where: { $0.subject != nil || $0.cause != nil })
                ?? lines.last(where: { $0.event != nil }) ?? BareAnswer.read(text)
        else { return nil }
        self.words = words
        let quote = "the \(words.source == .log ? "log" : "server") says '\(words.sentence ?? words.code ?? "")'"
        causes = Self.suspects(words).map { cause, certainty in
            (Cause.with(cause), certainty, "\(quote): \(Self.told(cause, words))")
        }
    }

    /// What a cause says, and how far off the clock is where the words print both times.
    private static func told(_ cause: CauseID, _ words: ServerWords) -> String {
        let says = Cause.with(cause).says
        guard let times = PrintedTimes(words.sentence ?? ""), times.cause == cause else { return says }
        let distance = Timestamp.distance(times.age.magnitude)
        return "by these times the proof was made \(distance) \(times.isBehind ? "earlier" : "later"). \(says)"
    }

    public var outcome: FlowOutcome { causes.first.map { $0.certainty < .possible } == true ? .cause : .refused }

    private static func suspects(_ words: ServerWords) -> [(CauseID, Certainty)] {
        if words.subject == .htu, let cause = ServerURLs.difference(words.sentence ?? "") { return [(cause, .likely)] }
        if let causes = words.event?.suspects(words) { return causes }
        if words.code == "use_dpop_nonce" { return [(.nonceUnhandled, .likely), (.nonceNotEchoed, .possible)] }
        if let cause = words.cause { return [(cause, .likely)] }
        switch words.subject {
        case .missingProof: return [(.proofAbsent, .likely)]
        case .clientAuthentication: return [(.clientAuthFailed, .likely)]
        case .clientMetadata, .redirectURI, .pkce: return [(.authorizationRefused, .likely)]
        case .grant: return [(.grantRefused, .likely)]
        case .scope: return [(.tokenScope, .likely)]
        case .audience: return [(.tokenAudience, .likely)]
        case .issuer: return [(.tokenIssuer, .likely)]
        case .expired: return [(.tokenExpired, .likely)]
        case .revoked: return [(.tokenRevoked, .likely)]
        case .time: return [(.iatSkewBehind, .possible), (.iatSkewAhead, .possible)]
        case .replay: return [(.jtiRetry, .likely)]
        case .htu: return [(.htuProxyInternal, .possible), (.htuClientInternal, .possible), (.htuQuery, .possible)]
        case .htm: return [(.htmReused, .possible), (.htuForwardAuth, .possible)]
        case .typ: return [(.typWrong, .likely)]
        case .alg: return [(.algUnsupported, .likely)]
        case .ath: return [(.athMissing, .possible), (.athStale, .possible)]
        case .key: return [(.keyTwoKeys, .possible), (.keyRegenerated, .possible)]
        case .signature: return [(.sigOtherKey, .possible), (.sigDer, .possible)]
        case .nonce: return [(.nonceNotEchoed, .possible), (.nonceUnhandled, .possible)]
        case .scheme: return [(.schemeBearer, .possible), (.serverBearerOnly, .possible)]
        default: return []
        }
    }
}

/// The proof's URL and the server's, where a sentence prints both.
enum ServerURLs {
    static func inside(_ sentence: String) -> [HTTPURL] {
        sentence.split { " \t'\"`,;()[]<>".contains($0) }.map(String.init)
            .filter { $0.hasPrefix("http://") || $0.hasPrefix("https://") }.map { HTTPURL($0) }
    }

    /// How the two differ.
    static func difference(_ sentence: String) -> CauseID? {
        let urls = inside(sentence)
        guard urls.count >= 2 else { return nil }
        let cause = HTUDifference(signed: urls[0], requested: urls[1]).cause
        // The proof has what the server lost: its own URL is the wrong one.
        return cause == .htuClientInternal ? .htuProxyInternal : cause
    }
}
