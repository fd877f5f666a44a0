import FlowModel

/// The inspector's tabs, in the order of their number keys.
enum Tab: Int, CaseIterable, Sendable {
    case step, proof, token, keys, request, response, raw

    var title: String {
        switch self {
        case .step: "Step"
        case .proof: "Proof"
        case .token: "Token"
        case .keys: "Keys"
        case .request: "Request"
        case .response: "Response"
        case .raw: "Raw"
        }
    }
}

enum Pane: Sendable { case sequence, inspector }

/// A line being typed at the bottom.
struct Prompt: Equatable, Sendable {
    enum Kind: Sendable {
        case search, command
        /// One key decides: which key to start again with, which step to add.
        case restart, more
        /// Whether a request may go where the person may not want it.
        case consent
        /// The letter of a mark.
        case mark, jump
        /// Words of a command, out of all there are.
        case palette
        /// What to take out of the program, and the file it goes to.
        case export, save
        /// A text that is read and opened.
        case paste
    }
    var kind: Kind
    var text = ""
    /// What Tab found that the text may become.
    var choices: [String] = []
    /// The command of the palette that Enter does.
    var selection = 0
    /// The text that is to be read, and whether the terminal said where it begins and ends.
    var pasted = ""
    var isWhole = false

    var sign: String {
        switch kind {
        case .search: "/"
        case .palette: "> "
        case .command: ":"
        case .paste: " paste: "
        case .save: " save as (.jsonl .har .json .txt): "
        case .export:
            " export: c curl command  p proof  t token  f flow as capture  h as HAR  j findings as JSON  r report  (Esc: nothing) "
        case .restart:
            " start again with: s the same key  n a new key  (Esc: neither)  this run stays: } goes there, d compares "
        case .consent: " send it there? y it may go  (any other key: not) "
        case .mark: " mark this step with a letter  (Esc: not at all) "
        case .jump: " to the mark of a letter, or ' to where the last jump began  (Esc: nowhere) "
        case .more:
            " ask for: i introspection  u userinfo  f refresh  v revocation  r the resource once more  (Esc: nothing) "
        }
    }
}

/// Everything the screen depends on. `update` changes it, `draw` shows it, nothing else holds state.
struct Model {
    var width: Int
    var height: Int
    var document: Document
    var flowIndex = 0
    var view: FlowView?
    var step = 0
    var tab = Tab.step
    var pane = Pane.sequence
    /// The selected row of each tab; nil stands for none yet.
    var cursors: [Tab: Int] = [:]
    var scrolls: [Tab: Int] = [:]
    var isZoomed = false
    var page: Page?
    var prompt: Prompt?
    var search: String?
    /// The Step tab lists checks, those at least that bad; nil for the step itself.
    var filter: Verdict?
    /// Checks stand by verdict, the worst first, not each in its own line.
    var ordersByVerdict = false
    /// Columns the diagram has more than usual, or fewer.
    var split = 0
    /// Other rules or another time to judge by than the program was started with.
    var rules = Rules()
    var reveals = false
    var message: String?
    var themes: [String] = ["dark"]
    var theme = "dark"
    var ascii = false
    /// How far a large file is read; nil when it is.
    var progress: Double?
    /// The bytes that are lit in Raw, and the part shown there.
    var lit: Place?
    var rawPart: BytePart?
    /// The failing check whose bytes are lit: Raw tells its whole story above them.
    var explained: CheckID?
    /// What of a tab's body is folded, by where it begins there.
    var folds: [Tab: Set<Int>] = [:]
    /// Digits typed before a motion.
    var count: Int?
    let contents = ContentCache()
    /// Where a live run stands; nil for captures.
    var live: LiveStatus?
    /// Requests that `c` stops before.
    var breakpoints = Set<LiveStage>()
    /// By letter; `'` is where the last jump began.
    var marks: [Character: Mark] = [:]
    /// The first of two requests to compare.
    var picked: Mark?
    /// A request was sent again: the screen goes where it stands.
    var followsRepeat = false
    /// Whether `c` stops at the first failing check.
    var stopsAtFailure = false
    /// The person asked for more to be sent: the screen goes to the request that waits next.
    var followsWaiting = false
    /// Whether leaving was asked for once and waits for its answer.
    var asksToLeave = false
    /// What was pasted and opened.
    var pastes: [Document.File] = []
    /// Moves the spinner on while an answer is waited for.
    var ticks = 0

    init(document: Document, width: Int, height: Int, live: LiveStatus? = nil) {
        (self.document, self.width, self.height, self.live) = (document, width, height, live)
        show(flow: 0)
    }

    /// The step whose request waits to be sent.
    var pendingStep: Int? {
        guard let pending = live?.pending, flowIndex == 0 else { return nil }
        return steps.firstIndex { $0.exchange == pending && $0.kind.isRequest }
    }

    /// The step that waits for the person: its request, or the login that comes next.
    var waitingStep: Int? {
        switch live?.phase {
        case .ready: return pendingStep
        case .visit, .approve, .decide, .consent:
            return pendingStep ?? steps.indices.last.map { min($0, lastDone + 1) }
        default: return nil
        }
    }

    /// Whether `n` sends now: the request on screen is the one that waits.
    var isAtSend: Bool {
        guard let live, flowIndex == 0 else { return false }
        switch live.phase {
        case .ready, .visit, .approve, .decide, .consent: return waitingStep.map { step >= $0 } ?? true
        default: return false
        }
    }

    /// The last step that has happened.
    private var lastDone: Int { steps.lastIndex { $0.exchange != nil && $0.exchange != live?.pending } ?? 0 }

    /// The stage a step of the diagram stands for: what a breakpoint is set on.
    static func stage(of step: Step) -> LiveStage? {
        switch step.kind {
        case .pushedAuthorization: .pushedAuthorization
        case .tokenRequest: .token
        case .resourceRequest: .resource
        case .introspection: .introspection
        case .userinfo: .userinfo
        case .refresh: .refresh
        case .revocation: .revocation
        default: nil
        }
    }

    var steps: [Step] { view?.flow.steps ?? [] }
    var currentStep: Step? { steps.indices.contains(step) ? steps[step] : nil }

    /// Brings another flow on screen: at the step to mend first, a good one and a run that goes on at its first.
    mutating func show(flow index: Int) {
        flowIndex = max(0, min(index, document.flows.count - 1))
        view = document.view(flowIndex)
        contents.clear()
        step = live == nil || flowIndex > 0 ? view?.stepToMend ?? 0 : 0
        resetStep()
    }

    mutating func select(step index: Int) {
        let last = max(0, steps.count - 1)
        step = max(0, min(index, last))
        resetStep()
    }

    private mutating func resetStep() {
        cursors = [:]
        scrolls = [:]
        (lit, rawPart, explained) = (nil, nil, nil)
        folds = [:]
    }

    /// The finding the Step tab puts on top: the worst of the step, the one to mend first.
    var headline: Finding? {
        guard let view, currentStep != nil else { return nil }
        let findings = view.findings(step)
        for verdict in [Verdict.fail, .warn] {
            let worst = findings.filter { $0.verdict == verdict }
            if let first = worst.min(by: { $0.check.diagnosisRank < $1.check.diagnosisRank }) { return first }
        }
        return nil
    }

    var selectedRow: Row? {
        guard let cursor = cursors[tab] else { return nil }
        let rows = rows(of: tab)
        return cursor < rows.count ? rows.row(cursor) : nil
    }

    func rows(of tab: Tab) -> Rows { contents.rows(tab, model: self) }
}
