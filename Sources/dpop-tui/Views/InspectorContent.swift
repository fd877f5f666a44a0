import FlowModel

/// The rows of each tab for a step.
enum InspectorContent {
    static func rows(_ tab: Tab, model: Model, width: Int) -> Rows {
        guard let view = model.view, let step = model.currentStep else { return Rows([]) }
        let material = view.material(view.subject(model.step))
        let redactor = Redactor(material, reveals: model.reveals)
        switch tab {
        case .step: return Rows(StepContent.rows(model, view, step, width))
        case .proof: return Rows(ClaimsContent.proof(model, view, material, redactor, width))
        case .token: return Rows(ClaimsContent.token(model, view, step, material, redactor, width))
        case .keys:
            return Rows(KeysContent.rows(model.contents.thumbprints(model), width: width))
        case .request:
            if material == nil, model.step == model.waitingStep, let url = model.live?.loginURL {
                return Rows(login(HTTPURL(url), redactor, width))
            }
            return MessageContent.request(material, redactor, width, folded: model.folded(.request))
        case .response: return MessageContent.response(material, redactor, width, folded: model.folded(.response))
        case .raw: return RawContent.rows(model, material, redactor, width)
        }
    }

    /// What a browser is to be sent to.
    private static func login(_ url: HTTPURL, _ redactor: Redactor, _ width: Int) -> [Row] {
        let line = "GET \(ParameterTable.short(url))"
        // Nothing was sent: there are no bytes to go to.
        let table = ParameterTable.rows(of: url, "Query", Place(.url, SourceSpan(0, 0)), redactor, width: width)
            .map { row in
                var row = row
                row.target = row.copy == nil ? nil : .text
                return row
            }
        return [Row(Elision.title(line, width), .heading)] + table + [Row(), Row("Not sent yet: a browser opens it.")]
    }

    /// A paragraph as rows, the first line after a label.
    static func labelled(
        _ label: String, _ text: String, width: Int, indent: Int = 2, gap: Int = 10, role: Role = .text,
        copy: String? = nil
    ) -> [Row] {
        let pad = String(repeating: " ", count: indent)
        // A long label, such as the id of a cause, is never cut.
        let gap = max(gap, label.columns + 1)
        let lines = text.wrapped(max(8, width - indent - gap))
        return lines.enumerated().map { index, line in
            let head = index == 0 ? label.fitted(gap) : String(repeating: " ", count: gap)
            return Row([Span(pad), Span(head, .label), Span(line, role)], copy: copy)
        }
    }
}
