/// Causes that lie in what a server does, and in values that no server can use.
extension Cause {
    static let servers: [Cause] = [
        Cause(
            .serverBearerOnly, .everywhere, .words, "This endpoint does not know the DPoP scheme.",
            fix: "switch DPoP on at this server, or use an unbound token for it", "krakend/krakend-ce#1050"),
        Cause(
            .serverUnenforced, .wrong, .diagnosed, "The server let through what it must refuse.",
            fix: "make the server enforce DPoP; mend the request all the same"),
        Cause(
            .serverWantsExp, .strict, .words, "The proof is right by RFC 9449, and this server wants one claim more.",
            fix: "add the claim that it names (`exp` at most two minutes ahead), or mend the server"),
        Cause(
            .serverFailed, .everywhere, .words, "The server failed: its answer is no judgement of the request.",
            fix: "read the server's log at that time; repeat with a fresh proof, as this one may have been used up"),
        Cause(
            .serverThrottled, .everywhere, .words, "The server is asked too often: nothing was judged.",
            fix: "wait as Retry-After says, then send the request again with a new proof"),
        Cause(
            .serverBindingLost, .everywhere, .words,
            "The server says that the key is another one, but all thumbprints that can be seen are the same.",
            fix:
                "check whether the server keeps the token's `cnf.jkt`: its session store, its introspection, its mapper"
        ),
        Cause(
            .bindingMtlsRequired, .everywhere, .words,
            "The server wants the token bound to a client certificate, and none was shown.",
            fix: "switch certificate binding off for this client, or show the certificate", "keycloak/keycloak#31067"),
        Cause(
            .gwNotReached, .everywhere, .words,
            "Something in front of the server answered: the server did not get the request.",
            fix: "find out which proxy, firewall or route answers there"),
        Cause(
            .requestTooLarge, .everywhere, .words, "The request is larger than the server accepts.",
            fix: "make tokens and cookies smaller, or raise the limit of header and body at the server"),
    ]

    static let values: [Cause] = [
        Cause(
            .htuWrongEndpoint, .everywhere, .diagnosed, "`htu` names another endpoint of the same server.",
            fix: "sign the URL of the endpoint that is called"),
        Cause(
            .requestHostMalformed, .everywhere, .diagnosed, "The Host field is no host and port.",
            fix: "refuse it at the proxy; never build a URL from it"),
        Cause(
            .corsHeaders, .everywhere, .diagnosed, "The preflight asks for a header that the answer does not allow.",
            fix: "name it in Access-Control-Allow-Headers, or do not send it"),
        Cause(
            .requestRepeatedParameter, .strict, .diagnosed, "A form parameter appears twice.", fix: "send it once"),
        Cause(
            .nonceCNonce, .everywhere, .diagnosed, "The proof's nonce is the c_nonce of OpenID4VCI.",
            fix: "put the c_nonce into the credential's key proof, and DPoP-Nonce into the DPoP proof"),
        Cause(
            .captureRedacted, .tool, .diagnosed, "A value was hidden or shortened by whoever wrote the text down.",
            fix: "give the whole value where it can be given: what hangs on it cannot be judged"),
    ]
}
