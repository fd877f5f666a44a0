import FlowModel

/// The lifelines of a flow's diagram: only parties that an arrow of the flow touches, each with the host that it has.
struct Lanes {
    let parties: [Party]
    /// The host of each, with its port where another lane has the same host; empty where no request names one.
    let hosts: [String]
    /// Whether a step stays at the last of them: its words need room to the right.
    let lastHasWords: Bool

    init(_ view: FlowView) {
        var isTouched = Party.allCases.map { _ in false }
        var stays = isTouched
        var urls: [HTTPURL?] = Party.allCases.map { _ in nil }
        for (index, step) in view.flow.steps.enumerated() {
            (isTouched[Self.place(step.from)], isTouched[Self.place(step.to)]) = (true, true)
            if step.from == step.to { stays[Self.place(step.to)] = true }
            guard urls[Self.place(step.to)] == nil, step.kind.isRequest, let exchange = view.material(index)?.exchange
            else { continue }
            urls[Self.place(step.to)] = exchange.request.url
        }
        isTouched[0] = true
        let kept = Party.allCases.indices.filter { isTouched[$0] }
        parties = kept.map { Party.allCases[$0] }
        lastHasWords = kept.count > 1 && stays[kept[kept.count - 1]]
        let names = kept.map { urls[$0].map { String($0.host) } ?? "" }
        hosts = kept.indices.map { at in
            let isShared = names.indices.contains { $0 != at && names[$0] == names[at] }
            let port = isShared ? urls[kept[at]]?.effectivePort.map { ":\($0)" } ?? "" : ""
            return names[at].isEmpty ? "" : names[at] + port
        }
    }

    private static func place(_ party: Party) -> Int {
        switch party {
        case .client: 0
        case .idp: 1
        case .gateway: 2
        case .upstream: 3
        }
    }

    /// Rows that the heads of the lifelines take.
    var headRows: Int { hosts.allSatisfy(\.isEmpty) ? 1 : 2 }

    /// A host in so many columns: of several ports on one host the port tells them apart.
    static func fitted(_ host: String, _ room: Int) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? Elision.tail(host, room) : Elision.middle(host, room)
    }
}
