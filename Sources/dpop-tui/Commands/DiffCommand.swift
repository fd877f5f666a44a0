import ArgumentParser
import FlowModel

/// `dpop-tui diff FILE [STEP [STEP]]`: what two requests differ in, a challenge and its retry first of all.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what two requests of a flow differ in: fields, proof, token, answer.",
        discussion: """
            Without steps, every request is compared with the one of its kind before it; with one, that one is.

            EXAMPLES
              dpop-tui diff flow.har            every request with its predecessor
              dpop-tui diff flow.har 9          step 9 with the request before it
              dpop-tui diff flow.har 4 9 --flow 2

            EXIT STATUS
              0 nothing differs · 1 something does · 2 no such step · 3 unreadable input
            """)

    @Argument(help: ArgumentHelp("A capture.", valueName: "file"), completion: .file()) var file: String
    @Argument(help: ArgumentHelp("Labels of steps: 4, 5a.", valueName: "step")) var steps: [String] = []
    @Option(
        help: ArgumentHelp(
            "The flow's number; the first one otherwise, all of them without steps.", valueName: "number")) var flow:
        Int?

    func validate() throws {
        guard steps.count <= 2 else { throw ValidationError("expected at most two steps, found \(steps.count)") }
    }

    func run() throws {
        let loaded = try CaptureLoader.loadOrExit(file)
        let flows = loaded.flows.filter(\.isFlow)
        if let flow, !flows.contains(where: { $0.id == flow }) {
            throw ValidationError("no flow \(flow); the capture has \(flows.count)")
        }
        let chosen = flows.filter { flow == nil || $0.id == flow }
        let checker = FlowChecker(context: loaded.context)
        var (count, differs) = (0, false)
        for one in steps.isEmpty ? chosen : Array(chosen.prefix(1)) {
            let story = checker.story(of: one) { loaded.exchange($0) }
            for pair in try pairs(one) {
                guard let old = Differences.side(one, story, pair.before),
                    let new = Differences.side(one, story, pair.after)
                else { continue }
                let found = Differences(old, new, reveals: false)
                Swift.print(
                    count > 0 ? "\n" : "", flows.count > 1 ? "flow \(one.id), " : "", found.text, separator: "",
                    terminator: "")
                count += 1
                differs = differs || !found.isSame
            }
        }
        if count == 0 { complain("no request has one of its kind before it") }
        if differs { throw Exit.failingFinding }
    }

    private func pairs(_ flow: Flow) throws -> [(before: Int, after: Int)] {
        switch steps.count {
        case 0:
            return flow.steps.indices.compactMap { step in
                flow.predecessor(of: step).flatMap { $0.after == step ? $0 : nil }
            }
        case 1:
            let step = try position(steps[0], flow)
            guard let pair = flow.predecessor(of: step) else {
                throw ValidationError("step \(steps[0]) has no request of its kind before it")
            }
            return [pair]
        default: return [(try position(steps[0], flow), try position(steps[1], flow))]
        }
    }

    /// A captured step by its label.
    private func position(_ label: String, _ flow: Flow) throws -> Int {
        guard let position = flow.steps.firstIndex(where: { $0.label == label }) else {
            throw ValidationError(
                "no step '\(label)' in flow \(flow.id); it has \(flow.steps.map(\.label).joined(separator: " "))")
        }
        guard flow.steps[position].exchange != nil else { throw ValidationError("step \(label) was not captured") }
        return position
    }
}
