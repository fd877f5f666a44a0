/// What servers and libraries say when they refuse, as their public sources and reports have it, and what each speaks of
/// (`-` for a sentence that tells nothing): subject, code, sentence, where it is from.
enum ServerSentences {
    static let table = #"""
        htu | invalid_dpop_proof | htu does not match the request URI | DpopProofError generic
        htu | invalid_dpop_proof | DPoP htu does not match the request URI. | .NET DpopValidationException
        htu | invalid_dpop_proof | DPoP proof htu does not match the request URL | better-auth
        htu | invalid_dpop_proof | htu in the DPoP proof does not match request uri | authgear
        htu | invalid_dpop_proof | htu in the DPoP proof is not a valid URI | authgear
        htu | invalid_dpop_proof | The DPoP proof htu claim does not match the expected endpoint URL. | Ory Hydra
        htu | invalid_dpop_proof | Invalid 'htu' value. | Duende
        htu | invalid_dpop_proof | 'htu' claim in the DPoP proof JWT is invalid. | Okta
        htu | invalid_dpop_proof | DPoP proof htu mismatch | node-oidc-provider
        htu | invalid_dpop_proof | DPoP "htu" mismatch | atproto
        htu | invalid_dpop_proof | HTTP URI mismatch | jwkToPem RS
        htu | invalid_request | DPoP HTTP URL mismatch | Keycloak
        htu | invalid_request | Malformed HTTP URL in DPoP proof | Keycloak
        htu | invalid_dpop_proof | DPoP proof 'htu' MUST NOT contain a query or fragment (RFC 9449) | node RS
        htu | invalid_dpop_proof | DPoP proof htu must not contain a fragment | better-auth
        htu | invalid_dpop_proof | JWT htu claim value rejected | Nimbus
        htu | invalid_dpop_proof | the DPoP proof htu is not this request's URI | rust
        htu | invalid_dpop_proof | dpop: htu does not match request URI | go
        htu | invalid_dpop_proof | htu mismatch: expected https://api.example.com/x, got https://api.example.com/y | go
        htu | invalid_dpop_proof | The proof was created for another URL. | made
        htu | invalid_dpop_proof | DPoP target URI does not match | made
        htu | invalid_dpop_proof | DPoP Proof URL claim does not match the request URL | Ping-like
        htu | invalid_dpop_proof | The HTTP URI claim does not match the expected value | made
        htu | invalid_dpop_proof | The value of the 'htu' claim (https://a/x) of the DPoP proof JWT does not match the URL of the request. | Authlete
        htu | invalid_dpop_proof | Invalid HTTP target URI in DPoP proof | made
        htm | invalid_dpop_proof | htm does not match the request method | made
        htm | invalid_dpop_proof | Invalid 'htm' value. | Duende
        htm | invalid_dpop_proof | The DPoP proof htm claim must be POST. | Ory Hydra
        htm | invalid_dpop_proof | htm in the DPoP proof does not match request method | authgear
        htm | invalid_dpop_proof | HTTP method mismatch | RS
        htm | invalid_request | DPoP HTTP method mismatch | Keycloak
        htm | invalid_dpop_proof | DPoP "htm" mismatch | atproto
        htm | invalid_dpop_proof | 'htm' claim in the DPoP proof JWT is invalid. | Okta
        htm | invalid_dpop_proof | Invalid method | dpop-verifier
        htm | invalid_dpop_proof | proof htm does not match request method | python
        htm | invalid_dpop_proof | DPoP proof was made for another HTTP method | made
        htm | invalid_dpop_proof | dpop htm mismatch: expected POST | atcute
        time | invalid_dpop_proof | DPoP proof expired | authgear, go
        time | invalid_request | DPoP proof expired | java
        time | invalid_dpop_proof | DPoP proof expired or clock skew too large | RS
        time | invalid_dpop_proof | DPoP proof expired or from the future (skew: 40s) | RS
        time | invalid_dpop_proof | DPoP proof has expired (iat too old) | rust
        time | invalid_dpop_proof | The DPoP proof iat claim is too old. | Ory Hydra
        time | invalid_dpop_proof | The DPoP proof iat claim is too far in the future. | Ory Hydra
        time | invalid_dpop_proof | Invalid 'iat' value. | Duende
        time | invalid_dpop_proof | DPoP proof iat is outside the accepted window | better-auth
        time | invalid_dpop_proof | DPoP proof iat is missing or outside the acceptable time window | acapy
        time | invalid_dpop_proof | iat outside the acceptance window | rust
        time | invalid_dpop_proof | iat too far in future | dpop-verifier
        time | invalid_dpop_proof | DPoP proof too old | dpop-verifier
        time | invalid_dpop_proof | proof is stale | python
        time | invalid_dpop_proof | Stale DPoP proof | made
        time | invalid_dpop_proof | DPoP proof is not fresh | made
        time | invalid_dpop_proof | The DPoP proof has expired. | made
        time | invalid_dpop_proof | Expired DPoP Proof | WSO2
        time | invalid_request | DPoP proof is not active | Keycloak
        time | invalid_dpop_proof | DPoP proof iat is not recent enough | node-oidc-provider
        time | invalid_dpop_proof | DPoP proof "iat" is outside the acceptable range | Auth0
        time | invalid_dpop_proof | DPoP proof lifetime exceeded | Ping-like
        time | invalid_dpop_proof | The DPoP proof was issued in the future. | made
        time | invalid_dpop_proof | The DPoP proof is too old or its clock is ahead. | made
        time | invalid_dpop_proof | The DPoP proof JWT's creation time is too old. | Authlete-like
        time | invalid_dpop_proof | DPoP validation failed: Token assertion window expired. | RS
        time | invalid_dpop_proof | iat timestamp check failed | jose
        time | invalid_dpop_proof | "iat" claim timestamp check failed (it should be in the past) | jose
        time | invalid_dpop_proof | DPoP proof token has been created too long ago | made
        time | invalid_dpop_proof | token used before issued | golang-jwt
        time | invalid_dpop_proof | JWT before use time | Nimbus
        time | invalid_dpop_proof | DPoP proof creation time is outside of the acceptable window | made
        replay | invalid_dpop_proof | DPoP proof has already been used | Keycloak, rust
        replay | invalid_dpop_proof | this DPoP proof has already been used | rust
        replay | invalid_dpop_proof | DPoP proof has already been used (replay detected) | mcp
        replay | invalid_dpop_proof | dpop proof jti already used | go
        replay | invalid_dpop_proof | DPoP proof jti has already been used | better-auth
        replay | invalid_dpop_proof | The DPoP proof jti has already been used. | Ory Hydra
        replay | invalid_dpop_proof | DPoP proof replay detected | go
        replay | invalid_dpop_proof | DPoP replay detected | dpop-verifier
        replay | invalid_dpop_proof | Detected replay of DPoP proof token. | Duende
        replay | invalid_dpop_proof | DPoP jti replay | RS
        replay | invalid_dpop_proof | Replayed DPoP proof | realmroot
        replay | invalid_dpop_proof | DPoP proof replayed | atproto
        replay | invalid_dpop_proof | DPoP proof reuse detected | made
        replay | invalid_dpop_proof | The DPoP proof JWT has already been used | Okta
        replay | invalid_dpop_proof | The jti was already used in the past 60 seconds | Nimbus
        replay | invalid_dpop_proof | DPoP proof JWT Replay detected | node-oidc-provider
        replay | invalid_dpop_proof | The DPoP proof has been seen before | made
        replay | invalid_dpop_proof | Duplicate jti | made
        replay | invalid_dpop_proof | jti has been reused | made
        ath | invalid_dpop_proof | Invalid 'ath' value. | Duende
        ath | invalid_dpop_proof | DPoP ath does not match the presented access token | rust
        ath | invalid_dpop_proof | DPoP proof ath does not match the access token | better-auth
        ath | invalid_dpop_proof | DPoP proof must include an ath claim | better-auth
        ath | invalid_dpop_proof | missing ath | dpop-verifier
        ath | invalid_dpop_proof | Access token hash mismatch | RS
        ath | invalid_dpop_proof | dpop: proof missing ath claim | go
        ath | invalid_dpop_proof | DPoP "ath" mismatch | atproto
        ath | invalid_dpop_proof | The access token hash in the DPoP proof does not match | made
        ath | invalid_dpop_proof | DPoP "ath" claim not allowed | atproto
        ath | invalid_dpop_proof | DPoP proof access token hash mismatch | Keycloak
        key | invalid_token | DPoP proof key does not match the access token. | node
        key | invalid_dpop_proof | The DPoP proof key does not match the Access Token's cnf.jkt binding. | .NET
        key | invalid_dpop_proof | DPoP proof key does not match the bound token | better-auth
        key | invalid_dpop_proof | DPoP proof key does not match token binding | ts
        key | invalid_dpop_proof | DPoP proof key does not match token cnf.jkt | java
        key | invalid_token | Invalid DPoP key binding | RFC 9449, authlib
        key | invalid_dpop_proof | Invalid 'cnf' value. | Duende
        key | invalid_dpop_proof | DPoP key thumbprint does not match cnf.jkt | go
        key | invalid_token | JWT Access Token confirmation mismatch | Auth0
        key | invalid_request | DPoP confirmation doesn't match DPoP proof | Keycloak
        key | invalid_grant | DPoP proof does not match the expected JKT | atproto
        key | invalid_dpop_proof | The dpop_jkt parameter does not match the DPoP proof public key thumbprint. | Ory Hydra
        key | invalid_grant | DPoP Proof public key thumbprint does not match dpop_jkt | Keycloak
        key | invalid_dpop_proof | dpop: unmatched jkt. message: x. expected: a actual: b | authgear
        key | invalid_grant | The DPoP proof was not signed with the key the refresh token is bound to | made
        key | invalid_dpop_proof | DPoP proof binding mismatch | go
        key | invalid_token | The access token is not bound to the key of the DPoP proof. | made
        key | invalid_token | The key in the DPoP proof is not the one the token is bound to. | made
        key | invalid_grant | refresh token is bound to a different DPoP key | made
        key | invalid_token | The access token was issued to a different key | made
        key | invalid_token | Proof of possession key mismatch | made
        key | invalid_dpop_proof | DPoP proof signed by a different key | made
        signature | invalid_dpop_proof | invalid DPoP jwt signature | authgear
        signature | invalid_dpop_proof | The DPoP proof signature is invalid. | Ory Hydra
        signature | invalid_dpop_proof | Invalid signature on DPoP token. | Duende
        signature | invalid_dpop_proof | DPoP signature invalid | java
        signature | invalid_dpop_proof | dpop signature verification failed | atcute
        signature | invalid_dpop_proof | Failed to validate DPoP signature | Duende
        signature | invalid_dpop_proof | Failed to verify DPoP proof: signature verification failed | atproto
        signature | invalid_dpop_proof | Cryptographic signature verification failed | rust
        typ | invalid_dpop_proof | Invalid 'typ' value. | Duende
        typ | invalid_dpop_proof | invalid DPoP jwt typ | authgear
        typ | invalid_dpop_proof | The DPoP proof typ header must be dpop+jwt. | Ory Hydra
        typ | invalid_dpop_proof | DPoP proof typ must be "dpop+jwt" | better-auth
        typ | invalid_dpop_proof | Invalid typ header: expected 'dpop+jwt', got 'JWT' | rust
        typ | invalid_request | Invalid or missing type in DPoP header: JWT | Keycloak
        typ | invalid_dpop_proof | The DPoP proof is missing the typ JOSE header. | Ory Hydra
        alg | invalid_dpop_proof | Invalid 'alg' value. | Duende
        alg | invalid_dpop_proof | unsupported alg in DPoP jwt | authgear
        alg | invalid_dpop_proof | The DPoP proof alg header is not in the supported algorithms list. | Ory Hydra
        alg | invalid_dpop_proof | The DPoP proof alg header must not be a symmetric algorithm. | Ory Hydra
        alg | invalid_dpop_proof | DPoP proof uses an unsupported JWS algorithm | better-auth
        alg | invalid_dpop_proof | DPoP proof must use an asymmetric JWS algorithm | better-auth
        alg | invalid_dpop_proof | unsupported DPoP alg | dpop-verifier
        alg | invalid_dpop_proof | unsupported DPoP algorithm | go
        alg | invalid_request | Unsupported DPoP algorithm: ES256K | Keycloak
        alg | invalid_dpop_proof | Unsupported algorithm: HS256 | rust
        alg | invalid_dpop_proof | The signing algorithm is not supported | made
        alg | invalid_dpop_proof | "alg" (Algorithm) Header Parameter value not allowed | jose
        key | invalid_dpop_proof | Invalid 'jwk' value. | Duende
        key | invalid_dpop_proof | 'jwk' value contains a private key. | Duende
        key | invalid_dpop_proof | The DPoP proof jwk contains private key material. | Ory Hydra
        key | invalid_dpop_proof | DPoP proof jwk must not contain private key material | better-auth
        key | invalid_dpop_proof | Missing 'jwk' value | CAS-like
        key | invalid_dpop_proof | The DPoP proof is missing the jwk JOSE header. | Ory Hydra
        key | invalid_dpop_proof | DPoP proof header must include a public jwk | better-auth
        key | invalid_dpop_proof | jwk not provided in DPoP jwt | authgear
        key | invalid_dpop_proof | invalid DPoP jwk | authgear
        key | invalid_dpop_proof | bad JWK: unsupported curve | dpop-verifier
        key | invalid_dpop_proof | DPoP proof must contain a public JWK | java
        key | invalid_request | No JWK in DPoP header | Keycloak
        key | invalid_request | Private key is present in DPoP header | Keycloak
        - | invalid_dpop_proof | Invalid 'jti' value. | Duende
        - | invalid_dpop_proof | The DPoP proof is missing the jti claim. | Ory Hydra
        - | invalid_dpop_proof | DPoP proof jti claim is required | acapy
        - | invalid_dpop_proof | DPoP proof jti is missing | java
        - | invalid_dpop_proof | DPoP "jti" missing | atproto
        - | invalid_dpop_proof | the DPoP proof carries no jti | rust
        - | invalid_dpop_proof | missing claim: jti | dpop-verifier
        - | invalid_dpop_proof | DPoP proof jti is too large | better-auth
        - | invalid_dpop_proof | DPoP proof must include htm, htu, jti, and iat claims | better-auth
        - | invalid_dpop_proof | the DPoP proof has no `iat` | rust
        - | invalid_dpop_proof | Missing 'iat' value. | Duende
        - | invalid_dpop_proof | DPoP proof must have a iat number property | node-oidc-provider
        - | invalid_dpop_proof | The DPoP proof is missing the htm claim. | Ory Hydra
        - | invalid_dpop_proof | The DPoP proof is missing the htu claim. | Ory Hydra
        - | invalid_request | DPoP mandatory claims are missing | Keycloak
        - | invalid_dpop_proof | invalid DPoP key binding | node-oidc-provider
        - | invalid_dpop_proof | Malformed DPoP token. | Duende
        - | invalid_dpop_proof | malformed DPoP jwt | authgear
        - | invalid_dpop_proof | The DPoP proof is not a well-formed JWT. | Ory Hydra
        - | invalid_dpop_proof | Malformed DPoP proof token | java
        - | invalid_dpop_proof | DPoP proof must be a JWT with 3 parts | pds
        - | invalid_dpop_proof | DPoP proof invalid | made
        missing proof | invalid_dpop_proof | Invalid or missing DPoP proof | java
        - | invalid_dpop_proof | The DPoP proof has an invalid payload. | php
        missing proof | invalid_dpop_proof | Missing DPoP proof value. | Duende
        missing proof | invalid_dpop_proof | The DPoP proof is missing from the request. | Ory Hydra
        missing proof | invalid_request | a DPoP proof is required for token-bound requests | ts
        missing proof | invalid_dpop_proof | DPoP proof is required for DPoP-bound tokens | ts
        missing proof | invalid_dpop_proof | DPoP header is required | go
        missing proof | invalid_dpop_proof | DPoP proof header is required | better-auth
        missing proof | invalid_dpop_proof | Missing DPoP header | dpop-verifier
        missing proof | invalid_request | DPoP proof is missing | Keycloak
        missing proof | invalid_dpop_proof | The DPoP proof JWT header is missing. | Okta
        missing proof | invalid_grant | missing DPoP proof JWT | node-oidc-provider
        missing proof | invalid_request | `DPoP` header not provided | node-oidc-provider
        missing proof | invalid_dpop_proof | DPoP proof required | atproto
        missing proof | invalid_token | dpop: token requires DPoP proof header | go
        missing proof | invalid_token | mcpresource: DPoP-bound token requires DPoP header | go
        missing proof | invalid_request | DPoP header cannot be empty | atproto
        missing proof | invalid_dpop_proof | dpop_proof_required | .NET
        missing proof | invalid_request | This client must use DPoP | made
        missing proof | invalid_request | A DPoP proof must be present when the client requires DPoP | made
        missing proof | invalid_dpop_proof | DPoP proof JWT is not present | made
        missing proof | invalid_request | Client requires DPoP bound access tokens | made
        missing proof | invalid_dpop_proof | multiple DPoP headers | apisix
        missing proof | invalid_dpop_proof | exactly one DPoP header is permitted | rust
        missing proof | invalid_dpop_proof | Multiple DPoP headers present in the request. | Ory Hydra
        missing proof | invalid_dpop_proof | DPoP header must contain a single proof | atproto
        nonce | use_dpop_nonce | Authorization server requires nonce in DPoP proof | Okta
        nonce | use_dpop_nonce | The DPoP proof must include a server-issued nonce. | Ory Hydra
        nonce | use_dpop_nonce | The DPoP proof nonce is invalid or expired. | Ory Hydra
        nonce | invalid_dpop_proof | DPoP nonce is required | go
        nonce | invalid_dpop_proof | A DPoP nonce is required | rust
        nonce | invalid_dpop_proof | Nonce mismatch | dpop-verifier
        nonce | invalid_dpop_proof | DPoP nonce does not match the server challenge | rust
        nonce | invalid_dpop_proof | DPoP nonce is invalid | CAS
        nonce | invalid_dpop_proof | Invalid 'nonce' value. | Duende
        nonce | invalid_dpop_proof | Missing 'nonce' value. | Duende
        nonce | invalid_dpop_proof | DPoP nonce expired | made
        scheme | invalid_token | DPoP-bound token requires DPoP scheme | go
        scheme | invalid_token | DPoP bound token requires DPoP scheme | java
        scheme | invalid_token | DPoP-bound access token requires the DPoP authorization scheme | better-auth
        scheme | invalid_token | DPoP-bound access token requires DPoP authorization. | rust
        key | invalid_token | DPoP authorization requires a DPoP-bound access token | better-auth
        scheme | invalid_request | DPoP tokens are not supported. Use a Bearer token. | inji-certify
        scheme | invalid_token | Access token is bound to a DPoP proof, but token type is Bearer | atproto
        scheme | invalid_request | Bearer token type must be used without a DPoP proof | atproto
        scheme | invalid_request | missing authorization header | apisix
        scheme | invalid_request | Multiple methods used to include access token | solid
        key | invalid_token | token is not sender-constrained (missing cnf.jkt) | node
        scheme | invalid_token | DPoP bound access token must not be used with the Bearer scheme | made
        scheme | invalid_token | Sender-constrained token presented as a bearer token | made
        key | invalid_token | The access token is not DPoP bound | made
        key | invalid_token | No DPoP confirmation in access token | Keycloak
        key | invalid_token | JWT Access Token has no jkt confirmation claim | Auth0
        client authentication | invalid_client | Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). | Ory
        client authentication | invalid_client | The client secret supplied for a confidential client is invalid. | Okta
        client authentication | invalid_client | Invalid client or Invalid client credentials | Keycloak
        client authentication | unauthorized_client | Invalid client secret | Keycloak
        client authentication | invalid_client | client_assertion is expired | made
        grant | invalid_grant | The authorization code is invalid or has expired. | Okta
        grant | invalid_grant | The refresh token is invalid or expired. | Okta
        grant | invalid_grant | grant request is invalid | node-oidc-provider
        pkce | invalid_grant | PKCE verification failed. | Okta
        grant | invalid_grant | authorization code has already been used | Curity-like
        grant | unauthorized_client | The client is not authorized to use the provided grant type. | Okta
        expired | invalid_token | The access token expired | made
        expired | invalid_token | Jwt is expired | Envoy
        expired | invalid_token | The token has expired. | Okta
        expired | invalid_token | Token expired | Auth0
        expired | invalid_token | exp claim timestamp check failed | jose
        audience | invalid_token | Unexpected 'aud' value | Auth0
        audience | invalid_token | Audiences in Jwt are not allowed | Envoy
        audience | invalid_token | The audience is invalid | .NET
        issuer | invalid_token | Jwt issuer is not configured | Envoy
        issuer | invalid_token | The issuer 'https://a' is invalid | .NET
        scope | insufficient_scope | The access token must provide access to at least one of these scopes - read | Okta
        scope | insufficient_scope | The request requires higher privileges than provided by the access token. | Spring
        certificate | invalid_request | Client certificate missing in mTLS binding | made
        key | invalid_token | DPoP-bound access token is required | java RS
        scheme | invalid_token | A DPoP-bound access token must be presented using the DPoP scheme with a valid proof | Gravitee
        ath | invalid_dpop_proof | The DPoP proof ath parameter doesn't match the base64 URL encoded SHA256 hash of the ASCII encoded associated access token's value | Solid
        htu | invalid_dpop_proof | DPoP URL must be absolute | java
        missing proof | invalid_dpop_proof | DPoP header not present | FINN/pac4j
        missing proof | invalid_dpop_proof | DPoP proof is required for this token | java RS
        typ | invalid_dpop_proof | The DPoP proof "typ" header parameter is invalid. | symfony
        alg | invalid_dpop_proof | The DPoP proof "alg" header parameter is invalid. | symfony
        key | invalid_dpop_proof | Failed to extract DPoP key from proof | java
        missing proof | invalid_dpop_proof | DPoP Header is Required | WSO2
        nonce | use_dpop_nonce | Authorization server requires nonce in DPoP proof. | many
        - | invalid_dpop_proof | DPoP validation failed | WSO2
        scope | insufficient_scope | Missing required scope "orders" | made
        """#

    static let rows: [(subject: String, code: String, sentence: String)] = table.split(separator: "\n").map { line in
        let parts = line.split(separator: "|").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        return (parts[0], parts[1], parts[2])
    }
}
