import FlowModel

/// What keys and answers do to a live run on screen.
extension Model {
    /// The run went on: the screen follows to the answer, and stays where the person looks otherwise.
    mutating func takeLive(_ document: Document, _ status: LiveStatus) {
        let before = live
        let wasAtSend = pendingStep.map { step >= $0 } ?? false
        let sent = pendingStep
        let stoodAtWaiting = waitingStep.map { step >= $0 } ?? false
        let oldFlow = flowIndex
        live = status
        if isAtEarlierRun, document.flows.indices.contains(oldFlow) {
            self.document = document
            view = document.view(oldFlow)
            contents.clear()
            return
        }
        self.document = document
        flowIndex = 0
        view = document.view(0)
        contents.clear()
        if oldFlow != 0 || step >= steps.count { select(step: steps.count - 1) }
        if followsRepeat, status.isSending, let pending = pendingStep {
            select(step: pending)
            followsRepeat = false
        }
        // What a person was told to do elsewhere is done.
        if before?.loginURL != nil, status.loginURL == nil {
            message = nil
            if stoodAtWaiting { followsWaiting = true }
        }
        if status.isSending || status.phase == .starting { return }
        if followsWaiting, let waiting = waitingStep {
            select(step: waiting)
            followsWaiting = false
            return
        }
        guard let before, before.isSending else { return }
        // The answer came: the step after the request, unless the person looks at something else.
        let follows = wasAtSend || followsWaiting
        followsWaiting = false
        if follows, let sent { select(step: min(sent + 1, steps.count - 1)) }
    }

    /// Why nothing can be sent again now; nil when something can.
    var whyNotAgain: String? {
        guard let live else { return nil }
        return live.isSending
            ? "a request is on its way; Esc cancels it"
            : live.canRepeat ? nil : "nothing was sent yet; n sends the request on screen"
    }

    /// Sends what waits, after the question that stands before it.
    mutating func goOn() -> [Effect] {
        guard live?.question != nil else { return [.live(.go)] }
        prompt = Prompt(kind: .consent)
        return []
    }

    mutating func runLive(_ command: Command) -> [Effect] {
        // What sends or starts anew is seen in the run that goes on.
        if isAtEarlierRun, command != .breakpoint, command != .breakAtFailure { show(flow: 0) }
        if command == .liveContinue, live?.question != nil { return goOn() }
        switch command {
        case .liveContinue:
            followsWaiting = true
            return [.live(.run(until: breakpoints, stopsAtFailure: stopsAtFailure))]
        case .cancel: return live?.isSending == true ? [.live(.cancel)] : leave()
        case .resend, .replay:
            followsRepeat = true
            return [.live(.again(isVerbatim: command == .replay))]
        case .restart: prompt = Prompt(kind: .restart)
        case .more: prompt = Prompt(kind: .more)
        case .breakAtFailure:
            stopsAtFailure.toggle()
            message = stopsAtFailure ? "c stops at the first failing check" : "c does not stop at failing checks"
        case .breakpoint:
            guard let step = currentStep, let stage = Self.stage(of: step) else {
                message = "breakpoints are for the client's requests: select one first"
                return []
            }
            if breakpoints.remove(stage) == nil { breakpoints.insert(stage) }
            message =
                breakpoints.contains(stage)
                ? "c stops before the \(stage.rawValue) request" : "no breakpoint on the \(stage.rawValue) request"
        default: break
        }
        return []
    }

    /// The one key a choice asks for.
    mutating func choose(_ key: Key, _ kind: Prompt.Kind) -> [Effect] {
        prompt = nil
        guard case .character(let character) = key else { return [] }
        if kind == .restart {
            guard character == "s" || character == "n" else { return [] }
            step = 0
            return [.live(.restart(newKey: character == "n"))]
        }
        if kind == .consent {
            guard character == "y", let question = live?.question else { return [] }
            return [.live(.allow(origin: question.origin))]
        }
        let stages: [Character: LiveStage] = [
            "i": .introspection, "u": .userinfo, "f": .refresh, "v": .revocation, "r": .resource,
        ]
        guard let stage = stages[character] else { return [] }
        guard live?.extras.contains(stage) == true else {
            message = "no \(stage.rawValue) now: the IdP has no endpoint for it, or there is no token for it yet"
            return []
        }
        followsWaiting = true
        return [.live(.add(stage))]
    }

    /// Whether `c` stops before this step's request.
    func hasBreakpoint(_ step: Step) -> Bool {
        !breakpoints.isEmpty && Self.stage(of: step).map(breakpoints.contains) == true
    }
}
