import FlowModel

/// Drives a live run: sends what the flow wants, records what came back, and tells the model. The private key stays
/// here.
final class LiveDriver {
    let setup: LiveSetup
    private let recorder: Recorder?
    let lab: LabProcess?
    private(set) var plan: FlowPlan
    private(set) var transport: TransportOptions
    private(set) var flow: LiveFlow
    /// Every exchange so far, as the lines of the recording.
    private var lines: [String] = []
    /// The last exchange while nobody records it: it becomes a line when the next request is on its way.
    private var unwritten: Exchange?
    private var count: Int { lines.count + (unwritten == nil ? 0 : 1) }
    private var transfer: Transfer?
    /// When to ask whether a device was approved, after `c`.
    private var askAgain: Double?
    private var stage: LiveStage?
    private var preview: Request?
    /// What was sent last besides discovery and keys, and whether a person had edited it.
    private var sent: (stage: LiveStage, request: Request, isEdited: Bool)?
    private var edited: Request?
    /// Edits to take back, and edits that were.
    private var edits: (past: [Edit], future: [Edit]) = ([], [])
    private typealias Edit = (request: Request?, isVerbatim: Bool)
    /// The person wrote the proof themselves: it goes as it stands. Otherwise it is made when the request goes.
    private var isVerbatim = false
    /// Origins the person let requests go to.
    private var allowedOrigins: [String]
    /// What the person has to answer before the request or the login that waits.
    private var question: LiveStatus.Question?
    var gate: OriginGate { OriginGate(plan, allowed: allowedOrigins) }
    private var runs: (until: Set<LiveStage>, stopsAtFailure: Bool)?
    private var listener: RedirectListener?
    private(set) var networkFailure: String?
    private(set) var problem: String?
    /// Why the recording is not whole.
    private(set) var recordFailure: String?
    private(set) var isStarting: Bool

    /// Nobody looks at requests before they go: a headless run.
    private let isUnwatched: Bool

    init(_ setup: LiveSetup, recorder: Recorder?, lab: LabProcess?, isUnwatched: Bool) throws(CryptoError) {
        (self.setup, self.recorder, self.lab, self.isUnwatched) = (setup, recorder, lab, isUnwatched)
        (plan, transport, allowedOrigins) = (setup.plan, setup.transport, setup.allowedOrigins)
        flow = LiveFlow(plan: plan, key: try setup.makeKey(), clientKey: setup.clientKey)
        isStarting = lab != nil
        if lab == nil { begin() }
    }

    // MARK: starting

    private func begin() {
        if plan.grant == .authorizationCode, HTTPURL(plan.redirectURI).isLoopback, listener == nil {
            listener = RedirectListener(plan.redirectURI)
            if let own = listener?.uri, own != plan.redirectURI {
                plan.redirectURI = own
                flow = LiveFlow(plan: plan, key: flow.key, clientKey: setup.clientKey)
            }
        }
        prepare()
    }

    /// What the loop waits for besides transfers.
    var descriptors: [Int32] { (isStarting ? [lab!.descriptor] : []) + (listener.map { [$0.descriptor] } ?? []) }

    /// Takes what came: the lab's address, a browser's redirect, an answer. True when the screen has something new.
    func advance() throws(LoadError) -> Bool {
        if isStarting {
            guard try lab!.listen(), let endpoints = lab?.endpoints else { return false }
            isStarting = false
            setup.completeForLab?(&plan, &transport, endpoints)
            flow = LiveFlow(plan: plan, key: flow.key, clientKey: setup.clientKey)
            begin()
            sendMetadata()
            return true
        }
        if let askAgain, askAgain <= Transfer.monotonic() {
            go()
            return true
        }
        if let redirect = listener?.accept() { return take(redirect: redirect) }
        guard let transfer, transfer.isFinished() else { return false }
        finish(transfer)
        return true
    }

    /// Discovery and keys carry nothing that is worth a stop.
    func sendMetadata() {
        if case .send(let stage) = flow.wanted, stage == .discovery || stage == .jwks { send() }
    }

    /// Milliseconds until something is to be done that nobody announces; −1 when nothing is.
    var patience: Int32 {
        if isStarting || transfer != nil { return 120 }
        return askAgain.map { Int32(max(0, min($0 - Transfer.monotonic(), 3600)) * 1000) + 1 } ?? -1
    }

    // MARK: sending

