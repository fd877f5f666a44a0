/// Everything the checks say of one flow.
public struct FlowReport: Sendable {
    public let flow: Flow
    /// In order of steps; only what is wrong where the settings count the rest.
    public let findings: [Finding]
    /// The requests that were refused or got no answer, in order.
    public let refusals: [Refusal]
    /// Requests that were answered 404 or 405, which says nothing of their token: another one with it was accepted there.
    public let excused: [Refusal]
    /// Whether a token was asked for without a proof.
    let hasUnproved: Bool
    private let counts: [Int]

    init(
        flow: Flow, findings: [Finding], refusals: [Refusal] = [], excused: [Refusal] = [], hasUnproved: Bool = false,
        counts: [Int]
    ) {
        (self.flow, self.findings, self.refusals, self.counts) = (flow, findings, refusals, counts)
        self.excused = excused
        self.hasUnproved = hasUnproved
    }

    /// The worst of the findings: fail, then warn, then pass. What was refused did not pass.
    public var verdict: Verdict {
        count(.fail) > 0 || !refusals.isEmpty ? .fail : count(.warn) > 0 ? .warn : .pass
    }

    /// Whether the step is of a request that was refused.
    public func isRefused(_ step: Int) -> Bool { refusals.contains { $0.request == step || $0.answer == step } }

    public func count(_ verdict: Verdict) -> Int { counts[verdict.weight] }

    /// The finding to mend first: the earliest failing step, there the check that comes first in the order of
    /// diagnosis.
    public var first: Finding? {
        for verdict in [Verdict.fail, .warn] {
            let worst = findings.filter { $0.verdict == verdict }
            if let first = worst.min(by: { ($0.step, $0.diagnosisRank) < ($1.step, $1.diagnosisRank) }) {
                return first
            }
        }
        return nil
    }

    /// A step's findings: they lie in order of steps, and a screen asks for many steps.
    public func findings(at step: Int) -> ArraySlice<Finding> {
        findings[findings.partitioningIndex(where: { $0.step >= step })...].prefix { $0.step == step }
    }

    /// The worst verdict at a step; nil where no check applies.
    public func verdict(at step: Int) -> Verdict? {
        findings(at: step).map(\.verdict).filter { $0 != .notApplicable }.max()
    }
}

/// Runs every check on every step it applies to.
public struct FlowChecker {
    public let context: CaptureContext
    public let settings: CheckSettings
    let crypto: CheckCrypto

    public init(context: CaptureContext, settings: CheckSettings = CheckSettings(), crypto: CheckCrypto = CheckCrypto())
    {
        (self.context, self.settings, self.crypto) = (context, settings, crypto)
    }

    public func story(of flow: Flow, exchange: (Int) -> Exchange?) -> FlowStory {
        FlowStory(flow: flow, exchange: exchange, crypto: crypto)
    }

    public func check(_ flow: Flow, exchange: (Int) -> Exchange?) -> FlowReport {
        check(flow, story: story(of: flow, exchange: exchange))
    }

    public func check(_ flow: Flow, story: FlowStory) -> FlowReport {
        let scene = CheckScene(flow: flow, story: story, context: context, settings: settings, crypto: crypto)
        let inputs = flow.steps.indices.compactMap { position -> CheckInput? in
            let kind = flow.steps[position].kind
            guard !Check.applying(to: kind).isEmpty,
                let material = flow.steps[position].exchange.flatMap({ story.materials[$0] })
            else { return nil }
            return CheckInput(scene, position: position, kind: kind, material: material)
        }
        // All signatures first: one verification runs long enough to push the checks' own code out of the processor's
        // caches.
        for input in inputs where Check.proofSteps.contains(input.kind) { input.verifySignature() }
        var (findings, counts): ([Finding], [Int]) = ([], Array(repeating: 0, count: Verdict.allCases.count))
        let keepsAll = settings.passes != .counted
        if keepsAll { findings.reserveCapacity(inputs.reduce(0) { $0 + Check.applying(to: $1.kind).count }) }
        for input in inputs {
            let position = input.position
            Check.applying(to: input.kind).withUnsafeBufferPointer { checks in
                for index in checks.indices {
                    checks[index].run(input).visit { outcome in
                        counts[outcome.verdict.weight] += 1
                        if keepsAll || outcome.verdict >= .warn {
                            findings.append(Finding(check: checks[index].id, step: position, outcome: outcome))
                        }
                    }
                }
            }
        }
        return FlowReport(
            flow: flow, findings: findings, refusals: Refusal.all(flow, story, told: !context.logs.isEmpty),
            excused: Refusal.excused(flow, story),
            hasUnproved: inputs.contains { $0.proof == nil && ($0.kind == .tokenRequest || $0.kind == .refresh) },
            counts: counts)
    }
}
