/// Causes about the proof's form, its key and signature, and what the token is bound to.
extension Cause {
    static let form: [Cause] = [
        Cause(
            .typWrong, .everywhere, .diagnosed,
            "`typ` is not dpop+jwt, or is it in another case or in its long form, which only some servers accept.",
            fix: "write dpop+jwt",
            "DuendeSoftware/products#1228"),
        Cause(
            .typOtherJwt, .everywhere, .diagnosed,
            "The DPoP header holds another kind of JWT: a credential's key proof, an attestation, a client assertion, a token.",
            fix: "make a DPoP proof for this header"),
        Cause(
            .critUnknown, .everywhere, .diagnosed,
            "`crit` or `b64` in the header demand what no verifier of proofs knows, or are malformed.",
            fix: "leave `crit` and `b64` out"),
        Cause(
            .algUnregistered, .everywhere, .diagnosed,
            "`alg` is no registered name of an asymmetric signature algorithm.",
            fix: "write the registered name, letter by letter: ES256, PS256, EdDSA"),
        Cause(
            .algSymNone, .everywhere, .diagnosed, "The proof is unsigned, or signed with a shared secret.",
            fix: "sign with a private key", "modelcontextprotocol/conformance#369"),
        Cause(
            .algUnsupported, .everywhere, .diagnosed, "The server does not accept this algorithm.",
            fix: "use a key for an algorithm that the server lists",
            "paypal/paypal-sdk-client#191, descope/descope-dotnet#214"),
        Cause(
            .algKeyMismatch, .everywhere, .diagnosed, "`alg` is not the algorithm of this key or of this signature.",
            fix: "derive `alg` from the key", "jentz/oidc-cli#142, descope/descope-php#109"),
        Cause(
            .algEd25519Name, .strict, .diagnosed,
            "The key is Ed25519, and the server's list has the other of its two names.",
            fix: "write the name the server lists: EdDSA, or Ed25519 (RFC 9864)"),
        Cause(
            .algDuplicated, .everywhere, .diagnosed, "A header member appears twice.", fix: "write each once",
            "okta/okta-sdk-dotnet#758, #782"),
        Cause(
            .sigDer, .everywhere, .diagnosed, "The signature is not R and S as JOSE writes them.",
            fix: "raw R‖S of fixed length (RFC 7518 §3.4)", "thunder-id/thunderid#2618, FxEmbed/FxEmbed#2015"),
        Cause(
            .sigShort, .strict, .diagnosed, "R or S lost its leading zero bytes: one signature in 128 fails.",
            fix: "left-pad both to the curve's length", "akrantz01/lers#43"),
        Cause(
            .sigOtherKey, .everywhere, .diagnosed, "The signature was made with another key than the header's.",
            fix: "keep the two halves of a pair together"),
        Cause(
            .sigReencoded, .everywhere, .diagnosed, "Header or payload were encoded again after signing.",
            fix: "send the bytes that were signed"),
    ]

