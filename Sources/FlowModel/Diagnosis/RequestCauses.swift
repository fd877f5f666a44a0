/// Causes about the request a proof is for: its URL, method, time and identifier, and the token beside it.
extension Cause {
    static let target: [Cause] = [
        Cause(
            .htuProxyInternal, .everywhere, .candidate,
            "The proof names the URL that was called, but the server, behind a proxy, believes it has another one.",
            fix:
                "forward X-Forwarded-Proto, -Host and -Port, and tell the server to trust them (Keycloak: KC_PROXY_HEADERS; KC_HOSTNAME does not decide it)",
            "keycloak/keycloak#39332"),
        Cause(
            .htuClientInternal, .everywhere, .diagnosed,
            "`htu` names another host than the one the request went to.",
            fix: "make `htu` from the final URL of the request",
            "okta/okta-auth-js#1613, openwallet-foundation/eudiplo#388"),
        Cause(
            .htuForwardedStyle, .everywhere, .candidate,
            "The proxy sends Forwarded and the server reads X-Forwarded-*, or the other way round.",
            fix: "make the proxy send the headers that the server reads",
            "keycloak/keycloak#33581, eu-digital-identity-wallet/eudi-srv-pid-issuer#526"),
        Cause(
            .htuScheme, .everywhere, .diagnosed,
            "`htu` and the request differ in their scheme: TLS ends before the server.",
            fix: "forward X-Forwarded-Proto", "bluesky-social/pds#163"),
        Cause(
            .htuPortLost, .everywhere, .diagnosed, "`htu` and the request differ in their port only.",
            fix: "keep the port in `htu`; behind a proxy forward it (X-Forwarded-Port, Host with the port)",
            "keycloak/keycloak#13148"),
        Cause(
            .htuPathPrefix, .everywhere, .diagnosed,
            "One path is the other with a prefix: a proxy strips it, and one side builds its URL without it.",
            fix: "forward X-Forwarded-Prefix, or mount the application at the full path",
            "spring-projects/spring-security#17202, panva/node-oidc-provider#572, keycloak/keycloak#43166"),
        Cause(
            .htuQuery, .strict, .diagnosed, "The query is left in `htu`.", fix: "cut the URL before '?'",
            "bluesky-social/atproto#3846, DuendeSoftware/products#2005"),
        Cause(.htuFragment, .strict, .diagnosed, "The fragment is left in `htu`.", fix: "cut the URL before '#'"),
        Cause(
            .htuTrailingSlash, .everywhere, .diagnosed, "`htu` and the request differ by a '/' at the end.",
            fix: "use the path exactly as it is requested", "inrupt/solid-client-authn-js#81, danielfett/draft-dpop#49"),
        Cause(
            .htuDoubleSlash, .strict, .diagnosed,
            "A path has '//' in it: a base URL that ends in '/' was joined to one that begins with it.",
            fix: "join URLs with one '/'", "pdsinterop/php-solid-server#55"),
        Cause(
            .htuDefaultPort, .strict, .diagnosed,
            "The scheme's default port is written on one side and left out on the other.",
            fix: "leave the default ports :443 and :80 out", "quarkusio/quarkus#48110, DuendeSoftware/products#2005"),
        Cause(
            .htuCase, .strict, .diagnosed, "Scheme or host are in capital letters on one side.",
            fix: "write scheme and host in lower case", "DuendeSoftware/products#2005"),
        Cause(
            .htuPctEncoding, .strict, .diagnosed, "A character is percent-encoded on one side and not on the other.",
            fix: "use the bytes of the URL as they are sent",
            "okta/okta-sdk-python#541, okta/okta-sdk-nodejs#521, okta/okta-sdk-java#1526"),
        Cause(
            .htuIssuerNotEndpoint, .everywhere, .diagnosed, "`htu` is the issuer or the origin, not the endpoint.",
            fix: "use the endpoint's full URL", "okta/okta-auth-js#1613"),
        Cause(
            .htuHostForm, .strict, .diagnosed,
            "`htu` and the request write the same host or port in two forms: IPv6 in full, Unicode for punycode, zeros before the port.",
            fix: "write the host as the request has it"),
        Cause(
            .htuDotSegments, .strict, .diagnosed, "A path has '/./' or '/../' in it.",
            fix: "resolve dot segments before signing, or sign the path that is sent"),
        Cause(
            .htuUnparsed, .everywhere, .diagnosed,
            "`htu` is no absolute http or https URI: a template, `undefined`, quotes, white space, no scheme, no host.",
            fix: "make `htu` from the final URL of the request"),
        Cause(
            .htuUserinfo, .everywhere, .diagnosed, "`htu` has a user's name or password, or an '@', before the host.",
            fix: "leave everything before '@' out"),
        Cause(.htuPathOnly, .everywhere, .diagnosed, "`htu` has no scheme and host.", fix: "write the absolute URL"),
        Cause(
            .htuWrongService, .everywhere, .diagnosed,
            "`htu` names the other server of the flow: one proof serves two requests.",
            fix: "make a proof for each request", "bluesky-social/atproto#3212"),
        Cause(
            .htuForwardAuth, .everywhere, .candidate,
            "The gateway asks an authorization service by a subrequest that has another method and URL.",
            fix: "pass the original method and URL on to the authorization service", "highflame-ai/zeroid#193, #272"),
        Cause(
            .htuRedirect, .everywhere, .diagnosed, "The proof was sent once more after a redirect, to another URL.",
            fix: "do not follow redirects automatically, or sign again for the new URL",
            "inrupt/solid-client-authn-js#89, #493"),
        Cause(
            .htuLocalhostAlias, .everywhere, .diagnosed,
            "`htu` and the request name the same machine by different names.", fix: "use one name everywhere"),
        Cause(
            .htmCase, .everywhere, .diagnosed, "`htm` is the method, but not in the case in which it was sent.",
            fix: "write the method as it is sent, in capitals", "okta/okta-sdk-dotnet#852, #855"),
        Cause(
            .htmReused, .everywhere, .diagnosed, "`htm` is another method: the proof was made for another request.",
            fix: "make a proof for each request", "highflame-ai/zeroid#193"),
        Cause(
            .htmPreflight, .wrong, .diagnosed,
            "A browser's OPTIONS request, which cannot carry a proof, was refused.",
            fix: "let preflight requests pass (Kong: run_on_preflight false, or the cors plugin)"),
    ]

