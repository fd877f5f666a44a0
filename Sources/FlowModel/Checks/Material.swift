/// The proof of a request, taken apart.
public final class ProofMaterial: Sendable {
    /// Every `DPoP` field of the request.
    public let fields: [Header]
    public let jws: CompactJWS
    /// Whether a comma joins several proofs in one field.
    let isJoined: Bool
    /// Blanks cut off in front of the value.
    let leading: Int

    public var jwk: JWK? { jws.head.jwk }
    public var fingerprint: Fingerprint? { jws.head.fingerprint }
    public var field: Header { fields[0] }

    init?(_ request: Request, headers: JOSEHeaderCache?) {
        let fields = request.headers.all("dpop")
        guard let first = fields.first else { return nil }
        self.fields = fields
        // Several proofs folded into one field: `proof.single` says so, the other checks take the first.
        let whole = first.bytes
        let leading = whole.withBytes { $0.prefix { $0 <= 0x20 }.count }
        let comma = whole.firstIndex(of: UInt8(ascii: ","))
        let trailing = whole[SourceSpan(0, comma)].withBytes { $0.dropFirst(leading).reversed().prefix { $0 <= 0x20 }.count }
        jws = CompactJWS(whole[SourceSpan(leading, max(0, comma - leading - trailing))], headers: headers)
        (self.leading, isJoined) = (leading, comma < whole.count)
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

    init(_ exchange: Exchange, wantsAnswer: Bool, last: ExchangeMaterial? = nil, known: [Fingerprint: TokenMaterial], crypto: CheckCrypto) {
        self.exchange = exchange
        proof = ProofMaterial(exchange.request, headers: crypto.headers)
        presented = last?.presented?.repeated(in: exchange.request) ?? PresentedToken(exchange.request)
        form = exchange.request.method == "POST" ? exchange.request.form : nil
        answer = wantsAnswer ? exchange.response?.body?.json : nil
        issued = answer?.root["access_token"]?.string.map { TokenMaterial($0, headers: crypto.headers) }
        // Chrome's "sanitized" HAR has no Authorization; the proof's `ath` still names the token.
        let isSanitized = presented == nil && exchange.request.headers.firstIndex(of: "authorization") == nil
        let named = isSanitized ? proof?.jws.payload?.root["ath"]?.string.flatMap(FactReader.thumbprint) : nil
        let recovered = named.flatMap { known[$0] }
        isRecovered = recovered != nil
        token = presented.map { shown in
            // The same token comes again and again: comparing is cheaper than hashing.
            if let token = last?.token, token.text == shown.text { return token }
            let fingerprint = Fingerprint(of: shown.text)
            return known[fingerprint] ?? TokenMaterial(shown.text, fingerprint: fingerprint, headers: crypto.headers)
        } ?? recovered
    }
}