    private func prepare() {
        question = gate.question(flow)
        // What a nonce challenge sends once more is the request as the person left it, with a new proof.
        if case .send(let stage) = flow.wanted, stage == self.stage, flow.hasRetried, let edited,
            !carriesAssertion(stage)
        {
            isVerbatim = false
            do throws(LiveError) { preview = try flow.resigned(edited, at: Transfer.now()) } catch {
                flow.fail(error.description)
            }
            return
        }
        (preview, edited, isVerbatim, edits) = (nil, nil, false, ([], []))
        guard case .send(let stage) = flow.wanted else { return }
        self.stage = stage
        guard !isUnwatched else { return }
        do throws(LiveError) { preview = try flow.request(stage, at: Transfer.now()) } catch {
            flow.fail(error.description)
        }
    }

    /// A client assertion is made anew for every request: such a request comes from the plan.
    private func carriesAssertion(_ stage: LiveStage) -> Bool {
        stage != .resource && stage != .userinfo
            && (plan.clientAuthentication == .secretJWT || plan.clientAuthentication == .privateKeyJWT)
    }

    /// Sends the request on screen: with a proof made now, unless the person wrote their own.
    private func send() {
        guard case .send(let stage) = flow.wanted, transfer == nil else { return }
        guard question == nil else {
            runs = nil
            return
        }
        problem = nil
        do {
            let request =
                try edited.map { try isVerbatim ? $0 : flow.resigned($0, at: Transfer.now()) }
                ?? flow.request(stage, at: Transfer.now())
            preview = request
            transfer = try Transfer(request, transport)
            if stage != .discovery, stage != .jwks { sent = (stage, request, edited != nil) }
        } catch let error as LiveError { flow.fail(error.description) } catch { flow.fail("\(error)") }
    }

    private func finish(_ transfer: Transfer) {
        guard let stage else { return }
        let result = transfer.result(index: count)
        self.transfer = nil
        let hops = lab?.newHops() ?? []
        let ours = hops.filter { $0.hop == Hop(from: .client, to: .gateway) }
        let notes = ours.flatMap(\.notes) + (stage == .discovery ? remarks(onMetadata: result.exchange) : [])
        let exchange = result.exchange.changed(adding: ours.flatMap(\.reported), notes: notes)
        record(exchange)
        for hop in hops where hop.hop?.from == .gateway { record(hop) }
        if let response = exchange.response, result.failure == nil {
            networkFailure = nil
            flow.take(response, to: exchange.request, of: stage, at: Transfer.now())
        } else {
            networkFailure = result.failure
            flow.fail(result.failure ?? "no answer")
        }
        prepare()
        goOn()
    }

    /// Recorded before it is shown, so that a crash loses nothing.
    private func record(_ exchange: Exchange) {
        settle()
        unwritten = exchange
        if recorder != nil { settle() }
    }

    /// Writes down what came last.
    func settle() {
        guard let exchange = unwritten else { return }
        unwritten = nil
        let line = FlowLine.write(exchange)
        if let problem = recorder?.append(line) { (self.problem, recordFailure) = (problem, problem) }
        lines.append(line)
    }

    /// Sends on by itself: metadata always, everything after `c`.
    private func goOn() {
        if case .send(let stage) = flow.wanted {
            if stage == .discovery || stage == .jwks { return send() }
            guard let runs else { return }
            if runs.until.contains(stage) || (runs.stopsAtFailure && document().view(0)?.report.first?.verdict == .fail)
            {
                self.runs = nil
            } else {
                send()
            }
        } else if case .approve(_, _, let interval) = flow.wanted {
            if runs?.until.contains(.token) == true { runs = nil }
            askAgain = runs == nil ? nil : Transfer.monotonic() + Double(interval)
        } else {
            runs = nil
        }
    }

    private func take(redirect: String) -> Bool {
        guard case .visit = flow.wanted else { return false }
        if let exchange = flow.authorizationExchange(redirect: redirect, index: count, at: Transfer.now()) {
            record(exchange)
        }
        flow.take(redirect: redirect)
        prepare()
        goOn()
        return true
    }

    // MARK: what the person does

    func perform(_ action: LiveAction) throws {
        switch action {
        case .go: go()
        case .run(let until, let stops):
            runs = (until, stops)
            go()
        case .cancel: cancel()
        case .again(let isVerbatim): again(isVerbatim)
        case .restart(let newKey): try restart(newKey: newKey)
        case .add(let stage):
            flow.add(stage)
            prepare()
        case .allow(let origin):
            allowedOrigins.append(origin)
            question = gate.question(flow)
            sendMetadata()
        case .redirect(let text): if !take(redirect: text) { problem = "no redirect is waited for" }
        case .undo: step(from: \.past, to: \.future)
        case .redo: step(from: \.future, to: \.past)
        case .edit: break
        }
    }

