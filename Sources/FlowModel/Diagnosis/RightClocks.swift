/// For each key the first two steps whose proof had the right time, found when somebody asks: a capture may have
/// thousands of proofs.
final class RightClocks {
    private var steps: [Fingerprint: [Int]]?

    /// A step other than this one whose proof by the same key has the right time.
    func first(of key: Fingerprint, besides step: Int, _ input: DiagnosisInput) -> Int? {
        let known = steps ?? Self.find(input)
        steps = known
        return known[key]?.first { $0 != step }
    }

    private static func find(_ input: DiagnosisInput) -> [Fingerprint: [Int]] {
        var found: [Fingerprint: [Int]] = [:]
        for (step, material, _) in input.proved {
            guard let key = material.proof?.fingerprint, found[key]?.count ?? 0 < 2,
                input.report.findings(at: step).contains(where: { $0.check == .proofIat && $0.verdict == .pass })
            else { continue }
            found[key, default: []].append(step)
        }
        return found
    }
}
