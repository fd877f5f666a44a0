import FlowModel

/// A live run without a screen, a sentence after the other: it stops before each send and asks.
struct PlainRun {
    let driver: LiveDriver

    func run() throws {
        EndSignals.watch()
        say(Harmless(lines: PlainReport.opening))
        driver.sendMetadata()
        var (told, printed, hasInvited) = (LiveStatus.Phase?.none, 0, false)
        while true {
            let phase = driver.status.phase
            if driver.status.isSending || phase == .starting {
                try driver.waitOrExit(driver.patience)
                continue
            }
            let view = driver.document().view(0)
            if let view { printed = tell(view, from: printed) }
            switch phase {
            case .starting, .sending: break
            case .ready(let stage):
                if stage == .pushedAuthorization, let words = driver.flow.pushRemark { say("\(words).") }
                if let request = view.flatMap(pending) { say("To be sent: \(request.method) \(request.url.text)") }
                try choose("1 or Enter sends the \(stage.rawValue) request, 2 sends on to the end, 3 quits") {
                    $0 == "2" ? .run(until: [], stopsAtFailure: false) : .go
                }
            case .decide(let words):
                say("\(words).")
                try choose("1 or Enter goes on with Bearer, 3 quits") { _ in .go }
            case .consent(let question):
                say("\(question.sentence). Nothing was sent there yet.")
                try choose("2 lets it go to \(question.origin), 1, 3 or Enter quits") { _ in
                    .allow(origin: question.origin)
                } quitting: {
                    $0 != "2"
                }
            case .approve(let url, let code, let interval, let isAsking):
                if !hasInvited { say("Approve the code \(code) at \(url)") }
                hasInvited = true
                if isAsking {
                    try driver.waitOrExit(driver.patience)
                    continue
                }
                try choose("1 or Enter asks whether it was approved, 2 asks every \(interval) s, 3 quits") {
                    $0 == "2" ? .run(until: [], stopsAtFailure: false) : .go
                }
            case .visit(let url):
                if told != phase {
                    say("Log in at \(url)")
                    if let unheard = driver.unheard { say("\(unheard).") }
                    say(
                        driver.unheard == nil
                            ? "Then come back here, or paste the URL the browser was sent to and press Enter."
                            : "Then paste the URL the browser was sent to, and press Enter.")
                    if driver.setup.opensBrowser, let problem = Browser.open(url) { say("\(problem)") }
                }
                try driver.waitOrExit(driver.patience)
            case .finished:
                say("The flow is complete.")
                try driver.endIfNotRecorded()
                if view?.isFailing == true { throw Exit.failingFinding }
                return
            case .stopped(let words):
                complain("\(words)")
                try driver.endIfNotRecorded()
                throw driver.networkFailure == nil ? Exit.failingFinding : Exit.network
            }
            told = phase
        }
    }

    private func say(_ text: Harmless) {
        dpop_tui.say(text)
        Output.standard.flush()
    }

    /// The steps that happened since they were printed last.
    private func tell(_ view: FlowView, from first: Int) -> Int {
        let done =
            view.flow.steps.firstIndex { $0.isPlanned || ($0.exchange != nil && $0.exchange == driver.status.pending) }
            ?? view.flow.steps.count
        for index in first..<max(first, done) {
            Output.standard.write(Harmless(lines: PlainReport.step(index, view.report, view.story)))
        }
        Output.standard.flush()
        return max(first, done)
    }

    /// The request that waits.
    private func pending(_ view: FlowView) -> Request? {
        let index = view.flow.steps.firstIndex { $0.exchange == driver.status.pending && $0.kind.isRequest }
        return index.flatMap(view.material)?.exchange.request
    }

    private func quit() throws -> Never {
        try driver.endIfNotRecorded()
        throw ExitCode.success
    }

    private func choose(
        _ words: String, _ action: (String) -> LiveAction, quitting: (String) -> Bool = { _ in false }
    ) throws {
        while true {
            Output.standard.write("\(words): ")
            Output.standard.flush()
            guard let line = LineInput.standard.next() else {
                try driver.endIfSignalled()
                try driver.endIfNotRecorded()
                throw Exit.interrupted
            }
            let answer = line.split(separator: " ").first.map(String.init) ?? "1"
            if quitting(answer) { try quit() }
            switch answer {
            case "1", "2":
                try driver.perform(action(answer))
                return
            case "3", "q": try quit()
            default: say("'\(answer)' is none of the choices.")
            }
        }
    }
}