    static let time: [Cause] = [
        Cause(
            .iatMs, .everywhere, .diagnosed, "`iat` is in milliseconds.",
            fix: "divide by 1000: NumericDate counts seconds"),
        Cause(
            .iatSkewBehind, .everywhere, .diagnosed, "The client's clock is behind the server's.",
            fix:
                "synchronise the clock, or correct `iat` by the server's time: its Date field, or `iat` of a token it issued",
            "keycloak/keycloak#48025, #52746"),
        Cause(
            .iatSkewAhead, .everywhere, .diagnosed, "The client's clock is ahead of the server's.",
            fix:
                "synchronise the clock, or correct `iat` by the server's time: its Date field, or `iat` of a token it issued",
            "danielfett/draft-dpop#67, #68, keycloak/keycloak#34894"),
        Cause(
            .iatCachedProof, .everywhere, .diagnosed, "The same proof is sent with many requests until it is too old.",
            fix: "sign a new proof for every request"),
        Cause(
            .iatType, .everywhere, .diagnosed, "`iat` is no number, or no time that a clock shows.",
            fix: "write it without quotes, in whole seconds"),
        Cause(
            .iatFraction, .strict, .diagnosed, "`iat` has a fraction or an exponent: legal, and not a whole number.",
            fix: "round down to whole seconds"),
        Cause(
            .proofExpired, .everywhere, .diagnosed,
            "The proof carries its own `exp` or `nbf`, and it had passed, was not reached, or is no number.",
            fix: "leave `exp` and `nbf` out of proofs"),
        Cause(
            .iatTz, .everywhere, .diagnosed, "`iat` is off by whole hours: local time was taken for UTC.",
            fix: "count from 1970-01-01T00:00:00Z"),
        Cause(
            .iatSlowDelivery, .everywhere, .diagnosed,
            "The proof was right when it was made and too old when it was sent.",
            fix: "sign as the last thing before sending"),
        Cause(
            .jtiRetry, .everywhere, .diagnosed, "The same proof was sent twice: a retry layer repeats the header.",
            fix: "sign inside the retry loop", "okta/terraform-provider-okta#2598"),
        Cause(
            .jtiDoubleConsume, .everywhere, .candidate,
            "Two parts of the server check the same proof against one replay store.", fix: "check a proof once",
            "highflame-ai/zeroid#274"),
        Cause(
            .jtiNotShared, .wrong, .diagnosed, "A proof that was used before was accepted.",
            fix: "share the replay store between nodes", "spring-projects/spring-security#18120"),
        Cause(
            .jtiMissing, .everywhere, .diagnosed, "The proof has no `jti`, or an empty one.",
            fix: "add 96 random bits or a UUID",
            "wso2/product-is#23358"),
        Cause(.jtiWeak, .wrong, .diagnosed, "The `jti` is short or can be guessed.", fix: "use 96 random bits"),
        Cause(
            .jtiWindowGap, .wrong, .diagnosed,
            "A proof was accepted again while it was still inside the server's window: the replay store forgets too early.",
            fix: "keep each jti for window and skew together", "keycloak/keycloak#43505"),
    ]

