import FlowModel

/// What a key can do.
enum Command: Hashable, Sendable {
    case next, previous, nextFlow, previousFlow, firstFailure
    case nextPane, previousPane
    case tab(Int)
    case up, down, left, right, top, bottom, halfDown, halfUp, pageDown, pageUp
    case open, back, escape, quit, search, searchNext, searchPrevious, command
    case explain, ledger, diff, pick, mark, jump, liveContinue, breakpoint, breakAtFailure, resend, replay, restart,
        more, cancel, paste
    case into, order, widen, narrow, undo, redo, export, save
    case group, filter, reveal, copy, copyStep, edit, zoom, theme, palette, help, redraw, suspend
}

/// Where a binding holds.
enum Context: Sendable { case always, search, live, overview }

/// One row of the key table. It feeds dispatch, the hint bar, help and docs/keys.md.
struct Binding: Sendable {
    let keys: [Key]
    let command: Command
    let words: String
    /// A shorter word for the hint bar, where `HintBar` says no better one; nil keeps it out.
    var hint: String?
    var context = Context.always
    /// Why it cannot act now; nil when it can.
    var disabledReason: @Sendable (Model) -> String? = { _ in nil }

    /// The table as people read it: what belongs together stands together.
    static let sections: [(title: String, bindings: [Binding])] = [
        ("Steps", steps), ("Around the screen", around), ("Looking closer", looking),
        ("Taking along", taking),
        ("Live runs", live),
        ("The program", program), ("All flows", allFlows),
    ]

    /// The same as keys are looked up and hints are offered: what holds in a live run or a search goes before what
    /// always holds.
    static let all: [Binding] = {
        let rows = sections.flatMap(\.bindings)
        return rows.filter { $0.context == .overview } + rows.filter { $0.context == .live }
            + rows.filter { $0.context == .search }
            + rows.filter { $0.context == .always }
    }()

    static let steps: [Binding] = [
        Binding(
            keys: [.character("n")], command: .next, words: "next step; in a live run, send the request on screen",
            hint: "next",
            disabledReason: {
                $0.isAtSend || $0.step + 1 < $0.steps.count
                    ? nil : $0.isAtEarlierRun ? Model.earlierRunWords : $0.live?.words ?? "this is the last step"
            }),
        Binding(
            keys: [.character("p")], command: .previous, words: "previous step", hint: "previous",
            disabledReason: { $0.step > 0 ? nil : "this is the first step (P pastes a text)" }),
        Binding(
            keys: [.character("F")], command: .firstFailure, words: "to the step to mend first", hint: "to mend",
            disabledReason: { $0.view?.stepToLookAt == nil ? "nothing fails in this flow" : nil }),
        Binding(
            keys: [.character("}")], command: .nextFlow, words: "next flow", hint: "next flow",
            disabledReason: { $0.flowIndex + 1 < $0.document.flows.count ? nil : "this is the last flow" }),
        Binding(
            keys: [.character("{")], command: .previousFlow, words: "previous flow",
            disabledReason: { $0.flowIndex > 0 ? nil : "this is the first flow" }),
        Binding(
            keys: [.character("m")], command: .mark, words: "mark this step with a letter",
            disabledReason: { $0.currentStep == nil ? "no step to mark" : nil }),
        Binding(
            keys: [.character("'")], command: .jump,
            words: "to the step a letter marks; '' back to where the last jump began",
            disabledReason: { $0.marks.isEmpty ? "no mark yet; m sets one" : nil }),
        Binding(keys: [.character("s")], command: .into, words: "into the step, as Enter, but never sends"),
    ]

