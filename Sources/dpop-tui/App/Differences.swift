import FlowModel

/// Two requests side by side as text, secrets masked: `d` and `W` on screen, `dpop-tui diff` without one.
struct Differences {
    let text: String
    let isSame: Bool

    /// A request and its name.
    typealias Side = (name: String, material: ExchangeMaterial)

    init(_ old: Side, _ new: Side, reveals: Bool) {
        let masks = (before: Redactor(old.material, reveals: reveals), after: Redactor(new.material, reveals: reveals))
        let diff = RequestDiff(old.material, new.material, masks: (masks.before.mask, masks.after.mask))
        isSame = diff.isSame
        text = "\(old.name) (-) and \(new.name) (+): " + diff.text
    }

    /// A step's request; nil where none was captured.
    static func side(_ flow: Flow, _ story: FlowStory, _ step: Int, in place: String = "") -> Side? {
        flow.steps[step].exchange.flatMap { story.materials[$0] }.map { ("\(place)step \(flow.steps[step].label)", $0) }
    }
}

extension Model {
    /// The request of the current step and the one it is to be compared with.
    var differences: Differences? {
        guard let view else { return nil }
        guard let pair = view.flow.predecessor(of: step) else { return differenceFromEarlierRun }
        guard
            let old = Differences.side(view.flow, view.story, pair.before),
            let new = Differences.side(view.flow, view.story, pair.after)
        else { return nil }
        return Differences(old, new, reveals: reveals)
    }
}
