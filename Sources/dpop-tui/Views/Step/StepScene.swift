import FlowModel

/// What the sections of the Step tab are made of: one step, its bytes and its findings. An object, as every section
/// holds it: it is large, and the code that copies it would be made for each of them.
final class StepScene {
    let model: Model
    let view: FlowView
    let step: Step
    let width: Int
    /// Lines the tab has on the screen.
    let height: Int
    /// The exchange the step is about; what the gateway validates is what the client sent.
    let material: ExchangeMaterial?
    let findings: [Finding]
    /// The finding to mend first at this step; nil where nothing is wrong.
    let headline: Finding?
    let redactor: Redactor
    let table: ThumbprintTable

    init(_ model: Model, _ view: FlowView, _ step: Step, width: Int) {
        (self.model, self.view, self.step, self.width) = (model, view, step, width)
        height = Layout(model).contentHeight
        material = view.material(view.subject(model.step))
        findings = view.findings(model.step)
        headline = model.headline
        redactor = Redactor(material, reveals: model.reveals)
        table = model.contents.thumbprints(model)
    }

    /// Whether there is room for the verdict, the fix and the keys only.
    var isTiny: Bool { height < 10 }

    /// Checks that look at a whole object: their findings stand at the member that their evidence names.
    private static let whole: Set<CheckID> = [.proofClaims, .proofWellformed]

    /// The findings that belong to a line.
    func findings(of fact: Fact) -> [Finding] {
        let name = fact.evidence ?? fact.label
        let isOfProof = fact.checks.first?.rawValue.hasPrefix("proof.") == true
        return findings.filter { finding in
            if fact.checks.contains(finding.check) { return true }
            return isOfProof && Self.whole.contains(finding.check)
                && finding.outcome.evidence.first?.label == name
        }
    }

    func worst(_ checks: [CheckID]) -> Finding? { worst(findings.filter { checks.contains($0.check) }) }
    func worst(_ list: [Finding]) -> Finding? { list.max { $0.verdict < $1.verdict } }

    /// Whether one of the checks says anything here.
    func applies(_ check: CheckID) -> Bool { worst([check]).map { $0.verdict != .notApplicable } ?? false }

    /// The number of the step that shows this entry's request, or its answer.
    func label(ofExchange index: Int?, answer: Bool = false) -> String? {
        guard let index else { return nil }
        return view.flow.steps.first { $0.exchange == index && $0.kind.isRequest != answer }?.label
    }

    /// What explains a refusal of this flow: certain, or as good as that.
    var explanation: Diagnosis.Entry? {
        view.diagnosis.entries.first(where: \.explains)
    }

    /// What a diagnosis saw at this step where no check fails: the server's words, or a pattern.
    var cause: Diagnosis.Entry? {
        let subject = view.subject(model.step)
        guard step.kind != .keygen, view.causeSteps.contains(subject) else { return nil }
        return view.diagnosis.entries.first { $0.step == subject && $0.explains }
    }

    /// The refusal that this step's answer is.
    var refusal: Refusal? { view.report.refusals.first { $0.exchange.index == step.exchange } }
}
