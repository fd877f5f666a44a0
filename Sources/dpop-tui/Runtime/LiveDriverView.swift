import FlowModel

/// What the model sees of a live run.
extension LiveDriver {
    var status: LiveStatus {
        var status = LiveStatus(
            phase: phase, pending: preview == nil ? nil : count, recording: recorder?.path, isEdited: edited != nil,
            opensBrowser: setup.opensBrowser)
        status.unheard = unheard
        (status.isUnrecorded, status.isDemo) = (recorder == nil || recordFailure != nil, setup.isDemo)
        status.canRepeat = repeatable != nil
        (status.canUndo, status.canRedo) = (
            transfer == nil && !edits.past.isEmpty, transfer == nil && !edits.future.isEmpty
        )
        if flow.accessToken != nil {
            if flow.endpoints.introspection != nil { status.extras.append(.introspection) }
            if flow.endpoints.userinfo != nil { status.extras.append(.userinfo) }
            if flow.refreshToken != nil { status.extras.append(.refresh) }
            if flow.endpoints.revocation != nil { status.extras.append(.revocation) }
            if plan.resource != nil { status.extras.append(.resource) }
        }
        return status
    }

    private var phase: LiveStatus.Phase {
        if isStarting { return .starting }
        if transfer != nil, let stage { return .sending(stage) }
        switch flow.wanted {
        case .send(let stage): return question.map(LiveStatus.Phase.consent) ?? .ready(stage)
        case .visit(let url): return question.map(LiveStatus.Phase.consent) ?? .visit(url)
        case .approve(let url, let code, let interval):
            return .approve(url: url, code: code, interval: interval, isAsking: askAgain != nil)
        case .decide(let words): return .decide(words)
        case .finished: return .finished
        case .stopped(let words): return .stopped(words)
        }
    }

    func document() -> Document {
        settle()
        var all = lines
        if let preview = preview?.named {
            all.append(
                FlowLine.write(
                    Exchange(
                        index: lines.count, request: preview, started: Transfer.now(),
                        provenance: Provenance(origin: .pending))))
        }
        let text = all.joined()
        let loaded =
            (text.isEmpty ? nil : try? LoadedCapture.read(Bytes(text)))
            ?? LoadedCapture(.empty, facts: [], problems: [])
        var ahead = flow.ahead
        if isStarting { ahead = [.token, .resource] }
        // A resource at the IdP's userinfo endpoint goes through no gateway.
        if resourceIsUserinfo { ahead = ahead.map { $0 == .resource ? .userinfo : $0 } }
        let resource = plan.resource.map { "\($0.method) \(HTTPURL($0.url).path)" }
        return Document(
            files: [Document.File(name: setup.name, loaded: loaded)] + earlier, settings: setup.settings,
            keyFiles: setup.keyFiles,
            live: LivePlan(
                pending: preview == nil ? nil : count, ahead: ahead, resource: resource,
                key: plan.usesDPoP ? (flow.key.algorithm.name, flow.key.fingerprint) : nil))
    }

    /// Runs that stay on screen after `R`.
    private static let mostRuns = 20

    /// Keeps the run that ends now as a capture behind the next one.
    func keepRun() {
        let run = finishedCapture()
        guard run.exchangeCount > 0 else { return }
        let number = (earlier.last.flatMap { $0.name.split(separator: " ").last }.flatMap { Int($0) } ?? 0) + 1
        earlier.append(Document.File(name: "\(setup.name) run \(number)", loaded: run))
        if earlier.count > Self.mostRuns { earlier.removeFirst() }
    }

    /// Whether the resource that was asked for is the userinfo endpoint: such a request is drawn as one.
    var resourceIsUserinfo: Bool {
        guard let resource = plan.resource, let userinfo = flow.endpoints.userinfo else { return false }
        return HTTPURL(resource.url).normalised == HTTPURL(userinfo).normalised
    }

    /// Everything that happened, without the request that is only shown.
    func finishedCapture() -> LoadedCapture {
        settle()
        let text = lines.joined()
        return (text.isEmpty ? nil : try? LoadedCapture.read(Bytes(text)))
            ?? LoadedCapture(.empty, facts: [], problems: [])
    }
}
