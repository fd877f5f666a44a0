import FlowModel

/// The first and the last line.
enum BarsView {
    static func title(_ canvas: inout Canvas, _ model: Model) {
        guard model.height > 1 else { return }
        canvas.fill(.title, row: 0)
        var column = canvas.put(" dpop-tui ", .title, row: 0, column: 0)
        var right = facts(model)
        var start = max(column, model.width - right.columns - 1)
        if let view = model.view {
            column = canvas.put(" " + view.title, .title, row: 0, column: column, limit: start - 1)
            let words = view.verdictWords(columns: model.width - column - facts(model, brief: true).columns - 4)
            if !words.isEmpty { column = canvas.put("  " + words, .title, row: 0, column: column) }
            if start <= column { right = facts(model, brief: true) }
            start = max(column + 1, model.width - right.columns - 1)
        }
        canvas.put(right, .title, row: 0, column: start)
    }

    /// What stands at the right of row 1; without the rules and the clock where the verdict needs their room.
    private static func facts(_ model: Model, brief: Bool = false) -> String {
        guard let view = model.view, let step = model.currentStep else { return "no flow" }
        let counts = view.report
        let wide = model.width >= 100
        var parts: [String] = []
        if let progress = model.progress { parts.append("reading \(Int(progress * 100)) %") }
        parts.append((wide ? "flow " : "") + "\(model.flowIndex + 1)/\(model.document.flows.count)")
        parts.append((wide ? "step " : "") + "\(step.label)/\(view.flow.steps.last?.number ?? 0)")
        let unsure = counts.count(.cannotTell)
        parts.append(
            "✗ \(counts.count(.fail))  ! \(counts.count(.warn))" + (unsure > 0 ? "  ? \(unsure)" : "")
                + "  ✓ \(counts.count(.pass))")
        if model.width >= 110, !brief { parts.append(rules(view)) }
        if wide, !brief { parts.append(model.live == nil ? "clock: " + clock(view.settings) : "live") }
        return parts.joined(separator: wide ? "   " : "  ")
    }

    /// Whose rules judge, and who the server looks like when it is somebody else.
    private static func rules(_ view: FlowView) -> String {
        let own = view.settings.profile.id
        let guessed = view.diagnosis.servers.map(\.profile).filter { $0 != own }
        return "rules: \(own)" + (guessed.isEmpty ? "" : " (\(guessed.joined(separator: ", "))?)")
    }

    static func clock(_ settings: CheckSettings) -> String {
        switch settings.clock {
        case .capture(0): "capture"
        case .capture(let offset): "capture \(offset > 0 ? "+" : "−")\(Timestamp.distance(offset))"
        case .fixed(let time): "\(Timestamp.text(time))"
        }
    }

    static func bottom(_ canvas: inout Canvas, _ model: Model) {
        let row = model.height - 1
        if let prompt = model.prompt {
            let end = canvas.put(prompt.sign + prompt.text, .text, row: row, column: 0)
            canvas.cursor = (row, min(end, model.width - 1))
            if !prompt.choices.isEmpty {
                canvas.put(prompt.choices.joined(separator: "  "), .hint, row: row, column: end + 3)
            }
        } else if let message = model.message {
            canvas.put(" " + message, .accent, row: row, column: 0)
        } else if model.page != nil {
            pageHints(&canvas, model, row)
        } else if model.isOverview {
            OverviewBars.hints(&canvas, model, row)
        } else if model.pane == .inspector, model.tab == .summary, case .check(let id)? = model.selectedRow?.target {
            let check = Check.with(id)
            let column = canvas.put(" \(id.rawValue)", .accent, row: row, column: 0)
            canvas.put("  \(check.title) · \(check.spec) · Enter: the bytes", .hint, row: row, column: column)
        } else if let live = model.live {
            status(&canvas, model, live, row)
        } else if model.document.skipped > 0, model.step == 0, model.pane == .sequence, model.search == nil {
            canvas.put(" " + skippedWords(model), .warn, row: row, column: 0)
        } else {
            hints(&canvas, model, row)
        }
    }

    /// What a live run waits for, then the keys.
    private static func status(_ canvas: inout Canvas, _ model: Model, _ live: LiveStatus, _ row: Int) {
        let spinner =
            live.isSending || live.phase == .starting
            ? String(spinnerTurns[model.ticks % spinnerTurns.count]) + " " : ""
        let mark =
            switch live.phase {
            case .stopped: Role.fail
            case .decide, .consent: Role.warn
            default: Role.accent
            }
        let words = TextReport.harmless(
            live.words(atSend: model.isAtSend, step: model.pendingStep.map { model.steps[$0].label }))
        let end = canvas.put(" " + spinner + words, mark, row: row, column: 0, limit: model.width)
        if end + 24 < model.width { hints(&canvas, model, row, from: end + 3) }
    }

    private static let spinnerTurns = Array("|/-\\")

    private static func skippedWords(_ model: Model) -> String {
        let problems = model.document.files.flatMap { $0.loaded.problems }
        let first = problems.first.map { TextReport.harmless($0.description) } ?? ""
        return problems.count == 1 ? "skipped: \(first)" : "\(problems.count) places skipped, the first: \(first)"
    }

    private typealias Hint = (command: Command, key: String, word: String)

    /// The keys that hold now, as many as fit; help and the way back always.
    private static func hints(_ canvas: inout Canvas, _ model: Model, _ row: Int, from first: Int = 1) {
        var shown = Set<Key>()
        let all = Binding.all.compactMap { binding -> Hint? in
            guard let hint = binding.hint, let key = binding.keys.first, binding.holds(in: model),
                shown.insert(key).inserted
            else { return nil }
            var name = key.title
            if case .tab = binding.command { name = "1-7" }
            return (binding.command, name, binding.command == .back && !isAtTop(model) ? "back" : hint)
        }
        let kept = all.filter { $0.command == .help || $0.command == .back }
        let reserved = kept.reduce(0) { $0 + $1.key.columns + $1.word.columns + 3 }
        var column = first
        var others: [Hint] = []
        for item in all where item.command != .help && item.command != .back {
            column += item.key.columns + item.word.columns + 3
            guard column + reserved <= model.width else { break }
            others.append(item)
        }
        put(others + kept, &canvas, model, row, from: first)
    }

    /// Keys and what they do, as many as fit.
    private static func put(_ items: [Hint], _ canvas: inout Canvas, _ model: Model, _ row: Int, from first: Int) {
        var column = first
        for item in items {
            guard column + item.key.columns + item.word.columns + 3 <= model.width else { return }
            column = canvas.put(item.key, .hintKey, row: row, column: column)
            column = canvas.put(" " + item.word, .hint, row: row, column: column) + 2
        }
    }

    /// What else than moving about can be done with a page.
    private static func pageHints(_ canvas: inout Canvas, _ model: Model, _ row: Int) {
        let words: [(Command, String)] =
            (model.search == nil
                ? [(.back, "back"), (.search, "search")] : [(.back, "end search"), (.searchNext, "match")])
            + [(.pageDown, "page"), (.edit, "pager"), (.copy, "copy"), (.help, "keys")]
        let items = words.compactMap { command, word in
            Binding.all.first { $0.command == command }?.keys.first.map { (command, $0.title, word) }
        }
        put(items, &canvas, model, row, from: 1)
    }

    private static func isAtTop(_ model: Model) -> Bool {
        model.search == nil && !model.isZoomed && model.pane == .sequence && !model.document.hasOverview
    }
}
