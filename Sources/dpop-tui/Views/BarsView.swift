import FlowModel

/// The first and the last line.
enum BarsView {
    static func title(_ canvas: inout Canvas, _ model: Model) {
        guard model.height > 1 else { return }
        canvas.fill(.title, row: 0)
        let column = canvas.put(model.width < 90 ? "" : " dpop-tui ", .title, row: 0, column: 0)
        guard let view = model.view else {
            let words = "no flow"
            canvas.put(words, .title, row: 0, column: max(column, model.width - words.columns - 1))
            return
        }
        let place = model.contents.place(model.flowIndex, view) ?? ""
        // A live run has its host for a name already.
        let isNamed = model.live != nil && place.hasPrefix(view.title)
        let left = isNamed || place.isEmpty ? [isNamed ? place : view.title] : [view.title, place]
        let brief = facts(model, view, room: 0, wanted: 0)
        // A failure is worth more than the issuer, which is worth more than a warning's words.
        let names = view.isFailing ? min(left[0].columns, 24) : left.reduce(0) { $0 + $1.columns + 2 }
        let verdict = view.verdictWords(columns: model.width - column - names - brief.columns - 5)
        let taken = verdict.isEmpty ? 0 : verdict.columns + 2
        let wanted = left.reduce(taken) { $0 + $1.columns + 2 }
        let right = facts(model, view, room: model.width - column - 1, wanted: wanted)
        let start = max(column, model.width - right.columns - 1)
        let end = canvas.put(
            self.names(left, start - column - 2 - taken), .title, row: 0, column: column + 1, limit: start - 1)
        if taken > 0 { canvas.put("  " + verdict, .title, row: 0, column: end, limit: start - 1) }
        canvas.put(right, .title, row: 0, column: start)
    }

    /// The file and the issuer, in so many columns: of both the ends that tell stay.
    private static func names(_ names: [String], _ room: Int) -> String {
        let whole = names.joined(separator: "  ")
        guard whole.columns > room, names.count > 1 else { return Elision.path(whole, max(0, room)) }
        let file = Elision.middle(names[0], max(8, room * 2 / 5))
        let left = room - file.columns - 2
        return left < 8 ? Elision.middle(names[0], max(0, room)) : file + "  " + Elision.path(names[1], left)
    }

    /// What row 1 says at its right; what says least gives way where the names on the left want the room.
    private static func facts(_ model: Model, _ view: FlowView, room: Int, wanted: Int) -> String {
        let wide = model.width >= 100
        let counts = view.report
        let unsure = counts.count(.cannotTell)
        // With a rank each: 0 always stays.
        var parts: [(rank: Int, words: String)] = []
        if let progress = model.progress { parts.append((0, "reading \(Int(progress * 100)) %")) }
        parts.append((0, (wide ? "flow " : "") + "\(model.flowIndex + 1)/\(model.document.flows.count)"))
        if let step = model.currentStep {
            parts.append((0, (wide ? "step " : "") + "\(step.label)/\(view.flow.steps.last?.number ?? 0)"))
        }
        parts.append(
            (
                0,
                "✗ \(counts.count(.fail))  ! \(counts.count(.warn))" + (unsure > 0 ? "  ? \(unsure)" : "")
                    + "  ✓ \(counts.count(.pass))"
            ))
        let rules = rules(view)
        let isUsual = view.settings.profile.id == ServerProfile.all.first?.id
        if model.width >= 110 { parts.append((isUsual ? 3 : 1, rules)) }
        if model.live != nil {
            parts.append((0, "live"))
        } else if wide {
            parts.append((view.settings.clock == .capture(offset: 0) ? 2 : 1, "clock: " + clock(view.settings)))
        }
        let gap = wide ? "   " : "  "
        for rank in [3, 2, 1] where parts.map(\.words).joined(separator: gap).columns + wanted > room {
            parts.removeAll { $0.rank == rank }
        }
        return parts.map(\.words).joined(separator: gap)
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
        if row > 1, HintBar.rows(model) > 1 { HintBar.drawUpper(&canvas, model, row - 1) }
        if let prompt = model.prompt {
            let end = canvas.put(prompt.sign + prompt.text, .text, row: row, column: 0)
            canvas.cursor = (row, min(end, model.width - 1))
            if !prompt.choices.isEmpty {
                canvas.put(prompt.choices.joined(separator: "  "), .hint, row: row, column: end + 3)
            }
        } else if let question = model.leavingQuestion {
            canvas.put(" " + question, .warn, row: row, column: 0)
        } else if let message = model.message {
            canvas.put(" " + Elision.title(message, model.width - 2), .accent, row: row, column: 0)
        } else if model.page != nil {
            pageHints(&canvas, model, row)
        } else if model.isOverview {
            OverviewBars.hints(&canvas, model, row)
        } else if model.pane == .inspector, model.tab == .step, case .check(let id)? = model.selectedRow?.target {
            let check = Check.with(id)
            let column = canvas.put(" \(id.rawValue)", .accent, row: row, column: 0)
            canvas.put("  \(check.title) · \(check.spec) · Enter: the bytes", .hint, row: row, column: column)
        } else if let live = model.live {
            status(&canvas, model, live, row)
        } else if model.document.skipped > 0, model.step == 0, model.pane == .sequence, model.search == nil {
            canvas.put(" " + skippedWords(model), .warn, row: row, column: 0)
        } else {
            HintBar.drawLower(&canvas, model, row)
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
        if end + 24 < model.width { HintBar.drawLower(&canvas, model, row, from: end + 3) }
    }

    private static let spinnerTurns = Array("|/-\\")

    private static func skippedWords(_ model: Model) -> String {
        let problems = model.document.files.flatMap { $0.loaded.problems }
        let first = problems.first.map { TextReport.harmless($0.description) } ?? ""
        return problems.count == 1 ? "skipped: \(first)" : "\(problems.count) places skipped, the first: \(first)"
    }

    private typealias Hint = (command: Command, key: String, word: String)

    /// Keys and what they do, as many as fit.
    private static func put(_ items: [Hint], _ canvas: inout Canvas, _ model: Model, _ row: Int, from first: Int) {
        var column = first
        for item in items {
            guard column + item.key.columns + item.word.columns + 3 <= model.width else { return }
            column = HintBar.put(item.key, item.word, &canvas, row, column)
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
}
