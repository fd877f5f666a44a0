import FlowModel

/// What keys do to the overview, and how it is come to and left.
extension Model {
    /// A document of so few exchanges is checked at once; what is larger is checked by the worker.
    static let mostExchangesAtOnce = 200

    /// Makes the rows of a document that is new on screen. A live run's are made when somebody looks at them.
    mutating func makeOverview(keeping old: Overview? = nil) {
        guard document.hasOverview, live == nil || isOverview else {
            (overview, isOverview) = (nil, false)
            return
        }
        var new = Overview(document)
        if let old { new.keep(old) }
        overview = new
        if document.files.reduce(0, { $0 + $1.loaded.exchangeCount }) <= Self.mostExchangesAtOnce { checkAllFlows() }
        changeOverview { $0.reveal($1) }
    }

    /// Changes the rows; the second argument is how many fit on the screen.
    mutating func changeOverview(_ change: (inout Overview, Int) -> Void) {
        let height = OverviewLayout(self).listHeight
        guard var changed = overview else { return }
        overview = nil
        change(&changed, height)
        overview = changed
    }

    /// Checks every flow that is not checked yet, here and now.
    mutating func checkAllFlows() {
        guard let overview else { return }
        let missing = overview.flows.indices.filter { !overview.isFresh[$0] }
        self.overview?.take(
            missing.compactMap { index in
                document.view(index).map { JudgedFlow(index: index, summary: FlowSummary($0)) }
            })
    }

    /// The flows that are on screen and not checked yet; nil when there is nothing to check.
    var wantedFlows: [Int]? {
        guard let overview, overview.unchecked > 0 else { return nil }
        guard isOverview else { return [] }
        let visible = overview.lines.dropFirst(overview.top).prefix(OverviewLayout(self).listHeight)
        return visible.compactMap { line in
            if case .flow(let index) = line, !overview.isFresh[index] { index } else { nil }
        }
    }

    /// What the worker found out, if it is about the document that is on screen.
    mutating func takeJudged(_ document: Document, _ judged: [JudgedFlow]) {
        guard document === self.document else { return }
        overview?.take(judged)
        changeOverview { $0.reveal($1) }
    }

    /// Back to all flows, at the one that was on screen.
    mutating func showOverview() {
        isOverview = true
        if overview == nil { makeOverview() }
        overview?.select(flow: flowIndex)
        changeOverview { $0.reveal($1) }
    }

    /// From the overview into the selected flow; false where a group is selected.
    private mutating func openSelected() -> Bool {
        guard let index = overview?.selectedFlow else { return false }
        enter(flow: index)
        return true
    }

    private mutating func enter(flow index: Int) {
        (isOverview, pane, isZoomed, search) = (false, .sequence, false, nil)
        show(flow: index)
    }

    /// What a command does in the overview; nil for those that work as ever.
    mutating func runInOverview(_ command: Command) -> [Effect]? {
        switch command {
        case .up, .down, .top, .bottom, .halfDown, .halfUp, .pageDown, .pageUp, .next, .previous, .nextFlow,
            .previousFlow:
            moveInOverview(command)
        case .firstFailure:
            guard let line = overview?.nextFailing else { break }
            changeOverview { $0.move(to: line, height: $1) }
        case .open, .into, .right: if !openSelected() { fold(command == .right ? false : nil) }
        case .left: fold(true)
        case .back, .escape:
            guard overview?.text.isEmpty == false else {
                if command == .back { return leave() }
                stay(asked: asksToLeave)
                break
            }
            filterFlows("")
        case .search: prompt = Prompt(kind: .search, text: overview?.text ?? "")
        case .filter:
            overview?.failingOnly.toggle()
            message = overview?.failingOnly == true ? "failing flows only" : "all flows"
        case .order:
            let all = Overview.Order.allCases
            let next = all[((overview?.order.rawValue ?? 0) + 1) % all.count]
            overview?.order = next
            message = "order: \(next.words)\(next == .file ? "" : uncheckedWords)"
        case .group:
            overview?.isGrouped.toggle()
            message =
                overview?.isGrouped == true ? "grouped by cause; Enter unfolds\(uncheckedWords)" : "every flow in a row"
        case .explain, .ledger, .tab, .save, .export, .nextPane:
            guard openSelected() else {
                message = "Enter unfolds the group; this takes one flow"
                break
            }
            return run(command)
        default: return nil
        }
        changeOverview { $0.reveal($1) }
        return []
    }

    private var uncheckedWords: String {
        let count = overview?.unchecked ?? 0
        return count == 0 ? "" : "; \(count) not checked yet"
    }

    private mutating func fold(_ folds: Bool?) { overview?.fold(folds) }

    /// Only flows whose source, call, host, cause or key has the text.
    mutating func filterFlows(_ text: String) {
        overview?.text = text
        changeOverview { $0.reveal($1) }
        if !text.isEmpty, overview?.lines.isEmpty == true { message = "no flow has '\(text)'\(uncheckedWords)" }
    }

    private mutating func moveInOverview(_ command: Command) {
        guard let overview, !overview.lines.isEmpty else { return }
        let height = OverviewLayout(self).listHeight
        let page = max(1, height - 1)
        var line = overview.cursor
        switch command {
        case .up, .previous, .previousFlow: line -= 1
        case .down, .next, .nextFlow: line += 1
        case .halfDown: line += page / 2
        case .halfUp: line -= page / 2
        case .pageDown: line += page
        case .pageUp: line -= page
        default:
            guard let count else {
                line = command == .top ? 0 : overview.lines.count - 1
                break
            }
            selectNumbered(count)
            return
        }
        changeOverview { $0.move(to: line, height: $1) }
    }

    /// To the flow of that number, counted from 1.
    private mutating func selectNumbered(_ number: Int) {
        guard let overview, let line = overview.lines.firstIndex(of: .flow(number - 1)) else {
            message = "no flow \(number) among those shown"
            return
        }
        changeOverview { $0.move(to: line, height: $1) }
    }

    /// A click selects a row, on the selected row it opens.
    mutating func clickOverview(_ row: Int) {
        let layout = OverviewLayout(self)
        guard let overview, row >= layout.listTop, row < layout.listTop + layout.listHeight else { return }
        let line = overview.top + row - layout.listTop
        guard overview.lines.indices.contains(line) else { return }
        if line == overview.cursor {
            if !openSelected() { fold(nil) }
        } else {
            changeOverview { $0.move(to: line, height: $1) }
        }
    }

    /// Why a command cannot act in the overview; nil where it can.
    func whyNotInOverview(_ command: Command) -> String? {
        switch command {
        case .firstFailure: overview?.nextFailing == nil ? "no failing flow is shown" : nil
        case .searchNext, .searchPrevious, .diff, .pick, .mark, .reveal, .copy, .copyStep, .edit, .zoom, .widen,
            .narrow, .previousPane, .liveContinue, .breakpoint, .breakAtFailure, .resend, .replay, .restart, .more,
            .undo, .redo:
            "Enter opens a flow first"
        default: nil
        }
    }
}
