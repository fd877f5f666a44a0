import FlowModel

/// What runs without a screen have in common.
extension LiveDriver {
    /// Takes what came; a lab that does not start ends the program with status 4.
    func advanceOrExit() throws -> Bool {
        do throws(LoadError) { return try advance() } catch {
            complain("\(error)")
            throw Exit.network
        }
    }

    /// A recording that is not whole is worth no other status.
    func endIfNotRecorded() throws {
        guard let recordFailure else { return }
        complain("\(recordFailure)")
        throw Exit.unreadable
    }

    /// Waits until something happens; where a login is waited for, the URL it ended at may be pasted.
    func waitOrExit(_ milliseconds: Int32) throws {
        try endIfSignalled()
        // An answer may be there before anybody waits for it; if not, there is time to write down the last one.
        if try advanceOrExit() { return tellProblem() }
        settle()
        let isPasted = takesPaste
        if isPasted, LineInput.standard.isReady { return try takePaste() }
        let signals = EndSignals.descriptor < 0 ? [] : [EndSignals.descriptor]
        let ready = Transfer.wait(
            for: descriptors + signals + (isPasted ? [0] : []), milliseconds: milliseconds)
        try endIfSignalled()
        if isPasted, ready.last == true { try takePaste() }
        if try advanceOrExit() { tellProblem() }
    }

    /// A person at a terminal may paste; where nobody listens, whoever writes to standard input must.
    private var takesPaste: Bool {
        guard case .visit = status.phase else { return false }
        return unheard != nil || (isatty(0) == 1 && !LineInput.standard.isOver)
    }

    private func takePaste() throws {
        switch LineInput.standard.now() {
        case .nothing: break
        case .line(let line) where line.allSatisfy(\.isWhitespace): break
        case .line(let line):
            try perform(.redirect(line))
            tellProblem()
        case .end:
            guard let unheard else { return }
            giveUpLogin("\(unheard), and standard input ended without the URL that the browser was sent back to")
        }
    }

    /// Says once what went wrong beside the run.
    private func tellProblem() {
        if let problem = takeProblem() { complain("\(problem)") }
    }

    // MARK: ended by a signal

    func endIfSignalled() throws {
        guard let number = EndSignals.taken() else { return }
        EndSignals.release()
        try giveUp()
        complain("ended by \(EndSignals.name(number)); \(sentSoFar)")
        tellRecording()
        throw ExitCode(128 + number)
    }

    /// A request on its way is recorded as one without an answer.
    func giveUp() throws {
        if status.isSending { try perform(.cancel) }
    }

    /// Each request of ours and what came of it.
    var sentSoFar: String {
        let capture = finishedCapture()
        let sent = (0..<capture.exchangeCount).compactMap { capture.exchange($0) }.filter {
            if case .sent = $0.origin { true } else { false }
        }
        let words = sent.map { exchange in
            let answer = exchange.response.map { "\($0.status)" } ?? "no answer"
            return "\(exchange.request.method) \(exchange.request.url.withoutQuery) (\(answer))"
        }
        return words.isEmpty ? "nothing was sent" : "sent: \(words.joined(separator: ", "))"
    }

    /// Where the recording is, and whether it is whole.
    func tellRecording() {
        if let recordFailure {
            complain("\(recordFailure)")
        } else if let path = status.recording {
            complain("recorded in \(path)")
        } else {
            complain("not recorded (--record none)")
        }
    }
}
