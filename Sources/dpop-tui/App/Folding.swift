import FlowModel

/// Objects and arrays of a body that are shown in one line.
extension Model {
    func folded(_ tab: Tab) -> Set<Int> { folds[tab] ?? [] }

    /// Folds what begins at a place of the body, or unfolds it. The cursor's row stays where it is.
    mutating func fold(_ place: Int) {
        var places = folded(tab)
        if places.remove(place) == nil { places.insert(place) }
        folds[tab] = places
        if let row = cursors[tab] { reveal(row) }
    }

    /// Shows everything, as before a search: what is folded could hide what is looked for.
    mutating func unfold() {
        guard folds.contains(where: { !$0.value.isEmpty }) else { return }
        let target = selectedRow?.target
        folds = [:]
        let rows = rows(of: tab)
        guard let target, let row = (0..<min(rows.count, 200_000)).first(where: { rows.row($0).target == target })
        else { return }
        cursors[tab] = row
        reveal(row)
    }
}
