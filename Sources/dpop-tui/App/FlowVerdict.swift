import FlowModel

/// What became of a flow, and where to look first.
extension FlowView {
    /// The step to mend first: where the leading cause was seen, else the answer that refused; nil where nothing fails.
    var stepToMend: Int? {
        guard isFailing else { return nil }
        return diagnosis.causes.first?.step ?? diagnosis.unexplained ?? report.refusals.first?.answer
            ?? report.first?.step
    }

    /// Where to look first: at the step to mend, else at the first finding.
    var stepToLookAt: Int? { stepToMend ?? report.first?.step }

    /// What stands for the verdict: the leading cause, or the leading warning.
    var leadingEntry: Diagnosis.Entry? { (isFailing ? diagnosis.causes : diagnosis.warnings).first }
    /// Its id; `refused` where a request was refused and nothing explains it.
    var leadingID: String { leadingEntry?.id ?? (report.refusals.isEmpty ? "" : "refused") }
    /// The number of the step it was seen at.
    var leadingPlace: String? { (isFailing ? stepToMend : leadingEntry?.step).map { flow.steps[$0].label } }

    /// The worst of what was found; a cause that no check names fails the flow too.
    var verdict: Verdict { isFailing ? .fail : report.verdict }

    /// The verdict for row 1, as much as fits into so many columns: `✗ FAIL key.two-keys, step 4`. Empty for a run
    /// that is not over, and for what is no flow.
    func verdictWords(columns: Int) -> String {
        guard flow.isFlow, isFailing || !flow.steps.contains(where: \.isPlanned) else { return "" }
        let short = "\(verdict.mark) \(verdict.word)"
        guard verdict >= .warn else { return short.columns <= columns ? short : "" }
        let (id, place) = (leadingID, leadingPlace.map { ", step \($0)" } ?? "")
        let words = [
            "\(short) \(id)\(place): \(leadingEntry?.sentence ?? diagnosis.headline)", "\(short) \(id)\(place)",
            "\(short) \(id)", short,
        ]
        return words.first { $0.columns <= columns } ?? ""
    }
}
