import FlowModel

/// What the gateway does: its checks one after the other, and what it makes of the request.
enum GatewayFacts {
    /// What the gateway says, and whether it is what is found here.
    static func judgement(_ scene: StepScene) -> FactSection? {
        guard scene.step.kind == .gatewayValidation, let exchange = scene.material?.exchange, !scene.step.isPlanned
        else { return nil }
        let failing = scene.worst(scene.findings.filter { $0.verdict == .fail })?.check.rawValue
        let refusal = scene.view.report.refusals.first { $0.exchange.index == exchange.index }
        let status = exchange.response.map { "\($0.status)" } ?? ""
        var facts: [Fact] = []
        func add(_ label: String, _ words: String) { facts.append(Fact(label: label, value: words, isText: true)) }
        if let refusal {
            add("gateway", refusal.words.text)
            add(
                failing == nil ? "but" : "so",
                failing.map { "both refuse: here \($0) fails" } ?? "every check passes here: the gateway knows more")
        } else if exchange.response == nil {
            add("gateway", "no answer was captured")
        } else if scene.view.asksForNonce(scene.model.step) {
            add("gateway", "\(status), it asks for a nonce")
        } else {
            add("gateway", "\(status), it lets the request pass")
            add(failing == nil ? "so" : "but", failing.map { "here \($0) fails" } ?? "both let it pass")
        }
        let own = Set(Check.all.map(\.id.rawValue))
        for check in exchange.reported.filter({ !own.contains($0.check) }).prefix(4) {
            add("reports", "\(check.check) \(check.passes ? "passes" : "fails") \(check.words)")
        }
        return FactSection(title: "JUDGEMENT", facts: facts)
    }

    /// The checks of the request in the order of RFC 9449 §4.3; after the first that fails nothing is looked at any
    /// more. Where the gateway reports its own, they stand beside ours.
    static func chain(_ scene: StepScene) -> FactSection? {
        guard scene.step.kind == .gatewayValidation else { return nil }
        let reported = scene.material?.exchange.reported ?? []
        var facts: [Fact] = []
        var rest: [String] = []
        var isBroken = false
        for check in Check.all {
            let id = check.id.rawValue
            let said = reported.first { $0.check == id }
            let finding = scene.worst([check.id]).flatMap { $0.verdict == .notApplicable ? nil : $0 }
            guard finding != nil || said?.passes == false else { continue }
            if isBroken, said?.passes != false {
                rest.append(id)
                continue
            }
            facts.append(link(check, finding, said, isCompared: !reported.isEmpty))
            isBroken = isBroken || finding?.verdict == .fail
        }
        guard !facts.isEmpty else { return nil }
        var lines: [Row] = []
        if isBroken, !rest.isEmpty {
            let words = "the chain stops here; not needed any more: \(rest.joined(separator: ", "))"
            lines = words.wrapped(max(8, scene.width - 2)).map { Row([Span("  "), Span($0)]) }
        }
        return FactSection(
            title: reported.isEmpty ? "CHECKS in the order of RFC 9449 §4.3" : "CHECKS", mustTitle: "the gateway",
            valueTitle: reported.isEmpty ? "" : "here", facts: facts, lines: lines)
    }

    /// One check of the chain: what it found, and what the gateway reports of it.
    private static func link(_ check: Check, _ finding: Finding?, _ said: ReportedCheck?, isCompared: Bool) -> Fact {
        let id = check.id.rawValue
        let found = finding?.outcome.found ?? "does not apply"
        let isWrong = (finding?.verdict ?? .pass) > .pass
        guard isCompared else {
            let words = isWrong ? finding?.outcome.title ?? found : check.title + (found.isEmpty ? "" : ": \(found)")
            return Fact(label: id, value: words, checks: [check.id], isText: isWrong)
        }
        let verdict = said.map { $0.passes ? Verdict.pass : .fail }
        let words = verdict.map { "\($0.mark) \($0.word.lowercased()) \(said?.words ?? "")" } ?? "–"
        return Fact(
            label: id, value: found, must: words, checks: [check.id], mustRole: verdict?.role ?? .text,
            keepsMust: true)
    }

    /// What the client sent beside what the upstream got.
    static func forwarding(_ scene: StepScene) -> FactSection? {
        guard scene.step.kind == .upstreamRequest || scene.step.kind == .upstreamResponse,
            let got = scene.material
        else { return nil }
        let client = scene.view.flow.steps[..<scene.model.step].last { $0.kind == .resourceRequest }?.exchange
            .flatMap { scene.view.story.materials[$0] }
        guard let client else { return nil }
        let isRequest = scene.step.kind == .upstreamRequest
        let checks: [CheckID] = isRequest ? [.gatewayDowngrade] : []
        func target(_ material: ExchangeMaterial) -> String {
            let request = material.exchange.request
            return "\(request.method) \(request.url.path)" + (request.url.query.map { "?\($0)" } ?? "")
        }
        func shown(_ material: ExchangeMaterial) -> String {
            let scheme = material.presented?.scheme ?? (material.isRecovered ? "(not recorded)" : "no token")
            guard let token = material.token, let own = client.token else { return scheme }
            return scheme + (token.fingerprint == own.fingerprint ? " + the token" : " + another token")
        }
        func proofs(_ material: ExchangeMaterial) -> String {
            let count = material.exchange.request.headers.filter { $0.isNamed("dpop") }.count
            return count == 0 ? "none" : "\(count) proof\(count == 1 ? "" : "s")"
        }
        let place = { (name: StaticString) -> Place? in
            got.exchange.request.headers.firstIndex { $0.isNamed(name) }.map { Place(.request, SourceSpan($0, 0)) }
        }
        var facts = [
            Fact(label: "line", value: target(client), must: target(got), place: Place(.url, SourceSpan(0, 0))),
            Fact(
                label: "host", value: client.exchange.request.url.origin, must: got.exchange.request.url.origin,
                place: place("host")),
            Fact(
                label: "auth", value: shown(client), must: shown(got), checks: checks, evidence: "Authorization",
                place: place("authorization")),
            Fact(
                label: "DPoP", value: proofs(client), must: proofs(got), checks: checks, evidence: "DPoP",
                place: place("dpop")),
        ]
        for index in facts.indices { facts[index].isPair = true }
        return FactSection(
            title: "HOP", mustTitle: "the upstream got", valueTitle: "the client sent",
            facts: facts)
    }
}
