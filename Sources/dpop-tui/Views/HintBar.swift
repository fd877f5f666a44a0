import FlowModel

/// The keys that do something here and now, and what: in groups, as many as fit, the important ones first.
enum HintBar {
    private struct Hint {
        let command: Command
        let key: String
        let word: String
        var columns: Int { key.columns + word.columns + 3 }
    }

    /// Rows at the bottom: the status row, and one more of hints where there is room. A live run's status leaves little
    /// of its row.
    static func rows(_ model: Model) -> Int {
        guard !model.isOverview else { return 1 }
        let isRoomy = model.width >= 72 && model.height >= (model.live == nil ? 30 : 20)
        return isRoomy || welcome(model) != nil ? 2 : 1
    }

    // MARK: what is said

    /// How a person begins who started the program without a word; nil once something was sent.
    static func welcome(_ model: Model) -> String? {
        guard let live = model.live, live.isDemo, !live.canRepeat, model.width >= 72, model.height >= 16 else {
            return nil
        }
        if case .sending(let stage) = live.phase, stage != .discovery, stage != .jwks { return nil }
        return model.width >= 112
            ? "Demo: client, IdP, gateway and upstream run on this machine. n: go to the next request, n again: send it."
            : "Demo on this machine. n: go to the next request, n again: send it."
    }

    /// What a key does now in a word or two; nil where it does nothing, or nothing worth a hint.
    private static func word(_ binding: Binding, _ model: Model) -> String? {
        let live = model.live
        switch binding.command {
        case .next: return nextWord(model)
        case .previous,
            .copy where model.live?.loginURL == nil:
            return binding.hint
        case .copy: return model.pane == .sequence ? "copy login URL" : binding.hint
        case .firstFailure:
            // Without a look at every finding of a long flow on each key.
            return model.view?.stepToMend.map { $0 != model.step } == true ? binding.hint : nil
        case .nextFlow: return model.document.flows.count > 1 ? binding.hint : nil
        case .explain: return model.view?.isFailing == true ? binding.hint : nil
        case .down: return model.waitingStep.map { $0 > model.step + 1 } == true ? "next step" : nil
        case .edit: return live != nil && model.pendingStep == model.step ? "edit request" : nil
        case .liveContinue:
            if binding.disabledReason(model) != nil { return nil }
            let ahead = model.steps.dropFirst((model.waitingStep ?? 0) + 1)
            return ahead.contains(where: model.hasBreakpoint) ? "to the breakpoint" : "send all"
        case .breakpoint:
            guard let step = model.currentStep, Model.stage(of: step) != nil else { return nil }
            return model.hasBreakpoint(step) ? "no breakpoint" : binding.hint
        case .reveal: return model.reveals ? "mask secrets" : "show secrets"
        case .escape: return live?.isCancellable == true ? "cancel" : nil
        case .back: return isAtTop(model) ? binding.hint : "back"
        default: return binding.hint == nil || binding.disabledReason(model) != nil ? nil : binding.hint
        }
    }

    private static func nextWord(_ model: Model) -> String? {
        guard let live = model.live, model.isAtSend else {
            if let waiting = model.waitingStep, waiting > model.step { return "to step \(model.steps[waiting].label)" }
            return model.step + 1 < model.steps.count ? "next" : nil
        }
        return switch live.phase {
        case .visit: live.opensBrowser ? "open browser" : "show login URL"
        case .approve: "ask once"
        case .decide: "go on as Bearer"
        case .consent: "ask"
        default: "send"
        }
    }

    private static func isAtTop(_ model: Model) -> Bool {
        model.search == nil && !model.isZoomed && model.pane == .sequence && !model.document.hasOverview
    }

    // MARK: which fit

    /// Sections of the key table: what goes on and what explains, then how to move and the rest.
    private static let upper = [Binding.steps, Binding.live, Binding.looking]
    private static let lower = [Binding.around, Binding.taking, Binding.program]

    /// What gives way last.
    private static let ranks: [Command] = [
        .back, .help, .escape, .next, .liveContinue, .firstFailure, .explain, .edit, .resend, .previous, .searchNext,
        .tab(0), .nextPane, .open, .nextFlow, .diff, .copy, .undo, .restart, .breakpoint, .more, .search, .down,
        .ledger, .export, .redo, .zoom, .filter, .reveal,
    ]

    private static func groups(_ sections: [[Binding]], _ model: Model) -> [[Hint]] {
        sections.map { section in
            section.compactMap { binding in
                guard let key = binding.keys.first, let word = word(binding, model),
                    Binding.find(key, in: model)?.command == binding.command
                else { return nil }
                if case .tab = binding.command { return Hint(command: .tab(0), key: "1-7", word: word) }
                return Hint(command: binding.command, key: key.title, word: word)
            }
        }
    }

    /// The most important ones that fit, each in its group.
    private static func fitting(_ groups: [[Hint]], _ width: Int) -> [[Hint]] {
        let ordered = groups.joined().map { hint in (hint, ranks.firstIndex(of: hint.command) ?? ranks.count) }
            .sorted { $0.1 < $1.1 }
        var room = width - 2 * groups.count
        var kept = Set<String>()
        for (hint, _) in ordered where hint.columns <= room {
            room -= hint.columns
            kept.insert(hint.key)
        }
        return groups.map { $0.filter { kept.contains($0.key) } }.filter { !$0.isEmpty }
    }

    // MARK: drawing

    /// The row above the last one.
    static func drawUpper(_ canvas: inout Canvas, _ model: Model, _ row: Int) {
        if let welcome = welcome(model) {
            canvas.put(" " + welcome, .accent, row: row, column: 0)
        } else if model.page == nil {
            put(fitting(groups(upper, model), model.width - 1), &canvas, row, from: 1)
        }
    }

    /// The last row, or what is left of it; all of the hints where there is no other row for them.
    static func drawLower(_ canvas: inout Canvas, _ model: Model, _ row: Int, from column: Int = 1) {
        let isAlone = rows(model) == 1 || welcome(model) != nil
        let sections = isAlone ? upper + lower : lower
        var groups = groups(sections, model)
        // The status in front of them says what n does.
        if isAlone, column > 1 { groups = groups.map { $0.filter { $0.command != .next } } }
        put(fitting(groups, model.width - column), &canvas, row, from: column)
    }

    /// A key and what it does; where the next one begins.
    static func put(_ key: String, _ word: String, _ canvas: inout Canvas, _ row: Int, _ column: Int) -> Int {
        let next = canvas.put(key, .hintKey, row: row, column: column)
        return canvas.put(" " + word, .hint, row: row, column: next) + 2
    }

    private static func put(_ groups: [[Hint]], _ canvas: inout Canvas, _ row: Int, from first: Int) {
        var column = first
        for (index, group) in groups.enumerated() {
            if index > 0 { column = canvas.put("│ ", .border, row: row, column: column) }
            for hint in group { column = put(hint.key, hint.word, &canvas, row, column) }
        }
    }
}
