import FlowModel

/// Drives a live run: sends what the flow wants, records what came back, and tells the model. The private key stays
/// here.
final class LiveDriver {
    let setup: LiveSetup
    let recorder: Recorder?
    let lab: LabProcess?
    private(set) var plan: FlowPlan
    private(set) var transport: TransportOptions
    private(set) var flow: LiveFlow
    /// Every exchange so far, as the lines of the recording.
    private(set) var lines: [String] = []
    /// The runs that were started anew, the latest last.
    var earlier: [Document.File] = []
    /// The last exchange while nobody records it: it becomes a line when the next request is on its way.
    private var unwritten: Exchange?
    var count: Int { lines.count + (unwritten == nil ? 0 : 1) }
    private(set) var transfer: Transfer?
    /// When to ask whether a device was approved, after `c`.
    private(set) var askAgain: Double?
    private(set) var stage: LiveStage?
    private(set) var preview: Request?
    /// What was sent last besides discovery and keys, and whether a person had edited it.
    private var sent: (stage: LiveStage, request: Request, isEdited: Bool)?
    private(set) var edited: Request?
    /// Edits to take back, and edits that were.
    private(set) var edits: (past: [Edit], future: [Edit]) = ([], [])
    typealias Edit = (request: Request?, isVerbatim: Bool)
    /// The person wrote the proof themselves: it goes as it stands. Otherwise it is made when the request goes.
    private var isVerbatim = false
    /// Origins the person let requests go to.
    private var allowedOrigins: [String]
    /// What the person has to answer before the request or the login that waits.
    private(set) var question: LiveStatus.Question?
    var gate: OriginGate { OriginGate(plan, allowed: allowedOrigins) }
    private var runs: (until: Set<LiveStage>, stopsAtFailure: Bool)?
    private var listener: RedirectListener?
    /// Why nobody listens for the redirect; nil where somebody does, or none is waited for.
    private(set) var unheard: String?
    /// How long a login is waited for.
    private var login: LoginWait
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
        login = LoginWait(seconds: setup.loginTimeout)
        flow = LiveFlow(plan: plan, key: try setup.makeKey(), clientKey: setup.clientKey)
        isStarting = lab != nil
        if lab == nil { begin() }
    }

    // MARK: starting

    private func begin() {
        if plan.grant == .authorizationCode, listener == nil { listen() }
        prepare()
    }

    private func listen() {
        do throws(LoadError) {
            let listener = try RedirectListener(plan.redirectURI)
            self.listener = listener
            guard listener.uri != plan.redirectURI else { return }
            plan.redirectURI = listener.uri
            flow = LiveFlow(plan: plan, key: flow.key, clientKey: setup.clientKey)
        } catch { unheard = "nobody can listen on \(plan.redirectURI): \(error)" }
    }

    /// What the loop waits for besides transfers.
    var descriptors: [Int32] { (isStarting ? [lab!.descriptor] : []) + (listener?.descriptors ?? []) }

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
        if let (redirect, visitor) = listener?.visit() {
            let answer = take(redirect: redirect)
            visitor.answer(status: LoopbackPage.status(answer), LoopbackPage(answer))
            return answer != nil
        }
        if transfer == nil, question == nil, let words = login.verdict(flow.wanted, at: Transfer.monotonic()) {
            giveUpLogin(words)
            return true
        }
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
        let isWaited = question == nil && isLogin
        let next = [askAgain, isWaited ? login.end : nil].compactMap { $0 }.min()
        return next.map { Int32(max(0, min($0 - Transfer.monotonic(), 3600)) * 1000) + 1 } ?? -1
    }

    /// A person has to do something elsewhere.
    private var isLogin: Bool {
        switch flow.wanted {
        case .visit, .approve: true
        default: false
        }
    }

    // MARK: sending

    private func prepare() {
        question = gate.question(flow)
        if question == nil { login.follow(flow.wanted, at: Transfer.monotonic()) }
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
        } catch let error as LiveError { flow.fail(error.description) } catch {
            networkFailure = "\(error)"
            flow.fail("\(error)")
        }
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
            let shown = stage == .resource && resourceIsUserinfo ? LiveStage.userinfo : stage
            if runs.until.contains(shown) || (runs.stopsAtFailure && document().view(0)?.report.first?.verdict == .fail)
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

    /// What a browser came back with; nil when no login is waited for.
    private func take(redirect: String) -> RedirectAnswer? {
        guard question == nil,
            let exchange = flow.authorizationExchange(redirect: redirect, index: count, at: Transfer.now()),
            let answer = flow.take(redirect: redirect)
        else { return nil }
        if answer.isNone {
            problem = answer.words.map { "\($0); still waiting" }
            return answer
        }
        record(exchange)
        prepare()
        goOn()
        return answer
    }

    /// Nobody did what a person was asked for: the run stops as it does where no answer comes.
    func giveUpLogin(_ words: String) {
        if let url = status.loginURL.map({ HTTPURL($0) }), OutsideURL.problem(url) == nil {
            let waited = Transfer.monotonic() - (login.begun ?? Transfer.monotonic())
            record(
                Exchange(
                    index: count, request: Request(method: "GET", url: url), started: Transfer.now() - waited,
                    duration: waited, provenance: Provenance(origin: .unanswered(words))))
        }
        (runs, askAgain, networkFailure) = (nil, nil, words)
        flow.fail(words)
        prepare()
    }

    /// What is to be told of, once; what keeps the recording from being whole is told at the end.
    func takeProblem() -> String? {
        guard let told = problem, told != recordFailure else { return nil }
        problem = nil
        return told
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
        case .redirect(let text): if take(redirect: text) == nil { problem = "no redirect is waited for" }
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

    var repeatable: LiveStage? {
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
            flow.fail("stopped: \(question.sentence)")
        }
        prepare()
    }

    private func restart(newKey: Bool) throws {
        guard transfer == nil else { return }
        keepRun()
        flow = LiveFlow(
            plan: plan, key: newKey ? try SigningKey.generate(flow.key.algorithm) : flow.key, clientKey: setup.clientKey
        )
        (lines, unwritten, sent) = ([], nil, nil)
        (networkFailure, askAgain) = (nil, nil)
        login.reset()
        prepare()
        sendMetadata()
    }

    /// The request on screen as text to edit.
    var editable: String? { transfer == nil ? (edited ?? preview).map(RequestText.write) : nil }

    /// Takes an edited request: an untouched proof is made anew for what the request now says, a changed one goes as it
    /// is.
    func edit(_ text: String) throws(LiveError) {
        guard let before = edited ?? preview else { return }
        let request = try RequestText.read(text).sent
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
}