    private func go() {
        askAgain = nil
        switch flow.wanted {
        case .send: send()
        case .approve:
            flow.resume(at: Transfer.now())
            prepare()
            send()
        case .decide:
            flow.goOn()
            prepare()
        case .visit where question != nil: break
        case .visit(let url): problem = setup.opensBrowser ? Browser.open(url) : "log in at \(url)"
        default: break
        }
    }

    /// The last request once more; where the run stopped before it could be sent, that one.
    private func again(_ verbatim: Bool) {
        guard transfer == nil, let stage = repeatable else { return }
        let before = sent.flatMap { $0.stage == stage ? $0 : nil }
        flow.again(stage)
        prepare()
        if let before, verbatim {
            (edited, isVerbatim) = (before.request, true)
        } else if let before, before.isEdited, !carriesAssertion(stage) {
            do throws(LiveError) { edited = try flow.resigned(before.request, at: Transfer.now()) } catch {
                flow.fail(error.description)
            }
        }
        send()
    }

    private var repeatable: LiveStage? {
        if case .stopped = flow.wanted { stage } else { sent?.stage }
    }

    private func cancel() {
        (runs, askAgain) = (nil, nil)
        if let transfer {
            record(transfer.cancelled(index: count))
            self.transfer = nil
            flow.fail("cancelled")
        } else if case .decide = flow.wanted {
            flow.fail("stopped: the token is not bound")
        } else if let question {
            flow.fail("stopped: \(question.words)")
        }
        prepare()
    }

    private func restart(newKey: Bool) throws {
        guard transfer == nil else { return }
        flow = LiveFlow(
            plan: plan, key: newKey ? try SigningKey.generate(flow.key.algorithm) : flow.key, clientKey: setup.clientKey
        )
        (lines, unwritten, sent) = ([], nil, nil)
        (networkFailure, askAgain) = (nil, nil)
        prepare()
        sendMetadata()
    }

    /// The request on screen as text to edit.
    var editable: String? { transfer == nil ? (edited ?? preview).map(RequestText.write) : nil }

    /// Takes an edited request: an untouched proof is made anew for what the request now says, a changed one goes as it
    /// is.
    func edit(_ text: String) throws(LiveError) {
        guard let before = edited ?? preview else { return }
        let request = try RequestText.read(text)
        let proofs = { (request: Request) in request.headers.all("dpop").map(\.value) }
        let ownProof = isVerbatim || proofs(request) != proofs(before)
        let changed = ownProof ? request : try flow.resigned(request, at: Transfer.now())
        edits = (edits.past + [(edited, isVerbatim)], [])
        (edited, isVerbatim) = (changed, ownProof)
        preview = edited
    }

    /// One edit back or forth; behind the first one stands the request as it was planned.
    private func step(
        from: WritableKeyPath<(past: [Edit], future: [Edit]), [Edit]>,
        to: WritableKeyPath<(past: [Edit], future: [Edit]), [Edit]>
    ) {
        guard transfer == nil, case .send(let stage) = flow.wanted, let target = edits[keyPath: from].popLast() else {
            return
        }
        edits[keyPath: to].append((edited, isVerbatim))
        (edited, isVerbatim) = target
        do throws(LiveError) {
            preview = if let edited { edited } else { try flow.request(stage, at: Transfer.now()) }
        } catch { flow.fail(error.description) }
    }

    // MARK: what the model sees

    var status: LiveStatus {
        var status = LiveStatus(
            phase: phase, pending: preview == nil ? nil : count, recording: recorder?.path, isEdited: edited != nil,
            opensBrowser: setup.opensBrowser)
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
        let resource = plan.resource.map { "\($0.method) \(HTTPURL($0.url).path)" }
        return Document(
            files: [Document.File(name: setup.name, loaded: loaded)], settings: setup.settings,
            keyFiles: setup.keyFiles,
            live: LivePlan(
                pending: preview == nil ? nil : count, ahead: ahead, resource: resource,
                key: plan.usesDPoP ? (flow.key.algorithm.name, flow.key.fingerprint) : nil))
    }

    /// Everything that happened, without the request that is only shown.
    func finishedCapture() -> LoadedCapture {
        settle()
        let text = lines.joined()
        return (text.isEmpty ? nil : try? LoadedCapture.read(Bytes(text)))
            ?? LoadedCapture(.empty, facts: [], problems: [])
    }
}
