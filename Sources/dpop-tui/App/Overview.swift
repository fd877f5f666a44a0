import FlowModel

/// All flows of a document as rows: what is known of each, and which are shown in which order.
///
/// A flow is checked once, the visible ones first; keys move over the rows as they are, and only what changes them
/// (another order, a filter, flows that were checked) puts them in order anew.
struct Overview: Sendable {
    enum Order: Int, CaseIterable, Sendable {
        case worst, file, time, cause

        var words: String {
            switch self {
            case .worst: "worst first"
            case .file: "as in the files"
            case .time: "by time"
            case .cause: "by cause"
            }
        }
    }

    enum Line: Equatable, Sendable {
        /// By its place in the document.
        case flow(Int)
        /// By its place in `groups`.
        case group(Int)
    }

    /// What every flow shows without being checked.
    struct Known: Sendable {
        let file: Int
        let exchanges: Int
        let first: Int
        let key: Fingerprint?
        /// Which of the document's keys it is, in order of appearance.
        let keyNumber: Int
        let hasSecondKey: Bool
        let isFlow: Bool
    }

    let flows: [Known]
    /// File names as they are shown, without folders.
    let sources: [String]
    private(set) var summaries: [FlowSummary?]
    /// Whether the summary is of this document, not of one that was read before.
    private(set) var isFresh: [Bool]
    private(set) var freshCount = 0
    private(set) var counts = VerdictCounts()
    /// Which group each flow is in, by its place in `kinds`.
    private(set) var kindOf: [Int]
    private(set) var kinds = [FlowGroup.Kind.unchecked]
    private(set) var causeWidth = 5

    var order = Order.worst { didSet { if order != oldValue { arrange() } } }
    var failingOnly = false { didSet { if failingOnly != oldValue { arrange() } } }
    var isGrouped = false { didSet { if isGrouped != oldValue { arrange() } } }
    /// Only flows with that text; empty for all.
    var text = "" {
        didSet {
            guard text != oldValue else { return }
            needle = Array(text.lowercased().utf8)
            matches = flows.indices.map(isMatch)
            arrange()
        }
    }
    /// The text in small letters.
    private var needle: [UInt8] = []
    private var matches: [Bool]
    private var unfolded = Set<FlowGroup.Kind>()

    private(set) var lines: [Line] = []
    private(set) var groups: [FlowGroup] = []
    private(set) var cursor = 0
    private(set) var top = 0
    /// Whether a person chose where the cursor stands; else it stays on the first row.
    private var isPlaced = false
    /// How often the rows were put in order: what no moving key may do.
    private(set) var arrangements = 0

    init(_ document: Document) {
        flows = Self.known(document)
        sources = Self.named(document.files.map { $0.name.split(separator: "/").last.map(String.init) ?? $0.name })
        summaries = Array(repeating: nil, count: flows.count)
        isFresh = Array(repeating: false, count: flows.count)
        kindOf = Array(repeating: 0, count: flows.count)
        matches = Array(repeating: true, count: flows.count)
        arrange()
    }

    /// Without the ending, where all have the same one: it tells nothing apart.
    private static func named(_ names: [String]) -> [String] {
        let ending = { (name: String) -> Substring? in name.lastIndex(of: ".").map { name[$0...] } }
        guard names.count > 1, let first = names.first.flatMap(ending), first.count < 8,
            names.allSatisfy({ ending($0) == first && $0.count > first.count })
        else { return names }
        return names.map { String($0.dropLast(first.count)) }
    }

    private static func known(_ document: Document) -> [Known] {
        var numbers: [Fingerprint: Int] = [:]
        return document.flows.map { entry in
            let key = entry.flow.keys.first
            if let key, numbers[key] == nil { numbers[key] = numbers.count }
            return Known(
                file: entry.file, exchanges: entry.flow.exchanges.count, first: entry.flow.exchanges.first ?? -1,
                key: key, keyNumber: key.flatMap { numbers[$0] } ?? 0, hasSecondKey: entry.flow.keys.count > 1,
                isFlow: entry.flow.isFlow)
        }
    }

    // MARK: what is known

    /// The number of a flow's key among all keys of the document, in the order of their flows.
    func keyNumber(_ flow: Int) -> Int? { flows.indices.contains(flow) ? flows[flow].keyNumber : nil }

    var unchecked: Int { flows.count - freshCount }

    /// Takes what was found out about some flows.
    mutating func take(_ judged: [JudgedFlow]) {
        for flow in judged where flows.indices.contains(flow.index) {
            if !isFresh[flow.index] { freshCount += 1 }
            isFresh[flow.index] = true
            put(flow.summary, at: flow.index)
        }
        arrange()
    }

    /// What was known of the same flows before more was read, until they are checked anew.
    mutating func keep(_ old: Overview) {
        var places: [Int: Int] = [:]
        for index in old.flows.indices where old.summaries[index] != nil {
            places[old.flows[index].first &* 64 &+ old.flows[index].file] = index
        }
        for index in flows.indices {
            let flow = flows[index]
            guard let place = places[flow.first &* 64 &+ flow.file], old.flows[place].file == flow.file,
                old.flows[place].first == flow.first, let summary = old.summaries[place]
            else { continue }
            put(summary, at: index)
        }
        unfolded = old.unfolded
        (order, failingOnly, isGrouped, text) = (old.order, old.failingOnly, old.isGrouped, old.text)
        arrange()
        guard old.isPlaced, let flow = old.selectedFlow else { return }
        select(flow: flows.firstIndex { $0.file == old.flows[flow].file && $0.first == old.flows[flow].first } ?? 0)
    }

