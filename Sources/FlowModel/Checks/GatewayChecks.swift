extension Check {
    static let gatewayDowngrade = Check(
        id: .gatewayDowngrade, title: "the upstream gets Bearer, the same token, no proof",
        spec: "Kong how-to, RFC 9449 §7.2",
        kinds: [.upstreamRequest]
    ) { input in
        let proofs = input.request.headers.all("dpop")
        let shown = input.material.presented
        let client = input.flow.steps[..<input.position].last { $0.kind == .resourceRequest }?.exchange
            .flatMap { input.story.materials[$0] }
        let token = client?.token
        var wrong: [Evidence] = []
        if let proof = proofs.first {
            let index = input.request.headers.firstIndex(of: proof) ?? 0
            wrong.append(
                Evidence(
                    "DPoP", expected: "no DPoP header", actual: "the proof is forwarded",
                    at: Place(.request, SourceSpan(index, 0))))
        }
        if shown?.scheme.equalsIgnoringCase("bearer") != true {
            wrong.append(
                Evidence(
                    "Authorization", expected: "Bearer <token>",
                    actual: shown.map { "\($0.scheme) <token>" } ?? "no token", at: Place(.request, SourceSpan(0, 0))))
        }
        if let token, let own = input.material.token, own !== token, own.fingerprint != token.fingerprint {
            wrong.append(
                Evidence(
                    "token", expected: "the client's token", actual: "another token",
                    at: Place(.request, SourceSpan(0, 0))))
        }
        guard !wrong.isEmpty else { return input.pass("Bearer, no proof") }
        if input.settings.profile.id != "kong", let proof = proofs.first,
            client?.exchange.request.headers.all("dpop").contains(where: { $0.bytes == proof.bytes }) == true
                || client == nil
        {
            return input.skip("the proof is passed on: nothing is downgraded")
        }
        let title =
            "the gateway does not downgrade the request: \(wrong.map { $0.actual ?? "" }.joined(separator: ", "))"
        let cause: CauseID? = proofs.isEmpty ? (shown == nil ? .gwNoTokenUpstream : nil) : .gwOff
        let fix =
            "at Kong: proof_of_possession_dpop on this route, and upstream_access_token_header: authorization:bearer"
        return input.settings.profile.downgrades
            ? input.fail(title, cause: cause, found: wrong[0].actual ?? "", wrong, fix: fix)
            : input.warn(
                title + "; other gateways than Kong may do so", cause: cause, found: wrong[0].actual ?? "", wrong,
                fix: fix)
    }

    static let responseChallenge = Check(
        id: .responseChallenge, title: "a refusal gives its reason in a challenge", spec: "RFC 9449 §7.1, RFC 9110 §11",
        kinds: [.resourceResponse, .userinfo, .tokenResponse]
    ) { input in
        guard let response = input.exchange.response else { return input.skip("no answer") }
        if input.kind == .tokenResponse { return tokenChallenge(input, response) }
        let fields = response.headers.all("www-authenticate")
        var challenges: [Challenge] = []
        for field in fields {
            do throws(ChallengeError) { challenges += try Challenge.parse(field.value) } catch {
                let index = response.headers.firstIndex(of: field) ?? 0
                return input.fail(
                    "the WWW-Authenticate field does not parse: \(error)", found: "does not parse",
                    [
                        Evidence(
                            "WWW-Authenticate", expected: error.expected, actual: field.value,
                            at: Place(.response, SourceSpan(index, error.offset)))
                    ],
                    fix: "the server must send challenges as RFC 9110 §11.6.1 says")
            }
        }
        guard response.status == 401 else { return input.skip("not refused") }
        if let dpop = challenges.first(where: { $0.scheme.equalsIgnoringCase("dpop") }) {
            if dpop["error"] == "use_dpop_nonce" { return nonce(input, response) }
            return input.pass(dpop["error"] ?? "DPoP challenge")
        }
        // What a text does not show is not missing.
        if fields.isEmpty, input.material.exchange.guesses.contains(PastedExchange.unknownFields) {
            return input.skip("the answer's fields are not shown")
        }
        guard input.proof != nil || input.material.presented?.scheme.equalsIgnoringCase("dpop") == true else {
            return input.skip("no DPoP")
        }
        return input.fail(
            "the 401 carries no DPoP challenge", found: challenges.first?.scheme ?? "no challenge",
            [
                Evidence(
                    "WWW-Authenticate", expected: "DPoP error=…, algs=…", actual: fields.first?.value,
                    at: Place(
                        .response, SourceSpan(fields.first.flatMap { response.headers.firstIndex(of: $0) } ?? 0, 0)))
            ],
            fix:
                "the server should answer `WWW-Authenticate: DPoP`; a 401 without it may come from a proxy in front of it"
        )
    }

    private static func tokenChallenge(_ input: CheckInput, _ response: Response) -> Outcomes {
        guard input.material.answer?.root["error"]?.string == "use_dpop_nonce" else {
            return input.skip("no challenge")
        }
        return nonce(input, response)
    }

    private static func nonce(_ input: CheckInput, _ response: Response) -> Outcomes {
        let fields = response.headers.all("dpop-nonce")
        // A text without fields tells nothing of fields.
        if fields.isEmpty, response.headers.isEmpty, input.step.related != nil { return input.pass("answered") }
        let isHidden = fields.isEmpty && input.material.exchange.guesses.contains(PastedExchange.unknownFields)
        if fields.count == 1 || isHidden {
            guard let retry = input.step.related, retry < input.flow.steps.count else {
                return input.fail(
                    "the server asks for a nonce and the client does not come back", cause: .nonceUnhandled,
                    found: "no retry",
                    [
                        Evidence(
                            "retry", expected: "the request again, with `nonce`", actual: "nothing in the capture",
                            at: nil)
                    ],
                    fix: "on use_dpop_nonce, repeat the request once with the DPoP-Nonce in a new proof")
            }
            return input.pass("nonce, retried in \(input.flow.steps[retry].label)")
        }
        return input.fail(
            "the server asks for a nonce but sends \(fields.isEmpty ? "none" : "\(fields.count)")",
            cause: .nonceInBody, found: "\(fields.count) DPoP-Nonce fields",
            [
                Evidence(
                    "DPoP-Nonce", expected: "one field", actual: "\(fields.count) fields",
                    at: Place(.response, SourceSpan(0, 0)))
            ],
            fix: "the server must send exactly one DPoP-Nonce with use_dpop_nonce")
    }
}
