import FlowModel

/// A live run without a screen: sends every step, then prints what the checks say of them.
struct HeadlessRun {
    let driver: LiveDriver
    let format: ReportFormat
    let verbose: Bool
    let clock: String
    let settings: CheckSettings

    func run() throws {
        EndSignals.watch()
        var told: LiveStatus.Phase?
        loop: while true {
            let phase = driver.status.phase
            switch phase {
            case .ready(let stage):
                if stage == .pushedAuthorization { tellOfPushing() }
                try driver.perform(.go)
            case .finished, .stopped: break loop
            case .consent(let question):
                complain("\(question.sentence). Nothing was sent there. --allow-origin \(question.origin) lets it")
                break loop
            case .decide(let words):
                complain("\(words); stopped. --allow-bearer goes on")
                break loop
            case .visit(let url):
                if told != phase { invite(url) }
                told = phase
                try driver.waitOrExit(driver.patience)
            case .approve(let url, let code, let interval, _):
                if told == nil { complain("approve the code \(code) at \(url)") }
                told = phase
                try pause(seconds: interval)
            case .starting, .sending: try driver.waitOrExit(-1)
            }
        }
        EndSignals.release()
        try driver.endIfSignalled()
        try report()
    }

    /// Device codes are asked for again at the pace the IdP wants, as long as anybody waits.
    private func pause(seconds: Int) throws {
        let end = Transfer.monotonic() + Double(seconds)
        while case .approve = driver.status.phase {
            let left = end - Transfer.monotonic()
            guard left > 0 else { return try driver.perform(.go) }
            let patience = driver.patience
            let whole = Int32(max(1, left * 1000))
            try driver.waitOrExit(patience < 0 ? whole : min(whole, patience))
        }
    }

    /// That the metadata had a say, once.
    private func tellOfPushing() {
        if !driver.flow.hasRetried, let words = driver.flow.pushRemark { complain("\(words)") }
    }

    private func invite(_ url: String) {
        complain("log in at \(url)")
        if let unheard = driver.unheard {
            let place = isatty(0) == 1 ? "paste it here" : "write it to standard input"
            complain("\(unheard); \(place): the whole URL that the browser was sent back to")
        } else if isatty(0) == 1 {
            complain("then, if the browser is elsewhere, paste the URL it was sent back to")
        }
        if driver.setup.opensBrowser, let problem = Browser.open(url) { complain("\(problem)") }
    }

    private func report() throws {
        var settings = settings
        settings.passes = verbose || format == .json ? .explained : format == .text ? .counted : .listed
        let output = Output.standard
        let writer = ReportWriter(
            format: format, verbose: verbose, output: output, clock: clock, profile: settings.profile.id, isLive: true)
        writer.write(
            AssembledCapture(driver.finishedCapture()), file: driver.status.recording ?? "live", settings: settings)
        writer.finish()
        output.flush()
        for words in driver.flow.keyRemarks { complain("\(words)") }
        if case .stopped(let words) = driver.status.phase { complain("\(words)") }
        if let problem = driver.problem, problem != driver.recordFailure { complain("\(problem)") }
        try driver.endIfNotRecorded()
        if case .consent = driver.status.phase { throw Exit.notAllowed }
        if driver.networkFailure != nil { throw Exit.network }
        if writer.totals.isFailing { throw Exit.failingFinding }
        switch driver.status.phase {
        case .stopped, .decide: throw Exit.failingFinding
        default: break
        }
        if driver.problem != nil { throw Exit.unreadable }
    }
}
