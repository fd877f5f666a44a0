import Arguments
import FlowModel

/// `dpop-tui diff FILE [STEP [STEP]]`: what two requests differ in, a challenge and its retry first of all.
enum DiffCommand {
    static let file = Positional.one("file", .file, help: "A capture.")
    static let steps = Positional.any(
        "step",
        Reading(.text, expected: "the label of a step, such as 4 or 5a") { label in
            let letters = label.drop { $0.isNumber }
            return label.first?.isNumber == true && letters.allSatisfy { $0.isLetter } ? label : nil
        }, help: "Labels of steps: 4, 5a; at most two.")
    static let flow = Option.value(
        "--flow", as: "number", .whole(1...Int.max),
        help: "The flow's number; the first one otherwise, all of them without steps.")

    static let command = Arguments.Command(
        "diff", "Show what two requests of a flow differ in: fields, proof, token, answer.",
        about: """
            Without steps, every request is compared with the one of its kind before it; with one, that one is.

            EXAMPLES
              dpop-tui diff flow.har            every request with its predecessor
              dpop-tui diff flow.har 9          step 9 with the request before it
              dpop-tui diff flow.har 4 9 --flow 2

            EXIT STATUS
              0 nothing differs · 1 something does · 2 no such step · 3 unreadable input or unwritable output
            """,
        takes: Table(
            [file, steps], options: [flow],
            check: { values throws(UsageError) in
                let said = values[steps]
                guard said.count <= 2 else {
                    throw UsageError("unexpected argument '\(said[2])'; expected at most two steps")
                }
            }), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let (file, steps, flow) = (values[file], values[steps], values[flow])
        let loaded = try CaptureLoader.loadOrExit(file)
        let flows = loaded.flows.filter(\.isFlow)
        if let flow, !flows.contains(where: { $0.id == flow }) {
            throw UsageError("no flow \(flow); the capture has \(flows.count)")
        }
        let chosen = flows.filter { flow == nil || $0.id == flow }
        let checker = FlowChecker(context: loaded.context)
        var (count, differs) = (0, false)
        for one in steps.isEmpty ? chosen : Array(chosen.prefix(1)) {
            let story = checker.story(of: one) { loaded.exchange($0) }
            for pair in try pairs(one, steps) {
                guard let old = Differences.side(one, story, pair.before),
                    let new = Differences.side(one, story, pair.after)
                else { continue }
                let found = Differences(old, new, reveals: false)
                if count > 0 { say() }
                if flows.count > 1 { Output.standard.write("flow \(one.id), ") }
                Output.standard.write(Harmless(lines: found.text))
                count += 1
                differs = differs || !found.isSame
            }
        }
        if count == 0 { complain("no request has one of its kind before it") }
        if differs { throw Exit.failingFinding }
    }

    private static func pairs(_ flow: Flow, _ steps: [String]) throws -> [(before: Int, after: Int)] {
        switch steps.count {
        case 0:
            return flow.steps.indices.compactMap { step in
                flow.predecessor(of: step).flatMap { $0.after == step ? $0 : nil }
            }
        case 1:
            let step = try position(steps[0], flow)
            guard let pair = flow.predecessor(of: step) else {
                throw UsageError("step \(steps[0]) has no request of its kind before it")
            }
            return [pair]
        default: return [(try position(steps[0], flow), try position(steps[1], flow))]
        }
    }

    /// A captured step by its label.
    private static func position(_ label: String, _ flow: Flow) throws -> Int {
        guard let position = flow.steps.firstIndex(where: { $0.label == label }) else {
            throw UsageError(
                "no step '\(label)' in flow \(flow.id); it has \(flow.steps.map(\.label).joined(separator: " "))")
        }
        guard flow.steps[position].exchange != nil else { throw UsageError("step \(label) was not captured") }
        return position
    }
}
