import FlowModel

extension Model {
    /// Moves over steps in the sequence, over rows in the inspector.
    mutating func move(_ command: Command) {
        if pane == .sequence { moveStep(command) } else { moveRow(command) }
    }

    private mutating func moveStep(_ command: Command) {
        let page = max(1, height / 4)
        switch command {
        case .up: select(step: step - 1)
        case .down: select(step: step + 1)
        case .halfDown: select(step: step + page / 2)
        case .halfUp: select(step: step - page / 2)
        case .pageDown: select(step: step + page)
        case .pageUp: select(step: step - page)
        case .top, .bottom:
            guard let count else {
                select(step: command == .top ? 0 : steps.count - 1)
                return
            }
            if let index = steps.firstIndex(where: { $0.number == count }) {
                select(step: index)
            } else {
                message = "no step \(count)"
            }
        default: break
        }
    }

    private mutating func moveRow(_ command: Command) {
        let rows = rows(of: tab)
        guard rows.count > 0 else { return }
        let page = max(1, Layout(self).contentHeight)
        let here = cursors[tab] ?? 0
        switch command {
        case .up: stepRow(rows, from: here, by: -1)
        case .down: stepRow(rows, from: here, by: 1)
        case .halfDown: jump(rows, here + page / 2)
        case .halfUp: jump(rows, here - page / 2)
        case .pageDown: jump(rows, here + page)
        case .pageUp: jump(rows, here - page)
        case .top: jump(rows, (count ?? 1) - 1)
        case .bottom: jump(rows, count.map { $0 - 1 } ?? rows.count - 1)
        default: break
        }
    }

    /// To the next row that stands for something; where none follows, the view scrolls.
    private mutating func stepRow(_ rows: Rows, from here: Int, by direction: Int) {
        var next = here + direction
        let limit = 400
        var tried = 0
        while next >= 0, next < rows.count, rows.row(next).target == nil, tried < limit {
            next += direction
            tried += 1
        }
        if next < 0 || next >= rows.count || tried == limit { next = max(0, min(here + direction, rows.count - 1)) }
        cursors[tab] = next
        reveal(next)
    }

    private mutating func jump(_ rows: Rows, _ target: Int) {
        let row = max(0, min(target, rows.count - 1))
        cursors[tab] = row
        reveal(row)
    }

    /// Scrolls so that a row is on screen.
    mutating func reveal(_ row: Int) {
        let height = max(1, Layout(self).contentHeight)
        var top = scrolls[tab] ?? 0
        if row < top { top = row }
        if row >= top + height { top = row - height + 1 }
        scrolls[tab] = max(0, top)
    }

    /// The next tab, or in Raw the next part of the exchange.
    mutating func turn(_ direction: Int) {
        if tab == .raw, pane == .inspector {
            let parts = RawContent.parts(self)
            guard let here = parts.firstIndex(of: RawContent.part(self)), parts.indices.contains(here + direction)
            else { return }
            explained = nil
            rawPart = parts[here + direction]
            (cursors[.raw], scrolls[.raw], lit) = (0, 0, nil)
            return
        }
        let count = Tab.allCases.count
        tab = Tab(rawValue: (tab.rawValue + direction + count) % count)!
        enterPane()
    }

    /// Enter: into the inspector, and from a row to its bytes.
    mutating func drill() {
        guard pane == .inspector else {
            pane = .inspector
            enterPane()
            return
        }
        switch selectedRow?.target {
        case .check(let id):
            let finding = view?.findings(step).filter { $0.check == id }.max { $0.verdict < $1.verdict }
            let own = finding?.outcome.evidence.compactMap(\.place).first ?? selectedRow?.place
            guard let place = own ?? Self.usualPlace(of: id, in: self) else {
                message = "no bytes belong to \(id.rawValue) here"
                return
            }
            explained = finding.map { $0.verdict >= .warn } == true ? id : nil
            light(place)
        case .place(let place):
            explained = nil
            light(place)
        case .fold(let place): fold(place)
        case .thumbprint(let entry): drill(intoThumbprint: entry)
        default: message = "no bytes belong to this row"
        }
    }

    /// From a thumbprint to its arithmetic, from there to its bytes.
    private mutating func drill(intoThumbprint entry: Int) {
        guard tab == .keys else {
            tab = .keys
            let rows = rows(of: .keys)
            cursors[.keys] = (0..<rows.count).first { rows.row($0).target == .thumbprint(entry) } ?? 0
            reveal(cursors[.keys] ?? 0)
            return
        }
        let entries = contents.thumbprints(self).entries
        guard entries.indices.contains(entry), let step = entries[entry].step, let place = entries[entry].bytes else {
            message = "no bytes of this capture hold this thumbprint"
            return
        }
        select(step: step)
        light(place)
    }

