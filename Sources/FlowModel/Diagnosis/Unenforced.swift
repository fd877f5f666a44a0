/// What a server let through although it must be refused (`server.unenforced`).
enum Unenforced {
    static let enforced: Set<CheckID> = [
        .proofPresent, .proofSingle, .proofWellformed, .proofClaims, .proofTyp, .proofAlg, .proofJwk, .proofSignature,
        .proofHtm, .proofHtu, .proofIat, .proofJti, .proofAth, .proofBinding, .requestScheme,
    ]

    /// Whether the entry's request was accepted although the entry's check fails.
    static func isLetThrough(_ entry: Diagnosis.Entry, _ input: DiagnosisInput) -> Bool {
        if let cause = entry.cause?.id, [.exchangeUnbound, .requestHostMalformed, .nonceCNonce].contains(cause) {
            return input.material(entry.step)?.exchange.response.map { (200..<300).contains($0.status) } ?? false
        }
        guard entry.verdict == .fail, let check = entry.check, enforced.contains(check),
            input.flow.steps[entry.step].kind.isRequest,
            let status = input.material(entry.step)?.exchange.response?.status
        else { return false }
        return (200..<300).contains(status)
    }

    static func entries(_ input: DiagnosisInput, _ found: [Diagnosis.Entry]) -> [Diagnosis.Entry] {
        guard let entry = found.first(where: { isLetThrough($0, input) }), let material = input.material(entry.step)
        else {
            return []
        }
        let cause = Cause.with(.serverUnenforced)
        let fields = material.exchange.request.headers
        let besides = [("cookie", "a cookie"), ("x-api-key", "an API key"), ("apikey", "an API key")].filter {
            name, _ in
            fields.contains { $0.name.lowercased() == name }
        }.map(\.1)
        let more = besides.isEmpty ? "" : "; \(besides.joined(separator: " and ")) was sent too and may have let it in"
        return [
            Diagnosis.Entry(
                cause: cause, step: entry.step, check: nil, verdict: .fail, certainty: .certain, isFromWords: true,
                sentence:
                    "the server answered \(material.exchange.response?.status ?? 200) although \(entry.sentence)\(more)",
                evidence: [], fix: cause.fix)
        ]
    }
}