    static let around: [Binding] = [
        Binding(keys: [.tab], command: .nextPane, words: "the other pane", hint: "pane"),
        Binding(keys: [.backTab], command: .previousPane, words: "the other pane, backwards"),
        Binding(
            keys: (1...7).map { .character(Character("\($0)")) }, command: .tab(0), words: "the tab of that number",
            hint: "tabs"),
        Binding(
            keys: [.down, .character("j"), .wheelDown], command: .down, words: "down: a step, or a row of the inspector"
        ),
        Binding(keys: [.up, .character("k"), .wheelUp], command: .up, words: "up"),
        Binding(keys: [.right, .character("l")], command: .right, words: "the next tab; in Raw the next part"),
        Binding(keys: [.left, .character("h")], command: .left, words: "the previous tab; in Raw the previous part"),
        Binding(
            keys: [.character("g"), .home, .character("<")], command: .top, words: "to the top; 5g: to step or line 5"),
        Binding(
            keys: [.character("G"), .end, .character(">")], command: .bottom,
            words: "to the bottom; 5G: to step or line 5"),
        Binding(keys: [.control("d")], command: .halfDown, words: "half a page down"),
        Binding(keys: [.control("u")], command: .halfUp, words: "half a page up"),
        Binding(keys: [.pageDown, .character(" "), .control("f")], command: .pageDown, words: "a page down"),
        Binding(keys: [.pageUp, .character("b"), .control("b")], command: .pageUp, words: "a page up"),
        Binding(
            keys: [.enter], command: .open,
            words: "to the bytes of the row, from a thumbprint to its arithmetic; folds JSON; or into the inspector",
            hint: "bytes"),
    ]

    static let looking: [Binding] = [
        Binding(keys: [.character("/")], command: .search, words: "search in this flow", hint: "search"),
        Binding(
            keys: [.character("n")], command: .searchNext, words: "next match, while a search is active", hint: "match",
            context: .search),
        Binding(
            keys: [.character("N")], command: .searchPrevious, words: "previous match, while a search is active",
            context: .search),
        Binding(
            keys: [.character("+"), .character("_"), .character("O")], command: .zoom,
            words: "show the focused pane alone, or both again",
            hint: "zoom"),
        Binding(keys: [.character("[")], command: .narrow, words: "a narrower diagram"),
        Binding(keys: [.character("]")], command: .widen, words: "a wider diagram"),
        Binding(
            keys: [.character("f"), .character("&")], command: .filter,
            words: "in the Step tab: the step, every check by its id, warnings and worse, failures only",
            hint: "filter"),
        Binding(
            keys: [.character("o")], command: .order,
            words: "order of the checks that f lists: each in its own line, or the worst first"),
        Binding(
            keys: [.character("E")], command: .explain,
            words: "the diagnosis in full: causes in the order to mend them, evidence, fixes", hint: "why",
            disabledReason: { $0.view == nil ? "no flow" : nil }),
        Binding(
            keys: [.character("L")], command: .ledger, words: "the flow's ledgers: keys, nonces by origin, jti, clocks",
            hint: "ledgers",
            disabledReason: { $0.view == nil ? "no flow" : nil }),
        Binding(
            keys: [.character("d")], command: .diff,
            words: "what this request differs in from the one of its kind before it", hint: "difference",
            disabledReason: {
                $0.hasDifference ? nil : "no request of this kind before this one"
            }),
        Binding(
            keys: [.character("W")], command: .pick,
            words: "pick this request; W on a second one, of any flow, shows what they differ in",
            disabledReason: { $0.currentStep?.exchange == nil ? "this step was not captured" : nil }),
        Binding(keys: [.character("v")], command: .reveal, words: "show or mask secrets", hint: "secrets"),
    ]

    static let taking: [Binding] = [
        Binding(
            keys: [.character("y")], command: .copy, words: "copy the selected value", hint: "copy",
            disabledReason: { Copying.value($0) == nil && $0.live?.loginURL == nil ? "nothing to copy here" : nil }),
        Binding(keys: [.character("Y")], command: .copyStep, words: "copy the whole tab as text"),
        Binding(
            keys: [.character("x")], command: .export,
            words:
                "export: a curl command, proof or token to the clipboard; capture, HAR, findings or report to a file",
            hint: "export",
            disabledReason: { $0.view == nil ? "no flow" : nil }),
        Binding(
            keys: [.character("w")], command: .save,
            words: "save the flow: .jsonl capture, .har, .json findings, .txt report",
            disabledReason: { $0.view == nil ? "no flow" : nil }),
        Binding(
            keys: [.character("e")], command: .edit,
            words: "open the tab in $PAGER or $EDITOR; in a live run, edit the request that waits", hint: "edit"),
    ]

