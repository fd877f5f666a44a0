import FlowModel

/// The Step tab: the verdict, the fix, the keys, then the object of the step with each value beside what it must be.
enum StepContent {
    /// From that width on two sections stand side by side.
    private static let wide = 110

    static func rows(_ model: Model, _ view: FlowView, _ step: Step, _ width: Int) -> [Row] {
        let scene = StepScene(model, view, step, width: width)
        let lane = KeyLane.section(scene)
        var rows = VerdictBlock(scene: scene).rows(hasLane: !lane.isEmpty)
        if let filter = model.filter {
            let board = CheckBoard(
                findings: scene.findings, headline: scene.headline, filter: filter,
                ordersByVerdict: model.ordersByVerdict, width: width)
            return rows + [Row()] + board.rows()
        }
        if scene.height >= roomy { rows += blank(usualBlock - rows.count) }
        rows += lane
        let end = plumbing(scene)
        let room = scene.height - rows.count - end.count
        var parts = sections(scene)
        if let rest = rest(scene, shown: parts) { parts.append(rest) }
        if width >= wide {
            rows += beside(parts, scene)
            rows += bytes(scene, room: scene.height - rows.count - end.count - 1)
        } else {
            rows += stacked(parts, scene, room: room)
        }
        return rows + blank(scene.height - rows.count - end.count) + end
    }

    /// With so many lines the verdict has as many as it mostly needs: then the keys stand still from step to step.
    private static let roomy = 30
    private static let usualBlock = 6

    private static func blank(_ count: Int) -> [Row] { Array(repeating: Row(), count: max(0, count)) }

    /// The objects of each kind of step, in the order they are read.
    private static func sections(_ scene: StepScene) -> [FactSection] {
        let all: [FactSection?] =
            switch scene.step.kind {
            case .keygen: [KeyPairFacts.section(scene)]
            case .tokenResponse: [AnswerFacts.section(scene), TokenFacts.section(scene)]
            case .gatewayValidation: [GatewayFacts.judgement(scene), GatewayFacts.chain(scene)]
            case .upstreamRequest: [GatewayFacts.forwarding(scene)]
            case .upstreamResponse: [AnswerFacts.section(scene), GatewayFacts.forwarding(scene)]
            case .resourceResponse: [AnswerFacts.section(scene)]
            default:
                [
                    ProofFacts.section(scene), TokenFacts.section(scene), RequestFacts.section(scene),
                    AnswerFacts.section(scene),
                ]
            }
        return all.compactMap { $0 }.filter { !$0.facts.isEmpty }
    }

    /// What checks say that look at nothing shown above.
    private static func rest(_ scene: StepScene, shown: [FactSection]) -> FactSection? {
        let facts = shown.flatMap(\.facts)
        let told = facts.flatMap { scene.findings(of: $0) } + (scene.headline.map { [$0] } ?? [])
        let left = scene.findings.filter { $0.verdict > .pass && !told.contains($0) }
        guard !left.isEmpty else { return nil }
        var seen = Set<CheckID>()
        return FactSection(
            title: "ALSO",
            facts: left.filter { seen.insert($0.check).inserted }.map {
                Fact(label: $0.check.rawValue, value: $0.outcome.found, must: " ", checks: [$0.check])
            })
    }

    /// One under the other, an empty line between them where all fit.
    private static func stacked(_ sections: [FactSection], _ scene: StepScene, room: Int) -> [Row] {
        var layout = FactLayout(scene, width: scene.width)
        let blocks = sections.map { layout.rows($0) }
        let gap = blocks.reduce(blocks.count) { $0 + $1.count } <= room ? [Row()] : []
        return blocks.flatMap { gap + $0 }
    }

