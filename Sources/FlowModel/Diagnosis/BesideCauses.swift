/// Causes that are not the proof's: who the client is, what it hands in, what its token says.
extension Cause {
    static let besides: [Cause] = [
        Cause(
            .clientAuthFailed, .everywhere, .words, "Client authentication failed: DPoP is not to blame.",
            fix: "check the client's id, secret or assertion, and the method that it is registered with"),
        Cause(
            .clientNoDpop, .everywhere, .diagnosed,
            "The client knows no DPoP: no request has a proof, and the resource demands one.",
            fix: "switch DPoP on in the client library, for the token request and for every call"),
        Cause(
            .clientAttestation, .everywhere, .words, "Client attestation failed: the DPoP proof is not to blame.",
            fix: "send an attestation and a fresh PoP by the key that the attestation's `cnf` names"),
        Cause(
            .grantSpent, .everywhere, .diagnosed, "The code, refresh token or device code was sent before.",
            fix: "redeem each once; keep the newest refresh token; let one place of the program do it"),
        Cause(
            .grantRefused, .everywhere, .words, "The grant itself was refused: DPoP is not to blame.",
            fix: "check code, code_verifier, redirect_uri, user name and password of this request"),
        Cause(
            .grantForbidden, .everywhere, .words, "This client may not use this grant.",
            fix: "allow the grant for this client at the IdP, or use another one"),
        Cause(
            .authorizationRefused, .everywhere, .words, "The authorization request was refused.",
            fix: "mend what the server names: PAR, PKCE, scope, redirect_uri, client metadata"),
        Cause(
            .authorizationIss, .everywhere, .diagnosed,
            "`iss` of the callback is not the issuer's, or is missing though promised (RFC 9207).",
            fix: "do not send the code on; see which server sent the browser back"),
        Cause(
            .authorizationState, .everywhere, .diagnosed,
            "`state` of the callback is not the one of the authorization request (RFC 6749 §4.1.2).",
            fix: "do not send the code on; begin the login anew, and see who else sends browsers to this redirect URI"),
        Cause(
            .assertionReused, .everywhere, .diagnosed, "The same client assertion was sent twice.",
            fix: "sign a new assertion, with a new `jti`, for every request and every retry"),
        Cause(
            .assertionClock, .everywhere, .diagnosed, "The client assertion's times are outside the server's clock.",
            fix: "set the clock by NTP; make the assertion right before sending it"),
        Cause(
            .exchangeUnbound, .everywhere, .diagnosed,
            "A bound token was exchanged or refreshed without a proof, and the new token is unbound.",
            fix: "send a proof with the exchange or the refresh as well", "keycloak/keycloak#50963"),
        Cause(
            .vciKeyproof, .everywhere, .words,
            "The key proof of the credential request is refused: the DPoP proof is not meant.",
            fix: "typ openid4vci-proof+jwt, `aud` the credential issuer, `nonce` the newest c_nonce"),
        Cause(
            .tokenAbsent, .everywhere, .diagnosed, "The request has a proof and no access token.",
            fix: "send the token too: Authorization: DPoP <token>"),
        Cause(
            .tokenNotAccess, .everywhere, .diagnosed, "Another token than the access token is presented.",
            fix: "present `access_token` of the token answer, not its ID or refresh token"),
        Cause(
            .tokenIssuer, .everywhere, .words, "The token's issuer is not the one that the server trusts.",
            fix: "use one issuer URL everywhere: client, resource server and IdP"),
        Cause(
            .tokenAudience, .everywhere, .words, "The token is not for this server: `aud`.",
            fix: "ask for a token by a `resource` or `audience` that the IdP knows, or let the server take its `aud`"),
        Cause(
            .tokenScope, .everywhere, .words, "The token lacks a scope or a right.",
            fix: "ask for the scope that the server names; see what the client and the user may do"),
        Cause(
            .tokenExpired, .everywhere, .diagnosed, "The access token has expired.",
            fix: "get a new token before the old one expires"),
        Cause(
            .tokenRevoked, .everywhere, .words, "The access token is not active any more.",
            fix: "get a new token; see who revoked the old one or ended its session"),
        Cause(
            .tokenTyp, .strict, .words, "The server wants another `typ` in the access token's header.",
            fix: "let the IdP write at+jwt (RFC 9068), or the server take what it writes"),
    ]
}