    static let keys: [Cause] = [
        Cause(
            .jwkPrivate, .everywhere, .diagnosed, "The proof carries the private key.",
            fix: "send the public members only; the key is compromised: make a new one",
            "danielfett/draft-dpop#125, keycloak/keycloak#50125"),
        Cause(
            .jwkSet, .everywhere, .diagnosed, "`jwk` is a set of keys where one key belongs.",
            fix: "put the key that signs into `jwk`"),
        Cause(
            .jwkMalformed, .everywhere, .diagnosed,
            "The key is none: members missing or of the wrong form, a point off its curve, RSA under 2048 bits, an exponent that is even or 1.",
            fix: "write the key as RFC 7518 §6 and RFC 8037 §2 say"),
        Cause(
            .jwkPrivateEmpty, .strict, .diagnosed,
            "The key has a private member without a secret in it, or one that belongs to another kind of key.",
            fix: "serialise the public key alone"),
        Cause(
            .proofSpareBits, .strict, .diagnosed,
            "A base64url text ends in a character whose unused bits are set.",
            fix: "use a base64url encoder that leaves them zero"),
        Cause(
            .jwkKidInstead, .everywhere, .diagnosed, "The header names the key by `kid` instead of carrying it.",
            fix: "put the public key into `jwk`"),
        Cause(
            .jwkKidInside, .strict, .diagnosed,
            "The key carries `kid`, `use` or other members that some servers refuse, or lacks what they demand.",
            fix: "send the required members only, unless the server says otherwise",
            "panva/dpop#20, italia/eudi-wallet-it-python#307"),
        Cause(
            .jwkAsString, .everywhere, .diagnosed, "`jwk` is JSON text inside a string.", fix: "make it an object"),
        Cause(
            .jwkX5c, .everywhere, .diagnosed, "The header carries a certificate chain instead of a key.",
            fix: "put the public key into `jwk`"),
        Cause(
            .ecZeroStripped, .everywhere, .diagnosed,
            "A coordinate lost its leading zero byte: one key in 128 fails.", fix: "left-pad to the curve's length",
            "AxisCommunications/go-dpop#21, lestrrat-go/jwx#207, keycloak/keycloak#14933"),
        Cause(
            .ecZeroAdded, .everywhere, .diagnosed, "A coordinate has a sign byte in front.",
            fix: "cut it to the curve's length", "GluuFederation/oxAuth#1595"),
        Cause(
            .rsaZeroAdded, .everywhere, .diagnosed, "An RSA number has a zero byte in front.",
            fix: "write numbers minimally", "dehydrated-io/dehydrated#275"),
        Cause(
            .jktNoncanonical, .everywhere, .diagnosed, "The thumbprint is not of RFC 7638's canonical JSON.",
            fix: "required members, sorted, no blanks, SHA-256",
            "AzureAD/microsoft-authentication-library-for-dotnet#4685"),
        Cause(
            .jktDer, .everywhere, .diagnosed, "The thumbprint is of the key's DER, its certificate or its point.",
            fix: "hash RFC 7638's JSON", "spring-projects/spring-security#17079"),
        Cause(
            .jktKid, .everywhere, .diagnosed, "The token is bound to the key's `kid`.", fix: "bind to the thumbprint"),
        Cause(
            .jktHexPad, .strict, .diagnosed,
            "The thumbprint is right and written wrongly: hex, padding or the standard alphabet.",
            fix: "base64url without padding"),
        Cause(
            .keyTwoKeys, .everywhere, .diagnosed,
            "Token request and resource request are signed with different keys.", fix: "use one key for both"),
        Cause(
            .keyRegenerated, .everywhere, .diagnosed, "The key was made anew, and the token is bound to the old one.",
            fix: "keep the key, or drop the tokens with it", "authts/oidc-client-ts#1569, auth0/Auth0.swift#1145"),
        Cause(
            .keyRefreshOther, .everywhere, .diagnosed, "A public client's refresh is signed with another key.",
            fix: "refresh with the key of the first request", "keycloak/keycloak#36475"),
        Cause(
            .keyDpopJkt, .everywhere, .diagnosed,
            "The key announced with the authorization request is not the one that redeems the code.",
            fix: "use one key for the whole login", "tunjid/heron#1414"),
        Cause(
            .cnfAbsent, .everywhere, .diagnosed, "The token is not bound to any key.",
            fix: "enable binding at the IdP; check that no mapper drops `cnf`"),
        Cause(
            .cnfIntrospection, .everywhere, .diagnosed,
            "The introspection answer does not say what the token is bound to.",
            fix: "put `cnf` at the top of the answer; Kong: 3.10.0.10, 3.11.0.9, 3.12.0.5, 3.13.0.3, 3.14.0.2 or 3.15",
            "giantswarm/mcp-oauth#386"),
        Cause(
            .cnfShape, .everywhere, .diagnosed, "`cnf` has not the shape {\"jkt\": …}.",
            fix: "make it an object with `jkt`",
            "DuendeArchive/Support#859, italia/eid-wallet-it-docs#296"),
        Cause(
            .cnfExtra, .strict, .diagnosed, "`cnf` has more than one confirmation.", fix: "one binding for a token",
            "auth0/node-oauth2-jwt-bearer#258"),
        Cause(
            .cnfUnchecked, .wrong, .diagnosed, "The server accepted a proof by another key than the token's.",
            fix: "compare the thumbprint with cnf.jkt",
            "giantswarm/mcp-oauth#384, keycloak/keycloak#38333, wso2/product-is#19606"),
    ]
}