    /// The first two sections side by side, the others under them in pairs.
    private static func beside(_ sections: [FactSection], _ scene: StepScene) -> [Row] {
        let half = (scene.width - 3) / 2
        var layout = FactLayout(scene, width: half)
        var rows: [Row] = []
        for start in stride(from: 0, to: sections.count, by: 2) {
            guard start + 1 < sections.count else {
                var whole = FactLayout(scene, width: scene.width)
                rows += [Row()] + whole.rows(sections[start])
                break
            }
            let (left, right) = (layout.rows(sections[start]), layout.rows(sections[start + 1]))
            rows.append(Row())
            for index in 0..<max(left.count, right.count) {
                rows.append(joined(left, right, index, half))
            }
        }
        return rows
    }

    /// Two lines as one; what Enter acts on is the one that is wrong, else the left one.
    private static func joined(_ left: [Row], _ right: [Row], _ index: Int, _ half: Int) -> Row {
        let one = left.indices.contains(index) ? left[index] : Row()
        guard right.indices.contains(index) else { return one }
        let other = right[index]
        let used = one.spans.reduce(0) { $0 + $1.text.columns }
        let pad = Span(String(repeating: " ", count: max(0, half + 3 - used)))
        let isWrong = other.spans.first?.role == .fail && one.spans.first?.role != .fail
        let main = one.target == nil || isWrong ? other : one
        var row = Row(one.spans + [pad] + other.spans, target: main.target, copy: main.copy)
        row.place = main.place
        return row
    }

    /// The bytes the headline is about, or those of the step's own object, in what room is left.
    private static func bytes(_ scene: StepScene, room: Int) -> [Row] {
        guard scene.material != nil, scene.step.kind != .keygen else { return [] }
        let parts = RawContent.parts(scene.model)
        let place = scene.headline?.outcome.evidence.compactMap(\.place).first
        let first = place.map { $0.part == .url ? .request : $0.part }.flatMap { parts.contains($0) ? $0 : nil }
        let others: [BytePart] = [.proofHeader, .proofPayload, .tokenPayload, .request, .response, .responseBody]
        let wanted = (first.map { [$0] } ?? []) + others.filter { $0 != first && parts.contains($0) }
        var rows: [Row] = []
        for part in wanted {
            let left = room - rows.count
            guard left >= 5 else { break }
            rows += hex(part, part == first ? place : nil, scene, room: left - 2)
        }
        return rows
    }

    /// One part as Raw shows it. Here it is read only: in Raw each line is one to stand on.
    private static func hex(_ part: BytePart, _ place: Place?, _ scene: StepScene, room: Int) -> [Row] {
        var model = scene.model
        (model.lit, model.explained, model.rawPart) = (place, nil, part)
        let all = RawContent.rows(model, scene.material, scene.redactor, scene.width)
        let isHex = { (index: Int) in all.row(index).target != nil }
        guard let start = (0..<min(all.count, 40)).first(where: isHex) else { return [] }
        let lit = (start..<min(all.count, 4000)).first { all.row($0).isLit } ?? start
        let first = max(start, min(lit - room / 2, all.count - room))
        let title = "BYTES \(part.rawValue) "
        let rule = String(repeating: "─", count: max(0, scene.width - title.columns))
        return [Row(), Row([Span(title, .heading), Span(rule, .border)])]
            + (first..<min(all.count, first + room)).map { Row(all.row($0).spans) }
    }

    /// Where it all is in the file, and how long it took: the last line of the screen, or of the tab.
    private static func plumbing(_ scene: StepScene) -> [Row] {
        guard let exchange = scene.material?.exchange, !scene.isTiny else { return [] }
        var words = ["entry \(exchange.index)", "byte \(exchange.fileSpan.offset)"]
        if let started = exchange.started { words.append(Timestamp.text(started, decimals: 3)) }
        if exchange.response != nil, let took = exchange.duration {
            words.append("took \(Timestamp.distance(took))")
        }
        if scene.material?.isRecovered == true {
            words.append("Authorization was not recorded: the proof's ath names the token")
        }
        if exchange.response != nil {
            words += exchange.remarks.prefix(3).filter { $0.label != "timing" || scene.width >= wide }.map(\.text)
        }
        return words.joined(separator: " · ").wrapped(max(8, scene.width)).prefix(4).map { Row($0, .dim) }
    }
}