    private mutating func put(_ summary: FlowSummary, at index: Int) {
        if let old = summaries[index] { counts.remove(old.verdict) }
        counts.add(summary.verdict)
        summaries[index] = summary
        let kind = FlowGroup.Kind(summary)
        let known = kinds.firstIndex(of: kind)
        if known == nil { kinds.append(kind) }
        kindOf[index] = known ?? kinds.count - 1
        causeWidth = max(causeWidth, OverviewWords.cause(summary).columns)
        if !text.isEmpty { matches[index] = isMatch(index) }
    }

    private func isMatch(_ index: Int) -> Bool {
        guard !needle.isEmpty else { return true }
        let flow = flows[index]
        if Array(sources[flow.file].lowercased().utf8).has(needle) { return true }
        if let words = summaries[index]?.words { return words.has(needle) }
        return flow.key.map { Array($0.base64url.lowercased().utf8).has(needle) } ?? false
    }

    // MARK: the rows

    /// Puts the rows in order; whoever was selected stays it, and stays where it stands on the screen.
    private mutating func arrange() {
        arrangements += 1
        let (anchor, offset) = (selection, cursor - top)
        let shown = flows.indices.filter { matches[$0] && (!failingOnly || summaries[$0]?.verdict == .fail) }
        let sorted = OverviewOrder.sorted(shown, self)
        groups = isGrouped ? FlowGroup.groups(sorted, kindOf: kindOf, kinds: kinds) : []
        lines = isGrouped ? folded() : sorted.map(Line.flow)
        guard isPlaced, let anchor, let place = place(of: anchor) else {
            (cursor, top) = (min(cursor, max(0, lines.count - 1)), min(top, max(0, lines.count - 1)))
            if !isPlaced { (cursor, top) = (0, 0) }
            return
        }
        (cursor, top) = (place, max(0, place - offset))
    }

    private func folded() -> [Line] {
        groups.indices.flatMap { index -> [Line] in
            let isOpen = unfolded.contains(groups[index].kind)
            return [.group(index)] + (isOpen ? groups[index].flows.map(Line.flow) : [])
        }
    }

    /// The selected row by what it stands for.
    private var selection: (flow: Int?, kind: FlowGroup.Kind?)? {
        guard lines.indices.contains(cursor) else { return nil }
        switch lines[cursor] {
        case .flow(let index): return (index, nil)
        case .group(let index): return (nil, groups[index].kind)
        }
    }

    private func place(of selection: (flow: Int?, kind: FlowGroup.Kind?)) -> Int? {
        lines.firstIndex { line in
            switch line {
            case .flow(let index): index == selection.flow
            case .group(let index): groups[index].kind == selection.kind
            }
        }
    }

    // MARK: the cursor

    /// The selected flow; nil on a group, and where nothing is shown.
    var selectedFlow: Int? {
        guard lines.indices.contains(cursor), case .flow(let index) = lines[cursor] else { return nil }
        return index
    }

    mutating func move(to line: Int, height: Int) {
        isPlaced = true
        cursor = max(0, min(line, lines.count - 1))
        reveal(height)
    }

    /// Scrolls so that the cursor is among so many rows.
    mutating func reveal(_ height: Int) {
        let height = max(1, height)
        if cursor < top { top = cursor }
        if cursor >= top + height { top = cursor - height + 1 }
        top = max(0, min(top, lines.count - height))
    }

    /// To a flow's row; its group is unfolded for it.
    mutating func select(flow: Int) {
        isPlaced = true
        if isGrouped, flows.indices.contains(flow), unfolded.insert(kinds[kindOf[flow]]).inserted { arrange() }
        cursor = lines.firstIndex(of: .flow(flow)) ?? min(cursor, max(0, lines.count - 1))
    }

    /// Shows or hides the flows of the group that the cursor is in; nil turns it over.
    mutating func fold(_ folds: Bool?) {
        guard isGrouped, let selection else { return }
        guard let kind = selection.kind ?? selection.flow.map({ kinds[kindOf[$0]] }) else { return }
        let isOpen = unfolded.contains(kind)
        guard folds != !isOpen else { return }
        if isOpen { unfolded.remove(kind) } else { unfolded.insert(kind) }
        isPlaced = true
        cursor = lines.firstIndex { if case .group(let index) = $0 { groups[index].kind == kind } else { false } } ?? 0
        arrange()
    }

    /// The next failing flow's row behind the cursor, or from the top again; nil where none is shown.
    var nextFailing: Int? {
        let isFailing = { (line: Line) -> Bool in
            switch line {
            case .flow(let index): summaries[index]?.verdict == .fail
            case .group(let index): groups[index].kind.verdict == .fail && !unfolded.contains(groups[index].kind)
            }
        }
        let behind = lines.indices.dropFirst(cursor + 1)
        return behind.first { isFailing(lines[$0]) } ?? lines.indices.first { isFailing(lines[$0]) }
    }
}

/// A flow that was checked.
struct JudgedFlow: Sendable {
    /// Its place in the document.
    let index: Int
    let summary: FlowSummary
}

/// How many flows ended how.
struct VerdictCounts: Sendable {
    private(set) var fail = 0
    private(set) var warn = 0
    private(set) var pass = 0

    mutating func add(_ verdict: Verdict) { change(verdict, by: 1) }
    mutating func remove(_ verdict: Verdict) { change(verdict, by: -1) }

    private mutating func change(_ verdict: Verdict, by count: Int) {
        switch verdict {
        case .fail: fail += count
        case .warn: warn += count
        case .pass, .cannotTell: pass += count
        case .notApplicable: break
        }
    }
}