    static let token: [Cause] = [
        Cause(
            .athMissing, .everywhere, .diagnosed, "The proof does not name the access token.", fix: "add `ath`",
            "panva/openid-client#406, #407"),
        Cause(
            .athPrefix, .everywhere, .diagnosed, "`ath` is the hash of the scheme and the token.",
            fix: "hash the token alone"),
        Cause(
            .athHex, .everywhere, .diagnosed, "`ath` is made of the hash in hex, or of another hash.",
            fix: "base64url of the 32 bytes of SHA-256"),
        Cause(
            .athPadding, .strict, .diagnosed, "`ath` is padded, or in the standard base64 alphabet.",
            fix: "base64url without padding"),
        Cause(
            .athHalf, .everywhere, .diagnosed, "`ath` is the left half of the hash, as OIDC's at_hash.",
            fix: "encode all 32 bytes"),
        Cause(
            .athStale, .everywhere, .diagnosed, "`ath` is the hash of an earlier access token.",
            fix: "compute it after the refresh", "uvdsl/solid-oidc-client-browser#16"),
        Cause(
            .athOtherToken, .everywhere, .diagnosed, "`ath` is the hash of something else than the access token.",
            fix: "hash the access token's text", "AxisCommunications/go-dpop#4, DuendeSoftware/samples#117"),
        Cause(
            .athTrim, .everywhere, .diagnosed, "`ath` is the hash of the token and white space or quotes around it.",
            fix: "trim what is read from files and variables"),
        Cause(
            .athOnTokenRequest, .strict, .diagnosed, "The proof names an access token although none is presented.",
            fix: "leave `ath` out at the token endpoint"),
        Cause(
            .atChangedByGateway, .everywhere, .diagnosed,
            "The gateway exchanged the token and passed the proof on.",
            fix: "validate DPoP at one place only: at the gateway or behind it"),
        Cause(
            .schemeBearer, .everywhere, .diagnosed, "A bound token is presented as Bearer.",
            fix: "Authorization: DPoP <token>", "bluesky-social/atproto#3212, keycloak/keycloak#27013, #30181"),
        Cause(
            .schemeDpopUnbound, .everywhere, .diagnosed, "An unbound token is presented as DPoP.",
            fix: "get a bound token: send a proof with the token request"),
        Cause(
            .schemeInToken, .everywhere, .diagnosed,
            "The scheme is written twice: the token was passed on with the scheme in front of it.",
            fix: "cut the scheme off the token", "better-auth/better-auth#8656"),
        Cause(
            .schemeCase, .strict, .diagnosed, "The scheme is DPoP, but not in these letters.", fix: "write DPoP",
            "DuendeSoftware/products#1969, #2131"),
        Cause(
            .schemeUnknown, .everywhere, .diagnosed,
            "The token is presented under a scheme that is neither DPoP nor Bearer, or under none.",
            fix: "Authorization: DPoP <token>"),
        Cause(
            .schemeShr, .everywhere, .diagnosed,
            "The request carries Microsoft's older signed HTTP request (`PoP`), which is not DPoP.",
            fix: "use DPoP: a bound token, and a proof in a header of its own"),
        Cause(
            .tokenAltered, .everywhere, .diagnosed,
            "The token, or a value in it, differs in a character or two from what it was.",
            fix: "pass the token on as it was issued: look for truncation, case changes and copying by hand"),
        Cause(
            .valuePlaceholder, .everywhere, .diagnosed,
            "A placeholder went over the wire where a value belongs: your_client_secret, …_SECURED_BY_….",
            fix: "put the value in; with a service worker, see that it is active before the request"),
        Cause(
            .valueStringified, .everywhere, .diagnosed,
            "A program wrote a value that it did not have: undefined, null, [object Promise], {}.",
            fix: "wait for the value before it is sent; look for a missing `await` or an empty variable"),
        Cause(.schemeBoth, .everywhere, .diagnosed, "The request has two Authorization headers.", fix: "send one"),
        Cause(
            .typeCase, .wrong, .diagnosed,
            "The token type came in another case, and the client took it for Bearer.",
            fix: "compare token_type case-insensitively (RFC 6749 §5.1)",
            "eu-digital-identity-wallet/eudi-lib-ios-openid4vci-swift#336, forcedotcom/SalesforceMobileSDK-iOS#4159"),
        Cause(
            .typeBearerReturned, .everywhere, .diagnosed,
            "The IdP answered Bearer although the request had a proof.",
            fix: "enable DPoP at the IdP and for the client; check that the DPoP header reaches it",
            "danielfett/draft-dpop#72"),
        Cause(
            .proofAbsent, .everywhere, .diagnosed, "The request has no proof.",
            fix: "send a fresh proof with every request", "webuild-consortium/wp4-interop-test-bed#33"),
        Cause(
            .proofDuplicated, .everywhere, .diagnosed, "The request has more than one proof.", fix: "send one",
            "wso2/product-is#19612, mosip/esignet#1416, inji/inji-certify#1000"),
        Cause(
            .proofStripped, .everywhere, .candidate,
            "The client sent a proof, and something between it and the server dropped it.",
            fix: "let proxies, firewalls and meshes pass the DPoP header", "danielfett/draft-dpop#153, #154"),
        Cause(
            .proofQuoted, .everywhere, .diagnosed,
            "The header is not a bare JWT: quotes, a scheme word, padding or line breaks are around it.",
            fix: "send the JWT alone"),
        Cause(
            .proofCors, .everywhere, .diagnosed, "The preflight answer does not allow the DPoP header.",
            fix: "name DPoP in Access-Control-Allow-Headers", "danielfett/draft-dpop#153"),
    ]
}
