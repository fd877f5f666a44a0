import FlowModel

/// What `:` takes.
extension Model {
    static let commands = ["flow", "profile", "clock", "theme", "w", "redirect", "help", "q"]

    mutating func obey(_ text: String) -> [Effect] {
        let words = text.split(separator: " ").map(String.init)
        guard let first = words.first else { return [] }
        if let number = Int(first) {
            count = number
            if isOverview { _ = runInOverview(.top) } else { move(.top) }
            count = nil
            return []
        }
        switch (first, words.count) {
        case ("q", 1), ("quit", 1), ("x", 1): return [.quit(0)]
        case ("theme", 2):
            guard themes.contains(words[1]) else {
                message = "no theme '\(words[1])'; there are \(themes.joined(separator: ", "))"
                return []
            }
            theme = words[1]
            return [.useTheme(theme)]
        case ("flow", 2):
            guard let number = Int(words[1]), document.flows.indices.contains(number - 1) else {
                message = "no flow '\(words[1])'; there are \(document.flows.count)"
                return []
            }
            isOverview = false
            show(flow: number - 1)
        case ("profile", 2):
            guard let profile = ServerProfile.named(words[1]) else {
                message = "no profile '\(words[1])'; there are \(ServerProfile.all.map(\.id).joined(separator: ", "))"
                return []
            }
            rules.profile = profile
            judgeAnew()
        case ("clock", 2):
            guard let clock = CheckSettings.Clock(words[1]) else {
                message =
                    "cannot read the clock '\(words[1])'; expected capture, an RFC 3339 time, or an offset such as +40s or -5m"
                return []
            }
            rules.clock = clock
            judgeAnew()
        case ("w", _):
            return save(as: words.count > 1 ? words.dropFirst().joined(separator: " ") : proposedName("jsonl"))
        case ("help", 1): page = Self.keysPage
        case ("redirect", 2) where live != nil: return [.live(.redirect(words[1]))]
        // For the end-to-end test that the terminal survives a crash.
        case ("trap!", 1): preconditionFailure("trap! was typed")
        default:
            message =
                "unknown command '\(text)'; expected a step's number or one of \(Self.commands.joined(separator: ", "))"
        }
        return []
    }

    /// Tab: what is typed as far as it is certain; all that it may become where it is not.
    mutating func complete() {
        let typed = prompt!.text
        let words = typed.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let known: [String] =
            switch (words.first, words.count) {
            case (_, ...1): Self.commands
            case ("theme", 2): themes
            case ("profile", 2): ServerProfile.all.map(\.id)
            case ("clock", 2): ["capture", "+40s", "-5m"]
            case ("flow", 2): document.flows.indices.prefix(99).map { "\($0 + 1)" }
            case ("w", 2): [proposedName("jsonl"), proposedName("har"), proposedName("json"), proposedName("txt")]
            default: []
            }
        let fitting = known.filter { $0.hasPrefix(words.last ?? "") }
        guard let first = fitting.first else { return }
        let common = fitting.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        let done = words.dropLast() + [common]
        prompt!.text =
            done.joined(separator: " ")
            + (fitting.count == 1 && words.count < 2 && common != "help" && common != "q" ? " " : "")
        prompt!.choices = fitting.count > 1 ? fitting : []
    }

    /// The same flow and step under other rules.
    private mutating func judgeAnew() {
        document = rules.judging(document)
        view = document.view(flowIndex)
        contents.clear()
        makeOverview(keeping: overview)
        let settings = document.settings
        message = "judged by the rules of \(settings.profile.id), clock: \(BarsView.clock(settings))"
    }
}

/// What a person changed about how flows are judged.
struct Rules: Sendable {
    var profile: ServerProfile?
    var clock: CheckSettings.Clock?

    func judging(_ document: Document) -> Document {
        guard profile != nil || clock != nil else { return document }
        var settings = document.settings
        settings.profile = profile ?? settings.profile
        settings.clock = clock ?? settings.clock
        return Document(files: document.files, settings: settings, keyFiles: document.keyFiles, live: document.live)
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
