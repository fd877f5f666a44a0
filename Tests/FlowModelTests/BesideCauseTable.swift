@testable import FlowModel

/// The causes that lie beside the proof, or in the words of a refusal: bytes that show each, and bytes that nearly do.
extension DiagnosisTests {
    static let beside: [(cause: CauseID, shown: Case, near: Case)] = clientCauses + tokenCauses + serverCauses + handed

    private static func post(
        _ form: String, status: Int = 400, error: String, words: String = "", proof: Bool = true,
        url: String = Scene.tokenURL, answer: [(String, String)] = []
    ) -> Case {
        { scene in
            let signed = key.proof("POST", url, jti: "post-\(scene.exchanges.count)-abcdefghij")
            let description = words.isEmpty ? "" : ",\"error_description\":\"\(words)\""
            scene.add(
                "POST", url, proof ? [("DPoP", signed)] : [], body: form, status: status, answer: answer,
                answerBody: error.isEmpty ? "" : "{\"error\":\"\(error)\"\(description)}")
        }
    }

    /// A right call that was refused like this.
    private static func call(
        _ status: Int, _ challenge: String? = nil, body: String? = nil, token: String = DiagnosisTests.token,
        answer: [(String, String)] = [], iat: Int = 1_795_334_400, headers: [(String, String)] = []
    ) -> Case {
        { scene in
            _ = scene.token(key, token: DiagnosisTests.token)
            scene.add(
                "GET", api, [("Authorization", "DPoP \(token)"), ("DPoP", proof(token: token, iat: iat))] + headers,
                status: status, answer: answer + (challenge.map { [("WWW-Authenticate", $0)] } ?? []), answerBody: body)
        }
    }

    private static let silent = call(401, "DPoP error=\"invalid_token\"")
    private static let wrongURL = post("grant_type=client_credentials", error: "invalid_request", words: "htu mismatch")

    private static func jwt(_ payload: String) -> String { TestKey(9).sign("{\"alg\":\"ES256\"}", payload) }

    private static let clientCauses: [(cause: CauseID, shown: Case, near: Case)] = [
        (.clientAuthFailed, post("grant_type=client_credentials", status: 401, error: "invalid_client"), wrongURL),
        (
            .clientAuthFailed, post("grant_type=client_credentials", status: 401, error: "access_denied"),
            post("grant_type=client_credentials", status: 403, error: "access_denied")
        ),
        (
            .grantRefused, post("grant_type=client_credentials&scope=x", error: "invalid_scope"),
            post("grant_type=client_credentials", error: "invalid_request")
        ),
        (
            .clientAuthFailed,
            post(
                "grant_type=client_credentials", status: 401, error: "unauthorized_client",
                words: "Invalid client or Invalid client credentials"),
            post(
                "grant_type=client_credentials", status: 401, error: "unauthorized_client",
                words: "Public client not allowed to retrieve service account")
        ),
        (
            .grantForbidden,
            post(
                "grant_type=client_credentials", status: 401, error: "unauthorized_client",
                words: "Public client not allowed to retrieve service account"),
            post("grant_type=client_credentials", status: 401, error: "invalid_client")
        ),
        (
            .grantRefused,
            post(
                "grant_type=authorization_code&code=c0ffee0001", error: "invalid_grant",
                words: "PKCE verification failed"),
            wrongURL
        ),
        (
            .authorizationRefused,
            post(
                "response_type=code&client_id=c&scope=x", error: "invalid_scope", words: "Missing scope",
                url: "https://as.test/par"), wrongURL
        ),
        (
            .clientAttestation,
            post("grant_type=client_credentials", error: "invalid_client_attestation", words: "attestation expired"),
            wrongURL
        ),
        (
            .bindingMtlsRequired,
            post(
                "grant_type=client_credentials", error: "invalid_request",
                words: "Client Certification missing for MTLS HoK Token Binding"), wrongURL
        ),
        (
            .clientNoDpop,
            { scene in
                let got = scene.token(key, proof: "", token: TestKey(9).token(jkt: nil), type: "Bearer")
                scene.call(got, proof: nil, scheme: "Bearer", status: 401, answer: [("WWW-Authenticate", "DPoP")])
            },
            { scene in
                let got = scene.token(key, proof: "", token: TestKey(9).token(jkt: nil), type: "Bearer")
                scene.call(got, proof: nil, scheme: "Bearer", status: 401, answer: [("WWW-Authenticate", "Bearer")])
            }
        ),
    ]

