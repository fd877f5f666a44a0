import FlowModel

/// Remembers the rows of tabs, so that a large body is laid out once and not on every key.
final class ContentCache {
    private struct Key: Hashable {
        let flow: Int
        let step: Int
        let tab: Tab
        let width: Int
        let height: Int
        let reveals: Bool
        let filter: Verdict?
        let ordersByVerdict: Bool
        let part: BytePart?
        let lit: Place?
        let explained: CheckID?
        let folded: Set<Int>
    }

    private var known: [Key: Rows] = [:]
    private var table: ThumbprintTable?

    /// Where the flow's tokens come from, once somebody asked.
    private var place: (flow: Int, words: String?)?

    func clear() { (known, place, table) = ([:], nil, nil) }

    func place(_ flow: Int, _ view: FlowView) -> String? {
        if let place, place.flow == flow { return place.words }
        let words = FlowPlace.words(view)
        place = (flow, words)
        return words
    }

    /// The thumbprints of the flow on screen.
    func thumbprints(_ model: Model) -> ThumbprintTable {
        if let table { return table }
        let new = ThumbprintTable(
            model.view, keyFiles: model.document.keyFiles, firstColour: model.overview?.keyNumber(model.flowIndex) ?? 0)
        table = new
        return new
    }

    func rows(_ tab: Tab, model: Model) -> Rows {
        let isRaw = tab == .raw
        let key = Key(
            flow: model.flowIndex, step: model.step, tab: tab, width: Layout(model).contentWidth,
            height: tab == .step ? Layout(model).contentHeight : 0, reveals: model.reveals,
            filter: tab == .step ? model.filter : nil, ordersByVerdict: tab == .step && model.ordersByVerdict,
            part: isRaw ? model.rawPart : nil, lit: isRaw ? model.lit : nil, explained: isRaw ? model.explained : nil,
            folded: model.folded(tab))
        if let rows = known[key] { return rows }
        if known.count > 64 { known = [:] }
        let rows = InspectorContent.rows(tab, model: model, width: key.width)
        known[key] = rows
        return rows
    }
}
