/// What stands in a `DPoP` field where a bare JWT belongs: the first thing that is wrong with the text as a whole.
struct ProofText {
    let cause: CauseID
    let words: String
    let fix: String
    /// The row of the table of verifiers.
    var deviation: String?

    private static let bare = "send the JWT as it was signed, and nothing around it"

    /// Nil for a text whose three parts can be judged one by one.
    init?(_ jws: CompactJWS) {
        let text = jws.compact.count < 1 << 16 ? jws.compact.text : ""
        guard let first = text.utf8.first else {
            guard jws.compact.count == 0 else { return nil }
            (cause, words, fix) = (.proofQuoted, "it is empty", "send a proof, or no DPoP header")
            return
        }
        if StringifiedValue.isOne(text) {
            (cause, words) = (.valueStringified, "it is the text '\(text)', written by a program that had no proof")
            fix = "wait for the signed proof before it goes into the header (a missing `await`, an empty variable)"
        } else if StringifiedValue.isPlaceholder(text) {
            (cause, words) = (.valuePlaceholder, "it is the placeholder '\(text)'")
            fix = "put the proof in; with a service worker, see that it is active before the request"
        } else if first == UInt8(ascii: "{"), text.has("\"") {
            (cause, words) = (.proofQuoted, "it is a JWS in JSON serialization")
            (fix, deviation) = ("send the compact serialization: header.payload.signature", "parts-json-flat")
        } else if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") || first == UInt8(ascii: "<") {
            (cause, words, fix) = (.proofQuoted, "it stands in quotes or brackets", Self.bare)
            deviation = "parts-quoted"
        } else if let space = text.firstIndex(of: " "),
            ["dpop", "dpop:", "bearer"].contains(text[..<space].lowercased())
        {
            (cause, words, fix) = (.proofQuoted, "the word '\(text[..<space])' stands before it", Self.bare)
            deviation = "parts-scheme"
        } else if jws.segments.count < 3, text.has("%2E") || text.has("%2e") {
            (cause, words, fix) = (.proofQuoted, "its dots are percent-encoded", Self.bare)
            deviation = "parts-pct"
        } else if jws.segments.count == 2 {
            (cause, words) = (.proofQuoted, "it has two parts: the signature is missing")
            (fix, deviation) = ("send all three parts: header.payload.signature", "parts-two")
        } else if jws.segments.count != 3, jws.segments.count != 5 {
            let count = jws.segments.count
            (cause, words) = (
                .proofQuoted, "it has \(count) \(count == 1 ? "part" : "parts") between dots, not three"
            )
            fix = "send all three parts and no more: header.payload.signature"
            deviation = count == 1 ? "parts-one" : text.hasSuffix(".") ? "parts-trailing-dot" : "parts-four"
        } else if text.has("~") || text.has(";") {
            (cause, words) = (.proofQuoted, "something stands behind the signature")
            fix = "cut '~', parameters and disclosures off: a proof is a plain JWT"
            deviation = text.has("~") ? "parts-tilde" : "parts-semicolon"
        } else {
            return nil
        }
    }
}

/// Which other kind of JWT a header and its claims make.
enum OtherJWT {
    private static let types: [(typ: String, name: String)] = [
        ("openid4vci-proof+jwt", "a credential's key proof (OpenID4VCI)"),
        ("oauth-client-attestation-pop+jwt", "a client attestation's proof of possession"),
        ("oauth-client-attestation+jwt", "a client attestation"), ("key-attestation+jwt", "a key attestation"),
        ("keyattestation+jwt", "a key attestation"), ("wallet-attestation+jwt", "a wallet attestation"),
        ("at+jwt", "an access token"), ("kb+jwt", "a key binding JWT of an SD-JWT"),
        ("dc+sd-jwt", "an SD-JWT credential"),
        ("vc+sd-jwt", "an SD-JWT credential"), ("vp+sd-jwt", "an SD-JWT presentation"),
        ("logout+jwt", "a logout token"), ("oauth-authz-req+jwt", "an authorization request object"),
        ("client-authentication+jwt", "a client assertion"), ("token-introspection+jwt", "an introspection answer"),
        ("secevent+jwt", "a security event"), ("entity-statement+jwt", "a federation statement"),
        ("pop", "a signed HTTP request (SHR)"),
    ]

    /// In words; nil where nothing speaks for another kind: what has `htm` or `htu` is a proof with a wrong `typ`.
    static func name(typ: String?, claims: JSONValue?) -> String? {
        if let claims, claims["htm"] != nil || claims["htu"] != nil { return nil }
        let type = typ.map { $0.lowercased().hasPrefix("application/") ? String($0.dropFirst(12)) : $0 }
        if let type, let known = types.first(where: { $0.typ.equalsWithoutCase(type) }) { return known.name }
        guard let claims else { return nil }
        if claims["at"] != nil, claims["m"] != nil || claims["u"] != nil || claims["p"] != nil {
            return "a signed HTTP request (SHR)"
        }
        guard let issuer = claims["iss"]?.string else { return nil }
        if issuer == claims["sub"]?.string, claims["aud"] != nil { return "a client assertion (`iss` is `sub`)" }
        if claims["cnf"] != nil || claims["scope"] != nil || claims["client_id"] != nil { return "an access token" }
        if claims["sub"] != nil, claims["aud"] != nil { return "an ID token" }
        return nil
    }
}
