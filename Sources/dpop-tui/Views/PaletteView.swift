import FlowModel

/// The commands that fit what is typed, above the line it is typed in.
enum PaletteView {
    private static let mostRows = 12

    static func draw(_ canvas: inout Canvas, _ model: Model) {
        guard let prompt = model.prompt, prompt.kind == .palette else { return }
        let items = model.palette
        if items.isEmpty, let cursor = canvas.cursor {
            canvas.put("no command has these words", .warn, row: cursor.row, column: cursor.column + 3)
        }
        let height = min(mostRows, items.count, model.height - 3)
        guard height > 0 else { return }
        let first = max(0, min(prompt.selection - height / 2, items.count - height))
        let top = model.height - 1 - height
        canvas.put(String(repeating: "─", count: model.width), .border, row: top - 1, column: 0)
        let count = " \(items.count) command\(items.count == 1 ? "" : "s")  ↑ ↓ choose  Enter does it  Esc none "
        canvas.put(count, .dim, row: top - 1, column: max(0, model.width - count.columns - 2))
        for offset in 0..<height {
            let (item, row) = (items[first + offset], top + offset)
            let isSelected = first + offset == prompt.selection
            canvas.fill(isSelected ? .selected : .text, row: row)
            canvas.put(isSelected ? "▸" : " ", .accent, row: row, column: 0)
            canvas.put(item.key, isSelected ? .selected : .hintKey, row: row, column: 2, limit: 12)
            canvas.put(item.words, isSelected ? .selected : .text, row: row, column: 13)
        }
    }
}
