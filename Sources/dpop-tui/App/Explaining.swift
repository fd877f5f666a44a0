import FlowModel

extension Diagnosis {
    /// The diagnosis of the flow on screen and every cause in it, as text for the pager.
    static func words(_ view: FlowView) -> String {
        var out = DiagnosisText.full(view.diagnosis, view.flow, style: .plain)
        var seen = Set<CauseID>()
        for cause in view.diagnosis.entries.compactMap(\.cause) where seen.insert(cause.id).inserted {
            out += "\n" + DiagnosisText.explain(cause)
        }
        return out
    }
}

extension TextReport.Style {
    /// Marks without colour: for pages and files.
    static let plain = TextReport.Style(mark: { $0.mark }, strong: { $0 })
}
