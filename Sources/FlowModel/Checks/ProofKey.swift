extension Check {
    static let proofAlg = Check(
        id: .proofAlg, title: "an asymmetric algorithm that fits the key", spec: "RFC 9449 §4.3(5)", kinds: proofSteps
    ) { input in
        input.onHeader { proof, header in
            let member = header["alg"]
            let place = Place(.proofHeader, member?.span ?? header.span)
            guard let name = member?.string else {
                return input.fail(
                    "the proof's header has no `alg`", found: "no `alg`",
                    [Evidence("alg", expected: "an asymmetric JWS algorithm", actual: member?.source, at: place)],
                    fix: "name the algorithm the proof is signed with")
            }
            if name == "none" || SignatureAlgorithm.isSymmetric(name) {
                return input.fail(
                    "`alg` \(name) proves no possession of a private key", cause: .algSymNone, found: name,
                    [Evidence("alg", expected: "an asymmetric algorithm", actual: name, at: place)],
                    fix: "sign with the private key: ES256, PS256, EdDSA …")
            }
            guard let algorithm = proof.jws.head.algorithm else {
                return input.cannotTell("algorithm '\(name)' is not known here")
            }
            if let jwk = proof.jwk, !jwk.kty.isEmpty, !algorithm.fits(jwk) {
                return input.fail(
                    "`alg` \(name) does not fit the \(jwk.summary) key in `jwk`", cause: .algKeyMismatch,
                    found: "\(name) with \(jwk.summary)",
                    [
                        Evidence(
                            "alg", expected: "\(name) needs \(algorithm.keyDescription)", actual: jwk.summary, at: place
                        )
                    ],
                    fix: "derive `alg` from the key, and sign with that algorithm")
            }
            if let list = input.allowedAlgorithms, !list.contains(name) {
                return input.fail(
                    "the server does not take `alg` \(name)", cause: .algUnsupported,
                    found: "\(name), not in the list",
                    [Evidence("alg", expected: "one of \(list.joined(separator: " "))", actual: name, at: place)],
                    fix: "use a key for one of \(list.joined(separator: ", "))")
            }
            return input.pass(name)
        }
    }

    static let proofJwk = Check(
        id: .proofJwk, title: "a well-formed public key and nothing private",
        spec: "RFC 9449 §4.3(3)(7), RFC 7517, RFC 7518 §6",
        kinds: proofSteps
    ) { input in
        input.onHeader { proof, header in
            guard let jwk = proof.jwk else { return missing(input, header) }
            var outcomes = privateMembers(input, jwk)
            for problem in jwk.problems {
                outcomes += input.fail(
                    problem.words, cause: problem.cause, found: problem.found ?? problem.words,
                    [
                        Evidence(
                            "jwk", expected: problem.expected, actual: problem.found,
                            at: Place(.proofHeader, problem.span))
                    ],
                    fix: fix(for: problem.cause))
            }
            if outcomes.isEmpty, let bits = jwk.rsaBits, bits < 2048 {
                return input.warn(
                    "the RSA key has only \(bits) bits", found: "RSA \(bits)",
                    [
                        Evidence(
                            "n", expected: "at least 2048 bits", actual: "\(bits) bits",
                            at: Place(.proofHeader, jwk.value.span))
                    ],
                    fix: "use RSA 2048 or longer, or an EC key")
            }
            return outcomes.isEmpty ? input.pass(jwk.summary) : outcomes
        }
    }

    private static func missing(_ input: CheckInput, _ header: JSONValue) -> Outcomes {
        let instead = header["kid"] != nil ? "kid" : header["x5c"] != nil ? "x5c" : nil
        return input.fail(
            "the proof's header has no `jwk`\(instead.map { ", only `\($0)`" } ?? "")",
            cause: instead.map { $0 == "kid" ? .jwkKidInstead : .jwkX5c },
            found: instead.map { "`\($0)` instead of `jwk`" } ?? "no `jwk`",
            [
                Evidence(
                    "jwk", expected: "the public key as an object", actual: nil, at: Place(.proofHeader, header.span))
            ],
            fix: "put the public key itself into the header as `jwk`")
    }

    private static func privateMembers(_ input: CheckInput, _ jwk: JWK) -> Outcomes {
        guard let name = jwk.privateMembers.first, let value = jwk.value[named: name] else { return Outcomes() }
        let list = jwk.privateMembers.map { "`\($0)`" }.joined(separator: ", ")
        return input.fail(
            "the proof carries the private key: \(list) in `jwk`", cause: .jwkPrivate, found: "private \(list)",
            [
                Evidence(
                    "jwk", expected: "public members only", actual: "\(list) (\(value.span.length) bytes)",
                    at: Place(.proofHeader, value.span))
            ],
            fix:
                "put only the public members into `jwk`; this key is burnt: everybody on the way has it, make a new one"
        )
    }

    private static func fix(for cause: CauseID?) -> String {
        switch cause {
        case .ecZeroStripped: "left-pad the coordinate with zero bytes to the curve's length (RFC 7518 §6.2.1.2)"
        case .ecZeroAdded: "drop the sign byte: a coordinate has exactly the curve's length (RFC 7518 §6.2.1.2)"
        case .rsaZeroAdded: "drop the leading zero byte: RSA numbers are minimal (RFC 7518 §6.3.1)"
        case .jwkAsString: "make `jwk` a JSON object, not its text"
        default: "write the key as RFC 7518 §6 and RFC 8037 §2 say"
        }
    }

    static let proofSignature = Check(
        id: .proofSignature, title: "verifies with the header's jwk", spec: "RFC 9449 §4.3(6), RFC 7515 §5.2",
        kinds: proofSteps
    ) { input in
        input.onProof { proof in
            guard proof.jws.segments.count == 3 else { return input.cannotTell("not three parts") }
            guard let jwk = proof.jwk else { return input.cannotTell("no `jwk` to verify with") }
            switch input.signature {
            case .valid: return input.pass("valid")
            case .cannotTell(let why): return input.cannotTell(why)
            case .invalid, nil: return invalid(input, proof, jwk)
            }
        }
    }

    private static func invalid(_ input: CheckInput, _ proof: ProofMaterial, _ jwk: JWK) -> Outcomes {
        let signature = proof.jws.signature
        let place = Place(.proofSignature, SourceSpan(0, signature.count))
        guard let algorithm = proof.jws.head.algorithm, algorithm.fits(jwk) else {
            return input.cannotTell("`alg` does not fit the key")
        }
        if let length = algorithm.signatureLength(for: jwk), signature.count != length {
            let isDER = isValidDER(input, proof, jwk, algorithm)
            let cause: CauseID? =
                isDER ? .sigDer : signature.count < length && signature.count > length - 4 ? .sigShort : nil
            return input.fail(
                isDER
                    ? "the signature is DER, not raw R‖S" : "the signature has \(signature.count) bytes, not \(length)",
                cause: cause,
                found: isDER ? "DER, \(signature.count) bytes" : "\(signature.count) bytes",
                [
                    Evidence(
                        "signature", expected: "\(length) bytes\(isDER ? ": R‖S" : "")",
                        actual: "\(signature.count) bytes\(isDER ? " of ASN.1, valid once converted" : "")", at: place)
                ],
                fix: isDER
                    ? "convert the signature to R‖S of fixed length (RFC 7518 §3.4)"
                    : "left-pad R and S to the curve's length each")
        }
        let autopsy = SignatureAutopsy(
            jws: proof.jws, jwk: jwk, verifier: input.crypto.verifier, others: input.knownKeys)
        if let verdict = autopsy.examine() {
            return input.fail(
                "the signature does not verify with the header's key: \(verdict.words)", cause: verdict.cause,
                found: verdict.words,
                [
                    Evidence(
                        "signature", expected: "made by the key in `jwk` over header.payload", actual: verdict.words,
                        at: place)
                ], fix: verdict.fix)
        }
        return input.fail(
            "the signature does not verify with the header's key", found: "invalid",
            [
                Evidence(
                    "signature", expected: "made by the key in `jwk` over header.payload",
                    actual: "invalid for \(jwk.summary)", at: place)
            ],
            fix: "sign the exact bytes sent, with the private key that belongs to `jwk`, with the algorithm `alg` names"
        )
    }

    private static func isValidDER(
        _ input: CheckInput, _ proof: ProofMaterial, _ jwk: JWK, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        guard case .ecdsa = algorithm.family, let key = try? input.crypto.verifier.publicKey(jwk) else { return false }
        return key.verifyECDSA(digest: algorithm.hash(proof.jws.signingInput), der: proof.jws.signature)
    }
}

extension CheckInput {
    /// Every public key the capture shows: other proofs', the issuer's.
    var knownKeys: [(owner: String, jwk: JWK)] {
        story.keys.map { ("the key of entry \($0.entry)'s proof", $0.jwk) }
            + context.issuerKeys.map { ("the issuer's key\($0.jwk.kid.map { " '\($0)'" } ?? "")", $0.jwk) }
    }

    /// What the server said it takes: its challenge first, then the discovery document for the IdP's own endpoints.
    var allowedAlgorithms: [String]? {
        for field in exchange.response?.headers.all("www-authenticate") ?? [] {
            if let list = Self.algorithms(field) { return list }
        }
        guard flow.steps[position].to == .idp, context.supportedAlgorithms.count == 1 else { return nil }
        return context.supportedAlgorithms[0]
    }

    /// What a DPoP challenge says the server takes.
    private static func algorithms(_ field: Header) -> [String]? {
        for challenge in (try? Challenge.parse(field.value)) ?? [] where challenge.scheme.equalsIgnoringCase("dpop") {
            if let list = challenge["algs"]?.split(separator: " ").map(String.init), !list.isEmpty { return list }
        }
        return nil
    }
}
