/// The proof of a request, taken apart.
public final class ProofMaterial: Sendable {
    /// The request's first `DPoP` field.
    public let field: Header
    /// How many it has.
    public let count: Int
    public let jws: CompactJWS
    /// Whether a comma joins several proofs in one field.
    let isJoined: Bool
    /// Blanks cut off in front of the value.
    let leading: Int

    /// Whether somebody shortened or hid it before it was handed on.
    var isRedacted: Bool { !jws.isWellFormed && Redacted.isOne(jws.compact.text) }
    public var jwk: JWK? { jws.head.jwk }
    public var fingerprint: Fingerprint? { jws.head.fingerprint }

    init?(_ request: Request, headers: JOSEHeaderCache?) {
        guard let first = request.headers.firstIndex(of: "dpop") else { return nil }
        field = request.headers[first]
        count = request.headers.count(of: "dpop")
        let whole = field.bytes
        var text = whole.trimmed
        var jws = CompactJWS(text, headers: headers)
        // Several proofs folded into one field: `proof.single` says so, the other checks take the first.
        // A JWS in JSON has commas of its own.
        let comma =
            jws.isWellFormed || text.hasFirst(UInt8(ascii: "{")) ? whole.count : whole.firstIndex(of: UInt8(ascii: ","))
        if comma < whole.count {
            text = whole[SourceSpan(0, comma)].trimmed
            jws = CompactJWS(text, headers: headers)
        }
        (self.jws, leading, isJoined) = (jws, text.start - whole.start, comma < whole.count)
    }
}

/// An access token and what is known of it.
public final class TokenMaterial: Sendable {
    public let text: String
    public let fingerprint: Fingerprint
    /// What `ath` must be with this token.
    public let ath: String
    /// Nil for opaque tokens.
    public let jws: CompactJWS?

    init(_ text: String, fingerprint: Fingerprint? = nil, headers: JOSEHeaderCache?) {
        self.text = text
        self.fingerprint = fingerprint ?? Fingerprint(of: text)
        ath = self.fingerprint.base64url
        jws = CompactJWS.looksLike(text) ? CompactJWS(Bytes(text), headers: headers) : nil
    }

    public var claims: JSONValue? { jws?.payload?.root }
    /// `cnf.jkt` as the token says it.
    public var jkt: JSONValue? { claims?["cnf"]?["jkt"] }
}

/// One exchange with everything decoded that checks ask for.
public final class ExchangeMaterial: Sendable {
    public let exchange: Exchange
    public let proof: ProofMaterial?
    /// The token the request presents, and how.
    public let presented: PresentedToken?
    public let token: TokenMaterial?
    public let form: Form?
    /// The JSON of a token, PAR or introspection answer.
    public let answer: JSONDocument?
    /// The token the answer hands out.
    public let issued: TokenMaterial?
    /// True when the recorder dropped `Authorization` and the token was found by its `ath`.
    public let isRecovered: Bool

    /// `last`: an exchange that presents the same token.
    init(
        _ exchange: Exchange, wantsAnswer: Bool, last: ExchangeMaterial? = nil, known: [Fingerprint: TokenMaterial],
        crypto: CheckCrypto
    ) {
        let request = exchange.request
        self.exchange = exchange
        proof = ProofMaterial(request, headers: crypto.headers)
        form = request.method == "POST" ? request.form : nil
        answer = wantsAnswer ? exchange.response?.body?.json : nil
        issued = answer?.root["access_token"]?.string.map { TokenMaterial($0, headers: crypto.headers) }
        // The same token comes again and again: comparing is cheaper than hashing.
        if let last {
            (presented, token, isRecovered) = (last.presented, last.token, false)
            return
        }
        presented = PresentedToken.read(request)
        if let presented {
            let fingerprint = Fingerprint(of: presented.token)
            token =
                known[fingerprint] ?? TokenMaterial(presented.token, fingerprint: fingerprint, headers: crypto.headers)
            isRecovered = false
        } else {
            // Chrome's "sanitized" HAR has no Authorization; the proof's `ath` still names the token.
            let named =
                request.headers.has("authorization")
                ? nil : proof?.jws.payload?.root["ath"]?.string.flatMap(FactReader.thumbprint)
            token = named.flatMap { known[$0] }
            isRecovered = token != nil
        }
    }
}
