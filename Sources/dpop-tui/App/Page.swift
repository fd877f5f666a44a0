import FlowModel

/// A text in front of the inspector: the keys, a diagnosis, the ledgers, a difference.
struct Page: Equatable, Sendable {
    enum Kind: String, Sendable { case keys, diagnosis, ledger, diff }

    let kind: Kind
    let title: String
    /// The text as it was made; it is laid out anew at every width.
    let text: String
    /// The first row on screen.
    var top = 0
    /// The row a search found last.
    var match: Int?
}

extension Model {
    /// Opens a page; the key that opened it closes it.
    mutating func toggle(_ page: Page?) {
        guard let page else { return }
        self.page = self.page?.kind == page.kind ? nil : page
    }

    var diagnosisPage: Page? {
        view.map { Page(kind: .diagnosis, title: "Diagnosis of flow \($0.flow.id)", text: Diagnosis.words($0)) }
    }

    var ledgerPage: Page? {
        view.map {
            Page(
                kind: .ledger, title: "Ledgers of flow \($0.flow.id)",
                text: LedgerText.text($0.flow, $0.story, $0.settings))
        }
    }

    var diffPage: Page? { differences.map { Page(kind: .diff, title: "Difference", text: $0.text) } }

    static let keysPage = Page(
        kind: .keys, title: "Keys", text: HelpView.rows(width: 100).map(\.text).joined(separator: "\n") + "\n")

    /// What a command does while a page is open; nil for those that work as ever.
    mutating func runInPage(_ command: Command) -> [Effect]? {
        let page = page!
        let height = max(1, PageView.height(self))
        var top = page.top
        switch command {
        case .down: top += 1
        case .up: top -= 1
        case .halfDown: top += height / 2
        case .halfUp: top -= height / 2
        case .pageDown: top += height
        case .pageUp: top -= height
        case .top: top = 0
        case .bottom: top = Int.max / 2
        case .back where search == nil, .escape where search == nil:
            self.page = nil
            return []
        case .searchNext:
            findInPage(forward: true)
            return []
        case .searchPrevious:
            findInPage(forward: false)
            return []
        case .edit: return [.edit(page.text, name: page.kind.rawValue)]
        case .copy, .copyStep: return [.copy(page.text, what: "the page")]
        case .back, .escape, .help, .explain, .ledger, .diff, .search, .command, .palette, .quit, .suspend, .redraw,
            .theme,
            .zoom, .cancel, .paste:
            return nil
        default:
            message = "q closes this page first"
            return []
        }
        self.page!.top = max(0, min(top, PageView.rows(self).count - height))
        return []
    }

    /// The next row of the page that holds the text searched for.
    mutating func findInPage(forward: Bool, includingHere: Bool = false) {
        guard let search, let page else { return }
        let rows = PageView.rows(self)
        guard !rows.isEmpty else { return }
        let needle = search.lowercased()
        let start = page.match ?? (forward ? page.top - 1 : page.top)
        for distance in (includingHere ? 0 : 1)...rows.count {
            let row = ((start + (forward ? distance : -distance)) % rows.count + rows.count) % rows.count
            guard Self.holds(rows[row].text, needle) else { continue }
            self.page!.match = row
            self.page!.top = max(0, min(row - PageView.height(self) / 3, rows.count - PageView.height(self)))
            return
        }
        message = "not found: \(search)"
    }
}
