import FlowModel

/// A command as the palette shows it.
struct PaletteItem: Equatable, Sendable {
    let words: String
    /// The key that does the same; empty for what only `:` takes.
    let key: String
    let action: Action

    enum Action: Equatable, Sendable {
        case command(Command)
        /// What one would type after `:`.
        case line(String)
    }
}

extension Model {
    /// The commands that have all the words typed so far, in any order and any case; those whose words begin so come
    /// first.
    var palette: [PaletteItem] {
        let wanted = (prompt?.text ?? "").lowercased().split(separator: " ").map(String.init)
        let fitting = allCommands.filter { item in wanted.allSatisfy { Self.holds("\(item.words) \(item.key)", $0) } }
        guard let first = wanted.first else { return fitting }
        return fitting.filter { $0.words.lowercased().hasPrefix(first) }
            + fitting.filter { !$0.words.lowercased().hasPrefix(first) }
    }

    /// Everything that can be done here and now.
    private var allCommands: [PaletteItem] {
        let keys = Binding.sections.flatMap(\.bindings).filter { $0.isOffered(in: self) }
            .flatMap { binding -> [PaletteItem] in
                switch binding.command {
                // Nobody looks for the words of an arrow.
                case .palette, .command, .up, .down, .left, .right, .halfDown, .halfUp, .pageDown, .pageUp,
                    .previousPane:
                    return []
                case .tab:
                    return Tab.allCases.map {
                        PaletteItem(
                            words: "tab \($0.title)", key: "\($0.rawValue + 1)", action: .command(.tab($0.rawValue)))
                    }
                default:
                    return [
                        PaletteItem(words: binding.words, key: binding.keys[0].title, action: .command(binding.command))
                    ]
                }
            }
        let lines =
            ServerProfile.all.map { ("judge by the rules of \($0.id)", "profile \($0.id)") }
            + themes.map { ("theme \($0)", "theme \($0)") }
            + document.flows.indices.prefix(99).filter { $0 != flowIndex }.map { ("flow \($0 + 1)", "flow \($0 + 1)") }
        return keys + lines.map { PaletteItem(words: $0.0, key: "", action: .line($0.1)) }
    }

    /// What a key does while the palette is open; nil for those that type.
    mutating func choosePalette(_ key: Key) -> [Effect]? {
        let count = palette.count
        switch key {
        case .up, .control("p"): prompt!.selection = max(0, prompt!.selection - 1)
        case .down, .control("n"), .tab: prompt!.selection = min(max(0, count - 1), prompt!.selection + 1)
        case .enter:
            guard palette.indices.contains(prompt!.selection) else { return [] }
            let item = palette[prompt!.selection]
            prompt = nil
            switch item.action {
            case .command(let command): return run(command)
            case .line(let line): return obey(line)
            }
        default:
            prompt!.selection = 0
            return nil
        }
        return []
    }
}
