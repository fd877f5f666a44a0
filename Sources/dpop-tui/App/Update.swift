import FlowModel

extension Model {
    /// Takes what happened, changes the model, and says what is to be done. Pure: the same events give the same screen.
    mutating func update(_ event: Event) -> [Effect] {
        switch event {
        case .key(let key): return press(key)
        case .click(let row, let column):
            if isOverview { clickOverview(row) } else { click(row, column) }
            return []
        case .paste(let text):
            guard let kind = prompt?.kind, kind != .paste else {
                takePaste(text)
                return []
            }
            prompt!.text += text.filter { !$0.isNewline }
            return []
        case .resize(let width, let height):
            (self.width, self.height) = (width, height)
            contents.clear()
            changeOverview { $0.reveal($1) }
            return [.repaint]
        case .terminated(let signal): return [.quit(128 + signal)]
        case .suspended: return [.suspend]
        case .continued: return [.repaint]
        case .progressed(let share):
            progress = share
            return []
        case .loaded(let document):
            take(withPastes(rules.judging(document)))
            return []
        case .followed(let document):
            follow(withPastes(rules.judging(document)))
            return []
        case .judged(let document, let flows):
            takeJudged(document, flows)
            return []
        case .copied(let words), .failed(let words):
            message = words
            return []
        case .themeSaved: return [.reloadTheme(theme)]
        case .live(let document, let status):
            takeLive(rules.judging(document), status)
            return []
        case .tick:
            ticks += 1
            return []
        }
    }

    /// The rest of a large file is there: the same step of the same flow stays on screen.
    private mutating func take(_ document: Document) {
        progress = nil
        let anchor = view?.flow.exchanges.first
        let (oldStep, oldCount) = (step, steps.count)
        self.document = document
        if let anchor, let index = document.flows.firstIndex(where: { $0.flow.exchanges.contains(anchor) }) {
            flowIndex = index
        }
        flowIndex = max(0, min(flowIndex, document.flows.count - 1))
        view = document.view(flowIndex)
        contents.clear()
        if steps.count != oldCount { step = max(0, min(oldStep, steps.count - 1)) }
        makeOverview(keeping: overview)
    }

    /// Whoever stands at the end stays at the end, in the newest flow.
    private mutating func follow(_ document: Document) {
        let wasAtEnd = step + 1 >= steps.count && flowIndex + 1 >= self.document.flows.count
        take(document)
        if wasAtEnd, !isOverview {
            if flowIndex != document.flows.count - 1 { show(flow: document.flows.count - 1) }
            select(step: steps.count - 1)
        }
        message = "followed: \(document.files.reduce(0) { $0 + $1.loaded.exchangeCount }) exchanges"
    }

    private mutating func press(_ key: Key) -> [Effect] {
        let before = here
        let effects = answer(key)
        // Whatever led further than a step away was a jump: '' comes back.
        if let before, before.flow != flowIndex || abs(before.step - step) > 1 { marks["'"] = before }
        return effects
    }

    private mutating func answer(_ key: Key) -> [Effect] {
        message = nil
        let asked = asksToLeave
        defer { if asked { asksToLeave = false } }
        if prompt != nil { return type(key) }
        if let digit = countDigit(key) {
            count = min(digit, 9_999_999)
            return []
        }
        guard let binding = Binding.find(key, in: self) else {
            count = nil
            message = "\(key.title) does nothing here; ? lists the keys"
            return []
        }
        if let reason = binding.whyNot(self) {
            count = nil
            message = reason
            return []
        }
        if case .tab = binding.command, case .character(let digit) = key {
            return run(.tab(digit.wholeNumberValue! - 1))
        }
        return run(binding.command)
    }

    /// Digits in front of g and G; alone, 1 to 7 are tabs, so a count begins with 0, 8 or 9, or goes on after a digit.
    private func countDigit(_ key: Key) -> Int? {
        guard case .character(let character) = key, let digit = character.wholeNumberValue, character.isASCII else {
            return nil
        }
        if let count { return count * 10 + digit }
        return digit == 0 || digit > Tab.allCases.count ? digit : nil
    }

