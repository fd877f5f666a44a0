import FlowModel

/// What members of proofs and tokens mean, in one line, and where that is written.
struct ClaimMeaning {
    let words: String
    let spec: String
    var check: CheckID?

    static let proofHeader: [String: ClaimMeaning] = [
        "typ": ClaimMeaning(words: "marks a DPoP proof", spec: "§4.3(4)", check: .proofTyp),
        "alg": ClaimMeaning(words: "how the proof is signed", spec: "§4.3(5)", check: .proofAlg),
        "jwk": ClaimMeaning(words: "the public key that verifies it", spec: "§4.3(7)", check: .proofJwk),
        "kid": ClaimMeaning(words: "a name for the key; not needed here", spec: "RFC 7515 §4.1.4"),
        "x5c": ClaimMeaning(words: "a certificate chain; a proof needs jwk", spec: "RFC 7515 §4.1.6"),
    ]

    static let proofPayload: [String: ClaimMeaning] = [
        "jti": ClaimMeaning(words: "unique for every proof", spec: "§4.2, §11.1", check: .proofJti),
        "htm": ClaimMeaning(words: "the request's method", spec: "§4.3(8)", check: .proofHtm),
        "htu": ClaimMeaning(words: "the request's URI, no query", spec: "§4.3(9)", check: .proofHtu),
        "iat": ClaimMeaning(words: "when it was made", spec: "§4.3(11)", check: .proofIat),
        "ath": ClaimMeaning(words: "SHA-256 of the access token", spec: "§4.3(12a)", check: .proofAth),
        "nonce": ClaimMeaning(words: "the server's DPoP-Nonce", spec: "§4.3(10)", check: .proofNonce),
        "exp": ClaimMeaning(words: "not needed; some servers check it", spec: "RFC 7519 §4.1.4"),
        "nbf": ClaimMeaning(words: "not needed; some servers check it", spec: "RFC 7519 §4.1.5"),
    ]

    static let token: [String: ClaimMeaning] = [
        "iss": ClaimMeaning(words: "who issued the token", spec: "RFC 7519 §4.1.1"),
        "sub": ClaimMeaning(words: "whom it is about", spec: "RFC 7519 §4.1.2"),
        "aud": ClaimMeaning(words: "for whom it is meant", spec: "RFC 7519 §4.1.3"),
        "exp": ClaimMeaning(words: "valid until", spec: "RFC 7519 §4.1.4", check: .tokenTime),
        "nbf": ClaimMeaning(words: "valid from", spec: "RFC 7519 §4.1.5", check: .tokenTime),
        "iat": ClaimMeaning(words: "when it was issued", spec: "RFC 7519 §4.1.6"),
        "auth_time": ClaimMeaning(words: "when the person logged in", spec: "OIDC Core §2"),
        "jti": ClaimMeaning(words: "the token's own name", spec: "RFC 7519 §4.1.7"),
        "cnf": ClaimMeaning(words: "the key it is bound to", spec: "§6.1", check: .tokenCnf),
        "scope": ClaimMeaning(words: "what it allows", spec: "RFC 8693 §4.2"),
        "client_id": ClaimMeaning(words: "the client it was given to", spec: "RFC 8693 §4.3"),
        "azp": ClaimMeaning(words: "the client it was given to", spec: "OIDC Core §2"),
        "typ": ClaimMeaning(words: "what kind of token it is", spec: "RFC 9068 §2.1"),
        "alg": ClaimMeaning(words: "how the token is signed", spec: "RFC 7515 §4.1.1", check: .tokenSignature),
        "kid": ClaimMeaning(
            words: "which key of the issuer signed it", spec: "RFC 7515 §4.1.4", check: .tokenSignature),
        "token_type": ClaimMeaning(words: "how it is to be presented", spec: "§5", check: .tokenType),
        "expires_in": ClaimMeaning(words: "seconds it is valid", spec: "RFC 6749 §5.1"),
        "refresh_token": ClaimMeaning(words: "for the next access token", spec: "RFC 6749 §1.5"),
        "access_token": ClaimMeaning(words: "the token itself", spec: "RFC 6749 §5.1"),
        "active": ClaimMeaning(words: "whether it is valid now", spec: "RFC 7662 §2.2"),
        "jkt": ClaimMeaning(words: "thumbprint of the key it is bound to", spec: "§6.1", check: .proofBinding),
        "x5t#S256": ClaimMeaning(words: "thumbprint of the client's certificate", spec: "RFC 8705 §3.1"),
    ]

    /// Times that people want to read as times.
    static let times: Set<String> = ["iat", "exp", "nbf", "auth_time", "updated_at"]
}
