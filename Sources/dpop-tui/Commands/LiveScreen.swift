import FlowModel

/// A live run on looks.
enum LiveScreen {
    static func run(_ driver: LiveDriver, looks: Looks, settings: CheckSettings) throws {
        let shelf = looks.shelf
        let terminal: Terminal
        do throws(LoadError) { terminal = try Terminal(mouse: looks.mouse, colors: looks.colors) } catch {
            complain("\(error)")
            throw Exit.usage
        }
        let size = terminal.size
        var model = Model(document: driver.document(), width: size.width, height: size.height, live: driver.status)
        looks.dress(&model, shelf)
        driver.sendMetadata()
        let loop = Loop(terminal: terminal, model: model, themes: shelf, mailbox: Mailbox(), driver: driver)
        let (code, last) = loop.run()
        terminal.close()
        if looks.noAltScreen { say(Harmless(lines: last.lines.joined(separator: "\n"))) }
        if let message = loop.exitMessage { complain("\(message)") }
        try driver.giveUp()
        if code > 128 { complain("ended by \(EndSignals.name(code - 128)); \(driver.sentSoFar)") }
        if let path = driver.status.recording, access(path, F_OK) == 0 { complain("recorded in \(path)") }
        try driver.endIfNotRecorded()
        if code != 0 { throw ExitCode(code) }
        if driver.networkFailure != nil { throw Exit.network }
        if driver.document().view(0)?.isFailing == true { throw Exit.failingFinding }
    }
}
