/// Rules over single values that no server can use.
extension DiagnosisRule {
    static let values: [DiagnosisRule] = [
        DiagnosisRule(cause: .requestRepeatedParameter) { input in
            input.requests.compactMap { step, material in
                guard let form = material.form else { return nil }
                var seen = Set<String>()
                let twice = form.members.first { member in
                    // RFC 8707 and RFC 8693 let these stand several times.
                    !["resource", "audience"].contains(member.name) && !seen.insert(member.name).inserted
                }
                guard let twice else { return nil }
                let isRefused =
                    input.lead(at: step).map { lead in
                        lead.words.cause == .requestRepeatedParameter || lead.words.subject == nil
                    } ?? false
                return Sighting(
                    step: step, words: "the form has `\(twice.name)` twice",
                    evidence: [Evidence(twice.name, expected: "once", actual: "twice")],
                    verdict: isRefused ? .fail : .warn)
            }
        },
        DiagnosisRule(cause: .nonceCNonce) { input in
            let given = input.story.materials.values.compactMap { material -> String? in
                guard let body = material.exchange.response?.body, body.mayContain("c_nonce") else { return nil }
                return body.json?.root["c_nonce"]?.string
            }
            guard !given.isEmpty else { return [] }
            return input.proved.compactMap { step, _, claims in
                guard let nonce = claims["nonce"]?.string, given.contains(nonce) else { return nil }
                return Sighting(
                    step: step,
                    words: "the proof's nonce is the c_nonce: that one goes into the credential's key proof",
                    evidence: [Evidence("nonce", expected: "the DPoP-Nonce of this server", actual: nonce)])
            }
        },
        DiagnosisRule(cause: .authorizationIss) { CallbackIssuer.sightings($0) },
        DiagnosisRule(cause: .authorizationState) { CallbackState.sightings($0) },
        DiagnosisRule(cause: .captureRedacted) { input in
            input.requests.compactMap { step, material in
                let shown = material.presented?.text ?? ""
                let proof = material.proof?.jws.compact.text ?? ""
                guard
                    let hidden = [("the access token", shown), ("the proof", proof)].first(where: {
                        Redacted.isOne($0.1)
                    })
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "\(hidden.0) is hidden or shortened ('\(hidden.1.suffix(24))'): what hangs on it cannot be judged",
                    verdict: .fail)
            }
        },
    ]
}

/// Values that somebody hid or shortened before a text was handed on.
enum Redacted {
    static func isOne(_ text: String) -> Bool {
        guard !text.isEmpty else { return false }
        if text.has("…") || text.has("...") || text.has("***") || text.has("[redacted]") || text.has("[REDACTED]") {
            return true
        }
        if text.hasPrefix("<"), StringifiedValue.isOne(text) { return false }
        let (first, last) = (text.utf8.first!, text.utf8.last!)
        if first == UInt8(ascii: "<"), last == UInt8(ascii: ">") { return true }
        return first == UInt8(ascii: "$") || text.hasPrefix("{{") || text.lowercased().has("redacted")
    }
}
