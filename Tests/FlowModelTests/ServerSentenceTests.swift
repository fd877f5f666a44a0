import Testing

@testable import FlowModel

/// The table of phrases, asked with what servers really say, and kinds of refusals that were named wrongly.
struct ServerSentenceTests {
    private typealias Case = DiagnosisTests.Case

    private static func first(_ make: Case) -> String? { DiagnosisTests.diagnose(make).causes.first?.id }
    private static func all(_ make: Case) -> [String] { DiagnosisTests.diagnose(make).causes.map(\.id) }

    @Test func everySentenceIsReadForWhatItIsAbout() {
        #expect(ServerSentences.rows.count > 250)
        for (subject, code, sentence) in ServerSentences.rows {
            let words = ServerWords(status: 401, code: code, sentence: sentence)
            let wanted = subject == "-" ? nil : subject
            #expect(words.subject?.rawValue == wanted, "\(sentence): \(words.subject?.rawValue ?? "nil")")
        }
    }

    @Test func aCodeIsASentenceToo() {
        let table: [(String, WordSubject?)] = [
            ("dpop_htu_mismatch", .htu), ("dpop_method_mismatch", .htm), ("dpop_uri_mismatch", .htu),
            ("dpop_proof_missing", .missingProof), ("dpop-proof-expired", .time), ("DPOP_NONCE_REQUIRED", .nonce),
            ("dpop_binding_mismatch", .key), ("dpop.ath.mismatch", .ath), ("dpop_proof_invalid", nil),
            ("dpop_proof_replayed", .replay), ("invalid_dpop_proof", nil), ("invalid_token", nil),
        ]
        for (code, subject) in table {
            #expect(ServerWords(status: 401, code: code, sentence: nil).subject == subject, "\(code)")
        }
    }

    @Test func quotesOfAnyKindAreOne() {
        for sentence in ["Invalid ‘htu’ value", "Invalid “htu” value", "Invalid `htu` value", "Invalid 'htu' value"] {
            #expect(ServerWords(status: 401, code: nil, sentence: sentence).subject == .htu, "\(sentence)")
        }
    }

    @Test func whoMissesAClaimComparesNothing() {
        #expect(MissedClaim.named(by: "The DPoP proof is missing the htu claim") == "htu")
        #expect(MissedClaim.named(by: "'ath' claim is not present") == "ath")
        #expect(MissedClaim.named(by: "missing required claim: iss") == "iss")
        #expect(MissedClaim.named(by: "proof must include an exp") == "exp")
        #expect(MissedClaim.named(by: "iat is missing or outside the window") == nil)
        #expect(MissedClaim.named(by: "the jwk must not contain d, and the htu is required to match") == nil)
        #expect(MissedClaim.named(by: "proof htu must not contain a fragment") == nil)
        #expect(MissedClaim.named(by: "no match for htu") == nil)
    }

    @Test func wordsThatTellBothWaysTellNone() {
        func cause(_ sentence: String, _ code: String = "invalid_dpop_proof") -> CauseID? {
            let words = ServerWords(status: 401, code: code, sentence: sentence)
            return words.subject == .time ? words.cause : nil
        }
        #expect(cause("DPoP proof expired") == .iatSkewBehind)
        #expect(cause("DPoP proof expired or from the future") == nil)
        #expect(cause("proof is too old or its clock is ahead") == nil)
        #expect(cause("jwt expired") == .iatSkewBehind)
        #expect(cause("jwt expired", "invalid_token") == nil)
    }

