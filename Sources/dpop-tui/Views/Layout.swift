/// A rectangle of the screen.
struct Area: Equatable, Sendable {
    let row: Int
    let column: Int
    let width: Int
    let height: Int

    func contains(_ row: Int, _ column: Int) -> Bool {
        row >= self.row && row < self.row + height && column >= self.column && column < self.column + width
    }
}

/// Where everything goes at this size.
struct Layout {
    let sequence: Area?
    let inspector: Area?
    /// False where only numbers or a list of steps fit.
    let isDiagram: Bool
    /// Whether the steps are two lines above the inspector: then the inspector has no heading of its own.
    let isStrip: Bool
    /// Whether the inspector has a line of tabs.
    let hasTabs: Bool
    /// Whether the two stand side by side.
    var isBeside: Bool { sequence != nil && (inspector?.column ?? 0) > 0 }

    /// Fewer columns or rows than that show the list of steps alone.
    static let smallest = (width: 40, height: 12)
    private static let sideBySide = (width: 96, height: 20)

    init(_ model: Model) {
        let (width, height) = (model.width, model.height)
        let body = max(0, height - 1 - HintBar.rows(model))
        let whole = Area(row: 1, column: 0, width: width, height: body)
        let isBeside = width >= Self.sideBySide.width && height >= Self.sideBySide.height
        isStrip =
            width >= Self.smallest.width && height >= Self.smallest.height && !model.isZoomed && !isBeside
        hasTabs = !isStrip || height >= 18
        if width < Self.smallest.width || height < Self.smallest.height {
            (sequence, inspector, isDiagram) = (whole, nil, false)
        } else if model.isZoomed {
            let isSequence = model.pane == .sequence
            (sequence, inspector) = (isSequence ? whole : nil, isSequence ? nil : whole)
            isDiagram = width >= 50
        } else if isBeside {
            let left = max(44, min(min(max(48, width * 42 / 100), 72) + model.split * 4, width - 44))
            sequence = Area(row: 1, column: 0, width: left, height: body)
            inspector = Area(row: 1, column: left + 1, width: width - left - 1, height: body)
            isDiagram = true
        } else {
            let strip = StepStripView.height
            sequence = Area(row: 1, column: 0, width: width, height: strip)
            inspector = Area(row: 1 + strip, column: 0, width: width, height: body - strip)
            isDiagram = false
        }
    }

    /// The width rows of the inspector are laid out for.
    var contentWidth: Int { max(0, (inspector?.width ?? 0) - 1) }
    var contentHeight: Int { max(0, (inspector?.height ?? 0) - headerHeight) }
    /// Lines of the inspector above its rows: heading, tabs and an empty one; under a strip the tabs alone, or none.
    var headerHeight: Int { isStrip ? (hasTabs ? 1 : 0) : 3 }
}
