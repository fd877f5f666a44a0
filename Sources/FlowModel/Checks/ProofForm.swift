extension Check {
    static let proofPresent = Check(
        id: .proofPresent, title: "the request carries a proof", spec: "RFC 9449 §4.3(1), §7.1", kinds: proofSteps
    ) { input in
        if let proof = input.proof {
            return input.pass(proof.count == 1 ? "one header" : "\(proof.count) DPoP headers")
        }
        guard let need = input.needOfProof else { return input.skip("none needed") }
        return input.fail(
            "the request carries no proof, and \(need)", cause: .proofAbsent, found: "no DPoP header",
            [Evidence("DPoP header", expected: "one proof", actual: nil, at: Place(.request, SourceSpan(0, 0)))],
            fix: "send a fresh proof in a DPoP header with this request, not only with the token request")
    }

    static let proofSingle = Check(
        id: .proofSingle, title: "exactly one proof", spec: "RFC 9449 §4.3(1)", kinds: proofSteps
    ) { input in
        input.onProof { proof in
            guard proof.count > 1 || proof.isJoined else { return input.pass("one") }
            let joined = "several proofs joined by a comma"
            let (found, actual) = proof.count > 1 ? ("\(proof.count) fields", "\(proof.count)") : (joined, joined)
            return input.fail(
                "the request carries more than one proof", cause: .proofDuplicated, found: found,
                [
                    Evidence(
                        "DPoP header fields", expected: "1", actual: actual,
                        at: Place(.proof, SourceSpan(0, proof.jws.compact.count)))
                ],
                fix: "send one DPoP header; look for a library and an interceptor that both add it")
        }
    }

    static let proofWellformed = Check(
        id: .proofWellformed, title: "three base64url parts, two JSON objects", spec: "RFC 9449 §4.3(2), RFC 7515 §3",
        kinds: proofSteps
    ) { input in
        input.onProof { proof in
            if proof.jws.isWellFormed {
                guard let fault = proof.jws.head.fault else { return input.pass("3 parts") }
                return parameter(input, fault)
            }
            if proof.isRedacted { return input.cannotTell("the proof is hidden or shortened in the text") }
            if let text = ProofText(proof.jws) {
                return input.fail(
                    "the proof is not a bare JWT: \(text.words)", cause: text.cause, found: text.words,
                    [
                        Evidence(
                            "DPoP", expected: "header.payload.signature", actual: shown(proof.jws.compact),
                            at: Place(.proof, SourceSpan(0, proof.jws.compact.count)))
                    ], fix: text.fix, deviation: text.deviation)
            }
            if proof.jws.isJWE {
                return input.fail(
                    "the proof is encrypted (JWE, five parts) instead of signed", found: "5 parts: a JWE",
                    [
                        Evidence(
                            "parts", expected: "3: header.payload.signature", actual: "5",
                            at: Place(.proof, SourceSpan(0, proof.jws.compact.count)))
                    ],
                    fix: "sign the proof as a compact JWS")
            }
            var outcomes = proof.jws.head.fault.map { parameter(input, $0) } ?? Outcomes()
            for problem in proof.jws.problems where !isConsequence(problem, in: proof.jws) {
                outcomes += outcome(of: problem, input)
            }
            return outcomes
        }
    }

    private static func shown(_ text: Bytes) -> String {
        text.count <= 120 ? text.text : "\(text[SourceSpan(0, 120)].text)… (\(text.count) bytes)"
    }

    /// JSON that cannot be read out of a part that was no base64url to begin with.
    private static func isConsequence(_ problem: JOSEProblem, in jws: CompactJWS) -> Bool {
        if case .base64 = problem.kind { return false }
        return jws.problems.contains { other in
            if case .base64 = other.kind { other.part == problem.part && !other.isSpareBits } else { false }
        }
    }

    private static func outcome(of problem: JOSEProblem, _ input: CheckInput) -> Outcomes {
        let evidence = [
            Evidence(problem.part.words, expected: problem.expected, actual: problem.words, at: place(of: problem))
        ]
        if problem.isSpareBits {
            return input.differ(
                "the \(problem.part.words) ends in a character whose unused bits are set; strict decoders refuse it",
                cause: .proofSpareBits, found: problem.words, evidence,
                fix: "write the last character with its unused bits zero (RFC 4648 §3.5)",
                deviation: problem.part == .header
                    ? "header-b64-last-bits" : problem.part == .payload ? "payload-b64-last-bits" : "sig-last-bits")
        }
        return input.fail(
            "the proof is not a well-formed JWT: \(problem.words)", cause: cause(of: problem),
            found: problem.words, evidence,
            fix:
                "send the JWT as it was signed: header.payload.signature, base64url without padding, nothing around it",
            deviation: row(of: problem))
    }

    /// The row that was measured with such a fault.
    private static func row(of problem: JOSEProblem) -> String? {
        let isSignature = problem.part == .signature
        let part = isSignature ? "sig" : problem.part == .header ? "header-b64" : "payload-b64"
        switch problem.kind {
        case .base64(let error):
            switch error.reason {
            case .padding: return isSignature ? "sig-padded" : "\(part)-padding"
            case .standardAlphabet:
                return isSignature ? "sig-std-alphabet" : problem.part == .payload ? "payload-std-alphabet" : nil
            case .character(0x20): return "\(part)-space"
            case .character(0x0A) where !isSignature: return "\(part)-newline"
            case .character where !isSignature: return "\(part)-junk"
            default: return nil
            }
        case .duplicate(let name): return VerifierTable.row("\(name)-doubled") == nil ? nil : "\(name)-doubled"
        default: return nil
        }
    }

    private static func parameter(_ input: CheckInput, _ fault: HeaderFault) -> Outcomes {
        let evidence = [
            Evidence(
                "header", expected: fault.expected, actual: fault.found, at: Place(.proofHeader, fault.span))
        ]
        if fault.isWarning {
            return input.differ(
                fault.words + ": some servers refuse it", found: fault.words, evidence,
                fix: "write it as \(fault.expected)",
                deviation: fault.deviation)
        }
        return input.fail(
            fault.words, cause: fault.cause, found: fault.words, evidence,
            fix: "leave `crit` and `b64` out of the proof's header", deviation: fault.deviation)
    }

    private static func cause(of problem: JOSEProblem) -> CauseID? {
        switch problem.kind {
        case .duplicate: return problem.part == .header ? .algDuplicated : nil
        case .parts, .base64: return .proofQuoted
        default: return nil
        }
    }

    private static func place(of problem: JOSEProblem) -> Place {
        guard problem.isInDecodedPart else { return Place(.proof, problem.span) }
        return Place(problem.part == .header ? .proofHeader : .proofPayload, problem.span)
    }

    static let proofTyp = Check(
        id: .proofTyp, title: "typ is dpop+jwt", spec: "RFC 9449 §4.3(4)", kinds: proofSteps
    ) { input in
        input.onHeader { _, header in
            let typ = header["typ"]
            if typ?.isString("dpop+jwt") == true { return input.pass("dpop+jwt") }
            let text = typ?.string
            let evidence = [
                Evidence(
                    "typ", expected: "dpop+jwt", actual: typ.map { $0.string ?? $0.source },
                    at: Place(.proofHeader, typ?.span ?? header.span))
            ]
            let fix = "set the JOSE header's `typ` to \"dpop+jwt\""
            if let text, let row = mediaType(text) {
                return input.differ(
                    "`typ` is '\(text)': the same media type (RFC 7515 §4.1.9), refused by servers that compare letters",
                    cause: .typWrong, found: text, evidence, fix: fix, deviation: row)
            }
            if let other = OtherJWT.name(typ: text, claims: input.claims) {
                return input.fail(
                    "the DPoP header holds another kind of JWT: \(other)", cause: .typOtherJwt, found: other,
                    evidence,
                    fix: "make a DPoP proof for this header: `typ` dpop+jwt, with jti, htm, htu and iat")
            }
            return input.fail(
                typ == nil ? "the proof's header has no `typ`" : "the proof's `typ` is not dpop+jwt",
                cause: .typWrong, found: typ?.source ?? "no `typ`", evidence, fix: fix)
        }
    }

    /// The row for another spelling of the media type; nil for another type.
    private static func mediaType(_ text: String) -> String? {
        if text.equalsIgnoringCase("dpop+jwt") { return "typ-upper" }
        return text.equalsIgnoringCase("application/dpop+jwt") ? "typ-application" : nil
    }
}

extension CheckInput {
    /// Why this request needs a proof; nil when it does not.
    var needOfProof: String? {
        switch kind {
        case .resourceRequest, .userinfo:
            if let scheme = material.presented?.scheme, scheme.equalsIgnoringCase("dpop") {
                return "`Authorization: \(scheme)` promises one"
            }
            if let token = material.token, isBound(token) { return "the token is bound to a key" }
            return nil
        case .tokenRequest, .refresh, .pushedAuthorization, .revocation:
            let status = material.exchange.response?.status ?? 200
            if status >= 400, ServerWords.read(material.exchange).subject == .missingProof {
                return "the server asks for one"
            }
            guard kind == .tokenRequest || kind == .refresh else { return nil }
            if status >= 400, let bound = Check.boundKey(ofCode: self) {
                return "the code is bound to a key: \(bound.source)"
            }
            let issuer = request.url.origin
            let others = story.materials.values.filter { $0.proof != nil && $0.exchange.request.url.origin == issuer }
            guard let other = others.first else { return nil }
            let isLater = other.exchange.index > material.exchange.index
            return "the client's \(isLater ? "later" : "earlier") request to this server has one"
        default: return nil
        }
    }
}
