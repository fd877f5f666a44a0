extension Check {
    static let proofAlg = Check(
        id: .proofAlg, title: "an asymmetric algorithm that fits the key", spec: "RFC 9449 §4.3(5)", kinds: proofSteps
    ) { input in
        input.onHeader { proof, header in
            let member = header["alg"]
            let place = Place(.proofHeader, member?.span ?? header.span)
            guard let name = member?.string else {
                return input.fail(
                    member.map { "`alg` of the proof is a \($0.kind.name), not a string" }
                        ?? "the proof's header has no `alg`",
                    found: member.map { "`alg` is a \($0.kind.name)" } ?? "no `alg`",
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
                return unverifiable(input, name, proof.jwk, place)
            }
            if let jwk = proof.jwk, !jwk.isMalformed, !algorithm.fits(jwk) {
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
            if let list = input.allowedAlgorithms, !list.contains(name) { return unlisted(input, name, list, place) }
            if let list = input.settings.profile.algorithms, !list.contains(name) {
                return input.fail(
                    "\(input.settings.profile.title) does not take `alg` \(name)", cause: .algUnsupported,
                    found: "\(name), not in the list",
                    [Evidence("alg", expected: "one of \(list.joined(separator: " "))", actual: name, at: place)],
                    fix: "use a key for one of \(list.joined(separator: ", "))")
            }
            switch algorithm.family {
            case .ecdsa(.secp256k1): return rare(input, name, "ok-es256k", place)
            case .eddsa where proof.jwk?.crv == "Ed448":
                return rare(input, name, name == "EdDSA" ? "ok-ed448" : "ok-ed448-name", place)
            default: return input.pass(name)
            }
        }
    }

    private static func rare(_ input: CheckInput, _ name: String, _ row: String, _ place: Place) -> Outcomes {
        let words = row == "ok-es256k" ? "secp256k1" : "Ed448"
        // This server takes it, or has only asked for a nonce.
        let isChallenge = input.exchange.response.map(NonceChallenge.isOne) ?? false
        if input.isAccepted || isChallenge, !input.settings.profile.refuses(row) {
            return input.pass("\(name), \(words)")
        }
        return input.differ(
            "`alg` \(name) with a key on \(words) is registered, and few servers take it", cause: .algUnsupported,
            found: "\(name), \(words)",
            [Evidence("alg", expected: "ES256, PS256, EdDSA with Ed25519 …", actual: "\(name), \(words)", at: place)],
            fix: "use a P-256 or Ed25519 key", deviation: row)
    }

    /// A name beyond us: registered, or none at all.
    private static func unverifiable(_ input: CheckInput, _ name: String, _ jwk: JWK?, _ place: Place) -> Outcomes {
        guard SignatureAlgorithm.isRegisteredElsewhere(name) else {
            let why = SignatureAlgorithm.fault(of: name)
            return input.fail(
                "`alg` '\(name)' is no registered asymmetric signature algorithm: \(why)", cause: .algUnregistered,
                found: "'\(name)': \(why)",
                [Evidence("alg", expected: "ES256, PS256, RS256, EdDSA …", actual: name, at: place)],
                fix: "write the registered name of the algorithm the proof is signed with, letter by letter")
        }
        if let jwk, !jwk.isMalformed, jwk.kty != "AKP" || (jwk.alg != nil && jwk.alg != name) {
            return input.fail(
                "`alg` \(name) does not fit the \(jwk.summary) key in `jwk`", cause: .algKeyMismatch,
                found: "\(name) with \(jwk.summary)",
                [Evidence("alg", expected: "\(name) needs an AKP key of that name", actual: jwk.summary, at: place)],
                fix: "derive `alg` from the key, and sign with that algorithm")
        }
        return input.cannotTell("algorithm '\(name)' cannot be verified here")
    }

    /// Not in the list that the server gave.
    private static func unlisted(_ input: CheckInput, _ name: String, _ list: [String], _ place: Place) -> Outcomes {
        let twin = name == "EdDSA" ? "Ed25519" : name == "Ed25519" ? "EdDSA" : nil
        let evidence = [Evidence("alg", expected: "one of \(list.joined(separator: " "))", actual: name, at: place)]
        if let twin, list.contains(twin) {
            return input.fail(
                "the proof says \(name), and the server's list has the same algorithm's other name, \(twin)",
                cause: .algEd25519Name, found: "\(name), listed as \(twin)", evidence,
                fix: "write \(twin) into `alg`")
        }
        return input.fail(
            "the server does not take `alg` \(name)", cause: .algUnsupported, found: "\(name), not in the list",
            evidence, fix: "use a key for one of \(list.joined(separator: ", "))")
    }

    static let proofJwk = Check(
        id: .proofJwk, title: "a well-formed public key and nothing private",
        spec: "RFC 9449 §4.3(3)(7), RFC 7517, RFC 7518 §6",
        kinds: proofSteps
    ) { input in
        input.onHeader { proof, header in
            guard let jwk = proof.jwk else { return missing(input, header) }
            var outcomes = privateMembers(input, jwk)
            for problem in jwk.problems { outcomes += outcome(of: problem, jwk, input) }
            if jwk.isUsable { outcomes += unloadable(input, proof, jwk) }
            if let bits = jwk.rsaBits, bits < 2048 { outcomes += short(input, jwk, bits) }
            if let own = jwk.alg, let name = proof.jws.alg, own != name, !outcomes.isWrong {
                outcomes += remark(
                    input, "the key says it is for \(own), and the header says \(name)", own, jwk,
                    deviation: "jwk-alg-other")
            }
            return outcomes.isEmpty ? input.pass(jwk.summary) : outcomes
        }
    }

    private static func outcome(of problem: JWKProblem, _ jwk: JWK, _ input: CheckInput) -> Outcomes {
        let evidence = [
            Evidence("jwk", expected: problem.expected, actual: problem.found, at: Place(.proofHeader, problem.span))
        ]
        let found = problem.found ?? problem.words
        guard problem.isWarning else {
            return input.fail(
                problem.words, cause: problem.cause, found: found, evidence, fix: fix(for: problem.cause))
        }
        return input.differ(
            problem.words, cause: problem.cause, found: found, evidence, fix: fix(for: problem.cause),
            deviation: row(of: problem, jwk))
    }

    /// The row that was measured with such a member.
    private static func row(of problem: JWKProblem, _ jwk: JWK) -> String {
        switch problem.cause {
        case .proofSpareBits: "jwk-x-last-bits"
        case .jwkPrivateEmpty:
            problem.found == "null"
                ? "jwk-private-null" : problem.found == "\"\"" ? "jwk-private-empty" : "jwk-k-member"
        case .jwkKidInside:
            if let use = jwk.value["use"], use.span == problem.span {
                use.kind == .string ? "jwk-use-enc" : "jwk-use-number"
            } else if let list = jwk.value["key_ops"], list.span == problem.span {
                list.kind != .array
                    ? "jwk-key-ops-string"
                    : jwk.value["use"] != nil
                        ? "jwk-use-and-ops" : problem.words.has("twice") ? "jwk-key-ops-doubled" : "jwk-key-ops-encrypt"
            } else {
                "jwk-kid-number"
            }
        default: "jwk-okp-small-order"
        }
    }

    /// A key whose parts are right and make no key: a point off its curve.
    private static func unloadable(_ input: CheckInput, _ proof: ProofMaterial, _ jwk: JWK) -> Outcomes {
        // What verified a signature was loaded.
        if input.signature == .valid { return Outcomes() }
        guard jwk.kty != "AKP" else { return input.cannotTell("a key of kind AKP cannot be loaded here") }
        do throws(CryptoError) {
            _ = try input.crypto.verifier.publicKey(jwk)
            return Outcomes()
        } catch {
            let words =
                jwk.hasSwappedCoordinates
                ? "`x` and `y` of the key stand in each other's place"
                : jwk.kty == "EC"
                    ? "the key's point is not on \(jwk.crv ?? "its curve")" : "the key cannot be loaded: \(error)"
            return input.fail(
                words, cause: .jwkMalformed, found: words,
                [
                    Evidence(
                        "jwk", expected: "a point of the curve", actual: jwk.summary,
                        at: Place(.proofHeader, jwk.value.span))
                ], fix: fix(for: .jwkMalformed))
        }
    }

    private static func short(_ input: CheckInput, _ jwk: JWK, _ bits: Int) -> Outcomes {
        input.fail(
            "the RSA key has only \(bits) bits", cause: .jwkMalformed, found: "RSA \(bits)",
            [
                Evidence(
                    "n", expected: "at least 2048 bits (RFC 7518 §3.3)", actual: "\(bits) bits",
                    at: Place(.proofHeader, jwk.value.span))
            ],
            fix: "use RSA 2048 or longer, or an EC key", deviation: bits < 1024 ? "jwk-rsa-512" : "jwk-rsa-1024")
    }

    private static func remark(
        _ input: CheckInput, _ words: String, _ found: String, _ jwk: JWK, deviation: String
    ) -> Outcomes {
        input.differ(
            words + ": some servers refuse that", cause: .jwkKidInside, found: words,
            [
                Evidence(
                    "jwk", expected: "the required members only", actual: found,
                    at: Place(.proofHeader, jwk.value.span))
            ], fix: fix(for: .jwkKidInside), deviation: deviation)
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
        case .jwkSet: "put the one key that signs into `jwk`, not the set it is published in"
        case .jwkKidInside: "send the required members only: kty with crv, x, y, or n, e"
        case .jwkPrivateEmpty: "leave the member out: serialise the public key alone"
        case .proofSpareBits: "write the last character with its unused bits zero (RFC 4648 §3.5)"
        case .valueStringified: "wait for the exported key before it goes into the header"
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
            let isShort = signature.count < length && signature.count > length - 4
            let cause: CauseID? = isDER ? .sigDer : isShort ? .sigShort : nil
            let isECDSA = if case .ecdsa = algorithm.family { true } else { false }
            let isHex = signature.count == 2 * length && signature.array.allSatisfy { JSONText.hexValue($0) != nil }
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
                    : isHex
                        ? "encode the signature's bytes, not their hexadecimal digits"
                        : signature.count > length || !isECDSA
                            ? "send exactly the \(length) bytes of the signature, leading zero bytes too"
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
    /// Whether the proof's key is none: that its thumbprint is another one follows from that.
    var hasBrokenKey: Bool {
        guard let jwk = proof?.jwk else { return false }
        if jwk.isMalformed { return true }
        guard signature != .valid, jwk.isUsable, jwk.kty != "AKP" else { return false }
        return (try? crypto.verifier.publicKey(jwk)) == nil
    }

    /// Every public key the capture shows: other proofs', the issuer's.
    var knownKeys: [(owner: String, jwk: JWK)] {
        story.keys.map { ("the key of entry \($0.entry)'s proof", $0.jwk) }
            + context.issuerKeys.map { ("the issuer's key\($0.jwk.kid.map { " '\($0)'" } ?? "")", $0.jwk) }
    }

    /// What the server said it takes: its challenge first, then the discovery document for the IdP's own endpoints.
    var allowedAlgorithms: [String]? {
        if let fields = exchange.response?.headers, fields.has("www-authenticate") {
            for field in fields.all("www-authenticate") {
                if let list = Self.algorithms(field) { return list }
            }
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
