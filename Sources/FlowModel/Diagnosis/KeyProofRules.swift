/// The key proof of an OpenID4VCI credential request: not the DPoP proof, and judged only where it was refused.
extension DiagnosisRule {
    static let keyProofs: [DiagnosisRule] = [
        DiagnosisRule(cause: .vciKeyproof) { input in
            input.leads.compactMap { lead in
                guard lead.words.cause == .vciKeyproof || lead.words.code?.hasPrefix("invalid_proof") == true,
                    let body = lead.refusal.exchange.request.body?.json?.root
                else { return nil }
                let texts = body["proofs"]?["jwt"]?.elements.compactMap(\.string) ?? []
                guard let text = texts.first ?? body["proof"]?["jwt"]?.string else {
                    return Sighting(
                        step: lead.refusal.request, words: "the credential request has no key proof",
                        evidence: [Evidence("proofs", expected: "{\"jwt\": […]}", actual: nil)])
                }
                let jws = CompactJWS(Bytes(text), headers: nil)
                return fault(jws, input, lead).map { words, evidence in
                    Sighting(step: lead.refusal.request, words: words, evidence: evidence)
                }
            }
        }
    ]

    private static func fault(_ jws: CompactJWS, _ input: DiagnosisInput, _ lead: Ranking.Lead) -> (String, [Evidence])?
    {
        let type = jws.header?.root["typ"]?.string
        if type != "openid4vci-proof+jwt" {
            return (
                "the key proof is of type \(type ?? "none")",
                [Evidence("typ", expected: "openid4vci-proof+jwt", actual: type)]
            )
        }
        let claims = jws.payload?.root
        let given = input.story.materials.values.compactMap { material -> String? in
            guard let body = material.exchange.response?.body, body.mayContain("c_nonce") else { return nil }
            return body.json?.root["c_nonce"]?.string
        }
        if let last = given.last, claims?["nonce"]?.string != last {
            return (
                "the key proof's nonce is not the c_nonce that was given last",
                [Evidence("nonce", expected: last, actual: claims?["nonce"]?.string)]
            )
        }
        if let jwk = jws.head.jwk, case .invalid = SignatureVerifier().verify(jws, with: jwk) {
            return ("the key proof's signature does not verify with the key in its header", [])
        }
        let issuer = input.context.credentialIssuers.last
        if let issuer, let aud = claims?["aud"], aud.string != issuer {
            return (
                "the key proof's `aud` is not the credential issuer",
                [Evidence("aud", expected: issuer, actual: aud.source)]
            )
        }
        return nil
    }
}
