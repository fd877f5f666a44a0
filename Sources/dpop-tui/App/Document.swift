import FlowModel

/// The captures on screen and their flows: immutable, shared with the thread that reads large files.
final class Document: Sendable {
    struct File: Sendable {
        let name: String
        let loaded: LoadedCapture
    }

    struct Entry: Sendable {
        let file: Int
        let flow: Flow
    }

    let files: [File]
    let flows: [Entry]
    let settings: CheckSettings
    /// Public keys given with `--key`, to compare with.
    let keyFiles: [KeyFile]
    /// What a live run has still to send; nil for captures.
    let live: LivePlan?

    init(files: [File], settings: CheckSettings, keyFiles: [KeyFile] = [], live: LivePlan? = nil) {
        (self.files, self.settings, self.keyFiles, self.live) = (files, settings, keyFiles, live)
        let read = files.enumerated().flatMap { index, file in file.loaded.flows.map { Entry(file: index, flow: $0) } }
        guard let live else {
            flows = read
            return
        }
        // The run that goes on is the first file's; behind it stand the runs before it.
        let running = read.first.flatMap { $0.file == 0 ? $0.flow : nil }
        let own = running ?? Flow.planned([], resource: nil)
        flows =
            [
                Entry(
                    file: 0,
                    flow: own.planning(live.ahead, pending: live.pending, resource: live.resource, key: live.key))
            ] + read.dropFirst(running == nil ? 0 : 1)
    }

    /// Checks a flow; the model does so when it comes on screen.
    func view(_ index: Int) -> FlowView? {
        guard flows.indices.contains(index) else { return nil }
        let entry = flows[index]
        let loaded = files[entry.file].loaded
        let checker = FlowChecker(context: loaded.context, settings: settings)
        let story = checker.story(of: entry.flow) { loaded.exchange($0) }
        let report = checker.check(entry.flow, story: story)
        let diagnosis = Diagnosis(
            flow: entry.flow, report: report, story: story, context: loaded.context, settings: settings)
        var view = FlowView(
            file: files[entry.file], flow: entry.flow, report: report, story: story, settings: settings,
            diagnosis: diagnosis)
        view.causeSteps = diagnosis.entries.filter { $0.check == nil && $0.explains }.map(\.step)
        return view
    }

    /// Whether there is more than one flow to choose from.
    var hasOverview: Bool { flows.lazy.filter(\.flow.isFlow).prefix(2).count > 1 }

    var skipped: Int { files.reduce(0) { $0 + $1.loaded.problems.count } }
}

/// The part of a live run that has not happened yet.
struct LivePlan: Sendable {
    /// The exchange that is on screen before it is sent.
    var pending: Int?
    var ahead: [LiveStage]
    /// `GET /anything`, for the arrow that is still to come.
    var resource: String?
    /// The run's key, known before the first proof is.
    var key: (algorithm: String, thumbprint: Fingerprint)?
}

/// One checked flow: everything the views draw from.
struct FlowView {
    let file: Document.File
    let flow: Flow
    let report: FlowReport
    let story: FlowStory
    let settings: CheckSettings
    let diagnosis: Diagnosis
    /// The steps of causes that no check found: the server's words name them, or the pattern of the flow.
    fileprivate(set) var causeSteps: [Int] = []

    /// Whether anything failed or was refused.
    var isFailing: Bool { report.verdict == .fail || !diagnosis.untold.isEmpty }

    func material(_ step: Int) -> ExchangeMaterial? {
        guard flow.steps.indices.contains(step) else { return nil }
        return flow.steps[step].exchange.flatMap { story.materials[$0] }
    }

    /// The step whose findings speak for this one: the gateway validates what the client sent.
    func subject(_ step: Int) -> Int {
        let current = flow.steps[step]
        switch current.kind {
        case .gatewayValidation: return flow.steps[..<step].lastIndex { $0.kind == .resourceRequest } ?? step
        case .keygen: return flow.steps.firstIndex { material(of: $0)?.proof != nil } ?? step
        default: return step
        }
    }

    private func material(of step: Step) -> ExchangeMaterial? { step.exchange.flatMap { story.materials[$0] } }

    /// What the checks say at a step; of the proof that shows the client's key only what they say of the key.
    func findings(_ step: Int) -> [Finding] {
        let all = report.findings(at: subject(step))
        return flow.steps[step].kind == .keygen ? all.filter { $0.check == .proofJwk } : Array(all)
    }

    /// The mark on a step's arrow: its findings, and what the answer itself says.
    func mark(_ index: Int) -> Verdict {
        let step = flow.steps[index]
        let isBehind = step.kind == .upstreamResponse || (step.from == .gateway && step.kind != .resourceResponse)
        let refused =
            report.refusals.contains { $0.exchange.index == step.exchange } || (isBehind && (step.status ?? 0) >= 400)
        switch step.kind {
        case .keygen: return report.findings(at: subject(index)).first { $0.check == .proofJwk }?.verdict ?? .pass
        case .gatewayValidation:
            return step.status == nil && !refused ? .notApplicable : refused && !asksForNonce(index) ? .fail : .pass
        case .tokenResponse, .resourceResponse, .upstreamResponse, .discovery, .jwks, .introspection, .userinfo,
            .revocation,
            .pushedAuthorization:
            return max(
                report.verdict(at: index) ?? (step.status == nil ? .notApplicable : .pass),
                refused ? .fail : .notApplicable)
        default:
            if causeSteps.contains(index) { return .fail }
            return report.verdict(at: index) ?? (step.status == nil ? .notApplicable : refused ? .warn : .pass)
        }
    }

    /// Whether the gateway's answer to this step's request only asks for a nonce: it stands a few steps behind.
    func asksForNonce(_ index: Int) -> Bool {
        flow.steps[index...].prefix(64).contains {
            $0.exchange == flow.steps[index].exchange && $0.isNonceChallenge
        }
    }

    var title: String { file.name.split(separator: "/").last.map(String.init) ?? file.name }
}
