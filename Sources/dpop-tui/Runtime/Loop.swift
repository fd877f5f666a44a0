import FlowModel

/// One thread: waits for keys, signals and the worker, updates the model, performs effects, draws once.
final class Loop {
    private let terminal: Terminal
    private var model: Model
    private var themes: ThemeShelf
    private let themeWatch: ThemeWatch
    private let mailbox: Mailbox
    private let driver: LiveDriver?
    private let judge: FlowJudge
    private var exitCode: Int32?

    init(terminal: Terminal, model: Model, themes: ThemeShelf, mailbox: Mailbox, driver: LiveDriver? = nil) {
        (self.terminal, self.model, self.themes, self.mailbox, self.driver) = (terminal, model, themes, mailbox, driver)
        judge = FlowJudge(mailbox)
        themeWatch = ThemeWatch(mailbox)
        useTheme(model.theme)
    }

    /// A terminal without colours has the theme that needs none. One out of a file is as that is now: it is watched
    /// before it is read, so that nothing saved meanwhile is missed.
    private func useTheme(_ name: String) {
        themeWatch.follow(themes.path(of: name))
        try? themes.reload(name)
        wear(name)
    }

    private func wear(_ name: String) {
        terminal.use(themes.theme(named: terminal.isMonochrome ? "mono" : name))
    }

    private func reloadTheme(_ name: String) {
        do throws(ThemeError) {
            try themes.reload(name)
            wear(name)
            perform(model.update(.copied("theme \(name): read again")))
        } catch {
            perform(model.update(.failed("\(error); the theme stays as it was")))
        }
    }

    /// Runs until something ends it; the exit status, and the last screen for those who want to keep it.
    func run() -> (code: Int32, last: Canvas) {
        draw()
        while exitCode == nil {
            wait()
            var events: [Event] = []
            let (signals, woken) = terminal.signals()
            for signal in signals { events += event(for: signal) }
            if woken { events += mailbox.take() }
            events += terminal.events() + liveEvents()
            guard !events.isEmpty else { continue }
            for event in events where exitCode == nil { perform(model.update(event)) }
            if exitCode == nil { draw() }
        }
        mailbox.cancel()
        return (exitCode ?? 0, ScreenView.draw(model))
    }

    private func draw() {
        terminal.show(ScreenView.draw(model))
        if let flows = model.wantedFlows { judge.want(flows, of: model.document) }
    }

    /// Sleeps without a tick: an idle screen costs nothing.
    private func wait() {
        if let driver {
            _ = Transfer.wait(
                for: [terminal.descriptor, terminal.signalDescriptor] + driver.descriptors,
                milliseconds: driver.patience)
        }
        var descriptors = [
            pollfd(fd: terminal.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: terminal.signalDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, 2, driver == nil ? -1 : 0)
        if count > 0, descriptors[0].revents & Int16(POLLIN) == 0, descriptors[0].revents != 0 {
            exitCode = 128 + SIGHUP
        }
    }

    /// What the live run has to say: an answer, or that time passes.
    private func liveEvents() -> [Event] {
        guard let driver else { return [] }
        let wasBusy = driver.status.isSending || driver.status.phase == .starting
        do throws(LoadError) {
            if try driver.advance() {
                let problem = driver.takeProblem().map { [Event.failed($0)] } ?? []
                return [.live(driver.document(), driver.status)] + problem
            }
        } catch {
            exitMessage = "\(error)"
            exitCode = 4
        }
        return wasBusy ? [.tick] : []
    }

    /// What is said after the screen is gone.
    private(set) var exitMessage: String?

    private func performLive(_ action: LiveAction) {
        guard let driver else { return }
        do {
            if action == .edit {
                guard let text = driver.editable else { return }
                terminal.leave()
                defer { terminal.enter() }
                let edited = try Pager.edit(text, name: "request")
                if edited != text { try driver.edit(edited) }
            } else {
                try driver.perform(action)
            }
        } catch { perform(model.update(.failed("\(error)"))) }
        perform(model.update(.live(driver.document(), driver.status)))
        if let problem = driver.takeProblem() ?? driver.problem { perform(model.update(.failed(problem))) }
    }

    private func event(for signal: Int32) -> [Event] {
        switch signal {
        case SIGWINCH:
            let size = terminal.size
            terminal.resize(width: size.width, height: size.height)
            return [.resize(width: size.width, height: size.height)]
        case SIGCONT:
            let size = terminal.size
            return [.resize(width: size.width, height: size.height), .continued]
        case SIGTSTP: return [.suspended]
        default: return [.terminated(signal)]
        }
    }

    private func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .quit(let code): exitCode = code
            case .suspend:
                terminal.stop()
                let size = terminal.size
                terminal.resize(width: size.width, height: size.height)
                perform(model.update(.resize(width: size.width, height: size.height)))
            case .copy(let text, let what):
                let (words, sequence) = Clipboard.copy(text, what: what)
                if let sequence { terminal.write(sequence) }
                perform(model.update(.copied(words)))
            case .edit(let text, let name):
                terminal.leave()
                let failure = Pager.show(text, name: name)
                terminal.enter()
                if let failure { perform(model.update(.failed(failure))) }
            case .save(let text, let path):
                let home = path.hasPrefix("~/") ? environment("HOME") : nil
                do throws(FileError) {
                    try FileBytes.write(home.map { $0 + path.dropFirst() } ?? path, replacing: false) { $0(text) }
                    perform(model.update(.copied("saved \(path), readable by you alone")))
                } catch {
                    perform(model.update(.failed("not saved: " + (error.isTaken ? "\(path) exists" : "\(error)"))))
                }
            case .useTheme(let name): useTheme(name)
            case .reloadTheme(let name): reloadTheme(name)
            case .repaint: terminal.repaint()
            case .live(let action): performLive(action)
            }
        }
    }
}
