/// The keys of the overview. What stands in it goes before what always holds.
extension Binding {
    static let allFlows: [Binding] = [
        Binding(
            keys: [.enter], command: .open, words: "open the selected flow; on a group, unfold or fold it",
            hint: "open",
            context: .overview),
        Binding(
            keys: [.character("/")], command: .search,
            words: "only flows with a text: in source, call, host, status, cause or thumbprint", hint: "filter",
            context: .overview),
        Binding(
            keys: [.character("f"), .character("&")], command: .filter, words: "failing flows only, or all",
            hint: "failing", context: .overview),
        Binding(
            keys: [.character("o")], command: .order, words: "order: worst first, as in the files, by time, by cause",
            hint: "order", context: .overview),
        Binding(
            keys: [.character("C")], command: .group, words: "group by cause, or not", hint: "by cause",
            context: .overview),
        Binding(
            keys: [.character("F")], command: .firstFailure, words: "to the next failing flow", hint: "next failing",
            context: .overview),
        Binding(
            keys: [.character("n"), .character("}")], command: .next, words: "next row", context: .overview),
        Binding(
            keys: [.character("p"), .character("{")], command: .previous, words: "previous row", context: .overview),
        Binding(
            keys: [.right, .character("l")], command: .right, words: "open the flow, unfold the group",
            context: .overview),
        Binding(keys: [.left, .character("h")], command: .left, words: "fold the group", context: .overview),
        Binding(
            keys: [.character("g"), .home, .character("<")], command: .top, words: "to the first row; 8g: to flow 8",
            context: .overview),
        Binding(
            keys: [.character("G"), .end, .character(">")], command: .bottom, words: "to the last row; 8G: to flow 8",
            context: .overview),
        Binding(keys: [.character("?"), .f1], command: .help, words: "these keys", hint: "help", context: .overview),
        Binding(
            keys: [.character("q")], command: .back,
            words: "all flows again where a text filters them; else quit. In a flow: back to all flows", hint: "quit",
            context: .overview),
        Binding(keys: [.escape], command: .escape, words: "the same, but it never quits", context: .overview),
    ]

    /// Whether the palette offers it: what its first key does now.
    func isOffered(in model: Model) -> Bool {
        guard holds(in: model), whyNot(model) == nil else { return false }
        return !model.isOverview || Binding.find(keys[0], in: model)?.words == words
    }
}
