import FlowModel

/// A step to come back to, known by its exchange: while a capture is read or grows, its number may change.
struct Mark: Equatable, Sendable {
    let file: Int
    let flow: Int
    let step: Int
    let exchange: Int?
    let kind: StepKind
    let label: String
}

extension Model {
    /// The current step as a mark.
    var here: Mark? {
        guard let step = currentStep, document.flows.indices.contains(flowIndex) else { return nil }
        return Mark(
            file: document.flows[flowIndex].file, flow: flowIndex, step: self.step, exchange: step.exchange,
            kind: step.kind, label: step.label)
    }

    /// Where the marked step stands now.
    func place(of mark: Mark) -> (flow: Int, step: Int)? {
        guard let exchange = mark.exchange else {
            return document.flows.indices.contains(mark.flow) ? (mark.flow, mark.step) : nil
        }
        guard
            let flow = document.flows.firstIndex(where: { $0.file == mark.file && $0.flow.exchanges.contains(exchange) }
            ),
            let step = document.flows[flow].flow.steps.firstIndex(where: {
                $0.exchange == exchange && $0.kind == mark.kind
            })
        else { return nil }
        return (flow, step)
    }

    /// Takes the key after `m` or `'`.
    mutating func nameMark(_ key: Key, _ kind: Prompt.Kind) -> [Effect] {
        prompt = nil
        guard case .character(let name) = key else { return [] }
        if kind == .mark {
            guard name.isLetter, let here else {
                message = "a mark is named by a letter"
                return []
            }
            marks[name] = here
            message = "step \(here.label) is marked \(name); '\(name) comes back to it"
        } else if let mark = marks[name], let place = place(of: mark) {
            marks["'"] = here
            isOverview = false
            if place.flow != flowIndex { show(flow: place.flow) }
            select(step: place.step)
        } else {
            let known = marks.keys.sorted().map { "\($0) (step \(marks[$0]!.label))" }.joined(separator: ", ")
            message = "no mark \(name)" + (known.isEmpty ? "; m sets one" : "; there are \(known)")
        }
        return []
    }

    /// The first of two requests to compare, then the second.
    mutating func pick() -> [Effect] {
        guard let here else { return [] }
        guard let first = picked else {
            picked = here
            message = "step \(here.label) is picked; W on another request, of any flow, shows what they differ in"
            return []
        }
        picked = nil
        guard first != here, let place = place(of: first) else {
            message = "picked no more"
            return []
        }
        let isOther = place.flow != flowIndex
        func side(_ view: FlowView?, _ flow: Int, _ step: Int) -> Differences.Side? {
            view.flatMap { Differences.side($0.flow, $0.story, step, in: isOther ? "flow \(flow + 1), " : "") }
        }
        guard let old = side(isOther ? document.view(place.flow) : view, place.flow, place.step),
            let new = side(view, flowIndex, step)
        else {
            message = "a step without a captured request cannot be compared"
            return []
        }
        page = Page(kind: .diff, title: "Difference", text: Differences(old, new, reveals: reveals).text)
        return []
    }
}
