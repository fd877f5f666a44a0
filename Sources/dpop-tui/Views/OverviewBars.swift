import FlowModel

/// The first and the last line of the overview.
enum OverviewBars {
    static func title(_ canvas: inout Canvas, _ model: Model) {
        guard model.height > 1, let overview = model.overview else { return }
        canvas.fill(.title, row: 0)
        let count = overview.flows.count(where: \.isFlow)
        let isNamed = overview.sources.count == 1 && model.width >= 60
        let name = isNamed ? Elision.middle(overview.sources[0], 30) + "   " : ""
        let total = "\(count) flow\(count == 1 ? "" : "s")"
        var column = canvas.put(" dpop-tui  " + name + total, .title, row: 0, column: 0)
        let counts = overview.counts
        var parts = ["✗ \(counts.fail)", "! \(counts.warn)", "✓ \(counts.pass)"]
        if overview.unchecked > 0 { parts.append("\(overview.unchecked) not checked yet") }
        if let progress = model.progress { parts.append("reading \(Int(progress * 100)) %") }
        for part in parts { column = canvas.put("   " + part, .title, row: 0, column: column) }
        var right = ["order: \(overview.order.words)"]
        if overview.isGrouped { right.append("by cause") }
        if overview.failingOnly { right.append("failing only") }
        if !overview.text.isEmpty { right.append("with '\(overview.text.prefix(40))'") }
        if model.document.skipped > 0 { right.append("\(model.document.skipped) places skipped") }
        while !right.isEmpty {
            let text = right.joined(separator: "   ")
            if column + text.columns + 3 <= model.width {
                canvas.put(text, .title, row: 0, column: model.width - text.columns - 1)
                return
            }
            right.removeFirst()
        }
    }

    /// The keys of the overview, as many as fit; help and the way back always.
    static func hints(_ canvas: inout Canvas, _ model: Model, _ row: Int) {
        let all = Binding.all.filter { $0.context == .overview && $0.hint != nil }.map { binding in
            let isFilter = binding.command == .back && model.overview?.text.isEmpty == false
            return (binding.command, binding.keys[0].title, isFilter ? "all flows" : binding.hint!)
        }
        let kept = all.filter { $0.0 == .help || $0.0 == .back }
        let reserved = kept.reduce(0) { $0 + $1.1.columns + $1.2.columns + 3 }
        var column = 1
        func put(_ item: (Command, String, String)) { column = HintBar.put(item.1, item.2, &canvas, row, column) }
        for item in all where item.0 != .help && item.0 != .back {
            guard column + item.1.columns + item.2.columns + 3 + reserved <= model.width else { break }
            put(item)
        }
        for item in kept where column + item.1.columns + item.2.columns + 1 <= model.width { put(item) }
    }
}