    /// A right call that is refused with this.
    private static func call(
        _ words: String, code: String = "invalid_dpop_proof", proof: String? = DiagnosisTests.proof(),
        scheme: String = "DPoP"
    ) -> Case {
        { scene in
            let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
            scene.call(
                got, proof: proof, scheme: scheme, status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"\(code)\", error_description=\"\(words)\"")])
        }
    }

    @Test func wordsAboutTheKeysFormAreNoneAboutItsBinding() {
        #expect(Self.all(Self.call("invalid DPoP jwk")).isEmpty)
        #expect(Self.all(Self.call("Unsupported key type in DPoP header")).isEmpty)
        #expect(Self.first(Self.call("the key is not the one the token is bound to")) == "server.binding-lost")
        let words = "token is not sender-constrained (missing cnf.jkt)"
        #expect(Self.first(Self.call(words, code: "invalid_token")) == "server.binding-lost")
        #expect(Self.first(Self.call("multiple DPoP headers")) == "proof.duplicated")
        #expect(Self.all(Self.call("exactly one DPoP proof is required")).isEmpty)
    }

    @Test func theCodeAloneSaysThatAProofIsMissing() {
        func asked(_ proof: Bool) -> Case {
            { scene in
                let signed = DiagnosisTests.key.proof("POST", Scene.tokenURL, jti: "alone-abcdefghij")
                scene.add(
                    "POST", Scene.tokenURL, proof ? [("DPoP", signed)] : [], body: "grant_type=client_credentials",
                    status: 400, answerBody: "{\"error\":\"invalid_dpop_proof\"}")
            }
        }
        #expect(Self.first(asked(false)) == "proof.absent")
        #expect(Self.all(asked(true)).isEmpty)
    }

    @Test func theSameCodeTwiceIsNoSentence() {
        let make: Case = { scene in
            let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
            scene.call(
                got, proof: DiagnosisTests.proof(), status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")],
                answerBody: "{\"error\":\"invalid_dpop_proof\",\"error_description\":\"value missing\"}")
        }
        #expect(!Self.all(make).contains("proof.stripped"))
    }

    @Test func aSchemeInTheTokenExplainsTheRest() {
        let found = Self.all(
            Self.call("access token hash mismatch", proof: DiagnosisTests.proof(), scheme: "DPoP DPoP"))
        #expect(found == ["scheme.in-token"], "\(found)")
        // Who hashes what is presented, scheme and all, hashes what the server sees.
        let hash = DiagnosisTests.hash("DPoP " + DiagnosisTests.token)
        let proof = DiagnosisTests.proof(payload: ["ath": "\"\(hash)\""])
        #expect(Self.all(Self.call("ath mismatch", proof: proof, scheme: "DPoP DPoP")) == ["scheme.in-token"])
        #expect(Self.all(Self.call("ath mismatch", proof: proof)) == ["ath.prefix"])
    }

    @Test func whatIsNoValueLeads() {
        let make: Case = { scene in
            _ = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
            scene.call(
                "undefined", proof: DiagnosisTests.proof(), status: 401,
                answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\", error_description=\"ath mismatch\"")])
        }
        #expect(Self.first(make) == "value.stringified")
    }

    private static func hop(_ headers: [(String, String)], status: Int = 401, words: String = "no proof") -> Case {
        { scene in
            let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
            let start = scene.time
            scene.add(
                "GET", Scene.apiURL, [("Authorization", "DPoP \(got)"), ("DPoP", DiagnosisTests.proof())],
                status: status, answer: [("WWW-Authenticate", "DPoP error=\"invalid_token\"")],
                answerBody: "{\"error\":\"\(words)\"}", took: 0.2)
            scene.time = start + 0.05
            scene.add(
                "GET", Scene.apiURL, headers + [("Authorization", "DPoP \(got)")], status: status,
                answer: [("WWW-Authenticate", "DPoP error=\"invalid_token\"")], answerBody: "{\"error\":\"\(words)\"}",
                took: 0.1)
        }
    }

    @Test func aProofThatDoesNotGoOnIsStripped() {
        let found = Self.all(Self.hop([]))
        #expect(found == ["proof.stripped"], "\(found)")
        #expect(!Self.all(Self.hop([("DPoP", DiagnosisTests.proof())])).contains("proof.stripped"))
        #expect(DiagnosisTests.diagnose(Self.hop([], status: 200)).outcome == .clean)
    }

    private static func parallel(_ order: [(nonce: String?, given: String?)]) -> Case {
        { scene in
            for (at, part) in order.enumerated() {
                let proof = DiagnosisTests.key.proof(
                    "POST", Scene.tokenURL, jti: "parallel-\(at)-abcdef",
                    payload: part.nonce.map { ["nonce": "\"\($0)\""] } ?? [:])
                scene.add(
                    "POST", Scene.tokenURL, [("DPoP", proof)], body: "grant_type=client_credentials",
                    status: part.given == nil ? 200 : 400, answer: part.given.map { [("DPoP-Nonce", $0)] } ?? [],
                    answerBody: part.given == nil
                        ? "{\"access_token\":\"\(DiagnosisTests.token)\",\"token_type\":\"DPoP\"}"
                        : "{\"error\":\"use_dpop_nonce\"}", took: 0)
            }
        }
    }

    @Test func withoutTimesEachOfManyChallengesHasItsAnswer() {
        let three: [(nonce: String?, given: String?)] = [
            (nil, "a"), (nil, "b"), (nil, "c"), ("a", nil), ("b", nil), ("c", nil),
        ]
        #expect(DiagnosisTests.diagnose(Self.parallel(three)).outcome == .clean)
        let loop: [(nonce: String?, given: String?)] = [(nil, "a"), ("a", "b"), ("b", "c"), ("c", "d")]
        #expect(Self.all(Self.parallel(loop)).contains("nonce.loop"))
    }

    @Test func aPreflightIsNotAskedForAProof() {
        func preflight(_ status: Int) -> Case {
            { scene in
                _ = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
                scene.add(
                    "OPTIONS", Scene.apiURL,
                    [("Origin", "https://spa.test"), ("Access-Control-Request-Method", "GET")], status: status,
                    answer: status == 401 ? [("WWW-Authenticate", "DPoP")] : [])
            }
        }
        #expect(Self.all(preflight(401)) == ["htm.preflight"])
        #expect(Self.all(preflight(204)).isEmpty)
    }

    private static func post(_ form: String, _ error: String, _ words: String, _ status: Int = 400) -> Case {
        { scene in
            let proof = DiagnosisTests.key.proof("POST", Scene.tokenURL, jti: "post-abcdefghijkl")
            scene.add(
                "POST", Scene.tokenURL, [("DPoP", proof)], body: form, status: status,
                answerBody: "{\"error\":\"\(error)\",\"error_description\":\"\(words)\"}")
        }
    }

    @Test func whatIsBesideTheProofIsNamedByItsWords() {
        let table: [(String, String, String, String)] = [
            ("grant_type=password", "invalid_grant", "Wrong email or password.", "grant.refused"),
            ("grant_type=authorization_code&code=c0ffee", "invalid_grant", "redirect_uri mismatch", "grant.refused"),
            (
                "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=d", "access_denied",
                "The end user said no", "grant.refused"
            ),
            (
                "grant_type=client_credentials", "unauthorized_client",
                "The client is not authorized to use the provided grant type.", "grant.forbidden"
            ),
        ]
        for (form, error, words, cause) in table {
            #expect(Self.first(Self.post(form, error, words)) == cause, "\(words)")
        }
    }

    @Test func anAuthorizationRequestIsRefusedForItself() {
        func sent(_ back: String) -> Case {
            { scene in
                scene.add(
                    "GET", "https://as.test/authorize?response_type=code&client_id=c&state=s", [], status: 302,
                    answer: [("Location", "https://app.test/cb?\(back)&state=s")])
            }
        }
        let found = Self.first(sent("error=invalid_request&error_description=Missing+parameter:+dpop_jkt"))
        #expect(found == "authorization.refused")
        #expect(Self.first(sent("code=c0ffee0001")) == nil)
    }

    @Test func aRefusalInsideOfAnAnswerHasItsMeaning() {
        func graph(_ code: String, _ message: String) -> Case {
            { scene in
                let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
                let body = "{\"errors\":[{\"message\":\"\(message)\",\"extensions\":{\"code\":\"\(code)\"}}]}"
                scene.call(got, proof: DiagnosisTests.proof(), answerBody: body)
            }
        }
        #expect(Self.first(graph("FORBIDDEN", "no")) == "token.scope")
        #expect(Self.first(graph("NOT_FOUND", "no")) == nil)
    }

    @Test func linesOfJSONAreALog() {
        func log(_ line: String) -> String? { LogDiagnosis(line)?.causes.first?.cause.id.rawValue }
        let words = "\"msg\":\"dpop validation failed\",\"err\":\"dpop: htu does not match request URI\""
        #expect(log("{\"time\":\"2026-11-25T10:00:00Z\",\"level\":\"ERROR\",\(words)}") == "htu.proxy-internal")
        // An answer's body is none, whatever it says.
        let body = "{\"timestamp\":\"2026-11-25T10:00:00Z\",\(words)}"
        #expect(LogDiagnosis(body)?.words.source == .answer)
        #expect(LogWords.read(body).isEmpty)
        #expect(log("{\"level\":\"INFO\",\"msg\":\"dpop key rotated\"}") == nil)
    }

    @Test func aParagraphNeedNotBeClosed() {
        let page = "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>no<P>Reference #18.2</BODY></HTML>"
        #expect(PageWords.read(page) == ["Access Denied", "Reference #18.2"])
    }
}

