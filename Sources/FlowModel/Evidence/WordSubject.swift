/// What a server's words are about (the public names of `dpop-tui.why/1`).
public enum WordSubject: String, Sendable, CaseIterable {
    case htu, htm, time, nonce, replay, ath, key, signature, typ, alg
    case missingProof = "missing proof"
    case scheme
    case clientAuthentication = "client authentication"
    case clientMetadata = "client metadata"
    case grant, pkce
    case redirectURI = "redirect_uri"
    case scope, audience, issuer, expired, revoked, certificate, size, front, overload, crash

    /// Subjects that are causes of their own: where a server speaks of one, the proof is not to blame.
    var isBesideTheProof: Bool {
        switch self {
        case .clientAuthentication, .clientMetadata, .grant, .pkce, .redirectURI, .scope, .audience, .issuer, .expired,
            .revoked, .certificate, .size, .front, .overload:
            true
        default: false
        }
    }
}