    private mutating func light(_ place: Place) {
        (lit, rawPart, tab) = (place, place.part, .raw)
        let row = rows(of: .raw).lit ?? 0
        cursors[.raw] = row
        // The finding's story stays above its bytes where both fit.
        let height = Layout(self).contentHeight
        scrolls[.raw] = row < height - 1 ? 0 : max(0, row - height / 3)
    }

    /// Where a passing check looked.
    private static func usualPlace(of id: CheckID, in model: Model) -> Place? {
        guard let view = model.view, let proof = view.material(view.subject(model.step))?.proof else { return nil }
        let claims: [CheckID: String] = [
            .proofHtm: "htm", .proofHtu: "htu", .proofIat: "iat", .proofJti: "jti", .proofAth: "ath",
            .proofNonce: "nonce",
        ]
        if let name = claims[id], let value = proof.jws.payload?.root[named: name] {
            return Place(.proofPayload, value.span)
        }
        let members: [CheckID: String] = [.proofTyp: "typ", .proofAlg: "alg", .proofJwk: "jwk", .proofBinding: "jwk"]
        if let name = members[id], let value = proof.jws.header?.root[named: name] {
            return Place(.proofHeader, value.span)
        }
        switch id {
        case .proofSignature: return Place(.proofSignature, SourceSpan(0, proof.jws.signature.count))
        case .proofPresent, .proofSingle, .proofWellformed: return Place(.proof, SourceSpan(0, proof.jws.compact.count))
        case .proofClaims: return proof.jws.payload.map { Place(.proofPayload, $0.root.span) }
        default: return nil
        }
    }

    // MARK: search

    /// The next row that holds the text: first in this tab, then in the step's other tabs, then in the other steps.
    mutating func find(forward: Bool, includingHere: Bool = false) {
        guard let search, !steps.isEmpty else { return }
        unfold()
        let tabs = Tab.allCases
        let total = steps.count * tabs.count
        let start = step * tabs.count + tab.rawValue
        for distance in 0...total {
            let slot = ((start + (forward ? distance : -distance)) % total + total) % total
            var probe = self
            if probe.step != slot / tabs.count { probe.select(step: slot / tabs.count) }
            probe.tab = tabs[slot % tabs.count]
            let rows = probe.rows(of: probe.tab)
            let here = distance == 0 ? cursors[tab] ?? -1 : forward ? -1 : rows.count
            guard
                let row = Self.match(
                    search, in: rows, after: here, forward: forward, including: includingHere && distance == 0)
            else { continue }
            self = probe
            pane = .inspector
            cursors[tab] = row
            reveal(row)
            let wrapped = distance > 0 && (forward ? slot < start : slot > start)
            message = wrapped ? "search went round" : nil
            return
        }
        message = "not found: \(search)"
    }

    private static func match(_ text: String, in rows: Rows, after here: Int, forward: Bool, including: Bool) -> Int? {
        let needle = text.lowercased()
        let limit = min(rows.count, 200_000)
        let list: any Sequence<Int> =
            forward
            ? AnySequence(max(0, here + (including ? 0 : 1))..<max(limit, max(0, here + (including ? 0 : 1))))
            : AnySequence((0..<max(0, min(here, limit))).reversed())
        for row in list where Self.holds(rows.row(row).text, needle) { return row }
        return nil
    }

    static func holds(_ text: String, _ needle: String) -> Bool {
        let (hay, pin) = (Array(text.lowercased().utf8), Array(needle.utf8))
        guard !pin.isEmpty, hay.count >= pin.count else { return false }
        return (0...(hay.count - pin.count)).contains { at in
            hay[at] == pin[0] && hay[at..<at + pin.count].elementsEqual(pin)
        }
    }

    // MARK: mouse

    mutating func click(_ row: Int, _ column: Int) {
        let layout = Layout(self)
        if let sequence = layout.sequence, sequence.contains(row, column) {
            pane = .sequence
            if let index = SequenceView.step(at: row, column, in: sequence, model: self) { select(step: index) }
        } else if let inspector = layout.inspector, inspector.contains(row, column) {
            if let tab = InspectorView.tab(at: row, column, in: inspector, model: self) {
                self.tab = tab
                enterPane()
                return
            }
            pane = .inspector
            let target = row - inspector.row - layout.headerHeight + (scrolls[tab] ?? 0)
            if target >= 0 { jump(rows(of: tab), target) }
        }
    }
}
