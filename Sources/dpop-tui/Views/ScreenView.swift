import FlowModel

/// The whole screen: panes, title and hint bar.
enum ScreenView {
    static func draw(_ model: Model) -> Canvas {
        var canvas = Canvas(width: model.width, height: model.height, ascii: model.ascii)
        guard model.width > 0, model.height > 0 else { return canvas }
        if model.page == nil || PageView.area(model).width < model.width { drawPanes(&canvas, model) }
        PageView.draw(&canvas, model)
        BarsView.title(&canvas, model)
        BarsView.bottom(&canvas, model)
        PaletteView.draw(&canvas, model)
        return canvas
    }

    private static func drawPanes(_ canvas: inout Canvas, _ model: Model) {
        let layout = Layout(model)
        if let area = layout.sequence {
            if layout.isDiagram {
                SequenceView.draw(&canvas, area, model)
            } else if layout.isStrip {
                StepStripView.draw(&canvas, area, model)
            } else {
                StepListView.draw(&canvas, area, model)
            }
        }
        if let area = layout.inspector, model.page == nil { InspectorView.draw(&canvas, area, model) }
        guard layout.isBeside, let inspector = layout.inspector else { return }
        for row in 1..<max(1, model.height - HintBar.rows(model)) {
            canvas.put("│", .border, row: row, column: inspector.column - 1)
        }
    }
}
