import FlowModel

/// What `x` and `w` take out of the program.
extension Model {
    /// After the capture and the flow, in letters every file system takes.
    func proposedName(_ kind: String) -> String {
        let title = view?.title ?? "flow"
        let stem = title.split(separator: ".").first.map(String.init) ?? "flow"
        let safe = String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" ? $0 : "-" })
        return safe + (document.flows.count > 1 ? "-flow\(flowIndex + 1)" : "-flow") + "." + kind
    }

    /// Takes the key after `x`.
    mutating func chooseExport(_ key: Key) -> [Effect] {
        prompt = nil
        guard case .character(let character) = key else { return [] }
        let kinds: [Character: String] = ["f": "jsonl", "h": "har", "j": "json", "r": "txt"]
        if let kind = kinds[character] {
            prompt = Prompt(kind: .save, text: proposedName(kind))
            return []
        }
        guard let material = view.flatMap({ $0.material($0.subject(step)) }) else {
            message = "this step was not captured"
            return []
        }
        let redactor = Redactor(material, reveals: reveals)
        switch character {
        case "c":
            return [
                .copy(
                    CurlCommand.text(material.exchange.request, mask: redactor.mask),
                    what: "the request as a curl command")
            ]
        case "p":
            guard let proof = material.proof else {
                message = "there is no proof in this step"
                return []
            }
            return [.copy(redactor.mask(proof.jws.compact.text), what: "the proof")]
        case "t":
            guard let token = material.issued ?? material.token else {
                message = "there is no access token in this step"
                return []
            }
            return [.copy(token.text, what: "the access token")]
        default: return []
        }
    }

    /// The flow as a new file; its name says in which form.
    mutating func save(as name: String) -> [Effect] {
        guard let view else { return [] }
        let kind = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        let pending = live?.pending
        // With the keys and metadata of the whole capture: what was certain stays so.
        let wanted = Set(view.flow.exchanges + view.file.loaded.context.sources).filter { $0 != pending }.sorted()
        let exchanges = { wanted.compactMap { view.file.loaded.exchange($0) } }
        let text: String
        switch kind {
        case "jsonl": text = exchanges().map(FlowLine.write).joined()
        case "har": text = HARWriter.head + exchanges().map(HARWriter.entry).joined(separator: ",\n") + HARWriter.tail
        case "json":
            let head = CheckReport(
                file: view.file.name, clock: BarsView.clock(view.settings), profile: view.settings.profile.id,
                isLive: live != nil)
            text =
                JSONReport.head(head) + JSONReport.flow(view.report, view.story, view.diagnosis)
                + JSONReport.tail(problems: [])
        case "txt":
            text = TextReport.flow(
                view.report, view.story, view.diagnosis, file: view.file.name, verbose: true, style: .plain)
        default:
            message = "cannot tell the form of '\(name)'; expected a name that ends in .jsonl, .har, .json or .txt"
            return []
        }
        return [.save(text, path: name)]
    }
}
