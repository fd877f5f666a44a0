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
            if proof.jws.isWellFormed { return input.pass("3 parts") }
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
            return proof.jws.problems.reduce(into: Outcomes()) { all, problem in
                all += input.fail(
                    "the proof is not a well-formed JWT: \(problem.words)", cause: cause(of: problem, in: proof),
                    found: problem.words,
                    [
                        Evidence(
                            problem.part.words, expected: problem.expected, actual: problem.words,
                            at: place(of: problem))
                    ],
                    fix:
                        "send the JWT as it was signed: header.payload.signature, base64url without padding, nothing around it"
                )
            }
        }
    }

    private static func cause(of problem: JOSEProblem, in proof: ProofMaterial) -> CauseID? {
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

    static let proofClaims = Check(
        id: .proofClaims, title: "jti, htm, htu and iat are there", spec: "RFC 9449 §4.3(3), §4.2", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            var outcomes = Outcomes()
            for (member, kind) in required {
                let value = claims[member]
                if value?.kind == kind { continue }
                let name = member.description
                outcomes += input.fail(
                    value == nil
                        ? "the proof has no `\(name)`"
                        : "`\(name)` of the proof is a \(value!.kind.name), not a \(kind.name)",
                    cause: name == "jti" && value == nil
                        ? .jtiMissing : name == "iat" && value != nil ? .iatType : nil,
                    found: value == nil ? "no `\(name)`" : "`\(name)` is a \(value!.kind.name)",
                    [
                        Evidence(
                            name, expected: "a \(kind.name)", actual: value?.source,
                            at: Place(.proofPayload, value?.span ?? claims.span))
                    ],
                    fix: "put `\(name)` into the proof's payload as a JSON \(kind.name)")
            }
            return outcomes.isEmpty ? input.pass("all four") : outcomes
        }
    }

    private static let required: [(StaticString, JSONKind)] = [
        ("jti", .string), ("htm", .string), ("htu", .string), ("iat", .number),
    ]

    static let proofTyp = Check(
        id: .proofTyp, title: "typ is dpop+jwt", spec: "RFC 9449 §4.3(4)", kinds: proofSteps
    ) { input in
        input.onHeader { _, header in
            let typ = header["typ"]
            if typ?.isString("dpop+jwt") == true { return input.pass("dpop+jwt") }
            return input.fail(
                typ == nil ? "the proof's header has no `typ`" : "the proof's `typ` is not dpop+jwt",
                cause: .typWrong,
                found: typ?.source ?? "no `typ`",
                [
                    Evidence(
                        "typ", expected: "dpop+jwt", actual: typ.map { $0.string ?? $0.source },
                        at: Place(.proofHeader, typ?.span ?? header.span))
                ],
                fix: "set the JOSE header's `typ` to \"dpop+jwt\"")
        }
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
            if let token = material.token, scene.binding(of: token)?.jkt != nil { return "the token is bound to a key" }
            return nil
        case .tokenRequest, .refresh:
            let error = material.answer?.root["error_description"]?.string ?? ""
            let code = material.answer?.root["error"]?.string ?? ""
            if code == "invalid_dpop_proof" || error.has("DPoP proof is missing")
                || error.has("DPoP proof JWT header is missing")
            {
                return "the server asks for one"
            }
            let issuer = request.url.origin
            let others = story.materials.values.contains { $0.proof != nil && $0.exchange.request.url.origin == issuer }
            return others ? "the other token requests of this client have one" : nil
        default: return nil
        }
    }
}