/// Answers that are pasted without their request.
struct BareAnswerTests {
    private static func causes(_ text: String) -> [String]? { LogDiagnosis(text)?.causes.map(\.cause.id.rawValue) }

    @Test func anAnswerAloneIsRead() {
        let body = "{\"error\":\"invalid_request\",\"error_description\":\"DPoP proof is missing\"}"
        let challenge = "WWW-Authenticate: DPoP error=\"invalid_token\", error_description=\"Invalid DPoP key binding\""
        #expect(Self.causes(body)?.first == "proof.absent")
        #expect(Self.causes("> " + body + "\n\nwhat is wrong?")?.first == "proof.absent")
        #expect(Self.causes("Error: 400 " + body)?.first == "proof.absent")
        #expect(Self.causes("{\n  \"error\": \"invalid_client\"\n}")?.first == "client.auth-failed")
        #expect(Self.causes(challenge)?.first == "key.two-keys")
        #expect(Self.causes("HTTP/1.1 401 Unauthorized\n" + challenge + "\n\n")?.first == "key.two-keys")
        #expect(Self.causes("{\"error\":\"use_dpop_nonce\"}")?.first == "nonce.unhandled")
        #expect(Self.causes("DPoP proof has already been used")?.first == "jti.retry")
        #expect(LogDiagnosis(body)?.words.source == .answer)
    }

    @Test func whatSaysNothingOfTheKindIsNone() {
        #expect(Self.causes("{\"error\":\"boom\"}") == nil)
        #expect(Self.causes("{\"name\":\"dpop-tui\",\"version\":\"1\"}") == nil)
        #expect(Self.causes("DPoP is a way to bind tokens") == nil)
        #expect(Self.causes("# DPoP\n\nHow a proof is made.\n\nAnd more.\n\nThe htu does not match.") == nil)
        #expect(Self.causes("") == nil)
    }
}
