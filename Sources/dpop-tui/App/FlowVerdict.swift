import FlowModel

/// What became of a flow, and where to look first.
extension FlowView {
    /// The step to mend first: where the leading cause was seen, else the answer that refused; nil where nothing fails.
    var stepToMend: Int? {
        guard isFailing else { return nil }
        return diagnosis.causes.first?.step ?? diagnosis.unexplained ?? report.refusals.first?.answer
            ?? report.first?.step
    }

    /// The worst of what was found; a cause that no check names fails the flow too.
    var verdict: Verdict { isFailing ? .fail : report.verdict }

    /// The verdict for row 1, as much as fits into so many columns: `✗ FAIL key.two-keys, step 4`. Empty for a run
    /// that is not over, and for what is no flow.
    func verdictWords(columns: Int) -> String {
        guard flow.isFlow, isFailing || !flow.steps.contains(where: \.isPlanned) else { return "" }
        let short = "\(verdict.mark) \(verdict.word)"
        guard verdict >= .warn else { return short.columns <= columns ? short : "" }
        let entry = (isFailing ? diagnosis.causes : diagnosis.warnings).first
        let id = entry?.id ?? (report.refusals.isEmpty ? "" : "refused")
        let place = (isFailing ? stepToMend : entry?.step).map { ", step \(flow.steps[$0].label)" } ?? ""
        let words = [
            "\(short) \(id)\(place): \(entry?.sentence ?? diagnosis.headline)", "\(short) \(id)\(place)",
            "\(short) \(id)", short,
        ]
        return words.first { $0.columns <= columns } ?? ""
    }
}