    mutating func run(_ command: Command) -> [Effect] {
        defer { count = nil }
        if page != nil, let effects = runInPage(command) { return effects }
        if isOverview, page == nil, let effects = runInOverview(command) { return effects }
        switch command {
        case .next: if isAtSend { return goOn() } else { select(step: max(step + 1, waitingStep ?? 0)) }
        case .previous: select(step: step - 1)
        case .nextFlow: show(flow: flowIndex + 1)
        case .previousFlow: show(flow: flowIndex - 1)
        case .firstFailure: view?.stepToLookAt.map { select(step: $0) }
        case .nextPane, .previousPane:
            pane = pane == .sequence ? .inspector : .sequence
            enterPane()
        case .tab(let index):
            tab = Tab(rawValue: index) ?? tab
            enterPane()
        case .up, .down, .top, .bottom, .halfDown, .halfUp, .pageDown, .pageUp: move(command)
        case .left: turn(-1)
        case .right: turn(1)
        case .open: if pane == .sequence, isAtSend { return goOn() } else { drill() }
        case .into: drill()
        case .order:
            ordersByVerdict.toggle()
            cursors[.step] = nil
            filter = filter ?? .notApplicable
            message = ordersByVerdict ? "the worst checks first" : "every check in its own line"
        case .widen, .narrow: moveSplit(by: command == .widen ? 1 : -1)
        case .undo, .redo: return [.live(command == .undo ? .undo : .redo)]
        case .export: prompt = Prompt(kind: .export)
        case .save: prompt = Prompt(kind: .save, text: proposedName("jsonl"))
        case .back, .escape:
            return live?.isCancellable == true && !asksToLeave ? [.live(.cancel)] : goBack(leaves: command == .back)
        case .quit: return [.quit(0)]
        case .liveContinue, .breakpoint, .breakAtFailure, .resend, .replay, .restart, .more, .cancel:
            return runLive(command)
        case .search: prompt = Prompt(kind: .search)
        case .command: prompt = Prompt(kind: .command)
        case .palette: prompt = Prompt(kind: .palette)
        case .paste: askForPaste()
        case .searchNext: find(forward: true)
        case .searchPrevious: find(forward: false)
        case .filter: cycleFilter()
        case .reveal:
            reveals.toggle()
            message = reveals ? "secrets are shown; v masks them" : "secrets are masked"
        case .copy where pane == .sequence && live?.loginURL != nil:
            return [.copy(live!.loginURL!, what: "the login URL")]
        case .copy: if let value = Copying.value(self) { return [.copy(value.text, what: value.what)] }
        case .copyStep: return [.copy(Copying.tab(self), what: "the tab")]
        case .ledger: toggle(ledgerPage)
        case .mark: prompt = Prompt(kind: .mark)
        case .jump: prompt = Prompt(kind: .jump)
        case .pick: return pick()
        case .diff: toggle(diffPage)
        case .explain: toggle(diagnosisPage)
        case .edit where live?.pending != nil && step == pendingStep: return [.live(.edit)]
        case .edit: return [.edit(Copying.tab(self), name: "\(currentStep?.label ?? "")-\(tab.title.lowercased())")]
        case .zoom: isZoomed.toggle()
        case .theme: return useTheme(after: theme)
        case .help: toggle(Self.keysPage)
        case .redraw: return [.repaint]
        case .suspend: return [.suspend]
        case .group: break
        }
        return []
    }

    private mutating func moveSplit(by step: Int) {
        let before = Layout(self).sequence
        split += step
        if Layout(self).sequence == before {
            split -= step
            message =
                Layout(self).isBeside
                ? "the diagram cannot be \(step > 0 ? "wider" : "narrower")"
                : "the panes do not stand side by side here"
        }
    }

    private mutating func cycleFilter() {
        cursors[.step] = nil
        switch filter {
        case nil: (filter, message) = (.notApplicable, "every check by its id")
        case .notApplicable?: (filter, message) = (.warn, "warnings and failures only")
        case .warn?: (filter, message) = (.fail, "failures only")
        default: (filter, message) = (nil, "the step")
        }
    }

    private mutating func useTheme(after name: String) -> [Effect] {
        let index = themes.firstIndex(of: name) ?? -1
        theme = themes[(index + 1) % max(themes.count, 1)]
        message = "theme \(theme)"
        return [.useTheme(theme)]
    }

    /// Esc and q give up one thing at a time; only at the top q ends the program.
    private mutating func goBack(leaves: Bool) -> [Effect] {
        if search != nil {
            search = nil
        } else if isZoomed {
            isZoomed = false
        } else if pane == .inspector {
            pane = .sequence
        } else if document.hasOverview {
            showOverview()
        } else if leaves {
            return leave()
        } else {
            stay(asked: asksToLeave)
        }
        return []
    }

    /// Rows with something behind them are where the cursor stands.
    mutating func enterPane() {
        guard pane == .inspector, cursors[tab] == nil else { return }
        let rows = rows(of: tab)
        cursors[tab] = (0..<min(rows.count, 10_000)).first { rows.row($0).target != nil } ?? 0
        if tab == .step, let id = headline?.check, let row = row(of: id, in: rows) { cursors[tab] = row }
        reveal(cursors[tab] ?? 0)
    }

    private func row(of id: CheckID, in rows: Rows) -> Int? {
        (0..<rows.count).first { rows.row($0).target == .check(id) }
    }

    // MARK: prompts

    private mutating func type(_ key: Key) -> [Effect] {
        switch prompt!.kind {
        case .restart, .more, .consent: return choose(key, prompt!.kind)
        case .export: return chooseExport(key)
        case .paste: return typePaste(key)
        case .mark, .jump: return nameMark(key, prompt!.kind)
        case .palette: if let effects = choosePalette(key) { return effects }
        case .search, .command, .save: prompt!.choices = []
        }
        switch key {
        case .character(let character): prompt!.text.append(character)
        case .backspace, .control("h"):
            if prompt!.text.isEmpty { prompt = nil } else { prompt!.text.removeLast() }
        case .control("u"): prompt!.text = ""
        case .escape, .control("c"): prompt = nil
        case .enter:
            let entered = prompt!
            prompt = nil
            switch entered.kind {
            case .search: return startSearch(entered.text)
            case .save: return save(as: entered.text)
            default: return obey(entered.text)
            }
        case .tab where prompt!.kind == .command: complete()
        default: break
        }
        return []
    }

    private mutating func startSearch(_ text: String) -> [Effect] {
        if isOverview, page == nil {
            filterFlows(text)
            return []
        }
        search = text.isEmpty ? nil : text
        guard search != nil else { return [] }
        if page != nil {
            findInPage(forward: true, includingHere: true)
        } else {
            find(forward: true, includingHere: true)
        }
        return []
    }
}