    private static let tokenCauses: [(cause: CauseID, shown: Case, near: Case)] = [
        (.tokenScope, call(403, "Bearer error=\"insufficient_scope\", scope=\"orders\""), silent),
        (.tokenScope, call(403), call(404)),
        (
            .tokenAudience, call(401, "DPoP error=\"invalid_token\", error_description=\"Unexpected 'aud' value\""),
            silent
        ),
        (
            // Keycloak's answer to a token exchange for an audience that it does not know: no client failed.
            .tokenAudience,
            post("grant_type=client_credentials&audience=x", error: "invalid_client", words: "Audience not found"),
            post("grant_type=client_credentials", error: "invalid_client", words: "Invalid client credentials")
        ),
        (
            .tokenAudience,
            post("grant_type=client_credentials&resource=urn:x", error: "invalid_target", words: "Invalid resource"),
            post("grant_type=client_credentials&resource=urn:x", error: "invalid_client", words: "Invalid client")
        ),
        (
            .tokenIssuer, call(401, "DPoP error=\"invalid_token\", error_description=\"The iss claim is not valid\""),
            silent
        ),
        (
            .tokenRevoked, call(401, "DPoP error=\"invalid_token\", error_description=\"user_session_not_found\""),
            silent
        ),
        (
            .tokenRevoked, call(401, "DPoP error=\"invalid_token\", error_description=\"Token is not active\""),
            call(401, "DPoP error=\"invalid_token\", error_description=\"Token has expired\"")
        ),
        (
            .tokenTyp,
            call(
                401, "DPoP error=\"invalid_token\", error_description=\"unexpected JWT 'typ' header parameter value\""),
            silent
        ),
        (
            .tokenExpired,
            { scene in
                let old = jwt("{\"exp\":1795334300,\"cnf\":{\"jkt\":\"\(key.jkt)\"}}")
                let got = scene.token(key, token: old)
                scene.call(got, proof: proof(token: got), status: 401, answer: [("WWW-Authenticate", "DPoP")])
            }, silent
        ),
        (
            .tokenAbsent,
            { scene in
                scene.add(
                    "GET", api, [("DPoP", proof(token: nil))], status: 401, answer: [("WWW-Authenticate", "Bearer")])
            }, silent
        ),
        (
            .tokenNotAccess,
            { scene in
                let id = jwt("{\"typ\":\"ID\",\"exp\":1795334700}")
                _ = scene.token(key, token: token, more: ",\"id_token\":\"\(id)\"")
                scene.call(id, proof: proof(token: id), status: 401, answer: [("WWW-Authenticate", "DPoP")])
            }, silent
        ),
        (.tokenAltered, call(401, "DPoP", token: String(token.dropLast(4)) + "AAAA"), silent),
        (
            .exchangeUnbound,
            { scene in
                let got = scene.token(key, token: token)
                _ = scene.token(
                    key, proof: "", token: TestKey(9).token(jkt: nil), type: "Bearer",
                    form: "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=\(got)")
            },
            { scene in
                let got = scene.token(key, token: token)
                _ = scene.token(
                    key, token: TestKey(8).token(jkt: key.jkt),
                    form: "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=\(got)")
            }
        ),
    ]

