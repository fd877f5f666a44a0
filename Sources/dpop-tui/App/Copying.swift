import FlowModel

/// What `y` takes along.
enum Copying {
    /// The value under the cursor and what to call it; the step's URL, proof or thumbprint where nothing is selected.
    static func value(_ model: Model) -> (text: String, what: String)? {
        if model.pane == .inspector, let row = model.selectedRow, let text = row.copy { return (text, "the value") }
        guard let view = model.view, model.currentStep != nil, let material = view.material(view.subject(model.step))
        else { return nil }
        let redactor = Redactor(material, reveals: model.reveals)
        switch model.tab {
        case .proof: return material.proof.map { (redactor.mask($0.jws.compact.text), "the proof") }
        case .token: return (material.issued ?? material.token).map { ($0.text, "the access token") }
        case .keys: return material.proof?.fingerprint.map { ($0.base64url, "the thumbprint") }
        default: return (material.exchange.request.url.text, "the URL")
        }
    }

    /// A whole tab as text; of a longer one the beginning, and how much follows.
    static func tab(_ model: Model) -> String {
        let rows = model.rows(of: model.tab)
        let text = (0..<min(rows.count, mostRows)).map { rows.row($0).text }.joined(separator: "\n") + "\n"
        return rows.count > mostRows ? text + "… \(rows.count - mostRows) rows more\n" : text
    }

    private static let mostRows = 200_000
}