    static let live: [Binding] = [
        Binding(
            keys: [.character("c")], command: .liveContinue, words: "send on, to the end or the next breakpoint",
            hint: "continue", context: .live,
            disabledReason: { $0.live?.whyNotOn }),
        Binding(
            keys: [.character("b")], command: .breakpoint, words: "a breakpoint on this request: c stops before it",
            hint: "breakpoint",
            context: .live),
        Binding(
            keys: [.character("B")], command: .breakAtFailure, words: "let c stop at the first failing check, or go on",
            context: .live),
        Binding(
            keys: [.character("r")], command: .resend, words: "send the last request again, with a new proof",
            hint: "send again",
            context: .live,
            disabledReason: { $0.whyNotAgain }),
        Binding(
            keys: [.character("!")], command: .replay,
            words: "replay the last request byte for byte, its old proof included", context: .live,
            disabledReason: { $0.whyNotAgain }),
        Binding(
            keys: [.character("R")], command: .restart, words: "start again, with the same key or a new one",
            hint: "restart", context: .live),
        Binding(
            keys: [.character("a")], command: .more,
            words: "ask for more: introspection, userinfo, refresh, revocation", hint: "more", context: .live,
            disabledReason: { $0.live?.extras.isEmpty == true ? "there is no token to ask with yet" : nil }),
        Binding(
            keys: [.character("z")], command: .undo, words: "take back the last edit of the request on screen",
            hint: "undo edit",
            context: .live,
            disabledReason: { $0.live?.canUndo == true ? nil : "no edit to take back" }),
        Binding(
            keys: [.character("Z")], command: .redo, words: "make that edit again", hint: "redo edit", context: .live,
            disabledReason: { $0.live?.canRedo == true ? nil : "no edit was taken back" }),
        Binding(
            keys: [.control("c")], command: .cancel, words: "cancel the request on its way; quit when there is none",
            context: .live),
    ]

    static let program: [Binding] = [
        Binding(
            keys: [.control("p")], command: .palette, words: "every command by its words: type some, Enter does it"),
        Binding(
            keys: [.character(":")], command: .command,
            words:
                "a command, Tab completes it: a step's number, flow N, profile NAME, clock TIME, theme NAME, w FILE, q"),
        Binding(
            keys: [.character("P")], command: .paste,
            words: "paste a request, a log, a HAR …: it is read as `why` reads it, and opened as a new capture",
            disabledReason: { $0.whyNoPaste }),
        Binding(keys: [.character("t")], command: .theme, words: "the next theme", hint: nil),
        Binding(keys: [.character("?"), .f1], command: .help, words: "these keys", hint: "help"),
        Binding(
            keys: [.character("q")], command: .back,
            words: "one level back; at the top it quits, and asks first where a live run is unfinished or unrecorded",
            hint: "quit"),
        Binding(keys: [.escape], command: .escape, words: "one level back, and cancels; it never quits"),
        Binding(keys: [.character("Q"), .control("c")], command: .quit, words: "quit from anywhere"),
        Binding(keys: [.control("l"), .character("R")], command: .redraw, words: "paint the screen anew"),
        Binding(keys: [.control("z")], command: .suspend, words: "suspend; fg comes back"),
    ]

    /// Its keys in words.
    var title: String {
        if case .tab = command { return "1 … 7" }
        return keys.map(\.title).joined(separator: " ")
    }

    /// Whether it holds now; it may still have a reason not to act.
    func holds(in model: Model) -> Bool {
        switch context {
        case .always: true
        case .search: model.search != nil && !model.isOverview
        case .live: model.live != nil && !model.isOverview
        case .overview: model.isOverview && model.page == nil
        }
    }

    /// Why it cannot act now; nil when it can.
    func whyNot(_ model: Model) -> String? {
        model.isOverview && model.page == nil ? model.whyNotInOverview(command) : disabledReason(model)
    }

    /// The binding a key has now: a search takes `n` and `N` while it is active.
    static func find(_ key: Key, in model: Model) -> Binding? {
        all.first { $0.keys.contains(key) && $0.holds(in: model) }
    }
}