    private static let serverCauses: [(cause: CauseID, shown: Case, near: Case)] = [
        (.htuProxyInternal, call(401, "DPoP", answer: [("Server", "nginx/1.24.0")]), call(401, "DPoP")),
        (
            .htuProxyInternal,
            call(401, "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\"", answer: [("Via", "1.1 Caddy")]),
            call(401, "DPoP error=\"invalid_token\", algs=\"ES256\"", answer: [("Via", "1.1 Caddy")])
        ),
        (
            .htuProxyInternal, call(401, "DPoP error=\"invalid_dpop_proof\", algs=\"RS256 RS384 RS512 ES256\""),
            call(401, "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\"", answer: [("Server", "Apache/2.4")])
        ),
        (.serverBearerOnly, call(401, "Bearer error=\"invalid_token\""), call(401, "Bearer, DPoP algs=\"ES256\"")),
        (.serverFailed, call(500), silent),
        (.serverThrottled, call(429), silent),
        (.requestTooLarge, call(431), silent),
        (
            .gwNotReached,
            call(403, body: "<html><title>Just a moment...</title>", answer: [("cf-mitigated", "challenge")]), silent
        ),
        (
            .serverWantsExp, call(401, "DPoP error=\"invalid_dpop_proof\", error_description=\"missing claim: exp\""),
            call(401, "DPoP error=\"invalid_dpop_proof\", error_description=\"an unexpected failure\"")
        ),
        (
            .serverBindingLost,
            call(401, "DPoP error=\"invalid_token\", error_description=\"Invalid DPoP key binding\""),
            call(401, "DPoP error=\"invalid_dpop_proof\", error_description=\"invalid DPoP key binding\"")
        ),
        (
            .vciKeyproof,
            call(
                400, body: "{\"error\":\"invalid_proof\",\"error_description\":\"The 'proofs' parameter is required\"}"),
            silent
        ),
        (.serverUnenforced, accepted(proof("POST")), good),
        (
            .requestHostMalformed,
            { scene in
                let got = scene.token(key, token: token)
                scene.add(
                    "GET", api, [("Host", "api.test/data?"), ("Authorization", "DPoP \(got)"), ("DPoP", proof())])
            },
            { scene in
                let got = scene.token(key, token: token)
                scene.add("GET", api, [("Host", "api.test"), ("Authorization", "DPoP \(got)"), ("DPoP", proof())])
            }
        ),
        (
            .corsHeaders, asking("dpop, traceparent", allowed: "dpop"),
            asking("dpop, traceparent", allowed: "DPoP, TraceParent")
        ),
        (
            .captureRedacted, call(401, "DPoP", token: "eyJhbGciOi…"), silent
        ),
    ]

    private static func asking(_ names: String, allowed: String) -> Case {
        { scene in
            _ = scene.token(key, token: token)
            scene.add(
                "OPTIONS", api, [("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", names)],
                status: 204, answer: [("Access-Control-Allow-Headers", allowed)])
        }
    }

