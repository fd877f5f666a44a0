import FlowModel

/// `P`, or a text that the terminal says was pasted: what it is read as, and then a capture of its own.
extension Model {
    /// The most of a pasted text that is kept.
    private static let mostPasted = 1 << 22

    /// Why a text cannot be pasted now; nil when it can.
    var whyNoPaste: String? {
        live != nil
            ? "a live run is on screen; dpop-tui why reads what you paste"
            : progress != nil ? "the file is still being read" : nil
    }

    /// Asks for a text.
    mutating func askForPaste() {
        prompt = Prompt(kind: .paste, text: "paste it here; Ctrl-D reads what was typed, Esc abandons")
    }

    /// A whole text came at once; what follows it belongs to it.
    mutating func takePaste(_ text: String) {
        if let reason = whyNoPaste {
            message = reason
            return
        }
        var prompt = prompt ?? Prompt(kind: .paste)
        guard prompt.pasted.utf8.count + text.utf8.count <= Self.mostPasted else {
            message = "that is more than 4 MB; save it, and open the file"
            self.prompt = nil
            return
        }
        prompt.pasted += text
        prompt.isWhole = true
        prompt.text = Self.preview(prompt.pasted)
        self.prompt = prompt
    }

    /// A key while a text is asked for.
    mutating func typePaste(_ key: Key) -> [Effect] {
        switch key {
        case .escape, .control("c"):
            prompt = nil
            message = "nothing was pasted"
        case .control("d"): openPaste()
        case .enter where prompt!.isWhole: openPaste()
        case .enter: type("\n")
        case .tab: type("\t")
        case .character(let character): type(String(character))
        case .backspace, .control("h"): if !prompt!.pasted.isEmpty { prompt!.pasted.removeLast() }
        default: break
        }
        return []
    }

    private mutating func type(_ text: String) {
        prompt!.pasted += text
        prompt!.isWhole = false
        prompt!.text = "\(prompt!.pasted.utf8.count) bytes; Ctrl-D reads them, Esc abandons"
    }

    /// What a text is read as, without opening it.
    private static func preview(_ text: String) -> String {
        let size = "\(text.utf8.count) bytes"
        guard let loaded = reading(text) else { return "\(size): \(refusal(text)); Esc abandons, more may follow" }
        let count = loaded.exchangeCount
        return "\(size), read as \(loaded.capture.format.title): \(count) exchange\(count == 1 ? "" : "s")"
            + "; Enter opens it, Esc abandons"
    }

    private static func reading(_ text: String) -> LoadedCapture? {
        guard let loaded = LoadedCapture.pasted(text), !loaded.flows.isEmpty else { return nil }
        return loaded
    }

    /// Why a text cannot be opened.
    private static func refusal(_ text: String) -> String {
        if SingleProof.looksLikeProof(text) { return "a proof alone; dpop-tui why judges it with --url" }
        return LogDiagnosis(text) == nil ? "no form that is read" : "a server's log; dpop-tui why tells its cause"
    }

    private mutating func openPaste() {
        let text = prompt!.pasted
        prompt = nil
        guard !text.isEmpty, let loaded = Self.reading(text) else {
            message = text.isEmpty ? "nothing was pasted" : "not opened: \(Self.refusal(text))"
            return
        }
        pastes.append(Document.File(name: "pasted \(pastes.count + 1)", loaded: loaded))
        document = withPastes(document)
        page = nil
        search = nil
        let last = document.files.count - 1
        show(flow: document.flows.firstIndex { $0.file == last } ?? 0)
        isOverview = false
        makeOverview(keeping: overview)
        message = "opened as a new capture; { and } lead to the other flows"
    }

    /// The document with what was pasted since: a file that grows, or is read to its end, does not take it away.
    func withPastes(_ document: Document) -> Document {
        let known = Set(document.files.map(\.name))
        let missing = pastes.filter { !known.contains($0.name) }
        guard !missing.isEmpty else { return document }
        return Document(
            files: document.files + missing, settings: document.settings, keyFiles: document.keyFiles,
            live: document.live)
    }
}