    private static let handed: [(cause: CauseID, shown: Case, near: Case)] = [
        (
            .grantSpent,
            { scene in
                _ = scene.token(key, token: token, form: "grant_type=authorization_code&code=c0ffee0001")
                post("grant_type=authorization_code&code=c0ffee0001", error: "invalid_grant", words: "Code not valid")(
                    &scene)
            },
            { scene in
                _ = scene.token(key, token: token, form: "grant_type=authorization_code&code=c0ffee0001")
                post("grant_type=authorization_code&code=c0ffee0002", error: "invalid_grant", words: "Code not valid")(
                    &scene)
            }
        ),
        (
            .assertionReused,
            { scene in
                let assertion = jwt("{\"jti\":\"a1\"}")
                for error in ["invalid_grant", "invalid_client"] {
                    post("grant_type=client_credentials&client_assertion=\(assertion)", error: error)(&scene)
                }
            },
            { scene in
                for id in ["a1", "a2"] {
                    let assertion = jwt("{\"jti\":\"\(id)\"}")
                    post("grant_type=client_credentials&client_assertion=\(assertion)", error: "invalid_client")(&scene)
                }
            }
        ),
        (
            .assertionClock,
            post(
                "grant_type=client_credentials&client_assertion=\(jwt("{\"exp\":1795334000}"))", error: "invalid_client"
            ),
            post(
                "grant_type=client_credentials&client_assertion=\(jwt("{\"exp\":1795334700}"))", error: "invalid_client"
            )
        ),
        (
            .requestRepeatedParameter,
            post("grant_type=client_credentials&client_id=a&client_id=a", error: "invalid_request"),
            post("grant_type=client_credentials&client_id=a&resource=x&resource=y", error: "invalid_request")
        ),
        (
            .authorizationIss, callback("https://evil.test"), callback("https://as.test")
        ),
        (.authorizationState, answered("&state=0123456789abcdeX"), answered("&state=0123456789abcdef")),
        (.authorizationState, answered(""), answered("&state=0123456789abcdef", pushed: true)),
        (.authorizationState, answered("&state=other", pushed: true), answered("&state=[redacted]")),
        (
            .asBasePath, notFound("https://as.test/auth/realms/r/protocol/openid-connect/token"),
            notFound("https://as.test/auth/realms/r/protocol/openid-connect/token", "Realm does not exist")
        ),
        (
            .asBasePath,
            notFound(
                "https://as.test/auth/realms/r/.well-known/openid-configuration",
                "RESTEASY003210: Could not find resource for full path: https://as.test/auth/realms/r"),
            notFound("https://as.test/admin/realms/r", "RESTEASY003210: Could not find resource for full path")
        ),
        (
            .asBasePath, notFound("https://as.test/realms/r/.well-known/openid-configuration", ""),
            notFound("https://as.test/oauth/token", "")
        ),
        (
            .idTokenNonce, login("{\"nonce\":\"n-2\"}"), login("{\"nonce\":\"n-1\"}")
        ),
        (
            .nonceCNonce, offered { "{\"c_nonce\":\"\($0)\"}" }, offered { "{\"d_nonce\":\"\($0)\"}" }
        ),
        (
            .htuWrongEndpoint, refused(proof("POST", "https://as.test/par"), url: Scene.tokenURL + "/", method: "POST"),
            refused(proof("GET", "https://api.test/else"))
        ),
    ]

    private static func callback(_ iss: String) -> Case {
        { scene in
            scene.add(
                "GET", "https://as.test/.well-known/openid-configuration", [],
                answerBody: "{\"issuer\":\"https://as.test\"}")
            scene.add("GET", "http://127.0.0.1/cb?code=c0ffee0001&state=0123456789abcdef&iss=\(iss)", [])
            _ = scene.token(key, token: token, form: "grant_type=authorization_code&code=c0ffee0001")
        }
    }

    /// A login with the nonce n-1, and the payload of its ID token.
    private static func login(_ payload: String) -> Case {
        { scene in
            scene.add(
                "GET", "https://as.test/auth?response_type=code&client_id=c&nonce=n-1&state=0123456789abcdef", [],
                status: 302,
                answer: [("Location", "http://127.0.0.1/cb?code=c0ffee0001&state=0123456789abcdef")])
            _ = scene.token(
                key, token: token, form: "grant_type=authorization_code&code=c0ffee0001",
                more: ",\"id_token\":\"\(jwt(payload))\"")
        }
    }

    /// A login whose redirect back ends in this.
    private static func answered(_ end: String, pushed: Bool = false) -> Case {
        { scene in
            let own = "response_type=code&client_id=c&state=0123456789abcdef&dpop_jkt=\(key.jkt)"
            if pushed {
                scene.add(
                    "POST", "https://as.test/par", [("DPoP", key.proof("POST", "https://as.test/par"))], body: own,
                    status: 201, answerBody: "{\"request_uri\":\"urn:r:0123456789\",\"expires_in\":60}")
            }
            scene.add(
                "GET", "https://as.test/auth?" + (pushed ? "client_id=c&request_uri=urn:r:0123456789" : own), [],
                status: 302, answer: [("Location", "http://127.0.0.1/cb?code=c0ffee0001\(end)")])
            _ = scene.token(key, token: token, form: "grant_type=authorization_code&code=c0ffee0001")
        }
    }

    /// A request to a URL that its server does not know.
    private static func notFound(_ url: String, _ words: String = "Unable to find matching target resource method")
        -> Case
    {
        { scene in
            let isDiscovery = url.contains("/.well-known/")
            scene.add(
                isDiscovery ? "GET" : "POST", url, isDiscovery ? [] : [("DPoP", key.proof("POST", url))],
                body: isDiscovery ? nil : "grant_type=client_credentials", status: 404,
                answerBody: words.isEmpty ? "" : "{\"error\":\"\(words)\"}")
        }
    }

    private static func offered(_ body: @escaping @Sendable (String) -> String) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            scene.call(got, proof: proof(), answerBody: body("c-n-1"), url: api)
            scene.call(
                got, proof: proof(jti: "again-abcdefghij", payload: ["nonce": "\"c-n-1\""]), status: 401,
                answer: [("WWW-Authenticate", "DPoP")])
        }
    }
}
